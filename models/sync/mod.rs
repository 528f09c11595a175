//! Synchronisation: what threads wait for besides a lock.
//!
//! It begins with what most programs need and most often get wrong, waiting for a condition
//! ([`condition`]), and what is made of it: permits ([`semaphore`]), signals ([`event`]), meeting points
//! ([`barrier`], [`latch`], [`exchanger`]), locks that readers share ([`readers_writer`]) and things that are
//! made once ([`once`]). Then reading without any lock at all: looking again if something has changed
//! ([`seqlock`]), leaving the old one alone as long as somebody may look ([`read_copy_update`]), or saying
//! what one is looking at ([`hazard_pointer`]).

use crate::scenario::Scenario;

pub mod barrier;
pub mod condition;
pub mod event;
pub mod exchanger;
pub mod hazard_pointer;
pub mod latch;
pub mod once;
pub mod read_copy_update;
pub mod readers_writer;
pub mod semaphore;
pub mod seqlock;
pub mod upgrade;

/// The scenarios of this folder, in the order of the course.
pub const SCENARIOS: &[&[Scenario]] = &[
    condition::SCENARIOS,
    semaphore::SCENARIOS,
    event::SCENARIOS,
    barrier::SCENARIOS,
    latch::SCENARIOS,
    exchanger::SCENARIOS,
    readers_writer::SCENARIOS,
    upgrade::SCENARIOS,
    once::SCENARIOS,
    seqlock::SCENARIOS,
    read_copy_update::SCENARIOS,
    hazard_pointer::SCENARIOS,
];
