//! What an event does to an atomic: how it reads, how it writes, and what it leaves.

use std::sync::atomic::Ordering;

use super::{AtomicKind, Departure, Event, ObjectId, ObjectKind, Operation, Response, Trace, updated};

impl Event {
    /// Returns the ordering with which it reads an atomic; none if it does not.
    pub(crate) fn read_order(&self) -> Option<Ordering> {
        match (self.operation, self.response) {
            (Operation::Load { order } | Operation::Update { order, .. }, _) => Some(order),
            (Operation::CompareExchange { failure, .. }, Response::Mismatch(_)) => Some(failure),
            (Operation::CompareExchange { success, .. }, _) => Some(success),
            _ => None,
        }
    }

    /// Returns the ordering with which it writes an atomic; none if it does not.
    pub(crate) fn write_order(&self) -> Option<Ordering> {
        match (self.operation, self.response) {
            (Operation::Store { order, .. } | Operation::Update { order, .. }, _) => Some(order),
            (Operation::CompareExchange { .. }, Response::Mismatch(_)) => None,
            (Operation::CompareExchange { success, .. }, _) => Some(success),
            _ => None,
        }
    }

    /// Returns the bits that it leaves in an atomic of that kind; none if it writes none.
    pub(crate) fn stored(&self, kind: AtomicKind) -> Option<u64> {
        match (self.operation, self.response) {
            (Operation::Store { value, .. }, _) => Some(value),
            (Operation::Update { update, operand, .. }, Response::Value(old)) => {
                Some(updated(kind, update, old, operand))
            }
            (Operation::CompareExchange { new, .. }, Response::Value(_)) => Some(new),
            _ => None,
        }
    }
}

impl Trace {
    /// Returns what kind of value an object holds, if it is an atomic.
    pub(crate) fn atomic_kind(&self, object: Option<ObjectId>) -> Option<AtomicKind> {
        match self.objects.get(object?.index())?.kind {
            ObjectKind::Atomic(kind) => Some(kind),
            _ => None,
        }
    }

    /// Returns how an event departs from an interleaving, if it does.
    pub(crate) fn departure(&self, event: usize) -> Option<Departure> {
        let found = self.departures.binary_search_by_key(&event, |&(event, _)| event).ok()?;
        Some(self.departures[found].1)
    }
}
