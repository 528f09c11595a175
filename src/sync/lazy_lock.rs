//! The value that is made at first use.
#![allow(unsafe_code)]

use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::sync::PoisonError;

use super::once_lock::OnceLock;
use crate::execution::backend::NewObject;

/// See [`std::sync::LazyLock`]. A static is made anew in every execution, which its initialiser must
/// allow: it may own nothing that has to be dropped, as a function or a closure without captures.
pub struct LazyLock<T, F = fn() -> T> {
    value: OnceLock<T>,
    // Taken by the first use, unless it is a static inside an execution, which copies it.
    initialise: std::sync::Mutex<Option<F>>,
}

/// Panics as std does when the initialiser panicked before.
#[cold]
#[track_caller]
fn poisoned() -> ! {
    panic!("LazyLock instance has previously been poisoned")
}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// See [`std::sync::LazyLock::new`].
    #[track_caller]
    pub const fn new(f: F) -> Self {
        Self { value: OnceLock::new(), initialise: std::sync::Mutex::new(Some(f)) }
    }

    /// See [`std::sync::LazyLock::force`].
    ///
    /// # Panics
    ///
    /// If the initialiser panics, or did so before.
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        let initialise = || this.initialiser()();
        let value = this.value.get_or_init_at(NewObject::LazyLock, false, Location::caller(), initialise);
        value.unwrap_or_else(|| poisoned())
    }

    fn initialiser(&self) -> F {
        let mut initialise = self.initialise.lock().unwrap_or_else(PoisonError::into_inner);
        if self.value.is_own() {
            assert!(
                !std::mem::needs_drop::<F>(),
                "a static LazyLock is made anew in every execution, so its initialiser may own nothing"
            );
            let initialise = initialise.as_ref().unwrap_or_else(|| poisoned());
            // SAFETY: `F` has nothing to drop, and this copy is used once by an execution that knows
            // of no other. A static's initialiser is a constant, so it holds no unique reference.
            return unsafe { std::ptr::read(initialise) };
        }
        initialise.take().unwrap_or_else(|| poisoned())
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        Self::force(self)
    }
}

impl<T: Default> Default for LazyLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LazyLock").finish_non_exhaustive()
    }
}

impl<T, F> crate::name::Nameable for LazyLock<T, F> {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        self.value.name(name, location);
    }
}
