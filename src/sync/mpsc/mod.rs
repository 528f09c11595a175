//! Channels, with the names and signatures of `std::sync::mpsc`.

mod modelled;
mod receiver;
mod sender;

use std::panic::Location;

pub use receiver::{IntoIter, Iter, Receiver, TryIter};
pub use sender::{Sender, SyncSender};
pub use std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

use crate::execution::backend::Stop;
use crate::execution::context;
use crate::failure::{Failure, ForeignObject};
use crate::trace::{ObjectKind, Operation};
use modelled::Channel;

/// Does an operation on a std channel: outside, or on real threads. In a modelled execution the channel
/// is one from outside.
fn observed<R>(operation: Operation, location: &'static Location<'static>, native: impl FnOnce() -> R) -> R {
    if let Some(backend) = context::modelled() {
        let (kind, made_at, used_at) = (ObjectKind::Channel, location, location);
        let foreign = ForeignObject { kind, made_at, used_at, is_static: false };
        backend.halt(Stop::Failure(Failure::ForeignObject(foreign)));
    }
    context::observed(operation, Some(ObjectKind::Channel), location, native)
}

/// See [`std::sync::mpsc::channel`].
#[track_caller]
#[must_use]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    if let Some(backend) = context::modelled() {
        let channel = Channel::new(&*backend, None, Location::caller());
        return (Sender::modelled(channel.clone()), Receiver::modelled(channel));
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    (Sender::native(sender), Receiver::native(receiver))
}

/// See [`std::sync::mpsc::sync_channel`].
#[track_caller]
#[must_use]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    if let Some(backend) = context::modelled() {
        let channel = Channel::new(&*backend, Some(bound), Location::caller());
        return (SyncSender::modelled(channel.clone()), Receiver::modelled(channel));
    }
    let (sender, receiver) = std::sync::mpsc::sync_channel(bound);
    (SyncSender::native(sender), Receiver::native(receiver))
}
