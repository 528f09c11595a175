//! A boxed value whose type only its user knows: where the values of lazily made statics are kept, and the
//! memory of `Arc`s that are gone, whose types need not be `Any`.
#![allow(unsafe_code)]

use std::ptr::NonNull;

/// A box of some type.
#[derive(Debug)]
pub(crate) struct Erased {
    pointer: NonNull<()>,
    drop: unsafe fn(NonNull<()>),
}

// SAFETY: what is sent to another thread are values of statics, which are `Send` and `Sync` because statics
// are. What else is kept here stays with its execution, on one thread.
unsafe impl Send for Erased {}

impl Erased {
    /// Boxes a value. What it borrows must outlive the box, or not be used when it is dropped.
    pub(crate) fn new<T>(value: T) -> Self {
        unsafe fn drop_box<T>(pointer: NonNull<()>) {
            // SAFETY: called once, by `Drop`, with the pointer that `new` got from `Box::into_raw`.
            drop(unsafe { Box::from_raw(pointer.cast::<T>().as_ptr()) });
        }
        let pointer = NonNull::from(Box::leak(Box::new(value))).cast();
        Self { pointer, drop: drop_box::<T> }
    }

    /// Returns a pointer to the value, valid as long as this box.
    pub(crate) fn pointer(&self) -> NonNull<()> {
        self.pointer
    }
}

impl Drop for Erased {
    fn drop(&mut self) {
        // SAFETY: `drop` belongs to the type of the value, and this is the only call.
        unsafe { (self.drop)(self.pointer) }
    }
}
