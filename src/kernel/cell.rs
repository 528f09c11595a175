//! A checked cell: which accesses are going on. One that would overlap another thread's waits for its
//! end, so that no memory is damaged: that the two were not ordered is seen from the trace afterwards
//! (see `execution::races`), in every order in which they come.

use std::panic::Location;

use super::access::Access;
use crate::failure::{self, Failure};
use crate::trace::{ObjectId, Operation, ThreadId};

/// The state of an `UnsafeCell`: the accesses that have begun and not ended.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Cell {
    open: Vec<failure::Access>,
}

impl Cell {
    pub(crate) fn enabled(&self, thread: ThreadId, operation: Operation) -> bool {
        self.rival(operation).is_none_or(|open| open.thread == thread)
    }

    /// Returns an access that has not ended and that `operation` must not overlap.
    pub(crate) fn rival(&self, operation: Operation) -> Option<&failure::Access> {
        match operation {
            Operation::CellRead => self.open.iter().find(|open| open.exclusive),
            Operation::CellWrite => self.open.first(),
            _ => None,
        }
    }

    pub(crate) fn access(operation: Operation) -> Access {
        match operation {
            Operation::CellRead | Operation::CellReadEnd => Access::Read,
            _ => Access::Write,
        }
    }

    pub(crate) fn apply(
        &mut self,
        thread: ThreadId,
        object: ObjectId,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> Result<(), Failure> {
        let exclusive = matches!(operation, Operation::CellWrite | Operation::CellWriteEnd);
        match operation {
            Operation::CellRead | Operation::CellWrite => {
                let access = failure::Access { thread, exclusive, location };
                // Of one thread, within an access of its own.
                if let Some(first) = self.rival(operation) {
                    return Err(Failure::DataRace { object, first: first.clone(), second: access });
                }
                self.open.push(access);
                Ok(())
            }
            Operation::CellReadEnd | Operation::CellWriteEnd => {
                let open = self.open.iter().rposition(|open| open.thread == thread && open.exclusive == exclusive);
                self.open.remove(open.expect("an access that began"));
                Ok(())
            }
            other => unreachable!("{other:?} is not an operation of a cell"),
        }
    }
}
