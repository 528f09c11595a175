//! A priority queue: the smallest value comes first, as in Python's `queue.PriorityQueue`.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use super::fifo::{self, Container};
use super::{QueueOperation, QueueResult, SequentialSpec, Value};

/// A priority queue, bounded or not.
#[derive(Clone, Copy, Debug)]
pub struct PrioritySpec<T> {
    capacity: Option<usize>,
    value: PhantomData<T>,
}

impl<T> PrioritySpec<T> {
    /// Returns a priority queue with room for `capacity` values.
    pub fn bounded(capacity: usize) -> Self {
        Self { capacity: Some(capacity), value: PhantomData }
    }

    /// Returns a priority queue that is never full.
    pub fn unbounded() -> Self {
        Self { capacity: None, value: PhantomData }
    }
}

/// How often each value is there.
impl<T: Value> Container<T> for BTreeMap<T, usize> {
    fn length(&self) -> usize {
        self.values().sum()
    }

    fn add(&mut self, value: T) {
        *self.entry(value).or_default() += 1;
    }

    fn take(&mut self) -> Option<T> {
        let mut first = self.first_entry()?;
        *first.get_mut() -= 1;
        let value = first.key().clone();
        if *first.get() == 0 {
            first.remove();
        }
        Some(value)
    }
}

impl<T: Value> SequentialSpec for PrioritySpec<T> {
    type State = BTreeMap<T, usize>;
    type Operation = QueueOperation<T>;
    type Result = QueueResult<T>;

    fn initial(&self) -> Self::State {
        BTreeMap::new()
    }

    fn apply(&self, state: &mut Self::State, operation: &QueueOperation<T>) -> Option<QueueResult<T>> {
        fifo::apply(state, self.capacity, operation)
    }

    fn can_still(
        &self,
        state: &Self::State,
        _operation: &QueueOperation<T>,
        result: &QueueResult<T>,
        others: &[&QueueOperation<T>],
    ) -> bool {
        fifo::can_still(|value| state.contains_key(value), result, others)
    }

    fn never_changes(&self, operation: &QueueOperation<T>, result: Option<&QueueResult<T>>) -> bool {
        fifo::never_changes(operation, result)
    }
}
