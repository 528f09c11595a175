//! Probabilistic concurrency testing: the thread with the highest priority runs, priorities are drawn at
//! random, and at a few random steps the one that runs gets the lowest. It finds a bug that needs so many
//! ordering constraints with a probability that is known (Burckhardt, Kothari, Musuvathi and Nagarakatte,
//! ASPLOS 2010).

use rand::RngExt;
use rand::rngs::StdRng;

use super::super::coroutine::Turn;
use super::Chooser;

/// The sampler itself.
pub(super) struct Priorities {
    changes: usize,
    /// How many decisions the running execution has had, and the most that one has had so far. Where only one thread
    /// can go on, there is nothing to decide.
    decisions: u64,
    decisions_max: u64,
    /// The decisions at which the priority of the thread that would run is lowered.
    change_points: Vec<u64>,
    /// By thread; the highest runs.
    priorities: Vec<i64>,
    lowest: i64,
}

impl Priorities {
    pub(super) fn new(changes: usize) -> Self {
        Self { changes, decisions: 0, decisions_max: 1, change_points: Vec::new(), priorities: Vec::new(), lowest: 0 }
    }

    fn first(&self, turn: &Turn<'_>) -> usize {
        let priority = |place: &usize| self.priorities[turn.enabled[*place].0.index()];
        (0..turn.enabled.len()).max_by_key(priority).expect("a thread that can go on")
    }
}

impl Chooser for Priorities {
    fn begin(&mut self, random: &mut StdRng) {
        self.priorities.clear();
        (self.lowest, self.decisions) = (0, 0);
        self.change_points.clear();
        for _ in 0..self.changes {
            self.change_points.push(random.random_range(0..self.decisions_max));
        }
    }

    fn choose(&mut self, turn: &Turn<'_>, random: &mut StdRng) -> usize {
        let known = self.priorities.len();
        let threads = turn.enabled.last().map_or(0, |(thread, _)| thread.index() + 1);
        for _ in known..threads {
            self.priorities.push(random.random_range(1..i64::MAX));
        }
        let first = self.first(turn);
        // A thread that waits in a loop lets the others go first, as if it had been preempted there.
        let decision = self.decisions;
        self.decisions += u64::from(turn.enabled.len() > 1);
        let gives_up = turn.kernel.is_giving_up(turn.enabled[first].0);
        if gives_up || self.change_points.contains(&decision) {
            self.lowest -= 1;
            self.priorities[turn.enabled[first].0.index()] = self.lowest;
            return self.first(turn);
        }
        first
    }

    fn learn(&mut self) {
        self.decisions_max = self.decisions_max.max(self.decisions);
    }
}
