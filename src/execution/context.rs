//! Which execution the running code belongs to, if any: the one place where the facade decides
//! between std, real threads under observation, and a modelled execution.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::backend::Backend;
use super::local_state::LocalState;
use super::real::RealExecution;
use crate::trace::{ObjectKind, Operation};

/// Where the running code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Outside any execution: every facade object is its std counterpart.
    Outside,
    /// On real threads, observed and perturbed by the `threads` engine.
    Real,
    /// In an execution that a back end models.
    Modelled,
}

thread_local! {
    // Alone and without a destructor, so that looking costs one load outside any execution.
    static MODE: Cell<Mode> = const { Cell::new(Mode::Outside) };
    static MODELLED: RefCell<Option<Rc<dyn Backend>>> = const { RefCell::new(None) };
    static REAL: RefCell<Option<Arc<RealExecution>>> = const { RefCell::new(None) };
}

/// Returns where the running code is.
#[inline(always)]
pub(crate) fn mode() -> Mode {
    MODE.get()
}

/// Returns the back end of the execution that the running code belongs to.
///
/// # Panics
///
/// Unless [`mode`] is [`Mode::Modelled`].
pub(crate) fn backend() -> Rc<dyn Backend> {
    MODELLED.with_borrow(|backend| backend.clone()).expect("inside a modelled execution")
}

/// Returns the back end, where there is one.
pub(crate) fn modelled() -> Option<Rc<dyn Backend>> {
    (mode() == Mode::Modelled).then(backend)
}

/// Returns the real execution, where there is one.
pub(crate) fn real() -> Option<Arc<RealExecution>> {
    if mode() == Mode::Real { REAL.with_borrow(Clone::clone) } else { None }
}

/// Does `native`, an operation on real threads, under the eyes of the real execution.
pub(crate) fn observed<R>(
    operation: Operation,
    object: Option<ObjectKind>,
    location: &'static Location<'static>,
    native: impl FnOnce() -> R,
) -> R {
    let real = real();
    if let Some(real) = &real {
        real.before(operation, object, location);
    }
    let result = native();
    if let Some(real) = &real {
        real.after();
    }
    result
}

/// Gives up the turn of the thread by `operation`: in a loop that waits, until what it reads changes.
/// Inlined, so that the state of the calling loop is what is looked at.
#[inline(always)]
pub(crate) fn spin(operation: Operation, location: &'static Location<'static>, native: impl FnOnce()) {
    match mode() {
        Mode::Outside => native(),
        Mode::Real => observed(operation, None, location, native),
        Mode::Modelled => {
            let here = LocalState::capture();
            backend().spin(operation, location, &here);
        }
    }
}

/// Runs `body` as a part of a modelled execution.
pub(crate) fn enter_modelled<R>(backend: Rc<dyn Backend>, body: impl FnOnce() -> R) -> R {
    struct Leave(Mode, Option<Rc<dyn Backend>>);
    impl Drop for Leave {
        fn drop(&mut self) {
            MODE.set(self.0);
            MODELLED.set(self.1.take());
        }
    }
    let _leave = Leave(MODE.replace(Mode::Modelled), MODELLED.replace(Some(backend)));
    body()
}

/// Puts this OS thread into a modelled execution, without a way back: for engines whose threads
/// leave through no common frame.
#[cfg(any(feature = "loom", feature = "shuttle"))]
pub(crate) fn set_modelled(backend: Option<Rc<dyn Backend>>) {
    MODE.set(if backend.is_some() { Mode::Modelled } else { Mode::Outside });
    let former = MODELLED.replace(backend);
    drop(former);
}

/// Puts this OS thread, which ends with the body it runs, into a real execution.
pub(crate) fn enter_real<R>(execution: Arc<RealExecution>, body: impl FnOnce() -> R) -> R {
    struct Leave(Mode, Option<Arc<RealExecution>>);
    impl Drop for Leave {
        fn drop(&mut self) {
            MODE.set(self.0);
            REAL.set(self.1.take());
        }
    }
    let _leave = Leave(MODE.replace(Mode::Real), REAL.replace(Some(execution)));
    body()
}
