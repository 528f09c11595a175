//! Which `Arc`s anybody counts. To clone an `Arc` and to drop it is no step as long as nobody can tell how
//! many there are: then the executions are those of a program that does not count at all.
//!
//! An `Arc` is *seen* if an execution asks for what another thread may change: for its counts, whether it is
//! the only one, or for an `Arc` from a `Weak`; or if its last drop does something that can be seen, a step or
//! a look at the thread that does it, and another thread might have been the last. What is settled by
//! spawning and joining is the same on every schedule, and shows nothing.
//!
//! All `Arc`s that are made on the source line of one that is seen are. Their operations are steps from then
//! on (see `kernel::arc`), and what was explored before is explored again. A token has the numbers of those
//! that are, in the order of making.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

use super::cooperative::{Cooperative, Driver};
use super::lifetimes::Counts;
use crate::execution::backend::{Backend, NewObject, Stop};
use crate::execution::fast::Fast;
use crate::execution::new_object::NewArc;
use crate::execution::{AsideKind, ObjectId, ObjectKind, Operation, Response};
use crate::failure::{Failure, ForeignObject};

/// Why an exploration ends that is begun again.
pub(super) const RENEWED: &str = "the counts of an Arc turned out to be seen, so that the exploration is begun again";

type Line = &'static Location<'static>;

/// The `Arc`s that are seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct SeenArcs {
    /// By the lines that make them; shared by all who explore one task.
    lines: std::sync::Arc<Mutex<Vec<Line>>>,
    /// By their numbers, and no others; where a schedule is followed.
    numbers: Option<std::sync::Arc<[u32]>>,
}

impl SeenArcs {
    /// Returns that those with these numbers are seen.
    pub(crate) fn numbered(numbers: Vec<u32>) -> Self {
        Self { lines: std::sync::Arc::default(), numbers: Some(numbers.into()) }
    }

    fn lines(&self) -> Vec<Line> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how many lines are known.
    pub(crate) fn len(&self) -> usize {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn add(&self, line: Line) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
}

/// What is known of one `Arc`.
#[derive(Debug)]
struct Known {
    number: u32,
    made_at: Line,
    /// Its identity, if it is seen.
    object: Option<ObjectId>,
    /// By which of its steps each thread had last dropped one, or a `Weak`, at the latest.
    drops: Counts,
    /// What the drops hand on to the last.
    handed: Counts,
    /// Whether it was settled by spawning and joining who drops the last.
    is_settled: bool,
}

/// The `Arc`s of one execution, by the addresses of their values.
#[derive(Debug, Default)]
pub(crate) struct Arcs {
    known: HashMap<usize, Known, Fast>,
    made: u32,
    seen: SeenArcs,
    /// The lines that were known when the execution began.
    lines: Vec<Line>,
    has_grown: bool,
}

impl Arcs {
    /// Begins another execution.
    pub(crate) fn restart(&mut self, seen: &SeenArcs) {
        self.known.clear();
        self.made = 0;
        self.lines = seen.lines();
        self.seen = seen.clone();
        self.has_grown = false;
    }

    /// Returns whether an `Arc` was found to be seen that was not known to be.
    pub(super) fn has_grown(&self) -> bool {
        self.has_grown
    }

    fn is_seen(&self, number: u32, made_at: Line) -> bool {
        match &self.seen.numbers {
            Some(numbers) => numbers.contains(&number),
            None => self.lines.contains(&made_at),
        }
    }

    fn show(&mut self, address: usize) {
        let Some(known) = self.known.get(&address) else { return };
        if known.object.is_none() && self.seen.numbers.is_none() {
            self.seen.add(known.made_at);
            self.has_grown = true;
        }
    }

    /// Notes that what the last drop of an `Arc` does can be seen.
    pub(super) fn show_last_drop(&mut self, address: usize) {
        if self.known.get(&address).is_some_and(|known| !known.is_settled) {
            self.show(address);
        }
    }
}

impl<D: Driver> Cooperative<D> {
    pub(super) fn enter_counted(&self, address: usize, (strong, weak): (u32, u32), made_at: Line) {
        let number = {
            let mut arcs = self.state.arcs.borrow_mut();
            arcs.made += 1;
            arcs.made - 1
        };
        let is_seen = self.state.arcs.borrow().is_seen(number, made_at);
        let object = is_seen.then(|| self.register(NewObject::Arc(NewArc { number, strong, weak }), made_at));
        let (drops, handed) = (Counts::default(), Counts::default());
        let known = Known { number, made_at, object, drops, handed, is_settled: false };
        self.state.arcs.borrow_mut().known.insert(address, known);
    }

    pub(super) fn count_at(
        &self,
        address: usize,
        operation: Operation,
        counts: (u32, u32),
        location: Option<Line>,
    ) -> Option<Response> {
        let mut arcs = self.state.arcs.borrow_mut();
        let Some(known) = arcs.known.get_mut(&address) else {
            drop(arcs);
            return self.count_foreign(operation, location.unwrap_or_else(Location::caller));
        };
        if let Some(object) = known.object {
            let location = location.unwrap_or(known.made_at);
            drop(arcs);
            return Some(self.perform(Some(object), operation, location));
        }
        let me = self.state.execution.current.get();
        let mut lifetimes = self.state.lifetimes.borrow_mut();
        let is_settled = known.drops.is_within(lifetimes.joined(me), me);
        let (strong, weak) = counts;
        // What is done on trial is not done.
        let is_trial = self.state.trial.borrow().is_some();
        let shows = match operation {
            Operation::DropArc | Operation::TakeArc | Operation::DropWeak if !is_trial => {
                let is_last = operation != Operation::DropWeak && strong == 1;
                known.is_settled = is_last && is_settled;
                // Before its next step, at the latest by that of its end.
                known.drops.set(me.index(), lifetimes.steps(me) + 1);
                lifetimes.hand_over(me, &mut known.handed, is_last);
                let number = known.number;
                self.state.note_aside(AsideKind::Drop(number, is_last));
                operation == Operation::TakeArc && !known.is_settled
            }
            Operation::UnwrapArc => !(is_settled && strong == 1),
            Operation::IsUnique => !(is_settled && (strong, weak) == (1, 0)),
            Operation::Upgrade => !(is_settled && strong == 0),
            Operation::StrongCount | Operation::WeakCount => !(is_settled && strong <= 1 && weak == 0),
            _ => false,
        };
        drop(lifetimes);
        if shows {
            arcs.show(address);
        }
        None
    }

    /// Counts an `Arc` that was not made in this execution: other executions count it too, so that only what
    /// does not depend on it is done.
    fn count_foreign(&self, operation: Operation, location: Line) -> Option<Response> {
        let depends = matches!(
            operation,
            Operation::UnwrapArc
                | Operation::TakeArc
                | Operation::IsUnique
                | Operation::StrongCount
                | Operation::WeakCount
        );
        if depends {
            let foreign =
                ForeignObject { kind: ObjectKind::Arc, made_at: location, used_at: location, is_static: false };
            self.halt(Stop::Failure(Failure::ForeignObject(foreign)));
        }
        None
    }
}
