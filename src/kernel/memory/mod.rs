//! The memory of the language's model: the execution so far as a graph of stores and loads, and the ways in which the next
//! access to an atomic can extend it.
//!
//! The model is C++20's, as Rust has it, short of load buffering (RC11: Lahav, Vafeiadis, Kang, Hur and Dreyer, PLDI
//! 2017): a load reads from a store that is there already, so that program order and reads-from have no cycle. Each atomic
//! has its stores in modification order. A load may read any store that coherence allows it to, a store may go wherever
//! coherence and the atomicity of read-modify-writes allow it to, and either only where the `SeqCst` operations still have
//! one total order (see [`total`]). Every consistent graph is built so, along each of the orders that extend program order
//! and reads-from.
//!
//! **Invariant:** the way numbered 0 reads the newest store, or puts the store last: what an interleaving would do. It is
//! always there.

mod location;
mod store_name;
mod total;
mod way;

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::atomic::Ordering;

use smallvec::SmallVec;

use super::Access;
use crate::execution::backend::NewObject;
use crate::execution::happens_before::{HappensBefore, Occurrence, acquires};
use crate::trace::{Departure, ObjectId, Operation, Response, ThreadId, updated};
use location::{Location, Made, Place, Store};
pub(crate) use store_name::StoreName;
use total::{Sequential, Total};
use way::{Known, Way};

/// The graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    order: HappensBefore,
    /// By object; none for those that are no atomics.
    locations: Vec<Option<Location>>,
    total: Total,
    /// How many events there have been.
    events: usize,
    /// How the last event departs from an interleaving.
    departure: Option<Departure>,
    departures: u64,
    /// Whether the last event was an access that changed nothing.
    last_is_idle: bool,
    known: RefCell<Known>,
    /// Memory of former executions.
    spare_stores: Vec<Vec<Store>>,
    spare_readers: Vec<Vec<Made>>,
}

impl Memory {
    /// Returns the graph before the first event, with these objects.
    pub(super) fn of(objects: &[NewObject]) -> Self {
        let mut memory = Self::default();
        objects.iter().for_each(|&object| memory.add_object(object));
        memory
    }

    /// Goes back to before the first event, without objects.
    pub(super) fn restart(&mut self) {
        for mut location in self.locations.drain(..).flatten() {
            for mut store in location.stores.drain(..) {
                store.readers.clear();
                if store.readers.capacity() > 0 {
                    self.spare_readers.push(store.readers);
                }
            }
            self.spare_stores.push(location.stores);
        }
        self.order.restart();
        self.total.restart();
        self.known.get_mut().access = None;
        (self.events, self.departures) = (0, 0);
        (self.departure, self.last_is_idle) = (None, false);
    }

    /// Adds the next object.
    pub(super) fn add_object(&mut self, object: NewObject) {
        let NewObject::Atomic(kind, value) = object else { return self.locations.push(None) };
        let stores = self.spare_stores.pop().unwrap_or_default();
        // Also those of the initial value: what is given back and not taken out again would grow with each execution.
        let readers = self.spare_readers.pop().unwrap_or_default();
        self.locations.push(Some(Location::new(kind, value, stores, readers)));
    }

    fn location(&self, object: ObjectId) -> &Location {
        self.locations[object.index()].as_ref().expect("an atomic")
    }

    /// Returns the ways in which `thread` can do `operation` to an atomic, each by the name of the store that it reads, or
    /// that its own comes right after.
    pub(super) fn way_names(&self, thread: ThreadId, object: ObjectId, operation: Operation) -> Rc<[u32]> {
        self.with_known(thread, object, operation, |known| {
            let location = self.location(object);
            Rc::clone(known.names.get_or_insert_with(|| known.ways.iter().map(|way| way.name(location)).collect()))
        })
    }

    /// Returns the number of the alternative that the way of this name is; none if it is none of them.
    pub(super) fn alternative(
        &self,
        thread: ThreadId,
        object: ObjectId,
        operation: Operation,
        name: u32,
    ) -> Option<u32> {
        self.with_known(thread, object, operation, |known| {
            let location = self.location(object);
            let place = known.ways.iter().position(|way| way.name(location) == name)?;
            u32::try_from(place).ok()
        })
    }

    /// Does `f` with the ways of an access, which are found unless they were those that were asked for last.
    fn with_known<R>(
        &self,
        thread: ThreadId,
        object: ObjectId,
        operation: Operation,
        f: impl FnOnce(&mut Known) -> R,
    ) -> R {
        let access = Some((self.events, thread, object, operation));
        let known = &mut *self.known.borrow_mut();
        if known.access != access {
            known.ways.clear();
            self.find_ways(thread, object, operation, &mut known.ways);
            (known.access, known.names) = (access, None);
        }
        f(known)
    }

    fn find_ways(&self, thread: ThreadId, object: ObjectId, operation: Operation, ways: &mut Vec<Way>) {
        let location = self.location(object);
        let first = location.first_readable(self.order.known(thread));
        let places = (first..location.stores.len()).rev();
        match operation {
            Operation::Store { .. } => {
                let free = places.filter(|&place| !location.is_updated(place));
                ways.extend(free.map(|place| Way { read: None, store: Some(place + 1) }));
            }
            Operation::Load { .. } => ways.extend(places.map(|place| Way { read: Some(place), store: None })),
            _ => ways.extend(places.filter_map(|place| Self::update(location, place, operation))),
        }
        if ways.len() > 1 && (self.total.is_needed() || ordering_of(operation).contains(&Ordering::SeqCst)) {
            ways.retain(|way| self.is_consistent(thread, location, operation, *way));
        }
    }

    /// Returns the way in which a read-modify-write reads from the store at `place`, if it can.
    fn update(location: &Location, place: usize, operation: Operation) -> Option<Way> {
        let fails =
            matches!(operation, Operation::CompareExchange { current, .. } if location.stores[place].value != current);
        if fails {
            return Some(Way { read: Some(place), store: None });
        }
        (!location.is_updated(place)).then_some(Way { read: Some(place), store: Some(place + 1) })
    }

    /// Returns the access that `thread` would make in this way.
    fn access(&self, thread: ThreadId, location: &Location, operation: Operation, way: Way) -> Made {
        let base = self.order.known(thread).clone();
        let number = base.of(thread) + 1;
        let ordering = effective(operation, way);
        let read = way.read.filter(|_| acquires(ordering)).map(|read| &location.stores[read].handed);
        let fences = self.total.fences_before(&base, read);
        Made { thread, number, base, fences, is_sequential: ordering == Ordering::SeqCst, node: None }
    }

    fn is_consistent(&self, thread: ThreadId, location: &Location, operation: Operation, way: Way) -> bool {
        let made = self.access(thread, location, operation, way);
        self.total.admits(&made, location, Place::of(way.read, way.store))
    }

    /// Returns the name of the store that the next event of `thread` is, if it is one.
    pub(super) fn next_name(&self, thread: ThreadId) -> u32 {
        StoreName::new(thread.0, self.order.known(thread).of(thread) + 1).0
    }

    /// Returns the names of the stores of an atomic in modification order.
    pub(super) fn names(&self, object: ObjectId) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.location(object).stores.iter().map(|store| store.name().0)
    }

    /// Returns what `operation`, as the event `own`, is if it reads from the store `way`, or comes after that.
    pub(super) fn access_in(&self, object: ObjectId, operation: Operation, way: u32, own: u32) -> Access {
        access_of_value(operation, self.value_of(object, way).unwrap_or(0), way, own)
    }

    /// Returns the value of a store; none if there is none of that name.
    pub(super) fn value_of(&self, object: ObjectId, store: u32) -> Option<u64> {
        let mut stores = self.location(object).stores.iter().rev();
        stores.find(|other| other.name().0 == store).map(|store| store.value)
    }

    /// Returns whether coherence lets an access that has been made read from another store, for what its thread knew.
    pub(super) fn could_read(&self, object: ObjectId, reader: StoreName, store: u32) -> bool {
        let location = self.location(object);
        let is_reader = |made: &&Made| StoreName::new(made.thread.0, made.number) == reader;
        let Some((_, made)) = location.accesses().find(|(_, made)| is_reader(made)) else { return true };
        let place = location.stores.iter().position(|other| other.name().0 == store);
        place.is_some_and(|place| location.first_readable(&made.base) <= place)
    }

    /// Returns whether the `SeqCst` operations restrict what may be read.
    pub(super) fn has_total_order(&self) -> bool {
        self.total.is_needed()
    }

    /// Lets `thread` do `operation` to an atomic in the way numbered `alternative`.
    pub(super) fn step(
        &mut self,
        thread: ThreadId,
        object: ObjectId,
        operation: Operation,
        alternative: u32,
    ) -> Response {
        let way = self.with_known(thread, object, operation, |known| known.ways[alternative as usize]);
        let mut made = self.access(thread, self.location(object), operation, way);
        let ordering = effective(operation, way);
        let place = Place::of(way.read, way.store);
        made.node = self.total.add(&made, self.locations[object.index()].as_ref().expect("an atomic"), place);
        let event = self.events;
        self.events += 1;
        self.order.advance(thread);
        let location = self.locations[object.index()].as_mut().expect("an atomic");
        let newest = location.stores.len() - 1;
        self.departure = match way {
            Way { read: Some(read), .. } if read < newest => {
                Some(Departure::Read { store: location.stores[read].event })
            }
            Way { read: None, store: Some(place) } if place <= newest => {
                Some(Departure::Placed { before: location.stores[place].event.expect("the initial value comes first") })
            }
            _ => None,
        };
        self.departures += u64::from(self.departure.is_some());
        let old = way.read.map_or(0, |read| {
            let store = &location.stores[read];
            self.order.read(thread, ordering, &store.handed);
            store.value
        });
        let Some(place) = way.store else {
            self.last_is_idle = true;
            location.stores[way.read.expect("a read")].readers.push(made);
            let is_exchange = matches!(operation, Operation::CompareExchange { .. });
            return if is_exchange { Response::Mismatch(old) } else { Response::Value(old) };
        };
        let value = match operation {
            Operation::Store { value, .. } => value,
            Operation::Update { update, operand, .. } => updated(location.kind, update, old, operand),
            Operation::CompareExchange { new, .. } => new,
            other => unreachable!("{other:?} is no store"),
        };
        let is_update = way.read.is_some();
        let mut handed = self.order.published(thread, ordering);
        if let Some(read) = way.read {
            // A read-modify-write continues the release sequence, whatever its own ordering.
            handed.join(&location.stores[read].handed);
        }
        // What it publishes can only rule out what would be possible without it.
        let is_idle = is_update && value == old;
        self.last_is_idle = is_idle;
        let readers = self.spare_readers.pop().unwrap_or_default();
        let store = Store { event: Some(event), value, is_update, is_idle, handed, writer: Some(made), readers };
        location.stores.insert(place, store);
        if is_update { Response::Value(old) } else { Response::Done }
    }

    /// Notes an event that is no access to an atomic.
    pub(super) fn note(&mut self, event: Occurrence) {
        self.events += 1;
        self.departure = None;
        self.last_is_idle = false;
        let is_sequential = matches!(event.operation, Operation::Fence { order: Ordering::SeqCst });
        let base = is_sequential.then(|| self.order.known(event.thread).clone());
        let number = self.order.advance(event.thread);
        self.order.step(event);
        if let Some(base) = base {
            let clock = self.order.known(event.thread).clone();
            let fence = Sequential::fence(event.thread, number, clock, base);
            self.total.add_fence(fence, self.locations.iter().flatten());
        }
    }

    /// Returns the name of the newest store of an atomic that somebody can tell from the one before.
    pub(super) fn newest_name(&self, object: ObjectId) -> u32 {
        let mut stores = self.location(object).stores.iter().rev();
        stores.find(|store| !store.is_idle).map_or(0, |store| store.name().0)
    }

    /// Returns whether the last event was an access that read, and changed nothing.
    pub(super) fn last_is_idle(&self) -> bool {
        self.last_is_idle
    }

    /// Returns whether the last event departs from an interleaving.
    pub(super) fn departs(&self) -> bool {
        self.departure.is_some()
    }

    /// Returns how the last event departs from an interleaving, once.
    pub(super) fn take_departure(&mut self) -> Option<Departure> {
        self.departure.take()
    }

    /// Returns the value of the newest store.
    pub(super) fn newest(&self, object: ObjectId) -> u64 {
        self.location(object).stores.last().expect("the initial value").value
    }

    /// Hashes what later loads may read, and how many have not read the newest: a round in which one did not is none that
    /// goes on for ever, since every store is seen at last.
    pub(super) fn hash_state(&self, threads: impl Iterator<Item = ThreadId> + Clone, hasher: &mut impl Hasher) {
        self.departures.hash(hasher);
        for location in self.locations.iter().flatten() {
            location.stores.len().hash(hasher);
            for thread in threads.clone() {
                location.first_readable(self.order.known(thread)).hash(hasher);
            }
        }
    }
}

/// Returns what `operation`, as the event `own`, is if it reads this value from the store `way`, or comes after that.
pub(crate) fn access_of_value(operation: Operation, value: u64, way: u32, own: u32) -> Access {
    match operation {
        Operation::Load { .. } => Access::ReadsFrom(way),
        Operation::CompareExchange { current, .. } if current != value => Access::ReadsFrom(way),
        Operation::Store { .. } => Access::Stores(own),
        _ => Access::Updates { from: way, own },
    }
}

/// Returns the orderings that an operation has, whatever it finds.
fn ordering_of(operation: Operation) -> SmallVec<[Ordering; 2]> {
    match operation {
        Operation::Load { order } | Operation::Store { order, .. } | Operation::Update { order, .. } => {
            smallvec::smallvec![order]
        }
        Operation::CompareExchange { success, failure, .. } => smallvec::smallvec![success, failure],
        _ => SmallVec::new(),
    }
}

/// Returns the ordering that an operation has when it is done in this way: a compare-and-exchange that fails is a load with
/// the ordering of its failure.
fn effective(operation: Operation, way: Way) -> Ordering {
    match operation {
        Operation::CompareExchange { failure, .. } if way.store.is_none() => failure,
        _ => ordering_of(operation)[0],
    }
}

#[cfg(test)]
mod tests {
    use super::{Memory, NewObject, ObjectId, Operation, Ordering::SeqCst, ThreadId};
    use crate::trace::AtomicKind;

    /// However many executions there have been, what is kept of them is what one of them needs.
    #[test]
    fn former_executions_leave_no_more_than_one_needs() {
        let (load, store) = (Operation::Load { order: SeqCst }, Operation::Store { value: 1, order: SeqCst });
        let mut memory = Memory::default();
        for _ in 0..100 {
            memory.add_object(NewObject::Atomic(AtomicKind::Unsigned(64), 0));
            for operation in [load, store, load] {
                memory.step(ThreadId::MAIN, ObjectId(0), operation, 0);
            }
            memory.restart();
        }
        assert_eq!((memory.spare_stores.len(), memory.spare_readers.len()), (1, 2));
    }
}
