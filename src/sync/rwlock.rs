//! The readers-writer lock: as the mutex, a std lock around nothing, and beside it the data.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

use super::mutex::Held;
use super::once_lock::own;
use crate::execution::backend::{Backend, NewObject, Stop};
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::trace::{ObjectId, ObjectKind, Operation, Response};

/// See [`std::sync::RwLock`].
pub struct RwLock<T: ?Sized> {
    header: Header,
    native: std::sync::RwLock<()>,
    data: UnsafeCell<T>,
}

// SAFETY: as in std: the lock hands the data from thread to thread.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: as in std: several readers get at the data at once, so it must be `Sync`, and a writer can
// take it out, so it must be `Send`.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}
impl<T: ?Sized> UnwindSafe for RwLock<T> {}
impl<T: ?Sized> RefUnwindSafe for RwLock<T> {}

/// See [`std::sync::RwLockReadGuard`].
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T: ?Sized + 'a> {
    lock: &'a RwLock<T>,
    /// None if there is no data to protect.
    _native: Option<std::sync::RwLockReadGuard<'a, ()>>,
    held: Option<Held>,
    // As in std, a guard is not `Send`, and `Sync` if `T` is.
    data: PhantomData<*mut T>,
}

/// See [`std::sync::RwLockWriteGuard`].
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T: ?Sized + 'a> {
    lock: &'a RwLock<T>,
    /// None if there is no data to protect.
    _native: Option<std::sync::RwLockWriteGuard<'a, ()>>,
    held: Option<Held>,
    data: PhantomData<*mut T>,
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
        Self { header: Header::holding::<T>(), native: std::sync::RwLock::new(()), data: UnsafeCell::new(value) }
    }

    /// See [`std::sync::RwLock::into_inner`].
    ///
    /// # Errors
    ///
    /// The value, if the lock is poisoned.
    #[track_caller]
    pub fn into_inner(self) -> LockResult<T> {
        let poisoned = self.is_poisoned();
        let value = self.data.into_inner();
        if poisoned { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Returns the std lock, of which each real execution has its own if this is a static.
    fn native(&self, location: &'static Location<'static>) -> &std::sync::RwLock<()> {
        match context::real() {
            Some(real) if self.header.resolve_real(&real, location, ObjectKind::RwLock) => {
                own(&self.header, || std::sync::RwLock::new(()))
            }
            _ => &self.native,
        }
    }

    /// Does an operation on real threads.
    fn observed<'a, R>(
        &'a self,
        operation: Operation,
        location: &'static Location<'static>,
        on: impl FnOnce(&'a std::sync::RwLock<()>) -> R,
    ) -> R {
        let native = self.native(location);
        context::observed(operation, Some(ObjectKind::RwLock), location, || on(native))
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

    /// Takes the std lock as well, so that a thread outside the execution cannot get at the data.
    fn take_native<G>(&self, held: &Held, take: impl FnOnce() -> Result<G, ()>) -> Option<G> {
        if self.header.holds_nothing() {
            return None;
        }
        let foreign = || held.backend.halt(Stop::Failure(self.header.foreign(ObjectKind::RwLock, held.location)));
        Some(take().unwrap_or_else(|()| foreign()))
    }

    fn read_modelled(
        &self,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let Taken::Held(held, poisoned) = self.take(operation, location) else {
            return Err(TryLockError::WouldBlock);
        };
        let native = self.take_native(&held, || self.native.try_read().map_err(|_| ()));
        let guard = RwLockReadGuard { lock: self, _native: native, held: Some(held), data: PhantomData };
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
        let native = self.take_native(&held, || self.native.try_write().map_err(|_| ()));
        let guard = RwLockWriteGuard { lock: self, _native: native, held: Some(held), data: PhantomData };
        if poisoned { Err(PoisonError::new(guard).into()) } else { Ok(guard) }
    }

    fn read_guard<'a>(&'a self, native: std::sync::RwLockReadGuard<'a, ()>) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard { lock: self, _native: Some(native), held: None, data: PhantomData }
    }

    fn write_guard<'a>(&'a self, native: std::sync::RwLockWriteGuard<'a, ()>) -> RwLockWriteGuard<'a, T> {
        RwLockWriteGuard { lock: self, _native: Some(native), held: None, data: PhantomData }
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
            Mode::Outside => map_lock(self.native.read(), |native| self.read_guard(native)),
            Mode::Real => map_lock(self.observed(Operation::Read, location, std::sync::RwLock::read), |native| {
                self.read_guard(native)
            }),
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
            Mode::Outside => map_try(self.native.try_read(), |native| self.read_guard(native)),
            Mode::Real => map_try(self.observed(Operation::TryRead, location, std::sync::RwLock::try_read), |native| {
                self.read_guard(native)
            }),
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
            Mode::Outside => map_lock(self.native.write(), |native| self.write_guard(native)),
            Mode::Real => map_lock(self.observed(Operation::Write, location, std::sync::RwLock::write), |native| {
                self.write_guard(native)
            }),
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
            Mode::Outside => map_try(self.native.try_write(), |native| self.write_guard(native)),
            Mode::Real => {
                map_try(self.observed(Operation::TryWrite, location, std::sync::RwLock::try_write), |native| {
                    self.write_guard(native)
                })
            }
            Mode::Modelled => self.write_modelled(Operation::TryWrite, location),
        }
    }

    /// See [`std::sync::RwLock::is_poisoned`].
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside => self.native.is_poisoned(),
            Mode::Real => self.observed(Operation::IsPoisoned, location, std::sync::RwLock::is_poisoned),
            Mode::Modelled => self.modelled(Operation::IsPoisoned, location).0 == Response::Answer(true),
        }
    }

    /// See [`std::sync::RwLock::clear_poison`].
    #[track_caller]
    pub fn clear_poison(&self) {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside => self.native.clear_poison(),
            Mode::Real => self.observed(Operation::ClearPoison, location, std::sync::RwLock::clear_poison),
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
        let value = self.data.get_mut();
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
    ($guard:ident, $release:expr) => {
        // SAFETY: as in std: a shared guard gives access to a shared `T` only.
        unsafe impl<T: ?Sized + Sync> Sync for $guard<'_, T> {}

        impl<T: ?Sized> Deref for $guard<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                // SAFETY: this guard's thread holds the lock, so that any other reference to the data is
                // a shared one.
                unsafe { &*self.lock.data.get() }
            }
        }

        impl<T: ?Sized> Drop for $guard<'_, T> {
            fn drop(&mut self) {
                if let Some(held) = &self.held {
                    let release: fn(&Held) -> Operation = $release;
                    held.backend.perform(Some(held.object), release(held), held.location);
                }
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

guard!(RwLockReadGuard, |_| Operation::Unread);
guard!(RwLockWriteGuard, |held| Operation::Unlock { poison: held.poisons() });

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard's thread holds the lock for itself, and the guard is borrowed uniquely.
        unsafe { &mut *self.lock.data.get() }
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
        let mut debug = formatter.debug_struct("RwLock");
        // A look that no other thread notices: in an execution, whoever holds the lock holds this too.
        match self.native.try_read() {
            // SAFETY: the std lock is held, as whoever gets at the data holds it.
            Ok(_held) => debug.field("data", &unsafe { &*self.data.get() }),
            // SAFETY: as above.
            Err(TryLockError::Poisoned(_held)) => debug.field("data", &unsafe { &*self.data.get() }),
            Err(TryLockError::WouldBlock) => debug.field("data", &format_args!("<locked>")),
        };
        let is_outside = context::mode() == Mode::Outside;
        debug.field("poisoned", &(is_outside && self.native.is_poisoned()));
        debug.finish_non_exhaustive()
    }
}

impl<T: ?Sized> crate::name::Nameable for RwLock<T> {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        crate::name::enter(&self.header, name, location, || NewObject::RwLock);
    }
}
