//! Loops that wait: spin locks are verified exhaustively, a livelock is told from a long wait, and a
//! loop that counts its rounds is no loop that waits.

use std::sync::Arc;

use selvedge::cell::UnsafeCell;
use selvedge::engine::{Budget, Enumerate, Explorer};
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use selvedge::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};
use selvedge::{Checker, EngineReport, Verdict, hint, thread};

/// A counter that only a lock protects.
struct Counter(UnsafeCell<usize>);

// SAFETY: what the engines check: that accesses are ordered.
unsafe impl Sync for Counter {}

impl Counter {
    fn new() -> Self {
        Self(UnsafeCell::new(0))
    }

    fn increment(&self) {
        // SAFETY: the engines end an execution in which two accesses overlap.
        self.0.with_mut(|count| unsafe { *count += 1 });
    }

    fn get(&self) -> usize {
        // SAFETY: as above.
        self.0.with(|count| unsafe { *count })
    }
}

/// Runs `threads` threads that take the lock `times` times each.
fn locked<L: Send + Sync + 'static>(
    threads: usize,
    times: usize,
    make: fn() -> L,
    lock: fn(&L, usize),
    unlock: fn(&L, usize),
) -> impl Fn() -> usize + Send + Sync + 'static {
    move || {
        let shared = Arc::new((make(), Counter::new()));
        let handles: Vec<_> = (0..threads)
            .map(|me| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    for _ in 0..times {
                        lock(&shared.0, me);
                        shared.1.increment();
                        unlock(&shared.0, me);
                    }
                })
            })
            .collect();
        for handle in handles {
            handle.join().unwrap();
        }
        shared.1.get()
    }
}

fn explore(program: impl Fn() -> usize + Send + Sync + 'static) -> EngineReport {
    let budget = Budget { executions: Some(1_000_000), steps_per_execution: 500, time: None, ..Budget::default() };
    let report = Checker::new().engine(Explorer).budget(budget).keep_going(true).run(program);
    report.engines.into_iter().next().unwrap()
}

fn verified(program: impl Fn() -> usize + Send + Sync + 'static) -> u64 {
    let report = explore(program);
    assert_eq!(report.verdict, Verdict::Verified, "{:?}", report.exploration.limit);
    assert_eq!(report.exploration.outcomes.len(), 1);
    println!("{} executions, {} redundant", report.exploration.executions, report.exploration.redundant);
    report.exploration.executions
}

fn fails(kind: FailureKind, program: impl Fn() -> usize + Send + Sync + 'static) {
    match explore(program).verdict {
        Verdict::Falsified(counterexample) => assert_eq!(counterexample.failure.kind(), kind),
        other => panic!("{other:?}"),
    }
}

fn take_test_and_set(lock: &AtomicBool, _me: usize) {
    while lock.swap(true, Acquire) {
        hint::spin_loop();
    }
}

#[test]
fn a_test_and_set_lock() {
    let lock = |threads, times| {
        locked(threads, times, || AtomicBool::new(false), take_test_and_set, |lock, _| lock.store(false, Release))
    };
    verified(lock(2, 1));
    verified(lock(2, 2));
    verified(lock(3, 1));
}

#[test]
fn a_test_and_set_lock_released_with_relaxed_ordering_is_a_data_race() {
    fails(
        FailureKind::DataRace,
        locked(2, 1, || AtomicBool::new(false), take_test_and_set, |lock, _| lock.store(false, Relaxed)),
    );
}

#[test]
fn a_test_and_set_lock_that_is_never_released_is_a_livelock() {
    fails(FailureKind::Livelock, locked(2, 1, || AtomicBool::new(false), take_test_and_set, |_, _| {}));
}

fn take_ticket(lock: &(AtomicUsize, AtomicUsize), _me: usize) {
    let ticket = lock.0.fetch_add(1, AcqRel);
    while lock.1.load(Acquire) != ticket {
        thread::yield_now();
    }
}

#[test]
fn a_ticket_lock() {
    let lock = |threads, times| {
        let make = || (AtomicUsize::new(0), AtomicUsize::new(0));
        locked(threads, times, make, take_ticket, |lock, _| {
            let serving = lock.1.load(Acquire);
            lock.1.store(serving + 1, Release);
        })
    };
    verified(lock(2, 1));
    verified(lock(2, 2));
    verified(lock(3, 1));
}

#[derive(Default)]
struct Peterson {
    wants: [AtomicBool; 2],
    turn: AtomicUsize,
}

fn take_peterson(lock: &Peterson, me: usize) {
    lock.wants[me].store(true, SeqCst);
    lock.turn.store(1 - me, SeqCst);
    while lock.wants[1 - me].load(SeqCst) && lock.turn.load(SeqCst) != me {
        hint::spin_loop();
    }
}

fn release_peterson(lock: &Peterson, me: usize) {
    lock.wants[me].store(false, SeqCst);
}

#[test]
fn petersons_lock() {
    verified(locked(2, 1, Peterson::default, take_peterson, release_peterson));
    verified(locked(2, 2, Peterson::default, take_peterson, release_peterson));
}

#[test]
fn petersons_lock_without_turns_is_a_livelock() {
    let take = |lock: &Peterson, me: usize| {
        lock.wants[me].store(true, SeqCst);
        while lock.wants[1 - me].load(SeqCst) {
            hint::spin_loop();
        }
    };
    fails(FailureKind::Livelock, locked(2, 1, Peterson::default, take, release_peterson));
}

#[test]
fn petersons_lock_that_looks_first_is_a_data_race() {
    let take = |lock: &Peterson, me: usize| {
        while lock.wants[1 - me].load(SeqCst) {
            hint::spin_loop();
        }
        lock.wants[me].store(true, SeqCst);
    };
    fails(FailureKind::DataRace, locked(2, 1, Peterson::default, take, release_peterson));
}

/// A loop that gives up after a few rounds does not wait for ever: that it gives up is explored.
#[test]
fn a_loop_that_counts_its_rounds_may_give_up() {
    for patience in 1..=3 {
        let program = move || {
            let flag = Arc::new(AtomicBool::new(false));
            let shared = Arc::clone(&flag);
            let setter = thread::spawn(move || shared.store(true, SeqCst));
            let mut rounds = 0;
            while !flag.load(SeqCst) && rounds < patience {
                rounds += 1;
                thread::yield_now();
            }
            setter.join().unwrap();
            rounds
        };
        for engine in [true, false] {
            let checker = Checker::new().keep_going(true);
            let checker = if engine { checker.engine(Explorer) } else { checker.engine(Enumerate) };
            let report = checker.run(program);
            let seen: Vec<String> = report.engines[0].exploration.outcomes.keys().map(ToString::to_string).collect();
            let all: Vec<String> = (0..=patience).map(|rounds| rounds.to_string()).collect();
            assert_eq!(seen, all, "patience {patience}");
            assert!(report.engines[0].is_complete());
        }
    }
}

/// What a thread does after giving up its turn once is explored as if it had not.
#[test]
fn a_turn_given_up_outside_a_loop_hides_nothing() {
    let report = explore(|| {
        let values = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let shared = Arc::clone(&values);
        let writer = thread::spawn(move || {
            shared[0].store(1, SeqCst);
            shared[1].store(1, SeqCst);
        });
        let first = values[0].load(SeqCst);
        thread::yield_now();
        let second = values[1].load(SeqCst);
        writer.join().unwrap();
        first * 10 + second
    });
    assert_eq!(crate::common::outcomes(&report), ["0", "1", "10", "11"]);
}

/// What a joined thread returned decides whether the loop counts or waits.
#[test]
fn what_a_join_tells_is_part_of_a_threads_past() {
    for flip in 0..2 {
        let report = explore(move || {
            let shared = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
            let (read, written) = (Arc::clone(&shared), Arc::clone(&shared));
            let reader = thread::spawn(move || read.0.load(SeqCst) ^ flip);
            let writer = thread::spawn(move || {
                written.0.store(1, SeqCst);
                written.1.store(1, SeqCst);
            });
            let counts = reader.join().unwrap() == 1;
            let mut rounds = 0;
            while shared.1.load(SeqCst) != 1 && rounds < 3 {
                rounds += usize::from(counts);
                thread::yield_now();
            }
            writer.join().unwrap();
            usize::from(counts) * 10 + rounds
        });
        assert_eq!(crate::common::outcomes(&report), ["0", "10", "11", "12", "13"], "flip {flip}");
    }
}

/// A loop that gives up by panicking, with a lock in its hands.
#[test]
fn a_panic_on_trial_is_a_panic() {
    fails(FailureKind::Panic, || {
        let (lock, flag) = (selvedge::sync::Mutex::new(()), AtomicBool::new(false));
        let _guard = lock.lock().unwrap();
        for round in 0.. {
            if flag.load(SeqCst) {
                break;
            }
            assert!(round < 3, "out of patience");
            thread::yield_now();
        }
        0
    });
}

/// Returns what the explorer sees under the language's memory model that a waiting thread returns.
fn returned_after_waiting(wait: impl Fn(&AtomicU32, &AtomicU32) -> u32 + Clone + Send + Sync + 'static) -> Vec<String> {
    let program = move || {
        let (stop, config) = (AtomicU32::new(0), AtomicU32::new(1));
        thread::scope(|scope| {
            scope.spawn(|| {
                config.store(2, Relaxed);
                stop.store(1, Release);
            });
            wait(&stop, &config)
        })
    };
    let exploration = Checker::new().engine(Explorer).run(program).engines.remove(0).exploration;
    assert_eq!((exploration.failures, exploration.limit), (0, None));
    exploration.outcomes.keys().map(ToString::to_string).collect()
}

/// A round that leads to another state than the loop began in is not left out, however many follow in which nothing changes.
#[test]
fn what_a_round_of_waiting_has_done_is_not_lost() {
    let stale = returned_after_waiting(|stop, config| {
        let mut applied = 0;
        while stop.load(Acquire) == 0 {
            applied = config.load(Relaxed);
            thread::yield_now();
        }
        applied
    });
    assert_eq!(stale, ["0", "1", "2"]);
    let counted = returned_after_waiting(|stop, _| {
        let mut rounds = 0;
        while stop.load(Acquire) == 0 {
            rounds = (rounds + 1).min(2);
            hint::spin_loop();
        }
        rounds
    });
    assert_eq!(counted, ["0", "1", "2"]);
    let in_a_box = returned_after_waiting(|stop, _| {
        let waited = Box::new(std::cell::Cell::new(0));
        while stop.load(Acquire) == 0 {
            waited.set(1);
            thread::yield_now();
        }
        waited.get()
    });
    assert_eq!(in_a_box, ["0", "1"]);
}
