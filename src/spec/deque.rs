//! A double-ended queue.

use std::collections::VecDeque;
use std::marker::PhantomData;

use super::{QueueResult, SequentialSpec, Value, heap};

/// What can be asked of a double-ended queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DequeOperation<T> {
    /// Adds a value in front.
    PushFront(T),
    /// Adds a value at the back.
    PushBack(T),
    /// Takes the value in front, if there is one. A thief does so.
    PopFront,
    /// Takes the value at the back, if there is one. The owner of a work-stealing deque does so.
    PopBack,
}

/// A double-ended queue that is never full.
#[derive(Clone, Copy, Debug, Default)]
pub struct DequeSpec<T>(PhantomData<T>);

impl<T> DequeSpec<T> {
    /// Returns an empty one.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Value> SequentialSpec for DequeSpec<T> {
    type State = VecDeque<T>;
    type Operation = DequeOperation<T>;
    type Result = QueueResult<T>;

    fn initial(&self) -> VecDeque<T> {
        VecDeque::new()
    }

    fn apply(&self, state: &mut VecDeque<T>, operation: &DequeOperation<T>) -> Option<QueueResult<T>> {
        let popped = match operation {
            DequeOperation::PushFront(value) => {
                state.push_front(value.clone());
                return Some(QueueResult::Pushed);
            }
            DequeOperation::PushBack(value) => {
                state.push_back(value.clone());
                return Some(QueueResult::Pushed);
            }
            DequeOperation::PopFront => state.pop_front(),
            DequeOperation::PopBack => state.pop_back(),
        };
        Some(popped.map_or(QueueResult::Empty, QueueResult::Popped))
    }

    fn never_changes(&self, _operation: &DequeOperation<T>, result: Option<&QueueResult<T>>) -> bool {
        matches!(result, Some(QueueResult::Empty))
    }

    fn heap_bytes(&self, state: &VecDeque<T>) -> usize {
        heap::list(state.iter(), state.capacity())
    }
}
