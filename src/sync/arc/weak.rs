//! The pointer that keeps nothing alive.

use std::fmt;
use std::mem::ManuallyDrop;
use std::panic::Location;

use super::{Arc, counted};
use crate::execution::context::{self, Mode};
use crate::trace::{Operation, Response};

/// See [`std::sync::Weak`].
#[repr(transparent)]
pub struct Weak<T: ?Sized>(ManuallyDrop<std::sync::Weak<T>>);

impl<T> Weak<T> {
    /// See [`std::sync::Weak::new`].
    #[must_use]
    pub const fn new() -> Self {
        Self(ManuallyDrop::new(std::sync::Weak::new()))
    }
}

impl<T: ?Sized> Weak<T> {
    pub(super) fn of(native: std::sync::Weak<T>) -> Self {
        Self(ManuallyDrop::new(native))
    }

    /// Returns what one of std's is here.
    pub(super) fn of_native(native: &std::sync::Weak<T>) -> &Self {
        // SAFETY: both wrappers are transparent, so that the two types have one representation.
        unsafe { &*std::ptr::from_ref(native).cast::<Self>() }
    }

    /// See [`std::sync::Weak::upgrade`].
    #[must_use]
    #[track_caller]
    pub fn upgrade(&self) -> Option<Arc<T>> {
        if context::mode() != Mode::Outside {
            let response = counted::count_weak(&self.0, Operation::Upgrade, Some(Location::caller()));
            if response == Some(Response::Answer(false)) {
                return None;
            }
        }
        self.0.upgrade().map(|native| Arc(ManuallyDrop::new(native)))
    }

    /// See [`std::sync::Weak::strong_count`].
    #[must_use]
    #[track_caller]
    pub fn strong_count(&self) -> usize {
        if context::mode() != Mode::Outside {
            counted::count_weak(&self.0, Operation::StrongCount, Some(Location::caller()));
        }
        self.0.strong_count()
    }

    /// See [`std::sync::Weak::weak_count`].
    #[must_use]
    #[track_caller]
    pub fn weak_count(&self) -> usize {
        if context::mode() != Mode::Outside {
            counted::count_weak(&self.0, Operation::WeakCount, Some(Location::caller()));
        }
        self.0.weak_count()
    }

    /// See [`std::sync::Weak::as_ptr`].
    #[must_use]
    pub fn as_ptr(&self) -> *const T {
        self.0.as_ptr()
    }

    /// See [`std::sync::Weak::into_raw`].
    #[must_use = "losing the pointer will leak memory"]
    pub fn into_raw(self) -> *const T {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not used again, and not dropped.
        unsafe { ManuallyDrop::take(&mut this.0) }.into_raw()
    }

    /// See [`std::sync::Weak::from_raw`].
    ///
    /// # Safety
    ///
    /// As in std: the pointer must come of [`into_raw`](Self::into_raw), and stand for a `Weak`.
    #[must_use]
    pub unsafe fn from_raw(pointer: *const T) -> Self {
        // SAFETY: as the caller promises: a `Weak` is std's.
        Self::of(unsafe { std::sync::Weak::from_raw(pointer) })
    }

    /// See [`std::sync::Weak::ptr_eq`].
    #[must_use]
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        if context::mode() != Mode::Outside {
            counted::count_weak(&self.0, Operation::CloneWeak, Some(Location::caller()));
        }
        Self(ManuallyDrop::new(std::sync::Weak::clone(&self.0)))
    }
}

impl<T: ?Sized> Drop for Weak<T> {
    fn drop(&mut self) {
        if context::mode() != Mode::Outside {
            counted::count_weak(&self.0, Operation::DropWeak, None);
        }
        // SAFETY: it is not used again.
        unsafe { ManuallyDrop::drop(&mut self.0) }
    }
}

impl<T> Default for Weak<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: ?Sized> fmt::Debug for Weak<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(Weak)")
    }
}
