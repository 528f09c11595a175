//! What orders the steps of a trace, computed from the trace: clocks, the store that each load reads, and arrows.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use super::document::Arrow;
use crate::execution::handed::{Stores, hand_on};
use crate::execution::happens_before::{HappensBefore, Occurrence, acquires, releases};
use crate::trace::{AsideKind, Departure, Event, ObjectId, ObjectKind, ThreadId, Trace};

/// A store: the step that made it, none for the initial value.
pub(super) type Store = Option<usize>;

/// What is known of one step.
#[derive(Clone, Debug, Default)]
pub(super) struct Ordered {
    pub(super) clock: Vec<u32>,
    pub(super) reads_from: Option<Store>,
    pub(super) could_have_read: Vec<Store>,
}

/// What was done to one atomic.
#[derive(Default)]
struct Atomic {
    stores: Stores,
    reads: Vec<(usize, Store)>,
    last_strong: Store,
}

/// Computes what orders the steps of one trace.
pub(super) struct Orders<'a> {
    trace: &'a Trace,
    known: HappensBefore,
    atomics: HashMap<ObjectId, Atomic>,
    /// The number of each event among those of its thread, counted from 1.
    numbers: Vec<u32>,
}

/// Returns what orders each step, and the arrows between threads.
pub(super) fn orders(trace: &Trace) -> (Vec<Ordered>, Vec<Arrow>) {
    let mut orders = Orders { trace, known: HappensBefore::default(), atomics: HashMap::new(), numbers: Vec::new() };
    let mut asides = trace.asides.iter().peekable();
    let mut found = Vec::new();
    for (index, event) in trace.events.iter().enumerate() {
        while let Some(aside) = asides.next_if(|aside| aside.events_before <= index) {
            if let AsideKind::Drop(arc, is_last) = aside.what {
                orders.known.drop_arc(aside.thread, arc, is_last);
            }
        }
        found.push(orders.step(index, event));
    }
    let arrows = super::arrows::arrows(trace, &found);
    (found, arrows)
}

impl Orders<'_> {
    fn step(&mut self, index: usize, event: &Event) -> Ordered {
        let number = self.known.advance(event.thread);
        self.numbers.push(number);
        let kind = event.object.and_then(|object| self.trace.objects.get(object.index()));
        let kind = kind.map(|object| (object.kind, object.initial));
        let mut ordered = Ordered::default();
        if let (Some(object), Some((ObjectKind::Atomic(_), _))) = (event.object, kind) {
            self.atomic(index, event, object, &mut ordered);
        } else {
            let (thread, object) = (event.thread, event.object);
            let (operation, response) = (event.operation, event.response);
            self.known.step(Occurrence { thread, object, kind, operation, response });
        }
        let clock = self.known.known(event.thread);
        let threads = (0..self.trace.threads.len()).map(|thread| ThreadId(u32::try_from(thread).unwrap_or(u32::MAX)));
        ordered.clock = threads.map(|thread| clock.of(thread)).collect();
        ordered
    }

    fn atomic(&mut self, index: usize, event: &Event, object: ObjectId, ordered: &mut Ordered) {
        let departure = self.trace.departure(index);
        let mut atomic = self.atomics.remove(&object).unwrap_or_default();
        if let Some(order) = event.read_order() {
            let from = atomic.stores.up_to(atomic.stores.place(departure)).map(|(store, _)| *store);
            ordered.reads_from = Some(from);
            if self.trace.remarks.is_weak && event.write_order().is_none() {
                ordered.could_have_read = self.options(&atomic, event.thread, order, from);
            }
            atomic.reads.push((index, from));
        }
        if event.write_order() == Some(Ordering::SeqCst) {
            atomic.last_strong = Some(index);
        }
        hand_on(&mut atomic.stores, &mut self.known, (index, event), departure);
        self.atomics.insert(object, atomic);
    }

    /// Returns the stores other than `from` that coherence lets a load of `me` read.
    fn options(&self, atomic: &Atomic, me: ThreadId, order: Ordering, from: Store) -> Vec<Store> {
        let Atomic { stores, reads, last_strong } = atomic;
        let clock = self.known.known(me);
        let is_before = |step: usize| self.numbers[step] <= clock.of(self.trace.events[step].thread);
        let place = |store| stores.place(Some(Departure::Read { store }));
        let written =
            stores.events().enumerate().filter(|&(_, step)| is_before(step)).map(|(place, _)| place + 1).last();
        let read = reads.iter().filter(|&&(step, _)| is_before(step)).map(|&(_, store)| place(store)).max();
        let strong = if order == Ordering::SeqCst { place(*last_strong) } else { 0 };
        let first = written.unwrap_or(0).max(read.unwrap_or(0)).max(strong);
        let all = (first..=stores.len()).map(|place| stores.up_to(place).map(|(store, _)| *store));
        all.filter(|&store| store != from).collect()
    }
}

/// Returns whether a read from that store is what orders it before the reader.
pub(super) fn synchronises(trace: &Trace, from: usize, to: usize) -> bool {
    let acquire = trace.events[to].read_order().is_some_and(acquires);
    acquire && trace.events[from].write_order().is_some_and(releases)
}
