//! What can be wrong with an execution, as data. Tests match on it; only `render` makes text of it.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use crate::history::History;
use crate::linearizability::{Consistency, Explanation};
use crate::outcome::Outcome;
use crate::schedule::Token;
use crate::trace::{Event, ObjectId, ObjectKind, Operation, PanicRecord, ThreadId, Trace};

/// A thread that could not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The thread.
    pub thread: ThreadId,
    /// What it was about to do.
    pub operation: Operation,
    /// The object of that operation, if any.
    pub object: Option<ObjectId>,
    /// The source line of that operation.
    pub location: &'static Location<'static>,
    /// The threads that alone could let it go on, where that is known: the holders of a lock, the
    /// thread that it joins.
    pub waits_for: Vec<ThreadId>,
}

/// One of the two accesses of a data race, or of a use after free.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Access {
    /// The thread that made the access.
    pub thread: ThreadId,
    /// Whether it may write.
    pub exclusive: bool,
    /// Its source line.
    pub location: &'static Location<'static>,
}

/// The last thing that a thread was seen doing on real threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSeen {
    /// The thread's name, or a number if it has none.
    pub thread: String,
    /// What it was about to do, and the kind of object it was about to do it to; none if it had
    /// done nothing visible yet.
    pub operation: Option<(Operation, Option<ObjectKind>, &'static Location<'static>)>,
    /// Whether that operation had come to its end.
    pub completed: bool,
}

/// An object made outside an execution and used inside one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignObject {
    /// The kind of object.
    pub kind: ObjectKind,
    /// The source line that made it.
    pub made_at: &'static Location<'static>,
    /// The source line that used it.
    pub used_at: &'static Location<'static>,
    /// Whether it is a static, which for its kind cannot begin each execution anew.
    pub is_static: bool,
}

/// A history that no order of its operations explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inconsistency {
    /// What order was looked for.
    pub consistency: Consistency,
    /// The operations, in words, in the order of asking.
    pub history: History<String, String>,
    /// Why there is none.
    pub explanation: Explanation,
}

/// A part of an execution after which everything is as it was before it, so that it can be repeated for
/// ever, and in which every thread that could go on did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circle {
    /// The first of its events, counted from 0.
    pub first: usize,
    /// How many events it has.
    pub length: usize,
}

/// Why an execution is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// A panic that no `join` received.
    Panic(PanicRecord),
    /// A panic with which std aborts the process: one in a destructor that runs because of another panic, say.
    Abort {
        /// The thread.
        thread: ThreadId,
        /// Its panics, from the one that it was unwinding on.
        panics: Vec<PanicRecord>,
        /// Why the process is aborted, as std has it.
        reason: String,
    },
    /// Threads that wait for each other, or for something that can no longer happen.
    Deadlock {
        /// All threads that could not go on.
        blocked: Vec<Blocked>,
        /// The threads that wait for each other in a circle, in that order; empty if there is none.
        cycle: Vec<ThreadId>,
    },
    /// Threads that go round in circles for ever: each waits in a loop for something to change that no
    /// other thread is going to change, or does something again and again that leaves everything as it was.
    Livelock {
        /// All threads that will not come to their ends, of which at least one gives up its turn again and
        /// again. The others wait like in a deadlock.
        blocked: Vec<Blocked>,
        /// The round after which everything is as it was, if the threads do something; none if they only look.
        circle: Option<Circle>,
    },
    /// Two accesses to one `UnsafeCell`, not ordered by anything, one of which may write.
    DataRace {
        /// The object.
        object: ObjectId,
        /// The access that came first in this execution.
        first: Access,
        /// The other.
        second: Access,
    },
    /// The end of an object's life, and a use of it that nothing orders before: whichever came first in this
    /// execution, the other order is possible too, or the use comes after the end. A second end is a use too.
    UseAfterFree {
        /// The object.
        object: ObjectId,
        /// Its end. A destructor does not know its own place in the source, so that the location is that of
        /// the last operation that its thread did before.
        freed: Access,
        /// The use.
        used: Access,
    },
    /// A lock that was never released, although all threads have ended: its guard was leaked.
    LeakedLock {
        /// The lock.
        object: ObjectId,
        /// The thread that took it.
        thread: ThreadId,
        /// The source line that took it.
        locked_at: &'static Location<'static>,
    },
    /// The scenario reported an outcome that is not among those allowed.
    UnexpectedOutcome {
        /// What it reported.
        outcome: Outcome,
        /// What would have been right.
        allowed: Vec<Outcome>,
    },
    /// An exhaustive exploration did not see an outcome that was expected to be possible.
    MissingOutcomes {
        /// The outcomes never seen.
        missing: Vec<Outcome>,
    },
    /// What the object answered could not have come of using it by one thread at a time.
    NotLinearizable(Box<Inconsistency>),
    /// Real threads that did not finish within the watchdog's limit.
    Hang {
        /// What each thread that had not finished was last seen doing.
        threads: Vec<LastSeen>,
    },
    /// A modelled thread that has taken no step for as long as the watchdog allows, and so keeps all others, which share
    /// its OS thread, from theirs.
    Stall {
        /// The thread.
        thread: ThreadId,
        /// The last step that it took; none if it has taken none, or if that could not be found out.
        last: Option<Event>,
        /// The watchdog's limit.
        limit: Duration,
    },
    /// An object from outside the execution was used inside it.
    ForeignObject(ForeignObject),
    /// Something outside the facade made two executions of one schedule differ.
    Nondeterminism {
        /// The first event that differs, counted from 0.
        event: usize,
        /// What differed, as found by the replay.
        divergence: crate::schedule::Divergence,
    },
}

/// The kinds of [`Failure`], for expectations and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FailureKind {
    /// See [`Failure::Panic`].
    Panic,
    /// See [`Failure::Abort`].
    Abort,
    /// See [`Failure::Deadlock`].
    Deadlock,
    /// See [`Failure::Livelock`].
    Livelock,
    /// See [`Failure::DataRace`].
    DataRace,
    /// See [`Failure::UseAfterFree`].
    UseAfterFree,
    /// See [`Failure::LeakedLock`].
    LeakedLock,
    /// See [`Failure::UnexpectedOutcome`].
    UnexpectedOutcome,
    /// See [`Failure::MissingOutcomes`].
    MissingOutcomes,
    /// See [`Failure::NotLinearizable`].
    NotLinearizable,
    /// See [`Failure::Hang`].
    Hang,
    /// See [`Failure::Stall`].
    Stall,
    /// See [`Failure::ForeignObject`].
    ForeignObject,
    /// See [`Failure::Nondeterminism`].
    Nondeterminism,
}

impl FailureKind {
    /// Returns the kind's name in reports: lower case, words joined by hyphens.
    pub fn name(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Abort => "abort",
            Self::Deadlock => "deadlock",
            Self::Livelock => "livelock",
            Self::DataRace => "data-race",
            Self::UseAfterFree => "use-after-free",
            Self::LeakedLock => "leaked-lock",
            Self::UnexpectedOutcome => "unexpected-outcome",
            Self::MissingOutcomes => "missing-outcomes",
            Self::NotLinearizable => "not-linearizable",
            Self::Hang => "hang",
            Self::Stall => "stall",
            Self::ForeignObject => "foreign-object",
            Self::Nondeterminism => "nondeterminism",
        }
    }

    /// Returns whether a failure of kind `found` is what an expectation of this kind is about. On real threads
    /// a deadlock or livelock is seen as a hang, and a data race or a use after free by what comes of it.
    pub fn admits(self, found: Self) -> bool {
        self == found
            || (matches!(self, Self::Deadlock | Self::Livelock) && found == Self::Hang)
            || (matches!(self, Self::DataRace | Self::UseAfterFree)
                && matches!(found, Self::UnexpectedOutcome | Self::Panic | Self::Hang))
    }
}

impl Failure {
    /// Returns whether two failures are the same one, perhaps on different schedules: of one kind, and at
    /// the same places of the program.
    pub fn is_same(&self, other: &Self) -> bool {
        let places = |blocked: &[Blocked]| {
            let mut places: Vec<_> = blocked.iter().map(|blocked| blocked.location).collect();
            places.sort();
            places
        };
        match (self, other) {
            (Self::Panic(left), Self::Panic(right)) => left.location == right.location,
            (Self::Abort { panics: left, .. }, Self::Abort { panics: right, .. }) => {
                left.last().map(|panic| &panic.location) == right.last().map(|panic| &panic.location)
            }
            (Self::Deadlock { blocked: left, .. }, Self::Deadlock { blocked: right, .. })
            | (Self::Livelock { blocked: left, .. }, Self::Livelock { blocked: right, .. }) => {
                places(left) == places(right)
            }
            (Self::DataRace { first, second, .. }, Self::DataRace { first: third, second: fourth, .. }) => {
                let (left, right) = ([first.location, second.location], [third.location, fourth.location]);
                left == right || left == [right[1], right[0]]
            }
            (Self::UnexpectedOutcome { outcome: left, .. }, Self::UnexpectedOutcome { outcome: right, .. }) => {
                left == right
            }
            (Self::UseAfterFree { used: left, .. }, Self::UseAfterFree { used: right, .. }) => {
                left.location == right.location
            }
            (Self::LeakedLock { locked_at: left, .. }, Self::LeakedLock { locked_at: right, .. }) => left == right,
            (Self::Stall { last: left, .. }, Self::Stall { last: right, .. }) => {
                left.map(|event| event.location) == right.map(|event| event.location)
            }
            _ => self.kind() == other.kind(),
        }
    }

    /// Returns the kind of this failure.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Panic(_) => FailureKind::Panic,
            Self::Abort { .. } => FailureKind::Abort,
            Self::Deadlock { .. } => FailureKind::Deadlock,
            Self::Livelock { .. } => FailureKind::Livelock,
            Self::DataRace { .. } => FailureKind::DataRace,
            Self::UseAfterFree { .. } => FailureKind::UseAfterFree,
            Self::LeakedLock { .. } => FailureKind::LeakedLock,
            Self::UnexpectedOutcome { .. } => FailureKind::UnexpectedOutcome,
            Self::MissingOutcomes { .. } => FailureKind::MissingOutcomes,
            Self::NotLinearizable(_) => FailureKind::NotLinearizable,
            Self::Hang { .. } => FailureKind::Hang,
            Self::Stall { .. } => FailureKind::Stall,
            Self::ForeignObject(_) => FailureKind::ForeignObject,
            Self::Nondeterminism { .. } => FailureKind::Nondeterminism,
        }
    }
}

impl fmt::Display for FailureKind {
    /// Writes the kind's [name](FailureKind::name).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A failure together with the execution that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// What is wrong.
    pub failure: Failure,
    /// The execution, event by event; empty where the engine records none.
    pub trace: Trace,
    /// What replays it, where the engine can.
    pub token: Option<Token>,
}
