//! What a thread does from beginning to end, wherever it runs, and the packet in which it leaves
//! its result.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Result;

use crate::execution::Operation;
use crate::execution::context;

/// Where a thread leaves what its closure returned.
pub(crate) struct Packet<T>(Mutex<Option<Result<T>>>);

impl<T> Packet<T> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(None)))
    }

    fn put(&self, result: Result<T>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }

    /// Takes the result of a thread that has ended.
    pub(crate) fn take(&self) -> Option<Result<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Runs `f` and leaves what it returns, or the payload of its panic, in `packet`.
pub(crate) fn fill<T>(packet: Arc<Packet<T>>, f: impl FnOnce() -> T) {
    let result = catch_unwind(AssertUnwindSafe(f));
    if result.is_err() {
        if let Some(backend) = context::modelled() {
            backend.execution().note_fatal_panic();
        } else if let Some(real) = context::real() {
            real.note_fatal_panic();
        }
    }
    packet.put(result);
    // A result that nobody can receive any more is dropped here, before the thread counts as ended.
    note_panic_of(|| drop(packet));
}

/// Runs a destructor of the current thread. Where std would abort because it panics, the thread counts
/// as ended by that panic.
fn note_panic_of(destructor: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(destructor)).is_err()
        && let Some(backend) = context::modelled()
    {
        let execution = backend.execution();
        execution.note_fatal_panic();
        // It is in no packet.
        execution.note_detached(execution.current.get());
    }
}

/// Runs `f` as the whole of the current modelled thread: its closure, the destructors of its
/// thread-locals, and the event of its end.
pub(crate) fn run_modelled(f: impl FnOnce()) {
    fill(Packet::new(), f);
    end_modelled();
}

/// Ends the current modelled thread.
pub(crate) fn end_modelled() {
    let Some(backend) = context::modelled() else { return };
    let thread = backend.execution().current.get();
    let location = backend.execution().spawned_at(thread);
    if backend.execution().has_destructors(thread) {
        // std does not promise that a scope waits for these destructors.
        backend.perform(None, Operation::Finish, location);
    }
    note_panic_of(|| super::local::destroy(&*backend));
    backend.execution().current.set(thread);
    backend.perform(None, Operation::Exit, location);
}
