//! Makes a counterexample short: the same kind of failure with the fewest preemptions, and among
//! those the fewest steps, found by exploring with a growing bound on preemptions (iterative context
//! bounding: Musuvathi and Qadeer, PLDI 2007).

use super::end::{End, Ended};
use super::enumerate::DepthFirst;
use super::{Task, coroutine, schedule_of};
use crate::failure::{Counterexample, Failure};

/// The most executions that are spent on it.
const EXECUTIONS_MAX: u64 = 50_000;

/// Returns a counterexample of the same kind of failure that no other with as few preemptions is
/// shorter than, as far as [`EXECUTIONS_MAX`] executions tell; `found` itself if there is none.
pub(crate) fn shorten(task: &Task, found: &Counterexample) -> Counterexample {
    let kind = found.failure.kind();
    let mut left = EXECUTIONS_MAX;
    for preemptions_max in 0..=found.trace.preemptions() {
        let mut shortest: Option<Counterexample> = None;
        let mut search = DepthFirst::bounded(preemptions_max);
        loop {
            if left == 0 {
                return shortest.unwrap_or_else(|| found.clone());
            }
            left -= 1;
            let ended = coroutine::run(&task.program, &mut search, task.budget.steps_per_execution);
            let length = ended.trace.events.len();
            if let Some(failure) = failure(task, &ended)
                && failure.kind() == kind
                && shortest.as_ref().is_none_or(|shortest| length < shortest.trace.events.len())
            {
                let token = schedule_of(&ended.trace, ended.choices);
                shortest = Some(Counterexample { failure, trace: ended.trace, token });
            }
            if !search.advance() {
                break;
            }
        }
        if let Some(shortest) = shortest {
            return shortest;
        }
    }
    found.clone()
}

fn failure(task: &Task, ended: &Ended) -> Option<Failure> {
    match &ended.end {
        End::Failed(failure) => Some(failure.clone()),
        End::Finished(outcome) => (task.judge)(outcome),
        End::StepLimit | End::Unsupported(_) | End::Abandoned => None,
    }
}
