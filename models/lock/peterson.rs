//! Peterson's lock for two: loads and stores, and no instruction that does both. Almost.
//!
//! Each says that it wants to enter, and then gives the turn to the other. Who finds that the other wants
//! to enter, and that it is the other's turn, waits. As an interleaving this is right with plain loads and
//! stores. But processors let a load overtake a store before it: each may find that the other does not
//! want to enter, because the other's store is still on its way.
//!
//! G. L. Peterson, "Myths about the mutual exclusion problem", 1981.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicBool, AtomicUsize};

use super::property::{Lock, PARAMETERS_OF_TWO, mutual_exclusion_and_progress, nothing_is_lost};
use crate::scenario::{DependsOn, Expectation, Scenario};

/// Who wants to enter, and who is to wait if both do.
pub struct Peterson {
    wants: [AtomicBool; 2],
    turn: AtomicUsize,
}

impl Lock for Peterson {
    /// The thread's number.
    type Held = usize;

    fn new(_threads: usize) -> Self {
        Self { wants: [AtomicBool::new(false), AtomicBool::new(false)], turn: AtomicUsize::new(0) }
    }

    fn lock(&self, me: usize) -> usize {
        let other = 1 - me;
        self.wants[me].store(true, Relaxed);
        // An exchange, not a store: it reads what the other one put here, if that one was first, and with it
        // that the other one wants to enter.
        self.turn.swap(other, AcqRel);
        while self.wants[other].load(Acquire) && self.turn.load(Acquire) == other {
            hint::spin_loop();
        }
        me
    }

    fn unlock(&self, me: usize) {
        self.wants[me].store(false, Release);
    }
}

/// Right as well, and what the textbooks mean: all accesses take effect in one order that both agree on.
/// Then nothing needs to be exchanged.
pub struct SequentiallyConsistent(Peterson);

impl Lock for SequentiallyConsistent {
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self(Peterson::new(threads))
    }

    fn lock(&self, me: usize) -> usize {
        let other = 1 - me;
        self.0.wants[me].store(true, SeqCst);
        self.0.turn.store(other, SeqCst);
        while self.0.wants[other].load(SeqCst) && self.0.turn.load(SeqCst) == other {
            hint::spin_loop();
        }
        me
    }

    fn unlock(&self, me: usize) {
        self.0.wants[me].store(false, SeqCst);
    }
}

/// The twin: the textbook's loads and stores, with orderings that suffice for other locks. A load may
/// still overtake the stores before it.
pub struct Unfenced(Peterson);

impl Lock for Unfenced {
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self(Peterson::new(threads))
    }

    fn lock(&self, me: usize) -> usize {
        let other = 1 - me;
        self.0.wants[me].store(true, Release);
        self.0.turn.store(other, Release);
        while self.0.wants[other].load(Acquire) && self.0.turn.load(Acquire) == other {
            hint::spin_loop();
        }
        me
    }

    fn unlock(&self, me: usize) {
        self.0.unlock(me);
    }
}

/// The twin: gives the turn away first, and says after that it wants to enter.
pub struct TurnFirst(Peterson);

impl Lock for TurnFirst {
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self(Peterson::new(threads))
    }

    fn lock(&self, me: usize) -> usize {
        let other = 1 - me;
        self.0.turn.store(other, SeqCst);
        self.0.wants[me].store(true, SeqCst);
        while self.0.wants[other].load(SeqCst) && self.0.turn.load(SeqCst) == other {
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
        name: "lock/peterson",
        summary: "two flags and a turn that is exchanged",
        shows: "Peterson's lock lets one of two threads in at a time, with the turn exchanged by an atomic `swap`.",
        literature: Some("Peterson, Myths about the mutual exclusion problem, IPL 1981"),
        parameters: PARAMETERS_OF_TWO,
        run: mutual_exclusion_and_progress::<Peterson>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/peterson_seqcst",
        summary: "two flags and a turn, in one order that all agree on",
        shows: "Peterson's lock lets one of two threads in at a time with loads and stores, if they are sequentially \
                consistent.",
        literature: Some("Peterson, Myths about the mutual exclusion problem, IPL 1981"),
        depends_on: DependsOn::OneOrderOfSeqCst,
        parameters: PARAMETERS_OF_TWO,
        run: mutual_exclusion_and_progress::<SequentiallyConsistent>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/peterson_unfenced",
        summary: "loads may overtake the stores before them",
        shows: "Without sequential consistency the loads of Peterson's lock may overtake its stores, and both threads \
                enter.",
        literature: Some("Peterson, IPL 1981; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/peterson", "lock/peterson_seqcst"],
        depends_on: DependsOn::WeakMemory,
        parameters: PARAMETERS_OF_TWO,
        run: mutual_exclusion_and_progress::<Unfenced>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/peterson_turn_first",
        summary: "the turn is given away before the flag is up",
        shows: "If Peterson's lock gives the turn away before it raises its flag, both threads enter.",
        literature: Some("Peterson, IPL 1981; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/peterson", "lock/peterson_seqcst"],
        parameters: PARAMETERS_OF_TWO,
        run: mutual_exclusion_and_progress::<TurnFirst>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
