//! The explorer: exhaustive, with one execution for each class of equivalent ones.
//!
//! Two executions are equivalent if they differ only in the order of neighbouring independent steps
//! (Mazurkiewicz). [`search`] is the algorithm, and the rest are its parts:
//!
//! - [`steps`]: the steps of an execution and their *happens before*;
//! - [`race`]: which pairs of steps could have come in the other order, and [`revisit`] the same of atomics under the
//!   language's memory model;
//! - [`wakeup`]: what is to be explored because of it, where [`placement`] says in which way a store is taken;
//! - [`identity`]: who a thread is in every execution;
//! - [`order`], [`part`] and [`parallel`]: how the work is divided, and done by several OS threads.
//!
//! What steps depend on each other is the kernel's to say (`kernel::access`).

mod after;
mod identity;
mod order;
mod parallel;
mod part;
mod past;
mod placement;
mod race;
mod revisit;
mod search;
mod steps;
mod touches;
mod wakeup;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::{Engine, sampler};
use crate::exploration::capabilities::{LOOPS, ORDERINGS};
use crate::exploration::end::{End, Ended};
use crate::exploration::{Capabilities, Collector, Coverage, Division, Exploration, Limit, Replayed, Task};
use crate::failure::Failure;
use crate::kernel::Kernel;
use crate::runtime::coroutine::{self, Strategy, Turn};
use crate::runtime::isolate::{explore_on_fresh_thread, on_fresh_thread};
use crate::runtime::{awaiting, os_threads, replay_schedule, schedule_of, stall};
use crate::schedule::{Divergence, Token};
use crate::trace::ThreadId;
pub(crate) use after::{Place, explore_after, place_after};
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

/// Explores the program. Whether the work is divided, and how, does not depend on how many threads there are to
/// share it, so that the report does not either.
fn explore(task: &Task) -> Exploration {
    let begun = Instant::now();
    let known = task.arcs.size();
    let Division { undivided_executions, parts } = task.division;
    let (mut undivided, mut found) = (None, Vec::new());
    if undivided_executions > 0 {
        let mut little = task.clone();
        let most = task.budget.executions.unwrap_or(u64::MAX);
        little.budget.executions = Some(most.min(undivided_executions));
        let seen = explore_on_fresh_thread(&little, |task| explore_part(task, &Part::new(), &Cancel::never()));
        let is_cut_short = matches!(seen.limit, Some(Limit::Executions(_) | Limit::Steps { in_loop: None, .. }));
        if most <= undivided_executions || seen.executions < undivided_executions || !is_cut_short {
            return of_first_shard(task, seen);
        }
        if task.arcs.size() > known {
            // All is explored again, in other steps.
            return seen;
        }
        found.extend(seen.counterexample.iter().chain(&seen.others).cloned());
        undivided = Some(seen).filter(|_| task.shard.is_none());
    }
    let mut parts = match on_fresh_thread(task, move |task| part::divide(task, parts.max(1))) {
        Ok(parts) => parts,
        Err(stalled) => return stall::exploration(task, stalled, begun.elapsed()),
    };
    if let Some((index, count)) = task.shard {
        // Neighbours stay together, so that shards that are put together in their order are the whole.
        let bound = |index: u32| parts.len() * index as usize / count as usize;
        parts = parts[bound(index)..bound(index + 1)].to_vec();
    }
    if task.arcs.size() > known {
        return Exploration::nothing();
    }
    let mut seen = parallel::explore(task, &parts, begun).unwrap_or_else(|parallel::InVain| {
        let task = parallel::remaining(task, begun, task.budget.executions);
        let seen = explore_on_fresh_thread(&task, |task| search_all(task, Search::default(), true, &Cancel::never()));
        Exploration { elapsed: begun.elapsed(), ..seen }
    });
    if task.shard.is_some() && task.arcs.size() > known {
        task.arcs.note_apart();
    }
    if let Some(undivided) = undivided.filter(|undivided| undivided.executions > seen.executions)
        && matches!(seen.limit, Some(Limit::Time(_) | Limit::Memory(_)))
    {
        // What was spent did not suffice to come as far again.
        seen = Exploration { limit: seen.limit, elapsed: seen.elapsed, ..undivided };
    }
    // Parts are not sampled again, and may not come as far.
    found.into_iter().for_each(|found| seen.keep(found));
    if let Some((index, count)) = task.shard {
        seen.limit.get_or_insert(Limit::Shard(index, count));
    }
    seen
}

/// Returns what a shard is to report of an exploration that is too small to be divided: the first reports all of
/// it.
fn of_first_shard(task: &Task, seen: Exploration) -> Exploration {
    let Some((index, count)) = task.shard else { return seen };
    let mut seen = if index == 0 { seen } else { Exploration::nothing() };
    seen.limit.get_or_insert(Limit::Shard(index, count));
    seen
}

/// What an exploration of a part knows of the others: whether it is still wanted.
#[derive(Clone)]
pub(super) struct Cancel {
    /// For each part, in their order, how many executions it has run, [`ENDS_ALL`](parallel::ENDS_ALL) or
    /// [`IN_VAIN`](parallel::IN_VAIN).
    executions: Arc<[AtomicU64]>,
    index: usize,
    /// How many executions all may run together.
    most: Option<u64>,
    /// Whether a part is given up that runs more executions in vain than others.
    gives_up: bool,
}

/// How many executions of a part may be in vain before it is looked at how many are not.
const IN_VAIN_MIN: u64 = 1_000;

impl Cancel {
    fn never() -> Self {
        Self { executions: Arc::new([]), index: 0, most: None, gives_up: false }
    }

    /// Returns whether it is not worth while to explore this part by itself, and notes it.
    fn is_in_vain(&self, executions: u64, redundant: u64) -> bool {
        let is_in_vain = self.gives_up && redundant > IN_VAIN_MIN.max(executions);
        if is_in_vain {
            self.executions[self.index].store(parallel::IN_VAIN, Ordering::Relaxed);
        }
        is_in_vain
    }

    /// Notes how many executions this part has run, and returns whether it is to go on: no part before it has
    /// ended it all or was given up, and together they have not spent what there is.
    fn is_wanted(&self, own: u64) -> bool {
        let Some(noted) = self.executions.get(self.index) else { return true };
        noted.store(own, Ordering::Relaxed);
        let mut sum = own;
        for before in &self.executions[..self.index] {
            sum = sum.saturating_add(before.load(Ordering::Relaxed));
        }
        sum < self.most.unwrap_or(parallel::IN_VAIN)
    }
}

/// How many executions of a part go by between two looks at the others.
const CANCEL_INTERVAL: u64 = 64;

/// Explores a part.
fn explore_part(task: &Task, part: &Part, cancel: &Cancel) -> Exploration {
    if !part.is_empty() {
        os_threads::look_no_more();
    }
    // Before it was divided the exploration was sampled, unless it was divided from its first execution on.
    let has_probed = !part.is_empty() && task.division.undivided_executions > 0;
    search_all(task, Search::within(part), has_probed, cancel)
}

/// Explores what a search looks for.
fn search_all(task: &Task, mut search: Search, mut has_probed: bool, cancel: &Cancel) -> Exploration {
    let mut collector = Collector::new(task);
    let mut records = false;
    while collector.goes_on() {
        let executions = collector.executions();
        let redundant = collector.redundant();
        if (executions + redundant).is_multiple_of(CANCEL_INTERVAL)
            && (!cancel.is_wanted(executions) || cancel.is_in_vain(executions, redundant))
        {
            break;
        }
        search.begin();
        let (ended, kernel) = run(task, &mut search, records);
        if collector.is_late() {
            break;
        }
        let waits_on = waits_on(&kernel);
        // The races of a long execution that is cut off take long, and it decides nothing.
        let is_endless = kernel.follows_the_language() && ended.end == End::StepLimit && ended.steps > 2_000;
        let is_inside = is_endless || (search.learn(&kernel) && !waits_on);
        // Races on data, and with the ends of objects, are found in the record.
        let needs_record = ended.needs_record;
        if !is_inside {
            collector.note_redundant();
        } else if !records && (needs_record || collector.is_new(&ended) || collector.is_first_cut_off(&ended)) {
            records |= needs_record;
            let (ended, is_the_same) = ended.recorded(again(task, search.script()));
            collector.add(ended, schedule_of);
            if !is_the_same {
                collector.limit(Limit::Nondeterminism);
            }
        } else {
            collector.add(ended, schedule_of);
        }
        if !search.backtrack() {
            break;
        }
        if collector.goes_round() {
            // Each round more is another execution.
            break;
        }
        coroutine::recycle(kernel);
        if !has_probed && awaiting::someone_goes_on() {
            has_probed = true;
            probe(task, &mut collector);
        }
        if collector.executions().is_multiple_of(PROGRESS_INTERVAL) {
            task.report_progress(collector.executions(), cancel.index, cancel.executions.len().max(1));
        }
    }
    if search.is_lost {
        collector.limit(Limit::Nondeterminism);
    }
    collector.finish()
}

/// Returns whether somebody waits for something that has come, though it has gone on waiting: it has seen it in another
/// execution.
fn waits_on(kernel: &Kernel) -> bool {
    kernel.follows_the_language() && kernel.someone_could_go_on() && kernel.nobody_is_enabled()
}

/// Looks for a livelock in a sample, where threads that give up their turns go on: there the search may find
/// ever longer executions, of which none shows anything, before it comes to one in which all take turns.
fn probe(task: &Task, collector: &mut Collector) {
    let is_livelock = |ended: &Ended| matches!(ended.end, End::Failed(Failure::Livelock { .. }));
    if let Some(ended) = sampler::probe(task, PROBE_EXECUTIONS, is_livelock, || collector.goes_on()) {
        collector.add_sampled(ended, schedule_of);
    }
}

/// How many executions the sample has.
const PROBE_EXECUTIONS: u64 = 1_000;

fn run(task: &Task, strategy: &mut dyn Strategy, records: bool) -> (Ended, Kernel) {
    coroutine::run_to_end(task, strategy, task.budget.steps_per_execution, records)
}

/// Runs an execution once more, and records its events.
fn again(task: &Task, script: Vec<(ThreadId, u32)>) -> Ended {
    run(task, &mut Script::of(script, Kernel::alternative), true).0
}

/// Takes known steps, and no others.
struct Script {
    steps: Vec<(ThreadId, u32)>,
    /// Returns the alternative that the number of a step stands for, if there is that.
    alternative: fn(&Kernel, ThreadId, u32) -> Option<u32>,
    taken: usize,
}

impl Script {
    fn of(steps: Vec<(ThreadId, u32)>, alternative: fn(&Kernel, ThreadId, u32) -> Option<u32>) -> Self {
        Self { steps, alternative, taken: 0 }
    }
}

impl Strategy for Script {
    fn restart(&mut self) {
        self.taken = 0;
    }

    fn leaves_waiting(&self) -> bool {
        true
    }

    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        let &(thread, number) = self.steps.get(self.taken)?;
        self.taken += 1;
        Some((thread, (self.alternative)(turn.kernel, thread, number)?))
    }
}
