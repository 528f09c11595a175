//! Every schedule with few preemptions: most bugs need one or two (iterative context bounding: Musuvathi
//! and Qadeer, PLDI 2007). What it does not find may still be there, and its verdict says so.

use super::Engine;
use super::enumerate::{DepthFirst, depth_first};
use crate::exploration::capabilities::ORDERINGS;
use crate::exploration::{Capabilities, Coverage, Exploration, Replayed, Task};
use crate::runtime::replay_schedule;
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
        const BOUND: &str = "schedules with more preemptions than it is told are not looked at: two by default";
        Capabilities::of_kernel(Coverage::Partial, &[ORDERINGS, BOUND])
    }

    fn explore(&self, task: &Task) -> Exploration {
        depth_first(task, DepthFirst::bounded(self.preemptions_max))
    }

    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
        replay_schedule(task, token)
    }
}
