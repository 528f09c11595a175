//! The running thread: who it is, parking, yielding and sleeping.

use std::panic::Location;
use std::time::Duration;

use super::handle::Thread;
use crate::execution::context::{self, Mode};
use crate::trace::Operation;

/// See [`std::thread::current`].
#[must_use]
pub fn current() -> Thread {
    match context::modelled() {
        Some(backend) => {
            let execution = backend.execution();
            execution.touch();
            let id = execution.current.get();
            Thread::modelled(execution.epoch, id, execution.thread_name(id))
        }
        None => Thread::native(std::thread::current()),
    }
}

/// See [`std::thread::panicking`].
#[must_use]
pub fn panicking() -> bool {
    if let Some(backend) = context::modelled() {
        backend.execution().touch();
    }
    // A modelled thread that is suspended takes its panics along.
    std::thread::panicking()
}

/// Does `operation`, which concerns no object, where the running code is.
fn perform(operation: Operation, location: &'static Location<'static>, native: impl FnOnce()) {
    match context::mode() {
        Mode::Outside => native(),
        Mode::Real => context::observed(operation, None, location, native),
        Mode::Modelled => {
            context::backend().perform(None, operation, location);
        }
    }
}

/// See [`std::thread::park`].
#[track_caller]
pub fn park() {
    perform(Operation::Park { timed: false }, Location::caller(), std::thread::park);
}

/// See [`std::thread::park_timeout`]. In a modelled execution time is virtual: the wait may time out
/// at any moment, whatever `duration` is.
#[track_caller]
pub fn park_timeout(duration: Duration) {
    perform(Operation::Park { timed: true }, Location::caller(), || std::thread::park_timeout(duration));
}

/// See [`std::thread::yield_now`]. In an execution it tells the engine that this thread waits for
/// another to do something.
#[inline(always)]
#[track_caller]
pub fn yield_now() {
    context::spin(Operation::Yield, Location::caller(), std::thread::yield_now);
}

/// See [`std::thread::sleep`]. In a modelled execution time is virtual: it sleeps as long as other
/// threads go on first, whatever `duration` is.
#[inline(always)]
#[track_caller]
pub fn sleep(duration: Duration) {
    context::spin(Operation::Sleep, Location::caller(), || std::thread::sleep(duration));
}
