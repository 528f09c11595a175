//! How one execution ended, as every engine reports it to the collector.

use super::StuckJudge;
use crate::execution::backend::Execution;
use crate::execution::races::Suspicion;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::trace::Trace;

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It came to its end, and reported this.
    Finished(Outcome),
    /// It was wrong.
    Failed(Failure),
    /// It took as many steps as its budget allows.
    StepLimit,
    /// It asked for something that the engine cannot do.
    Unsupported(&'static str),
    /// The engine had no use for the rest of it.
    Abandoned,
}

impl End {
    /// Returns the end of an execution that nobody stopped and that did not deadlock.
    pub(crate) fn of_finished(execution: &Execution, trace: &Trace) -> Self {
        match (execution.fatal_panic(trace), execution.outcome.take()) {
            (Some(panic), _) => Self::Failed(Failure::Panic(panic)),
            (None, Some(outcome)) => Self::Finished(outcome),
            (None, None) => Self::Abandoned,
        }
    }
}

/// An execution that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) end: End,
    pub(crate) trace: Trace,
    /// How many steps were taken, whether they were recorded in the trace or not.
    pub(crate) steps: u64,
    /// The options taken at steps that had several.
    pub(crate) choices: Vec<u32>,
    /// For each of these, how many steps had been taken before.
    pub(crate) chosen_at: Vec<u64>,
    /// Whether only a record of the events shows what is wrong, if anything is: there were cells, which may
    /// race, or objects whose lives ended although others used them.
    pub(crate) needs_record: bool,
    /// Uses of objects that nothing visible orders before the ends of their lives, if there is a record.
    pub(crate) suspicions: Vec<Suspicion>,
}

impl Ended {
    /// Returns an execution that ended like that, of which nothing more is known.
    pub(crate) fn of(end: End, trace: Trace) -> Self {
        let steps = trace.events.len() as u64;
        let (choices, chosen_at, suspicions) = (Vec::new(), Vec::new(), Vec::new());
        Self { end, trace, steps, choices, chosen_at, needs_record: false, suspicions }
    }

    /// Makes an outcome of an execution in which no thread goes on, where that can be right.
    pub(crate) fn settle(&mut self, stuck: Option<&StuckJudge>) {
        if let (Some(stuck), End::Failed(failure)) = (stuck, &self.end)
            && matches!(failure, Failure::Deadlock { .. } | Failure::Livelock { circle: None, .. })
            && let Some(outcome) = stuck(failure)
        {
            self.end = End::Finished(outcome);
        }
    }

    /// Returns this execution with the record of `again`, its repetition, and whether that ended the same
    /// way. If not, the end of this one is kept: the replay that follows will show the difference.
    pub(crate) fn recorded(self, again: Self) -> (Self, bool) {
        let is_the_same = match (&self.end, &again.end) {
            // That an object is from outside shows only when it is used a second time.
            (_, End::Failed(Failure::ForeignObject(_))) => true,
            // Only a record shows these.
            (_, End::Failed(Failure::DataRace { .. } | Failure::UseAfterFree { .. })) if self.needs_record => true,
            (End::Failed(first), End::Failed(second)) => first.is_same(second) || is_leak(first) && is_leak(second),
            (first, second) => first == second,
        };
        if is_the_same { (again, true) } else { (Self { end: self.end, ..again }, false) }
    }
}

fn is_leak(failure: &Failure) -> bool {
    matches!(failure, Failure::LeakedLock { .. })
}
