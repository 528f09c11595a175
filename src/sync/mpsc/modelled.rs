//! A channel inside a modelled execution: the back end counts the messages, and this holds them.

use std::collections::VecDeque;
use std::panic::Location;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::execution::backend::{Backend, NewObject};
use crate::execution::context;
use crate::failure::{Failure, ForeignObject};
use crate::trace::{ObjectId, ObjectKind, Operation, Response, ThreadId};

/// The two ends share it.
pub(super) struct Channel<T> {
    epoch: u64,
    object: ObjectId,
    made_at: &'static Location<'static>,
    capacity: Option<usize>,
    /// Each message with the thread that sent it, which may have to take it back.
    messages: Mutex<VecDeque<(ThreadId, T)>>,
}

impl<T> Channel<T> {
    pub(super) fn new(
        backend: &dyn Backend,
        capacity: Option<usize>,
        made_at: &'static Location<'static>,
    ) -> Arc<Self> {
        let object = backend.register(NewObject::Channel(capacity), made_at);
        Arc::new(Self { epoch: backend.execution().epoch, object, made_at, capacity, messages: Mutex::default() })
    }

    fn messages(&self) -> MutexGuard<'_, VecDeque<(ThreadId, T)>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the back end if it is the one that the channel was made in.
    fn backend(&self) -> Option<Rc<dyn Backend>> {
        context::modelled().filter(|backend| backend.execution().epoch == self.epoch)
    }

    /// Does `operation`; a channel of another execution ends this one, or is as good as closed.
    fn perform(&self, operation: Operation, location: &'static Location<'static>) -> Response {
        if let Some(backend) = self.backend() {
            return backend.perform(Some(self.object), operation, location);
        }
        if let Some(backend) = context::modelled() {
            let (kind, made_at, used_at) = (ObjectKind::Channel, self.made_at, location);
            let foreign = ForeignObject { kind, made_at, used_at, is_static: false };
            backend.halt(crate::execution::backend::Stop::Failure(Failure::ForeignObject(foreign)));
        }
        Response::Disconnected
    }

    /// Does an operation of which nothing has to come, such as the drop of an end.
    pub(super) fn notify(&self, operation: Operation, location: &'static Location<'static>) {
        if let Some(backend) = self.backend() {
            backend.perform(Some(self.object), operation, location);
        }
    }

    fn me(&self) -> ThreadId {
        self.backend().map_or(ThreadId::MAIN, |backend| backend.execution().current.get())
    }

    /// Sends `value`, waiting for room; a rendezvous channel waits until it is taken.
    pub(super) fn send(&self, value: T, location: &'static Location<'static>) -> Result<(), T> {
        let me = self.me();
        // A rendezvous channel hands out the message the moment it is on offer, so it lies there
        // before.
        if self.perform(Operation::Send, location) == Response::Disconnected {
            return Err(value);
        }
        self.messages().push_back((me, value));
        if self.capacity == Some(0) && self.perform(Operation::Handover, location) == Response::Disconnected {
            let mut messages = self.messages();
            let index = messages.iter().position(|(sender, _)| *sender == me).expect("a message on offer");
            return Err(messages.remove(index).expect("a message on offer").1);
        }
        Ok(())
    }

    /// Sends `value` if there is room; returns it with the response otherwise.
    pub(super) fn try_send(&self, value: T, location: &'static Location<'static>) -> Result<(), (T, Response)> {
        match self.perform(Operation::TrySend, location) {
            Response::Done => {
                self.messages().push_back((self.me(), value));
                Ok(())
            }
            response => Err((value, response)),
        }
    }

    /// Receives a message in the way of `operation`.
    pub(super) fn receive(&self, operation: Operation, location: &'static Location<'static>) -> Result<T, Response> {
        match self.perform(operation, location) {
            Response::Done => Ok(self.messages().pop_front().expect("a message that was counted").1),
            response => Err(response),
        }
    }

    /// Closes the receiving end: what was sent and not received is dropped, but for what is only on
    /// offer, which its sender takes back.
    pub(super) fn close(&self, location: &'static Location<'static>) {
        self.notify(Operation::DropReceiver, location);
        if self.capacity != Some(0) {
            // Dropped when the lock is released: a message may hold an end of this very channel.
            let messages = std::mem::take(&mut *self.messages());
            drop(messages);
        }
    }

    pub(super) fn object(&self) -> ObjectId {
        self.object
    }
}
