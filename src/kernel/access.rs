//! What a step does to the objects that it touches, as far as its order with other steps matters:
//! the dependency relation of the explorer.
//!
//! Two steps of different threads are *dependent* if they touch one object with accesses that
//! conflict. Steps that are not may be swapped where they are neighbours: both come to the same, and
//! neither makes the other possible or impossible. What an access is may depend on the state (a
//! `try_lock` that fails is a read), but only on what conflicting accesses have made of it, so that all
//! executions that differ in the order of independent steps agree on it.
//!
//! **Invariant:** where it is not obvious that two accesses commute, they conflict: that costs
//! executions, and never outcomes.

use smallvec::SmallVec;

use crate::trace::{ObjectId, ThreadId};

/// What a step touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// The state of an object.
    Object(ObjectId),
    /// Whether a thread has ended.
    End(ThreadId),
    /// Whether a thread's closure has returned.
    Finished(ThreadId),
    /// The park token of a thread.
    Token(ThreadId),
    /// What is recorded of calls and returns.
    History,
    /// That two steps are taken in the order of this number, which the engine imposes.
    Order(u32),
}

/// How a step touches something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Access {
    /// It depends on the value, and leaves it: a load, a compare-and-exchange or `try_lock` that fails.
    Read,
    /// Anything else that is not below.
    Write,
    /// It changes who holds a lock.
    Hold,
    /// It asks whether a lock is poisoned or an initialisation is done.
    Poll,
    /// It takes a read lock that no writer queues for.
    Share,
    /// It releases one.
    Unshare,
    /// A `try_write` that fails.
    RefuseWrite,
    /// It joins those who wait for a notification.
    Enter,
    /// It notifies, or makes a park token available.
    Notify,
    /// It takes up a notification or a park token, or gives up waiting.
    Leave,
    /// It arrives at a barrier, in this round.
    Arrive(u32),
    /// It leaves the barrier, after this round.
    Depart(u32),
    /// It sends the message of this number; `room` is the receipt that made room for it, or [`NO_RECEIPT`].
    Send { number: u32, room: u32 },
    /// A `try_send` into a full channel: the receipt of this number would make room.
    Full { room: u32 },
    /// It finds the receiver gone.
    Closed,
    /// It receives the message of this number.
    Receive(u32),
    /// It finds the message of this number not sent yet.
    Empty(u32),
    /// It finds all senders gone.
    Drained,
    /// It drops a sender.
    DropSender,
    /// It clones a sender.
    CloneSender,
    /// It drops the receiver.
    DropReceiver,
    /// It makes one more `Arc` of one that there is, or changes how many `Weak`s there are: only who counts
    /// can tell.
    Grow,
    /// It drops an `Arc` whose last drop does nothing that can be seen: only who counts can tell.
    Release,
    /// It drops an `Arc`, and whether it was the last can be seen. Each drop decides which the others are, so
    /// that they do not commute even where none of two is the last.
    Shrink,
    /// It makes an `Arc` of a `Weak`, which it can as long as there is one.
    Promote,
    /// It asks how many `Arc`s or `Weak`s there are.
    Count,
    /// It loads from the store of this name, under the language's memory model (see `kernel::memory`).
    ReadsFrom(u32),
    /// It is the store of this name.
    Stores(u32),
    /// It is a read-modify-write that has stored.
    Updates { from: u32, own: u32 },
    /// It begins an operation whose history is recorded: what has returned before comes before it.
    Call,
    /// It ends one.
    Return,
}

impl Access {
    /// Returns the store that an access to an atomic reads from under the language's memory model.
    pub(crate) fn store_read(self) -> Option<u32> {
        match self {
            Self::ReadsFrom(from) | Self::Updates { from, .. } => Some(from),
            _ => None,
        }
    }

    /// Returns the store that it makes.
    pub(crate) fn store_made(self) -> Option<u32> {
        match self {
            Self::Stores(own) | Self::Updates { own, .. } => Some(own),
            _ => None,
        }
    }

    /// Returns whether it is one of the language's memory model.
    pub(crate) fn is_of_graph(self) -> bool {
        self.store_read().or(self.store_made()).is_some()
    }

    /// Returns it with other names of stores.
    pub(crate) fn renamed(self, name: impl Fn(u32) -> u32) -> Self {
        match self {
            Self::ReadsFrom(from) => Self::ReadsFrom(name(from)),
            Self::Stores(own) => Self::Stores(name(own)),
            Self::Updates { from, own } => Self::Updates { from: name(from), own: name(own) },
            other => other,
        }
    }

    /// Returns whether the order of two such accesses to one target matters.
    pub(crate) fn conflicts(self, other: Self) -> bool {
        self.conflicts_with(other) || other.conflicts_with(self)
    }

    /// One half of the relation, which is symmetric.
    fn conflicts_with(self, other: Self) -> bool {
        use Access::{
            Arrive, Call, Closed, Count, Depart, Drained, DropReceiver, DropSender, Empty, Enter, Full, Grow, Hold,
            Leave, Notify, Poll, Promote, ReadsFrom, Receive, RefuseWrite, Release, Return, Send, Share, Shrink,
            Stores, Unshare, Updates, Write,
        };
        match (self, other) {
            (Write, _) => true,
            (Hold, Poll) => false,
            (Hold, _) => true,
            (RefuseWrite, Share | Unshare) => true,
            (Notify, Enter | Leave) | (Leave, Leave) => true,
            (Arrive(_), Arrive(_)) => true,
            (Arrive(arrival), Depart(departure)) => arrival == departure,
            (Send { .. }, Send { .. } | Full { .. } | DropReceiver) => true,
            (Send { number, room }, Receive(received)) => number == received || room == received,
            (Send { number, .. }, Empty(missing)) => number == missing,
            (Full { room }, Receive(received)) => room == received,
            (Full { .. } | Closed | Receive(_) | Empty(_) | Drained, DropReceiver) => true,
            (Receive(_), Receive(_) | Empty(_) | Drained) => true,
            (Empty(_) | Drained, DropSender) => true,
            (Shrink, Shrink | Release | Promote | Count) | (Release, Promote | Count) => true,
            (Grow | Promote, Count) => true,
            (Call, Return) => true,
            // Of two that store, the place of the later one is a way to take it: see `kernel::memory`.
            (Stores(own) | Updates { own, .. }, ReadsFrom(from)) | (Stores(own), Updates { from, .. }) => own == from,
            (Updates { from, own }, Updates { from: other, .. }) => from == other || own == other,
            _ => false,
        }
    }
}

/// What made room for a message that there was room for from the first.
pub(crate) const NO_RECEIPT: u32 = u32::MAX;

/// Everything that a step touches.
pub(crate) type Footprint = SmallVec<[(Target, Access); 2]>;

/// Returns whether the order of two steps of different threads matters.
pub(crate) fn dependent(left: &[(Target, Access)], right: &[(Target, Access)]) -> bool {
    left.iter().any(|&(target, access)| {
        right.iter().any(|&(other, other_access)| target == other && access.conflicts(other_access))
    })
}
