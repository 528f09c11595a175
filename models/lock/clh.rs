//! The queue lock of Craig, Landin and Hagersten: each thread waits for the one before it.
//!
//! A thread enters a node at the end of the queue and watches its predecessor's node. When it has been
//! served it leaves its own node to its successor, which is watching it, and takes the predecessor's,
//! which nobody watches any more.
//!
//! T. Craig, "Building FIFO and priority-queuing spin locks from atomic swap", 1993; Magnusson, Landin,
//! Hagersten, "Queue locks on cache coherent multiprocessors", 1994.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicBool, AtomicUsize};

use super::property::{
    Lock, PARAMETERS, PARAMETERS_OF_ORDER, Queueing, first_come_first_served, mutual_exclusion_and_progress,
    nobody_is_overtaken, nothing_is_lost,
};
use crate::scenario::{Expectation, Scenario};

/// The nodes, one more than threads, and who has which. In C a node is a piece of memory; here it is a
/// number.
pub struct Clh {
    /// Whether who entered the node has or wants the lock.
    is_busy: Vec<AtomicBool>,
    /// The node entered last.
    tail: AtomicUsize,
    /// For each thread, the node that it will enter next. Nobody else looks at it.
    own: Vec<AtomicUsize>,
}

/// One's own node in the queue, and the one before it.
pub struct Place {
    me: usize,
    own: usize,
    before: usize,
}

impl Queueing for Clh {
    type Place = Place;

    fn take_place(&self, me: usize) -> Place {
        let own = self.own[me].load(Relaxed);
        self.is_busy[own].store(true, Relaxed);
        let before = self.tail.swap(own, AcqRel);
        Place { me, own, before }
    }

    fn wait(&self, place: Place) -> Place {
        while self.is_busy[place.before].load(Acquire) {
            hint::spin_loop();
        }
        place
    }
}

impl Lock for Clh {
    type Held = Place;

    fn new(threads: usize) -> Self {
        Self {
            is_busy: (0..=threads).map(|_| AtomicBool::new(false)).collect(),
            tail: AtomicUsize::new(threads),
            own: (0..threads).map(AtomicUsize::new).collect(),
        }
    }

    fn lock(&self, me: usize) -> Place {
        let place = self.take_place(me);
        self.wait(place)
    }

    fn unlock(&self, held: Place) {
        self.own[held.me].store(held.before, Relaxed);
        self.is_busy[held.own].store(false, Release);
    }
}

/// The twin: keeps its own node for the next time. It may still be the last one in the queue: then it waits for
/// itself. Or its successor may still be watching it, and is kept waiting by who has gone.
pub struct OwnNodeAgain(Clh);

impl Lock for OwnNodeAgain {
    type Held = Place;

    fn new(threads: usize) -> Self {
        Self(Clh::new(threads))
    }

    fn lock(&self, me: usize) -> Place {
        self.0.lock(me)
    }

    fn unlock(&self, held: Place) {
        self.0.is_busy[held.own].store(false, Release);
    }
}

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/clh",
        summary: "each thread watches the node of the one before it",
        shows: "The CLH lock lets one thread in at a time; one `swap` of the tail enters its queue.",
        literature: Some("Craig, 1993; Magnusson, Landin and Hagersten, 1994"),
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<Clh>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/clh_in_order",
        summary: "the queue is served from the front",
        shows: "The CLH lock serves threads in the order in which they swapped their nodes into the queue.",
        literature: Some("Craig, 1993; Magnusson, Landin and Hagersten, 1994"),
        parameters: PARAMETERS_OF_ORDER,
        run: first_come_first_served::<Clh>,
        right: nobody_is_overtaken,
        possible: nobody_is_overtaken,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/clh_own_node_again",
        summary: "a thread enters the same node again, which is still in the queue",
        shows: "A thread that enters the CLH queue with its own node again may wait for itself for ever, or keep its \
                successor waiting.",
        literature: Some("Craig, 1993; Magnusson, Landin and Hagersten, 1994; broken variant"),
        expectation: Expectation::Fails(FailureKind::Livelock),
        twin_of: &["lock/clh"],
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<OwnNodeAgain>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
