//! A lock, as Python's `threading.Lock` has it: whoever wants may release it.

use super::SequentialSpec;

/// What can be asked of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockOperation {
    /// Takes it, and waits as long as it is held.
    Lock,
    /// Takes it, unless it is held.
    TryLock,
    /// Releases it.
    Unlock,
}

/// What it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockResult {
    /// It has been taken.
    Locked,
    /// It is held.
    WouldBlock,
    /// It has been released.
    Unlocked,
    /// It was not held.
    NotHeld,
}

/// A lock that is free at first.
#[derive(Clone, Copy, Debug, Default)]
pub struct MutexSpec;

impl SequentialSpec for MutexSpec {
    /// Whether it is held.
    type State = bool;
    type Operation = LockOperation;
    type Result = LockResult;

    fn initial(&self) -> bool {
        false
    }

    fn apply(&self, held: &mut bool, operation: &LockOperation) -> Option<LockResult> {
        let was_held = *held;
        Some(match operation {
            LockOperation::Lock if was_held => return None,
            LockOperation::TryLock if was_held => LockResult::WouldBlock,
            LockOperation::Lock | LockOperation::TryLock => {
                *held = true;
                LockResult::Locked
            }
            LockOperation::Unlock => {
                *held = false;
                if was_held { LockResult::Unlocked } else { LockResult::NotHeld }
            }
        })
    }

    fn never_changes(&self, _operation: &LockOperation, result: Option<&LockResult>) -> bool {
        matches!(result, Some(LockResult::WouldBlock | LockResult::NotHeld))
    }
}
