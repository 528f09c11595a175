//! Poisoning: a lock whose holder failed says so to the next one, since what it protects may be half
//! changed.
//!
//! That a lock is released after a failure is half of what is to be done; Python's locks leave the other
//! half to the program.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::{Arc, Mutex, MutexGuard};
use selvedge::thread;

use crate::scenario::{Expectation, Scenario, only};

/// Two accounts, whose sum is always the same.
struct Accounts {
    first: i32,
    second: i32,
}

const SUM: i32 = 10;

/// Moves one from the first account to the second, and may fail between the two.
fn transfer(accounts: &mut Accounts, fails: bool) {
    accounts.first -= 1;
    assert!(!fails, "something goes wrong");
    accounts.second += 1;
}

/// Takes the lock; `repair` is what is done to accounts that a failure has left.
fn lock(accounts: &Mutex<Accounts>, repair: fn(&mut Accounts)) -> MutexGuard<'_, Accounts> {
    accounts.lock().unwrap_or_else(|poisoned| {
        let mut accounts = poisoned.into_inner();
        repair(&mut accounts);
        accounts
    })
}

/// Two threads move money, of which one fails half-way. Returns the sum in the end.
fn with_a_failure(repair: fn(&mut Accounts)) -> i32 {
    let accounts = Arc::new(Mutex::new(Accounts { first: SUM, second: 0 }));
    let threads = [true, false].map(|fails| {
        let accounts = Arc::clone(&accounts);
        thread::spawn(move || transfer(&mut lock(&accounts, repair), fails))
    });
    for thread in threads {
        let _ = thread.join();
    }
    let accounts = lock(&accounts, repair);
    accounts.first + accounts.second
}

/// What the first account has lost is the second one's.
fn completed(accounts: &mut Accounts) {
    accounts.second = SUM - accounts.first;
}

/// The twin: takes what it finds.
fn ignored(_accounts: &mut Accounts) {}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/poisoned",
        summary: "a thread fails half-way, and who comes next is told and puts it right",
        shows: "A `Mutex` whose holder has panicked is poisoned: `lock` returns an error, and the next thread can \
                repair the data.",
        literature: Some("std::sync::Mutex, poisoning"),
        run: |_| Outcome::of(&with_a_failure(completed)),
        right: |_| only(SUM),
        possible: |_| only(SUM),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/poison_ignored",
        summary: "a thread fails half-way, and the others go on with what it has left",
        shows: "A thread that ignores the poison of a `Mutex` finds the data that a panic has left half changed.",
        literature: Some("std::sync::Mutex, poisoning; broken variant"),
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["lock/poisoned"],
        run: |_| Outcome::of(&with_a_failure(ignored)),
        right: |_| only(SUM),
        ..Scenario::DEFAULT
    },
];
