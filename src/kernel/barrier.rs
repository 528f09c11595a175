//! A reusable barrier: how many have arrived, and which rounds are complete.

use std::collections::BTreeMap;

use super::access::Access;
use crate::trace::{Operation, Response, ThreadId};

/// The state of a barrier.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Barrier {
    size: usize,
    arrived: usize,
    round: u32,
    // The round that each thread inside waits for, and whether it completed it.
    inside: BTreeMap<ThreadId, (u32, bool)>,
}

impl Barrier {
    pub(crate) fn new(size: usize) -> Self {
        Self { size, arrived: 0, round: 0, inside: BTreeMap::new() }
    }

    pub(crate) fn enabled(&self, thread: ThreadId, operation: Operation) -> bool {
        match operation {
            Operation::Leave => self.inside.get(&thread).is_some_and(|&(round, _)| round < self.round),
            _ => true,
        }
    }

    pub(crate) fn access(&self, thread: ThreadId, operation: Operation) -> Access {
        match operation {
            Operation::Leave => Access::Depart(self.inside.get(&thread).map_or(0, |&(round, _)| round)),
            _ => Access::Arrive(self.round),
        }
    }

    pub(crate) fn apply(&mut self, thread: ThreadId, operation: Operation) -> Response {
        match operation {
            Operation::Arrive => {
                self.arrived += 1;
                // A barrier of 0 behaves as one of 1, as in std.
                let last = self.arrived >= self.size;
                self.inside.insert(thread, (self.round, last));
                if last {
                    self.arrived = 0;
                    self.round += 1;
                }
                Response::Done
            }
            Operation::Leave => {
                let (_, leader) = self.inside.remove(&thread).expect("a thread inside");
                Response::Answer(leader)
            }
            other => unreachable!("{other:?} is not an operation of a barrier"),
        }
    }
}
