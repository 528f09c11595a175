//! The queue lock of Mellor-Crummey and Scott: each thread waits at its own node, and is let in by the one
//! before it.
//!
//! J. M. Mellor-Crummey and M. L. Scott, "Algorithms for scalable synchronization on shared-memory
//! multiprocessors", 1991.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicBool, AtomicUsize};

use super::property::{
    Lock, PARAMETERS, PARAMETERS_OF_ORDER, Queueing, first_come_first_served, mutual_exclusion_and_progress,
    nobody_is_overtaken, nothing_is_lost,
};
use crate::scenario::{Expectation, Scenario};

/// What stands where there is no node.
const NONE: usize = usize::MAX;

/// A thread's node: whether it has to wait, and whose node comes after it.
struct Node {
    waits: AtomicBool,
    next: AtomicUsize,
}

/// A node for each thread, and the last one in the queue.
pub struct Mcs {
    nodes: Vec<Node>,
    tail: AtomicUsize,
}

/// One's own node, and the one before it.
pub struct Place {
    me: usize,
    before: usize,
}

impl Queueing for Mcs {
    type Place = Place;

    fn take_place(&self, me: usize) -> Place {
        let node = &self.nodes[me];
        node.next.store(NONE, Relaxed);
        node.waits.store(true, Relaxed);
        let before = self.tail.swap(me, AcqRel);
        if before != NONE {
            self.nodes[before].next.store(me, Release);
        }
        Place { me, before }
    }

    fn wait(&self, Place { me, before }: Place) -> usize {
        while before != NONE && self.nodes[me].waits.load(Acquire) {
            hint::spin_loop();
        }
        me
    }
}

impl Lock for Mcs {
    /// The thread's number.
    type Held = usize;

    fn new(threads: usize) -> Self {
        let node = |_| Node { waits: AtomicBool::new(false), next: AtomicUsize::new(NONE) };
        Self { nodes: (0..threads).map(node).collect(), tail: AtomicUsize::new(NONE) }
    }

    fn lock(&self, me: usize) -> usize {
        let place = self.take_place(me);
        self.wait(place)
    }

    fn unlock(&self, me: usize) {
        let mut next = self.nodes[me].next.load(Acquire);
        if next == NONE {
            if self.tail.compare_exchange(me, NONE, Release, Relaxed).is_ok() {
                return;
            }
            // Somebody has entered the queue and is about to tell.
            while next == NONE {
                hint::spin_loop();
                next = self.nodes[me].next.load(Acquire);
            }
        }
        self.nodes[next].waits.store(false, Release);
    }
}

/// The twin: sees nobody behind it and goes. Somebody may have entered the queue without having told yet,
/// and will not be let in by anyone.
pub struct GoesAtOnce(Mcs);

impl Lock for GoesAtOnce {
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self(Mcs::new(threads))
    }

    fn lock(&self, me: usize) -> usize {
        self.0.lock(me)
    }

    fn unlock(&self, me: usize) {
        let next = self.0.nodes[me].next.load(Acquire);
        if next == NONE {
            let _ = self.0.tail.compare_exchange(me, NONE, Release, Relaxed);
            return;
        }
        self.0.nodes[next].waits.store(false, Release);
    }
}

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/mcs",
        summary: "each thread waits at its own node until the one before it lets it in",
        shows: "The MCS lock lets one thread in at a time; who unlocks raises the flag in the node of its successor.",
        literature: Some("Mellor-Crummey and Scott, TOCS 1991"),
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<Mcs>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/mcs_in_order",
        summary: "the queue is served from the front",
        shows: "The MCS lock serves threads in the order in which they swapped their nodes into the queue.",
        literature: Some("Mellor-Crummey and Scott, TOCS 1991"),
        parameters: PARAMETERS_OF_ORDER,
        run: first_come_first_served::<Mcs>,
        right: nobody_is_overtaken,
        possible: nobody_is_overtaken,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/mcs_goes_at_once",
        summary: "who sees no successor goes, while one is entering the queue",
        shows: "An MCS unlock that sees no successor and leaves without `compare_exchange` on the tail misses one \
                that is entering.",
        literature: Some("Mellor-Crummey and Scott, TOCS 1991; broken variant"),
        expectation: Expectation::Fails(FailureKind::Livelock),
        twin_of: &["lock/mcs"],
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<GoesAtOnce>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
