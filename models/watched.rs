//! A cell with nothing in it, to stand beside an atomic: it is touched whenever that is, so that accesses that nothing orders
//! are seen as the data race that they would be in a program without the atomic, while nothing else breaks.
#![allow(unsafe_code)]

use selvedge::cell::UnsafeCell;

/// What is watched while it is read or written.
#[derive(Debug, Default)]
pub(crate) struct Watched(UnsafeCell<()>);

// SAFETY: there is nothing in the cell.
unsafe impl Sync for Watched {}

impl Watched {
    /// Does something that may happen along with other reads, and returns what that returns.
    #[track_caller]
    pub(crate) fn read<R>(&self, read: impl FnOnce() -> R) -> R {
        self.0.with(|_| read())
    }

    /// Does something that nothing else may happen along with, and returns what that returns.
    #[track_caller]
    pub(crate) fn write<R>(&self, write: impl FnOnce() -> R) -> R {
        self.0.with_mut(|_| write())
    }
}
