//! What orders the steps of a trace, computed from the trace: clocks, the store that each load reads, and arrows.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use super::document::Arrow;
use crate::execution::happens_before::{acquires, releases};
use crate::execution::known::Known;
pub(super) use crate::execution::known::Store;
use crate::trace::{Departure, Event, ModificationOrder, ObjectId, ThreadId, Trace};

/// What is known of one step.
#[derive(Clone, Debug, Default)]
pub(super) struct Ordered {
    pub(super) clock: Vec<u32>,
    pub(super) reads_from: Option<Store>,
    pub(super) reads_old: bool,
    pub(super) could_have_read: Vec<Store>,
}

/// What was done to one atomic.
#[derive(Default)]
struct Atomic {
    stores: ModificationOrder<()>,
    reads: Vec<(usize, Store)>,
    last_strong: Store,
}

/// Returns what orders each step, and the arrows between threads.
pub(super) fn orders(trace: &Trace) -> (Vec<Ordered>, Vec<Arrow>) {
    let known = Known::of(trace);
    let mut atomics: HashMap<ObjectId, Atomic> = HashMap::new();
    let threads = u32::try_from(trace.threads.len()).unwrap_or(u32::MAX);
    let mut found = Vec::new();
    for (index, event) in trace.events.iter().enumerate() {
        let reads_from = known.reads_from(index);
        let clock = (0..threads).map(|thread| known.after(index).of(ThreadId(thread))).collect();
        let mut ordered = Ordered { clock, reads_from, ..Ordered::default() };
        if let Some(object) = event.object.filter(|_| trace.atomic_kind(event.object).is_some()) {
            let atomic = atomics.entry(object).or_default();
            ordered.reads_old = reads_from.is_some_and(|store| atomic.is_replaced(store));
            ordered.could_have_read = atomic.step(trace, &known, index, event);
        }
        found.push(ordered);
    }
    let arrows = super::arrows::arrows(trace, &found);
    (found, arrows)
}

impl Atomic {
    /// Returns whether another store comes after this one in the modification order, as far as it has come.
    fn is_replaced(&self, store: Store) -> bool {
        self.stores.place(Some(Departure::Read { store })) < self.stores.len()
    }

    /// Notes an access; returns the other stores that it could have read, if it is a load.
    fn step(&mut self, trace: &Trace, known: &Known<'_>, index: usize, event: &Event) -> Vec<Store> {
        let mut options = Vec::new();
        if let (Some(order), Some(from)) = (event.read_order(), known.reads_from(index)) {
            if trace.remarks.is_weak && event.write_order().is_none() {
                options = self.options(known, index, order, from);
            }
            self.reads.push((index, from));
        }
        if event.write_order().is_some() {
            self.stores.insert(self.stores.place(trace.departure(index)), index, ());
        }
        if event.write_order() == Some(Ordering::SeqCst) {
            self.last_strong = Some(index);
        }
        options
    }

    /// Returns the stores other than `from` that coherence lets the load at `index` read.
    fn options(&self, known: &Known<'_>, index: usize, order: Ordering, from: Store) -> Vec<Store> {
        let Self { stores, reads, last_strong } = self;
        let is_before = |step: usize| known.is_known_before(step, index);
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
