//! A readers-writer lock: who reads, who writes, and whether a writer panicked. No side is
//! preferred, as std promises nothing either.

use crate::execution::{Operation, Response, ThreadId};

/// The state of a readers-writer lock.
#[derive(Clone, Debug, Default)]
pub(crate) struct RwLock {
    writer: Option<ThreadId>,
    readers: Vec<ThreadId>,
    poisoned: bool,
}

impl RwLock {
    pub(crate) fn enabled(&self, operation: Operation) -> bool {
        match operation {
            Operation::Read => self.writer.is_none(),
            Operation::Write => self.writer.is_none() && self.readers.is_empty(),
            _ => true,
        }
    }

    /// Returns the threads that a reader or writer would have to wait for.
    pub(crate) fn holders(&self) -> Vec<ThreadId> {
        self.writer.iter().chain(&self.readers).copied().collect()
    }

    pub(crate) fn apply(&mut self, thread: ThreadId, operation: Operation) -> Response {
        match operation {
            Operation::Read | Operation::TryRead => {
                if self.writer.is_some() {
                    return Response::WouldBlock;
                }
                self.readers.push(thread);
                Response::Acquired { poisoned: self.poisoned }
            }
            Operation::Write | Operation::TryWrite => {
                if !self.enabled(Operation::Write) {
                    return Response::WouldBlock;
                }
                self.writer = Some(thread);
                Response::Acquired { poisoned: self.poisoned }
            }
            Operation::Unread => {
                // A guard may be dropped by another thread than the one that took the lock.
                let index = self.readers.iter().position(|&reader| reader == thread).unwrap_or(0);
                self.readers.swap_remove(index);
                Response::Done
            }
            Operation::Unlock { poison } => {
                self.writer = None;
                self.poisoned |= poison;
                Response::Done
            }
            Operation::IsPoisoned => Response::Answer(self.poisoned),
            Operation::ClearPoison => {
                self.poisoned = false;
                Response::Done
            }
            other => unreachable!("{other:?} is not an operation of a readers-writer lock"),
        }
    }
}
