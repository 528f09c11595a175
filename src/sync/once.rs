//! One-time initialisation: `Once`, and what `OnceLock` and `LazyLock` share with it.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use super::once_lock::own;
use crate::execution::backend::NewObject;
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::trace::{ObjectKind, Operation, Response};

/// See [`std::sync::Once`].
pub struct Once {
    header: Header,
    native: std::sync::Once,
}

/// See [`std::sync::OnceState`].
#[derive(Debug)]
pub struct OnceState {
    poisoned: bool,
    // As in std, it is not `Sync`.
    not_sync: PhantomData<Cell<()>>,
}

impl OnceState {
    fn new(poisoned: bool) -> Self {
        Self { poisoned, not_sync: PhantomData }
    }
}

impl OnceState {
    /// See [`std::sync::OnceState::is_poisoned`].
    #[must_use]
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }
}

/// What came of beginning a modelled initialisation.
pub(super) enum Begun {
    /// It is done.
    Done,
    /// It was tried, panicked, and is not to be tried again.
    Poisoned,
}

/// Runs `initialise` in the modelled execution unless it has been run, and waits where another
/// thread is running it.
pub(super) fn call_modelled(
    header: &Header,
    new: NewObject,
    force: bool,
    location: &'static Location<'static>,
    initialise: impl FnOnce(&OnceState),
) -> Begun {
    let backend = context::backend();
    let object = header.resolve(&backend, location, || new);
    match backend.perform(Some(object), Operation::Begin { force }, location) {
        Response::Poisoned => Begun::Poisoned,
        Response::Initialise { poisoned } => {
            let result = catch_unwind(AssertUnwindSafe(|| initialise(&OnceState::new(poisoned))));
            backend.perform(Some(object), Operation::Unlock { poison: result.is_err() }, location);
            match result {
                Ok(()) => Begun::Done,
                Err(payload) => resume_unwind(payload),
            }
        }
        _ => Begun::Done,
    }
}

/// Asks in the modelled execution whether an initialisation is done.
pub(super) fn is_completed_modelled(header: &Header, new: NewObject, location: &'static Location<'static>) -> bool {
    let backend = context::backend();
    let object = header.resolve(&backend, location, || new);
    backend.perform(Some(object), Operation::IsCompleted, location) == Response::Answer(true)
}

/// Runs `f` through a std object.
fn on_native(native: &std::sync::Once, force: bool, f: impl FnOnce(&OnceState)) {
    if force {
        native.call_once_force(|state| f(&OnceState::new(state.is_poisoned())));
    } else {
        native.call_once(|| f(&OnceState::new(false)));
    }
}

impl Once {
    /// See [`std::sync::Once::new`].
    #[track_caller]
    #[allow(clippy::new_without_default)] // std's has none either.
    pub const fn new() -> Self {
        Self { header: Header::new(), native: std::sync::Once::new() }
    }

    fn call(&self, force: bool, location: &'static Location<'static>, f: impl FnOnce(&OnceState)) {
        match context::mode() {
            Mode::Outside => on_native(&self.native, force, f),
            Mode::Real => {
                let native = self.native(location);
                let call = || on_native(native, force, f);
                context::observed(Operation::Begin { force }, Some(ObjectKind::Once), location, call);
            }
            Mode::Modelled => {
                if let Begun::Poisoned = call_modelled(&self.header, NewObject::Once, force, location, f) {
                    panic!("Once instance has previously been poisoned");
                }
            }
        }
    }

    /// Returns the std object, of which each real execution has its own if this is a static.
    fn native(&self, location: &'static Location<'static>) -> &std::sync::Once {
        match context::real() {
            Some(real) if self.header.resolve_real(&real, location, ObjectKind::Once) => {
                own(&self.header, std::sync::Once::new)
            }
            _ => &self.native,
        }
    }

    /// See [`std::sync::Once::call_once`].
    ///
    /// # Panics
    ///
    /// If a former attempt panicked.
    #[track_caller]
    pub fn call_once<F: FnOnce()>(&self, f: F) {
        self.call(false, Location::caller(), |_| f());
    }

    /// See [`std::sync::Once::call_once_force`].
    #[track_caller]
    pub fn call_once_force<F: FnOnce(&OnceState)>(&self, f: F) {
        self.call(true, Location::caller(), f);
    }

    /// See [`std::sync::Once::is_completed`].
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside | Mode::Real => self.native(location).is_completed(),
            Mode::Modelled => is_completed_modelled(&self.header, NewObject::Once, location),
        }
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Once").finish_non_exhaustive()
    }
}

impl crate::name::Nameable for Once {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        crate::name::enter(&self.header, name, location, || NewObject::Once);
    }
}
