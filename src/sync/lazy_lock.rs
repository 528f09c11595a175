//! The value that is made at first use.
#![allow(unsafe_code)]

use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::sync::PoisonError;

use super::once_lock::OnceLock;
use crate::execution::backend::NewObject;
use crate::execution::context::{self, Mode};

/// See [`std::sync::LazyLock`]. A static is made anew in every execution, which its initialiser must
/// allow: it may own nothing that has to be dropped, as a function or a closure without captures.
pub struct LazyLock<T, F = fn() -> T> {
    value: OnceLock<T>,
    initialise: std::sync::Mutex<Initialiser<F>>,
}

/// What makes the value. A static's, which is a constant, stays for the executions to come.
struct Initialiser<F> {
    f: Option<F>,
    /// Whether it has been called outside any execution.
    called: bool,
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
        Self { value: OnceLock::new(), initialise: std::sync::Mutex::new(Initialiser { f: Some(f), called: false }) }
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
        let is_outside = context::mode() == Mode::Outside;
        if is_outside && std::mem::replace(&mut initialise.called, true) {
            poisoned();
        }
        if self.value.is_static() {
            assert!(
                is_outside || !std::mem::needs_drop::<F>(),
                "a static LazyLock is made anew in every execution, so its initialiser may own nothing"
            );
            if !std::mem::needs_drop::<F>() {
                let f = initialise.f.as_ref().unwrap_or_else(|| poisoned());
                // SAFETY: `F` has nothing to drop, and a static's initialiser is a constant, so it holds no
                // unique reference; each copy is called once.
                return unsafe { std::ptr::read(f) };
            }
        }
        initialise.f.take().unwrap_or_else(|| poisoned())
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
