//! Deadlock: threads that wait for each other, so that none of them ever goes on.
//!
//! It takes four things (E. G. Coffman and others, "System deadlocks", 1971): what is waited for is had by
//! one at a time, who waits keeps what it has, nothing is taken away, and the waiting goes round in a
//! circle. Each fix here takes one of them away: by an order ([`lock_order`], [`transfer`]), by asking
//! somebody first ([`philosophers`]), and by not waiting with a lock in hand ([`self_deadlock`],
//! [`held_across_join`], [`held_while_waiting`]). To give back what one has and try again takes one away, too, and may
//! go on for ever ([`philosophers`]).

use crate::scenario::Scenario;

pub mod held_across_join;
pub mod held_while_waiting;
pub mod lock_order;
pub mod philosophers;
pub mod self_deadlock;
pub mod transfer;

/// The scenarios of this folder, in the order in which they are best read.
pub const SCENARIOS: &[&[Scenario]] = &[
    lock_order::SCENARIOS,
    transfer::SCENARIOS,
    philosophers::SCENARIOS,
    self_deadlock::SCENARIOS,
    held_across_join::SCENARIOS,
    held_while_waiting::SCENARIOS,
];
