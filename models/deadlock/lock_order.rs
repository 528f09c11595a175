//! Two locks, taken by two threads: in opposite orders, in the same, and each by one that then wants the other.

use std::time::Duration;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Barrier, Mutex};
use selvedge::thread;

use crate::lock::threading_lock::Lock;
use crate::scenario::{Expectation, Scenario, any_of, only};

/// One thread takes the first lock and then the second, the other one the second and then the first. Each
/// may come to have one, and wait for the other.
fn opposite() -> (u32, u32) {
    let first = Mutex::new(0);
    let second = Mutex::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut one = first.lock().unwrap();
            let mut other = second.lock().unwrap();
            *one += 1;
            *other += 1;
        });
        scope.spawn(|| {
            let mut other = second.lock().unwrap();
            let mut one = first.lock().unwrap();
            *one += 1;
            *other += 1;
        });
    });
    (first.into_inner().unwrap(), second.into_inner().unwrap())
}

/// Both take the first lock first: who has it may wait for the second one, which nobody has who waits for
/// the first.
fn same() -> (u32, u32) {
    let first = Mutex::new(0);
    let second = Mutex::new(0);
    let both = || {
        let mut one = first.lock().unwrap();
        let mut other = second.lock().unwrap();
        *one += 1;
        *other += 1;
    };
    thread::scope(|scope| {
        scope.spawn(both);
        scope.spawn(both);
    });
    (first.into_inner().unwrap(), second.into_inner().unwrap())
}

/// Two threads each hold a lock, and both do when they ask for the other's. Returns how many have got it.
fn each_holds_one(ask: fn(&Lock) -> bool) -> usize {
    let locks = [Lock::default(), Lock::default()];
    let both_hold = Barrier::new(2);
    let got_it = AtomicUsize::new(0);
    thread::scope(|scope| {
        for me in 0..2 {
            let ([mine, other], both_hold, got_it) = ([&locks[me], &locks[1 - me]], &both_hold, &got_it);
            scope.spawn(move || {
                mine.acquire();
                both_hold.wait();
                if ask(other) {
                    got_it.fetch_add(1, SeqCst);
                    let _ = other.release();
                }
                let _ = mine.release();
            });
        }
    });
    got_it.into_inner()
}

/// Waits for some time, and gives up.
fn ask_for_some_time(lock: &Lock) -> bool {
    lock.acquire_timeout(Duration::from_millis(1))
}

/// The twin: waits until it has the lock.
fn ask_for_ever(lock: &Lock) -> bool {
    lock.acquire();
    true
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "deadlock/same_order",
        summary: "two threads take two locks in the same order",
        shows: "Two threads that acquire two locks in the same order never wait for each other.",
        literature: Some("Havender, Avoiding deadlock in multitasking systems, 1968"),
        run: |_| Outcome::of(&same()),
        right: |_| only((2, 2)),
        possible: |_| only((2, 2)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/opposite_order",
        summary: "two threads take two locks in opposite orders",
        shows: "Two threads that acquire two locks in opposite orders may each hold one and wait for the other for \
                ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["deadlock/same_order"],
        run: |_| Outcome::of(&opposite()),
        right: |_| only((2, 2)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/each_gives_up",
        summary: "two threads each hold a lock, and ask for the other's for some time",
        shows: "Of two threads that each hold a lock and want the other's, with `acquire(timeout=t)` both come to an \
                end.",
        literature: Some("Python documentation, threading.Lock.acquire"),
        run: |_| Outcome::of(&each_holds_one(ask_for_some_time)),
        right: |_| any_of([0, 1]),
        possible: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/each_holds_one",
        summary: "two threads each hold a lock, and wait for the other's",
        shows: "Two threads that each hold a lock and call `acquire` for the other's wait for ever, in every \
                execution.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["deadlock/each_gives_up"],
        run: |_| Outcome::of(&each_holds_one(ask_for_ever)),
        right: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
];
