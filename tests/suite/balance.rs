//! The balance models on every engine: the correct ones hold, the twins are caught, and the outcome
//! sets and execution counts are what they should be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock};

use crate::common::{check, checker, outcomes, run};
use selvedge::engine::{self, Coverage, Engine, Enumerate, MemoryModel};
use selvedge::{EngineReport, Outcome, Reason, Verdict};
use selvedge_models::{Expectation, Scenario, catalogue, find};

/// One is left out: it has one trace, and more than two million interleavings, which brute force runs one by one.
fn scenarios() -> impl Iterator<Item = &'static Scenario> {
    let all = catalogue().into_iter().filter(|scenario| scenario.model() == "balance");
    all.filter(|scenario| scenario.name != "balance/normal_order")
}

fn exhaustive() -> impl Iterator<Item = Box<dyn Engine>> {
    engine::all().into_iter().filter(|engine| engine.capabilities().coverage == Coverage::Exhaustive)
}

type Reports = BTreeMap<(&'static str, &'static str), &'static OnceLock<EngineReport>>;

/// Returns what an engine sees of a scenario with its default parameters: explored once for all tests here.
fn explored(engine: Box<dyn Engine>, scenario: &'static Scenario) -> &'static EngineReport {
    static REPORTS: Mutex<Reports> = Mutex::new(BTreeMap::new());
    let key = (engine.name(), scenario.name);
    let report = *REPORTS.lock().unwrap().entry(key).or_insert_with(|| Box::leak(Box::default()));
    report.get_or_init(|| run(engine, scenario.program(&scenario.defaults())))
}

#[test]
fn no_engine_falsifies_a_correct_scenario_and_only_exhaustive_ones_verify() {
    for scenario in scenarios().filter(|scenario| scenario.expectation == Expectation::Holds) {
        for engine in engine::all() {
            let (name, coverage) = (engine.name(), engine.capabilities().coverage);
            let report = check(scenario, engine);
            let is_right = matches!(
                (&report.verdict, coverage),
                (Verdict::Verified, Coverage::Exhaustive)
                    | (Verdict::Inconclusive(Reason::Sampled), Coverage::Sampling)
                    | (Verdict::Inconclusive(Reason::PartialSearch), Coverage::Partial)
                    | (Verdict::Inconclusive(Reason::Limited(_)), Coverage::Partial)
            );
            assert!(is_right, "{} on {name}: {:?}", scenario.name, report.verdict);
        }
    }
}

#[test]
fn twins_are_caught_by_every_engine_that_looks_at_interleavings() {
    for scenario in scenarios() {
        let Some(kind) = scenario.expectation.failure() else { continue };
        for engine in engine::all() {
            let name = engine.name();
            // What real threads do is up to the machine: they are tested where failure is certain.
            if engine.capabilities().memory_model == MemoryModel::Hardware {
                continue;
            }
            match check(scenario, engine).verdict {
                Verdict::Falsified(counterexample) => {
                    assert!(kind.admits(counterexample.failure.kind()), "{} on {name}", scenario.name);
                }
                other => panic!("{} on {name}: {other:?}", scenario.name),
            }
        }
    }
}

/// Everything that is possible is seen, and nothing else.
#[test]
fn exhaustive_engines_see_exactly_the_possible_outcomes() {
    for scenario in scenarios() {
        let parameters = scenario.defaults();
        let Some(possible) = (scenario.possible)(&parameters) else { continue };
        let possible: BTreeSet<Outcome> = possible.into_iter().collect();
        for engine in exhaustive() {
            let name = engine.name();
            let report = explored(engine, scenario);
            let seen: BTreeSet<Outcome> = report.exploration.outcomes.keys().cloned().collect();
            assert_eq!(seen, possible, "{} on {name}", scenario.name);
            assert_eq!(report.exploration.limit, None);
        }
    }
}

#[test]
fn other_engines_see_only_possible_outcomes() {
    for scenario in scenarios() {
        let parameters = scenario.defaults();
        let Some(possible) = (scenario.possible)(&parameters) else { continue };
        // Exhaustive ones are looked at above, and see exactly these.
        for engine in engine::all().into_iter().filter(|engine| engine.capabilities().coverage != Coverage::Exhaustive)
        {
            let name = engine.name();
            let report = explored(engine, scenario);
            for outcome in report.exploration.outcomes.keys() {
                assert!(possible.contains(outcome), "{} on {name}: {outcome}", scenario.name);
            }
        }
    }
}

#[test]
fn shuttle_dfs_shows_the_seven_outcomes_of_the_unlocked_balance() {
    let scenario = find("balance/unlocked").unwrap();
    let report = explored(Box::new(engine::ShuttleDfs), scenario);
    assert_eq!(outcomes(report), ["-8", "-5", "-3", "0", "3", "5", "8"]);
    assert_eq!(report.exploration.executions, 923);
    assert!(report.is_complete());
}

/// The kernel decides what an operation means, so two runtimes that enumerate all schedules see the
/// same executions, however they switch threads.
#[test]
fn two_runtimes_enumerate_the_same_executions() {
    for scenario in scenarios() {
        let ours = &explored(Box::new(Enumerate), scenario).exploration;
        let shuttles = &explored(Box::new(engine::ShuttleDfs), scenario).exploration;
        assert_eq!(ours.executions, shuttles.executions, "{}", scenario.name);
        assert_eq!(ours.events, shuttles.events, "{}", scenario.name);
        assert_eq!(ours.outcomes, shuttles.outcomes, "{}", scenario.name);
        assert_eq!(ours.failures, shuttles.failures, "{}", scenario.name);
        assert_eq!(ours.witnesses, shuttles.witnesses, "{}", scenario.name);
    }
}

/// Counts are pinned, so that a change in what is a step, or in the search, is noticed.
#[test]
fn execution_counts_are_pinned() {
    let count = |scenario| explored(Box::new(Enumerate), scenario).exploration.executions;
    let counts = scenarios().map(|scenario| (scenario.name, count(scenario)));
    let expected = [
        ("balance/unlocked", 923),
        ("balance/locked", 39),
        ("balance/fetch_add", 69),
        ("balance/compare_exchange", 1_860),
        ("balance/read_outside_lock", 9_010),
        ("balance/two_locks", 12_869),
        ("balance/one_without_lock", 3_002),
        ("balance/alternating_order", 40_040),
        ("balance/unreleased", 197),
        ("balance/released_on_panic", 3_736),
        ("balance/interpreter_lock", 5_960),
        ("balance/per_process", 121),
        ("balance/in_threads", 69),
    ];
    assert_eq!(counts.collect::<Vec<_>>(), expected);
}

#[test]
fn parameters_change_what_is_run() {
    let scenario = find("balance/locked").unwrap();
    let parameters = scenario.with(&[("threads".into(), 3)]).unwrap();
    let report = checker(scenario, &parameters, Box::new(Enumerate)).run(scenario.program(&parameters));
    assert_eq!(report.verdict(), Verdict::Verified);
    assert!(report.engines[0].exploration.executions > 39);
    assert!(scenario.with(&[("threads".into(), 99)]).is_err());
    assert!(scenario.with(&[("colour".into(), 1)]).is_err());
}
