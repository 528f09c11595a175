//! The uniform random walk: a thread is the likelier to go next the more steps are left to it and to the threads
//! that it has yet to spawn, as far as former executions tell. If they tell exactly, and no thread waits for another, every
//! interleaving is equally likely (Zhao, Wolff, Mathur and Roychoudhury, "Selectively Uniform Concurrency Testing",
//! ASPLOS 2025).
//!
//! The *selective* walk of the same paper draws an object for each execution, and has the interleavings of the steps that
//! touch it equally likely: only these count. A thread is drawn to take the next step that counts; until it has, others
//! take only steps that do not.
//!
//! Threads are known again from one execution to the next by whose child they are and which of its children, so that it
//! does not matter in which order they were spawned.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt;
use rand::rngs::StdRng;

use super::Chooser;
use super::reduction::{self, Reduction, Site};
use crate::runtime::coroutine::Turn;
use crate::trace::ThreadId;

/// A thread, as known from all executions.
#[derive(Debug, Default)]
struct Kin {
    /// The threads that it spawns, in order, as places in [`Walk::kin`].
    children: Vec<usize>,
    /// In how many executions it was there, and how many steps it took in these together, by where in the source.
    executions: u64,
    steps: BTreeMap<Site, u64>,
    /// How many steps that count it takes, and with all that it spawns and they spawn.
    expected: f64,
    expected_of_all: f64,
}

/// A thread of the running execution.
#[derive(Debug)]
struct Running {
    kin: usize,
    taken: u64,
    sites: Vec<Site>,
    spawned: usize,
}

/// The sampler itself.
#[derive(Debug)]
pub(super) struct Walk {
    /// The main thread first; children come after their parents.
    kin: Vec<Kin>,
    /// By thread.
    running: Vec<Running>,
    /// Whether only the steps that touch one object count, which is drawn for each execution.
    is_selective: bool,
    /// Where in the source the steps are that count; all count if there is nothing.
    counted: BTreeSet<Site>,
    /// Which thread is to take the next step that counts.
    intended: Option<ThreadId>,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            kin: vec![Kin::default()],
            running: Vec::new(),
            is_selective: false,
            counted: BTreeSet::new(),
            intended: None,
        }
    }
}

impl Walk {
    /// Returns the walk in which only the steps count that touch one object.
    pub(super) fn selective() -> Self {
        Self { is_selective: true, ..Self::default() }
    }

    fn counts(&self, turn: &Turn<'_>, thread: ThreadId) -> bool {
        let site = turn.kernel.pending(thread).map(|pending| reduction::site(pending.location));
        self.counted.is_empty() || site.is_some_and(|site| self.counted.contains(&site))
    }

    fn draw(&self, threads: &[(ThreadId, u32)], random: &mut StdRng) -> ThreadId {
        let all: f64 = threads.iter().map(|&(thread, _)| self.weight(thread)).sum();
        let mut drawn = random.random_range(0.0..all);
        for &(thread, _) in threads {
            drawn -= self.weight(thread);
            if drawn < 0.0 {
                return thread;
            }
        }
        threads[threads.len() - 1].0
    }

    fn expect(&mut self) {
        for place in (0..self.kin.len()).rev() {
            let kin = &self.kin[place];
            let counts = |site: &Site| self.counted.is_empty() || self.counted.contains(site);
            let steps: u64 = kin.steps.iter().filter(|(site, _)| counts(site)).map(|(_, steps)| steps).sum();
            let children: f64 = kin.children.iter().map(|&child| self.expected_of(child, kin)).sum();
            let expected = steps as f64 / kin.executions.max(1) as f64;
            (self.kin[place].expected, self.kin[place].expected_of_all) = (expected, expected + children);
        }
    }

    /// How many steps are left to `thread` and to those that it has yet to spawn: at least one, since it can go on.
    fn weight(&self, thread: ThreadId) -> f64 {
        let running = &self.running[thread.index()];
        let kin = &self.kin[running.kin];
        let unborn = kin.children.iter().skip(running.spawned).map(|&child| self.expected_of(child, kin));
        (kin.expected - running.taken as f64).max(1.0) + unborn.sum::<f64>()
    }

    /// How many steps a child of `parent` takes with all that it spawns, if it is as likely to be there as it was.
    fn expected_of(&self, child: usize, parent: &Kin) -> f64 {
        let child = &self.kin[child];
        child.expected_of_all * child.executions as f64 / parent.executions.max(1) as f64
    }
}

impl Chooser for Walk {
    fn begin(&mut self, known: &Reduction, random: &mut StdRng) {
        self.running.clear();
        self.running.push(Running { kin: 0, taken: 0, sites: Vec::new(), spawned: 0 });
        self.intended = None;
        self.counted = if self.is_selective { known.sites_of_an_object(random) } else { BTreeSet::new() };
        self.expect();
    }

    fn choose(&mut self, turn: &Turn<'_>, random: &mut StdRng) -> usize {
        let place = |wanted: ThreadId| turn.enabled.iter().position(|&(thread, _)| thread == wanted).unwrap_or(0);
        if self.counted.is_empty() {
            return place(self.draw(turn.enabled, random));
        }
        let (counting, free): (Vec<_>, Vec<_>) =
            turn.enabled.iter().partition(|&&(thread, _)| self.counts(turn, thread));
        let is_enabled = |wanted: &ThreadId| turn.enabled.iter().any(|(thread, _)| thread == wanted);
        let intended = match self.intended.filter(is_enabled) {
            Some(intended) => intended,
            None => self.draw(turn.enabled, random),
        };
        self.intended = Some(intended);
        if !free.is_empty() && !counting.iter().any(|&(thread, _)| thread == intended) {
            return place(free[random.random_range(0..free.len())].0);
        }
        place(intended)
    }

    fn chosen(&mut self, thread: ThreadId, turn: &Turn<'_>) {
        let counts = self.counts(turn, thread);
        let running = &mut self.running[thread.index()];
        running.taken += u64::from(counts);
        running.sites.extend(turn.kernel.pending(thread).map(|pending| reduction::site(pending.location)));
        if counts {
            self.intended = None;
        }
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
        self.running.push(Running { kin, taken: 0, sites: Vec::new(), spawned: 0 });
    }

    fn learn(&mut self) {
        for running in &mut self.running {
            let kin = &mut self.kin[running.kin];
            kin.executions += 1;
            running.sites.drain(..).for_each(|site| *kin.steps.entry(site).or_default() += 1);
        }
    }
}
