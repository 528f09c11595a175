//! A queue without a lock, as a list of nodes: whoever links a node to the last one has put it.
//!
//! M. M. Michael and M. L. Scott, "Simple, fast, and practical non-blocking and blocking concurrent queue
//! algorithms", 1996. In C a node is allocated; here nodes are numbers, and each is used once, so that a number
//! always means the same node.

use std::sync::atomic::Ordering::SeqCst;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::thread;

use crate::scenario::{Expectation, Parameters, Scenario, any_of};

const NODES: usize = 16;
const NONE: usize = usize::MAX;

/// The queue: the node before the first value, the last node or one that is close to it, and the links.
pub struct Queue {
    head: AtomicUsize,
    tail: AtomicUsize,
    next: [AtomicUsize; NODES],
    value: [AtomicUsize; NODES],
    /// How many nodes have been used. Node 0 stands before the first value.
    used: AtomicUsize,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            head: AtomicUsize::new(0),
            tail: AtomicUsize::new(0),
            next: [const { AtomicUsize::new(NONE) }; NODES],
            value: [const { AtomicUsize::new(0) }; NODES],
            used: AtomicUsize::new(1),
        }
    }
}

impl Queue {
    /// Adds a value: there is always room.
    pub fn push(&self, value: u8) -> bool {
        let node = self.node(value);
        loop {
            let tail = self.tail.load(SeqCst);
            match self.next[tail].compare_exchange(NONE, node, SeqCst, SeqCst) {
                Ok(_) => {
                    let _ = self.tail.compare_exchange(tail, node, SeqCst, SeqCst);
                    return true;
                }
                // Somebody has linked a node, and not yet moved the tail on: that is done for them.
                Err(next) => drop(self.tail.compare_exchange(tail, next, SeqCst, SeqCst)),
            }
        }
    }

    /// Takes the value that was put first, if there is one.
    pub fn pop(&self) -> Option<u8> {
        loop {
            let head = self.head.load(SeqCst);
            let next = self.next[head].load(SeqCst);
            if next == NONE {
                return None;
            }
            if head == self.tail.load(SeqCst) {
                // The tail must not fall behind the head.
                let _ = self.tail.compare_exchange(head, next, SeqCst, SeqCst);
            }
            if self.head.compare_exchange(head, next, SeqCst, SeqCst).is_ok() {
                return Some(self.value[next].load(SeqCst) as u8);
            }
        }
    }

    fn node(&self, value: u8) -> usize {
        let node = self.used.fetch_add(1, SeqCst);
        self.value[node].store(value.into(), SeqCst);
        node
    }

    /// The twin: moves the tail on, and then links the node. Between the two the list is in pieces, and what others
    /// put behind is not to be found.
    pub fn push_tail_first(&self, value: u8) -> bool {
        let node = self.node(value);
        let former = self.tail.swap(node, SeqCst);
        self.next[former].store(node, SeqCst);
        true
    }

    /// The twin: moves the head on without looking whether somebody else has.
    pub fn pop_without_looking(&self) -> Option<u8> {
        let head = self.head.load(SeqCst);
        let next = self.next[head].load(SeqCst);
        if next == NONE {
            return None;
        }
        let _ = self.tail.compare_exchange(head, next, SeqCst, SeqCst);
        self.head.store(next, SeqCst);
        Some(self.value[next].load(SeqCst) as u8)
    }
}

/// Each of two threads puts a value, and takes one: there is always one for it. Returns what they took.
fn put_and_taken(push: fn(&Queue, u8) -> bool, pop: fn(&Queue) -> Option<u8>) -> [Option<u8>; 2] {
    let queue = Queue::default();
    thread::scope(|scope| {
        let threads = [1, 2].map(|value| {
            let queue = &queue;
            scope.spawn(move || {
                push(queue, value);
                pop(queue)
            })
        });
        threads.map(|thread| thread.join().unwrap())
    })
}

/// What is right: each value is taken once.
fn each_once(_: &Parameters) -> Option<Vec<Outcome>> {
    any_of([[Some(1), Some(2)], [Some(2), Some(1)]])
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/michael_scott",
        summary: "a list whose ends are moved on by whoever comes by",
        shows: "The Michael-Scott queue needs no lock: a thread that finds the tail behind moves it on for the other.",
        literature: Some("Michael and Scott, PODC 1996"),
        run: |_| Outcome::of(&put_and_taken(Queue::push, Queue::pop)),
        right: each_once,
        possible: each_once,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/michael_scott_tail_first",
        summary: "the end is moved on before the node is linked",
        shows: "Moving the tail before the node is linked leaves the list in two pieces for a moment: a later value is \
                not found.",
        literature: Some("Michael and Scott, PODC 1996; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/michael_scott"],
        run: |_| Outcome::of(&put_and_taken(Queue::push_tail_first, Queue::pop)),
        right: each_once,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/michael_scott_taken_twice",
        summary: "who takes does not look whether somebody else has taken the same",
        shows: "Moving the head by a store instead of a compare-and-swap lets two consumers take the same value.",
        literature: Some("Michael and Scott, PODC 1996; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/michael_scott"],
        run: |_| Outcome::of(&put_and_taken(Queue::push, Queue::pop_without_looking)),
        right: each_once,
        ..Scenario::DEFAULT
    },
];
