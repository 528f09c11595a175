//! An object of whatever kind: its state, when an operation is possible, and what it does.

use std::panic::Location;

use super::arc::Arc;
use super::atomic::Atomic;
use super::barrier::Barrier;
use super::cell::Cell;
use super::channel::Channel;
use super::condvar::Condvar;
use super::mutex::Mutex;
use super::once::Once;
use super::rwlock::RwLock;
use crate::execution::backend::NewObject;
use crate::failure::Failure;
use crate::trace::{ObjectId, Operation, Response, ThreadId};

/// The state of one object.
#[derive(Clone, Debug, Hash)]
pub(crate) enum Object {
    Atomic(Atomic),
    Cell(Cell),
    Mutex(Mutex),
    RwLock(RwLock),
    Condvar(Condvar),
    Barrier(Barrier),
    Once(Once),
    Channel(Channel),
    Arc(Arc),
}

impl Object {
    pub(crate) fn new(object: NewObject) -> Self {
        match object {
            NewObject::Atomic(kind, value) => Self::Atomic(Atomic::new(kind, value)),
            NewObject::Cell => Self::Cell(Cell::default()),
            NewObject::Mutex => Self::Mutex(Mutex::default()),
            NewObject::RwLock => Self::RwLock(RwLock::default()),
            NewObject::Condvar => Self::Condvar(Condvar::default()),
            NewObject::Barrier(size) => Self::Barrier(Barrier::new(size)),
            NewObject::Once | NewObject::OnceLock | NewObject::LazyLock => Self::Once(Once::default()),
            NewObject::Channel(capacity) => Self::Channel(Channel::new(capacity)),
            NewObject::Arc(made) => Self::Arc(Arc::new(made)),
        }
    }

    /// Returns whether `thread` can do `operation` now.
    pub(crate) fn enabled(&self, thread: ThreadId, operation: Operation) -> bool {
        match self {
            Self::Atomic(_) | Self::Condvar(_) | Self::Arc(_) => true,
            Self::Cell(cell) => cell.enabled(thread, operation),
            Self::Mutex(mutex) => mutex.enabled(operation),
            Self::RwLock(lock) => lock.enabled(thread, operation),
            Self::Barrier(barrier) => barrier.enabled(thread, operation),
            Self::Once(once) => once.enabled(operation),
            Self::Channel(channel) => channel.enabled(thread, operation),
        }
    }

    /// Returns the threads that alone could make `operation` on this object possible.
    pub(crate) fn holders(&self, operation: Operation) -> Vec<ThreadId> {
        match self {
            Self::Mutex(mutex) => mutex.holder().into_iter().collect(),
            Self::RwLock(lock) => lock.holders(operation),
            Self::Once(once) => once.runner().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Lets `operation`, which is no wait, take effect. A response of [`Response::WouldBlock`] to one that
    /// waits says that it has begun to.
    ///
    /// # Errors
    ///
    /// The failure that the operation itself is.
    pub(crate) fn apply(
        &mut self,
        thread: ThreadId,
        object: ObjectId,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> Result<Response, Failure> {
        Ok(match self {
            Self::Atomic(atomic) => atomic.apply(operation),
            Self::Cell(cell) => {
                cell.apply(thread, object, operation, location)?;
                Response::Done
            }
            Self::Mutex(mutex) => mutex.apply(thread, operation),
            Self::RwLock(lock) => lock.apply(thread, operation),
            Self::Condvar(condvar) => {
                match operation {
                    Operation::NotifyOne => condvar.notify_one(),
                    Operation::NotifyAll => condvar.notify_all(),
                    other => unreachable!("{other:?} is not an operation of a condition variable"),
                }
                Response::Done
            }
            Self::Barrier(barrier) => barrier.apply(thread, operation),
            Self::Once(once) => once.apply(thread, operation),
            Self::Channel(channel) => channel.apply(thread, operation),
            Self::Arc(arc) => arc.apply(operation),
        })
    }
}
