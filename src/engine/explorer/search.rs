//! Optimal dynamic partial order reduction: a depth-first search over executions that runs one of each
//! class of equivalent ones (Abdulla, Aronis, Jonsson and Sagonas, POPL 2014 and JACM 2017).
//!
//! Each execution is run to its end. Then its races are found, and for each one the sequence of steps
//! that reverses it is added to the wakeup tree of the point before, unless it would lead to an execution
//! that is equivalent to another. The next execution shares everything up to the last point that has a
//! sequence left. Only races with a step after the point of divergence are looked at: the others were
//! found before.

mod plan;

use super::identity::Identities;
use super::order::Order;
use super::past::Past;
use super::race::{self, Reversal, Scratch};
use super::revisit;
use super::steps::{Clock, Step, Steps, is_same};
use super::wakeup::{self, Branch, Sleeper};
use crate::kernel::{Kernel, Pending};
use crate::runtime::coroutine::{Strategy, Turn};
use crate::trace::{Operation, Response, ThreadId};
use plan::Again;

/// A point of the current execution: what was chosen there, and what else is to be.
#[derive(Debug)]
struct Node {
    thread: u32,
    way: u32,
    sleep: Vec<Sleeper>,
    branches: Vec<Branch>,
    /// How many objects there were.
    objects: u32,
}

/// The search.
#[derive(Debug, Default)]
pub(super) struct Search {
    nodes: Vec<Node>,
    pub(super) steps: Steps,
    pub(super) identities: Identities,
    /// How many steps of the current execution have been chosen.
    depth: usize,
    /// What is to be explored after the last node, and whether a doubtful sequence ends there.
    planned: Vec<Branch>,
    is_doubtful: bool,
    /// Whether this execution turned out to be equivalent to another before its end, which can only be
    /// where objects of two executions cannot be told apart.
    is_redundant: bool,
    /// Whether the program did not do again what it did before on the same decisions.
    pub(super) is_lost: bool,
    /// What threads that had not ended were about to do when the last execution was over.
    pending: Vec<Step>,
    scratch: Scratch,
    clock: Clock,
    reversals: Vec<Reversal>,
    /// Of the races of steps that this execution shares with the one before it, those whose late step would be another
    /// one if it came first. What conflicts with it then may come only now.
    changing: Vec<Reversal>,
    /// Under the language's memory model, the reversals of steps that this execution shares with those before it: another
    /// way of a step is enough for what was not needed there to be needed here.
    again: Vec<Again>,
    /// The steps with which all executions begin, each with the alternative that is taken.
    given: Vec<(ThreadId, u32)>,
}

impl Search {
    /// Returns a search of the executions with these orders.
    pub(super) fn within(orders: &[Order]) -> Self {
        let mut search = Self::default();
        let imposed = orders.iter().map(|order| order.impose(&mut search.identities)).collect();
        search.steps.impose(imposed);
        search
    }

    /// Returns a search of the executions that begin with these steps.
    pub(super) fn after(given: &[(ThreadId, u32)]) -> Self {
        Self { given: given.to_vec(), ..Self::default() }
    }

    /// Returns the step with which all executions go on here, in which way, and which alternative that is; none if it is not
    /// possible.
    fn given_step(&self, kernel: &Kernel) -> Option<(ThreadId, u32, u32)> {
        let &(thread, alternative) = self.given.get(self.nodes.len())?;
        let thread = kernel.thread_ids().nth(thread.index())?;
        let way = self.identities.ways(kernel, thread).iter().nth(alternative as usize)?;
        Some((thread, way, alternative))
    }

    /// Prepares for an execution.
    pub(super) fn begin(&mut self) {
        self.identities.restart();
        self.depth = 0;
        self.is_redundant = false;
    }

    /// Returns the steps of the execution, as the runtime takes them.
    pub(super) fn script(&self) -> Vec<(ThreadId, u32)> {
        let way = |step: &Step| step.runtime_way(&self.identities, step.way);
        self.steps.iter().map(|step| (step.runtime_thread, way(step))).collect()
    }

    /// Finds the races of the execution that is over, and plans what reverses them. Returns whether the execution
    /// belongs to what is explored: if not, it is equivalent to another, or outside the part.
    pub(super) fn learn(&mut self, kernel: &Kernel) -> bool {
        let not_taken = usize::from(self.nodes.len() > self.steps.len());
        self.is_lost |= self.depth + not_taken < self.nodes.len();
        if self.is_lost {
            return !self.is_redundant;
        }
        let first = self.steps.ordered();
        self.find_races(kernel);
        self.plan(kernel, first);
        !self.is_redundant && self.steps.is_inside()
    }

    fn find_races(&mut self, kernel: &Kernel) {
        let Self { steps, identities, pending, scratch, clock, reversals, changing, .. } = self;
        steps.widen(identities.count());
        reversals.clear();
        let first = steps.ordered();
        changing.retain(|reversal| reversal.late < first);
        for index in first..steps.len() {
            let step = steps.get(index);
            steps.before_in_thread(step.thread, step.number, clock);
            let past = Past { steps, kernel, identities };
            race::find(past, step, index, clock, scratch, reversals);
            if step.access().is_none() {
                revisit::ways(past, step, index, reversals);
            }
            steps.order(clock);
        }
        let past = Past { steps, kernel, identities };
        for index in first..steps.len() {
            let step = steps.get(index);
            if step.access().is_some() {
                revisit::ways(past, step, index, reversals);
                revisit::find(past, step, index, None, reversals);
            }
        }
        let known = changing.len();
        changing.extend(reversals.iter().filter(|reversal| reversal.changes_step(steps)).cloned());
        reversals.extend(changing[..known].iter().filter(|reversal| reversal.has_new_rival(steps, first)).cloned());
        // What a thread waits for when all is over, it might have had at another time.
        pending.clear();
        pending.extend(kernel.thread_ids().filter_map(|thread| steps.next_of(kernel, identities, thread)));
        for (place, step) in pending.iter().enumerate() {
            steps.before_in_thread(step.thread, step.number, clock);
            race::find(past, step, steps.len(), clock, scratch, reversals);
            revisit::find(past, step, steps.len(), Some((place, clock)), reversals);
        }
    }

    /// Goes back to the last point from which there is something left to explore; returns whether there is one.
    pub(super) fn backtrack(&mut self) -> bool {
        if self.is_lost {
            return false;
        }
        self.planned.clear();
        self.is_doubtful = false;
        while let Some(index) = self.nodes.len().checked_sub(1) {
            let node = &mut self.nodes[index];
            if node.branches.is_empty() {
                self.nodes.pop();
                continue;
            }
            // A step that could not be taken is no step.
            if self.steps.len() > index {
                let footprint = self.steps.get(index).footprint.clone();
                node.sleep.push(Sleeper { thread: node.thread, way: node.way, footprint });
                self.steps.truncate(index);
            }
            let Branch { thread, way, children, is_doubtful, .. } = node.branches.remove(0);
            (node.thread, node.way) = (thread, way);
            (self.planned, self.is_doubtful) = (children, is_doubtful);
            return true;
        }
        false
    }

    /// Returns the next step of those that this execution shares with the one before it.
    fn follow(&mut self, kernel: &Kernel) -> Option<(ThreadId, u32)> {
        let step = self.steps.get(self.depth);
        let is_same = kernel.pending(step.runtime_thread).is_some_and(|pending| is_same(&step.pending, pending));
        match self.identities.alternative(kernel, step.runtime_thread, step.way).filter(|_| is_same) {
            Some(alternative) => {
                self.depth += 1;
                Some((step.runtime_thread, alternative))
            }
            None => {
                self.is_lost = true;
                None
            }
        }
    }

    /// Returns the step in which this execution differs from the one before it.
    fn diverge(&mut self, kernel: &Kernel) -> Option<(ThreadId, u32)> {
        let node = &self.nodes[self.depth];
        let way = node.way;
        let runtime_thread = self.identities.runtime(node.thread);
        let is_held = self.steps.is_held(node.thread);
        if let Some(thread) = runtime_thread.filter(|_| !is_held)
            && let Some(alternative) = self.identities.alternative(kernel, thread, way)
        {
            self.note(kernel, thread, way);
            self.depth += 1;
            return Some((thread, alternative));
        }
        // A thread that was planned to go on may turn out to wait in a loop.
        let pending = runtime_thread.and_then(|thread| kernel.pending(thread));
        if is_held || pending.is_some_and(|pending| pending.operation.yields()) {
            self.is_redundant = true;
        } else if kernel.follows_the_language() && pending.is_some() {
            // Two `SeqCst` operations, neither of which hinders the other by itself, may hinder each other.
            self.is_redundant = true;
        } else {
            self.is_lost = true;
        }
        None
    }

    /// Chooses at a new point where nothing is planned: to go on with the thread that ran last, else with the first
    /// that is not asleep.
    fn go_on(&mut self, kernel: &Kernel, running: Option<ThreadId>) -> Option<(ThreadId, u32)> {
        if !self.planned.is_empty() || self.is_doubtful {
            return None;
        }
        let sleep = self.sleepers();
        let is_given = self.nodes.len() < self.given.len();
        let chosen = if is_given { self.given_step(kernel) } else { self.first_awake(kernel, &sleep, running) };
        let (thread, way, alternative) = chosen?;
        self.extend_by(kernel, sleep, Vec::new(), thread, way);
        Some((thread, alternative))
    }

    /// Returns the first thread that can go on and is not asleep, beginning with the one that is `running`, in which
    /// way, and which alternative that is.
    fn first_awake(
        &self,
        kernel: &Kernel,
        sleep: &[Sleeper],
        running: Option<ThreadId>,
    ) -> Option<(ThreadId, u32, u32)> {
        running.into_iter().chain(kernel.thread_ids()).find_map(|runtime_thread| {
            let ways = self.identities.ways(kernel, runtime_thread);
            if ways.count() == 0 {
                return None;
            }
            let thread = self.identities.number(runtime_thread);
            if self.steps.is_held(thread) {
                return None;
            }
            let is_awake = |&way: &u32| !sleep.iter().any(|sleeper| sleeper.thread == thread && sleeper.way == way);
            let way = ways.iter().find(is_awake)?;
            Some((runtime_thread, way, ways.alternative(way)?))
        })
    }

    /// Adds a point at which `runtime_thread` takes its step.
    fn extend_by(
        &mut self,
        kernel: &Kernel,
        sleep: Vec<Sleeper>,
        branches: Vec<Branch>,
        runtime_thread: ThreadId,
        way: u32,
    ) {
        let thread = self.identities.number(runtime_thread);
        self.nodes.push(Node { thread, way, sleep, branches, objects: kernel.object_count() });
        self.note(kernel, runtime_thread, way);
        self.depth += 1;
    }

    /// Notes the step that is about to be taken at the newest node.
    fn note(&mut self, kernel: &Kernel, runtime_thread: ThreadId, way: u32) {
        self.steps.push(kernel, &self.identities, runtime_thread, way);
    }

    /// Returns those whose steps are asleep after the last step.
    fn sleepers(&self) -> Vec<Sleeper> {
        let (Some(node), Some(step)) = (self.nodes.last(), self.steps.iter().next_back()) else { return Vec::new() };
        let stays_asleep = |sleeper: &&Sleeper| {
            sleeper.thread != step.thread && !crate::kernel::dependent(&sleeper.footprint, &step.footprint)
        };
        let mut sleep: Vec<Sleeper> = node.sleep.iter().filter(stays_asleep).cloned().collect();
        if let Some((object, access)) = step.access() {
            wakeup::split(&mut sleep, object, access, step.way);
        }
        sleep
    }

    /// Chooses at a new point: what is planned, else to go on with the thread that ran last, else the
    /// first that is not asleep.
    fn extend(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        let sleep = self.sleepers();
        if std::mem::take(&mut self.is_doubtful) {
            if sleep.is_empty() {
                self.planned.clear();
            } else if self.planned.is_empty() {
                self.is_redundant = true;
                return None;
            }
        }
        let kernel = turn.kernel;
        let (mut branches, mut chosen) = (Vec::new(), None);
        if self.nodes.len() < self.given.len() {
            chosen = self.given_step(kernel);
        } else if self.planned.is_empty() {
            chosen = self.first_awake(kernel, &sleep, turn.running);
        } else {
            branches = std::mem::take(&mut self.planned);
            // A thread that was planned to go on may turn out to wait in a loop.
            while chosen.is_none() && !branches.is_empty() {
                let Branch { thread, way, children, is_doubtful, .. } = branches.remove(0);
                (self.planned, self.is_doubtful) = (children, is_doubtful);
                let runtime_thread = self.identities.runtime(thread).filter(|_| !self.steps.is_held(thread));
                chosen = runtime_thread
                    .and_then(|thread| Some((thread, way, self.identities.alternative(kernel, thread, way)?)));
            }
        }
        let Some((runtime_thread, way, alternative)) = chosen else {
            self.is_redundant = true;
            return None;
        };
        self.extend_by(kernel, sleep, branches, runtime_thread, way);
        Some((runtime_thread, alternative))
    }
}

impl Strategy for Search {
    fn restart(&mut self) {
        self.begin();
    }

    fn leaves_waiting(&self) -> bool {
        true
    }

    fn scripted(&mut self, kernel: &Kernel, running: Option<ThreadId>) -> Option<(ThreadId, u32)> {
        if self.is_lost || self.is_redundant {
            return None;
        }
        if self.depth < self.steps.len() {
            self.follow(kernel)
        } else if self.depth < self.nodes.len() {
            self.diverge(kernel)
        } else {
            self.go_on(kernel, running)
        }
    }

    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        if !self.is_lost && !self.is_redundant {
            let chosen = self.extend(turn);
            if chosen.is_some() {
                return chosen;
            }
        }
        None
    }

    fn stepped(&mut self, thread: ThreadId, pending: &Pending, response: Response) {
        let is_noted = self.depth == self.steps.len() && !self.is_redundant && !self.is_lost;
        if is_noted {
            self.steps.responded(response);
        }
        if let Operation::Spawn { child } = pending.operation {
            let parent = self.identities.number(thread);
            self.identities.spawn(parent, child);
            if is_noted {
                self.steps.spawned(self.identities.number(child), child);
            }
        }
    }
}
