//! Two locks, taken by two threads: in opposite orders, and in the same.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::Mutex;
use selvedge::thread;

use crate::scenario::{Expectation, Scenario, only};

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

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "deadlock/same_order",
        summary: "two threads take two locks in the same order",
        shows: "If all take locks in one order, nobody waits for one who waits for them.",
        run: |_| Outcome::of(&same()),
        right: |_| only((2, 2)),
        possible: |_| only((2, 2)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/opposite_order",
        summary: "two threads take two locks in opposite orders",
        shows: "With several locks, threads that each hold one and want the other's wait for ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["deadlock/same_order"],
        run: |_| Outcome::of(&opposite()),
        right: |_| only((2, 2)),
        ..Scenario::DEFAULT
    },
];
