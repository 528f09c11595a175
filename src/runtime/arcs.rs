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
//! that are, in the order of making. Where what the last drop does is not seen, who is last stays no branch.

use std::collections::HashMap;
use std::panic::Location;

use super::cooperative::{Cooperative, Driver};
use super::lifetimes::Counts;
use crate::execution::backend::{Backend, NewObject, Stop};
use crate::execution::new_object::NewArc;
use crate::exploration::SeenArcs;
use crate::failure::{Failure, ForeignObject};
use crate::fast::Fast;
use crate::schedule::WEAK;
use crate::trace::{AsideKind, ObjectId, ObjectKind, Operation, Response};

/// Why an exploration ends that is begun again.
pub(super) const RENEWED: &str = "the counts of an Arc turned out to be seen, or an ordering weaker than SeqCst, so that the exploration is begun again";

/// Why a part of an exploration says nothing.
pub(crate) const DIVIDED: &str = "the counts of an Arc, or an ordering weaker than SeqCst, turned out to be seen in this part of the work, which who does another need not find out: do all of it at once";

type Line = &'static Location<'static>;

/// What is known of one `Arc`.
#[derive(Debug)]
struct Known {
    number: u32,
    made_at: Line,
    /// Its identity, if it is seen.
    object: Option<ObjectId>,
    /// Whether what its last drop does is seen.
    decides: bool,
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
    lines: Vec<(Line, bool)>,
    has_grown: bool,
}

impl Arcs {
    /// Begins another execution.
    pub(crate) fn restart(&mut self, seen: &SeenArcs) {
        self.known.clear();
        self.made = 0;
        self.has_grown = false;
        // What is frozen is the same for all executions of an exploration.
        if seen.frozen.is_none() || !self.seen.is_same(seen) {
            self.lines = seen.frozen.as_ref().map_or_else(|| seen.lines(), |frozen| frozen.to_vec());
            self.seen = seen.clone();
        }
    }

    /// Notes that there are weak orderings.
    pub(super) fn show_weakness(&mut self) {
        self.seen.weakness.show();
        self.has_grown = true;
    }

    /// Returns whether an `Arc` was found to be seen that was not known to be, or there are weak orderings.
    pub(super) fn has_grown(&self) -> bool {
        self.has_grown
    }

    /// Returns whether an `Arc` is seen, and then whether it decides.
    fn is_seen(&self, number: u32, made_at: Line) -> Option<bool> {
        match &self.seen.codes {
            Some(codes) => codes.iter().find(|&&code| code != WEAK && code / 2 == number).map(|code| code % 2 == 1),
            None => self.lines.iter().find(|(line, _)| *line == made_at).map(|&(_, decides)| decides),
        }
    }

    /// Notes that an `Arc` is seen, and whether it `decides`: whether what its last drop does is.
    fn show(&mut self, address: usize, decides: bool) {
        let Some(known) = self.known.get(&address) else { return };
        let is_known = known.object.is_some() && (known.decides || !decides);
        if !is_known && self.seen.codes.is_none() {
            self.seen.add(known.made_at, decides);
            self.has_grown = true;
        }
    }

    /// Notes that what the last drop of an `Arc` does can be seen.
    pub(super) fn show_last_drop(&mut self, address: usize) {
        if self.known.get(&address).is_some_and(|known| !known.is_settled) {
            self.show(address, true);
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
        let seen = self.state.arcs.borrow().is_seen(number, made_at);
        let decides = seen == Some(true);
        let new = NewObject::Arc(NewArc { number, decides, strong, weak });
        let object = seen.map(|_| self.register(new, made_at));
        let (drops, handed) = (Counts::default(), Counts::default());
        let known = Known { number, made_at, object, decides, drops, handed, is_settled: false };
        self.state.arcs.borrow_mut().known.insert(address, known);
    }

    pub(super) fn count_at(
        &self,
        address: usize,
        operation: Operation,
        counts: (u32, u32),
        location: Option<Line>,
    ) -> Option<Response> {
        let (object, made_at) = match self.state.arcs.borrow().known.get(&address) {
            Some(known) => (known.object, known.made_at),
            None => return self.count_foreign(operation, location.unwrap_or_else(Location::caller)),
        };
        if let Some(object) = object {
            let response = self.perform(Some(object), operation, location.unwrap_or(made_at));
            let left_behind = self.state.kernel.borrow().left_behind(object);
            let is_drop = matches!(operation, Operation::DropArc | Operation::TakeArc);
            if is_drop || operation == Operation::UnwrapArc && left_behind.is_some() {
                self.note_drop(address, left_behind);
            }
            return Some(response);
        }
        // What is done on trial is not done.
        if self.state.trial.borrow().is_some() && matches!(operation, Operation::DropArc | Operation::DropWeak) {
            return None;
        }
        let (strong, weak) = counts;
        let is_settled = || {
            let me = self.state.execution.current.get();
            let (arcs, mut lifetimes) = (self.state.arcs.borrow(), self.state.lifetimes.borrow_mut());
            arcs.known[&address].drops.is_within(lifetimes.joined(me), me)
        };
        let shows = match operation {
            Operation::TakeArc
            | Operation::UnwrapArc
            | Operation::IsUnique
            | Operation::StrongCount
            | Operation::WeakCount => !(strong <= 1 && weak == 0 && is_settled()),
            Operation::Upgrade => !(strong == 0 && is_settled()),
            _ => false,
        };
        match operation {
            Operation::DropArc | Operation::TakeArc => self.note_drop(address, (strong == 1).then_some(weak)),
            Operation::UnwrapArc if strong == 1 => self.note_drop(address, Some(weak)),
            Operation::DropWeak => self.note_drop_of_weak(address),
            _ => {}
        }
        if shows {
            self.state.arcs.borrow_mut().show(address, false);
        }
        None
    }

    /// Notes that the current thread drops an `Arc`, and, if it is the last, how many `Weak`s there are.
    fn note_drop(&self, address: usize, last: Option<u32>) {
        let me = self.state.execution.current.get();
        let (mut arcs, mut lifetimes) = (self.state.arcs.borrow_mut(), self.state.lifetimes.borrow_mut());
        let Some(known) = arcs.known.get_mut(&address) else { return };
        // Of a `Weak`, another thread may make an `Arc` that is the last.
        known.is_settled = last == Some(0) && known.drops.is_within(lifetimes.joined(me), me);
        // Before its next step, at the latest by that of its end.
        known.drops.set(me.index(), lifetimes.steps(me) + 1);
        lifetimes.hand_over(me, &mut known.handed, last.is_some());
        self.state.note_aside(AsideKind::Drop(known.number, last.is_some()));
    }

    /// Notes that the current thread drops a `Weak`.
    fn note_drop_of_weak(&self, address: usize) {
        let me = self.state.execution.current.get();
        let next_step = self.state.lifetimes.borrow_mut().steps(me) + 1;
        if let Some(known) = self.state.arcs.borrow_mut().known.get_mut(&address) {
            known.drops.set(me.index(), next_step);
        }
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
