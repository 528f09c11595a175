//! The cell that is written once.
//!
//! A static `OnceLock` has a value of its own in every execution, which lives as long as the
//! execution does: a reference to it that is kept for longer, in a std static say, dangles. Nothing
//! short of leaking each value could prevent that; `loom` and `shuttle` make the same bargain for
//! their lazy statics.
#![allow(unsafe_code)]

use std::fmt;
use std::panic::Location;

use super::once::{Begun, call_modelled, is_completed_modelled};
use crate::execution::backend::NewObject;
use crate::execution::context::{self, Mode};
use crate::execution::erased::Erased;
use crate::execution::object::Header;
use crate::trace::Operation;

/// See [`std::sync::OnceLock`].
pub struct OnceLock<T> {
    header: Header,
    native: std::sync::OnceLock<T>,
}

/// Returns the running real execution's own std object for the static with that header.
pub(super) fn own<S>(header: &Header, make: fn() -> S) -> &S {
    let real = context::real().expect("only called inside a real execution");
    let pointer = real.static_value((header.address(), std::any::type_name::<S>()), || Erased::new(make()));
    // SAFETY: the value is an `S`: what lies at one address in an image has one type of this name in one
    // execution. It lives until the execution is over, and is then dropped only when no thread of the
    // execution runs any more; see the first paragraph of this file.
    unsafe { pointer.cast::<S>().as_ref() }
}

impl<T> OnceLock<T> {
    /// See [`std::sync::OnceLock::new`].
    #[track_caller]
    pub const fn new() -> Self {
        Self { header: Header::new(), native: std::sync::OnceLock::new() }
    }

    /// Returns where the value lies: of a static, each execution has its own.
    fn native(&self, new: NewObject, location: &'static Location<'static>) -> &std::sync::OnceLock<T> {
        match context::mode() {
            Mode::Outside => &self.native,
            Mode::Real => {
                let is_own = |real: &_| self.header.resolve_real(real, location, new.kind());
                if context::real().is_some_and(|real| is_own(&real)) {
                    own(&self.header, std::sync::OnceLock::new)
                } else {
                    &self.native
                }
            }
            Mode::Modelled => self.native_modelled(new, location),
        }
    }

    fn native_modelled(&self, new: NewObject, location: &'static Location<'static>) -> &std::sync::OnceLock<T> {
        let backend = context::backend();
        let id = self.header.resolve(&backend, location, || new);
        let mut statics = backend.execution().statics.borrow_mut();
        // Decided once: an object that is moved takes its identity along.
        let place = statics
            .entry(id)
            .or_insert_with(|| self.header.is_static().then(|| Erased::new(std::sync::OnceLock::<T>::new())));
        match place {
            // SAFETY: an identity belongs to one object, so the value has this type; it lives until the
            // execution is over; see the first paragraph of this file.
            Some(own) => unsafe { own.pointer().cast::<std::sync::OnceLock<T>>().as_ref() },
            None => &self.native,
        }
    }

    /// See [`std::sync::OnceLock::get`].
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        let location = Location::caller();
        if context::mode() == Mode::Modelled && !is_completed_modelled(&self.header, NewObject::OnceLock, location) {
            return None;
        }
        self.native(NewObject::OnceLock, location).get()
    }

    /// See [`std::sync::OnceLock::get_mut`].
    #[track_caller]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.bring_home(Location::caller());
        self.native.get_mut()
    }

    /// Puts the value that an execution keeps for this object, if it does, into the object itself,
    /// which from now on is made anew.
    fn bring_home(&mut self, location: &'static Location<'static>) {
        if context::mode() != Mode::Modelled {
            return;
        }
        self.native_modelled(NewObject::OnceLock, location);
        let backend = context::backend();
        let id = self.header.resolve(&backend, location, || NewObject::OnceLock);
        if let Some(Some(own)) = backend.execution().statics.borrow_mut().insert(id, None) {
            // SAFETY: as in `native_modelled`; and nobody else has a reference into the value, because
            // this object is borrowed uniquely.
            let value = unsafe { own.pointer().cast::<std::sync::OnceLock<T>>().as_mut() }.take();
            self.native = value.map_or_else(std::sync::OnceLock::new, std::sync::OnceLock::from);
        }
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
                let native = self.native(new, location);
                Some(context::observed(Operation::Begin { force }, Some(new.kind()), location, || {
                    native.get_or_init(f)
                }))
            }
            Mode::Modelled => {
                let native = self.native(new, location);
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

    /// Returns whether this is a static.
    pub(super) fn is_static(&self) -> bool {
        self.header.is_static()
    }

    /// See [`std::sync::OnceLock::into_inner`].
    #[track_caller]
    pub fn into_inner(mut self) -> Option<T> {
        self.bring_home(Location::caller());
        self.native.into_inner()
    }

    /// See [`std::sync::OnceLock::take`].
    #[track_caller]
    pub fn take(&mut self) -> Option<T> {
        self.bring_home(Location::caller());
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
