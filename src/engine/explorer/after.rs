//! What can still come after given steps: the executions that begin with them, and the steps that are possible next.

use super::search::Search;
use super::{Cancel, Script, run, search_all, waits_on};
use crate::exploration::end::Ended;
use crate::exploration::{Exploration, Possible, Task, Way};
use crate::failure::Blocked;
use crate::kernel::Kernel;
use crate::runtime::isolate::{Stalled, explore_on_fresh_thread, on_fresh_thread};
use crate::trace::{Operation, ThreadId};

/// Explores the executions that begin with these steps, one of each class of equivalent ones.
pub(crate) fn explore_after(task: &Task, steps: &[(ThreadId, u32)]) -> Exploration {
    let steps = steps.to_vec();
    explore_on_fresh_thread(task, move |task| search_all(task, Search::after(&steps), true, &Cancel::never()))
}

/// Where an execution stands after given steps.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The execution so far.
    pub(crate) ended: Ended,
    /// The steps that are possible next.
    pub(crate) possible: Vec<Possible>,
    /// What each thread that has not ended is about to do.
    pub(crate) pending: Vec<Blocked>,
    /// Whether a thread goes on waiting for what has come, so that this is no execution: it has seen it in another one.
    pub(crate) waits_on: bool,
}

/// Returns where the execution stands after these steps; as far as they are possible.
///
/// # Errors
///
/// If the program stands still.
pub(crate) fn place_after(task: &Task, steps: &[(ThreadId, u32)]) -> Result<Place, Box<Stalled>> {
    let steps = steps.to_vec();
    on_fresh_thread(task, move |task| {
        let is_there = |kernel: &Kernel, thread: ThreadId, alternative: u32| {
            let is_thread = thread.index() < kernel.thread_count();
            (is_thread && alternative < kernel.alternatives(thread)).then_some(alternative)
        };
        let (ended, kernel) = run(task, &mut Script::of(steps, is_there), true);
        let possible = if kernel.all_exited() { Vec::new() } else { possible(&kernel) };
        Place { ended, possible, pending: kernel.blocked(), waits_on: waits_on(&kernel) }
    })
}

fn possible(kernel: &Kernel) -> Vec<Possible> {
    let mut all = Vec::new();
    for thread in kernel.thread_ids() {
        let Some(pending) = kernel.pending(thread) else { continue };
        let ways = kernel.ways(thread);
        let stores: Vec<u32> =
            pending.object.map(|object| kernel.modification_order(object).rev().collect()).unwrap_or_default();
        for (alternative, way) in (0..).zip(ways.iter()) {
            let told = match pending.operation {
                _ if ways.count() == 1 => Way::Only,
                Operation::Wake { .. } => [Way::IsWoken, Way::TimesOut, Way::EndsForNoReason][way as usize],
                _ if kernel.names_stores(thread) => {
                    let newer = stores.iter().position(|&store| store == way).unwrap_or(0);
                    Way::After { newer: u32::try_from(newer).unwrap_or(u32::MAX) }
                }
                _ => Way::Takes(way),
            };
            let (operation, object, location) = (pending.operation, pending.object, pending.location);
            let found = object.and_then(|object| match kernel.names_stores(thread) {
                true => kernel.store_value(object, way),
                false => kernel.newest_value(object),
            });
            let (finds, stores) = match operation {
                Operation::Store { value, .. } => (None, Some(value)),
                _ => (found, None),
            };
            all.push(Possible { thread, alternative, operation, object, finds, stores, location, way: told });
        }
    }
    all
}
