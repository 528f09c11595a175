//! All threads of a modelled execution share one OS thread. What blocks it by other means than the facade's, or computes
//! for ever, once hung the check for ever: now it is a failure that says where the thread stands.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use selvedge::engine::{self, Budget, Division, Engine, Limit};
use selvedge::failure::Failure;
use selvedge::sync::Arc;
use selvedge::sync::atomic::{AtomicU32, Ordering::SeqCst};
use selvedge::{Checker, Operation, Report, ThreadId, Verdict, render, thread};

const WATCHDOG: Duration = Duration::from_millis(200);

fn checker() -> Checker {
    Checker::new().watchdog(WATCHDOG).budget(Budget { time: None, executions: Some(1_000), ..Budget::default() })
}

/// Returns the thread that the report accuses, its last step, and what is said of it.
fn stall(report: &Report) -> (ThreadId, Option<selvedge::Event>, String) {
    let found = report.counterexample().unwrap_or_else(|| panic!("{report:?}"));
    let Failure::Stall { thread, last, limit } = found.failure else { panic!("{found:?}") };
    assert_eq!(limit, WATCHDOG);
    assert!(found.token.is_some(), "{found:?}");
    (thread, last, render::failure(&found.failure, &found.trace))
}

fn std_lock_across_an_operation() {
    let lock = Arc::new(std::sync::Mutex::new(0));
    let x = Arc::new(AtomicU32::new(0));
    let (other, shared) = (Arc::clone(&lock), Arc::clone(&x));
    let adds = thread::spawn(move || {
        let mut held = other.lock().unwrap();
        *held += shared.load(SeqCst);
    });
    let mut held = lock.lock().unwrap();
    *held += x.load(SeqCst);
    drop(held);
    adds.join().unwrap();
}

#[test]
fn a_std_lock_held_across_an_operation_is_a_failure_on_every_engine_that_models() {
    std::thread::scope(|scope| {
        for engine in engine::all().into_iter().filter(|engine| engine.capabilities().replays) {
            scope.spawn(|| stalls_on(engine));
        }
    });
}

fn stalls_on(engine: Box<dyn Engine>) {
    let name = engine.name();
    let report = checker().boxed_engine(engine).run(std_lock_across_an_operation);
    let (_, last, words) = stall(&report);
    let found = report.counterexample().unwrap();
    assert!(last.is_none_or(|last| Some(&last) == found.trace.events.last()), "{name}: {found:?}");
    assert!(words.contains("has taken no step for 0.2 s"), "{name}: {words}");
    assert!(words.contains("a std lock that another thread holds"), "{name}: {words}");
    let replayed = checker().replay(&found.token.as_ref().unwrap().to_string(), std_lock_across_an_operation);
    assert_eq!(replayed.unwrap().counterexample.as_ref(), Some(found), "{name}");
}

#[test]
fn a_loop_without_a_step_is_a_failure_with_its_last_step() {
    let report = checker().run(|| {
        let goes_on = AtomicBool::new(true);
        let x = AtomicU32::new(0);
        selvedge::name(&x, "x");
        x.store(7, SeqCst);
        while goes_on.load(std::sync::atomic::Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let (thread, last, words) = stall(&report);
    assert_eq!(thread, ThreadId::MAIN);
    assert!(matches!(last.unwrap().operation, Operation::Store { value: 7, .. }), "{last:?}");
    assert!(words.starts_with("main has taken no step for 0.2 s; its last was: x = 7 (at watchdog.rs:"), "{words}");
}

#[test]
fn a_std_channel_at_the_beginning_of_a_thread_is_a_failure_of_that_thread() {
    let report = checker().run(|| {
        let (sender, receiver) = std::sync::mpsc::channel::<u32>();
        let receives = thread::spawn(move || receiver.recv().unwrap());
        let _ = sender.send(AtomicU32::new(1).load(SeqCst));
        receives.join().unwrap();
    });
    let (thread, last, words) = stall(&report);
    assert_eq!((thread, last), (ThreadId(1), None));
    assert!(words.contains("it is at its beginning"), "{words}");
}

#[test]
fn a_failure_found_before_is_not_lost() {
    let report = checker().keep_going(true).allow_outcomes([1]).run(|| {
        let x = Arc::new(AtomicU32::new(0));
        let shared = Arc::clone(&x);
        let stores = thread::spawn(move || shared.store(1, SeqCst));
        let seen = x.load(SeqCst);
        if seen == 1 {
            loop {
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        stores.join().unwrap();
        seen
    });
    let exploration = &report.engines[0].exploration;
    let found = exploration.counterexample.iter().chain(&exploration.others);
    let kinds: Vec<&str> = found.map(|found| found.failure.kind().name()).collect();
    assert_eq!(kinds, ["unexpected-outcome", "stall"]);
}

/// The part that stands still ends the exploration, and the other workers with it.
#[test]
fn one_worker_that_stands_still_does_not_keep_the_others() {
    let division = Division { undivided_executions: 0, parts: 16 };
    let budget = Budget { executions: Some(200_000), ..Budget::default() };
    let report = checker().workers(2).division(division).budget(budget).run(|| {
        let count = Arc::new(AtomicU32::new(0));
        let order = Arc::new(AtomicU32::new(0));
        let threads: Vec<_> = (1..=4)
            .map(|number| {
                let (count, order) = (Arc::clone(&count), Arc::clone(&order));
                thread::spawn(move || {
                    let place = count.fetch_add(1, SeqCst);
                    count.fetch_add(1, SeqCst);
                    order.fetch_max(number, SeqCst);
                    if place == 0 && number == 4 {
                        loop {
                            std::thread::sleep(Duration::from_millis(10));
                        }
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
    assert_eq!(stall(&report).0, ThreadId(4));
}

/// It lasts five times as long as the watchdog allows for a step.
#[test]
fn what_moves_is_not_accused() {
    let report = checker().budget(Budget { time: None, ..Budget::default() }).run(|| {
        let begun = Instant::now();
        let x = AtomicU32::new(0);
        while begun.elapsed() < 5 * WATCHDOG {
            let step = Instant::now();
            while step.elapsed() < WATCHDOG / 20 {
                std::hint::spin_loop();
            }
            x.store(1, SeqCst);
        }
    });
    assert!(report.counterexample().is_none_or(|found| !matches!(found.failure, Failure::Stall { .. })), "{report:?}");
}

/// An execution without an end that does move is ended by the budget of time.
#[test]
fn the_budget_of_time_ends_an_execution_in_its_middle() {
    let engines: [Box<dyn Engine>; 3] = [
        Box::new(engine::Explorer),
        Box::new(engine::Enumerate),
        Box::new(engine::Sampler(engine::SamplerKind::Portfolio)),
    ];
    for engine in engines {
        let name = engine.name();
        let time = Duration::from_millis(300);
        let budget = Budget { time: Some(time), steps_per_execution: 1 << 40, ..Budget::default() };
        let report = Checker::new().budget(budget).boxed_engine(engine).run(|| {
            let x = AtomicU32::new(0);
            loop {
                x.fetch_add(1, SeqCst);
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        assert_eq!(report.engines[0].exploration.limit, Some(Limit::Time(time)), "{name}");
        assert!(matches!(report.verdict(), Verdict::Inconclusive(_)), "{name}: {:?}", report.verdict());
    }
}
