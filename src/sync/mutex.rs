//! The mutex: a std mutex around nothing, and beside it the data. In a modelled execution the back
//! end decides who holds the lock; the std mutex, which is then free, is taken as well, so that a
//! thread outside the execution that uses the same object cannot get at the data.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

use super::once_lock::own;
use crate::execution::backend::{Backend, NewObject, Stop};
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::trace::{ObjectId, ObjectKind, Operation, Response};

/// See [`std::sync::Mutex`].
pub struct Mutex<T: ?Sized> {
    header: Header,
    native: std::sync::Mutex<()>,
    data: UnsafeCell<T>,
}

// SAFETY: as in std: the lock hands the data from thread to thread, one at a time.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}
// SAFETY: as in std: only the holder of the lock gets at the data.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}
impl<T: ?Sized> UnwindSafe for Mutex<T> {}
impl<T: ?Sized> RefUnwindSafe for Mutex<T> {}

/// See [`std::sync::MutexGuard`].
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized + 'a> {
    mutex: &'a Mutex<T>,
    holds: Holds<'a>,
    // As in std, a guard is not `Send`, and `Sync` if `T` is.
    data: PhantomData<*mut T>,
}

/// What a guard holds.
pub(super) enum Holds<'a> {
    /// The std mutex.
    Native(#[allow(dead_code)] std::sync::MutexGuard<'a, ()>),
    /// The lock of a modelled execution, and the std mutex unless there is no data to protect.
    Modelled(Held, #[allow(dead_code)] Option<std::sync::MutexGuard<'a, ()>>),
    /// Nothing, for the moment: a condition variable has it.
    Nothing,
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
        let panicking = std::thread::panicking();
        Self { backend, object, location, panicking }
    }

    /// Returns whether releasing the lock now poisons it: whether a panic began while it was held.
    pub(super) fn poisons(&self) -> bool {
        !self.panicking && std::thread::panicking()
    }
}

// SAFETY: as in std: a shared guard gives access to a shared `T` only.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<T> Mutex<T> {
    /// See [`std::sync::Mutex::new`].
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self { header: Header::holding::<T>(), native: std::sync::Mutex::new(()), data: UnsafeCell::new(value) }
    }

    /// See [`std::sync::Mutex::into_inner`].
    ///
    /// # Errors
    ///
    /// The value, if the mutex is poisoned.
    #[track_caller]
    pub fn into_inner(self) -> LockResult<T> {
        let poisoned = self.is_poisoned();
        let value = self.data.into_inner();
        if poisoned { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Returns the std mutex, of which each real execution has its own if this is a static.
    fn native(&self, location: &'static Location<'static>) -> &std::sync::Mutex<()> {
        match context::real() {
            Some(real) if self.header.resolve_real(&real, location, ObjectKind::Mutex) => {
                own(&self.header, || std::sync::Mutex::new(()))
            }
            _ => &self.native,
        }
    }

    /// Does an operation on real threads.
    fn observed<R>(
        &self,
        operation: Operation,
        location: &'static Location<'static>,
        on: impl FnOnce(&std::sync::Mutex<()>) -> R,
    ) -> R {
        let native = self.native(location);
        context::observed(operation, Some(ObjectKind::Mutex), location, || on(native))
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

    /// Returns the guard of a lock that this thread holds.
    pub(super) fn guard<'a>(&'a self, holds: Holds<'a>) -> MutexGuard<'a, T> {
        MutexGuard { mutex: self, holds, data: PhantomData }
    }

    fn native_guard<'a>(&'a self, native: LockResult<std::sync::MutexGuard<'a, ()>>) -> LockResult<MutexGuard<'a, T>> {
        match native {
            Ok(native) => Ok(self.guard(Holds::Native(native))),
            Err(poisoned) => Err(PoisonError::new(self.guard(Holds::Native(poisoned.into_inner())))),
        }
    }

    /// Returns the guard of a lock that the back end says this thread holds.
    pub(super) fn modelled_guard(&self, held: Held, poisoned: bool) -> LockResult<MutexGuard<'_, T>> {
        let native = match self.native.try_lock() {
            _ if self.header.holds_nothing() => None,
            Ok(native) => Some(native),
            // Poison is the back end's affair: std sees the panics of all threads as those of one.
            Err(TryLockError::Poisoned(poisoned)) => {
                self.native.clear_poison();
                Some(poisoned.into_inner())
            }
            Err(TryLockError::WouldBlock) => {
                held.backend.halt(Stop::Failure(self.header.foreign(ObjectKind::Mutex, held.location)))
            }
        };
        let guard = self.guard(Holds::Modelled(held, native));
        if poisoned { Err(PoisonError::new(guard)) } else { Ok(guard) }
    }

    /// See [`std::sync::Mutex::lock`].
    ///
    /// # Errors
    ///
    /// The guard, if the mutex is poisoned.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside => self.native_guard(self.native.lock()),
            Mode::Real => {
                let native = self.native(location);
                let lock = || native.lock();
                self.native_guard(context::observed(Operation::Lock, Some(ObjectKind::Mutex), location, lock))
            }
            Mode::Modelled => {
                let (response, backend, object) = self.modelled(Operation::Lock, location);
                let poisoned = response == Response::Acquired { poisoned: true };
                self.modelled_guard(Held::new(backend, object, location), poisoned)
            }
        }
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
            Mode::Real => {
                let native = self.native(location);
                let try_lock = || native.try_lock();
                context::observed(Operation::TryLock, Some(ObjectKind::Mutex), location, try_lock)
            }
            Mode::Modelled => {
                let (response, backend, object) = self.modelled(Operation::TryLock, location);
                let Response::Acquired { poisoned } = response else { return Err(TryLockError::WouldBlock) };
                return Ok(self.modelled_guard(Held::new(backend, object, location), poisoned)?);
            }
        };
        match native {
            Ok(native) => Ok(self.guard(Holds::Native(native))),
            Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
            Err(TryLockError::Poisoned(poisoned)) => Ok(self.native_guard(Err(poisoned))?),
        }
    }

    /// See [`std::sync::Mutex::is_poisoned`].
    #[track_caller]
    pub fn is_poisoned(&self) -> bool {
        match context::mode() {
            Mode::Outside => self.native.is_poisoned(),
            Mode::Real => self.observed(Operation::IsPoisoned, Location::caller(), std::sync::Mutex::is_poisoned),
            Mode::Modelled => self.modelled(Operation::IsPoisoned, Location::caller()).0 == Response::Answer(true),
        }
    }

    /// See [`std::sync::Mutex::clear_poison`].
    #[track_caller]
    pub fn clear_poison(&self) {
        match context::mode() {
            Mode::Outside => self.native.clear_poison(),
            Mode::Real => self.observed(Operation::ClearPoison, Location::caller(), std::sync::Mutex::clear_poison),
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
        let value = self.data.get_mut();
        if poisoned { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// Takes the guard apart, for a condition variable: the mutex stays locked.
    pub(super) fn into_parts(mut self) -> (&'a Mutex<T>, Holds<'a>) {
        (self.mutex, std::mem::replace(&mut self.holds, Holds::Nothing))
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard's thread holds the lock, on the std mutex or by the word of the back end,
        // so nobody else has a reference to the data that is not shared.
        unsafe { &*self.mutex.data.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and this guard is borrowed uniquely, so nobody has any reference.
        unsafe { &mut *self.mutex.data.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if let Holds::Modelled(held, _) = &self.holds {
            held.backend.perform(Some(held.object), Operation::Unlock { poison: held.poisons() }, held.location);
        }
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
        let mut debug = formatter.debug_struct("Mutex");
        // A look that no other thread notices: in an execution, whoever holds the lock holds this too.
        match self.native.try_lock() {
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

impl<T: ?Sized> crate::name::Nameable for Mutex<T> {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        crate::name::enter(&self.header, name, location, || NewObject::Mutex);
    }
}
