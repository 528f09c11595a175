//! Anderson's array lock: as many flags as threads, in a ring; each thread waits at its own.
//!
//! T. E. Anderson, "The performance of spin lock alternatives for shared-memory multiprocessors", 1990.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicBool, AtomicUsize};

use super::property::{
    Lock, PARAMETERS, PARAMETERS_OF_ORDER, Queueing, first_come_first_served, mutual_exclusion_and_progress,
    nobody_is_overtaken, nothing_is_lost,
};
use crate::scenario::{DependsOn, Expectation, Scenario};

/// A ring of flags, of which one is up while the lock is free: that of whoever comes next.
pub struct Anderson {
    flags: Vec<AtomicBool>,
    next: AtomicUsize,
}

impl Queueing for Anderson {
    type Place = usize;

    fn take_place(&self, _me: usize) -> usize {
        // The flags are used again and again. Who takes a place has to see them as those before it have left
        // them, or it may find its flag as it was a round ago.
        self.next.fetch_add(1, AcqRel) % self.flags.len()
    }

    fn wait(&self, place: usize) -> usize {
        while !self.flags[place].load(Acquire) {
            hint::spin_loop();
        }
        place
    }
}

impl Lock for Anderson {
    /// The place in the ring.
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self { flags: (0..threads).map(|place| AtomicBool::new(place == 0)).collect(), next: AtomicUsize::new(0) }
    }

    fn lock(&self, me: usize) -> usize {
        let place = self.take_place(me);
        self.wait(place)
    }

    fn unlock(&self, place: usize) {
        // First one's own flag down, then the next one's up: from then on the ring is the other's.
        self.flags[place].store(false, Relaxed);
        self.flags[(place + 1) % self.flags.len()].store(true, Release);
    }
}

/// The twin: releases in the wrong order. The next one may be through, and have put the first one's flag
/// up again, before that one takes it down.
pub struct WrongOrder(Anderson);

impl Lock for WrongOrder {
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self(Anderson::new(threads))
    }

    fn lock(&self, me: usize) -> usize {
        self.0.lock(me)
    }

    fn unlock(&self, place: usize) {
        let flags = &self.0.flags;
        flags[(place + 1) % flags.len()].store(true, Release);
        flags[place].store(false, Relaxed);
    }
}

/// The twin: the ticket is only a number, so it needs no ordering. (We wrote it so ourselves at first, and
/// learnt better from the scenario below.)
pub struct RelaxedPlace(Anderson);

impl Lock for RelaxedPlace {
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self(Anderson::new(threads))
    }

    fn lock(&self, _me: usize) -> usize {
        let place = self.0.next.fetch_add(1, Relaxed) % self.0.flags.len();
        self.0.wait(place)
    }

    fn unlock(&self, place: usize) {
        self.0.unlock(place);
    }
}

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/anderson",
        summary: "a ring of flags, one for each thread that waits",
        shows: "Anderson's array lock lets one thread in at a time; each waits at a flag of its own in a ring.",
        literature: Some("Anderson, The performance of spin lock alternatives, TPDS 1990"),
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<Anderson>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/anderson_in_order",
        summary: "places are let in one after the other",
        shows: "Anderson's array lock serves threads in the order in which `fetch_add` gave them their places.",
        literature: Some("Anderson, The performance of spin lock alternatives, TPDS 1990"),
        parameters: PARAMETERS_OF_ORDER,
        run: first_come_first_served::<Anderson>,
        right: nobody_is_overtaken,
        possible: nobody_is_overtaken,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/anderson_wrong_order",
        summary: "the next one is let in before one's own flag is down",
        shows: "If Anderson's lock raises the next flag before it lowers its own, it may lower a flag that was raised \
                for another thread, which waits for ever.",
        literature: Some("Anderson, TPDS 1990; broken variant"),
        expectation: Expectation::Fails(FailureKind::Livelock),
        twin_of: &["lock/anderson"],
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<WrongOrder>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/anderson_relaxed_place",
        summary: "places are taken without an ordering, and a flag is seen as it was a round ago",
        shows: "With a relaxed `fetch_add` for the place, Anderson's lock may read a flag of the ring as it was a \
                round ago.",
        literature: Some("Anderson, TPDS 1990; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/anderson"],
        depends_on: DependsOn::WeakMemory,
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<RelaxedPlace>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
