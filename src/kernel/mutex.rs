//! A mutex: its holder, and whether one panicked.

use super::access::Access;
use crate::trace::{Operation, Response, ThreadId};

/// The state of a mutex.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Mutex {
    holder: Option<ThreadId>,
    poisoned: bool,
}

impl Mutex {
    pub(crate) fn enabled(&self, operation: Operation) -> bool {
        !matches!(operation, Operation::Lock) || self.holder.is_none()
    }

    pub(crate) fn holder(&self) -> Option<ThreadId> {
        self.holder
    }

    pub(crate) fn access(&self, operation: Operation) -> Access {
        match operation {
            Operation::TryLock if self.holder.is_some() => Access::Read,
            Operation::Lock | Operation::TryLock | Operation::Unlock { poison: false } => Access::Hold,
            Operation::IsPoisoned => Access::Poll,
            _ => Access::Write,
        }
    }

    pub(crate) fn apply(&mut self, thread: ThreadId, operation: Operation) -> Response {
        match operation {
            Operation::Lock | Operation::TryLock => {
                if self.holder.is_some() {
                    return Response::WouldBlock;
                }
                self.holder = Some(thread);
                Response::Acquired { poisoned: self.poisoned }
            }
            Operation::Unlock { poison } => {
                self.holder = None;
                self.poisoned |= poison;
                Response::Done
            }
            Operation::IsPoisoned => Response::Answer(self.poisoned),
            Operation::ClearPoison => {
                self.poisoned = false;
                Response::Done
            }
            other => unreachable!("{other:?} is not an operation of a mutex"),
        }
    }
}
