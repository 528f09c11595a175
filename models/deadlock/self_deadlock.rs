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

/// Adds two, by taking the lock once for each.
fn one_after_the_other() -> u32 {
    let count = Mutex::new(0);
    add(&count);
    add(&count);
    count.into_inner().unwrap()
}

/// The twin: looks whether it has to add, and calls the function that takes the lock while it holds the
/// lock for looking.
fn while_held() -> u32 {
    let count = Mutex::new(0);
    let held = count.lock().unwrap();
    if *held == 0 {
        add(&count);
    }
    drop(held);
    count.into_inner().unwrap()
}

/// A thread reads what it is reading already. As long as nobody writes, that goes well.
fn read_twice_alone() -> u32 {
    let value = RwLock::new(1);
    let first = value.read().unwrap();
    let second = value.read().unwrap();
    *first + *second
}

/// The twin: somebody writes. If the writer comes between the two, it waits for the first to end, and the
/// second waits for the writer.
fn read_twice_while_written() -> u32 {
    let value = RwLock::new(1);
    thread::scope(|scope| {
        scope.spawn(|| *value.write().unwrap() = 1);
        let first = value.read().unwrap();
        let second = value.read().unwrap();
        *first + *second
    })
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "deadlock/one_after_the_other",
        summary: "a thread takes a lock, gives it back, and takes it again",
        claim: "A lock that was released can be taken again.",
        run: |_| Outcome::of(&one_after_the_other()),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/self_deadlock",
        summary: "a thread calls, while it holds a lock, a function that takes it",
        claim: "It takes only one thread to wait for ever: for a lock that it holds itself.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["deadlock/one_after_the_other"],
        run: |_| Outcome::of(&while_held()),
        right: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/read_twice",
        summary: "a thread reads while it reads, and nobody writes",
        claim: "Readers do not exclude each other, nor themselves.",
        run: |_| Outcome::of(&read_twice_alone()),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/read_twice_while_written",
        summary: "a thread reads while it reads, and a writer waits between the two",
        claim: "Where writers are not passed by, to read twice is to wait for a writer that waits for oneself.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["deadlock/read_twice"],
        run: |_| Outcome::of(&read_twice_while_written()),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
];
