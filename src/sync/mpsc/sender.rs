//! The sending ends of channels.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::sync::mpsc::{SendError, TrySendError};

use super::modelled::Channel;
use super::observed;
use crate::execution::context;
use crate::trace::{Operation, Response};

enum Inner<N, T> {
    Native(N),
    Modelled(Arc<Channel<T>>, &'static Location<'static>),
}

impl<N: Clone, T> Inner<N, T> {
    fn cloned(&self, location: &'static Location<'static>) -> Self {
        match self {
            Self::Native(native) => Self::Native(native.clone()),
            Self::Modelled(channel, made_at) => {
                channel.notify(Operation::CloneSender, location);
                Self::Modelled(Arc::clone(channel), made_at)
            }
        }
    }
}

/// See [`std::sync::mpsc::Sender`].
pub struct Sender<T>(Inner<std::sync::mpsc::Sender<T>, T>);

/// See [`std::sync::mpsc::SyncSender`].
pub struct SyncSender<T>(Inner<std::sync::mpsc::SyncSender<T>, T>);

impl<T> Sender<T> {
    pub(super) fn native(native: std::sync::mpsc::Sender<T>) -> Self {
        Self(Inner::Native(native))
    }

    #[track_caller]
    pub(super) fn modelled(channel: Arc<Channel<T>>) -> Self {
        Self(Inner::Modelled(channel, Location::caller()))
    }

    /// See [`std::sync::mpsc::Sender::send`].
    ///
    /// # Errors
    ///
    /// `value`, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        let location = Location::caller();
        match &self.0 {
            Inner::Native(native) => observed(Operation::Send, location, || native.send(value)),
            Inner::Modelled(channel, _) => channel.send(value, location).map_err(SendError),
        }
    }
}

impl<T> SyncSender<T> {
    pub(super) fn native(native: std::sync::mpsc::SyncSender<T>) -> Self {
        Self(Inner::Native(native))
    }

    #[track_caller]
    pub(super) fn modelled(channel: Arc<Channel<T>>) -> Self {
        Self(Inner::Modelled(channel, Location::caller()))
    }

    /// See [`std::sync::mpsc::SyncSender::send`].
    ///
    /// # Errors
    ///
    /// `value`, if the receiver is gone.
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        let location = Location::caller();
        match &self.0 {
            Inner::Native(native) => observed(Operation::Send, location, || native.send(value)),
            Inner::Modelled(channel, _) => channel.send(value, location).map_err(SendError),
        }
    }

    /// See [`std::sync::mpsc::SyncSender::try_send`].
    ///
    /// # Errors
    ///
    /// `value`, if the channel is full or the receiver is gone.
    #[track_caller]
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        let location = Location::caller();
        match &self.0 {
            Inner::Native(native) => observed(Operation::TrySend, location, || native.try_send(value)),
            Inner::Modelled(channel, _) => {
                channel.try_send(value, location).map_err(|(value, response)| match response {
                    Response::Disconnected => TrySendError::Disconnected(value),
                    _ => TrySendError::Full(value),
                })
            }
        }
    }
}

macro_rules! common {
    ($sender:ident) => {
        impl<T> Clone for $sender<T> {
            #[track_caller]
            fn clone(&self) -> Self {
                Self(self.0.cloned(Location::caller()))
            }
        }

        impl<T> Drop for $sender<T> {
            fn drop(&mut self) {
                if let Inner::Modelled(channel, made_at) = &self.0 {
                    channel.notify(Operation::DropSender, made_at);
                }
            }
        }

        impl<T> fmt::Debug for $sender<T> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_struct(stringify!($sender)).finish_non_exhaustive()
            }
        }

        impl<T> crate::name::Nameable for $sender<T> {
            fn name(&self, name: &str, _location: &'static Location<'static>) {
                if let (Inner::Modelled(channel, _), Some(backend)) = (&self.0, context::modelled()) {
                    let index = channel.object().index();
                    if let Some(record) = backend.execution().trace.borrow_mut().objects.get_mut(index) {
                        record.name = Some(name.to_owned());
                    }
                }
            }
        }
    };
}

common!(Sender);
common!(SyncSender);
