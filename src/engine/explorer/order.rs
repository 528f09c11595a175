//! Orders that are imposed on an exploration: of two steps, which comes first. They are how an exploration is
//! divided.
//!
//! Take two steps, `x` and `y`, each known by its thread and its number there. Every execution is of one of two kinds:
//!
//! - *weak*: `y` is not taken, or `x` is taken and does not come after it;
//! - *strict*: `y` is taken, and `x` comes after it (happens after it, not only later), or is not taken.
//!
//! All equivalent executions are of one kind. To explore the first kind is to explore a program in which `y` waits
//! until `x` has been taken; the second, one in which `x` waits until `y` has. Both are programs like others, so
//! that the same search explores each of their executions once. In them `x` and `y` are dependent in any case, so
//! that an execution of the first kind in which nothing orders them is one execution there; in the second program
//! there may be executions that are of the first kind, or in which a thread waits in vain: they are *outside* the
//! part, are looked at for races like all others, and are not counted. So both together are complete, and
//! they share nothing. Each of the two programs can be divided again, by what happens before what *in it*: the
//! order that is imposed counts there like any other.

use super::identity::Identities;
use super::steps::{Clock, Step, Steps};
use crate::kernel::{Access, Footprint, Target, dependent};

/// A step, whatever the schedule: the thread, by the path of child numbers that leads to it from the main thread,
/// and how many steps it has taken before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) thread: Vec<u32>,
    pub(super) number: u32,
}

/// That a step has to wait for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) first: Place,
    pub(super) then: Place,
    /// Whether the first has to be taken, and the other to happen after it, if it is taken.
    pub(super) is_strict: bool,
}

/// The same, in the explorer's numbers of threads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Imposed {
    first: (u32, u32),
    then: (u32, u32),
    is_strict: bool,
}

impl Order {
    pub(super) fn impose(&self, identities: &mut Identities) -> Imposed {
        let mut place = |place: &Place| (identities.at(&place.thread), place.number);
        Imposed { first: place(&self.first), then: place(&self.then), is_strict: self.is_strict }
    }
}

impl Steps {
    /// Imposes orders on all executions from now on.
    pub(super) fn impose(&mut self, orders: Vec<Imposed>) {
        self.orders = orders;
    }

    /// Returns whether the next step of a thread has to wait for another one.
    pub(super) fn is_held(&self, thread: u32) -> bool {
        if self.orders.is_empty() {
            return false;
        }
        let next = (thread, u32::try_from(self.taken_by(thread)).expect("fewer than 2^32 steps"));
        self.orders.iter().any(|order| order.then == next && self.at(order.first).is_none())
    }

    /// Returns whether `late` would have to wait for another step if step `early` and all that happens after it
    /// had not been.
    pub(super) fn would_be_held(&self, late: &Step, early: usize) -> bool {
        let is_there = |first: usize| first < early || !self.happens_before(early, first);
        let mut orders = self.orders.iter().filter(|order| order.then == (late.thread, late.number));
        orders.any(|order| !self.at(order.first).is_some_and(is_there))
    }

    /// Adds to the footprint of a step what makes it dependent on those that it is ordered with.
    pub(super) fn extend_by_orders(&self, thread: u32, number: u32, footprint: &mut Footprint) {
        for (order, imposed) in (0..).zip(&self.orders) {
            if [imposed.first, imposed.then].contains(&(thread, number)) {
                footprint.push((Target::Order(order), Access::Write));
            }
        }
    }

    /// Returns whether the execution, all of whose steps are ordered, is of the kind that is explored.
    pub(super) fn is_inside(&self) -> bool {
        (0..).zip(&self.orders).filter(|(_, order)| order.is_strict).all(|(number, order)| {
            let Some(first) = self.at(order.first) else { return false };
            let Some(then) = self.at(order.then) else { return true };
            let conflict = dependent(
                &without_orders(&self.get(first).footprint, number),
                &without_orders(&self.get(then).footprint, number),
            );
            // What orders them may be something else.
            conflict || self.is_in(first, &self.clocks_without_orders(number)[then])
        })
    }

    /// Returns the clock of each step as it would be if only the orders below this number were imposed.
    fn clocks_without_orders(&self, from: u32) -> Vec<Clock> {
        let mut clocks: Vec<Clock> = Vec::with_capacity(self.len());
        let mut rivals = Vec::new();
        for (index, step) in self.iter().enumerate() {
            let mut clock = match self.last_before(step.thread, step.number) {
                Some(last) => clocks[last].clone(),
                None => vec![0; self.clock(index).len()],
            };
            self.rivals(&without_orders(&step.footprint, from), &clock, index, true, &mut rivals);
            for rival in rivals.iter().filter(|rival| rival.is_dependent) {
                for (own, other) in clock.iter_mut().zip(&clocks[rival.index as usize]) {
                    *own = (*own).max(*other);
                }
            }
            clock[step.thread as usize] = step.number + 1;
            clocks.push(clock);
        }
        clocks
    }

    fn at(&self, (thread, number): (u32, u32)) -> Option<usize> {
        self.of_thread(thread, number)
    }
}

/// Returns a footprint without what the orders from this number on add to it.
fn without_orders(footprint: &Footprint, from: u32) -> Footprint {
    let is_kept = |target: Target| !matches!(target, Target::Order(order) if order >= from);
    footprint.iter().filter(|(target, _)| is_kept(*target)).copied().collect()
}
