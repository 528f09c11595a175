//! The whole catalogue: what it declares is sound, what can happen is exactly what it says, real threads do not
//! contradict it, and its parameters can be varied. Which engine finds what is in `cli/tests/suite/catalogue.rs`.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use crate::common::{checker, is_deep, run};
use proptest::prelude::*;
use selvedge::engine::{Budget, Explorer, Sampler, SamplerKind, Threads};
use selvedge::failure::{Failure, FailureKind};
use selvedge::{Outcome, Verdict, render};
use selvedge_models::{DependsOn, Expectation, Parameter, Scenario, catalogue, find};

#[test]
fn every_correct_scenario_has_a_twin() {
    let twins: BTreeSet<&str> = catalogue().iter().flat_map(|scenario| scenario.twin_of).copied().collect();
    for scenario in catalogue() {
        match scenario.expectation {
            Expectation::Holds => assert!(twins.contains(scenario.name), "{} has no twin", scenario.name),
            Expectation::Fails(_) | Expectation::AlwaysFails(_) => {
                assert!(!scenario.twin_of.is_empty(), "{} is a twin of nothing", scenario.name)
            }
        }
    }
    for twin in twins {
        assert_eq!(find(twin).map(|scenario| scenario.expectation), Some(Expectation::Holds), "{twin}");
    }
}

#[test]
fn declarations_are_complete() {
    let mut names = BTreeSet::new();
    for Scenario { name, summary, shows, twin_of, expectation, .. } in catalogue() {
        assert!(names.insert(*name), "{name} is there twice");
        assert!(!summary.is_empty() && !summary.ends_with('.'), "{name}: {summary}");
        assert!(
            shows.ends_with('.') && shows.starts_with(|first: char| first.is_uppercase() || first == '`'),
            "{name}: {shows}"
        );
        assert!(*expectation != Expectation::Holds || twin_of.is_empty(), "{name} holds, and is a twin");
    }
}

/// Everything that is possible is seen, and nothing else.
#[test]
fn the_explorer_sees_exactly_the_possible_outcomes() {
    for scenario in catalogue() {
        let parameters = scenario.defaults();
        let Some(possible) = (scenario.possible)(&parameters) else {
            assert_ne!(
                (scenario.expectation, scenario.depends_on),
                HOLDS,
                "{} says not what is possible",
                scenario.name
            );
            continue;
        };
        let possible: BTreeSet<Outcome> = possible.into_iter().collect();
        let report = run(Box::new(Explorer), scenario.program(&parameters));
        let seen: BTreeSet<Outcome> = report.exploration.outcomes.keys().cloned().collect();
        assert_eq!(seen, possible, "{}", scenario.name);
        assert_eq!(report.exploration.limit, None, "{}", scenario.name);
    }
}

/// What fails in every execution is declared so, and what is declared so does: the explorer runs all of them.
#[test]
fn what_always_fails_is_declared_so() {
    let mut wrong = Vec::new();
    for scenario in catalogue().into_iter().filter(|scenario| scenario.depends_on != DependsOn::WeakMemory) {
        let Some(kind) = scenario.expectation.failure() else { continue };
        let parameters = scenario.defaults();
        // As soon as many have been run, one of them is right, or there are too many to tell.
        let budget = match scenario.expectation {
            Expectation::AlwaysFails(_) => Budget::executions(20_000),
            _ if kind == FailureKind::Livelock => Budget::executions(20),
            _ => Budget::executions(300),
        };
        let checker = checker(scenario, &parameters, Box::new(Explorer)).keep_going(true).budget(budget);
        let report = checker.run(scenario.program(&parameters)).engines.remove(0);
        let seen = &report.exploration;
        let mut found = seen.counterexample.iter().chain(&seen.others);
        let fails = seen.failures == seen.executions && found.all(|found| kind.admits(found.failure.kind()));
        let always = fails && seen.limit.is_none();
        if always != matches!(scenario.expectation, Expectation::AlwaysFails(_)) {
            wrong.push(format!("{}: {} of {} fail", scenario.name, seen.failures, seen.executions));
        }
        let is_shown = scenario.judge(&report).decides;
        assert!(is_shown || seen.limit.is_some(), "{}: {:?}", scenario.name, report.verdict);
    }
    assert!(wrong.is_empty(), "declared otherwise:\n{}", wrong.join("\n"));
}

const HOLDS: (Expectation, DependsOn) = (Expectation::Holds, DependsOn::Nothing);

/// Several beside each other: most of the time goes by waiting until what hangs is given up.
#[test]
fn real_threads_do_not_contradict_it() {
    let (all, next) = (catalogue(), AtomicUsize::new(0));
    let run_those_left = || {
        while let Some(&scenario) = all.get(next.fetch_add(1, Relaxed)) {
            let parameters = scenario.defaults();
            let report = checker(scenario, &parameters, Box::new(Threads))
                .budget(Budget::executions(if is_deep() { 100 } else { 30 }))
                .watchdog(Duration::from_millis(500))
                .run(scenario.program(&parameters));
            let report = &report.engines[0];
            assert!(scenario.judge(report).as_expected, "{}: {:?}", scenario.name, report.verdict);
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..8).map(|_| scope.spawn(run_those_left)).collect();
        workers.into_iter().for_each(|worker| worker.join().expect("as expected"));
    });
    assert!(next.into_inner() >= all.len());
}

/// Those that have parameters hold for others than the defaults, on whatever schedule.
#[test]
fn parameters_and_schedules_can_be_varied() {
    let scenarios = || catalogue().into_iter().filter(|scenario| scenario.expectation == Expectation::Holds);
    for scenario in scenarios().filter(|scenario| !scenario.parameters.is_empty()) {
        let settings: Vec<BoxedStrategy<(String, usize)>> = scenario
            .parameters
            .iter()
            .map(|parameter| {
                let most = parameter.most.min(parameter.default + 2);
                (parameter.least..=most).prop_map(|value| (parameter.name.to_owned(), value)).boxed()
            })
            .collect();
        let config = ProptestConfig {
            cases: if is_deep() { 40 } else { 15 },
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        proptest!(config, |(settings in settings, schedule in selvedge::program::schedules(60))| {
            // What one parameter may be can depend on another, as permits on threads.
            let parameters = scenario.with(&settings).unwrap();
            let checker = checker(scenario, &parameters, Box::new(Explorer));
            let followed = checker.follow(&schedule, scenario.program(&parameters));
            let found = followed.counterexample.map(|found| render::failure(&found.failure, &found.trace));
            prop_assert_eq!(found, None, "{} with {:?}", scenario.name, settings);
        });
    }
}

/// A twin is caught with whatever parameters, as long as there are two threads: with one nothing goes wrong.
#[test]
fn twins_are_caught_at_the_least() {
    let twins = catalogue()
        .into_iter()
        .filter(|scenario| scenario.expectation != Expectation::Holds && scenario.depends_on != DependsOn::WeakMemory);
    for scenario in twins.filter(|scenario| !scenario.parameters.is_empty()) {
        let least = |parameter: &Parameter| match parameter.name {
            "threads" => parameter.least.max(2),
            _ => parameter.least,
        };
        let least: Vec<_> =
            scenario.parameters.iter().map(|parameter| (parameter.name.to_owned(), least(parameter))).collect();
        let parameters = scenario.with(&least).unwrap();
        let report = checker(scenario, &parameters, Box::new(Explorer)).run(scenario.program(&parameters));
        assert!(matches!(report.verdict(), Verdict::Falsified(_)), "{} with {least:?}: {report:?}", scenario.name);
    }
}

/// Locks for more than two, exhaustively for three.
#[test]
fn locks_hold_for_three_threads() {
    let locks = ["test_and_set", "ticket", "anderson", "clh", "mcs", "parking", "reentrant", "threading_lock"];
    for name in locks {
        let scenario = find(&format!("lock/{name}")).unwrap();
        let parameters = scenario.with(&[("threads".into(), 3), ("rounds".into(), 1)]).unwrap();
        let report = checker(scenario, &parameters, Box::new(Explorer)).run(scenario.program(&parameters));
        assert_eq!(report.verdict(), Verdict::Verified, "{name}");
    }
}

/// The failure of a deadlock says who waits for whom, and where.
#[test]
fn a_deadlock_shows_its_circle_with_names_and_lines() {
    let scenario = find("deadlock/opposite_order").unwrap();
    let parameters = scenario.defaults();
    let report = checker(scenario, &parameters, Box::new(Explorer)).run(scenario.program(&parameters));
    let counterexample = report.counterexample().expect("it deadlocks");
    let Failure::Deadlock { cycle, blocked } = &counterexample.failure else { panic!("{:?}", counterexample.failure) };
    assert_eq!((cycle.len(), blocked.len()), (2, 3), "two wait for each other, and main for them");
    let text = render::failure(&counterexample.failure, &counterexample.trace);
    for part in [
        "t1 -> t2 -> t1 wait for each other",
        "cannot lock first, held by t1",
        "cannot lock second, held by t2",
        "lock_order.rs:",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// A livelock whose rounds have effects says which steps are repeated, and is the same on replay.
#[test]
fn a_livelock_shows_its_round() {
    for (name, round) in [("deadlock/philosophers_polite", 8), ("sync/writer_starves", 4)] {
        let scenario = find(name).unwrap();
        let parameters = scenario.defaults();
        for engine in
            [Box::new(Explorer) as Box<dyn selvedge::engine::Engine>, Box::new(Sampler(SamplerKind::Portfolio))]
        {
            let report = checker(scenario, &parameters, engine).run(scenario.program(&parameters));
            let counterexample = report.counterexample().expect("it goes round in circles");
            let Failure::Livelock { circle: Some(circle), .. } = &counterexample.failure else {
                panic!("{name}: {:?}", counterexample.failure)
            };
            assert_eq!(circle.first + circle.length, counterexample.trace.events.len(), "{name}");
            assert!(circle.length >= round, "{name}: {circle:?}");
            let token = counterexample.token.as_ref().expect("a token").to_string();
            let replayed = selvedge::Checker::new().replay(&token, scenario.program(&parameters)).expect("it fits");
            assert_eq!(
                replayed.counterexample.map(|again| again.failure),
                Some(counterexample.failure.clone()),
                "{name}"
            );
        }
    }
}
