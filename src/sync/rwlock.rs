//! The readers-writer lock. As with the mutex, the data always lies in the std lock.
#![allow(unsafe_code)]

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::rc::Rc;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

use super::mutex::Held;
use crate::execution::backend::{Backend, NewObject};
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::execution::{ObjectId, ObjectKind, Operation, Response};

/// See [`std::sync::RwLock`].
pub struct RwLock<T: ?Sized> {
    header: Header,
    native: std::sync::RwLock<T>,
}

/// See [`std::sync::RwLockReadGuard`].
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T: ?Sized + 'a> {
    // None only in `drop`.
    native: Option<std::sync::RwLockReadGuard<'a, T>>,
    held: Option<Held>,
}

/// See [`std::sync::RwLockWriteGuard`].
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T: ?Sized + 'a> {
    // None only in `drop`.
    native: Option<std::sync::RwLockWriteGuard<'a, T>>,
    held: Option<Held>,
}

/// What taking a lock comes to in a modelled execution.
enum Taken {
    WouldBlock,
    Held(Held, bool),
}

impl<T> RwLock<T> {
    /// See [`std::sync::RwLock::new`].
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self { header: Header::holding::<T>(), native: std::sync::RwLock::new(value) }
    }

    /// See [`std::sync::RwLock::into_inner`].
    ///
    /// # Errors
    ///
    /// The value, if the lock is poisoned.
    #[track_caller]
    pub fn into_inner(self) -> LockResult<T> {
        let poisoned = self.is_poisoned();
        let value = self.native.into_inner().unwrap_or_else(PoisonError::into_inner);
        if poisoned { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Does an operation on real threads.
    fn observed<R>(&self, operation: Operation, location: &'static Location<'static>, native: impl FnOnce() -> R) -> R {
        if let Some(real) = context::real() {
            self.header.resolve_real(&real, location, ObjectKind::RwLock);
        }
        context::observed(operation, Some(ObjectKind::RwLock), location, native)
    }

    fn modelled(
        &self,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> (Response, Rc<dyn Backend>, ObjectId) {
        let backend = context::backend();
        let object = self.header.resolve(&backend, location, || NewObject::RwLock);
        (backend.perform(Some(object), operation, location), backend, object)
    }

    fn take(&self, operation: Operation, location: &'static Location<'static>) -> Taken {
        let (response, backend, object) = self.modelled(operation, location);
        match response {
            Response::Acquired { poisoned } => {
                // Poison is the back end's affair.
                self.native.clear_poison();
                Taken::Held(Held::new(backend, object, location), poisoned)
            }
            _ => Taken::WouldBlock,
        }
    }

    fn read_modelled(
        &self,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let Taken::Held(held, poisoned) = self.take(operation, location) else {
            return Err(TryLockError::WouldBlock);
        };
        let Ok(native) = self.native.try_read() else { unreachable!("the back end gave out a lock that is held") };
        let guard = RwLockReadGuard { native: Some(native), held: Some(held) };
        if poisoned { Err(PoisonError::new(guard).into()) } else { Ok(guard) }
    }

    fn write_modelled(
        &self,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let Taken::Held(held, poisoned) = self.take(operation, location) else {
            return Err(TryLockError::WouldBlock);
        };
        let Ok(native) = self.native.try_write() else { unreachable!("the back end gave out a lock that is held") };
        let guard = RwLockWriteGuard { native: Some(native), held: Some(held) };
        if poisoned { Err(PoisonError::new(guard).into()) } else { Ok(guard) }
    }

    /// See [`std::sync::RwLock::read`].
    ///
    /// # Errors
    ///
    /// The guard, if the lock is poisoned.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside => map_lock(self.native.read(), RwLockReadGuard::of_native),
            Mode::Real => {
                map_lock(self.observed(Operation::Read, location, || self.native.read()), RwLockReadGuard::of_native)
            }
            Mode::Modelled => waited(self.read_modelled(Operation::Read, location)),
        }
    }

    /// See [`std::sync::RwLock::try_read`].
    ///
    /// # Errors
    ///
    /// If a writer holds the lock, or the guard, if it is poisoned.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside => map_try(self.native.try_read(), RwLockReadGuard::of_native),
            Mode::Real => map_try(
                self.observed(Operation::TryRead, location, || self.native.try_read()),
                RwLockReadGuard::of_native,
            ),
            Mode::Modelled => self.read_modelled(Operation::TryRead, location),
        }
    }

    /// See [`std::sync::RwLock::write`].
    ///
    /// # Errors
    ///
    /// The guard, if the lock is poisoned.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside => map_lock(self.native.write(), RwLockWriteGuard::of_native),
            Mode::Real => {
                map_lock(self.observed(Operation::Write, location, || self.native.write()), RwLockWriteGuard::of_native)
            }
            Mode::Modelled => waited(self.write_modelled(Operation::Write, location)),
        }
    }

    /// See [`std::sync::RwLock::try_write`].
    ///
    /// # Errors
    ///
    /// If the lock is held, or the guard, if it is poisoned.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside => map_try(self.native.try_write(), RwLockWriteGuard::of_native),
            Mode::Real => map_try(
                self.observed(Operation::TryWrite, location, || self.native.try_write()),
                RwLockWriteGuard::of_native,
            ),
            Mode::Modelled => self.write_modelled(Operation::TryWrite, location),
        }
    }

    /// See [`std::sync::RwLock::is_poisoned`].
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside => self.native.is_poisoned(),
            Mode::Real => self.observed(Operation::IsPoisoned, location, || self.native.is_poisoned()),
            Mode::Modelled => self.modelled(Operation::IsPoisoned, location).0 == Response::Answer(true),
        }
    }

    /// See [`std::sync::RwLock::clear_poison`].
    #[track_caller]
    pub fn clear_poison(&self) {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside => self.native.clear_poison(),
            Mode::Real => self.observed(Operation::ClearPoison, location, || self.native.clear_poison()),
            Mode::Modelled => {
                self.modelled(Operation::ClearPoison, location);
            }
        }
    }

    /// See [`std::sync::RwLock::get_mut`].
    ///
    /// # Errors
    ///
    /// The reference, if the lock is poisoned.
    #[track_caller]
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let poisoned = self.is_poisoned();
        let value = self.native.get_mut().unwrap_or_else(PoisonError::into_inner);
        if poisoned { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

fn map_lock<N, G>(native: LockResult<N>, wrap: impl Fn(N) -> G) -> LockResult<G> {
    native.map(&wrap).map_err(|poisoned| PoisonError::new(wrap(poisoned.into_inner())))
}

fn map_try<N, G>(native: TryLockResult<N>, wrap: impl Fn(N) -> G) -> TryLockResult<G> {
    match native {
        Ok(native) => Ok(wrap(native)),
        Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
        Err(TryLockError::Poisoned(poisoned)) => Err(PoisonError::new(wrap(poisoned.into_inner())).into()),
    }
}

/// Returns what an operation that waits came to.
fn waited<G>(taken: TryLockResult<G>) -> LockResult<G> {
    match taken {
        Ok(guard) => Ok(guard),
        Err(TryLockError::Poisoned(poisoned)) => Err(poisoned),
        Err(TryLockError::WouldBlock) => unreachable!("the back end did not wait"),
    }
}

macro_rules! guard {
    ($guard:ident, $native:ident, $release:expr) => {
        // SAFETY: as in std: a shared guard gives access to a shared `T` only.
        unsafe impl<T: ?Sized + Sync> Sync for $guard<'_, T> {}

        impl<'a, T: ?Sized> $guard<'a, T> {
            fn of_native(native: std::sync::$native<'a, T>) -> Self {
                Self { native: Some(native), held: None }
            }
        }

        impl<T: ?Sized> Deref for $guard<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                self.native.as_ref().expect("a guard that is in use")
            }
        }

        impl<T: ?Sized> Drop for $guard<'_, T> {
            fn drop(&mut self) {
                if let Some(held) = self.held.take() {
                    let release: fn(&Held) -> Operation = $release;
                    held.backend.perform(Some(held.object), release(&held), held.location);
                }
                self.native = None;
            }
        }

        impl<T: ?Sized + fmt::Debug> fmt::Debug for $guard<'_, T> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&**self, formatter)
            }
        }

        impl<T: ?Sized + fmt::Display> fmt::Display for $guard<'_, T> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&**self, formatter)
            }
        }
    };
}

guard!(RwLockReadGuard, RwLockReadGuard, |_| Operation::Unread);
guard!(RwLockWriteGuard, RwLockWriteGuard, |held| Operation::Unlock { poison: held.poisons() });

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.native.as_mut().expect("a guard that is in use")
    }
}

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.native, formatter)
    }
}

impl<T: ?Sized> crate::name::Nameable for RwLock<T> {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        crate::name::enter(&self.header, name, location, || NewObject::RwLock);
    }
}
