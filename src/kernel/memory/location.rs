//! One atomic in the graph: its stores in modification order, and who has read from each.

use super::store_name::StoreName;
use crate::execution::clock::Clock;
use crate::trace::{AtomicKind, ThreadId};

/// An access to an atomic.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) thread: ThreadId,
    /// Its number among the events of its thread, counted from 1.
    pub(super) number: u32,
    /// What its thread knew before it.
    pub(super) base: Clock,
    /// The `SeqCst` fences that happen before it.
    pub(super) fences: Vec<usize>,
    pub(super) is_sequential: bool,
    /// Its number among the `SeqCst` operations, if it is one.
    pub(super) node: Option<usize>,
}

/// A store.
#[derive(Clone, Debug)]
pub(super) struct Store {
    /// Its number among all events; none for the initial value.
    pub(super) event: Option<usize>,
    pub(super) value: u64,
    /// Whether it is the store of a read-modify-write, which reads from the one right before it.
    pub(super) is_update: bool,
    /// Whether it left the value as it was: a round of waiting that has done no more could as well have been left out.
    pub(super) is_idle: bool,
    /// What a read of it that acquires takes over.
    pub(super) handed: Clock,
    /// The access that it is; none for the initial value.
    pub(super) writer: Option<Made>,
    /// Those that have read from it and have not stored.
    pub(super) readers: Vec<Made>,
}

impl Store {
    pub(super) fn name(&self) -> StoreName {
        self.writer.as_ref().map_or(StoreName::INITIAL, |made| StoreName::new(made.thread.0, made.number))
    }
}

/// An atomic.
#[derive(Clone, Debug)]
pub(super) struct Location {
    pub(super) kind: AtomicKind,
    /// In modification order, the initial value first.
    pub(super) stores: Vec<Store>,
}

/// Where an access stands in coherence order: by the store that it reads or is, a reader after its store. Those of one
/// rank are the readers of one store, which have no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(usize);

impl Place {
    /// Returns the place of an access that reads the store at `read` or puts its own at `store`, among what is there now.
    pub(super) fn of(read: Option<usize>, store: Option<usize>) -> Self {
        match (read, store) {
            // Before the store that is there now.
            (_, Some(store)) => Self(4 * store - 1),
            (Some(read), None) => Self(4 * read + 1),
            (None, None) => unreachable!("an access that neither reads nor stores"),
        }
    }
}

fn happened(made: &Made, clock: &Clock) -> bool {
    clock.of(made.thread) >= made.number
}

impl Location {
    /// Returns an atomic with this initial value; `stores` and `readers` are empty, with memory of former ones.
    pub(super) fn new(kind: AtomicKind, value: u64, mut stores: Vec<Store>, readers: Vec<Made>) -> Self {
        let initial = Store {
            event: None,
            value,
            is_update: false,
            is_idle: false,
            handed: Clock::default(),
            writer: None,
            readers,
        };
        stores.push(initial);
        Self { kind, stores }
    }

    /// Returns the place of the first store that coherence lets a thread read that knows this: of all that happened before,
    /// none stored, or read, a later one.
    pub(super) fn first_readable(&self, known: &Clock) -> usize {
        let is_known = |store: &Store| store.writer.iter().chain(&store.readers).any(|made| happened(made, known));
        self.stores.iter().rposition(is_known).unwrap_or(0)
    }

    /// Returns whether a read-modify-write has read the store at `place`: nothing comes between the two.
    pub(super) fn is_updated(&self, place: usize) -> bool {
        self.stores.get(place + 1).is_some_and(|next| next.is_update)
    }

    /// Returns all accesses, each with its place.
    pub(super) fn accesses(&self) -> impl Iterator<Item = (Place, &Made)> {
        self.stores.iter().enumerate().flat_map(|(place, store)| {
            let writer = store.writer.iter().map(move |made| (Place(4 * place), made));
            writer.chain(store.readers.iter().map(move |made| (Place(4 * place + 1), made)))
        })
    }
}
