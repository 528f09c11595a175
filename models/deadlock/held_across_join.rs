//! A lock that is held while a thread is waited for that needs it.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::{Arc, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Scenario, only};

/// The main thread adds one, and waits for another thread that does the same.
fn released_first() -> u32 {
    let count = Arc::new(Mutex::new(0));
    let mut held = count.lock().unwrap();
    let worker = {
        let count = Arc::clone(&count);
        thread::spawn(move || *count.lock().unwrap() += 1)
    };
    *held += 1;
    drop(held);
    worker.join().unwrap();
    Arc::into_inner(count).unwrap().into_inner().unwrap()
}

/// The twin: still holds the lock while it waits.
fn held() -> u32 {
    let count = Arc::new(Mutex::new(0));
    let mut held = count.lock().unwrap();
    let worker = {
        let count = Arc::clone(&count);
        thread::spawn(move || *count.lock().unwrap() += 1)
    };
    *held += 1;
    worker.join().unwrap();
    *held
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "deadlock/released_before_join",
        summary: "a thread releases its lock, and then waits for another thread",
        shows: "A thread that releases its lock before `Thread.join` lets the other thread acquire it and end.",
        literature: Some("Coffman, Elphick and Shoshani, System deadlocks, 1971"),
        run: |_| Outcome::of(&released_first()),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/held_across_join",
        summary: "a thread waits for another one that waits for its lock",
        shows: "A thread that calls `Thread.join` with a lock that the other thread needs waits for ever, and so does \
                the other one.",
        literature: Some("Coffman, Elphick and Shoshani, 1971; broken variant"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["deadlock/released_before_join"],
        run: |_| Outcome::of(&held()),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
];
