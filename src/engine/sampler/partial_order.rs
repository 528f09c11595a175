//! Partial order sampling: every pending step has a random priority, the highest is taken, and those that
//! were in a race with it draw anew; so that every partial order has a fair chance, however many
//! interleavings it has (Yuan, Yang and Gu, "Partial Order Aware Concurrency Sampling", CAV 2018).

use rand::RngExt;
use rand::rngs::StdRng;

use super::Chooser;
use super::reduction::Reduction;
use crate::kernel::dependent;
use crate::runtime::coroutine::Turn;
use crate::trace::ThreadId;

/// The sampler itself.
#[derive(Default)]
pub(super) struct PartialOrder {
    /// By thread, of its pending step; none where it has yet to be drawn.
    priorities: Vec<Option<u64>>,
}

impl Chooser for PartialOrder {
    fn begin(&mut self, _known: &Reduction, _random: &mut StdRng) {
        self.priorities.clear();
    }

    fn choose(&mut self, turn: &Turn<'_>, random: &mut StdRng) -> usize {
        let threads = turn.enabled.last().map_or(0, |(thread, _)| thread.index() + 1);
        if self.priorities.len() < threads {
            self.priorities.resize(threads, None);
        }
        for &(thread, _) in turn.enabled {
            self.priorities[thread.index()].get_or_insert_with(|| random.random());
        }
        let priority = |place: &usize| self.priorities[turn.enabled[*place].0.index()];
        let chosen = (0..turn.enabled.len()).max_by_key(priority).expect("a thread that can go on");
        let footprint = turn.kernel.footprint(turn.enabled[chosen].0);
        for &(thread, _) in turn.enabled {
            if dependent(&footprint, &turn.kernel.footprint(thread)) {
                self.priorities[thread.index()] = None;
            }
        }
        chosen
    }

    fn chosen(&mut self, thread: ThreadId, _turn: &Turn<'_>) {
        if let Some(priority) = self.priorities.get_mut(thread.index()) {
            *priority = None;
        }
    }
}
