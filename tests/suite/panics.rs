//! Panics in the middle of which others go on: each modelled thread unwinds for itself, although all share one OS thread;
//! and panics with which std aborts the process are failures.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use selvedge::engine::{self, Budget, Coverage, Engine, Sampler, SamplerKind};
use selvedge::failure::{Failure, FailureKind};
use selvedge::sync::atomic::{AtomicU32, Ordering::SeqCst};
use selvedge::sync::{Arc, Mutex, Once, mpsc};
use selvedge::{Checker, Report, Verdict, hint, render, thread};

fn engines() -> impl Iterator<Item = Box<dyn Engine>> {
    engine::all().into_iter().filter(|engine| engine.capabilities().replays)
}

fn run<T: std::fmt::Debug>(
    engine: Box<dyn Engine>,
    scenario: impl Fn() -> T + Send + Sync + 'static,
) -> (&'static str, Report) {
    let budget = Budget { executions: Some(2_000), steps_per_execution: 300, ..Budget::default() };
    let name = engine.name();
    (name, Checker::new().budget(budget).boxed_engine(engine).run(scenario))
}

/// Returns the outcomes that any execution of any engine reported.
fn outcomes(scenario: fn() -> String) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for engine in engines() {
        let (name, report) = run(engine, scenario);
        assert_eq!(report.counterexample(), None, "{name}");
        all.extend(report.engines[0].exploration.outcomes.keys().map(|outcome| outcome.as_str().to_owned()));
    }
    all.sort();
    all.dedup();
    all
}

struct Stores(Arc<AtomicU32>);

impl Drop for Stores {
    fn drop(&mut self) {
        self.0.store(1, SeqCst);
    }
}

/// Main waits for what a destructor of a thread that panics does, and receives the panic.
#[test]
fn a_thread_may_wait_for_a_destructor_of_one_that_panics() {
    for engine in engines() {
        let coverage = engine.capabilities().coverage;
        let (name, report) = run(engine, || {
            let flag = Arc::new(AtomicU32::new(0));
            let stores = Stores(Arc::clone(&flag));
            let panics = thread::spawn(move || {
                let _stores = stores;
                panic!("and main hears of it");
            });
            while flag.load(SeqCst) == 0 {
                hint::spin_loop();
            }
            panics.join().is_err()
        });
        assert_eq!(report.counterexample(), None, "{name}");
        // shuttle's depth-first search lets main spin up to the step budget.
        let is_verified = report.verdict() == Verdict::Verified;
        assert_eq!(is_verified, coverage == Coverage::Exhaustive && !name.starts_with("shuttle"), "{name}: {report:?}");
    }
}

#[test]
fn a_panic_beside_a_thread_that_spins_for_ever_is_the_failure() {
    for timed in [false, true] {
        for engine in engines().filter(|engine| !engine.name().starts_with("shuttle") && engine.name() != "loom") {
            let (name, report) = run(engine, move || {
                let flag = AtomicU32::new(0);
                let (_sender, receiver) = mpsc::channel::<u32>();
                let _panics = thread::spawn(|| panic!("the cause"));
                if timed {
                    let _ = receiver.recv_timeout(Duration::from_millis(1));
                }
                while flag.load(SeqCst) == 0 {
                    hint::spin_loop();
                }
                if timed {
                    let _ = receiver.recv_timeout(Duration::from_millis(1));
                }
            });
            let found = report.counterexample().unwrap_or_else(|| panic!("{name}: {report:?}"));
            let Failure::Panic(panic) = &found.failure else { panic!("{name}: {found:?}") };
            assert_eq!(panic.message, "the cause", "{name}");
        }
    }
}

#[test]
fn a_lock_is_poisoned_by_a_panic_of_its_holder_in_every_schedule() {
    let seen = outcomes(|| {
        let (first, second) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let (held, held_too) = (Arc::clone(&first), Arc::clone(&second));
        let panics = thread::spawn(move || {
            let _held = held.lock();
            panic!("with a lock");
        });
        let panics_too = thread::spawn(move || {
            let _held = held_too.lock();
            Once::new().call_once(|| panic!("with a lock, and inside a `Once`"));
        });
        let _ = (panics.join(), panics_too.join());
        format!("{} {}", first.is_poisoned(), second.is_poisoned())
    });
    assert_eq!(seen, ["\"true true\""]);
}

#[test]
fn a_thread_that_has_caught_its_panic_poisons_nothing() {
    let seen = outcomes(|| {
        let (first, second) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let (held, held_too) = (Arc::clone(&first), Arc::clone(&second));
        let panics = thread::spawn(move || {
            let _held = held.lock();
            panic!("with a lock");
        });
        let catches = thread::spawn(move || {
            let _held = held_too.lock();
            let _ = catch_unwind(|| panic!("caught"));
            (held_too.is_poisoned(), std::thread::panicking(), thread::panicking())
        });
        format!("{} {:?} {}", panics.join().is_err(), catches.join().unwrap(), second.is_poisoned())
    });
    assert_eq!(seen, ["\"true (false, false, false) false\""]);
}

/// What std itself says in a thread that unwinds, before and after others go on, and in those others.
#[test]
fn std_says_of_each_thread_whether_it_is_panicking() {
    struct Looks(Arc<AtomicU32>);
    impl Drop for Looks {
        fn drop(&mut self) {
            assert!(std::thread::panicking());
            self.0.fetch_add(1, SeqCst);
            assert!(std::thread::panicking());
            // Another panic, which does not leave this destructor.
            assert!(
                catch_unwind(AssertUnwindSafe(|| {
                    let _looks = Nested(&self.0);
                    panic!("within");
                }))
                .is_err()
            );
            self.0.fetch_add(1, SeqCst);
            assert!(std::thread::panicking());
        }
    }
    struct Nested<'a>(&'a AtomicU32);
    impl Drop for Nested<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
            assert!(std::thread::panicking());
        }
    }
    let seen = outcomes(|| {
        let count = Arc::new(AtomicU32::new(0));
        let shared = Arc::clone(&count);
        let panics = thread::spawn(move || {
            let _looks = Looks(shared);
            panic!("without");
        });
        for _ in 0..2 {
            count.fetch_add(1, SeqCst);
            assert!(!std::thread::panicking());
        }
        format!("{} {}", panics.join().is_err(), count.load(SeqCst))
    });
    assert_eq!(seen, ["\"true 5\""]);
}

/// Executions follow one that ended in the middle of a panic.
#[test]
fn an_exploration_goes_on_after_an_execution_that_ended_in_the_middle_of_a_panic() {
    struct WaitsForEver;
    impl Drop for WaitsForEver {
        fn drop(&mut self) {
            thread::park();
        }
    }
    for engine in engines().filter(|engine| !engine.name().starts_with("shuttle") && engine.name() != "loom") {
        let name = engine.name();
        let report = Checker::new().keep_going(true).budget(Budget::executions(50)).boxed_engine(engine).run(|| {
            let count = Arc::new(AtomicU32::new(0));
            let shared = Arc::clone(&count);
            thread::spawn(move || {
                let _waits = WaitsForEver;
                shared.fetch_add(1, SeqCst);
                panic!("and never unwound");
            });
            count.fetch_add(1, SeqCst);
            assert!(!std::thread::panicking());
        });
        let exploration = &report.engines[0].exploration;
        assert!(exploration.executions > 1, "{name}: {report:?}");
        assert_eq!(exploration.failures, exploration.executions, "{name}: {report:?}");
        let Some(Failure::Panic(panic)) = report.counterexample().map(|found| &found.failure) else { panic!("{name}") };
        assert_eq!(panic.message, "and never unwound", "{name}");
    }
}

/// What a cut-off execution has not shown is not held against it.
#[test]
fn a_panic_that_might_yet_be_received_is_no_failure_of_an_execution_that_was_cut_off() {
    let scenario = || {
        let panics = thread::spawn(|| panic!("and main would have heard of it"));
        let count = AtomicU32::new(0);
        for _ in 0..100 {
            count.fetch_add(1, SeqCst);
        }
        panics.join().is_err()
    };
    let budget = |steps_per_execution| Budget { executions: Some(200), steps_per_execution, ..Budget::default() };
    let sampled = |steps| {
        let sampler = Sampler(SamplerKind::Uniform);
        Checker::new().budget(budget(steps)).engine(sampler).run(scenario)
    };
    assert_eq!(sampled(50).counterexample(), None);
    assert_eq!(sampled(200).engines[0].exploration.outcomes.len(), 1);
    // If there is no handle, nobody can hear of it.
    let report = Checker::new().budget(budget(50)).engine(Sampler(SamplerKind::Uniform)).run(|| {
        drop(thread::spawn(|| panic!("and nobody hears of it")));
        let count = AtomicU32::new(0);
        for _ in 0..100 {
            count.fetch_add(1, SeqCst);
        }
    });
    assert_eq!(report.counterexample().map(|found| found.failure.kind()), Some(FailureKind::Panic));
}

struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        panic!("the second");
    }
}

/// std aborts the process because of it; here the execution ends, and the others are run.
#[cfg(unix)]
#[test]
fn a_second_panic_while_one_unwinds_is_a_failure_with_both() {
    for engine in engines().filter(|engine| engine.name() != "loom") {
        let (name, report) = run(engine, || {
            let x = Arc::new(AtomicU32::new(0));
            let shared = Arc::clone(&x);
            let stores = thread::spawn(move || shared.store(1, SeqCst));
            if x.load(SeqCst) == 1 {
                let _panics = Panics;
                panic!("the first");
            }
            stores.join().unwrap();
        });
        let found = report.counterexample().unwrap_or_else(|| panic!("{name}: {report:?}"));
        let Failure::Abort { panics, reason, .. } = &found.failure else { panic!("{name}: {found:?}") };
        let messages: Vec<&str> = panics.iter().map(|panic| panic.message.as_str()).collect();
        assert_eq!(
            (messages, reason.as_str()),
            (vec!["the first", "the second"], "panic in a destructor during cleanup")
        );
        assert!(found.token.is_some(), "{name}");
        let words = render::failure(&found.failure, &found.trace);
        assert!(words.contains("the first, and before that was over at "), "{words}");
        assert!(words.ends_with("with that std aborts the process (panic in a destructor during cleanup)"), "{words}");
    }
    assert!(!std::thread::panicking());
}

/// A panic that a destructor catches is none of the one that it runs in.
#[test]
fn the_panic_that_ends_a_thread_is_reported_and_not_one_that_a_destructor_has_caught() {
    struct Catches;
    impl Drop for Catches {
        fn drop(&mut self) {
            let _ = catch_unwind(|| panic!("caught"));
        }
    }
    let report = Checker::new().run(|| {
        let _catches = Catches;
        panic!("the one that counts");
    });
    let Some(Failure::Panic(panic)) = report.counterexample().map(|found| &found.failure) else { panic!("{report:?}") };
    assert_eq!(panic.message, "the one that counts");
}
