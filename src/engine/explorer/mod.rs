//! The explorer: exhaustive, with one execution for each class of equivalent ones.
//!
//! Two executions are equivalent if they differ only in the order of neighbouring independent steps
//! (Mazurkiewicz). [`search`] is the algorithm, and the rest are its parts:
//!
//! - [`steps`]: the steps of an execution and their *happens before*;
//! - [`race`]: which pairs of steps could have come in the other order;
//! - [`wakeup`]: what is to be explored because of it;
//! - [`identity`]: who a thread is in every execution.
//!
//! What steps depend on each other is the kernel's to say (`kernel::access`).

mod identity;
mod race;
mod search;
mod steps;
mod wakeup;

use super::coroutine::{self, Strategy, Turn};
use super::end::Ended;
use super::isolate::{SPOILT, is_spoilt, on_fresh_thread};
use super::{Capabilities, Collector, Coverage, Engine, Exploration, Limit, MemoryModel, Replayed, Task};
use super::{replay_schedule, schedule_of};
use crate::execution::ThreadId;
use crate::kernel::Kernel;
use crate::schedule::{Divergence, Token};
pub(super) use identity::Identities;
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
        Capabilities {
            memory_model: MemoryModel::SequentiallyConsistent,
            coverage: Coverage::Exhaustive,
            replays: true,
            times_out: true,
            chooses: true,
            sees_data_races: true,
            limits: &[],
        }
    }

    fn explore(&self, task: &Task) -> Exploration {
        on_fresh_thread(|| explore(task))
    }

    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
        replay_schedule(task, token)
    }
}

fn explore(task: &Task) -> Exploration {
    let mut collector = Collector::new(task);
    let mut search = Search::default();
    let mut records = false;
    while collector.goes_on() {
        search.begin();
        let (ended, kernel) = run(task, &mut search, records);
        // Races on data are found in the record.
        let has_cells = ended.has_cells;
        if search.was_redundant() {
            collector.note_redundant();
        } else if !records && (has_cells || collector.is_new(&ended)) {
            records |= has_cells;
            collector.add(again(task, search.script()), schedule_of);
        } else {
            collector.add(ended, schedule_of);
        }
        if is_spoilt() {
            collector.limit(Limit::Unsupported(SPOILT));
        } else if !search.advance(&kernel) {
            break;
        }
        coroutine::recycle(kernel);
    }
    if search.is_lost {
        collector.limit(Limit::Nondeterminism);
    }
    collector.finish()
}

fn run(task: &Task, strategy: &mut dyn Strategy, records: bool) -> (Ended, Kernel) {
    coroutine::run_to_end(&task.program, strategy, task.budget.steps_per_execution, records)
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
