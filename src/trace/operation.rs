//! The visible operations of a program, and what each returns, as plain data.
//!
//! Every facade primitive announces one of these before it takes effect. The kernel executes them,
//! the trace records them, and `render` turns them into words: no text is made here.

use std::sync::atomic::Ordering;

use super::{ObjectId, ThreadId};

/// What a read-modify-write does with the value it found. Values are the bit patterns of the
/// atomic's own type, widened to 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Update {
    /// Replace the value.
    Swap,
    /// Wrapping addition.
    Add,
    /// Wrapping subtraction.
    Subtract,
    /// Bitwise and.
    And,
    /// Bitwise nand.
    Nand,
    /// Bitwise or.
    Or,
    /// Bitwise exclusive or.
    Xor,
    /// The greater of the two.
    Maximum,
    /// The lesser of the two.
    Minimum,
}

/// One visible operation of a thread. The object it acts on, if any, stands beside it in the
/// [`Event`](super::Event).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Start a thread.
    Spawn {
        /// The new thread.
        child: ThreadId,
    },
    /// The end of a thread, after its thread-locals are gone.
    Exit,
    /// Wait until a thread has ended.
    Join {
        /// The thread waited for.
        thread: ThreadId,
    },
    /// Ask whether a thread has ended.
    IsFinished {
        /// The thread asked about.
        thread: ThreadId,
    },
    /// Wait for this thread's park token.
    Park {
        /// Whether the wait may time out.
        timed: bool,
    },
    /// Make a thread's park token available.
    Unpark {
        /// The thread to wake.
        thread: ThreadId,
    },
    /// `thread::yield_now`.
    Yield,
    /// `hint::spin_loop`.
    SpinLoop,
    /// `thread::sleep`: time is virtual, so any other thread may run meanwhile.
    Sleep,
    /// A choice of the program's own, see [`choose`](crate::choose).
    Choose {
        /// How many options there are.
        options: u32,
    },
    /// Before a `compare_exchange_weak`: whether it fails for no reason.
    MayFail,
    /// An atomic load.
    Load {
        /// Its memory ordering.
        order: Ordering,
    },
    /// An atomic store.
    Store {
        /// The value written.
        value: u64,
        /// Its memory ordering.
        order: Ordering,
    },
    /// An atomic read-modify-write that always succeeds.
    Update {
        /// What is done.
        update: Update,
        /// The other operand.
        operand: u64,
        /// Its memory ordering.
        order: Ordering,
    },
    /// An atomic compare-and-exchange. The weak form fails for no reason only after a [`MayFail`](Self::MayFail), as a load.
    CompareExchange {
        /// The value expected.
        current: u64,
        /// The value written on success.
        new: u64,
        /// The ordering of a success.
        success: Ordering,
        /// The ordering of a failure.
        failure: Ordering,
    },
    /// A memory fence.
    Fence {
        /// Its memory ordering.
        order: Ordering,
    },
    /// The start of a shared access to an `UnsafeCell`.
    CellRead,
    /// The start of an exclusive access to an `UnsafeCell`.
    CellWrite,
    /// The end of a shared access to an `UnsafeCell`.
    CellReadEnd,
    /// The end of an exclusive access to an `UnsafeCell`.
    CellWriteEnd,
    /// Take a mutex.
    Lock,
    /// Take a mutex if it is free.
    TryLock,
    /// Release a mutex, a write lock, or a `Once`, `poison` telling whether the holder panicked.
    Unlock {
        /// Whether this poisons the lock.
        poison: bool,
    },
    /// Take a read lock.
    Read,
    /// Take a read lock if that needs no waiting.
    TryRead,
    /// Release a read lock.
    Unread,
    /// Take a write lock.
    Write,
    /// Take a write lock if that needs no waiting.
    TryWrite,
    /// Ask whether a lock is poisoned.
    IsPoisoned,
    /// Clear the poison of a lock.
    ClearPoison,
    /// Release a mutex and wait on a condition variable, in one step.
    Wait {
        /// The mutex released.
        mutex: ObjectId,
        /// Whether the wait may time out.
        timed: bool,
    },
    /// The second half of a wait: be notified and take the mutex again, or time out.
    Wake {
        /// The mutex taken again.
        mutex: ObjectId,
        /// Whether the wait may time out.
        timed: bool,
    },
    /// Wake one waiter of a condition variable.
    NotifyOne,
    /// Wake all waiters of a condition variable.
    NotifyAll,
    /// Arrive at a barrier.
    Arrive,
    /// Leave a barrier, once all have arrived.
    Leave,
    /// Begin the initialisation of a `Once`, `OnceLock` or `LazyLock`, or find it done.
    Begin {
        /// Whether a poisoned `Once` is to be tried again (`call_once_force`).
        force: bool,
    },
    /// Ask whether a `Once` or `OnceLock` is initialised.
    IsCompleted,
    /// Send a message.
    Send,
    /// Wait for the receiver of a rendezvous channel to take the message.
    Handover,
    /// Send a message if that needs no waiting.
    TrySend,
    /// Receive a message.
    Receive {
        /// Whether the wait may time out.
        timed: bool,
    },
    /// Receive a message if there is one.
    TryReceive,
    /// Clone the sending side of a channel.
    CloneSender,
    /// Drop one sender of a channel.
    DropSender,
    /// Drop the receiver of a channel.
    DropReceiver,
    /// Clone an `Arc`.
    CloneArc,
    /// Drop an `Arc`: the answer is whether it was the last.
    DropArc,
    /// Drop an `Arc`, and take the value out if it is the last.
    TakeArc,
    /// Take the value out of an `Arc` if it is the only one.
    UnwrapArc,
    /// Ask whether there is no other `Arc`, and no `Weak`.
    IsUnique,
    /// Make an `Arc` of a `Weak`, if there is one left.
    Upgrade,
    /// Make a `Weak`.
    CloneWeak,
    /// Drop a `Weak`.
    DropWeak,
    /// Ask how many `Arc`s there are.
    StrongCount,
    /// Ask how many `Weak`s there are.
    WeakCount,
    /// The call of an operation whose history is recorded, see [`Recorder`](crate::Recorder).
    Call {
        /// Who calls.
        process: u32,
        /// Which of its calls it is, counted from 0.
        number: u32,
    },
    /// The return of that operation.
    Return {
        /// Who called.
        process: u32,
        /// Which of its calls it was.
        number: u32,
    },
    /// The thread's closure has returned, and the destructors of its thread-locals have yet to run.
    Finish,
    /// Wait, at the end of a scope, until the closure of a thread has returned.
    AwaitFinish {
        /// That thread.
        thread: ThreadId,
    },
}

impl Operation {
    /// Returns the timed flag of an operation that may time out.
    #[cfg(feature = "loom")]
    pub(crate) fn timed(&self) -> bool {
        matches!(
            self,
            Self::Park { timed: true }
                | Self::Wait { timed: true, .. }
                | Self::Wake { timed: true, .. }
                | Self::Receive { timed: true }
        )
    }

    /// Returns this operation of an atomic with its values mapped.
    pub(crate) fn map_values(self, map: impl Fn(u64) -> u64) -> Self {
        match self {
            Self::Store { value, order } => Self::Store { value: map(value), order },
            Self::Update { update, operand, order } => Self::Update { update, operand: map(operand), order },
            Self::CompareExchange { current, new, success, failure } => {
                Self::CompareExchange { current: map(current), new: map(new), success, failure }
            }
            other => other,
        }
    }

    /// Returns whether it may change the object that it is done to.
    pub(crate) fn may_write(&self) -> bool {
        !matches!(
            self,
            Self::Load { .. }
                | Self::CellRead
                | Self::CellReadEnd
                | Self::IsPoisoned
                | Self::IsCompleted
                | Self::IsUnique
                | Self::StrongCount
                | Self::WeakCount
        )
    }

    /// Returns whether the thread gives up its turn with this operation, so that a switch after it
    /// is no preemption.
    pub(crate) fn yields(&self) -> bool {
        matches!(self, Self::Yield | Self::SpinLoop | Self::Sleep)
    }

    /// Returns whether it is one that does something else where it would have to wait.
    pub(crate) fn tries(&self) -> bool {
        matches!(self, Self::TryLock | Self::TryRead | Self::TryWrite | Self::TrySend | Self::TryReceive)
    }
}

/// What an operation returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Response {
    /// It took effect, and there is nothing more to say.
    Done,
    /// The value read (the old one, for a read-modify-write), or the option chosen.
    Value(u64),
    /// A failed compare-and-exchange: the value that was found.
    Mismatch(u64),
    /// The lock was taken; `poisoned` tells whether a former holder panicked.
    Acquired {
        /// Whether the lock is poisoned.
        poisoned: bool,
    },
    /// A `try` operation would have had to wait.
    WouldBlock,
    /// A timed operation timed out.
    TimedOut,
    /// A timed wait timed out, and then took the lock again; `poisoned` tells whether a former holder
    /// panicked.
    Late {
        /// Whether the lock is poisoned.
        poisoned: bool,
    },
    /// An answer to a question.
    Answer(bool),
    /// The caller of [`Operation::Begin`] is to run the initialisation.
    Initialise {
        /// Whether a former attempt panicked.
        poisoned: bool,
    },
    /// The initialisation panicked before, and the operation does not force another attempt.
    Poisoned,
    /// The other side of the channel is gone.
    Disconnected,
}

impl Response {
    /// Returns this response of an atomic with its value mapped.
    pub(crate) fn map_values(self, map: impl Fn(u64) -> u64) -> Self {
        match self {
            Self::Value(value) => Self::Value(map(value)),
            Self::Mismatch(value) => Self::Mismatch(map(value)),
            other => other,
        }
    }
}
