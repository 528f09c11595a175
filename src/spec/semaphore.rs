//! A counting semaphore, and a bounded one, for which a release too many is an error.

use super::SequentialSpec;

/// What can be asked of a semaphore.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SemaphoreOperation {
    /// Takes a permit, and waits as long as there is none.
    Acquire,
    /// Takes a permit, if there is one.
    TryAcquire,
    /// Gives a permit back.
    Release,
}

/// What it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SemaphoreResult {
    /// A permit has been taken.
    Acquired,
    /// There was none.
    WouldBlock,
    /// A permit has been given back.
    Released,
    /// There were as many as there may be.
    TooMany,
}

/// A semaphore.
#[derive(Clone, Copy, Debug)]
pub struct SemaphoreSpec {
    permits: usize,
    permits_max: usize,
}

impl SemaphoreSpec {
    /// Returns a semaphore with so many permits, to which any number may be added.
    pub fn counting(permits: usize) -> Self {
        Self { permits, permits_max: usize::MAX }
    }

    /// Returns a semaphore with so many permits, and never more.
    pub fn bounded(permits: usize) -> Self {
        Self { permits, permits_max: permits }
    }
}

impl SequentialSpec for SemaphoreSpec {
    /// How many permits there are.
    type State = usize;
    type Operation = SemaphoreOperation;
    type Result = SemaphoreResult;

    fn initial(&self) -> usize {
        self.permits
    }

    fn apply(&self, permits: &mut usize, operation: &SemaphoreOperation) -> Option<SemaphoreResult> {
        Some(match (operation, *permits) {
            (SemaphoreOperation::Acquire, 0) => return None,
            (SemaphoreOperation::TryAcquire, 0) => SemaphoreResult::WouldBlock,
            (SemaphoreOperation::Acquire | SemaphoreOperation::TryAcquire, _) => {
                *permits -= 1;
                SemaphoreResult::Acquired
            }
            (SemaphoreOperation::Release, all) if all >= self.permits_max => SemaphoreResult::TooMany,
            (SemaphoreOperation::Release, _) => {
                *permits += 1;
                SemaphoreResult::Released
            }
        })
    }

    fn never_changes(&self, _operation: &SemaphoreOperation, result: Option<&SemaphoreResult>) -> bool {
        matches!(result, Some(SemaphoreResult::WouldBlock | SemaphoreResult::TooMany))
    }
}
