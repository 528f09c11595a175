//! A lock that sleeps instead of spinning: a word of three states, and a queue that is only used when
//! somebody has to wait.
//!
//! Free, held, and held with somebody waiting: only in the last case does who unlocks have to wake anybody.
//! This is how locks are made of Linux's `futex`; see U. Drepper, "Futexes are tricky", 2004.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicU32;
use selvedge::sync::{Condvar, Mutex};

use super::property::{Lock, PARAMETERS, mutual_exclusion_and_progress, nothing_is_lost};
use crate::scenario::{Expectation, Parameter, Scenario};

const FREE: u32 = 0;
const HELD: u32 = 1;
const AWAITED: u32 = 2;

/// What the system has for threads that want to sleep until a word changes.
#[derive(Default)]
struct SleepingPlace {
    entrance: Mutex<()>,
    woken: Condvar,
}

impl SleepingPlace {
    /// Sleeps until woken, unless `word` is not `expected` any more. Nobody is woken between the look and
    /// the sleep, as the entrance is held. May wake for no reason.
    fn sleep_while(&self, word: &AtomicU32, expected: u32) {
        let entrance = self.entrance.lock().unwrap();
        if word.load(Relaxed) == expected {
            drop(self.woken.wait(entrance).unwrap());
        }
    }

    /// Wakes one that sleeps, if there is one.
    fn wake_one(&self) {
        let _entrance = self.entrance.lock().unwrap();
        self.woken.notify_one();
    }
}

/// The word, and where those sleep who wait.
pub struct Parking {
    state: AtomicU32,
    waiting: SleepingPlace,
}

impl Parking {
    fn is_taken_at_once(&self) -> bool {
        self.state.compare_exchange(FREE, HELD, Acquire, Relaxed).is_ok()
    }
}

impl Lock for Parking {
    type Held = ();

    fn new(_threads: usize) -> Self {
        Self { state: AtomicU32::new(FREE), waiting: SleepingPlace::default() }
    }

    fn lock(&self, _me: usize) {
        if self.is_taken_at_once() {
            return;
        }
        // Who had to wait takes the lock as one that others wait for, as it cannot know that they do not.
        while self.state.swap(AWAITED, Acquire) != FREE {
            self.waiting.sleep_while(&self.state, AWAITED);
        }
    }

    fn unlock(&self, (): ()) {
        if self.state.swap(FREE, Release) == AWAITED {
            self.waiting.wake_one();
        }
    }
}

/// The twin: looks whether to sleep before it enters the place where it would be woken. If it is to be
/// woken in between, it sleeps for ever.
pub struct LostWakeup(Parking);

impl Lock for LostWakeup {
    type Held = ();

    fn new(threads: usize) -> Self {
        Self(Parking::new(threads))
    }

    fn lock(&self, _me: usize) {
        let Parking { state, waiting } = &self.0;
        if self.0.is_taken_at_once() {
            return;
        }
        while state.swap(AWAITED, Acquire) != FREE {
            if state.load(Relaxed) == AWAITED {
                let entrance = waiting.entrance.lock().unwrap();
                drop(waiting.woken.wait(entrance).unwrap());
            }
        }
    }

    fn unlock(&self, (): ()) {
        self.0.unlock(());
    }
}

/// The twin: who has slept takes the lock as if nobody else slept, and will wake nobody.
pub struct ForgetsTheOthers(Parking);

impl Lock for ForgetsTheOthers {
    type Held = ();

    fn new(threads: usize) -> Self {
        Self(Parking::new(threads))
    }

    fn lock(&self, _me: usize) {
        let Parking { state, waiting } = &self.0;
        while !self.0.is_taken_at_once() {
            if state.compare_exchange(HELD, AWAITED, Relaxed, Relaxed) != Err(FREE) {
                waiting.sleep_while(state, AWAITED);
            }
        }
    }

    fn unlock(&self, (): ()) {
        self.0.unlock(());
    }
}

/// It takes one who holds the lock, one who is woken, and one who is forgotten.
const PARAMETERS_OF_THREE: &[Parameter] = &[
    Parameter { name: "threads", summary: "how many threads take the lock", default: 3, least: 3, most: 4 },
    Parameter { name: "rounds", summary: "how often each does", default: 1, least: 1, most: 1_000 },
];

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/parking",
        summary: "who has to wait sleeps, and is woken by who unlocks",
        shows: "A lock of three states made of `futex` calls lets one thread in at a time and wakes those that sleep.",
        literature: Some("Drepper, Futexes are tricky, 2004"),
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<Parking>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/parking_lost_wakeup",
        summary: "the look and the sleep are two steps, and the wake-up comes between them",
        shows: "If the check of the state and the sleep are two steps, the wake-up comes between them and is lost.",
        literature: Some("Drepper, Futexes are tricky, 2004; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["lock/parking"],
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<LostWakeup>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/parking_forgets_the_others",
        summary: "who was woken does not know that others still sleep",
        shows: "If a thread that was woken marks the lock as held without waiters, the other sleepers are never woken.",
        literature: Some("Drepper, Futexes are tricky, 2004; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["lock/parking"],
        parameters: PARAMETERS_OF_THREE,
        run: mutual_exclusion_and_progress::<ForgetsTheOthers>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
