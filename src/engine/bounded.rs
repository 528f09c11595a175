//! Every schedule with few preemptions: most bugs need one or two (iterative context bounding: Musuvathi
//! and Qadeer, PLDI 2007). What it does not find may still be there, and its verdict says so.

use super::coroutine;
use super::enumerate::DepthFirst;
use super::isolate::{SPOILT, is_spoilt, on_fresh_thread};
use super::{Capabilities, Collector, Coverage, Engine, Exploration, Limit, MemoryModel, Replayed, Task};
use super::{replay_schedule, schedule_of};
use crate::schedule::{Divergence, Token};

/// Runs every schedule with at most so many preemptions.
#[derive(Clone, Copy, Debug)]
pub struct Bounded {
    /// The most preemptions.
    pub preemptions_max: usize,
}

impl Default for Bounded {
    /// Two preemptions.
    fn default() -> Self {
        Self { preemptions_max: 2 }
    }
}

impl Engine for Bounded {
    fn name(&self) -> &'static str {
        "bounded"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            memory_model: MemoryModel::SequentiallyConsistent,
            coverage: Coverage::Partial,
            replays: true,
            times_out: true,
            chooses: true,
            sees_data_races: true,
            limits: &["schedules with more preemptions than it is told are not looked at: two by default"],
        }
    }

    fn explore(&self, task: &Task) -> Exploration {
        on_fresh_thread(|| {
            let mut collector = Collector::new(task);
            let mut search = DepthFirst::bounded(self.preemptions_max);
            while collector.goes_on() {
                collector.add(coroutine::run(task, &mut search, task.budget.steps_per_execution), schedule_of);
                if is_spoilt() {
                    collector.limit(Limit::Unsupported(SPOILT));
                } else if !search.advance() {
                    break;
                }
            }
            if search.is_lost {
                collector.limit(Limit::Nondeterminism);
            }
            collector.finish()
        })
    }

    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
        replay_schedule(task, token)
    }
}
