//! The samplers: how evenly the walk draws, that the same seed draws the same, what the portfolio finds, and that
//! steps which are taken at once hide nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::is_deep;
use crate::program::{Flavour, Program, Seeded};
use selvedge::engine::{Budget, Exploration, Explorer, Sampler, SamplerKind, by_name};
use selvedge::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::{Checker, Outcome, thread};

/// Returns how often each outcome was seen in so many executions.
fn outcomes<T: std::fmt::Debug>(
    kind: SamplerKind,
    executions: u64,
    program: impl Fn() -> T + Send + Sync + 'static,
) -> BTreeMap<Outcome, u64> {
    let budget = Budget { executions: Some(executions), time: None, ..Budget::default() };
    let report = Checker::new().engine(Sampler(kind)).budget(budget).seed(5).keep_going(true).run(program);
    report.engines[0].exploration.outcomes.clone().into_iter().collect()
}

/// Returns after how many executions the engine of that name finds a failure of `program`, at most `most`.
fn first_failure(engine: &str, seed: u64, most: u64, program: impl Fn() + Send + Sync + 'static) -> Option<u64> {
    let budget = Budget { executions: Some(most), time: None, ..Budget::default() };
    let checker = Checker::new().boxed_engine(by_name(engine).expect("an engine")).budget(budget).seed(seed);
    let report = checker.run(program);
    let exploration = &report.engines[0].exploration;
    exploration.counterexample.is_some().then_some(exploration.executions)
}

/// Two threads that write their digits to one word: the outcome is the interleaving. A critical section is one step to
/// the samplers.
fn interleaving(steps: [usize; 2], nested: bool) -> u64 {
    let log = Arc::new(Mutex::new(0));
    let body = |digit: u64, steps: usize| {
        let log = Arc::clone(&log);
        move || {
            for _ in 0..steps {
                let mut log = log.lock().unwrap();
                *log = *log * 4 + digit;
            }
        }
    };
    let (first, second) = (body(1, steps[0]), body(2, steps[1]));
    if nested {
        // A thread works, and then spawns the other: the steps to come of the other are its own until then.
        let third = body(3, 2);
        let parent = thread::spawn(move || {
            first();
            let child = thread::spawn(second);
            child.join().unwrap();
        });
        let other = thread::spawn(third);
        parent.join().unwrap();
        other.join().unwrap();
    } else {
        let handles = [thread::spawn(first), thread::spawn(second)];
        handles.into_iter().for_each(|handle| handle.join().unwrap());
    }
    *log.lock().unwrap()
}

/// Asserts that `classes` outcomes were seen, and each about as often: Pearson's statistic lies within what chance
/// exceeds in one of 10,000 cases, by the approximation of Wilson and Hilferty.
fn assert_even(seen: &BTreeMap<Outcome, u64>, classes: u32, what: &str) {
    assert_eq!(seen.len(), classes as usize, "{what}: {seen:?}");
    let all: u64 = seen.values().sum();
    let expected = all as f64 / f64::from(classes);
    let statistic: f64 = seen.values().map(|&count| (count as f64 - expected).powi(2) / expected).sum();
    let freedom = f64::from(classes - 1);
    let spread = 2.0 / (9.0 * freedom);
    let most = freedom * (1.0 - spread + 3.72 * spread.sqrt()).powi(3);
    assert!(statistic < most, "{what}: {statistic:.1} of at most {most:.1}: {seen:?}");
}

#[test]
fn the_walk_draws_every_interleaving_with_equal_chance() {
    let even = outcomes(SamplerKind::Walk, 4_000, || interleaving([3, 3], false));
    assert_even(&even, 20, "3 and 3 steps");
    let uneven = outcomes(SamplerKind::Walk, 4_000, || interleaving([2, 6], false));
    assert_even(&uneven, 28, "2 and 6 steps");
    let many = outcomes(SamplerKind::Walk, 10_000, || interleaving([4, 4], false));
    assert_even(&many, 70, "4 and 4 steps");
}

/// A thread that has yet to spawn another has the steps of both before it.
#[test]
fn the_walk_counts_the_steps_of_threads_that_are_yet_to_be_spawned() {
    let seen = outcomes(SamplerKind::Walk, 6_000, || interleaving([2, 4], true));
    assert_even(&seen, 28, "2 steps beside 2 and then 4 of a child");
}

/// What is compared with has a bias, so that the test above could fail.
#[test]
fn steps_that_are_equally_likely_do_not_make_interleavings_equally_likely() {
    let seen = outcomes(SamplerKind::Uniform, 4_000, || interleaving([2, 6], false));
    let (least, most) = (seen.values().min().unwrap(), seen.values().max().unwrap());
    assert!(most > &(10 * least), "{seen:?}");
}

#[test]
fn the_same_seed_draws_the_same() {
    let kinds = [
        SamplerKind::Uniform,
        SamplerKind::Priorities(3),
        SamplerKind::PartialOrder,
        SamplerKind::Walk,
        SamplerKind::Portfolio,
    ];
    for kind in kinds {
        let run = || outcomes(kind, 200, || interleaving([3, 3], false));
        assert_eq!(run(), run(), "{kind:?}");
    }
}

/// `threads - 1` writers, and a checker that is wrong if it comes between the two steps of one and before the second of
/// all.
fn reorder(threads: usize) {
    let pair = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
    let mut handles = Vec::new();
    for _ in 1..threads {
        let pair = Arc::clone(&pair);
        handles.push(thread::spawn(move || {
            pair.0.store(1, SeqCst);
            pair.1.store(1, SeqCst);
        }));
    }
    handles.push(thread::spawn(move || {
        let (first, second) = (pair.0.load(SeqCst), pair.1.load(SeqCst));
        assert_eq!(first, second);
    }));
    handles.into_iter().for_each(|handle| handle.join().unwrap());
}

/// The seeds that are tried.
fn seeds() -> std::ops::Range<u64> {
    0..if is_deep() { 4 } else { 2 }
}

/// Fewer executions a seed than a uniform random walk that counts every spawn and join as a step needs for one.
#[test]
fn the_portfolio_finds_wide_reorderings_soon() {
    for (threads, most) in [(10, 25), (20, 60)] {
        let needed: Vec<Option<u64>> =
            seeds().map(|seed| first_failure("portfolio", seed, 2_000, move || reorder(threads))).collect();
        let sum: u64 = needed.iter().map(|needed| needed.unwrap_or(2_000)).sum();
        assert!(sum <= seeds().end * most, "{threads} threads: {needed:?}");
    }
}

/// Of threads that wait for one notification one counts: else they go first, and it is rare that somebody comes between.
#[test]
fn a_notification_for_the_wrong_waiter_is_found_soon() {
    let buffer = || {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let bodies = (0..6).map(|index| {
            let shared = Arc::clone(&shared);
            move || {
                for _ in 0..2 {
                    let mut is_full = shared.0.lock().unwrap();
                    while *is_full != (index < 3) {
                        is_full = shared.1.wait(is_full).unwrap();
                    }
                    *is_full = index >= 3;
                    shared.1.notify_one();
                }
            }
        });
        let handles: Vec<_> = bodies.map(thread::spawn).collect();
        handles.into_iter().for_each(|handle| handle.join().unwrap());
    };
    for (engine, least) in [("random", 320), ("pct", 70), ("pos", 300), ("walk", 310)] {
        let budget = Budget { executions: Some(1_500), time: None, ..Budget::default() };
        let checker = Checker::new().boxed_engine(by_name(engine).expect("an engine")).budget(budget).keep_going(true);
        let failures = checker.run(buffer).engines[0].exploration.failures;
        assert!(failures >= least, "{engine}: {failures}");
    }
}

/// shuttle's walk on our kernel needs about as few: it does not count the steps that are taken at once.
#[test]
fn the_walk_of_shuttle_finds_wide_reorderings_soon() {
    let needed: Vec<Option<u64>> =
        seeds().map(|seed| first_failure("shuttle-urw", seed, 2_000, || reorder(20))).collect();
    let sum: u64 = needed.iter().map(|needed| needed.unwrap_or(2_000)).sum();
    assert!(sum <= seeds().end * 60, "{needed:?}");
}

/// Each of these needs a switch right where a step seems to matter to nobody else.
#[test]
fn steps_that_are_taken_at_once_hide_no_failure() {
    let tried = || {
        // A mutex that somebody asks for.
        let mutex = Arc::new(Mutex::new(0));
        let other = Arc::clone(&mutex);
        let handle = thread::spawn(move || drop(other.lock().unwrap()));
        assert!(mutex.try_lock().is_ok(), "it is taken");
        handle.join().unwrap();
    };
    let signalled = || {
        // A mutex that one thread alone takes, between the look at a flag and the wait.
        let shared = Arc::new((AtomicBool::new(false), Mutex::new(()), Condvar::new()));
        let other = Arc::clone(&shared);
        let handle = thread::spawn(move || {
            other.0.store(true, SeqCst);
            other.2.notify_one();
        });
        if !shared.0.load(SeqCst) {
            drop(shared.2.wait(shared.1.lock().unwrap()).unwrap());
        }
        handle.join().unwrap();
    };
    let ended = || {
        // A thread whose last step is done, and that has not ended.
        let done = Arc::new(AtomicBool::new(false));
        let other = Arc::clone(&done);
        let handle = thread::spawn(move || other.store(true, SeqCst));
        if done.load(SeqCst) {
            assert!(handle.is_finished(), "it is done and has not ended");
        }
        handle.join().unwrap();
    };
    let rarely_shared = || {
        // An atomic that the second thread uses only in some executions.
        let shared = Arc::new((AtomicBool::new(false), AtomicU64::new(0)));
        let other = Arc::clone(&shared);
        let handle = thread::spawn(move || {
            if other.0.load(SeqCst) {
                other.1.store(7, SeqCst);
            }
        });
        shared.0.store(true, SeqCst);
        shared.1.store(1, SeqCst);
        assert_eq!(shared.1.load(SeqCst), 1);
        handle.join().unwrap();
    };
    let nested = || {
        // Two mutexes taken in opposite orders, one right after the other.
        let locks = Arc::new((Mutex::new(()), Mutex::new(())));
        let other = Arc::clone(&locks);
        let handle = thread::spawn(move || {
            let _first = other.1.lock().unwrap();
            let _second = other.0.lock().unwrap();
        });
        {
            let _first = locks.0.lock().unwrap();
            let _second = locks.1.lock().unwrap();
        }
        handle.join().unwrap();
    };
    for engine in ["random", "pct", "pos", "walk", "portfolio", "shuttle-random", "shuttle-urw"] {
        assert!(first_failure(engine, 1, 500, tried).is_some(), "{engine}: a mutex that is asked for");
        assert!(first_failure(engine, 1, 500, signalled).is_some(), "{engine}: a signal that is lost");
        assert!(first_failure(engine, 1, 500, ended).is_some(), "{engine}: a thread that has not ended");
        assert!(first_failure(engine, 1, 500, nested).is_some(), "{engine}: a deadlock");
        assert!(first_failure(engine, 1, 500, rarely_shared).is_some(), "{engine}: an atomic that is rarely shared");
    }
}

/// A loop that waits without giving up its turn is let run, and the others are too.
#[test]
fn a_loop_that_waits_does_not_keep_the_others_from_going_on() {
    let budget = Budget { executions: Some(50), steps_per_execution: 2_000, time: None, ..Budget::default() };
    let report = Checker::new().engine(Sampler(SamplerKind::Uniform)).budget(budget).run(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let other = Arc::clone(&flag);
        let handle = thread::spawn(move || other.store(true, SeqCst));
        while !flag.load(SeqCst) {}
        handle.join().unwrap();
    });
    assert_eq!(report.engines[0].exploration.outcomes.len(), 1, "an execution comes to its end");
}

/// On random programs of few traces, a sampler sees what the explorer sees: that some steps are taken at once loses no
/// outcome and no failure.
#[test]
fn a_long_sample_of_a_small_program_shows_all_that_can_happen() {
    let traces_max = 24;
    let budget = |executions| Budget { executions: Some(executions), time: None, ..Budget::default() };
    for flavour in [Flavour::Atomics, Flavour::Locks, Flavour::Channels, Flavour::Spinning, Flavour::All] {
        let mut compared = 0;
        for seed in 1..=if crate::common::is_deep() { 70 } else { 24 } {
            let program = Program::random(&mut Seeded(seed), flavour, 2 + seed as usize % 6);
            let explore = |kind: Option<SamplerKind>| {
                let program = program.clone();
                let checker = Checker::new().keep_going(true);
                let checker = match kind {
                    None => checker.engine(Explorer).budget(budget(traces_max)),
                    Some(kind) => checker.engine(Sampler(kind)).budget(budget(2_000)),
                };
                checker.run(move || crate::program::run(&program)).engines.remove(0).exploration
            };
            let all = explore(None);
            if all.limit.is_some() || all.executions < 2 {
                continue;
            }
            compared += 1;
            let kind = [SamplerKind::Uniform, SamplerKind::Walk, SamplerKind::Portfolio][seed as usize % 3];
            let sampled = explore(Some(kind));
            let outcomes = |seen: &Exploration| seen.outcomes.keys().cloned().collect::<Vec<_>>();
            assert_eq!(outcomes(&sampled), outcomes(&all), "{kind:?}, seed {seed}, {flavour:?}: {program:?}");
            let kinds = |seen: &Exploration| {
                let found = seen.counterexample.iter().chain(&seen.others).map(|found| found.failure.kind());
                found.collect::<BTreeSet<_>>()
            };
            assert_eq!(kinds(&sampled), kinds(&all), "{kind:?}, seed {seed}, {flavour:?}: {program:?}");
        }
        assert!(compared > 3, "only {compared} programs of {flavour:?} are small enough");
    }
}
