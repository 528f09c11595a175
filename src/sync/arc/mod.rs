//! The shared pointer: std's `Arc`, and the counts told to the execution that it was made in.
//!
//! Whether that is a step depends on whether anybody can see the counts, see [`Arc`]. The counts themselves
//! are std's: in a modelled execution one thread runs at a time, and what is a step has been let take effect
//! when std does it.
//!
//! The memory of an `Arc` made in a modelled execution is kept until the end of the execution, so that nothing
//! else comes to lie there and what is used too late is known for what it was.
#![allow(unsafe_code)]

mod conversions;
mod counted;
mod traits;
mod weak;

use std::any::Any;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ops::Deref;
use std::panic::Location;
use std::pin::Pin;

use crate::execution::context::{self, Mode};
use crate::trace::{Operation, Response};
pub use weak::Weak;

/// See [`std::sync::Arc`].
///
/// In a modelled execution, what can be seen of the counts is explored: which thread drops the last, if `T`'s
/// destructor does anything visible; what [`strong_count`](Self::strong_count), [`get_mut`](Self::get_mut),
/// [`try_unwrap`](Self::try_unwrap) or [`Weak::upgrade`] answer. Of an `Arc` of which nothing can be seen, to
/// clone and to drop it is no step. What a drop orders, it orders as in std.
///
/// On stable Rust only std's own pointers can be coerced, so that an `Arc<dyn Trait>` or an `Arc<[T]>` is made of
/// a box, or by [`from_std`](Self::from_std); and a method cannot take `self: Arc<Self>`.
///
/// ```
/// use selvedge::sync::Arc;
///
/// let twice: Box<dyn Fn(i32) -> i32 + Send + Sync> = Box::new(|x| 2 * x);
/// let twice: Arc<dyn Fn(i32) -> i32 + Send + Sync> = Arc::from(twice);
/// let thrice = Arc::from_std(std::sync::Arc::new(|x| 3 * x) as std::sync::Arc<dyn Fn(i32) -> i32 + Send + Sync>);
/// assert_eq!((twice(2), thrice(2)), (4, 6));
/// ```
#[repr(transparent)]
pub struct Arc<T: ?Sized>(ManuallyDrop<std::sync::Arc<T>>);

impl<T> Arc<T> {
    /// See [`std::sync::Arc::new`].
    #[inline]
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self::from_std(std::sync::Arc::new(value))
    }

    /// See [`std::sync::Arc::new_cyclic`].
    #[track_caller]
    pub fn new_cyclic<F>(data_fn: F) -> Self
    where
        F: FnOnce(&Weak<T>) -> T,
    {
        let location = Location::caller();
        let native = std::sync::Arc::new_cyclic(|weak| {
            if context::mode() == Mode::Modelled {
                context::backend().enter_arc(counted::address(weak.as_ptr()), (0, 0), location);
            }
            data_fn(Weak::of_native(weak))
        });
        if context::mode() == Mode::Modelled {
            let address = counted::address(std::sync::Arc::as_ptr(&native));
            context::backend().count(address, Operation::CloneArc, (0, 0), Some(location));
        }
        Self(ManuallyDrop::new(native))
    }

    /// See [`std::sync::Arc::new_uninit`].
    #[track_caller]
    pub fn new_uninit() -> Arc<MaybeUninit<T>> {
        Arc::from_std(std::sync::Arc::new_uninit())
    }

    /// See [`std::sync::Arc::pin`].
    #[track_caller]
    pub fn pin(value: T) -> Pin<Self> {
        // SAFETY: the value lies where it is until it is dropped, whatever is done to the `Arc`.
        unsafe { Pin::new_unchecked(Self::new(value)) }
    }

    /// See [`std::sync::Arc::try_unwrap`].
    ///
    /// # Errors
    ///
    /// The `Arc`, if it is not the only one.
    #[track_caller]
    pub fn try_unwrap(this: Self) -> Result<T, Self> {
        if context::mode() != Mode::Outside {
            if this.count(Operation::UnwrapArc, Location::caller()) == Some(Response::Answer(false)) {
                return Err(this);
            }
            counted::keep_last(&this.0);
        }
        std::sync::Arc::try_unwrap(this.into_std()).map_err(|native| Self(ManuallyDrop::new(native)))
    }

    /// See [`std::sync::Arc::into_inner`].
    #[track_caller]
    pub fn into_inner(this: Self) -> Option<T> {
        if context::mode() != Mode::Outside {
            this.count(Operation::TakeArc, Location::caller());
            counted::keep_last(&this.0);
        }
        std::sync::Arc::into_inner(this.into_std())
    }
}

impl<T: Clone> Arc<T> {
    /// See [`std::sync::Arc::make_mut`].
    #[track_caller]
    pub fn make_mut(this: &mut Self) -> &mut T {
        let location = Location::caller();
        if context::mode() == Mode::Outside {
            return std::sync::Arc::make_mut(&mut this.0);
        }
        if this.count(Operation::IsUnique, location) == Some(Response::Answer(false))
            || std::sync::Arc::get_mut(&mut this.0).is_none()
        {
            this.replace(location);
        }
        // SAFETY: there is no other `Arc` of this value and no `Weak`: it was just found so, or just made.
        unsafe { &mut *std::sync::Arc::as_ptr(&this.0).cast_mut() }
    }

    /// Puts an `Arc` of its own in the place of one that is not the only one. The value is moved there if there
    /// are only `Weak`s besides, as in std.
    fn replace(&mut self, location: &'static Location<'static>) {
        let is_last = match self.count(Operation::UnwrapArc, location) {
            Some(response) => response == Response::Answer(true),
            None => std::sync::Arc::strong_count(&self.0) == 1,
        };
        if !is_last {
            *self = Self::new(T::clone(self));
            return;
        }
        counted::keep_last(&self.0);
        // SAFETY: it is overwritten before anybody uses it again: nothing from here to there unwinds.
        let native = unsafe { ManuallyDrop::take(&mut self.0) };
        let Ok(value) = std::sync::Arc::try_unwrap(native) else { std::process::abort() };
        self.0 = ManuallyDrop::new(std::sync::Arc::new(value));
        counted::enter(&self.0, location);
    }

    /// See [`std::sync::Arc::unwrap_or_clone`].
    #[track_caller]
    pub fn unwrap_or_clone(this: Self) -> T {
        Self::try_unwrap(this).unwrap_or_else(|this| T::clone(&this))
    }
}

impl<T> Arc<[T]> {
    /// See [`std::sync::Arc::new_uninit_slice`].
    #[track_caller]
    pub fn new_uninit_slice(len: usize) -> Arc<[MaybeUninit<T>]> {
        Arc::from_std(std::sync::Arc::new_uninit_slice(len))
    }
}

impl<T> Arc<MaybeUninit<T>> {
    /// See [`std::sync::Arc::assume_init`].
    ///
    /// # Safety
    ///
    /// The value must be initialised.
    #[must_use]
    pub unsafe fn assume_init(self) -> Arc<T> {
        // SAFETY: as the caller promises.
        Arc(ManuallyDrop::new(unsafe { self.into_std().assume_init() }))
    }
}

impl<T> Arc<[MaybeUninit<T>]> {
    /// See [`std::sync::Arc::assume_init`].
    ///
    /// # Safety
    ///
    /// All values must be initialised.
    #[must_use]
    pub unsafe fn assume_init(self) -> Arc<[T]> {
        // SAFETY: as the caller promises.
        Arc(ManuallyDrop::new(unsafe { self.into_std().assume_init() }))
    }
}

impl<T: ?Sized> Arc<T> {
    /// Returns the `Arc` that a new one of std's is. It must be the only one: what is done to others of it is
    /// not seen.
    #[inline]
    #[track_caller]
    pub fn from_std(native: std::sync::Arc<T>) -> Self {
        if context::mode() == Mode::Modelled {
            counted::enter(&native, Location::caller());
        }
        Self(ManuallyDrop::new(native))
    }

    /// Returns the `Arc` of std's that it is, without a change of the counts.
    fn into_std(self) -> std::sync::Arc<T> {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not used again, and not dropped.
        unsafe { ManuallyDrop::take(&mut this.0) }
    }

    /// Tells that the counts are about to be changed or looked at; returns what comes of it if it is a step.
    fn count(&self, operation: Operation, location: &'static Location<'static>) -> Option<Response> {
        counted::count(&self.0, operation, Some(location))
    }

    /// See [`std::sync::Arc::into_raw`].
    #[must_use = "losing the pointer will leak memory"]
    pub fn into_raw(this: Self) -> *const T {
        std::sync::Arc::into_raw(this.into_std())
    }

    /// See [`std::sync::Arc::as_ptr`].
    #[must_use]
    pub fn as_ptr(this: &Self) -> *const T {
        std::sync::Arc::as_ptr(&this.0)
    }

    /// See [`std::sync::Arc::from_raw`].
    ///
    /// # Safety
    ///
    /// As in std: the pointer must come of [`into_raw`](Self::into_raw), and stand for a reference.
    #[must_use]
    pub unsafe fn from_raw(pointer: *const T) -> Self {
        // SAFETY: as the caller promises: an `Arc` is std's.
        Self(ManuallyDrop::new(unsafe { std::sync::Arc::from_raw(pointer) }))
    }

    /// See [`std::sync::Arc::increment_strong_count`].
    ///
    /// # Safety
    ///
    /// As in std: the pointer must come of [`into_raw`](Self::into_raw), and there must be an `Arc`.
    #[track_caller]
    pub unsafe fn increment_strong_count(pointer: *const T) {
        // SAFETY: as the caller promises; it is borrowed, not dropped.
        let this = ManuallyDrop::new(unsafe { Self::from_raw(pointer) });
        let _ = ManuallyDrop::new(Self::clone(&this));
    }

    /// See [`std::sync::Arc::decrement_strong_count`].
    ///
    /// # Safety
    ///
    /// As in std: the pointer must come of [`into_raw`](Self::into_raw), and stand for a reference.
    pub unsafe fn decrement_strong_count(pointer: *const T) {
        // SAFETY: as the caller promises.
        drop(unsafe { Self::from_raw(pointer) });
    }

    /// See [`std::sync::Arc::downgrade`].
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn downgrade(this: &Self) -> Weak<T> {
        if context::mode() != Mode::Outside {
            this.count(Operation::CloneWeak, Location::caller());
        }
        Weak::of(std::sync::Arc::downgrade(&this.0))
    }

    /// See [`std::sync::Arc::strong_count`].
    #[must_use]
    #[track_caller]
    pub fn strong_count(this: &Self) -> usize {
        if context::mode() != Mode::Outside {
            this.count(Operation::StrongCount, Location::caller());
        }
        std::sync::Arc::strong_count(&this.0)
    }

    /// See [`std::sync::Arc::weak_count`].
    #[must_use]
    #[track_caller]
    pub fn weak_count(this: &Self) -> usize {
        if context::mode() != Mode::Outside {
            this.count(Operation::WeakCount, Location::caller());
        }
        std::sync::Arc::weak_count(&this.0)
    }

    /// See [`std::sync::Arc::get_mut`].
    #[track_caller]
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        if context::mode() != Mode::Outside
            && this.count(Operation::IsUnique, Location::caller()) == Some(Response::Answer(false))
        {
            return None;
        }
        std::sync::Arc::get_mut(&mut this.0)
    }

    /// See [`std::sync::Arc::ptr_eq`].
    #[must_use]
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        std::sync::Arc::ptr_eq(&this.0, &other.0)
    }
}

impl Arc<dyn Any + Send + Sync> {
    /// See [`std::sync::Arc::downcast`].
    ///
    /// # Errors
    ///
    /// The `Arc`, if the value is no `T`.
    pub fn downcast<T: Any + Send + Sync>(self) -> Result<Arc<T>, Self> {
        match self.into_std().downcast() {
            Ok(native) => Ok(Arc(ManuallyDrop::new(native))),
            Err(native) => Err(Self(ManuallyDrop::new(native))),
        }
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    #[inline]
    #[track_caller]
    fn clone(&self) -> Self {
        if context::mode() != Mode::Outside {
            self.count(Operation::CloneArc, Location::caller());
        }
        Self(ManuallyDrop::new(std::sync::Arc::clone(&self.0)))
    }
}

impl<T: ?Sized> Drop for Arc<T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: it is not used again.
        let native = unsafe { ManuallyDrop::take(&mut self.0) };
        if context::mode() == Mode::Outside {
            drop(native);
        } else {
            counted::drop_counted(native);
        }
    }
}
