//! The master-worker protocol: a master keeps a queue of tasks and a queue of results, and workers on other machines take
//! from the one and put into the other.
//!
//! The master is a state machine ([`server`]) around its queues ([`queue`]). What clients ask for is in [`call`], and how it
//! is said over the wire in [`wire`]. [`in_memory`] is the master without a network, which engines explore. The programs of
//! the tutorials themselves, as they stand, are in `tutorials.rs`.

pub mod admission;
mod broker;
pub mod call;
pub mod config;
mod faults;
mod held;
pub mod in_memory;
pub mod journal;
mod journaled;
mod leaked;
mod leases;
mod leaving;
mod lives;
pub mod memory;
mod objects;
pub mod queue;
pub mod request;
mod scenarios;
mod sent;
pub mod server;
mod session;
pub mod simulated;
mod tutorials;
pub mod wire;
pub mod worker;

/// The scenarios of the tutorials' programs and of the protocol, in the order in which they are best read.
pub const SCENARIOS: &[&[crate::Scenario]] = &[
    tutorials::STARTING,
    tutorials::WAITING,
    tutorials::ENDING,
    tutorials::EXAMPLES_OF_003,
    tutorials::QUEUES,
    scenarios::SCENARIOS,
    leases::SCENARIOS,
    lives::SCENARIOS,
    leaked::SCENARIOS,
    journaled::SCENARIOS,
    broker::SCENARIOS,
    faults::SCENARIOS,
];
