//! What the thread of each event of a trace knows of the others, before the event and after it, and from which store each read
//! of an atomic is.

use std::collections::HashMap;

use super::clock::Clock;
use super::handed::{Stores, hand_on};
use super::happens_before::{HappensBefore, Occurrence};
use crate::trace::{AsideKind, Event, ObjectId, ObjectKind, Trace};

/// A store: the event that made it, none for the initial value.
pub(crate) type Store = Option<usize>;

/// What is known at each event.
pub(crate) struct Known<'a> {
    trace: &'a Trace,
    /// The number of each event among those of its thread, counted from 1.
    numbers: Vec<u32>,
    before: Vec<Clock>,
    after: Vec<Clock>,
    reads_from: Vec<Option<Store>>,
}

impl<'a> Known<'a> {
    /// Returns what is known along a trace.
    pub(crate) fn of(trace: &'a Trace) -> Self {
        let (numbers, before, after, reads_from) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut known = Self { trace, numbers, before, after, reads_from };
        let (mut order, mut atomics) = (HappensBefore::default(), HashMap::new());
        let mut asides = trace.asides.iter().peekable();
        for (index, event) in trace.events.iter().enumerate() {
            while let Some(aside) = asides.next_if(|aside| aside.events_before <= index) {
                if let AsideKind::Drop(arc, is_last) = aside.what {
                    order.drop_arc(aside.thread, arc, is_last);
                }
            }
            known.step(&mut order, &mut atomics, index, event);
        }
        known
    }

    fn step(
        &mut self,
        order: &mut HappensBefore,
        atomics: &mut HashMap<ObjectId, Stores>,
        index: usize,
        event: &Event,
    ) {
        self.numbers.push(order.advance(event.thread));
        self.before.push(order.known(event.thread).clone());
        let kind = event.object.and_then(|object| self.trace.objects.get(object.index()));
        let kind = kind.map(|object| (object.kind, object.initial));
        let mut from = None;
        if let (Some(object), Some((ObjectKind::Atomic(_), _))) = (event.object, kind) {
            let (departure, stores) = (self.trace.departure(index), atomics.entry(object).or_default());
            let read = || stores.up_to(stores.place(departure)).map(|(store, _)| *store);
            from = event.read_order().map(|_| read());
            hand_on(stores, order, (index, event), departure);
        } else {
            let (thread, object) = (event.thread, event.object);
            let (operation, response) = (event.operation, event.response);
            order.step(Occurrence { thread, object, kind, operation, response });
        }
        self.reads_from.push(from);
        self.after.push(order.known(event.thread).clone());
    }

    /// Returns what the thread of an event knows after it, itself included.
    pub(crate) fn after(&self, event: usize) -> &Clock {
        &self.after[event]
    }

    /// Returns the store that an event reads; none if it reads no atomic.
    pub(crate) fn reads_from(&self, event: usize) -> Option<Store> {
        self.reads_from[event]
    }

    /// Returns whether an event happens before what comes next in the thread of another, or is that other.
    pub(crate) fn is_known_after(&self, first: usize, second: usize) -> bool {
        self.is_in(first, &self.after[second])
    }

    /// Returns whether an event happens before another by what that one's thread knew before it.
    pub(crate) fn is_known_before(&self, first: usize, second: usize) -> bool {
        self.is_in(first, &self.before[second])
    }

    fn is_in(&self, event: usize, clock: &Clock) -> bool {
        self.numbers[event] <= clock.of(self.trace.events[event].thread)
    }
}
