//! Queues: what threads and processes hand things over with.
//!
//! It begins with the queues of the tutorials, which are waited for ([`blocking`], and how they are used in
//! [`blocking_use`]), joined ([`joinable`]), or lead from one process to another ([`feeder`], how they are used in
//! [`feeder_use`], and what long items do in [`long_items`]); [`examples`] has the tutorials' own programs. Then queues
//! without a lock: a ring for one who puts and one who takes ([`ring`]), a ring for many ([`vyukov`]), a list
//! ([`michael_scott`]), a stack ([`treiber`]), and a deque that thieves take from ([`chase_lev`]).

use selvedge::Subject;
use selvedge::spec::{QueueOperation, QueueResult};

use crate::scenario::Scenario;

pub mod blocking;
pub mod blocking_use;
pub mod chase_lev;
pub mod examples;
pub mod feeder;
pub mod feeder_use;
pub mod joinable;
pub mod long_items;
pub mod michael_scott;
pub mod ring;
pub mod treiber;
pub mod vyukov;

/// The scenarios of this folder, in the order of the course.
pub const SCENARIOS: &[&[Scenario]] = &[
    blocking_use::SCENARIOS,
    joinable::SCENARIOS,
    feeder_use::SCENARIOS,
    long_items::SCENARIOS,
    examples::SCENARIOS,
    ring::SCENARIOS,
    vyukov::SCENARIOS,
    michael_scott::SCENARIOS,
    treiber::SCENARIOS,
    chase_lev::SCENARIOS,
];

/// A queue that nobody waits for, and how values are pushed to it and popped from it: what is to be compared with
/// a specification.
#[derive(Clone, Copy, Debug)]
pub struct Tried<Q> {
    /// The queue.
    pub queue: Q,
    /// Adds a value, or returns that there is no room.
    pub push: fn(&Q, u8) -> bool,
    /// Takes a value, if there is one.
    pub pop: fn(&Q) -> Option<u8>,
}

impl<Q: Send + Sync + 'static> Subject for Tried<Q> {
    type Operation = QueueOperation<u8>;
    type Result = QueueResult<u8>;

    fn call(&self, operation: &QueueOperation<u8>) -> QueueResult<u8> {
        match operation {
            QueueOperation::TryPush(value) if (self.push)(&self.queue, *value) => QueueResult::Pushed,
            QueueOperation::TryPush(_) => QueueResult::Full,
            QueueOperation::TryPop => (self.pop)(&self.queue).map_or(QueueResult::Empty, QueueResult::Popped),
            other => panic!("nobody waits for this queue: it cannot do {other:?}"),
        }
    }
}
