//! A priority queue: the smallest value comes first, as in Python's `queue.PriorityQueue`.

use std::collections::BTreeMap;

use super::queue::{Container, QueueSpec};
use super::{Value, heap};

/// A priority queue, bounded or not.
pub type PrioritySpec<T> = QueueSpec<BTreeMap<T, usize>>;

impl<T: Value> QueueSpec<BTreeMap<T, usize>> {
    /// Returns a priority queue with room for `capacity` values.
    pub fn bounded(capacity: usize) -> Self {
        Self::with_room(capacity)
    }
}

/// How often each value is there.
impl<T: Value> Container for BTreeMap<T, usize> {
    type Value = T;

    fn length(&self) -> usize {
        self.values().sum()
    }

    fn has(&self, value: &T) -> bool {
        self.contains_key(value)
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

    fn heap_bytes(&self) -> usize {
        heap::tree(self.iter())
    }
}
