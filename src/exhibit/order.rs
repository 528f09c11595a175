//! What orders the steps of a trace, computed from the trace: clocks, the store that each load reads, and arrows.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use super::document::Arrow;
use crate::execution::happens_before::{Clock, HappensBefore, Occurrence, acquires, releases};
use crate::trace::{AsideKind, Departure, Event, ObjectId, ObjectKind, Operation, Response, ThreadId, Trace};

/// A store: the step that made it, none for the initial value.
pub(super) type Store = Option<usize>;

/// What is known of one step.
#[derive(Clone, Debug, Default)]
pub(super) struct Ordered {
    pub(super) clock: Vec<u32>,
    pub(super) reads_from: Option<Store>,
    pub(super) could_have_read: Vec<Store>,
}

/// The stores to one atomic.
#[derive(Default)]
struct Stores {
    /// In modification order.
    order: Vec<Store>,
    handed: HashMap<Store, Clock>,
    reads: Vec<(usize, Store)>,
    last_strong: Store,
}

/// Computes what orders the steps of one trace.
pub(super) struct Orders<'a> {
    trace: &'a Trace,
    known: HappensBefore,
    atomics: HashMap<ObjectId, Stores>,
    departures: HashMap<usize, Departure>,
    /// The number of each event among those of its thread, counted from 1.
    numbers: Vec<u32>,
}

/// Returns what orders each step, and the arrows between threads.
pub(super) fn orders(trace: &Trace) -> (Vec<Ordered>, Vec<Arrow>) {
    let mut orders = Orders {
        trace,
        known: HappensBefore::default(),
        atomics: HashMap::new(),
        departures: trace.departures.iter().copied().collect(),
        numbers: Vec::new(),
    };
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
        let me = event.thread;
        let mut stores =
            self.atomics.remove(&object).unwrap_or_else(|| Stores { order: vec![None], ..Stores::default() });
        let departure = self.departures.get(&index).copied();
        let newest = stores.order.last().copied().unwrap_or(None);
        let mut handed = Clock::default();
        if let Some(order) = read_order(event) {
            let from = match departure {
                Some(Departure::Read { store }) => store,
                _ => newest,
            };
            ordered.reads_from = Some(from);
            if self.trace.remarks.is_weak && write_order(event).is_none() {
                ordered.could_have_read = self.options(&stores, me, order, from);
            }
            handed = stores.handed.get(&from).cloned().unwrap_or_default();
            self.known.read(me, order, &handed);
            stores.reads.push((index, from));
        }
        if let Some(order) = write_order(event) {
            let mut published = self.known.published(me, order);
            published.join(&handed);
            stores.handed.insert(Some(index), published);
            let place = |step: Store| stores.order.iter().position(|&other| other == step);
            let place = match departure {
                Some(Departure::Placed { before }) => place(Some(before)),
                Some(Departure::Read { store }) => place(store).map(|place| place + 1),
                None => None,
            };
            stores.order.insert(place.unwrap_or(stores.order.len()), Some(index));
            if order == Ordering::SeqCst {
                stores.last_strong = Some(index);
            }
        }
        self.atomics.insert(object, stores);
    }

    /// Returns the stores other than `from` that coherence lets a load of `me` read.
    fn options(&self, stores: &Stores, me: ThreadId, order: Ordering, from: Store) -> Vec<Store> {
        let clock = self.known.known(me);
        let is_before = |step: usize| self.numbers[step] <= clock.of(self.trace.events[step].thread);
        let place = |store: Store| stores.order.iter().rposition(|&other| other == store).unwrap_or(0);
        let written = stores.order.iter().rposition(|store| store.is_none_or(is_before)).unwrap_or(0);
        let read = stores.reads.iter().filter(|&&(step, _)| is_before(step)).map(|&(_, store)| place(store)).max();
        let strong = if order == Ordering::SeqCst { place(stores.last_strong) } else { 0 };
        let first = written.max(read.unwrap_or(0)).max(strong);
        stores.order[first..].iter().copied().filter(|&store| store != from).collect()
    }
}

/// Returns the ordering with which an event reads an atomic.
pub(super) fn read_order(event: &Event) -> Option<Ordering> {
    match event.operation {
        Operation::Load { order } | Operation::Update { order, .. } => Some(order),
        Operation::CompareExchange { success, failure, .. } => {
            Some(if matches!(event.response, Response::Mismatch(_)) { failure } else { success })
        }
        _ => None,
    }
}

/// Returns the ordering with which an event writes an atomic.
pub(super) fn write_order(event: &Event) -> Option<Ordering> {
    match event.operation {
        Operation::Store { order, .. } | Operation::Update { order, .. } => Some(order),
        Operation::CompareExchange { success, .. } if !matches!(event.response, Response::Mismatch(_)) => Some(success),
        _ => None,
    }
}

/// Returns whether a read from that store is what orders it before the reader.
pub(super) fn synchronises(trace: &Trace, from: usize, to: usize) -> bool {
    let acquire = read_order(&trace.events[to]).is_some_and(acquires);
    acquire && write_order(&trace.events[from]).is_some_and(releases)
}
