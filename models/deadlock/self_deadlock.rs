//! A thread that waits for itself: it takes a lock that it has.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::{Mutex, RwLock};
use selvedge::thread;

use crate::scenario::{Expectation, Scenario, only};

/// Adds one to the count.
fn add(count: &Mutex<u32>) {
    *count.lock().unwrap() += 1;
}

/// Looks whether there is something to add to, and calls a function that adds.
fn one_after_the_other() -> u32 {
    let count = Mutex::new(0);
    let found = *count.lock().unwrap();
    match found {
        0 => add(&count),
        _ => unreachable!("nobody else adds"),
    }
    count.into_inner().unwrap()
}

/// The twin: does it in one line. What a `match` looks at lives until its end, and so does the lock.
fn while_held() -> u32 {
    let count = Mutex::new(0);
    match *count.lock().unwrap() {
        0 => add(&count),
        _ => unreachable!("nobody else adds"),
    }
    count.into_inner().unwrap()
}

/// A thread reads, and hands on what it holds to a function that reads as well, while somebody writes.
fn read_once() -> u32 {
    let value = RwLock::new(1);
    thread::scope(|scope| {
        scope.spawn(|| *value.write().unwrap() = 1);
        let held = value.read().unwrap();
        let twice = |held: &u32| *held + *held;
        twice(&held)
    })
}

/// The twin: the function reads by itself. If the writer comes between the two, it waits for the first to end,
/// and the second waits for the writer.
fn read_twice() -> u32 {
    let value = RwLock::new(1);
    thread::scope(|scope| {
        scope.spawn(|| *value.write().unwrap() = 1);
        let held = value.read().unwrap();
        let again = || *value.read().unwrap();
        *held + again()
    })
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "deadlock/one_after_the_other",
        summary: "a thread takes a lock, gives it back, and calls a function that takes it",
        shows: "A thread that has released a lock can call a function that acquires it.",
        literature: Some("Rust Clippy, significant_drop_in_scrutinee"),
        run: |_| Outcome::of(&one_after_the_other()),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/self_deadlock",
        summary: "a thread calls, while it holds a lock, a function that takes it",
        shows: "A thread that holds a `Lock` and calls a function that acquires it waits for itself for ever.",
        literature: Some("Rust Clippy, significant_drop_in_scrutinee; broken variant"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["deadlock/one_after_the_other"],
        run: |_| Outcome::of(&while_held()),
        right: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/read_once",
        summary: "a thread reads, and hands on what it holds",
        shows: "A reader that hands on what it has locked needs no second read lock.",
        literature: Some("std::sync::RwLock"),
        run: |_| Outcome::of(&read_once()),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/read_twice",
        summary: "a thread reads while it reads, and a writer waits between the two",
        shows: "A second `RwLock::read` by a thread that holds one waits for a writer that waits for the first, for \
                ever.",
        literature: Some("std::sync::RwLock; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["deadlock/read_once"],
        run: |_| Outcome::of(&read_twice()),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
];
