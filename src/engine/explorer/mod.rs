//! The explorer: exhaustive, with one execution for each class of equivalent ones.
//!
//! Two executions are equivalent if they differ only in the order of neighbouring independent steps
//! (Mazurkiewicz). [`search`] is the algorithm, and the rest are its parts:
//!
//! - [`steps`]: the steps of an execution and their *happens before*;
//! - [`race`]: which pairs of steps could have come in the other order;
//! - [`wakeup`]: what is to be explored because of it;
//! - [`identity`]: who a thread is in every execution;
//! - [`part`] and [`parallel`]: how the work is divided, and done by several OS threads.
//!
//! What steps depend on each other is the kernel's to say (`kernel::access`).

mod identity;
mod parallel;
mod part;
mod race;
mod search;
mod steps;
mod wakeup;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::capabilities::{LOOPS, ORDERINGS};
use super::coroutine::{self, Strategy, Turn};
use super::end::{End, Ended};
use super::isolate::{SPOILT, is_spoilt, on_fresh_thread};
use super::{Capabilities, Collector, Coverage, Engine, Exploration, Limit, Replayed, Task, awaiting, sampler};
use super::{replay_schedule, schedule_of};
use crate::execution::ThreadId;
use crate::failure::Failure;
use crate::kernel::Kernel;
use crate::schedule::{Divergence, Token};
pub(super) use identity::Identities;
use part::Part;
use search::Search;
pub(super) use steps::Steps;

/// Explores every execution, up to equivalence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Explorer;

impl Engine for Explorer {
    fn name(&self) -> &'static str {
        "explorer"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_kernel(Coverage::Exhaustive, &[ORDERINGS, LOOPS])
    }

    fn explore(&self, task: &Task) -> Exploration {
        explore(task)
    }

    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
        replay_schedule(task, token)
    }
}

/// How many executions of a part go by between two reports of progress.
const PROGRESS_INTERVAL: u64 = 1_024;

/// An exploration that comes to its end within so many executions is not divided.
const UNDIVIDED_MAX: u64 = 10_000;

/// Explores the program. Whether the work is divided does not depend on how many threads there are to
/// share it, so that the report does not either.
fn explore(task: &Task) -> Exploration {
    let begun = Instant::now();
    if task.shard.is_none() {
        let mut little = task.clone();
        let most = task.budget.executions.unwrap_or(u64::MAX);
        little.budget.executions = Some(most.min(UNDIVIDED_MAX));
        let seen = on_fresh_thread(|| explore_part(&little, Part::new(), &Cancel::NEVER));
        let is_cut_short = matches!(seen.limit, Some(Limit::Executions(_) | Limit::Steps { .. }));
        if most <= UNDIVIDED_MAX || seen.executions < UNDIVIDED_MAX || !is_cut_short {
            return seen;
        }
    }
    let mut parts = on_fresh_thread(|| part::divide(task));
    if let Some((index, count)) = task.shard {
        let mut place = 0;
        parts.retain(|_| {
            place += 1;
            (place - 1) % count == index
        });
    }
    let mut seen = parallel::explore(task, &parts, begun);
    if let Some((index, count)) = task.shard {
        seen.limit.get_or_insert(Limit::Shard(index, count));
    }
    seen
}

/// Tells the exploration of a part that it is no longer wanted: an earlier one has ended it all.
pub(super) struct Cancel<'a> {
    /// The last part that is wanted; none if all are.
    last: Option<&'a AtomicUsize>,
    index: usize,
}

impl Cancel<'_> {
    const NEVER: Cancel<'static> = Cancel { last: None, index: 0 };

    fn is_wanted(&self) -> bool {
        self.last.is_none_or(|last| self.index <= last.load(Ordering::Relaxed))
    }
}

/// Explores what begins like `part`.
fn explore_part(task: &Task, part: Part, cancel: &Cancel<'_>) -> Exploration {
    let mut collector = Collector::new(task);
    // Parts that something begins with are parts of one exploration, which has been sampled before.
    let mut has_probed = !part.is_empty();
    let mut search = Search::within(part);
    let (mut records, mut is_over) = (false, false);
    while collector.goes_on() && cancel.is_wanted() {
        search.begin();
        let (ended, kernel) = run(task, &mut search, records);
        // Races on data, and with the ends of objects, are found in the record.
        let needs_record = ended.needs_record;
        if search.was_redundant() {
            collector.note_redundant();
        } else if !records && (needs_record || collector.is_new(&ended)) {
            records |= needs_record;
            let (ended, is_the_same) = ended.recorded(again(task, search.script()));
            collector.add(ended, schedule_of);
            if !is_the_same {
                collector.limit(Limit::Nondeterminism);
            }
        } else {
            collector.add(ended, schedule_of);
        }
        if is_spoilt() {
            collector.limit(Limit::Unsupported(SPOILT));
        } else if !search.advance(&kernel) {
            is_over = true;
            break;
        }
        coroutine::recycle(kernel);
        if !has_probed && awaiting::someone_goes_on() {
            has_probed = true;
            probe(task, &mut collector);
        }
        if collector.executions().is_multiple_of(PROGRESS_INTERVAL) {
            task.report_progress(collector.executions(), cancel.index, search.explored_ppm());
        }
    }
    collector.note_explored(if is_over && !search.is_lost { 1_000_000 } else { search.explored_ppm() });
    if search.is_lost {
        collector.limit(Limit::Nondeterminism);
    }
    collector.finish()
}

/// Looks for a livelock in a sample, where threads that give up their turns go on: there the search may find
/// ever longer executions, of which none shows anything, before it comes to one in which all take turns.
fn probe(task: &Task, collector: &mut Collector) {
    let is_livelock = |ended: &Ended| matches!(ended.end, End::Failed(Failure::Livelock { .. }));
    if let Some(ended) = sampler::probe(task, PROBE_EXECUTIONS, is_livelock, || collector.goes_on()) {
        collector.add(ended, schedule_of);
    }
}

/// How many executions the sample has.
const PROBE_EXECUTIONS: u64 = 1_000;

fn run(task: &Task, strategy: &mut dyn Strategy, records: bool) -> (Ended, Kernel) {
    coroutine::run_to_end(task, strategy, task.budget.steps_per_execution, records)
}

/// Runs an execution once more, and records its events.
fn again(task: &Task, script: Vec<(ThreadId, u32)>) -> Ended {
    run(task, &mut Script { steps: script, taken: 0 }, true).0
}

/// Takes known steps, and no others.
struct Script {
    steps: Vec<(ThreadId, u32)>,
    taken: usize,
}

impl Strategy for Script {
    fn restart(&mut self) {
        self.taken = 0;
    }

    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        let &(thread, way) = self.steps.get(self.taken)?;
        self.taken += 1;
        Some((thread, turn.kernel.alternative(thread, way)?))
    }
}
