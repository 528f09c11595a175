//! A checked cell: which accesses are going on. Two that overlap, one of them exclusive, are a race.

use std::panic::Location;

use crate::execution::{ObjectId, Operation, ThreadId};
use crate::failure::{Access, Failure};

/// The state of an `UnsafeCell`: the accesses that have begun and not ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    open: Vec<Access>,
}

impl Cell {
    pub(crate) fn apply(
        &mut self,
        thread: ThreadId,
        object: ObjectId,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> Result<(), Failure> {
        let exclusive = matches!(operation, Operation::CellWrite | Operation::CellWriteEnd);
        let access = Access { thread, exclusive, location };
        match operation {
            Operation::CellRead | Operation::CellWrite => {
                if let Some(first) = self.open.iter().find(|open| open.exclusive || exclusive) {
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
