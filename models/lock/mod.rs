//! Locks: how to let one thread in at a time, in twelve ways, and what becomes of it when that one fails.
//!
//! A short course. It begins with one flag and an instruction that reads and writes it at once
//! ([`test_and_set`]), and asks less of the memory bus ([`test_and_test_and_set`]). Then come locks that
//! serve in order: by number ([`ticket`]), each waiting at a place of its own ([`anderson`], [`clh`],
//! [`mcs`]). Then those that need no such instruction, only loads and stores ([`peterson`], [`dekker`],
//! [`bakery`]), and what they need instead. Last, locks that sleep ([`parking`]), that may be taken twice
//! ([`reentrant`]), that have Python's methods ([`threading_lock`]), and what becomes of a lock whose holder
//! fails ([`finally`], [`poisoning`]).
//!
//! What a lock promises is said once, in [`property`], and asked of every one.

use crate::scenario::Scenario;

pub mod anderson;
pub mod bakery;
pub mod clh;
pub mod dekker;
pub mod finally;
pub mod mcs;
pub mod parking;
pub mod peterson;
pub mod poisoning;
pub mod property;
pub mod reentrant;
pub mod test_and_set;
pub mod test_and_test_and_set;
pub mod threading_lock;
pub mod ticket;

/// The scenarios of this folder, in the order of the course.
pub const SCENARIOS: &[&[Scenario]] = &[
    test_and_set::SCENARIOS,
    test_and_test_and_set::SCENARIOS,
    ticket::SCENARIOS,
    anderson::SCENARIOS,
    clh::SCENARIOS,
    mcs::SCENARIOS,
    peterson::SCENARIOS,
    dekker::SCENARIOS,
    bakery::SCENARIOS,
    parking::SCENARIOS,
    reentrant::SCENARIOS,
    threading_lock::SCENARIOS,
    finally::SCENARIOS,
    poisoning::SCENARIOS,
];
