//! The ways in which an access to an atomic can extend the graph.

use std::rc::Rc;

use super::location::Location;
use crate::trace::{ObjectId, Operation, ThreadId};

/// What an access does in one of its ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The store that it reads from, as its place in modification order; none for a plain store.
    pub(super) read: Option<usize>,
    /// The place that its own store takes; none if it makes none.
    pub(super) store: Option<usize>,
}

impl Way {
    /// Returns its name: that of the store that it reads from, or that its own comes right after.
    pub(super) fn name(self, location: &Location) -> u32 {
        let after = self.read.or_else(|| self.store?.checked_sub(1)).expect("a read, or a store after another");
        location.stores[after].name().0
    }
}

/// The ways of one access, and the names of them: they are asked for several times before it is made.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Of which access they are, and how many events there had been; none if of none yet.
    pub(super) access: Option<(usize, ThreadId, ObjectId, Operation)>,
    pub(super) ways: Vec<Way>,
    pub(super) names: Option<Rc<[u32]>>,
}
