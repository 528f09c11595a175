//! The atomic pointer.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::Ordering;

use super::slow::{self, Site};
use crate::execution::backend::NewObject;
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::trace::{AtomicKind, Operation, Response, Update};

/// See [`std::sync::atomic::AtomicPtr`].
pub struct AtomicPtr<T> {
    header: Header,
    // An atomic only because a bare pointer would be neither `Send` nor `Sync`.
    initial: std::sync::atomic::AtomicPtr<T>,
    native: std::sync::atomic::AtomicPtr<T>,
}

/// A pointer's provenance is exposed on the way into an execution, and picked up on the way out.
fn bits<T>(pointer: *mut T) -> u64 {
    pointer.expose_provenance() as u64
}

fn pointer<T>(bits: u64) -> *mut T {
    std::ptr::with_exposed_provenance_mut(usize::try_from(bits).expect("the bits of a pointer"))
}

impl<T> AtomicPtr<T> {
    /// Returns a new atomic.
    #[track_caller]
    pub const fn new(value: *mut T) -> Self {
        Self {
            header: Header::new(),
            initial: std::sync::atomic::AtomicPtr::new(value),
            native: std::sync::atomic::AtomicPtr::new(value),
        }
    }

    fn on_native(&self, operation: Operation) -> Response {
        let native = &self.native;
        match operation {
            Operation::Load { order } => Response::Value(bits(native.load(order))),
            Operation::Store { value, order } => {
                native.store(pointer(value), order);
                Response::Done
            }
            Operation::Update { update: Update::Swap, operand, order } => {
                Response::Value(bits(native.swap(pointer(operand), order)))
            }
            Operation::CompareExchange { current, new, success, failure } => slow::exchanged(
                native.compare_exchange(pointer(current), pointer(new), success, failure).map(bits).map_err(bits),
            ),
            other => unreachable!("{other:?} is not an operation of an atomic pointer"),
        }
    }

    fn slowly(&self, operation: Operation, location: &'static Location<'static>) -> Response {
        let native = |operation| self.on_native(operation);
        let initial = bits(self.initial.load(Ordering::Relaxed));
        let kind = AtomicKind::Pointer;
        slow::perform(&Site { header: &self.header, kind, initial, native: &native }, operation, location)
    }

    /// Loads the pointer.
    ///
    /// # Panics
    ///
    /// If `order` is `Release` or `AcqRel`.
    #[inline]
    #[track_caller]
    pub fn load(&self, order: Ordering) -> *mut T {
        if context::mode() == Mode::Outside {
            return self.native.load(order);
        }
        pointer(slow::value(self.slowly(Operation::Load { order }, Location::caller())))
    }

    /// Stores a pointer.
    ///
    /// # Panics
    ///
    /// If `order` is `Acquire` or `AcqRel`.
    #[inline]
    #[track_caller]
    pub fn store(&self, value: *mut T, order: Ordering) {
        if context::mode() == Mode::Outside {
            return self.native.store(value, order);
        }
        self.slowly(Operation::Store { value: bits(value), order }, Location::caller());
    }

    /// Replaces the pointer, and returns the old one.
    #[inline]
    #[track_caller]
    pub fn swap(&self, value: *mut T, order: Ordering) -> *mut T {
        if context::mode() == Mode::Outside {
            return self.native.swap(value, order);
        }
        let operation = Operation::Update { update: Update::Swap, operand: bits(value), order };
        pointer(slow::value(self.slowly(operation, Location::caller())))
    }

    /// Stores `new` if the pointer is `current`.
    ///
    /// # Errors
    ///
    /// The pointer found, if it is another.
    ///
    /// # Panics
    ///
    /// If `failure` is `Release` or `AcqRel`.
    #[inline]
    #[track_caller]
    pub fn compare_exchange(
        &self,
        current: *mut T,
        new: *mut T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<*mut T, *mut T> {
        if context::mode() == Mode::Outside {
            return self.native.compare_exchange(current, new, success, failure);
        }
        let (current, new) = (bits(current), bits(new));
        let operation = Operation::CompareExchange { current, new, success, failure };
        match self.slowly(operation, Location::caller()) {
            Response::Mismatch(found) => Err(pointer(found)),
            response => Ok(pointer(slow::value(response))),
        }
    }

    /// Stores `new` if the pointer is `current`. In a modelled execution it fails for no
    /// reason only as often as `Checker::spurious_failures` says.
    ///
    /// # Errors
    ///
    /// The pointer found, if it is another, or for no reason.
    ///
    /// # Panics
    ///
    /// If `failure` is `Release` or `AcqRel`.
    #[inline]
    #[track_caller]
    pub fn compare_exchange_weak(
        &self,
        current: *mut T,
        new: *mut T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<*mut T, *mut T> {
        if context::mode() == Mode::Outside {
            return self.native.compare_exchange_weak(current, new, success, failure);
        }
        if slow::fails_for_no_reason(Location::caller()) {
            return Err(self.load(failure));
        }
        self.compare_exchange(current, new, success, failure)
    }

    /// Replaces the pointer by what `f` makes of it, until no other thread interferes.
    ///
    /// # Errors
    ///
    /// The pointer for which `f` returned none.
    ///
    /// # Panics
    ///
    /// If `fetch_order` is `Release` or `AcqRel`.
    #[track_caller]
    pub fn fetch_update<F>(&self, set_order: Ordering, fetch_order: Ordering, mut f: F) -> Result<*mut T, *mut T>
    where
        F: FnMut(*mut T) -> Option<*mut T>,
    {
        let mut found = self.load(fetch_order);
        while let Some(next) = f(found) {
            match self.compare_exchange(found, next, set_order, fetch_order) {
                Ok(old) => return Ok(old),
                Err(other) => found = other,
            }
        }
        Err(found)
    }

    /// Returns a mutable reference to the pointer, which needs no atomicity.
    #[track_caller]
    pub fn get_mut(&mut self) -> &mut *mut T {
        if context::mode() == Mode::Outside {
            return self.native.get_mut();
        }
        let value = self.load(Ordering::Relaxed);
        // From here on it is an atomic made anew, with what is written through the reference.
        self.header.forget();
        *self.initial.get_mut() = value;
        if context::mode() == Mode::Real { self.native.get_mut() } else { self.initial.get_mut() }
    }

    /// Returns the pointer.
    #[track_caller]
    pub fn into_inner(mut self) -> *mut T {
        *self.get_mut()
    }
}

impl<T> Default for AtomicPtr<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(std::ptr::null_mut())
    }
}

impl<T> From<*mut T> for AtomicPtr<T> {
    #[track_caller]
    fn from(value: *mut T) -> Self {
        Self::new(value)
    }
}

impl<T> fmt::Debug for AtomicPtr<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.load(Ordering::Relaxed), formatter)
    }
}

impl<T> fmt::Pointer for AtomicPtr<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.load(Ordering::Relaxed), formatter)
    }
}

impl<T> crate::name::Nameable for AtomicPtr<T> {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        crate::name::enter(&self.header, name, location, || {
            NewObject::Atomic(AtomicKind::Pointer, bits(self.initial.load(Ordering::Relaxed)))
        });
    }
}
