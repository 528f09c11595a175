//! Data races: two accesses to an `UnsafeCell` that nothing orders, found in the trace of an
//! execution by vector clocks that honour the declared memory orderings (as FastTrack's ancestors do: Flanagan and
//! Freund, PLDI 2009). And uses of an object that nothing orders before the end of its life, which is a write to it.
//!
//! That one access came first in this execution says nothing: only *happens before* orders them.

mod ends;

use super::handed::{Stores, hand_on};
use super::happens_before::{HappensBefore, Occurrence};
use crate::failure::{Access, Failure};
use crate::trace::{Event, ObjectId, ObjectKind, Operation, Trace};
pub(crate) use ends::Suspicion;
use ends::Use;

/// What was found in an execution.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// The first data race, with the number of the event that is its second access.
    pub(crate) race: Option<(usize, Failure)>,
    /// The suspicions, in the order of the ends.
    pub(crate) suspicions: Vec<Suspicion>,
}

/// What was done to an object.
#[derive(Clone, Debug, Default)]
struct Touched {
    /// The accesses to a cell: when each began, and when it ended.
    accesses: Vec<Made>,
    /// The last use by each thread.
    uses: Vec<Use>,
    /// The stores to an atomic.
    stores: Stores,
}

/// One access to a cell.
#[derive(Clone, Debug)]
struct Made {
    access: Access,
    /// The number of the event with which it ended; none as long as it goes on.
    end: Option<u32>,
}

/// Returns the first data race of an execution, and up to there what ended without being known to come
/// after all uses; the latter only if `is_suspect`.
pub(crate) fn find(trace: &Trace, is_suspect: bool) -> Found {
    let mut found = Found::default();
    if !is_suspect && !trace.objects.iter().any(|object| object.kind == ObjectKind::Cell) {
        return found;
    }
    let mut races = Races {
        trace,
        order: HappensBefore::default(),
        objects: vec![Touched::default(); trace.objects.len()],
        is_suspect,
    };
    let mut asides = trace.asides.iter().peekable();
    for (index, event) in trace.events.iter().enumerate() {
        while let Some(aside) = asides.next_if(|aside| aside.events_before <= index) {
            races.aside(aside, &mut found.suspicions);
        }
        if let Some(race) = races.step(index, event) {
            found.race = Some((index, race));
            return found;
        }
    }
    for aside in asides {
        races.aside(aside, &mut found.suspicions);
    }
    found
}

struct Races<'a> {
    trace: &'a Trace,
    order: HappensBefore,
    objects: Vec<Touched>,
    /// Whether uses are noted.
    is_suspect: bool,
}

impl Races<'_> {
    fn step(&mut self, index: usize, event: &Event) -> Option<Failure> {
        let now = self.order.advance(event.thread);
        if self.is_suspect {
            self.note_use(event, index, now);
        }
        let record = event.object.map(|object| &self.trace.objects[object.index()]);
        match (record.map(|record| record.kind), event.object) {
            (Some(ObjectKind::Cell), Some(object)) => return self.access(event, object, now),
            (Some(ObjectKind::Atomic(_)), Some(object)) => {
                let stores = &mut self.objects[object.index()].stores;
                hand_on(stores, &mut self.order, (index, event), self.trace.departure(index));
            }
            (kind, object) => self.order.step(Occurrence {
                thread: event.thread,
                object,
                kind: kind.zip(record.map(|record| record.initial)),
                operation: event.operation,
                response: event.response,
            }),
        }
        None
    }

    fn access(&mut self, event: &Event, object: ObjectId, now: u32) -> Option<Failure> {
        let clock = self.order.known(event.thread);
        let accesses = &mut self.objects[object.index()].accesses;
        let exclusive = matches!(event.operation, Operation::CellWrite | Operation::CellWriteEnd);
        if matches!(event.operation, Operation::CellReadEnd | Operation::CellWriteEnd) {
            let open = accesses.iter_mut().rev().find(|made| {
                made.access.thread == event.thread && made.access.exclusive == exclusive && made.end.is_none()
            });
            if let Some(open) = open {
                open.end = Some(now);
            }
            return None;
        }
        let second = Access { thread: event.thread, exclusive, location: event.location };
        let unordered = |made: &&Made| {
            let ordered = made.end.is_some_and(|end| clock.of(made.access.thread) >= end);
            (made.access.exclusive || exclusive) && !ordered
        };
        if let Some(first) = accesses.iter().find(unordered) {
            return Some(Failure::DataRace { object, first: first.access.clone(), second });
        }
        // What this access comes after, later ones that come after this one do too.
        if exclusive {
            accesses.clear();
        } else {
            accesses.retain(|made| made.access.thread != event.thread || made.end.is_none() || made.access.exclusive);
        }
        accesses.push(Made { access: second, end: None });
        None
    }
}
