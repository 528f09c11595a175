//! The receiving end of a channel.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::sync::mpsc::{RecvError, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use super::modelled::Channel;
use super::observed;
use crate::trace::{Operation, Response};

enum Inner<T> {
    Native(std::sync::mpsc::Receiver<T>),
    Modelled(Arc<Channel<T>>, &'static Location<'static>, NotSync),
}

/// As std's receiver, ours is not `Sync`.
type NotSync = std::marker::PhantomData<std::cell::Cell<()>>;

/// See [`std::sync::mpsc::Receiver`].
pub struct Receiver<T>(Inner<T>);

/// See [`std::sync::mpsc::Iter`].
#[derive(Debug)]
pub struct Iter<'a, T: 'a>(&'a Receiver<T>);

/// See [`std::sync::mpsc::TryIter`].
#[derive(Debug)]
pub struct TryIter<'a, T: 'a>(&'a Receiver<T>);

/// See [`std::sync::mpsc::IntoIter`].
#[derive(Debug)]
pub struct IntoIter<T>(Receiver<T>);

impl<T> Receiver<T> {
    pub(super) fn native(native: std::sync::mpsc::Receiver<T>) -> Self {
        Self(Inner::Native(native))
    }

    #[track_caller]
    pub(super) fn modelled(channel: Arc<Channel<T>>) -> Self {
        Self(Inner::Modelled(channel, Location::caller(), NotSync::default()))
    }

    /// See [`std::sync::mpsc::Receiver::recv`].
    ///
    /// # Errors
    ///
    /// If there is no message and all senders are gone.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        let (operation, location) = (Operation::Receive { timed: false }, Location::caller());
        match &self.0 {
            Inner::Native(native) => observed(operation, location, || native.recv()),
            Inner::Modelled(channel, ..) => channel.receive(operation, location).map_err(|_| RecvError),
        }
    }

    /// See [`std::sync::mpsc::Receiver::try_recv`].
    ///
    /// # Errors
    ///
    /// If there is no message.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let (operation, location) = (Operation::TryReceive, Location::caller());
        match &self.0 {
            Inner::Native(native) => observed(operation, location, || native.try_recv()),
            Inner::Modelled(channel, ..) => channel.receive(operation, location).map_err(|response| match response {
                Response::Disconnected => TryRecvError::Disconnected,
                _ => TryRecvError::Empty,
            }),
        }
    }

    /// See [`std::sync::mpsc::Receiver::recv_timeout`]. In a modelled execution time is virtual: while
    /// there is no message it may time out at any moment, whatever `timeout` is.
    ///
    /// # Errors
    ///
    /// If there is no message in time, or none and all senders are gone.
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        let (operation, location) = (Operation::Receive { timed: true }, Location::caller());
        match &self.0 {
            Inner::Native(native) => observed(operation, location, || native.recv_timeout(timeout)),
            Inner::Modelled(channel, ..) => channel.receive(operation, location).map_err(|response| match response {
                Response::Disconnected => RecvTimeoutError::Disconnected,
                _ => RecvTimeoutError::Timeout,
            }),
        }
    }

    /// See [`std::sync::mpsc::Receiver::iter`].
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }

    /// See [`std::sync::mpsc::Receiver::try_iter`].
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if let Inner::Modelled(channel, made_at, _) = &self.0 {
            channel.close(made_at);
        }
    }
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    #[track_caller]
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Receiver").finish_non_exhaustive()
    }
}
