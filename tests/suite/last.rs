//! A value that tells who dropped it.

use std::cell::Cell;
use std::sync::Arc;

use selvedge::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// Its destructor stores which thread ran it.
pub(crate) struct Last(pub(crate) Arc<AtomicUsize>);

selvedge::thread::thread_local! {
    /// The number of the thread.
    pub(crate) static ME: Cell<usize> = Cell::new(0);
}

impl Drop for Last {
    fn drop(&mut self) {
        self.0.store(ME.get(), SeqCst);
    }
}
