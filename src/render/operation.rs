//! An operation in words, written without a word of memory: a handler of signals may do so too.

use std::fmt::{self, Display, Formatter};

use crate::trace::{ObjectId, Operation, ThreadId};

/// What threads and objects are called.
pub(crate) trait Naming {
    /// Writes the name of a thread.
    fn write_thread(&self, formatter: &mut Formatter<'_>, thread: ThreadId) -> fmt::Result;

    /// Writes the name of an object.
    fn write_object(&self, formatter: &mut Formatter<'_>, object: ObjectId) -> fmt::Result;
}

/// The name of a thread or an object.
struct Name<'a, T>(&'a dyn Naming, T);

impl Display for Name<'_, ThreadId> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.write_thread(formatter, self.1)
    }
}

impl Display for Name<'_, Option<ObjectId>> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.1.map_or(Ok(()), |object| self.0.write_object(formatter, object))
    }
}

/// An operation, on an object if it has one.
pub(crate) struct InWords<'a> {
    pub(crate) operation: Operation,
    pub(crate) object: Option<ObjectId>,
    pub(crate) names: &'a dyn Naming,
}

impl Display for InWords<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let object = Name(self.names, self.object);
        let thread = |thread| Name(self.names, thread);
        let timed = |timed| if timed { " with a timeout" } else { "" };
        match self.operation {
            Operation::Spawn { child } => write!(formatter, "spawn {}", thread(child)),
            Operation::Exit => formatter.write_str("end"),
            Operation::Join { thread: other } => write!(formatter, "join {}", thread(other)),
            Operation::Finish => formatter.write_str("return from the closure"),
            Operation::AwaitFinish { thread: other } => write!(formatter, "wait for {} to return", thread(other)),
            Operation::IsFinished { thread: other } => write!(formatter, "is {} finished?", thread(other)),
            Operation::Park { timed: limit } => write!(formatter, "park{}", timed(limit)),
            Operation::Unpark { thread: other } => write!(formatter, "unpark {}", thread(other)),
            Operation::Yield => formatter.write_str("yield"),
            Operation::SpinLoop => formatter.write_str("spin"),
            Operation::Sleep => formatter.write_str("sleep"),
            Operation::Choose { options } => write!(formatter, "choose one of {options}"),
            Operation::MayFail => formatter.write_str("compare_exchange_weak fails for no reason"),
            Operation::Load { .. } => write!(formatter, "load {object}"),
            Operation::Store { .. } => write!(formatter, "store {object}"),
            Operation::Update { .. } => write!(formatter, "update {object}"),
            Operation::CompareExchange { .. } => write!(formatter, "compare and exchange {object}"),
            Operation::Fence { order } => write!(formatter, "fence({order:?})"),
            Operation::CellRead => write!(formatter, "begin to read {object}"),
            Operation::CellWrite => write!(formatter, "begin to write {object}"),
            Operation::CellReadEnd => write!(formatter, "end reading {object}"),
            Operation::CellWriteEnd => write!(formatter, "end writing {object}"),
            Operation::Lock => write!(formatter, "lock {object}"),
            Operation::TryLock => write!(formatter, "try to lock {object}"),
            Operation::Unlock { poison: false } => write!(formatter, "unlock {object}"),
            Operation::Unlock { poison: true } => write!(formatter, "unlock and poison {object}"),
            Operation::Read => write!(formatter, "read-lock {object}"),
            Operation::TryRead => write!(formatter, "try to read-lock {object}"),
            Operation::Unread => write!(formatter, "read-unlock {object}"),
            Operation::Write => write!(formatter, "write-lock {object}"),
            Operation::TryWrite => write!(formatter, "try to write-lock {object}"),
            Operation::IsPoisoned => write!(formatter, "is {object} poisoned?"),
            Operation::ClearPoison => write!(formatter, "clear the poison of {object}"),
            Operation::Wait { mutex, timed: limit } => {
                write!(formatter, "release {} and wait on {object}{}", Name(self.names, Some(mutex)), timed(limit))
            }
            Operation::Wake { mutex, .. } => {
                write!(formatter, "wake up from {object} and lock {}", Name(self.names, Some(mutex)))
            }
            Operation::NotifyOne => write!(formatter, "notify one of {object}"),
            Operation::NotifyAll => write!(formatter, "notify all of {object}"),
            Operation::Arrive => write!(formatter, "arrive at {object}"),
            Operation::Leave => write!(formatter, "leave {object}"),
            Operation::Begin { .. } => write!(formatter, "initialise {object}"),
            Operation::IsCompleted => write!(formatter, "is {object} initialised?"),
            Operation::Send => write!(formatter, "send to {object}"),
            Operation::Handover => write!(formatter, "hand over through {object}"),
            Operation::TrySend => write!(formatter, "try to send to {object}"),
            Operation::Receive { timed: limit } => write!(formatter, "receive from {object}{}", timed(limit)),
            Operation::TryReceive => write!(formatter, "try to receive from {object}"),
            Operation::CloneSender => write!(formatter, "clone a sender of {object}"),
            Operation::DropSender => write!(formatter, "drop a sender of {object}"),
            Operation::DropReceiver => write!(formatter, "drop the receiver of {object}"),
            Operation::Call { process, number } => write!(formatter, "call number {number} of process {process}"),
            Operation::Return { process, number } => {
                write!(formatter, "return of call number {number} of process {process}")
            }
            other => of_arc(formatter, other, object),
        }
    }
}

/// Writes an operation of an `Arc`.
fn of_arc(formatter: &mut Formatter<'_>, operation: Operation, arc: impl Display) -> fmt::Result {
    match operation {
        Operation::CloneArc => write!(formatter, "clone {arc}"),
        Operation::DropArc => write!(formatter, "drop {arc}"),
        Operation::TakeArc => write!(formatter, "take the value out of {arc}, or drop it"),
        Operation::UnwrapArc => write!(formatter, "unwrap {arc}"),
        Operation::IsUnique => write!(formatter, "is {arc} the only one?"),
        Operation::Upgrade => write!(formatter, "upgrade a Weak of {arc}"),
        Operation::CloneWeak => write!(formatter, "make a Weak of {arc}"),
        Operation::DropWeak => write!(formatter, "drop a Weak of {arc}"),
        Operation::StrongCount => write!(formatter, "count {arc}"),
        Operation::WeakCount => write!(formatter, "count the Weaks of {arc}"),
        other => write!(formatter, "{other:?}"),
    }
}
