//! A random walk in which a thread is the likelier to go next the more steps it has left, as far as
//! former executions tell: so that interleavings of threads of unequal length are sampled more evenly
//! (after the weighting of Zhao, Wolff, Mathur and Roychoudhury, "Selectively Uniform Concurrency
//! Testing", ASPLOS 2025).

use rand::RngExt;
use rand::rngs::StdRng;

use super::super::coroutine::Turn;
use super::Chooser;
use crate::execution::ThreadId;

/// The sampler itself.
#[derive(Default)]
pub(super) struct Walk {
    /// For each thread, the most steps that it has taken in any execution.
    expected: Vec<u64>,
    taken: Vec<u64>,
}

impl Walk {
    fn weight(&self, thread: ThreadId) -> u64 {
        let expected = self.expected.get(thread.index()).copied().unwrap_or(0);
        let taken = self.taken.get(thread.index()).copied().unwrap_or(0);
        expected.saturating_sub(taken).max(1)
    }
}

impl Chooser for Walk {
    fn begin(&mut self, _random: &mut StdRng) {
        self.taken.clear();
    }

    fn choose(&mut self, turn: &Turn<'_>, random: &mut StdRng) -> usize {
        let all: u64 = turn.enabled.iter().map(|&(thread, _)| self.weight(thread)).sum();
        let mut drawn = random.random_range(0..all);
        for (place, &(thread, _)) in turn.enabled.iter().enumerate() {
            let weight = self.weight(thread);
            if drawn < weight {
                return place;
            }
            drawn -= weight;
        }
        turn.enabled.len() - 1
    }

    fn stepped(&mut self, thread: ThreadId) {
        if self.taken.len() <= thread.index() {
            self.taken.resize(thread.index() + 1, 0);
        }
        self.taken[thread.index()] += 1;
    }

    fn learn(&mut self, _steps: u64) {
        self.expected.resize(self.expected.len().max(self.taken.len()), 0);
        for (expected, taken) in self.expected.iter_mut().zip(&self.taken) {
            *expected = (*expected).max(*taken);
        }
    }
}
