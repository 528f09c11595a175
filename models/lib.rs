//! The catalogue: the systems of the tutorials on processes and threads, small enough to read, and
//! each with a claim that engines verify or refute.
//!
//! A model is ordinary code over `selvedge::sync` and `selvedge::thread`, which have the names of
//! `std::sync` and `std::thread`. **Invariant:** no model names an engine.
#![forbid(unsafe_code)]

pub mod balance;
mod scenario;

pub use scenario::{Expectation, Parameter, ParameterError, Parameters, Scenario};

/// Returns every scenario, in the order in which they are best read.
pub fn catalogue() -> Vec<&'static Scenario> {
    balance::SCENARIOS.iter().collect()
}

/// Returns the scenario of that name.
pub fn find(name: &str) -> Option<&'static Scenario> {
    catalogue().into_iter().find(|scenario| scenario.name == name)
}
