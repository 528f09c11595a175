//! Where an execution stands that goes on as its reader says: what has happened, what can be done next, and what can still
//! come of it.

use std::panic::Location;
use std::time::Duration;

use super::Exploration;
use crate::failure::{Blocked, Failure};
use crate::outcome::Outcome;
use crate::trace::{ObjectId, Operation, ThreadId, Trace};

/// The most executions of one look at what can still come, if nothing else is said.
pub const LOOK_EXECUTIONS_MAX: u64 = 2_000;

/// How long one look may take, if nothing else is said.
pub const LOOK_TIME_MAX: Duration = Duration::from_secs(2);

/// Where an execution stands.
#[derive(Clone, Debug)]
pub struct Position {
    /// What has happened.
    pub trace: Trace,
    /// The executions that begin so, as far as the budget of one look suffices.
    pub reachable: Exploration,
    /// The steps that are possible, with the executions that go on so. None if the execution is over.
    pub choices: Vec<Choice>,
    /// What each thread that has not ended is about to do, and who alone could let it if it cannot.
    pub pending: Vec<Blocked>,
    /// How the execution has ended, if it has.
    pub end: Option<Ending>,
    /// Since when it is known how the execution ends, if it is.
    pub decided: Option<Decided>,
}

/// It is certain how an execution ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// How many steps had to be taken: 0 if it was certain from the beginning, and none if the budget of a look does not suffice
    /// to tell.
    pub steps: Option<usize>,
    /// Whether every execution that goes on from there is wrong; else none is.
    pub is_wrong: bool,
}

/// A step that can be taken.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The step.
    pub step: Possible,
    /// The executions that go on with it, as far as the budget of one look suffices.
    pub reachable: Exploration,
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With this outcome.
    Outcome(Outcome),
    /// It is wrong; the execution that shows it is that of the position.
    Failure(Failure),
    /// In another way, in words.
    Other(&'static str),
}

/// A step that is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Possible {
    /// Who would take it.
    pub thread: ThreadId,
    /// Which of the alternatives of that thread it is, counted from 0.
    pub alternative: u32,
    /// What it is.
    pub operation: Operation,
    /// The object of the operation, if it has one.
    pub object: Option<ObjectId>,
    /// The bits that it finds in an atomic.
    pub finds: Option<u64>,
    /// The bits that it stores, if that does not depend on what it finds.
    pub stores: Option<u64>,
    /// The source line of the operation.
    pub location: &'static Location<'static>,
    /// What tells it from the other alternatives of the thread.
    pub way: Way,
}

/// What tells the alternatives of a thread from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// There is only one.
    Only,
    /// A choice of the program's own, or whether a weak exchange fails: this option.
    Takes(u32),
    /// It reads, or comes right after, a store that so many newer ones have replaced.
    After {
        /// How many newer stores there are.
        newer: u32,
    },
    /// The waiter is woken.
    IsWoken,
    /// The wait times out.
    TimesOut,
    /// The wait ends for no reason.
    EndsForNoReason,
}

impl Position {
    /// Returns whether there are several steps of which not all lead to the same.
    pub fn has_a_choice(&self) -> bool {
        let mut all = self.choices.iter().map(|choice| {
            let kinds = choice.reachable.counterexample.iter().chain(&choice.reachable.others);
            (
                choice.reachable.outcomes.keys().collect::<Vec<_>>(),
                kinds.map(|other| other.failure.kind()).collect::<Vec<_>>(),
            )
        });
        let Some(first) = all.next() else { return false };
        all.any(|other| other != first)
    }

    /// Returns whether every execution that begins so is wrong; none if that is not known.
    pub fn is_lost(&self) -> Option<bool> {
        is_lost(&self.reachable)
    }
}

/// Returns whether it is certain how an execution ends: whether all that can come is wrong, or none is. None if both can
/// come, or if that is not known.
pub(crate) fn fate(reachable: &Exploration) -> Option<bool> {
    let is_safe = reachable.limit.is_none() && reachable.executions > 0 && reachable.failures == 0;
    if is_safe { Some(false) } else { is_lost(reachable).filter(|&is_lost| is_lost) }
}

/// Returns whether all of the executions are wrong; none if that is not known.
pub(crate) fn is_lost(reachable: &Exploration) -> Option<bool> {
    let is_complete = reachable.limit.is_none() && reachable.executions > 0;
    if reachable.failures < reachable.executions { Some(false) } else { is_complete.then_some(true) }
}
