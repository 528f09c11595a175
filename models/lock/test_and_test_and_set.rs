//! Test, and test and set: who waits only looks until the flag is down, and tries then.
//!
//! Looking leaves the flag where it is, in every processor's cache; setting takes it away from the others.
//! Those who lose the race for it wait a little longer before they look again: they back off.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::AtomicBool;

use super::property::{Lock, PARAMETERS, mutual_exclusion_and_progress, nothing_is_lost};
use crate::scenario::{Expectation, Scenario};

/// The longest pause between two tries. Real locks wait some thousand times longer; that changes the
/// time that it takes, not what can happen.
const PAUSE_MAX: u32 = 2;

/// A flag that says whether the lock is held.
pub struct TestAndTestAndSet {
    held: AtomicBool,
}

impl TestAndTestAndSet {
    fn wait_until_it_looks_free(&self) {
        while self.held.load(Acquire) {
            hint::spin_loop();
        }
    }
}

impl Lock for TestAndTestAndSet {
    type Held = ();

    fn new(_threads: usize) -> Self {
        Self { held: AtomicBool::new(false) }
    }

    fn lock(&self, _me: usize) {
        let mut pause = 1;
        loop {
            self.wait_until_it_looks_free();
            if !self.held.swap(true, Acquire) {
                return;
            }
            for _ in 0..pause {
                hint::spin_loop();
            }
            pause = PAUSE_MAX.min(2 * pause);
        }
    }

    fn unlock(&self, (): ()) {
        self.held.store(false, Release);
    }
}

/// The twin: it looks free, so it is taken. Two threads may see the same flag down.
pub struct TestThenSet(TestAndTestAndSet);

impl Lock for TestThenSet {
    type Held = ();

    fn new(threads: usize) -> Self {
        Self(TestAndTestAndSet::new(threads))
    }

    fn lock(&self, _me: usize) {
        self.0.wait_until_it_looks_free();
        self.0.held.store(true, Relaxed);
    }

    fn unlock(&self, (): ()) {
        self.0.unlock(());
    }
}

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/test_and_test_and_set",
        summary: "who waits only looks, and backs off after a lost race",
        shows: "A spin lock that only loads while the flag is set, and swaps it when it is not, lets one thread in at \
                a time.",
        literature: Some("Rudolph and Segall, 1984; Herlihy and Shavit, chapter 7"),
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<TestAndTestAndSet>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/test_then_set",
        summary: "the flag is looked at, and set in another step",
        shows: "If the flag of a spin lock is loaded in one step and stored in another, two threads find it free and \
                enter.",
        literature: Some("Rudolph and Segall, 1984; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/test_and_test_and_set", "lock/test_and_set"],
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<TestThenSet>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
