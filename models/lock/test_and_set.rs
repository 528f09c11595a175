//! The simplest lock: a flag, and an instruction that sets it and tells what it was.
//!
//! It lets one in at a time, and says nothing of whom: who asks again soonest may win every time.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::AtomicBool;

use super::property::{
    Lock, PARAMETERS, PARAMETERS_OF_ORDER, Queueing, first_come_first_served, mutual_exclusion_and_progress,
    nobody_is_overtaken, nothing_is_lost,
};
use crate::scenario::{Expectation, Scenario};

/// A flag that says whether the lock is held.
pub struct TestAndSet {
    held: AtomicBool,
}

impl Lock for TestAndSet {
    type Held = ();

    fn new(_threads: usize) -> Self {
        Self { held: AtomicBool::new(false) }
    }

    fn lock(&self, _me: usize) {
        // Whoever finds `false` has set it, and nobody else can have found the same `false`.
        while self.held.swap(true, Acquire) {
            hint::spin_loop();
        }
    }

    fn unlock(&self, (): ()) {
        self.held.store(false, Release);
    }
}

/// The twin: unlocking is said to need no ordering, as it is only a flag. Then nothing says that what was
/// done before it is seen by who finds the flag down.
pub struct RelaxedUnlock(TestAndSet);

impl Lock for RelaxedUnlock {
    type Held = ();

    fn new(threads: usize) -> Self {
        Self(TestAndSet::new(threads))
    }

    fn lock(&self, me: usize) {
        self.0.lock(me);
    }

    fn unlock(&self, (): ()) {
        self.0.held.store(false, Relaxed);
    }
}

/// There is no queue: to come first is to have come, and nothing else.
impl Queueing for TestAndSet {
    type Place = usize;

    fn take_place(&self, me: usize) -> usize {
        me
    }

    fn wait(&self, me: usize) {
        self.lock(me);
    }
}

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/test_and_set",
        summary: "a flag that is set and read by one instruction",
        shows: "A spin lock of one flag and an atomic `swap` lets one thread in at a time.",
        literature: Some("Herlihy and Shavit, The Art of Multiprocessor Programming, chapter 7"),
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<TestAndSet>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/test_and_set_relaxed_unlock",
        summary: "the flag is taken down without an ordering",
        shows: "If a spin lock is unlocked with a relaxed store, what was written under it is not ordered before the \
                next holder.",
        literature: Some("Herlihy and Shavit, chapter 7; broken variant"),
        expectation: Expectation::AlwaysFails(FailureKind::DataRace),
        twin_of: &["lock/test_and_set"],
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<RelaxedUnlock>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/test_and_set_in_order",
        summary: "a lock without a queue is asked to serve in order",
        shows: "A test-and-set lock does not serve in the order of arrival: a thread that comes later may enter first.",
        literature: Some("Herlihy and Shavit, chapter 7; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &[
            "lock/ticket_in_order",
            "lock/anderson_in_order",
            "lock/clh_in_order",
            "lock/mcs_in_order",
            "lock/bakery_in_order",
        ],
        parameters: PARAMETERS_OF_ORDER,
        run: first_come_first_served::<TestAndSet>,
        right: nobody_is_overtaken,
        ..Scenario::DEFAULT
    },
];
