//! What a thread does from beginning to end, wherever it runs, and the packet in which it leaves
//! its result.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Result;

use super::scope::PlaceInScope;
use crate::execution::context;
use crate::trace::Operation;

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

/// Runs `f` as the whole of a thread: leaves what it returns, or the payload of its panic, in `packet`, and then tells the
/// scope that it belongs to; of a modelled thread, the destructors of its thread-locals and the event of its end follow.
pub(super) fn run<T>(packet: Arc<Packet<T>>, f: impl FnOnce() -> T, place: Option<PlaceInScope>) {
    let (mut f, mut returned) = (Some(f), None);
    let panicked = catch(&mut || returned = f.take().map(|f| f()));
    if panicked.is_some() {
        note_panic(place.as_ref());
    }
    // A closure that was run is gone.
    std::mem::forget(f);
    if let Some(result) = panicked.map(Err).or(returned.map(Ok)) {
        packet.put(result);
    }
    // A result that nobody can receive any more is dropped here, before the thread counts as ended.
    let mut packet = Some(packet);
    note_panic_of(&mut || drop(packet.take()));
    end(place);
}

/// Runs `f`, and returns the payload of its panic.
pub(super) fn catch(f: &mut dyn FnMut()) -> Option<Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(f)).err()
}

/// Notes that a panic ended the closure of the current thread.
fn note_panic(place: Option<&PlaceInScope>) {
    if let Some(place) = place {
        place.note_panic();
    }
    if let Some(backend) = context::modelled() {
        backend.execution().note_fatal_panic();
    } else if let Some(real) = context::real() {
        real.note_fatal_panic();
    }
}

/// Runs a destructor of the current thread. Where std would abort because it panics, the thread counts
/// as ended by that panic.
fn note_panic_of(destructor: &mut dyn FnMut()) {
    if catch(destructor).is_some()
        && let Some(backend) = context::modelled()
    {
        let execution = backend.execution();
        execution.note_fatal_panic();
        // It is in no packet.
        execution.note_detached(execution.current.get());
    }
}

/// Runs `f` as the whole of the current thread, the main thread of an execution: its closure and, if it is modelled, the
/// destructors of its thread-locals and the event of its end.
pub(crate) fn run_main(f: impl FnOnce()) {
    run(Packet::new(), f, None);
}

/// Ends a thread of which only its place in a scope is left.
fn end(place: Option<PlaceInScope>) {
    if let Some(place) = place {
        place.leave();
    }
    end_modelled();
}

/// Ends the current thread, if it is modelled.
fn end_modelled() {
    let Some(backend) = context::modelled() else { return };
    let thread = backend.execution().current.get();
    let location = backend.execution().spawned_at(thread);
    if backend.execution().has_destructors(thread) {
        // std does not promise that a scope waits for these destructors.
        backend.perform(None, Operation::Finish, location);
    }
    note_panic_of(&mut || super::local::destroy(&*backend));
    backend.execution().current.set(thread);
    backend.perform(None, Operation::Exit, location);
}
