//! A verdict never says more than was seen: nothing explored, nothing looked at completely, and
//! nothing cut off counts as a pass.

mod common;

use std::time::Duration;

use common::{check, run};
use selvedge::engine::{self, Budget, Coverage, Enumerate, Limit};
use selvedge::failure::{Failure, FailureKind};
use selvedge::sync::atomic::{AtomicU32, Ordering::SeqCst};
use selvedge::{Checker, Reason, Verdict, thread};

fn two_threads() -> u32 {
    let count = AtomicU32::new(0);
    thread::scope(|scope| {
        scope.spawn(|| count.fetch_add(1, SeqCst));
        scope.spawn(|| count.fetch_add(1, SeqCst));
    });
    count.into_inner()
}

/// 36 classes of equivalent executions.
fn load_then_store() -> u32 {
    let count = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let found = count.load(SeqCst);
                count.store(found + 1, SeqCst);
            });
        }
    });
    count.into_inner()
}

#[test]
fn a_budget_of_zero_is_no_pass_on_any_engine() {
    let no_executions = Budget { executions: Some(0), ..Budget::default() };
    let no_time = Budget { time: Some(Duration::ZERO), ..Budget::default() };
    for budget in [no_executions, no_time] {
        for engine in engine::all() {
            let name = engine.name();
            let report = Checker::new().budget(budget).boxed_engine(engine).run(two_threads);
            assert!(!report.passes(), "{name} passes with {budget:?}");
            let verdict = report.verdict();
            assert!(matches!(verdict, Verdict::Inconclusive(Reason::NothingExplored)), "{name}: {verdict:?}");
            assert_eq!(report.engines[0].exploration.executions, 0, "{name}");
        }
    }
}

#[test]
fn a_check_without_engines_runs_the_exhaustive_one_and_a_report_without_any_does_not_pass() {
    let report = Checker::new().run(two_threads);
    assert_eq!(report.verdict(), Verdict::Verified);
    let empty = selvedge::Report { name: "nothing".into(), engines: Vec::new() };
    assert!(!empty.passes());
    assert_eq!(empty.verdict(), Verdict::Inconclusive(Reason::NothingExplored));
}

#[test]
fn a_spent_budget_is_said_and_is_no_pass() {
    let report = Checker::new().budget(Budget::executions(5)).run(load_then_store);
    assert_eq!(report.verdict(), Verdict::Inconclusive(Reason::Limited(Limit::Executions(5))));
    assert!(!report.passes());
    assert_eq!(report.engines[0].exploration.executions, 5);
}

/// Returns what the first engine of a report says.
fn words(report: &selvedge::Report) -> String {
    selvedge::render::verdict(&report.engines[0])
}

#[test]
fn where_nothing_came_to_its_end_the_budget_is_named_and_how_to_set_it() {
    let budget = Budget { steps_per_execution: 1_000, executions: Some(3), ..Budget::default() };
    let place = format!("honesty.rs:{}", line!() + 4);
    let many_operations = || {
        let x = AtomicU32::new(0);
        for _ in 0..1_000_000 {
            x.fetch_add(1, SeqCst);
        }
    };
    let many_threads = || {
        let threads: Vec<_> = (0..500).map(|_| thread::spawn(|| ())).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    };
    let setting = "cut off after 1000 steps (to allow more: `Budget::steps_per_execution`, `--steps`)";
    let report = Checker::new().budget(budget).run(many_operations);
    let begins = "inconclusive: nothing explored: no execution came to its end; ";
    let words_of_loop = words(&report);
    assert!(words_of_loop.starts_with(&format!("{begins}1 execution was cut off after 1000 steps: main goes round")));
    assert!(words_of_loop.contains(&place), "{words_of_loop}");
    assert!(words_of_loop.ends_with("(to allow more: `Budget::steps_per_execution`, `--steps`)"), "{words_of_loop}");
    let report = Checker::new().budget(budget).engine(engine::Sampler(engine::SamplerKind::Uniform)).run(many_threads);
    assert_eq!(words(&report), format!("{begins}3 executions were {setting}"));
    let report = Checker::new().budget(Budget::executions(0)).run(two_threads);
    let setting = "budget of 0 executions spent (to allow more: `Budget::executions`, `--executions`)";
    assert_eq!(words(&report), format!("{begins}{setting}"));
    let report = Checker::new().budget(Budget { time: Some(Duration::ZERO), ..Budget::default() }).run(two_threads);
    assert_eq!(
        words(&report),
        format!("{begins}budget of 0 seconds spent (to allow more: `Budget::time`, `--seconds`)")
    );
}

/// What an exhaustive search holds when its memory is spent is not held against the sample that follows.
#[test]
fn after_a_budget_of_memory_a_sample_is_taken_all_the_same() {
    // Each execution leaves a little behind, as a growing search would.
    static HELD: std::sync::Mutex<Vec<Vec<u8>>> = std::sync::Mutex::new(Vec::new());
    let budget = Budget { memory_bytes: Some(4 << 20), executions: Some(40_000), ..Budget::default() };
    let report = Checker::new().budget(budget).run(|| {
        HELD.lock().unwrap().push(vec![1; 4_096]);
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..5 {
                scope.spawn(|| {
                    let found = count.load(SeqCst);
                    count.store(found + 1, SeqCst);
                });
            }
        });
    });
    HELD.lock().unwrap().clear();
    let limits: Vec<_> = report.engines.iter().map(|report| report.exploration.limit.clone()).collect();
    let explored = report.of("explorer").expect("an exploration");
    assert_eq!(explored.exploration.limit, Some(Limit::Memory(4 << 20)), "{limits:?}");
    assert_eq!(report.engines.last().map(|last| last.engine), Some("portfolio"), "{limits:?}");
    assert!(report.engines.last().is_some_and(|last| last.exploration.executions > 0), "{limits:?}");
    assert!(
        selvedge::render::verdict(explored)
            .contains("budget of 4 MiB of memory spent (to allow more: `Budget::memory_bytes`")
    );
}

#[test]
fn every_engine_stops_at_its_budget_of_executions() {
    for engine in engine::all() {
        let name = engine.name();
        let report = Checker::new().budget(Budget::executions(7)).boxed_engine(engine).run(load_then_store);
        assert_eq!(report.engines[0].exploration.executions, 7, "{name}");
    }
}

#[test]
fn a_livelock_is_found_or_cut_off_and_never_verified() {
    let scenario = || {
        let flag = AtomicU32::new(0);
        while flag.load(SeqCst) == 0 {
            thread::yield_now();
        }
    };
    for engine in engine::all().into_iter().filter(|engine| engine.capabilities().replays) {
        let name = engine.name();
        let budget = Budget { steps_per_execution: 200, executions: Some(50), ..Budget::default() };
        let report = Checker::new().budget(budget).boxed_engine(engine).run(scenario);
        assert!(!report.passes(), "{name}: {:?}", report.verdict());
        match report.verdict() {
            Verdict::Falsified(counterexample) => {
                assert!(matches!(counterexample.failure, Failure::Livelock { .. }), "{name}");
                assert!(!name.starts_with("shuttle"), "{name}");
            }
            Verdict::Inconclusive(_) => assert!(name.starts_with("shuttle") || name == "loom", "{name}"),
            Verdict::Verified => panic!("{name}"),
        }
    }
}

#[test]
fn only_an_engine_that_was_asked_for_by_name_may_sample() {
    for engine in engine::all().into_iter().filter(|engine| engine.capabilities().coverage == Coverage::Sampling) {
        let name = engine.name();
        let report = run(engine, two_threads);
        assert_eq!(report.verdict, Verdict::Inconclusive(Reason::Sampled), "{name}");
        assert!(report.passes(), "{name}");
        assert!(!selvedge::EngineReport { named: false, ..report }.passes(), "{name}");
    }
}

#[test]
fn an_outcome_that_never_occurs_is_a_failure() {
    let report = Checker::new().expect_outcomes([2, 3]).run(two_threads);
    let Verdict::Falsified(counterexample) = report.verdict() else { panic!("{:?}", report.verdict()) };
    let Failure::MissingOutcomes { missing } = counterexample.failure else { panic!("{counterexample:?}") };
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].as_str(), "3");
    assert_eq!(Checker::new().expect_outcomes([2]).run(two_threads).verdict(), Verdict::Verified);
}

#[test]
fn an_outcome_that_is_not_allowed_is_a_failure_on_every_engine() {
    for engine in engine::all() {
        let name = engine.name();
        let report = Checker::new().allow_outcomes([1]).boxed_engine(engine).run(two_threads);
        let kind = report.counterexample().map(|counterexample| counterexample.failure.kind());
        assert_eq!(kind, Some(FailureKind::UnexpectedOutcome), "{name}");
        assert!(!report.passes(), "{name}");
    }
}

#[test]
fn a_panic_is_a_failure_on_every_engine_and_a_received_one_is_not() {
    for engine in engine::all() {
        let name = engine.name();
        let report = run(engine, || {
            thread::spawn(|| panic!("nobody hears this")).thread().unpark();
        });
        let counterexample = report.exploration.counterexample.unwrap_or_else(|| panic!("{name}: no failure"));
        let Failure::Panic(panic) = counterexample.failure else { panic!("{name}: {counterexample:?}") };
        assert_eq!(panic.message, "nobody hears this", "{name}");
    }
    for engine in engine::all() {
        let name = engine.name();
        let report = run(engine, || thread::spawn(|| panic!("this is heard")).join().is_err());
        assert_eq!(report.exploration.counterexample, None, "{name}");
        assert_eq!(common::outcomes(&report), ["true"], "{name}");
    }
}

#[test]
fn the_first_panic_is_reported_and_not_the_one_that_follows_from_it() {
    let report = Checker::new().run(|| thread::spawn(|| panic!("the cause")).join().unwrap());
    let Some(Failure::Panic(panic)) = report.counterexample().map(|found| &found.failure) else { panic!() };
    assert_eq!(panic.message, "the cause");
}

#[test]
fn a_check_inside_a_check_is_refused() {
    let report = Checker::new().run(|| Checker::new().run(|| ()).passes());
    let Some(Failure::Panic(panic)) = report.counterexample().map(|found| &found.failure) else { panic!() };
    assert!(panic.message.contains("inside an execution"), "{}", panic.message);
}

#[test]
fn a_failing_check_panics_with_the_story_and_a_token() {
    let failed = std::panic::catch_unwind(|| {
        Checker::new().name("two").allow_outcomes([1]).check(two_threads);
    });
    let story = *failed.unwrap_err().downcast::<String>().unwrap();
    for part in ["two is wrong", "the outcome was 2", "SELVEDGE_REPLAY=s1", "count: 0 + 1 = 1", "t1", "t2"] {
        assert!(story.contains(part), "{part} is not in\n{story}");
    }
}

/// A deadlock on real threads ends with the watchdog, and says what each thread was doing.
#[test]
fn a_real_deadlock_ends_with_the_watchdog() {
    let scenario = selvedge_models::find("balance/unreleased").unwrap();
    let begun = std::time::Instant::now();
    // The failing thread need not be the first to get the lock, so an execution may end well.
    let report = check(scenario, Box::new(engine::Threads));
    let Some(counterexample) = report.exploration.counterexample else { panic!("{:?}", report.verdict) };
    let Failure::Hang { threads } = &counterexample.failure else { panic!("{counterexample:?}") };
    assert!(threads.iter().any(|thread| thread.thread == "main"), "{threads:?}");
    assert!(threads.iter().all(|thread| thread.operation.is_some()), "{threads:?}");
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[test]
fn enumeration_is_deterministic() {
    let explore = || Checker::new().keep_going(true).engine(Enumerate).run(two_threads).engines.remove(0).exploration;
    let (first, second) = (explore(), explore());
    assert_eq!((first.executions, first.events, first.outcomes), (second.executions, second.events, second.outcomes));
    assert_eq!(first.witnesses, second.witnesses);
}

/// A thread that spins for ever is no reason to wait for it, once another has panicked.
#[test]
fn a_panic_on_real_threads_that_leaves_another_spinning_is_reported() {
    let report = run(Box::new(engine::Threads), || {
        let is_done = std::sync::Arc::new(AtomicU32::new(0));
        let seen = is_done.clone();
        let spins = thread::spawn(move || while seen.load(SeqCst) == 0 {});
        let panics = thread::spawn(|| assert!(thread::current().name().is_some(), "it has no name"));
        panics.join().unwrap();
        is_done.store(1, SeqCst);
        spins.join().unwrap();
    });
    let Verdict::Falsified(counterexample) = &report.verdict else { panic!("{report:?}") };
    assert_eq!(counterexample.failure.kind(), FailureKind::Panic);
}
