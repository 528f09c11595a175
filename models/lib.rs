//! The catalogue: the systems of the tutorials on processes and threads, small enough to read, and
//! each with a claim that engines verify or refute.
//!
//! A model is ordinary code over `selvedge::sync` and `selvedge::thread`, which have the names of
//! `std::sync` and `std::thread`. **Invariant:** no model names an engine.
#![deny(unsafe_code)]

pub mod balance;
pub mod deadlock;
pub mod event_loop;
pub mod interpreter_lock;
mod judgement;
pub mod lock;
pub mod manager;
pub mod master_worker;
pub mod pipe;
pub mod pool;
pub mod process;
pub mod python;
pub mod queue;
mod scenario;
pub mod scheduling;
pub mod shared;
pub mod socket;
pub mod statements;
pub mod subprocess;
pub mod sync;
pub mod thread;
pub mod thread_local;
mod watched;

pub use judgement::Judgement;
pub use scenario::{DependsOn, Expectation, Parameter, ParameterError, Parameters, Scenario};

/// Returns every scenario, in the order in which they are best read.
pub fn catalogue() -> Vec<&'static Scenario> {
    let models = [
        &[balance::SCENARIOS],
        lock::SCENARIOS,
        sync::SCENARIOS,
        deadlock::SCENARIOS,
        &[thread::SCENARIOS, thread_local::SCENARIOS, interpreter_lock::SCENARIOS],
        queue::SCENARIOS,
        pipe::SCENARIOS,
        &[socket::SCENARIOS],
        process::SCENARIOS,
        subprocess::SCENARIOS,
        pool::SCENARIOS,
        &[shared::SCENARIOS, manager::SCENARIOS],
        event_loop::SCENARIOS,
        scheduling::SCENARIOS,
        master_worker::SCENARIOS,
    ];
    models.into_iter().flatten().flat_map(|scenarios| scenarios.iter()).collect()
}

/// Returns the scenario of that name.
pub fn find(name: &str) -> Option<&'static Scenario> {
    catalogue().into_iter().find(|scenario| scenario.name == name)
}
