//! A readers-writer lock: who reads, who writes, who has queued to write, and whether a writer
//! panicked.
//!
//! A writer that finds the lock held queues, which is a step of its own, and from then on no new
//! reader gets in, as in std on most platforms. A schedule in which it queues late is one in which
//! readers are preferred, so both policies are explored, and so is the deadlock of a thread that
//! reads twice with a writer queueing in between.

use super::access::Access;
use crate::trace::{Operation, Response, ThreadId};

/// The state of a readers-writer lock.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct RwLock {
    writer: Option<ThreadId>,
    readers: Vec<ThreadId>,
    queue: Vec<ThreadId>,
    poisoned: bool,
}

impl RwLock {
    fn admits_reader(&self) -> bool {
        // Once the lock is free, whoever comes first gets it.
        self.writer.is_none() && (self.queue.is_empty() || self.readers.is_empty())
    }

    fn is_free(&self) -> bool {
        self.writer.is_none() && self.readers.is_empty()
    }

    pub(crate) fn enabled(&self, thread: ThreadId, operation: Operation) -> bool {
        match operation {
            Operation::Read => self.admits_reader(),
            Operation::Write => self.is_free() || !self.queue.contains(&thread),
            _ => true,
        }
    }

    /// Returns the threads that one about to do `operation` has to wait for.
    pub(crate) fn holders(&self, operation: Operation) -> Vec<ThreadId> {
        let others = if operation == Operation::Read { &self.queue } else { &self.readers };
        self.writer.iter().chain(others).copied().collect()
    }

    pub(crate) fn access(&self, operation: Operation) -> Access {
        match operation {
            Operation::TryRead if !self.admits_reader() => Access::Read,
            Operation::TryWrite if !self.is_free() => Access::RefuseWrite,
            // As long as nobody queues, readers do not notice each other.
            Operation::Read | Operation::TryRead if self.queue.is_empty() => Access::Share,
            Operation::Unread if self.queue.is_empty() => Access::Unshare,
            Operation::IsPoisoned => Access::Poll,
            Operation::Unlock { poison: true } | Operation::ClearPoison => Access::Write,
            _ => Access::Hold,
        }
    }

    pub(crate) fn apply(&mut self, thread: ThreadId, operation: Operation) -> Response {
        match operation {
            Operation::Read | Operation::TryRead => {
                if !self.admits_reader() {
                    return Response::WouldBlock;
                }
                self.readers.push(thread);
                Response::Acquired { poisoned: self.poisoned }
            }
            Operation::Write | Operation::TryWrite => {
                if !self.is_free() {
                    if operation == Operation::Write {
                        self.queue.push(thread);
                    }
                    return Response::WouldBlock;
                }
                self.queue.retain(|&queued| queued != thread);
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

#[cfg(test)]
mod tests {
    use super::{Operation, Response, RwLock, ThreadId};

    #[test]
    fn a_writer_that_queues_keeps_new_readers_out_until_the_lock_is_free() {
        let (reader, writer, late) = (ThreadId(1), ThreadId(2), ThreadId(3));
        let mut lock = RwLock::default();
        lock.apply(reader, Operation::Read);
        assert!(lock.enabled(late, Operation::Read), "nobody has queued");
        assert_eq!(lock.apply(writer, Operation::Write), Response::WouldBlock);
        assert!(!lock.enabled(writer, Operation::Write), "it queues once");
        assert!(!lock.enabled(late, Operation::Read));
        assert_eq!(lock.apply(late, Operation::TryRead), Response::WouldBlock);
        lock.apply(reader, Operation::Unread);
        assert!(lock.enabled(writer, Operation::Write) && lock.enabled(late, Operation::Read));
        assert_eq!(lock.apply(writer, Operation::Write), Response::Acquired { poisoned: false });
        assert_eq!(lock.holders(Operation::Read), [writer]);
    }
}
