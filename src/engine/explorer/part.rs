//! Parts of an exploration, which share no equivalent executions, so that each can be explored by itself, on
//! another thread or another machine, and the counts add up.
//!
//! A part is explored under some [orders](super::order). It is divided by two steps that race in its first
//! execution: into what has them in that order, and what has them in the other. The parts are the same
//! however many threads share them.

use super::order::{Order, Place};
use super::search::Search;
use super::{Task, run};
use crate::kernel::{Access, atomic};
use crate::runtime::coroutine;
use crate::trace::Operation;

/// What is explored: the executions with these orders.
pub(super) type Part = Vec<Order>;

/// A part, and the races that it may be divided by.
struct Open {
    part: Part,
    races: Vec<(Place, Place)>,
}

/// How many executions are looked at for one with races that belongs to the part.
const LOOKS: usize = 16;

/// Divides the exploration into so many parts, or as many as there can be, in an order that does not depend on
/// chance.
pub(super) fn divide(task: &Task, count: usize) -> Vec<Part> {
    let mut open = vec![Open { races: races(task, &Vec::new()), part: Vec::new() }];
    while open.len() < count {
        // The more races there are, the more executions there will be.
        let largest = (0..open.len()).rev().max_by_key(|&index| open[index].races.len()).expect("there is a part");
        let Open { part, races: found } = open.remove(largest);
        let Some((early, late)) = found.into_iter().next() else {
            open.insert(largest, Open { part, races: Vec::new() });
            break;
        };
        let weak = Order { first: early.clone(), then: late.clone(), is_strict: false };
        let strict = Order { first: late, then: early, is_strict: true };
        for (place, order) in [weak, strict].into_iter().enumerate() {
            let part: Part = part.iter().cloned().chain([order]).collect();
            open.insert(largest + place, Open { races: races(task, &part), part });
        }
    }
    open.into_iter().map(|open| open.part).collect()
}

/// Returns the races in the first execution of a part; none if there are none in the first few.
fn races(task: &Task, part: &Part) -> Vec<(Place, Place)> {
    let mut search = Search::within(part);
    for _ in 0..LOOKS {
        search.begin();
        let (_, kernel) = run(task, &mut search, false);
        let is_inside = search.learn(&kernel);
        coroutine::recycle(kernel);
        if is_inside {
            let races = search.races();
            if !races.is_empty() {
                return races;
            }
        }
        if !search.backtrack() {
            break;
        }
    }
    Vec::new()
}

impl Search {
    /// Returns the pairs of steps of different threads that the last execution has in one order and that could have
    /// come in the other; those first that conflict in every execution.
    pub(super) fn races(&self) -> Vec<(Place, Place)> {
        let place = |thread, number| Place { thread: self.identities.path(thread), number };
        let (mut certain, mut others) = (Vec::new(), Vec::new());
        for reversal in self.all_reversals() {
            let early = self.steps.get(reversal.early);
            let late = (reversal.late < self.steps.len()).then(|| self.steps.get(reversal.late));
            let Some(late) = late.filter(|late| late.thread != early.thread) else { continue };
            if early.pending.operation.yields() || late.pending.operation.yields() {
                continue;
            }
            let race = (place(early.thread, early.number), place(late.thread, late.number));
            let is_certain =
                early.access().is_none() && always_conflict(early.pending.operation, late.pending.operation);
            let races = if is_certain { &mut certain } else { &mut others };
            if !races.contains(&race) {
                races.push(race);
            }
        }
        certain.append(&mut others);
        certain
    }
}

/// Returns whether two operations on one object that conflict in one execution do so in every other.
fn always_conflict(one: Operation, other: Operation) -> bool {
    let depends_on_state =
        |operation| matches!(operation, Operation::Update { .. } | Operation::CompareExchange { .. });
    let writes = |operation| atomic::always(operation, false) == Some(Access::Write);
    writes(one) || writes(other) || !(depends_on_state(one) || depends_on_state(other) || one.tries() || other.tries())
}
