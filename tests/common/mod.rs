//! What several tests share: a checker for a scenario of the catalogue, as its declaration says.
#![allow(dead_code, unreachable_pub)]

use std::time::Duration;

use selvedge::engine::{Budget, Coverage, Engine, MemoryModel};
use selvedge::{Checker, EngineReport};
use selvedge_models::{Parameters, Scenario};

/// Returns whether more of the same is wanted, as `ci/deep.sh` does.
pub fn is_deep() -> bool {
    std::env::var_os("SELVEDGE_DEEP").is_some()
}

/// How many programs are drawn for an object that is right.
pub fn programs() -> u32 {
    if is_deep() { 24 } else { 12 }
}

/// Enough for every exhaustive search here, and a sample that is quickly drawn.
pub fn budget(engine: &dyn Engine) -> Budget {
    let capabilities = engine.capabilities();
    let executions = match (capabilities.coverage, capabilities.memory_model) {
        (Coverage::Sampling, MemoryModel::Hardware) => 300,
        (Coverage::Sampling, _) => 1_000,
        (Coverage::Partial, _) if is_deep() => 3_000,
        (Coverage::Partial, _) => 1_000,
        (Coverage::Exhaustive, _) => 500_000,
    };
    Budget { executions: Some(executions), time: None, ..Budget::default() }
}

/// Returns a checker that holds the scenario to what is right.
pub fn checker(scenario: &'static Scenario, parameters: &Parameters, engine: Box<dyn Engine>) -> Checker {
    let mut checker = Checker::new()
        .name(scenario.name)
        .budget(budget(&*engine))
        .watchdog(Duration::from_secs(2))
        .boxed_engine(engine);
    if let Some(right) = (scenario.right)(parameters) {
        checker = checker.allow_outcomes(right);
    }
    checker
}

/// Checks a scenario with its default parameters on an engine.
pub fn check(scenario: &'static Scenario, engine: Box<dyn Engine>) -> EngineReport {
    let parameters = scenario.defaults();
    let report = checker(scenario, &parameters, engine).run(scenario.program(&parameters));
    report.engines.into_iter().next().expect("a report for the engine")
}

/// Runs `scenario` on one engine with the defaults of these tests.
pub fn run<T: std::fmt::Debug>(
    engine: Box<dyn Engine>,
    scenario: impl Fn() -> T + Send + Sync + 'static,
) -> EngineReport {
    let report = Checker::new()
        .budget(budget(&*engine))
        .watchdog(Duration::from_secs(2))
        .keep_going(true)
        .boxed_engine(engine)
        .run(scenario);
    report.engines.into_iter().next().expect("a report for the engine")
}

/// Returns the outcomes that were seen, as text.
pub fn outcomes(report: &EngineReport) -> Vec<&str> {
    report.exploration.outcomes.keys().map(selvedge::Outcome::as_str).collect()
}
