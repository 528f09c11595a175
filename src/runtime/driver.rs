//! What differs between the engines on threads that share one OS thread: how a thread is started, and how it waits for its
//! turn.

use std::panic::Location;

use super::cooperative::State;
use crate::execution::local_state::{Detail, LocalDigest, LocalState};
use crate::kernel::{Kernel, Pending};
use crate::trace::{Response, ThreadId};

/// How the threads of an execution are started and switched.
pub(crate) trait Driver {
    /// Waits until the engine lets the current thread `me`, whose operation has been announced, take
    /// its step, and returns in which way.
    fn turn(&self, state: &State, me: ThreadId) -> u32;

    /// Returns in which way `me`, whose operation has been announced, takes its step, if the engine lets it go
    /// on at once; else nothing is decided that [`turn`](Self::turn) does not know of.
    fn turn_at_once(&self, _state: &State, _kernel: &Kernel, _me: ThreadId) -> Option<u32> {
        None
    }

    /// Waits like [`turn`](Self::turn), then makes a thread that will run `body`.
    fn spawn_turn(&self, state: &State, me: ThreadId, body: Box<dyn FnOnce()>, location: &'static Location<'static>);

    /// Lets the thread made last run up to its first operation, so that all that threads are about to
    /// do is known whenever the engine decides.
    fn spawned(&self, state: &State);

    /// Lets the engine run something else, for ever.
    fn suspend(&self, state: &State) -> !;

    /// Returns a digest of the local state of the thread that runs, if this driver can look at it.
    fn local_digest(&self, _here: &LocalState, _detail: Detail) -> Option<LocalDigest> {
        None
    }

    /// Is told that `thread` has taken a step, and what came of it.
    fn stepped(&self, _thread: ThreadId, _pending: &Pending, _response: Response) {}
}
