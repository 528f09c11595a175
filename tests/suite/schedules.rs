//! Properties over schedules and parameters that proptest draws: correct models are right whatever
//! the schedule, tokens carry every schedule, and a failure shrinks to one with few switches.

use crate::common::is_deep;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use selvedge::Checker;
use selvedge::engine::Guided;
use selvedge::failure::FailureKind;
use selvedge::program::schedules;
use selvedge_models::{Expectation, Parameters, Scenario, catalogue, find};

fn checker(scenario: &'static Scenario, parameters: &Parameters) -> Checker {
    let mut checker = Checker::new().name(scenario.name);
    if let Some(right) = (scenario.right)(parameters) {
        checker = checker.allow_outcomes(right);
    }
    checker
}

proptest! {
    #![proptest_config(Config { cases: if is_deep() { 100 } else { 8 }, failure_persistence: None, ..Config::default() })]

    #[test]
    fn correct_models_are_right_on_every_schedule(
        schedule in schedules(60),
        threads in 2..5_usize,
        iterations in 1..4_usize,
    ) {
        let holds = |scenario: &&Scenario| scenario.expectation == Expectation::Holds;
        let balance = |scenario: &&Scenario| scenario.model() == "balance";
        for scenario in catalogue().into_iter().filter(holds).filter(balance) {
            let mut settings = vec![("threads".to_owned(), threads), ("iterations".to_owned(), iterations)];
            settings.retain(|(name, _)| scenario.parameters.iter().any(|parameter| parameter.name == name));
            let parameters = scenario.with(&settings).unwrap();
            let replayed = checker(scenario, &parameters).follow(&schedule, scenario.program(&parameters));
            prop_assert_eq!(replayed.counterexample, None, "{}", scenario.name);
            prop_assert!(replayed.outcome.is_some(), "{} does not come to an end", scenario.name);
        }
    }

    #[test]
    fn every_schedule_replays_from_its_token(schedule in schedules(40)) {
        for scenario in catalogue() {
            let parameters = scenario.defaults();
            let run = Checker::new().allow_outcomes::<i64>([]).follow(&schedule, scenario.program(&parameters));
            // Nothing is allowed, so that every execution is a counterexample with a token.
            let Some(counterexample) = run.counterexample else {
                // A schedule under which it never ends is cut off.
                let may_go_on = scenario.expectation.failure() == Some(FailureKind::Livelock);
                prop_assert!(may_go_on && run.outcome.is_none(), "{}", scenario.name);
                continue;
            };
            let token = counterexample.token.clone().expect("a token").to_string();
            let again = Checker::new().allow_outcomes::<i64>([]).replay(&token, scenario.program(&parameters)).unwrap();
            prop_assert_eq!(again.counterexample, Some(counterexample), "{}", scenario.name);
        }
    }
}

/// What proptest is for: it draws a schedule that fails, and shrinks it to one with the two switches
/// that the failure needs.
#[test]
fn a_failing_schedule_shrinks_to_few_switches() {
    let scenario = find("balance/unlocked").unwrap();
    let parameters = scenario.defaults();
    let config = Config { cases: 2_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let result = runner.run(&schedules(40), |schedule: Guided| {
        let run = checker(scenario, &parameters).follow(&schedule, scenario.program(&parameters));
        prop_assert!(run.counterexample.is_none());
        Ok(())
    });
    let Err(TestError::Fail(_, shrunk)) = result else { panic!("no failure was found: {result:?}") };
    let trace = checker(scenario, &parameters).follow(&shrunk, scenario.program(&parameters)).trace;
    assert!(trace.preemptions() <= 2, "{} preemptions remain", trace.preemptions());
}
