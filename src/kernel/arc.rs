//! The counts of an `Arc`, where somebody can see them.

use super::access::Access;
use crate::execution::new_object::NewArc;
use crate::trace::{Operation, Response};

/// How many `Arc`s and `Weak`s there are.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Arc {
    strong: u32,
    weak: u32,
    /// Whether what the last drop does can be seen.
    decides: bool,
}

impl Arc {
    pub(crate) fn new(NewArc { strong, weak, decides, .. }: NewArc) -> Self {
        Self { strong, weak, decides }
    }

    /// Returns how many `Weak`s there are, if there is no `Arc` left.
    pub(crate) fn left_behind(&self) -> Option<u32> {
        (self.strong == 0).then_some(self.weak)
    }

    pub(crate) fn access(&self, operation: Operation) -> Access {
        match operation {
            // The first of one that is made around a `Weak` of itself.
            Operation::CloneArc if self.strong == 0 => Access::Write,
            Operation::CloneArc | Operation::CloneWeak | Operation::DropWeak => Access::Grow,
            Operation::DropArc if !self.decides => Access::Release,
            Operation::DropArc | Operation::TakeArc => Access::Shrink,
            Operation::Upgrade if self.strong > 0 => Access::Promote,
            Operation::UnwrapArc if self.strong == 1 => Access::Shrink,
            _ => Access::Count,
        }
    }

    pub(crate) fn apply(&mut self, operation: Operation) -> Response {
        match operation {
            Operation::CloneArc => self.strong += 1,
            Operation::CloneWeak => self.weak += 1,
            Operation::DropWeak => self.weak = self.weak.saturating_sub(1),
            Operation::DropArc | Operation::TakeArc => {
                self.strong = self.strong.saturating_sub(1);
                let is_told = self.decides || operation == Operation::TakeArc;
                return if is_told { Response::Answer(self.strong == 0) } else { Response::Done };
            }
            Operation::UnwrapArc => {
                let is_last = self.strong == 1;
                self.strong -= u32::from(is_last);
                return Response::Answer(is_last);
            }
            Operation::Upgrade => {
                let is_alive = self.strong > 0;
                self.strong += u32::from(is_alive);
                return Response::Answer(is_alive);
            }
            Operation::IsUnique => return Response::Answer((self.strong, self.weak) == (1, 0)),
            Operation::StrongCount => return Response::Value(u64::from(self.strong)),
            // A `Weak` that has outlived all `Arc`s counts none, not even itself.
            Operation::WeakCount => return Response::Value(u64::from(if self.strong == 0 { 0 } else { self.weak })),
            other => unreachable!("{other:?} is not an operation of an Arc"),
        }
        Response::Done
    }
}
