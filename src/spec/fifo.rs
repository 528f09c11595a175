//! A first-in, first-out queue.

use std::collections::VecDeque;

use super::queue::{Container, QueueSpec};
use super::{Value, heap};

/// A first-in, first-out queue, bounded or not.
pub type FifoSpec<T> = QueueSpec<VecDeque<T>>;

impl<T: Value> QueueSpec<VecDeque<T>> {
    /// Returns a queue with room for `capacity` values. One without any room hands values over, and then a
    /// `Push` beside a `Pop` is no matter of one thread at a time: it is not for this specification.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0.
    pub fn bounded(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue that is specified sequentially has room for at least one value");
        Self::with_room(capacity)
    }
}

impl<T: Value> Container for VecDeque<T> {
    type Value = T;

    fn length(&self) -> usize {
        self.len()
    }

    fn has(&self, value: &T) -> bool {
        self.contains(value)
    }

    fn add(&mut self, value: T) {
        self.push_back(value);
    }

    fn take(&mut self) -> Option<T> {
        self.pop_front()
    }

    fn heap_bytes(&self) -> usize {
        heap::list(self.iter(), self.capacity())
    }
}
