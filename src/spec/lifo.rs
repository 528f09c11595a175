//! A stack: last in, first out.

use std::marker::PhantomData;

use super::fifo::{self, Container};
use super::{QueueOperation, QueueResult, SequentialSpec, Value};

/// A stack, bounded or not.
#[derive(Clone, Copy, Debug)]
pub struct LifoSpec<T> {
    capacity: Option<usize>,
    value: PhantomData<T>,
}

impl<T> LifoSpec<T> {
    /// Returns a stack with room for `capacity` values.
    pub fn bounded(capacity: usize) -> Self {
        Self { capacity: Some(capacity), value: PhantomData }
    }

    /// Returns a stack that is never full.
    pub fn unbounded() -> Self {
        Self { capacity: None, value: PhantomData }
    }
}

impl<T: Value> Container<T> for Vec<T> {
    fn length(&self) -> usize {
        self.len()
    }

    fn add(&mut self, value: T) {
        self.push(value);
    }

    fn take(&mut self) -> Option<T> {
        self.pop()
    }
}

impl<T: Value> SequentialSpec for LifoSpec<T> {
    type State = Vec<T>;
    type Operation = QueueOperation<T>;
    type Result = QueueResult<T>;

    fn initial(&self) -> Vec<T> {
        Vec::new()
    }

    fn apply(&self, state: &mut Vec<T>, operation: &QueueOperation<T>) -> Option<QueueResult<T>> {
        fifo::apply(state, self.capacity, operation)
    }

    fn can_still(
        &self,
        state: &Self::State,
        _operation: &QueueOperation<T>,
        result: &QueueResult<T>,
        others: &[&QueueOperation<T>],
    ) -> bool {
        fifo::can_still(|value| state.contains(value), result, others)
    }

    fn never_changes(&self, operation: &QueueOperation<T>, result: Option<&QueueResult<T>>) -> bool {
        fifo::never_changes(operation, result)
    }
}
