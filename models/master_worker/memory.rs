//! How much the items of a master take together, and may: counted as they are kept, not as they are sent, since what is
//! short to send can be long to keep. Who puts an item for which there is no room is refused at once: if it waited, the item
//! would have to be kept all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The memory for the items of all queues of a master.
#[derive(Clone, Debug)]
pub struct Memory {
    held_bytes: Arc<AtomicUsize>,
    bytes_max: usize,
}

impl Default for Memory {
    /// Returns one without a bound.
    fn default() -> Self {
        Self::new(usize::MAX)
    }
}

impl Memory {
    /// Returns one of so many bytes, nothing of which is taken.
    pub fn new(bytes_max: usize) -> Self {
        Self { held_bytes: Arc::default(), bytes_max }
    }

    /// Returns how many bytes are taken.
    pub fn held_bytes(&self) -> usize {
        self.held_bytes.load(Relaxed)
    }

    /// Returns whether there is room for so many bytes more.
    pub fn has_room_for(&self, bytes: usize) -> bool {
        self.held_bytes().saturating_add(bytes) <= self.bytes_max
    }

    /// Takes so many bytes, whether there is room or not, until what is returned is dropped.
    pub(super) fn hold(&self, bytes: usize) -> Held {
        self.held_bytes.fetch_add(bytes, Relaxed);
        Held { bytes, memory: self.clone() }
    }
}

/// The memory that an item takes.
#[derive(Debug)]
pub(super) struct Held {
    bytes: usize,
    memory: Memory,
}

impl Clone for Held {
    fn clone(&self) -> Self {
        self.memory.hold(self.bytes)
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.memory.held_bytes.fetch_sub(self.bytes, Relaxed);
    }
}
