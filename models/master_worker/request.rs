//! What can be asked of a queue of the master's, and what it answers.

use std::time::Duration;

use super::wire::value::Value;

/// Who asks: a connection.
pub type Client = u64;

/// What a lease is known by.
pub type Ticket = u64;

/// What an item of a queue is known by, from 1: those of one queue are numbered as they are put.
pub type Number = u64;

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Not at all.
    None,
    /// For so long.
    Some(Duration),
    /// For so long, and then as long as others have items on a lease, which may come back: so the last worker does not go before
    /// the last task is done. Only who wants an item on a lease waits like that.
    WithOthers(Duration),
    /// For ever.
    Endless,
}

/// What can be asked of a queue.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Adds an item, when there is room.
    Put(Value),
    /// Adds the result of the task with that number, when there is room; if there has been one already, nothing.
    PutOnce(Number, Value),
    /// Takes the first item, when there is one.
    Get,
    /// Takes the first item, when there is one, and has to acknowledge it within so long.
    Lease(Duration),
    /// Says that a leased item has been dealt with.
    Acknowledge(Ticket),
    /// Has a leased item for so long from now. From then on it comes back when this client goes.
    Extend(Ticket, Duration),
    /// Says that an item has been dealt with.
    TaskDone,
    /// Waits until all items that were put have been dealt with.
    Join,
    /// Takes no more items; with `true` it also throws away those that there are, on a lease or not.
    Shutdown(bool),
    /// How many items there are.
    Size,
    /// Whether there are none.
    IsEmpty,
    /// Whether there is no room.
    IsFull,
}

/// What a queue answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It has been done.
    Done,
    /// The item.
    Item(Value),
    /// An item on a lease.
    Leased(Leased),
    /// How many items there are.
    Size(usize),
    /// Whether it is so.
    Is(bool),
    /// There was no item in time.
    Empty,
    /// There was no room in time.
    Full,
    /// The master has what it wants: there will be no more tasks.
    Ended,
    /// The queue takes no more items, or has no more.
    ShutDown,
    /// More items were called done than had been put.
    TooMany,
    /// The lease is over: somebody else has the item, or has dealt with it.
    LeaseIsOver,
    /// The task is none of this run of the master.
    OtherRun,
}

/// What who takes an item on a lease is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Leased {
    /// What to acknowledge it by.
    pub ticket: Ticket,
    /// Which item it is: the same when it is leased again.
    pub number: Number,
    /// The item.
    pub item: Value,
}

/// What those who wait are in line for. Who comes later does not overtake those that wait for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Item,
    Room,
    End,
}

impl Request {
    /// Returns the item that is to be put.
    pub(super) fn item(&self) -> Option<&Value> {
        match self {
            Self::Put(item) | Self::PutOnce(_, item) => Some(item),
            _ => None,
        }
    }

    /// Returns what who asks for that may have to wait for, if for anything.
    pub(super) fn line(&self) -> Option<Line> {
        match self {
            Self::Get | Self::Lease(_) => Some(Line::Item),
            Self::Put(_) | Self::PutOnce(..) => Some(Line::Room),
            Self::Join => Some(Line::End),
            _ => None,
        }
    }

    /// Returns the answer to a request that could not be met in time.
    pub(super) fn in_vain(&self) -> Answer {
        if self.line() == Some(Line::Room) { Answer::Full } else { Answer::Empty }
    }
}
