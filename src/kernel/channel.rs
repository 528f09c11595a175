//! A channel of `mpsc`: how many messages and senders there are, and whether the receiver is. The
//! messages themselves stay in the facade.

use super::access::{Access, NO_RECEIPT};
use crate::trace::{Operation, Response, ThreadId};

/// The state of a channel.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Channel {
    /// None for an unbounded channel, 0 for a rendezvous channel.
    capacity: Option<usize>,
    messages: usize,
    // How many messages have been received so far.
    received: u32,
    senders: usize,
    receiver: bool,
    // Rendezvous only: the senders whose message is on offer, oldest first, and whether the receiver
    // has arrived and waits for one.
    offers: Vec<ThreadId>,
    arrived: bool,
}

impl Channel {
    pub(crate) fn new(capacity: Option<usize>) -> Self {
        Self { capacity, messages: 0, received: 0, senders: 1, receiver: true, offers: Vec::new(), arrived: false }
    }

    fn is_rendezvous(&self) -> bool {
        self.capacity == Some(0)
    }

    fn has_room(&self) -> bool {
        self.capacity.is_none_or(|capacity| self.is_rendezvous() || self.messages < capacity)
    }

    pub(crate) fn enabled(&self, thread: ThreadId, operation: Operation) -> bool {
        match operation {
            Operation::Send => self.has_room() || !self.receiver,
            Operation::Handover => !self.offers.contains(&thread) || !self.receiver,
            // Arriving at a rendezvous is a step of its own, without which nothing can be sent at once.
            Operation::Receive { timed } => {
                timed || self.messages > 0 || self.senders == 0 || (self.is_rendezvous() && !self.arrived)
            }
            _ => true,
        }
    }

    pub(crate) fn access(&self, operation: Operation) -> Access {
        if self.is_rendezvous() {
            return Access::Write;
        }
        let sent = self.received + u32::try_from(self.messages).expect("fewer than 2^32 messages");
        let capacity = self.capacity.and_then(|capacity| u32::try_from(capacity).ok());
        let room = capacity.and_then(|capacity| sent.checked_sub(capacity)).unwrap_or(NO_RECEIPT);
        match operation {
            Operation::Send | Operation::TrySend if !self.receiver => Access::Closed,
            Operation::Send | Operation::TrySend if self.has_room() => Access::Send { number: sent, room },
            Operation::Send | Operation::TrySend => Access::Full { room },
            Operation::Receive { .. } | Operation::TryReceive if self.messages > 0 => Access::Receive(self.received),
            Operation::Receive { .. } | Operation::TryReceive if self.senders > 0 => Access::Empty(self.received),
            Operation::Receive { .. } | Operation::TryReceive => Access::Drained,
            Operation::CloneSender => Access::CloneSender,
            Operation::DropSender => Access::DropSender,
            Operation::DropReceiver => Access::DropReceiver,
            _ => Access::Write,
        }
    }

    /// Applies `operation`. A response of [`Response::WouldBlock`] to [`Operation::Receive`] says that the
    /// receiver has arrived at a rendezvous, and waits.
    pub(crate) fn apply(&mut self, thread: ThreadId, operation: Operation) -> Response {
        match operation {
            Operation::Send | Operation::TrySend => {
                if !self.receiver {
                    return Response::Disconnected;
                }
                if operation == Operation::TrySend {
                    let taken_at_once = self.arrived && self.messages == 0;
                    if !self.has_room() || (self.is_rendezvous() && !taken_at_once) {
                        return Response::WouldBlock;
                    }
                } else if self.is_rendezvous() {
                    self.offers.push(thread);
                }
                self.messages += 1;
                Response::Done
            }
            Operation::Handover => match self.offers.iter().position(|&sender| sender == thread) {
                None => Response::Done,
                Some(offer) => {
                    self.offers.remove(offer);
                    self.messages -= 1;
                    Response::Disconnected
                }
            },
            Operation::Receive { .. } | Operation::TryReceive => self.receive(operation),
            Operation::CloneSender => {
                self.senders += 1;
                Response::Done
            }
            Operation::DropSender => {
                self.senders -= 1;
                Response::Done
            }
            Operation::DropReceiver => {
                self.receiver = false;
                Response::Done
            }
            other => unreachable!("{other:?} is not an operation of a channel"),
        }
    }

    fn receive(&mut self, operation: Operation) -> Response {
        let waits = matches!(operation, Operation::Receive { .. });
        if waits && self.is_rendezvous() && self.messages == 0 && self.senders > 0 && !self.arrived {
            self.arrived = true;
            return Response::WouldBlock;
        }
        self.arrived = false;
        if self.messages > 0 {
            self.messages -= 1;
            self.received += 1;
            if !self.offers.is_empty() && self.messages < self.offers.len() {
                self.offers.remove(0);
            }
            Response::Done
        } else if self.senders == 0 {
            Response::Disconnected
        } else if matches!(operation, Operation::Receive { timed: true }) {
            Response::TimedOut
        } else {
            Response::WouldBlock
        }
    }
}
