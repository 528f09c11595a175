//! Dekker's lock for two, the first that needed loads and stores only: both say that they want to enter,
//! and if both do, the one whose turn it is not takes back its wish.
//!
//! As told by E. W. Dijkstra, "Over de sequentialiteit van procesbeschrijvingen", 1962.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicBool, AtomicUsize, fence};

use super::property::{Lock, PARAMETERS_OF_TWO, mutual_exclusion_and_progress, nothing_is_lost};
use crate::scenario::{DependsOn, Expectation, Scenario};

/// Who wants to enter, and whose turn it is if both do.
pub struct Dekker {
    wants: [AtomicBool; 2],
    turn: AtomicUsize,
}

impl Dekker {
    /// Says that `me` wants to enter; `then` stands between that and the look at the other's flag.
    fn lock_with(&self, me: usize, then: fn()) -> usize {
        let other = 1 - me;
        self.wants[me].store(true, Relaxed);
        then();
        while self.wants[other].load(Acquire) {
            if self.turn.load(Relaxed) == me {
                // The other one gives way.
                hint::spin_loop();
                continue;
            }
            self.wants[me].store(false, Release);
            while self.turn.load(Acquire) != me {
                hint::spin_loop();
            }
            self.wants[me].store(true, Relaxed);
            then();
        }
        me
    }
}

impl Lock for Dekker {
    /// The thread's number.
    type Held = usize;

    fn new(_threads: usize) -> Self {
        Self { wants: [AtomicBool::new(false), AtomicBool::new(false)], turn: AtomicUsize::new(0) }
    }

    fn lock(&self, me: usize) -> usize {
        // Of two threads that pass a fence, one is second, and sees what the first one did before it.
        self.lock_with(me, || fence(SeqCst))
    }

    fn unlock(&self, me: usize) {
        self.turn.store(1 - me, Release);
        self.wants[me].store(false, Release);
    }
}

/// The twin: has no fence. Both may look before either flag can be seen.
pub struct Unfenced(Dekker);

impl Lock for Unfenced {
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self(Dekker::new(threads))
    }

    fn lock(&self, me: usize) -> usize {
        self.0.lock_with(me, || ())
    }

    fn unlock(&self, me: usize) {
        self.0.unlock(me);
    }
}

/// The twin: nobody takes back a wish. It excludes, but if both want to enter, both wait.
pub struct Stubborn(Dekker);

impl Lock for Stubborn {
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self(Dekker::new(threads))
    }

    fn lock(&self, me: usize) -> usize {
        self.0.wants[me].store(true, Relaxed);
        fence(SeqCst);
        while self.0.wants[1 - me].load(Acquire) {
            hint::spin_loop();
        }
        me
    }

    fn unlock(&self, me: usize) {
        self.0.unlock(me);
    }
}

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/dekker",
        summary: "two flags, a turn, and a fence before each look",
        shows: "Dekker's lock lets one of two threads in at a time, with a fence between the store of its flag and \
                the load of the other's.",
        literature: Some("Dijkstra, Over de sequentialiteit van procesbeschrijvingen, 1962"),
        parameters: PARAMETERS_OF_TWO,
        run: mutual_exclusion_and_progress::<Dekker>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/dekker_unfenced",
        summary: "the fence is missing",
        shows: "Without the fence, both loads of Dekker's lock may come before the stores of the flags, and both \
                threads enter.",
        literature: Some("Dijkstra, 1962; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/dekker"],
        depends_on: DependsOn::WeakMemory,
        parameters: PARAMETERS_OF_TWO,
        run: mutual_exclusion_and_progress::<Unfenced>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/dekker_stubborn",
        summary: "nobody gives way",
        shows: "If no thread of Dekker's lock lowers its flag while both want to enter, neither ever enters.",
        literature: Some("Dijkstra, 1962; broken variant"),
        expectation: Expectation::Fails(FailureKind::Livelock),
        twin_of: &["lock/dekker"],
        parameters: PARAMETERS_OF_TWO,
        run: mutual_exclusion_and_progress::<Stubborn>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
