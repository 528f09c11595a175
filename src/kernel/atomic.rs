//! An atomic: its bits, and the arithmetic of each read-modify-write on them.

use super::access::Access;
use crate::execution::happens_before::releases;
use crate::trace::{AtomicKind, Operation, Response, updated};

/// The state of an atomic.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Atomic {
    kind: AtomicKind,
    value: u64,
}

impl Atomic {
    pub(crate) fn new(kind: AtomicKind, value: u64) -> Self {
        Self { kind, value }
    }

    /// Returns whether `operation` leaves the value as it is, for what it finds.
    pub(crate) fn leaves(&self, operation: Operation) -> bool {
        match operation {
            Operation::Load { .. } => true,
            Operation::Update { update, operand, .. } => updated(self.kind, update, self.value, operand) == self.value,
            Operation::CompareExchange { current, new, .. } => self.value != current || current == new,
            _ => false,
        }
    }

    /// A read-modify-write that leaves the value as it is counts as a read, unless it publishes what its
    /// thread knows: then others may see more after it. `fenced` is whether the thread has passed a
    /// release fence, after which even relaxed ones publish.
    pub(crate) fn access(&self, operation: Operation, fenced: bool) -> Access {
        if let Some(access) = always(operation, fenced) {
            return access;
        }
        let publishes = match operation {
            Operation::CompareExchange { current, success, .. } => {
                self.value == current && (fenced || releases(success))
            }
            _ => false,
        };
        if self.leaves(operation) && !publishes { Access::Read } else { Access::Write }
    }

    /// Sets the value: the newest, where there are several.
    pub(super) fn set(&mut self, value: u64) {
        self.value = value;
    }

    pub(super) fn value(&self) -> u64 {
        self.value
    }

    pub(crate) fn apply(&mut self, operation: Operation) -> Response {
        let old = self.value;
        match operation {
            Operation::Load { .. } => Response::Value(old),
            Operation::Store { value, .. } => {
                self.value = value;
                Response::Done
            }
            Operation::Update { update, operand, .. } => {
                self.value = updated(self.kind, update, old, operand);
                Response::Value(old)
            }
            Operation::CompareExchange { current, new, .. } => {
                if old == current {
                    self.value = new;
                    Response::Value(old)
                } else {
                    Response::Mismatch(old)
                }
            }
            other => unreachable!("{other:?} is not an operation of an atomic"),
        }
    }
}

/// Returns the access that `operation` is whatever it finds; none if that depends on what it finds.
pub(crate) fn always(operation: Operation, fenced: bool) -> Option<Access> {
    match operation {
        Operation::Load { .. } => Some(Access::Read),
        Operation::Store { .. } => Some(Access::Write),
        Operation::Update { order, .. } if fenced || releases(order) => Some(Access::Write),
        _ => None,
    }
}
