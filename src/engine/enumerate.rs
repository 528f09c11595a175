//! The naive engine: every schedule, depth first, with no reduction at all. It is the yardstick for
//! everything cleverer, and exhaustive where the number of schedules allows.

use super::Engine;
use crate::exploration::capabilities::{LOOPS, ORDERINGS};
use crate::exploration::{Capabilities, Collector, Coverage, Exploration, Limit, Replayed, Task};
use crate::runtime::coroutine::{self, Strategy, Turn};
use crate::runtime::isolate::explore_on_fresh_thread;
use crate::runtime::{replay_schedule, schedule_of};
use crate::schedule::{Divergence, Token};
use crate::trace::ThreadId;

/// Runs every schedule once, in depth-first order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Enumerate;

impl Engine for Enumerate {
    fn name(&self) -> &'static str {
        "enumerate"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_kernel(Coverage::Exhaustive, &[ORDERINGS, LOOPS])
    }

    fn explore(&self, task: &Task) -> Exploration {
        depth_first(task, DepthFirst::default())
    }

    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
        replay_schedule(task, token)
    }
}

/// Runs every execution that `search` leads to.
pub(crate) fn depth_first(task: &Task, mut search: DepthFirst) -> Exploration {
    explore_on_fresh_thread(task, move |task| {
        let mut collector = Collector::new(task);
        while collector.goes_on() {
            let ended = coroutine::run(task, &mut search, task.budget.steps_per_execution);
            collector.add(ended, schedule_of);
            if collector.is_late() {
                break;
            }
            if !search.advance() {
                break;
            }
        }
        if search.is_lost {
            collector.limit(Limit::Nondeterminism);
        }
        collector.finish()
    })
}

/// A depth-first search over the decisions of an execution.
#[derive(Debug, Default)]
pub(crate) struct DepthFirst {
    /// For each decision made so far, the option taken, and how many there are.
    path: Vec<(u32, u32)>,
    depth: usize,
    /// The most preemptions in an execution; none for no limit.
    preemptions_max: Option<usize>,
    preemptions: usize,
    /// How many decisions an execution has to make again before it comes to new ones.
    known: usize,
    /// Whether an execution did not do again what one before it did on the same decisions.
    pub(crate) is_lost: bool,
}

impl DepthFirst {
    /// Returns a search over the executions with at most so many preemptions.
    pub(crate) fn bounded(preemptions_max: usize) -> Self {
        Self { preemptions_max: Some(preemptions_max), ..Self::default() }
    }

    /// Moves to the next path; returns whether there is one.
    pub(crate) fn advance(&mut self) -> bool {
        self.is_lost |= self.depth < self.known;
        self.path.truncate(self.depth);
        self.restart();
        while let Some((taken, options)) = self.path.pop() {
            if taken + 1 < options {
                self.path.push((taken + 1, options));
                self.known = self.path.len();
                return true;
            }
        }
        false
    }
}

impl Strategy for DepthFirst {
    fn restart(&mut self) {
        self.depth = 0;
        self.preemptions = 0;
    }

    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        let bound_reached = self.preemptions_max.is_some_and(|most| self.preemptions >= most);
        let may_run = |thread: ThreadId| !bound_reached || turn.running.is_none_or(|running| running == thread);
        let open = || turn.enabled.iter().filter(|(thread, _)| may_run(*thread));
        let options = open().map(|&(_, alternatives)| alternatives).sum();
        if self.depth == self.path.len() {
            self.path.push((0, options));
        }
        let (mut taken, known) = self.path[self.depth];
        // A program that is not deterministic may offer other options than it did before.
        if known != options {
            self.is_lost = true;
            self.path.truncate(self.depth);
            self.path.push((0, options));
            taken = 0;
        }
        self.depth += 1;
        for &(thread, alternatives) in open() {
            if taken < alternatives {
                self.preemptions += usize::from(turn.running.is_some_and(|running| running != thread));
                return Some((thread, taken));
            }
            taken -= alternatives;
        }
        None
    }
}
