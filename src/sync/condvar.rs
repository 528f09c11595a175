//! The condition variable.

use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::sync::{LockResult, PoisonError};
use std::time::Duration;

use super::mutex::{Held, Holds, MutexGuard};
use super::once_lock::own;
use crate::execution::backend::{Backend, NewObject};
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::trace::{ObjectId, ObjectKind, Operation, Response};

/// See [`std::sync::Condvar`].
pub struct Condvar {
    header: Header,
    native: std::sync::Condvar,
}

/// See [`std::sync::WaitTimeoutResult`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Returns whether the wait timed out.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    /// See [`std::sync::Condvar::new`].
    #[track_caller]
    pub const fn new() -> Self {
        Self { header: Header::new(), native: std::sync::Condvar::new() }
    }

    /// Returns the std object, of which each real execution has its own if this is a static.
    fn native(&self, location: &'static Location<'static>) -> &std::sync::Condvar {
        match context::real() {
            Some(real) if self.header.resolve_real(&real, location, ObjectKind::Condvar) => {
                own(&self.header, std::sync::Condvar::new)
            }
            _ => &self.native,
        }
    }

    fn resolve(&self, backend: &Rc<dyn Backend>, location: &'static Location<'static>) -> ObjectId {
        self.header.resolve(backend, location, || NewObject::Condvar)
    }

    /// Waits in the modelled execution, and returns the guard, whether it is poisoned, and whether
    /// the wait timed out.
    fn wait_modelled<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timed: bool,
        location: &'static Location<'static>,
    ) -> (MutexGuard<'a, T>, bool, bool) {
        let backend = context::backend();
        let condvar = self.resolve(&backend, location);
        let (mutex, holds) = guard.into_parts();
        drop(holds);
        let object = mutex.resolve(&backend, location);
        let response = backend.perform(Some(condvar), Operation::Wait { mutex: object, timed }, location);
        let poisoned = matches!(response, Response::Acquired { poisoned: true } | Response::Late { poisoned: true });
        let timed_out = matches!(response, Response::Late { .. });
        let guard = mutex.modelled_guard(Held::new(backend, object, location), poisoned);
        (guard.unwrap_or_else(PoisonError::into_inner), poisoned, timed_out)
    }

    /// See [`std::sync::Condvar::wait`].
    ///
    /// # Errors
    ///
    /// The guard, if the mutex is poisoned.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let location = Location::caller();
        if context::mode() == Mode::Modelled {
            let (guard, poisoned, _) = self.wait_modelled(guard, false, location);
            return if poisoned { Err(PoisonError::new(guard)) } else { Ok(guard) };
        }
        let (mutex, Holds::Native(native)) = guard.into_parts() else {
            panic!("a guard of an execution was used outside it")
        };
        // Nothing is known of the mutex's number on real threads.
        let wait = Operation::Wait { mutex: ObjectId(u32::MAX), timed: false };
        let condvar = self.native(location);
        let native = context::observed(wait, Some(ObjectKind::Condvar), location, || condvar.wait(native));
        let wrap = |native| mutex.guard(Holds::Native(native));
        native.map(wrap).map_err(|poisoned| PoisonError::new(wrap(poisoned.into_inner())))
    }

    /// See [`std::sync::Condvar::wait_while`].
    ///
    /// # Errors
    ///
    /// The guard, if the mutex is poisoned.
    #[track_caller]
    pub fn wait_while<'a, T, F>(&self, mut guard: MutexGuard<'a, T>, mut condition: F) -> LockResult<MutexGuard<'a, T>>
    where
        F: FnMut(&mut T) -> bool,
    {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// See [`std::sync::Condvar::wait_timeout`]. In a modelled execution time is virtual: the wait may
    /// time out at any moment, whatever `duration` is.
    ///
    /// # Errors
    ///
    /// The guard and the result, if the mutex is poisoned.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        duration: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let location = Location::caller();
        if context::mode() == Mode::Modelled {
            let (guard, poisoned, timed_out) = self.wait_modelled(guard, true, location);
            let result = (guard, WaitTimeoutResult(timed_out));
            return if poisoned { Err(PoisonError::new(result)) } else { Ok(result) };
        }
        let (mutex, Holds::Native(native)) = guard.into_parts() else {
            panic!("a guard of an execution was used outside it")
        };
        let wait = Operation::Wait { mutex: ObjectId(u32::MAX), timed: true };
        let condvar = self.native(location);
        let wait_native = || condvar.wait_timeout(native, duration);
        let native = context::observed(wait, Some(ObjectKind::Condvar), location, wait_native);
        let wrap = |(native, result): (_, std::sync::WaitTimeoutResult)| {
            (mutex.guard(Holds::Native(native)), WaitTimeoutResult(result.timed_out()))
        };
        native.map(wrap).map_err(|poisoned| PoisonError::new(wrap(poisoned.into_inner())))
    }

    /// See [`std::sync::Condvar::wait_timeout_while`]. In a modelled execution any of its waits may be
    /// the one that times out.
    ///
    /// # Errors
    ///
    /// The guard and the result, if the mutex is poisoned.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        duration: Duration,
        mut condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)>
    where
        F: FnMut(&mut T) -> bool,
    {
        let begun = std::time::Instant::now();
        loop {
            if !condition(&mut *guard) {
                return Ok((guard, WaitTimeoutResult(false)));
            }
            let left = if context::mode() == Mode::Modelled {
                duration
            } else {
                match duration.checked_sub(begun.elapsed()) {
                    Some(left) => left,
                    None => return Ok((guard, WaitTimeoutResult(true))),
                }
            };
            let (again, result) = self.wait_timeout(guard, left)?;
            guard = again;
            if context::mode() == Mode::Modelled && result.timed_out() {
                let still = condition(&mut *guard);
                return Ok((guard, WaitTimeoutResult(still)));
            }
        }
    }

    fn notify(&self, operation: Operation, location: &'static Location<'static>, on: fn(&std::sync::Condvar)) {
        match context::mode() {
            Mode::Outside => on(&self.native),
            Mode::Real => {
                let native = self.native(location);
                context::observed(operation, Some(ObjectKind::Condvar), location, || on(native));
            }
            Mode::Modelled => {
                let backend = context::backend();
                let object = self.resolve(&backend, location);
                backend.perform(Some(object), operation, location);
            }
        }
    }

    /// See [`std::sync::Condvar::notify_one`]. In a modelled execution it may wake any of the waiters.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify(Operation::NotifyOne, Location::caller(), std::sync::Condvar::notify_one);
    }

    /// See [`std::sync::Condvar::notify_all`].
    #[track_caller]
    pub fn notify_all(&self) {
        self.notify(Operation::NotifyAll, Location::caller(), std::sync::Condvar::notify_all);
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Condvar").finish_non_exhaustive()
    }
}

impl crate::name::Nameable for Condvar {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        crate::name::enter(&self.header, name, location, || NewObject::Condvar);
    }
}
