//! A stack: last in, first out.

use super::queue::{Container, QueueSpec};
use super::{Value, heap};

/// A stack, bounded or not.
pub type LifoSpec<T> = QueueSpec<Vec<T>>;

impl<T: Value> QueueSpec<Vec<T>> {
    /// Returns a stack with room for `capacity` values.
    pub fn bounded(capacity: usize) -> Self {
        Self::with_room(capacity)
    }
}

impl<T: Value> Container for Vec<T> {
    type Value = T;

    fn length(&self) -> usize {
        self.len()
    }

    fn has(&self, value: &T) -> bool {
        self.contains(value)
    }

    fn add(&mut self, value: T) {
        self.push(value);
    }

    fn take(&mut self) -> Option<T> {
        self.pop()
    }

    fn heap_bytes(&self) -> usize {
        heap::list(self.iter(), self.capacity())
    }
}
