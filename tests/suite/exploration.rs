//! What the explorer and the samplers offer besides counts: all distinct failures, estimates, spurious
//! wakeups, weak orderings, leaked locks, and a fallback when everything is out of reach.

use std::sync::Arc;
use std::sync::Mutex as StdMutex;

use crate::common::run;
use selvedge::cell::UnsafeCell;
use selvedge::engine::{Bounded, Budget, Engine, Explorer, Limit, Progress, Sampler, SamplerKind};
use selvedge::failure::{Failure, FailureKind};
use selvedge::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use selvedge::sync::{Condvar, Mutex, RwLock};
use selvedge::{Checker, EngineReport, Reason, Verdict, engine, render, thread};

fn kind(report: &EngineReport) -> Option<FailureKind> {
    match &report.verdict {
        Verdict::Falsified(counterexample) => Some(counterexample.failure.kind()),
        _ => None,
    }
}

struct Slot(AtomicBool, UnsafeCell<u32>);

// SAFETY: what the engines check.
unsafe impl Sync for Slot {}

/// Publishes a value through a flag, and reads it when the flag is up.
fn publish(store: Ordering, load: Ordering, fenced: bool) -> impl Fn() -> Option<u32> + Send + Sync + 'static {
    move || {
        let slot = Arc::new(Slot(AtomicBool::new(false), UnsafeCell::new(0)));
        let shared = Arc::clone(&slot);
        let writer = thread::spawn(move || {
            // SAFETY: nobody reads before the flag is up.
            shared.1.with_mut(|value| unsafe { *value = 1 });
            if fenced {
                selvedge::sync::atomic::fence(Ordering::Release);
            }
            shared.0.store(true, store);
        });
        let seen = slot.0.load(load).then(|| {
            if fenced {
                selvedge::sync::atomic::fence(Ordering::Acquire);
            }
            // SAFETY: the flag is up.
            slot.1.with(|value| unsafe { *value })
        });
        writer.join().unwrap();
        seen
    }
}

#[test]
fn publication_with_relaxed_orderings_is_a_data_race() {
    use Ordering::{Acquire, Relaxed, Release, SeqCst};
    for (store, load, fenced, is_right) in [
        (Release, Acquire, false, true),
        (SeqCst, SeqCst, false, true),
        (Relaxed, Acquire, false, false),
        (Release, Relaxed, false, false),
        (Relaxed, Relaxed, false, false),
        (Relaxed, Relaxed, true, true),
    ] {
        let report = run(Box::new(Explorer), publish(store, load, fenced));
        let expected = if is_right { None } else { Some(FailureKind::DataRace) };
        assert_eq!(kind(&report), expected, "{store:?}, {load:?}, fenced {fenced}");
        assert_eq!(report.verdict == Verdict::Verified, is_right);
        if let Verdict::Falsified(counterexample) = report.verdict {
            let Failure::DataRace { first, second, .. } = counterexample.failure else { unreachable!() };
            assert!(first.exclusive && !second.exclusive);
            assert_ne!(first.location.line(), second.location.line());
        }
    }
}

/// The same source on loom: it sees the race of the relaxed store, too.
#[test]
fn loom_agrees_about_the_relaxed_store() {
    let report = run(Box::new(selvedge::engine::Loom::default()), publish(Ordering::Relaxed, Ordering::Acquire, false));
    assert_eq!(kind(&report), Some(FailureKind::DataRace));
}

#[test]
fn a_read_modify_write_continues_a_release_sequence_and_a_store_breaks_it() {
    let program = |breaks: bool| {
        move || {
            let slot = Arc::new((AtomicUsize::new(0), Slot(AtomicBool::new(false), UnsafeCell::new(0))));
            let (writer, helper) = (Arc::clone(&slot), Arc::clone(&slot));
            let writer = thread::spawn(move || {
                // SAFETY: read only once the number is 2.
                writer.1.1.with_mut(|value| unsafe { *value = 1 });
                writer.0.store(1, Ordering::Release);
            });
            let helper = thread::spawn(move || {
                if helper.0.load(Ordering::Relaxed) == 1 {
                    if breaks {
                        helper.0.store(2, Ordering::Relaxed);
                    } else {
                        helper.0.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
            // SAFETY: the number is 2 only after the write.
            let seen = (slot.0.load(Ordering::Acquire) == 2).then(|| slot.1.1.with(|value| unsafe { *value }));
            writer.join().unwrap();
            helper.join().unwrap();
            seen
        }
    };
    assert_eq!(run(Box::new(Explorer), program(false)).verdict, Verdict::Verified);
    assert_eq!(kind(&run(Box::new(Explorer), program(true))), Some(FailureKind::DataRace));
}

#[test]
fn all_distinct_failures_are_reported_each_with_a_token() {
    let report = run(Box::new(Explorer), || {
        let number = Arc::new(AtomicUsize::new(0));
        let shared = Arc::clone(&number);
        let other = thread::spawn(move || shared.store(1, Ordering::SeqCst));
        let (first, second) = (number.load(Ordering::SeqCst), number.load(Ordering::SeqCst));
        assert!(first == 0 || second == 0, "both late");
        assert!(first == second, "one late");
        other.join().unwrap();
    });
    let exploration = &report.exploration;
    assert_eq!((exploration.executions, exploration.failures, exploration.others.len()), (3, 2, 1));
    let all: Vec<_> = exploration.counterexample.iter().chain(&exploration.others).collect();
    assert!(all.iter().all(|counterexample| counterexample.token.is_some()));
    assert!(!all[0].failure.is_same(&all[1].failure));
}

#[test]
fn a_spurious_wakeup_shows_that_a_wait_needs_a_loop() {
    let program = |loops: bool| {
        move || {
            let pair = Arc::new((Mutex::new(false), Condvar::new()));
            let shared = Arc::clone(&pair);
            let notifier = thread::spawn(move || {
                *shared.0.lock().unwrap() = true;
                shared.1.notify_one();
            });
            let mut ready = pair.0.lock().unwrap();
            if loops {
                while !*ready {
                    ready = pair.1.wait(ready).unwrap();
                }
            } else if !*ready {
                ready = pair.1.wait(ready).unwrap();
            }
            let seen = *ready;
            drop(ready);
            notifier.join().unwrap();
            seen
        }
    };
    let check = |loops, most| {
        let report = Checker::new().spurious_wakeups(most).allow_outcomes([true]).run(program(loops));
        report.verdict()
    };
    assert_eq!(check(false, 0), Verdict::Verified);
    assert!(matches!(check(false, 1), Verdict::Falsified(_)));
    assert_eq!(check(true, 0), Verdict::Verified);
    assert_eq!(check(true, 3), Verdict::Verified);
}

#[test]
fn a_leaked_guard_is_a_failure() {
    let report = run(Box::new(Explorer), || {
        let lock = Mutex::new(0);
        std::mem::forget(lock.lock().unwrap());
    });
    assert_eq!(kind(&report), Some(FailureKind::LeakedLock));
    let report = run(Box::new(Explorer), || {
        let lock = RwLock::new(0);
        std::mem::forget(lock.read().unwrap());
    });
    assert_eq!(kind(&report), Some(FailureKind::LeakedLock));
}

/// Twelve threads that each add three times: far too many classes to look at.
fn too_much() -> usize {
    let number = Arc::new(AtomicUsize::new(0));
    let handles: Vec<_> = (0..6)
        .map(|_| {
            let number = Arc::clone(&number);
            thread::spawn(move || {
                for _ in 0..3 {
                    number.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    for handle in handles {
        handle.join().unwrap();
    }
    number.load(Ordering::SeqCst)
}

#[test]
fn what_is_out_of_reach_is_sampled_before_and_after_and_is_no_pass() {
    let budget = Budget { executions: Some(3_000), time: None, ..Budget::default() };
    let report = Checker::new().budget(budget).run(too_much);
    assert_eq!(report.verdict(), Verdict::Inconclusive(Reason::Limited(Limit::Executions(3_000))));
    assert!(!report.passes());
    let ran: Vec<_> = report.engines.iter().map(|found| (found.engine, found.exploration.executions)).collect();
    assert_eq!(ran, [("portfolio", 500), ("explorer", 3_000), ("portfolio", 750)]);
    // How large the whole is, nobody knows.
    assert!(!selvedge::render::report(&report, &|token| token.to_string()).contains('%'));
}

#[test]
fn progress_is_told_and_only_grows() {
    let told = Arc::new(StdMutex::new(Vec::new()));
    let sink = Arc::clone(&told);
    let budget = Budget { executions: Some(20_000), time: None, ..Budget::default() };
    let checker = Checker::new().engine(Explorer).budget(budget).workers(1);
    checker.on_progress(move |progress| sink.lock().unwrap().push(progress)).run(too_much);
    let told = told.lock().unwrap();
    assert!(told.len() > 4);
    // It falls once at most: where the work turns out to be large, and is divided.
    let grows = |pair: &&[Progress]| pair[0].part < pair[1].part || pair[0].executions < pair[1].executions;
    assert!(told.windows(2).filter(|pair| !grows(pair)).count() <= 1, "{told:?}");
}

#[test]
fn a_search_with_few_preemptions_says_that_it_is_partial() {
    let needs_two = || {
        let number = Arc::new(AtomicUsize::new(0));
        let shared = Arc::clone(&number);
        let other = thread::spawn(move || {
            for _ in 0..2 {
                shared.fetch_add(1, Ordering::SeqCst);
            }
        });
        let seen: Vec<usize> = (0..3).map(|_| number.load(Ordering::SeqCst)).collect();
        other.join().unwrap();
        assert!(seen != [0, 1, 2], "twice interrupted");
    };
    let few = run(Box::new(Bounded { preemptions_max: 1 }), needs_two);
    assert_eq!(few.verdict, Verdict::Inconclusive(Reason::PartialSearch));
    assert_eq!(kind(&run(Box::new(Bounded { preemptions_max: 3 }), needs_two)), Some(FailureKind::Panic));
}

fn samplers() -> [SamplerKind; 5] {
    [
        SamplerKind::Uniform,
        SamplerKind::Priorities(3),
        SamplerKind::PartialOrder,
        SamplerKind::Walk,
        SamplerKind::Portfolio,
    ]
}

#[test]
fn samplers_find_a_race_and_the_same_seed_draws_the_same() {
    let lost_update = || {
        let number = Arc::new(AtomicUsize::new(0));
        let handles: Vec<_> = (0..3)
            .map(|_| {
                let number = Arc::clone(&number);
                thread::spawn(move || {
                    let seen = number.load(Ordering::SeqCst);
                    number.store(seen + 1, Ordering::SeqCst);
                })
            })
            .collect();
        for handle in handles {
            handle.join().unwrap();
        }
        number.load(Ordering::SeqCst)
    };
    for sampler in samplers() {
        let sampler = Sampler(sampler);
        let name = sampler.name();
        let sample = |seed| {
            let budget = Budget { executions: Some(300), time: None, ..Budget::default() };
            let checker = Checker::new().engine(sampler).budget(budget).seed(seed).keep_going(true);
            checker.allow_outcomes([3]).run(lost_update).engines.remove(0)
        };
        let report = sample(1);
        assert_eq!(kind(&report), Some(FailureKind::UnexpectedOutcome), "{name}");
        assert_eq!(report.exploration.outcomes.len(), 3, "{name} sees all outcomes");
        assert_eq!(sample(1).exploration.outcomes, report.exploration.outcomes, "{name}");
        assert_ne!(sample(2).exploration.outcomes, report.exploration.outcomes, "{name}");
    }
}

/// A read-modify-write that changes nothing still publishes, so that its place among others matters.
#[test]
fn a_release_that_leaves_the_value_publishes_all_the_same() {
    let program = || {
        let shared = Arc::new((AtomicUsize::new(0), Slot(AtomicBool::new(false), UnsafeCell::new(0))));
        let other = Arc::clone(&shared);
        let reader = thread::spawn(move || {
            other.0.fetch_add(0, Ordering::Acquire);
            // SAFETY: what the engines check.
            other.1.0.load(Ordering::Relaxed).then(|| other.1.1.with(|value| unsafe { *value }))
        });
        // SAFETY: as above.
        shared.1.1.with_mut(|value| unsafe { *value = 1 });
        shared.0.fetch_add(0, Ordering::Release);
        shared.1.0.store(true, Ordering::Relaxed);
        reader.join().unwrap()
    };
    assert_eq!(kind(&run(Box::new(Explorer), program)), Some(FailureKind::DataRace));
}

#[test]
fn a_failure_that_comes_only_once_is_nondeterminism() {
    static FIRST: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let report = run(Box::new(Explorer), || assert!(FIRST.fetch_add(1, Ordering::SeqCst) != 0));
    assert_eq!(kind(&report), Some(FailureKind::Nondeterminism));
}

/// A few executions that are cut off do not keep the rest from being looked at.
#[test]
fn what_follows_a_cut_off_execution_is_explored() {
    let budget = Budget { executions: Some(12_000), steps_per_execution: 100, time: None, ..Budget::default() };
    let report = Checker::new().engine(Explorer).budget(budget).run(|| {
        let shared = Arc::new(AtomicUsize::new(0));
        let handles: Vec<_> = (0..4)
            .map(|index| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    for _ in 0..3 {
                        shared.store(index, Ordering::SeqCst);
                    }
                    shared.load(Ordering::SeqCst)
                })
            })
            .collect();
        let seen: Vec<usize> = handles.into_iter().map(|handle| handle.join().unwrap()).collect();
        for round in 0.. {
            if seen != [0, 1, 2, 3] {
                break;
            }
            shared.store(round, Ordering::SeqCst);
        }
    });
    let exploration = &report.engines[0].exploration;
    assert_eq!(exploration.executions, 12_000);
    assert!(matches!(exploration.limit, Some(Limit::Steps { .. })), "{:?}", exploration.limit);
}

/// Adds 1 with one weak exchange, and takes its failure for that of another thread that was faster.
fn adds_with_one_weak_exchange(tries: usize) -> impl Fn() -> bool + Send + Sync + Clone + 'static {
    move || {
        let count = AtomicU32::new(0);
        (0..tries).any(|_| count.compare_exchange_weak(0, 1, Ordering::SeqCst, Ordering::SeqCst).is_ok())
    }
}

#[test]
fn a_weak_exchange_fails_for_no_reason_as_often_as_it_may() {
    for (most, tries, outcomes) in
        [(0, 1, vec![true]), (1, 1, vec![false, true]), (1, 2, vec![true]), (2, 2, vec![false, true])]
    {
        for engine in ["explorer", "enumerate"] {
            let checker = Checker::new().boxed_engine(engine::by_name(engine).unwrap()).spurious_failures(most);
            let report = checker.run(adds_with_one_weak_exchange(tries));
            let seen: Vec<String> = report.engines[0].exploration.outcomes.keys().map(ToString::to_string).collect();
            let outcomes: Vec<String> = outcomes.iter().map(ToString::to_string).collect();
            assert_eq!(seen, outcomes, "{engine}, {most} failures, {tries} tries");
            // Each failure is one execution more: what is left of the tries goes on.
            assert_eq!(report.engines[0].exploration.executions, u64::from(most) + 1, "{engine}");
        }
    }
}

#[test]
fn a_failure_for_no_reason_is_told_and_replayed() {
    let checker = || Checker::new().spurious_failures(1).allow_outcomes([true]);
    let report = checker().run(adds_with_one_weak_exchange(1));
    let found = report.counterexample().expect("a failure");
    let story = render::story("exchange", found, &ToString::to_string);
    assert!(story.contains("compare_exchange_weak fails for no reason"), "{story}");
    let again =
        checker().replay(&found.token.as_ref().unwrap().to_string(), adds_with_one_weak_exchange(1)).expect("a replay");
    assert_eq!(again.counterexample.map(|again| again.failure), Some(found.failure.clone()));
}
