//! The cell that is written once.
//!
//! A static `OnceLock` has a value of its own in every execution, which lives as long as the
//! execution does: a reference to it that is kept for longer, in a std static say, dangles. Nothing
//! short of leaking each value could prevent that; `loom` and `shuttle` make the same bargain for
//! their lazy statics.
#![allow(unsafe_code)]

use std::fmt;
use std::panic::Location;
use std::ptr::NonNull;

use super::once::{Begun, call_modelled, is_completed_modelled};
use crate::execution::backend::NewObject;
use crate::execution::context::{self, Mode};
use crate::execution::erased::Erased;
use crate::execution::object::Header;
use crate::execution::{ObjectKind, Operation};

/// See [`std::sync::OnceLock`].
pub struct OnceLock<T> {
    header: Header,
    native: std::sync::OnceLock<T>,
}

/// Returns the running execution's own std object for the static with that header.
pub(super) fn own<S>(header: &Header, make: fn() -> S) -> &S {
    let make = || Erased::new(make());
    let pointer: NonNull<()> = match (context::real(), context::modelled()) {
        (Some(real), _) => real.static_value(header.address(), make),
        (None, Some(backend)) => {
            backend.execution().statics.borrow_mut().entry(header.address()).or_insert_with(make).pointer()
        }
        (None, None) => unreachable!("only called inside an execution"),
    };
    // SAFETY: the value is an `S`: a static's address belongs to one type, and all uses of it come
    // through here with that type. It lives until the execution is over, and is then dropped only
    // when no thread of the execution runs any more; see the first paragraph of this file.
    unsafe { pointer.cast::<S>().as_ref() }
}

impl<T> OnceLock<T> {
    /// See [`std::sync::OnceLock::new`].
    #[track_caller]
    pub const fn new() -> Self {
        Self { header: Header::new(), native: std::sync::OnceLock::new() }
    }

    /// Returns where the value lies: of a static, each execution has its own.
    fn native(&self, kind: ObjectKind, location: &'static Location<'static>) -> &std::sync::OnceLock<T> {
        let is_own = match context::mode() {
            Mode::Outside => false,
            Mode::Real => context::real().is_some_and(|real| self.header.resolve_real(&real, location, kind)),
            Mode::Modelled => self.header.is_static(),
        };
        if is_own { own(&self.header, std::sync::OnceLock::new) } else { &self.native }
    }

    /// See [`std::sync::OnceLock::get`].
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        let location = Location::caller();
        if context::mode() == Mode::Modelled && !is_completed_modelled(&self.header, NewObject::OnceLock, location) {
            return None;
        }
        self.native(ObjectKind::OnceLock, location).get()
    }

    /// See [`std::sync::OnceLock::get_mut`].
    #[track_caller]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.native.get_mut()
    }

    /// See [`std::sync::OnceLock::set`].
    ///
    /// # Errors
    ///
    /// `value`, if there was one already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.get_or_init_at(NewObject::OnceLock, true, Location::caller(), || value.take().expect("the value to set"));
        value.map_or(Ok(()), Err)
    }

    /// See [`std::sync::OnceLock::get_or_init`].
    #[track_caller]
    pub fn get_or_init<F>(&self, f: F) -> &T
    where
        F: FnOnce() -> T,
    {
        let value = self.get_or_init_at(NewObject::OnceLock, true, Location::caller(), f);
        value.expect("an attempt that panicked is made again")
    }

    /// Returns the value, made by `f` if there is none; or none if `f` panicked before, and `force`
    /// does not ask to try again.
    pub(super) fn get_or_init_at(
        &self,
        new: NewObject,
        force: bool,
        location: &'static Location<'static>,
        f: impl FnOnce() -> T,
    ) -> Option<&T> {
        match context::mode() {
            Mode::Outside => Some(self.native.get_or_init(f)),
            Mode::Real => {
                let native = self.native(new.kind(), location);
                Some(context::observed(Operation::Begin { force }, Some(new.kind()), location, || {
                    native.get_or_init(f)
                }))
            }
            Mode::Modelled => {
                let native = self.native(new.kind(), location);
                let initialise = |_: &_| {
                    let set = native.set(f());
                    assert!(set.is_ok(), "reentrant init");
                };
                match call_modelled(&self.header, new, force, location, initialise) {
                    Begun::Done => native.get(),
                    Begun::Poisoned => None,
                }
            }
        }
    }

    /// Returns whether `self` is a static inside an execution, so that it is made anew in each.
    pub(super) fn is_own(&self) -> bool {
        context::mode() != Mode::Outside && self.header.is_static()
    }

    /// See [`std::sync::OnceLock::into_inner`].
    pub fn into_inner(self) -> Option<T> {
        self.native.into_inner()
    }

    /// See [`std::sync::OnceLock::take`].
    pub fn take(&mut self) -> Option<T> {
        self.header.forget();
        self.native.take()
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T> From<T> for OnceLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        let cell = Self::new();
        // Nobody else can have set it.
        let _ = cell.set(value);
        cell
    }
}

impl<T: Clone> Clone for OnceLock<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        self.get().map_or_else(Self::new, |value| Self::from(value.clone()))
    }
}

impl<T: PartialEq> PartialEq for OnceLock<T> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for OnceLock<T> {}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = formatter.debug_tuple("OnceLock");
        match self.get() {
            Some(value) => tuple.field(value),
            None => tuple.field(&format_args!("<uninit>")),
        };
        tuple.finish()
    }
}

impl<T> crate::name::Nameable for OnceLock<T> {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        crate::name::enter(&self.header, name, location, || NewObject::OnceLock);
    }
}
