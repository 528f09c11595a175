//! The uniform random walk: a thread is the likelier to go next the more steps are left to it and to the threads
//! that it has yet to spawn, as far as former executions tell. If they tell exactly, and no thread waits for another, every
//! interleaving is equally likely (Zhao, Wolff, Mathur and Roychoudhury, "Selectively Uniform Concurrency Testing",
//! ASPLOS 2025).
//!
//! Threads are known again from one execution to the next by whose child they are and which of its children, so that it
//! does not matter in which order they were spawned.

use rand::RngExt;
use rand::rngs::StdRng;

use super::super::coroutine::Turn;
use super::Chooser;
use crate::execution::ThreadId;

/// A thread, as known from all executions.
#[derive(Debug, Default)]
struct Kin {
    /// The threads that it spawns, in order, as places in [`Walk::kin`].
    children: Vec<usize>,
    /// In how many executions it was there, and how many steps it took in these together.
    executions: u64,
    steps: u64,
    /// How many steps it takes, together with all that it spawns and they spawn.
    expected_of_all: f64,
}

impl Kin {
    /// How many steps it takes itself.
    fn expected(&self) -> f64 {
        self.steps as f64 / self.executions.max(1) as f64
    }
}

/// A thread of the running execution.
#[derive(Debug)]
struct Running {
    kin: usize,
    taken: u64,
    spawned: usize,
}

/// The sampler itself.
#[derive(Debug)]
pub(super) struct Walk {
    /// The main thread first; children come after their parents.
    kin: Vec<Kin>,
    /// By thread.
    running: Vec<Running>,
}

impl Default for Walk {
    fn default() -> Self {
        Self { kin: vec![Kin::default()], running: Vec::new() }
    }
}

impl Walk {
    /// How many steps are left to `thread` and to those that it has yet to spawn: at least one, since it can go on.
    fn weight(&self, thread: ThreadId) -> f64 {
        let running = &self.running[thread.index()];
        let kin = &self.kin[running.kin];
        let unborn = kin.children.iter().skip(running.spawned).map(|&child| self.expected_of(child, kin));
        (kin.expected() - running.taken as f64).max(1.0) + unborn.sum::<f64>()
    }

    /// How many steps a child of `parent` takes with all that it spawns, if it is as likely to be there as it was.
    fn expected_of(&self, child: usize, parent: &Kin) -> f64 {
        let child = &self.kin[child];
        child.expected_of_all * child.executions as f64 / parent.executions.max(1) as f64
    }
}

impl Chooser for Walk {
    fn begin(&mut self, _random: &mut StdRng) {
        self.running.clear();
        self.running.push(Running { kin: 0, taken: 0, spawned: 0 });
    }

    fn choose(&mut self, turn: &Turn<'_>, random: &mut StdRng) -> usize {
        let all: f64 = turn.enabled.iter().map(|&(thread, _)| self.weight(thread)).sum();
        let mut drawn = random.random_range(0.0..all);
        for (place, &(thread, _)) in turn.enabled.iter().enumerate() {
            drawn -= self.weight(thread);
            if drawn < 0.0 {
                return place;
            }
        }
        turn.enabled.len() - 1
    }

    fn chosen(&mut self, thread: ThreadId) {
        self.running[thread.index()].taken += 1;
    }

    fn spawned(&mut self, parent: ThreadId, child: ThreadId) {
        debug_assert_eq!(child.index(), self.running.len(), "threads are numbered in the order of their spawning");
        let Running { kin: parent_kin, spawned, .. } = self.running[parent.index()];
        self.running[parent.index()].spawned += 1;
        let new = self.kin.len();
        let children = &mut self.kin[parent_kin].children;
        if children.len() == spawned {
            children.push(new);
            self.kin.push(Kin::default());
        }
        let kin = self.kin[parent_kin].children[spawned];
        self.running.push(Running { kin, taken: 0, spawned: 0 });
    }

    fn learn(&mut self) {
        for running in &self.running {
            let kin = &mut self.kin[running.kin];
            kin.executions += 1;
            kin.steps += running.taken;
        }
        for place in (0..self.kin.len()).rev() {
            let kin = &self.kin[place];
            let children: f64 = kin.children.iter().map(|&child| self.expected_of(child, kin)).sum();
            self.kin[place].expected_of_all = kin.expected() + children;
        }
    }
}
