//! What queues, stacks and priority queues have in common: values are added and taken, and all that differs is
//! which value comes first.

use std::fmt::Debug;
use std::hash::Hash;
use std::marker::PhantomData;

use super::{SequentialSpec, Value, heap};

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

/// What holds the values, and says which comes first.
pub trait Container: Clone + Eq + Hash + Debug + Default + Send + Sync {
    /// What it holds.
    type Value: Value;

    /// Returns how many values there are.
    fn length(&self) -> usize;

    /// Returns whether the value is there.
    fn has(&self, value: &Self::Value) -> bool;

    /// Adds a value.
    fn add(&mut self, value: Self::Value);

    /// Takes the first value, if there is one.
    fn take(&mut self) -> Option<Self::Value>;

    /// Returns about how many bytes it holds on the heap, as [`SequentialSpec::heap_bytes`].
    fn heap_bytes(&self) -> usize {
        heap::hashed(self)
    }
}

/// Something that values are pushed to and popped from, bounded or not.
#[derive(Clone, Copy, Debug)]
pub struct QueueSpec<C> {
    capacity: Option<usize>,
    container: PhantomData<C>,
}

impl<C: Container> QueueSpec<C> {
    /// Returns one that is never full.
    pub fn unbounded() -> Self {
        Self { capacity: None, container: PhantomData }
    }

    /// Returns one with room for `capacity` values.
    pub(super) fn with_room(capacity: usize) -> Self {
        Self { capacity: Some(capacity), container: PhantomData }
    }
}

impl<C: Container> SequentialSpec for QueueSpec<C> {
    type State = C;
    type Operation = QueueOperation<C::Value>;
    type Result = QueueResult<C::Value>;

    fn initial(&self) -> C {
        C::default()
    }

    fn apply(&self, state: &mut C, operation: &Self::Operation) -> Option<Self::Result> {
        let is_full = self.capacity.is_some_and(|capacity| state.length() >= capacity);
        Some(match operation {
            QueueOperation::Push(_) if is_full => return None,
            QueueOperation::TryPush(_) if is_full => QueueResult::Full,
            QueueOperation::Push(value) | QueueOperation::TryPush(value) => {
                state.add(value.clone());
                QueueResult::Pushed
            }
            QueueOperation::Pop => QueueResult::Popped(state.take()?),
            QueueOperation::TryPop => state.take().map_or(QueueResult::Empty, QueueResult::Popped),
            QueueOperation::Length => QueueResult::Length(state.length()),
        })
    }

    fn never_changes(&self, operation: &Self::Operation, result: Option<&Self::Result>) -> bool {
        matches!(operation, QueueOperation::Length) || matches!(result, Some(QueueResult::Full | QueueResult::Empty))
    }

    /// A value that was taken is there, or may yet be added.
    fn can_still(
        &self,
        state: &C,
        _operation: &Self::Operation,
        result: &Self::Result,
        others: &[&Self::Operation],
    ) -> bool {
        let QueueResult::Popped(value) = result else { return true };
        let adds = |other: &&Self::Operation| match other {
            QueueOperation::Push(other) | QueueOperation::TryPush(other) => other == value,
            _ => false,
        };
        state.has(value) || others.iter().any(adds)
    }

    fn heap_bytes(&self, state: &C) -> usize {
        state.heap_bytes()
    }
}
