//! The mutex.
//!
//! The data always lies in a std mutex. In a modelled execution the back end decides who holds the
//! lock, and the std mutex, which is then free, only hands out the data.
#![allow(unsafe_code)]

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::rc::Rc;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

use crate::execution::backend::{Backend, NewObject};
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::execution::{ObjectId, ObjectKind, Operation, Response};

/// See [`std::sync::Mutex`].
pub struct Mutex<T: ?Sized> {
    header: Header,
    native: std::sync::Mutex<T>,
}

/// See [`std::sync::MutexGuard`].
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized + 'a> {
    mutex: &'a Mutex<T>,
    // None only while a condition variable has it, and in `drop`.
    native: Option<std::sync::MutexGuard<'a, T>>,
    held: Option<Held>,
}

/// How a modelled execution knows the lock that a guard holds.
pub(super) struct Held {
    pub(super) backend: Rc<dyn Backend>,
    pub(super) object: ObjectId,
    pub(super) location: &'static Location<'static>,
    /// Whether the thread was unwinding already when it took the lock.
    pub(super) panicking: bool,
}

impl Held {
    pub(super) fn new(backend: Rc<dyn Backend>, object: ObjectId, location: &'static Location<'static>) -> Self {
        let panicking = backend.execution().panicking();
        Self { backend, object, location, panicking }
    }

    /// Returns whether releasing the lock now poisons it: whether a panic began while it was held.
    pub(super) fn poisons(&self) -> bool {
        !self.panicking && self.backend.execution().panicking()
    }
}

// SAFETY: as in std: a shared guard gives access to a shared `T` only.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<T> Mutex<T> {
    /// See [`std::sync::Mutex::new`].
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self { header: Header::holding::<T>(), native: std::sync::Mutex::new(value) }
    }

    /// See [`std::sync::Mutex::into_inner`].
    ///
    /// # Errors
    ///
    /// The value, if the mutex is poisoned.
    #[track_caller]
    pub fn into_inner(self) -> LockResult<T> {
        let poisoned = self.is_poisoned();
        let value = self.native.into_inner().unwrap_or_else(PoisonError::into_inner);
        if poisoned { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Does an operation on real threads.
    fn observed<R>(&self, operation: Operation, location: &'static Location<'static>, native: impl FnOnce() -> R) -> R {
        if let Some(real) = context::real() {
            self.header.resolve_real(&real, location, ObjectKind::Mutex);
        }
        context::observed(operation, Some(ObjectKind::Mutex), location, native)
    }

    /// Returns how the running modelled execution knows this mutex.
    pub(super) fn resolve(&self, backend: &Rc<dyn Backend>, location: &'static Location<'static>) -> ObjectId {
        self.header.resolve(backend, location, || NewObject::Mutex)
    }

    fn modelled(
        &self,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> (Response, Rc<dyn Backend>, ObjectId) {
        let backend = context::backend();
        let object = self.resolve(&backend, location);
        (backend.perform(Some(object), operation, location), backend, object)
    }

    /// Returns the guard of a lock that the back end says this thread holds.
    pub(super) fn guard(&self, held: Held) -> MutexGuard<'_, T> {
        // Poison is the back end's affair; what std makes of panics, seeing one OS thread, is not.
        let native = match self.native.try_lock() {
            Ok(native) => native,
            Err(TryLockError::Poisoned(poisoned)) => {
                self.native.clear_poison();
                poisoned.into_inner()
            }
            Err(TryLockError::WouldBlock) => unreachable!("the back end gave out a lock that is held"),
        };
        MutexGuard { mutex: self, native: Some(native), held: Some(held) }
    }

    /// See [`std::sync::Mutex::lock`].
    ///
    /// # Errors
    ///
    /// The guard, if the mutex is poisoned.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let location = Location::caller();
        let native = match context::mode() {
            Mode::Outside => self.native.lock(),
            Mode::Real => self.observed(Operation::Lock, location, || self.native.lock()),
            Mode::Modelled => {
                let (response, backend, object) = self.modelled(Operation::Lock, location);
                let guard = self.guard(Held::new(backend, object, location));
                return match response {
                    Response::Acquired { poisoned: true } => Err(PoisonError::new(guard)),
                    _ => Ok(guard),
                };
            }
        };
        let wrap = |native| MutexGuard { mutex: self, native: Some(native), held: None };
        native.map(wrap).map_err(|poisoned| PoisonError::new(wrap(poisoned.into_inner())))
    }

    /// See [`std::sync::Mutex::try_lock`].
    ///
    /// # Errors
    ///
    /// If the mutex is held, or the guard, if it is poisoned.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let location = Location::caller();
        let native = match context::mode() {
            Mode::Outside => self.native.try_lock(),
            Mode::Real => self.observed(Operation::TryLock, location, || self.native.try_lock()),
            Mode::Modelled => {
                let (response, backend, object) = self.modelled(Operation::TryLock, location);
                if response == Response::WouldBlock {
                    return Err(TryLockError::WouldBlock);
                }
                let guard = self.guard(Held::new(backend, object, location));
                return match response {
                    Response::Acquired { poisoned: true } => Err(PoisonError::new(guard).into()),
                    _ => Ok(guard),
                };
            }
        };
        let wrap = |native| MutexGuard { mutex: self, native: Some(native), held: None };
        match native {
            Ok(native) => Ok(wrap(native)),
            Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
            Err(TryLockError::Poisoned(poisoned)) => Err(PoisonError::new(wrap(poisoned.into_inner())).into()),
        }
    }

    /// See [`std::sync::Mutex::is_poisoned`].
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        match context::mode() {
            Mode::Outside => self.native.is_poisoned(),
            Mode::Real => self.observed(Operation::IsPoisoned, Location::caller(), || self.native.is_poisoned()),
            Mode::Modelled => self.modelled(Operation::IsPoisoned, Location::caller()).0 == Response::Answer(true),
        }
    }

    /// See [`std::sync::Mutex::clear_poison`].
    #[track_caller]
    pub fn clear_poison(&self) {
        match context::mode() {
            Mode::Outside => self.native.clear_poison(),
            Mode::Real => self.observed(Operation::ClearPoison, Location::caller(), || self.native.clear_poison()),
            Mode::Modelled => {
                self.modelled(Operation::ClearPoison, Location::caller());
            }
        }
    }

    /// See [`std::sync::Mutex::get_mut`].
    ///
    /// # Errors
    ///
    /// The reference, if the mutex is poisoned.
    #[track_caller]
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let poisoned = self.is_poisoned();
        let value = self.native.get_mut().unwrap_or_else(PoisonError::into_inner);
        if poisoned { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// Takes the guard apart, for a condition variable: the mutex stays locked.
    pub(super) fn into_parts(mut self) -> (&'a Mutex<T>, Option<std::sync::MutexGuard<'a, T>>, Option<Held>) {
        (self.mutex, self.native.take(), self.held.take())
    }

    /// Returns the guard of a lock that a std condition variable took again.
    pub(super) fn of_native(mutex: &'a Mutex<T>, native: std::sync::MutexGuard<'a, T>) -> Self {
        Self { mutex, native: Some(native), held: None }
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.native.as_ref().expect("a guard that is in use")
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.native.as_mut().expect("a guard that is in use")
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            // Another thread may run before this takes effect, and none between that and the release
            // of the data.
            held.backend.perform(Some(held.object), Operation::Unlock { poison: held.poisons() }, held.location);
        }
        self.native = None;
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, formatter)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, formatter)
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.native, formatter)
    }
}

impl<T: ?Sized> crate::name::Nameable for Mutex<T> {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        crate::name::enter(&self.header, name, location, || NewObject::Mutex);
    }
}
