//! Probabilistic concurrency testing: the thread with the highest priority runs, priorities are drawn at
//! random, and at a few random decisions the one that runs gets the lowest. It finds a bug that needs so many
//! ordering constraints with a probability that is known (Burckhardt, Kothari, Musuvathi and Nagarakatte,
//! ASPLOS 2010).
//!
//! What is drawn is not drawn again, as far as it can be told before the execution: the order of the threads that
//! ever had a choice beside them, and the decisions at which priorities change. Nor is a change drawn that would come
//! after the last decision: with the same order and the same changes before, an execution has as many as it had. So small
//! programs are run through in a fraction of the executions that repetition would take.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use rand::RngExt;
use rand::rngs::StdRng;

use super::Chooser;
use super::reduction::Reduction;
use crate::runtime::coroutine::Turn;

/// How often it is drawn once more what has been drawn before.
const DRAWS_MAX: usize = 32;

/// The most plans that are remembered.
const PLANS_MAX: usize = 1 << 16;

/// What is drawn for an execution: threads with the highest priority first, and the decisions with a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Plan {
    order: Vec<usize>,
    changes: Vec<u64>,
}

/// The sampler itself.
pub(super) struct Priorities {
    /// How many changes of priority an execution has, drawn for each.
    changes: RangeInclusive<usize>,
    /// How many decisions the running execution has had, and the most that one has had so far. Where only one thread
    /// can go on, there is nothing to decide.
    decisions: u64,
    decisions_max: u64,
    /// By thread, whether it ever could go on together with another.
    competes: Vec<bool>,
    has_competed: Vec<bool>,
    plan: Plan,
    /// What has been executed, each with how many decisions there were. Changes that none of them was are left out.
    plans: HashMap<Plan, u64>,
    /// By thread; the highest runs.
    priorities: Vec<i64>,
    lowest: i64,
}

impl Priorities {
    pub(super) fn new(changes: RangeInclusive<usize>) -> Self {
        Self {
            changes,
            decisions: 0,
            decisions_max: 1,
            competes: Vec::new(),
            has_competed: Vec::new(),
            plan: Plan::default(),
            plans: HashMap::new(),
            priorities: Vec::new(),
            lowest: 0,
        }
    }

    fn first(&self, turn: &Turn<'_>) -> usize {
        let priority = |place: &usize| self.priorities[turn.enabled[*place].0.index()];
        (0..turn.enabled.len()).max_by_key(priority).expect("a thread that can go on")
    }

    /// Draws a plan, and the priorities that it stands for.
    fn draw(&mut self, random: &mut StdRng) {
        self.priorities.clear();
        self.priorities.extend(self.competes.iter().map(|_| random.random_range(1..i64::MAX)));
        let mut order: Vec<usize> = (0..self.competes.len()).filter(|&thread| self.competes[thread]).collect();
        order.sort_by_key(|&thread| std::cmp::Reverse(self.priorities[thread]));
        let count = self.changes.clone().find(|count| count == self.changes.end() || random.random()).unwrap_or(0);
        let unchanged = Plan { order, changes: Vec::new() };
        let decisions = self.plans.get(&unchanged).copied().unwrap_or(self.decisions_max).max(1);
        let mut changes: Vec<u64> = (0..count).map(|_| random.random_range(0..decisions)).collect();
        changes.sort_unstable();
        changes.dedup();
        self.plan = Plan { changes, ..unchanged };
    }

    /// Returns whether what is drawn comes to what has been executed.
    fn is_repeated(&self) -> bool {
        let Plan { order, changes } = &self.plan;
        if self.plans.contains_key(&self.plan) {
            return true;
        }
        let mut before = Plan { order: order.clone(), changes: Vec::new() };
        changes.iter().any(|&change| {
            let is_void = self.plans.get(&before).is_some_and(|&decisions| change >= decisions);
            before.changes.push(change);
            is_void
        })
    }
}

impl Chooser for Priorities {
    fn begin(&mut self, _known: &Reduction, random: &mut StdRng) {
        (self.lowest, self.decisions) = (0, 0);
        self.has_competed.clear();
        self.draw(random);
        for _ in 0..DRAWS_MAX {
            if !self.is_repeated() {
                break;
            }
            self.draw(random);
        }
    }

    fn choose(&mut self, turn: &Turn<'_>, random: &mut StdRng) -> usize {
        let known = self.priorities.len();
        let threads = turn.enabled.last().map_or(0, |(thread, _)| thread.index() + 1);
        for _ in known..threads {
            self.priorities.push(random.random_range(1..i64::MAX));
        }
        let decision = self.decisions;
        if turn.enabled.len() > 1 {
            self.decisions += 1;
            self.has_competed.resize(self.has_competed.len().max(threads), false);
            turn.enabled.iter().for_each(|(thread, _)| self.has_competed[thread.index()] = true);
        }
        let first = self.first(turn);
        // A thread that waits in a loop lets the others go first, as if it had been preempted there.
        let gives_up = turn.kernel.is_giving_up(turn.enabled[first].0);
        if gives_up || self.plan.changes.contains(&decision) {
            self.lowest -= 1;
            self.priorities[turn.enabled[first].0.index()] = self.lowest;
            return self.first(turn);
        }
        first
    }

    fn learn(&mut self) {
        self.decisions_max = self.decisions_max.max(self.decisions);
        let length = self.competes.len().max(self.has_competed.len());
        self.competes.resize(length, false);
        let had = self.has_competed.iter().enumerate().filter(|&(_, &competed)| competed);
        had.for_each(|(thread, _)| self.competes[thread] = true);
        if self.plans.len() < PLANS_MAX {
            let mut plan = std::mem::take(&mut self.plan);
            plan.changes.retain(|&change| change < self.decisions);
            self.plans.insert(plan, self.decisions);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Plan, Priorities};

    fn plan(changes: &[u64]) -> Plan {
        Plan { order: vec![1, 2], changes: changes.to_vec() }
    }

    #[test]
    fn changes_after_the_last_decision_are_no_others() {
        let mut sampler = Priorities::new(1..=3);
        sampler.plans.insert(plan(&[]), 5);
        sampler.plans.insert(plan(&[3]), 9);
        for (changes, is_repeated) in [
            (&[][..], true),
            (&[4], false),
            (&[5], true),
            (&[3], true),
            (&[3, 8], false),
            (&[3, 9], true),
            (&[4, 9], false),
        ] {
            sampler.plan = plan(changes);
            assert_eq!(sampler.is_repeated(), is_repeated, "{changes:?}");
        }
    }
}
