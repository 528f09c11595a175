//! Makes a counterexample short: the same kind of failure with the fewest preemptions, and among
//! those the fewest steps, found by exploring with a growing bound on preemptions (iterative context
//! bounding: Musuvathi and Qadeer, PLDI 2007).

use crate::engine::enumerate::DepthFirst;
use crate::exploration::end::{End, Ended};
use crate::exploration::{MemoryModel, Task, pulse};
use crate::failure::{Counterexample, Failure};
use crate::runtime::isolate::on_fresh_thread;
use crate::runtime::{coroutine, schedule_of};

/// The most steps that are spent on it: by time, the same failure would be told otherwise on a slower machine.
const STEPS_MAX: usize = 500_000;

/// Returns a counterexample of the same failure that no other with as few preemptions is shorter
/// than, as far as the steps that are spent on it tell; `found` itself if there is
/// none. The caller replays it. One that is no interleaving becomes one, if an interleaving shows the failure.
pub(crate) fn shorten(task: &Task, found: &Counterexample) -> Counterexample {
    let departures = found.trace.departures.len();
    // In the steps in which it was found.
    let task = &Task { arcs: task.arcs.freeze(), ..task.clone() };
    let shortest = |task: &Task, preemptions_max| {
        let wanted = found.clone();
        // One that leads to executions that stand still is left as it is.
        on_fresh_thread(task, move |task| shortest(task, &wanted, preemptions_max)).ok().flatten()
    };
    let interleaving = found.trace.remarks.is_weak.then(|| {
        let interleaves = Task { memory: MemoryModel::SequentiallyConsistent, ..task.clone() };
        // What a load did not see came later, each time.
        shortest(&interleaves, found.trace.preemptions() + 2 * departures)
    });
    let short = match interleaving.flatten() {
        // One that is an interleaving already stays one.
        None if found.trace.remarks.is_weak && departures == 0 => None,
        None => shortest(task, found.trace.preemptions()),
        interleaving => interleaving,
    };
    short.unwrap_or_else(|| found.clone())
}

fn shortest(task: &Task, found: &Counterexample, preemptions_max: usize) -> Option<Counterexample> {
    let mut left = STEPS_MAX;
    let known = task.arcs.size();
    for preemptions_max in 0..=preemptions_max {
        let mut shortest: Option<Counterexample> = None;
        let mut search = DepthFirst::bounded(preemptions_max);
        loop {
            if left == 0 || pulse::is_late() || task.arcs.size() != known {
                return shortest;
            }
            // One that is longer than the shortest is not cut off: what it owns would be lost.
            let ended = coroutine::run(task, &mut search, task.budget.steps_per_execution);
            let length = ended.trace.events.len();
            left = left.saturating_sub(length);
            if let Some(failure) = failure(task, &ended)
                && failure.is_same(&found.failure)
                && shortest.as_ref().is_none_or(|shortest| length < shortest.trace.events.len())
            {
                let token = schedule_of(&ended.trace, ended.choices);
                shortest = Some(Counterexample { failure, trace: ended.trace, token });
            }
            if !search.advance() {
                break;
            }
        }
        if shortest.is_some() {
            return shortest;
        }
    }
    None
}

fn failure(task: &Task, ended: &Ended) -> Option<Failure> {
    match &ended.end {
        End::Failed(failure) => Some(failure.clone()),
        End::Finished(outcome) => (task.judge)(outcome),
        End::StepLimit | End::Unsupported(_) | End::Abandoned => None,
    }
}
