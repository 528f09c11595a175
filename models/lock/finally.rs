//! `try .. finally`: a lock is released even if what it protects fails.
//!
//! In Rust nobody writes it: a value that releases the lock when it is dropped does the same.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::Arc;
use selvedge::thread;

use super::property::Protected;
use super::threading_lock::Lock;
use crate::scenario::{Expectation, Scenario, only};

/// What the threads share.
#[derive(Default)]
struct Shared {
    lock: Lock,
    protected: Protected,
}

/// Releases the lock when it goes out of scope, by whatever way: the `finally`.
struct Finally<'a>(&'a Lock);

impl Drop for Finally<'_> {
    fn drop(&mut self) {
        let _ = self.0.release();
    }
}

/// Runs `work` on three threads, the first of which fails in the middle, and returns what was done.
fn with_a_failure(work: fn(&Shared, fails: bool)) -> usize {
    let shared = Arc::new(Shared::default());
    let threads = [true, false, false].map(|fails| {
        let shared = Arc::clone(&shared);
        thread::spawn(move || work(&shared, fails))
    });
    for thread in threads {
        // That one of them fails is no reason for the others not to end.
        let _ = thread.join();
    }
    shared.protected.look()
}

/// The lock is released after all that follows, whether it fails or not.
fn released(shared: &Shared, fails: bool) {
    shared.lock.acquire();
    let _finally = Finally(&shared.lock);
    assert!(!fails, "something goes wrong");
    shared.protected.change();
}

/// The twin: the lock is released at the end, which who fails does not reach.
fn never_released(shared: &Shared, fails: bool) {
    shared.lock.acquire();
    assert!(!fails, "something goes wrong");
    shared.protected.change();
    let _ = shared.lock.release();
}

/// The twin: the lock is acquired inside the `try`. Who fails before that releases what another one holds.
fn acquired_inside(shared: &Shared, fails: bool) {
    let _finally = Finally(&shared.lock);
    assert!(!fails, "something goes wrong");
    shared.lock.acquire();
    shared.protected.change();
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/finally",
        summary: "a thread fails while it holds the lock, which is released all the same",
        shows: "With `try: .. finally: lock.release()` a lock is released also by a thread that raises, and the \
                others get it.",
        run: |_| Outcome::of(&with_a_failure(released)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/finally_missing",
        summary: "a thread fails while it holds the lock, which is never released",
        shows: "A thread that raises before it calls `lock.release()` leaves the lock held: those that acquire it \
                wait for ever.",
        literature: Some("broken variant of lock/finally"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["lock/finally"],
        run: |_| Outcome::of(&with_a_failure(never_released)),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/finally_around_acquire",
        summary: "the lock is acquired inside the `try`, and released also where it was not acquired",
        shows: "With `lock.acquire()` inside the `try`, the `finally` may release a lock that another thread holds.",
        literature: Some("Python documentation, threading: using locks in the with statement; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/finally"],
        run: |_| Outcome::of(&with_a_failure(acquired_inside)),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
];
