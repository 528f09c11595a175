//! A lock that its holder may take again: it knows who holds it, and how often.
//!
//! It lets a function that holds the lock call another one that takes it. Python's `RLock` is one.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::AtomicUsize;

use super::property::{Lock, PARAMETERS, mutual_exclusion_and_progress, nothing_is_lost};
use crate::scenario::{Expectation, Scenario};

/// What stands where there is no owner.
const NOBODY: usize = usize::MAX;

/// The owner, and how often it has taken the lock. Only the owner looks at the depth.
pub struct Reentrant {
    owner: AtomicUsize,
    depth: AtomicUsize,
}

impl Lock for Reentrant {
    type Held = ();

    fn new(_threads: usize) -> Self {
        Self { owner: AtomicUsize::new(NOBODY), depth: AtomicUsize::new(0) }
    }

    fn lock(&self, me: usize) {
        // Nobody but oneself ever writes one's own name here, so there is nothing that could be missed.
        if self.owner.load(Relaxed) != me {
            while self.owner.compare_exchange(NOBODY, me, Acquire, Relaxed).is_err() {
                hint::spin_loop();
            }
        }
        self.depth.store(self.depth.load(Relaxed) + 1, Relaxed);
    }

    fn unlock(&self, (): ()) {
        let depth = self.depth.load(Relaxed) - 1;
        self.depth.store(depth, Relaxed);
        if depth == 0 {
            self.owner.store(NOBODY, Release);
        }
    }
}

/// The twin: a lock that knows that it is held, and not by whom.
pub struct WithoutOwner(Reentrant);

impl Lock for WithoutOwner {
    type Held = ();

    fn new(threads: usize) -> Self {
        Self(Reentrant::new(threads))
    }

    fn lock(&self, me: usize) {
        while self.0.owner.compare_exchange(NOBODY, me, Acquire, Relaxed).is_err() {
            hint::spin_loop();
        }
    }

    fn unlock(&self, (): ()) {
        self.0.owner.store(NOBODY, Release);
    }
}

/// The twin: knows its owner, and does not count. The first of two releases lets others in.
pub struct WithoutCount(Reentrant);

impl Lock for WithoutCount {
    type Held = ();

    fn new(threads: usize) -> Self {
        Self(Reentrant::new(threads))
    }

    fn lock(&self, me: usize) {
        self.0.lock(me);
    }

    fn unlock(&self, (): ()) {
        self.0.owner.store(NOBODY, Release);
    }
}

/// Taken as by a function that takes the lock and calls another one, which takes it too, and returns before
/// the work is done.
pub struct Twice<L>(L);

impl<L: Lock<Held = ()>> Lock for Twice<L> {
    type Held = ();

    fn new(threads: usize) -> Self {
        Self(L::new(threads))
    }

    fn lock(&self, me: usize) {
        self.0.lock(me);
        self.0.lock(me);
        self.0.unlock(());
    }

    fn unlock(&self, (): ()) {
        self.0.unlock(());
    }
}

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/reentrant",
        summary: "the holder takes the lock again",
        shows: "A thread that holds an `RLock` can acquire it again; it is free when it has been released as often.",
        literature: Some("Python documentation, threading.RLock"),
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<Twice<Reentrant>>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/reentrant_without_owner",
        summary: "the holder of an ordinary lock takes it again",
        shows: "A thread that acquires a lock that is no `RLock` a second time waits for itself for ever.",
        literature: Some("Python documentation, threading.RLock; broken variant"),
        expectation: Expectation::AlwaysFails(FailureKind::Livelock),
        twin_of: &["lock/reentrant"],
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<Twice<WithoutOwner>>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/reentrant_without_count",
        summary: "the first release of two lets others in",
        shows: "If the first of two releases frees an `RLock`, another thread enters while the first one still works.",
        literature: Some("Python documentation, threading.RLock; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/reentrant"],
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<Twice<WithoutCount>>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
