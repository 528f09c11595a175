//! A first-in, first-out queue, bounded or not; and what can be asked of any container that is pushed to
//! and popped from.

use std::collections::VecDeque;
use std::marker::PhantomData;

use super::{SequentialSpec, Value};

/// What can be asked of a queue, a stack or a priority queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum QueueOperation<T> {
    /// Adds a value, and waits as long as it is full.
    Push(T),
    /// Adds a value, unless it is full.
    TryPush(T),
    /// Takes a value, and waits as long as it is empty.
    Pop,
    /// Takes a value, unless it is empty.
    TryPop,
    /// Returns how many values there are.
    Length,
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum QueueResult<T> {
    /// The value has been added.
    Pushed,
    /// It was full.
    Full,
    /// The value that was taken.
    Popped(T),
    /// It was empty.
    Empty,
    /// How many values there are.
    Length(usize),
}

/// Where a container adds and takes.
pub(super) trait Container<T>: Clone {
    fn length(&self) -> usize;
    fn add(&mut self, value: T);
    fn take(&mut self) -> Option<T>;
}

/// Lets `operation` take effect on a container with room for `capacity` values.
pub(super) fn apply<T: Value>(
    container: &mut impl Container<T>,
    capacity: Option<usize>,
    operation: &QueueOperation<T>,
) -> Option<QueueResult<T>> {
    let is_full = capacity.is_some_and(|capacity| container.length() >= capacity);
    Some(match operation {
        QueueOperation::Push(_) if is_full => return None,
        QueueOperation::TryPush(_) if is_full => QueueResult::Full,
        QueueOperation::Push(value) | QueueOperation::TryPush(value) => {
            container.add(value.clone());
            QueueResult::Pushed
        }
        QueueOperation::Pop => QueueResult::Popped(container.take()?),
        QueueOperation::TryPop => container.take().map_or(QueueResult::Empty, QueueResult::Popped),
        QueueOperation::Length => QueueResult::Length(container.length()),
    })
}

/// Returns whether a value that was taken is there, or may yet be added.
pub(super) fn can_still<T: Value>(
    is_there: impl Fn(&T) -> bool,
    result: &QueueResult<T>,
    others: &[&QueueOperation<T>],
) -> bool {
    let QueueResult::Popped(value) = result else { return true };
    let adds = |other: &QueueOperation<T>| match other {
        QueueOperation::Push(other) | QueueOperation::TryPush(other) => other == value,
        _ => false,
    };
    is_there(value) || others.iter().any(|other| adds(other))
}

/// Returns whether an operation with this result changes nothing.
pub(super) fn never_changes<T>(operation: &QueueOperation<T>, result: Option<&QueueResult<T>>) -> bool {
    matches!(operation, QueueOperation::Length) || matches!(result, Some(QueueResult::Full | QueueResult::Empty))
}

/// A first-in, first-out queue.
#[derive(Clone, Copy, Debug)]
pub struct FifoSpec<T> {
    capacity: Option<usize>,
    value: PhantomData<T>,
}

impl<T> FifoSpec<T> {
    /// Returns a queue with room for `capacity` values. One without any room hands values over, and then a
    /// `Push` beside a `Pop` is no matter of one thread at a time: it is not for this specification.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0.
    pub fn bounded(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue that is specified sequentially has room for at least one value");
        Self { capacity: Some(capacity), value: PhantomData }
    }

    /// Returns a queue that is never full.
    pub fn unbounded() -> Self {
        Self { capacity: None, value: PhantomData }
    }
}

impl<T: Value> Container<T> for VecDeque<T> {
    fn length(&self) -> usize {
        self.len()
    }

    fn add(&mut self, value: T) {
        self.push_back(value);
    }

    fn take(&mut self) -> Option<T> {
        self.pop_front()
    }
}

impl<T: Value> SequentialSpec for FifoSpec<T> {
    type State = VecDeque<T>;
    type Operation = QueueOperation<T>;
    type Result = QueueResult<T>;

    fn initial(&self) -> VecDeque<T> {
        VecDeque::new()
    }

    fn apply(&self, state: &mut VecDeque<T>, operation: &QueueOperation<T>) -> Option<QueueResult<T>> {
        apply(state, self.capacity, operation)
    }

    fn can_still(
        &self,
        state: &Self::State,
        _operation: &QueueOperation<T>,
        result: &QueueResult<T>,
        others: &[&QueueOperation<T>],
    ) -> bool {
        can_still(|value| state.contains(value), result, others)
    }

    fn never_changes(&self, operation: &QueueOperation<T>, result: Option<&QueueResult<T>>) -> bool {
        never_changes(operation, result)
    }
}
