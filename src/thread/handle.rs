//! Handles to threads: `Thread`, `ThreadId`, and the `JoinHandle` that waits for an end.
#![allow(unsafe_code)]

use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::Result;

use super::body::Packet;
use crate::execution::backend::Backend;
use crate::execution::context;
use crate::trace::{self, Operation, Response};

/// See [`std::thread::ThreadId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadId(Identity);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Identity {
    Native(std::thread::ThreadId),
    /// A thread of the execution with that epoch.
    Modelled(u64, trace::ThreadId),
}

#[derive(Clone)]
enum Inner {
    Native(std::thread::Thread),
    Modelled { epoch: u64, id: trace::ThreadId, name: Option<Arc<str>> },
}

/// See [`std::thread::Thread`].
#[derive(Clone)]
pub struct Thread(Inner);

impl Thread {
    pub(crate) fn native(thread: std::thread::Thread) -> Self {
        Self(Inner::Native(thread))
    }

    pub(crate) fn modelled(epoch: u64, id: trace::ThreadId, name: Option<String>) -> Self {
        Self(Inner::Modelled { epoch, id, name: name.map(Arc::from) })
    }

    /// See [`std::thread::Thread::id`].
    pub fn id(&self) -> ThreadId {
        match &self.0 {
            Inner::Native(thread) => ThreadId(Identity::Native(thread.id())),
            Inner::Modelled { epoch, id, .. } => ThreadId(Identity::Modelled(*epoch, *id)),
        }
    }

    /// See [`std::thread::Thread::name`].
    pub fn name(&self) -> Option<&str> {
        match &self.0 {
            Inner::Native(thread) => thread.name(),
            Inner::Modelled { name, .. } => name.as_deref(),
        }
    }

    /// See [`std::thread::Thread::unpark`].
    #[track_caller]
    pub fn unpark(&self) {
        let location = Location::caller();
        match &self.0 {
            Inner::Native(thread) => thread.unpark(),
            Inner::Modelled { id, epoch, .. } => {
                // A handle that outlived its execution wakes nobody.
                if let Some(backend) = of_epoch(*epoch) {
                    backend.perform(None, Operation::Unpark { thread: *id }, location);
                }
            }
        }
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Thread").field("id", &self.id()).field("name", &self.name()).finish_non_exhaustive()
    }
}

pub(super) enum Native {
    /// A real thread, with its number in a real execution.
    Real(std::thread::JoinHandle<()>, Option<trace::ThreadId>),
    /// A thread of the execution with that epoch.
    Modelled(trace::ThreadId, u64),
}

/// See [`std::thread::JoinHandle`].
pub struct JoinHandle<T> {
    pub(super) native: Native,
    pub(super) packet: Arc<Packet<T>>,
    pub(super) thread: Thread,
    pub(super) detaches: Option<Detaches>,
}

/// The thread of the execution with that epoch that nobody can join once this is gone, but for its scope, which panics then.
pub(super) struct Detaches(pub(super) trace::ThreadId, pub(super) u64);

impl Drop for Detaches {
    fn drop(&mut self) {
        if let Some(backend) = of_epoch(self.1) {
            backend.execution().note_detached(self.0);
        }
    }
}

// SAFETY: as in std, whose `JoinHandle` is `Send` for all `T`: threads can only be spawned with a
// `T: Send`, so that a handle for another `T` never holds one.
unsafe impl<T> Send for JoinHandle<T> {}
// SAFETY: a shared handle gives no access to the result.
unsafe impl<T> Sync for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    /// See [`std::thread::JoinHandle::thread`].
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// See [`std::thread::JoinHandle::join`].
    ///
    /// # Errors
    ///
    /// The payload of the panic that ended the thread.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        let Self { native, packet, detaches, .. } = self;
        wait(native, Location::caller());
        // It has been joined: nothing of it can be missed any more.
        std::mem::forget(detaches);
        // What a thread returns is something that it did.
        if size_of::<T>() > 0
            && let Some(backend) = context::modelled()
        {
            backend.execution().touch();
        }
        packet.take().unwrap_or_else(|| Err(Box::new("the thread ended without a result")))
    }

    /// See [`std::thread::JoinHandle::is_finished`].
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        match &self.native {
            Native::Real(handle, _) => handle.is_finished(),
            Native::Modelled(thread, epoch) => {
                let Some(backend) = of_epoch(*epoch) else { return true };
                let asked = Operation::IsFinished { thread: *thread };
                backend.perform(None, asked, Location::caller()) == Response::Answer(true)
            }
        }
    }

    /// Returns the number of the thread in its execution, if it belongs to one.
    pub(super) fn number(&self) -> Option<trace::ThreadId> {
        match self.native {
            Native::Modelled(thread, _) => Some(thread),
            Native::Real(_, number) => number,
        }
    }
}

/// Returns the back end of the running execution, if it is the one with that epoch.
fn of_epoch(epoch: u64) -> Option<Rc<dyn Backend>> {
    context::modelled().filter(|backend| backend.execution().epoch == epoch)
}

/// Waits until the thread has ended, and counts its panic, if it had one, as received.
fn wait(native: Native, location: &'static Location<'static>) {
    match native {
        Native::Modelled(thread, epoch) => {
            // A thread of another execution is gone.
            let Some(backend) = of_epoch(epoch) else { return };
            backend.perform(None, Operation::Join { thread }, location);
            backend.execution().note_received(thread);
        }
        Native::Real(handle, number) => {
            let real = context::real();
            let thread = number.unwrap_or(trace::ThreadId::MAIN);
            if let Some(real) = &real {
                real.before(Operation::Join { thread }, None, location);
            }
            // The thread's own panics are in the packet.
            let _ = handle.join();
            if let Some(real) = &real {
                real.after();
                real.note_received(thread);
            }
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}
