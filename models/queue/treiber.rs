//! A stack without a lock, whose nodes are used again: who takes one has to notice that it is not the one that it
//! has looked at, though it has the same number. That is the ABA problem, and a count beside the number solves it.
//!
//! R. K. Treiber, "Systems programming: coping with parallelism", 1986.

use std::sync::atomic::Ordering::SeqCst;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::Mutex;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::thread;

use crate::scenario::{Expectation, Parameters, Scenario, any_of};

const NODES: usize = 6;
/// The part of the head that is the number of a node.
const NODE: usize = 0xff;
/// The number that stands for no node.
const NONE: usize = NODE;

/// The stack.
pub struct Stack {
    /// The number of the first node, and above it how often the first one has been another.
    head: AtomicUsize,
    next: [AtomicUsize; NODES],
    value: [AtomicUsize; NODES],
    /// The nodes that are not in the stack: what `malloc` would know.
    free: Mutex<Vec<usize>>,
}

impl Default for Stack {
    fn default() -> Self {
        Self {
            head: AtomicUsize::new(NONE),
            next: [const { AtomicUsize::new(NONE) }; NODES],
            value: [const { AtomicUsize::new(0) }; NODES],
            free: Mutex::new((0..NODES).collect()),
        }
    }
}

/// Returns what stands in the head when `node` comes first, after `former` stood there.
type Head = fn(former: usize, node: usize) -> usize;

fn counted(former: usize, node: usize) -> usize {
    ((former >> 8) + 1) << 8 | node
}

/// The twin: the number alone.
fn uncounted(_former: usize, node: usize) -> usize {
    node
}

impl Stack {
    /// Adds a value, if there is a node for it.
    pub fn push(&self, value: u8) -> bool {
        self.push_as(value, counted)
    }

    /// Takes the value that was put last, if there is one.
    pub fn pop(&self) -> Option<u8> {
        self.pop_as(counted)
    }

    /// The twin's [`push`](Self::push).
    pub fn push_uncounted(&self, value: u8) -> bool {
        self.push_as(value, uncounted)
    }

    /// The twin's [`pop`](Self::pop).
    pub fn pop_uncounted(&self) -> Option<u8> {
        self.pop_as(uncounted)
    }

    fn push_as(&self, value: u8, as_head: Head) -> bool {
        let Some(node) = self.free.lock().unwrap().pop() else { return false };
        self.value[node].store(value.into(), SeqCst);
        loop {
            let head = self.head.load(SeqCst);
            self.next[node].store(head & NODE, SeqCst);
            if self.head.compare_exchange(head, as_head(head, node), SeqCst, SeqCst).is_ok() {
                return true;
            }
        }
    }

    fn pop_as(&self, as_head: Head) -> Option<u8> {
        loop {
            let head = self.head.load(SeqCst);
            let node = head & NODE;
            if node == NONE {
                return None;
            }
            let (next, value) = (self.next[node].load(SeqCst), self.value[node].load(SeqCst));
            // If the head is what it was, so is all that was read of its node. Or so it seems.
            if self.head.compare_exchange(head, as_head(head, next), SeqCst, SeqCst).is_ok() {
                self.free.lock().unwrap().push(node);
                return Some(value as u8);
            }
        }
    }
}

/// On a stack with one value, one thread takes, and another one takes and puts the next value, for which it uses
/// the node again. Returns what they took, and what is left.
fn used_again(push: fn(&Stack, u8) -> bool, pop: fn(&Stack) -> Option<u8>) -> [Option<u8>; 3] {
    let stack = Stack::default();
    push(&stack, 1);
    let (one, other) = thread::scope(|scope| {
        let one = scope.spawn(|| pop(&stack));
        let other = scope.spawn(|| {
            let taken = pop(&stack);
            push(&stack, 2);
            taken
        });
        (one.join().unwrap(), other.join().unwrap())
    });
    [one, other, pop(&stack)]
}

/// What is right: each value is taken once.
fn each_once(_: &Parameters) -> Option<Vec<Outcome>> {
    any_of([[Some(1), None, Some(2)], [None, Some(1), Some(2)], [Some(2), Some(1), None]])
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/treiber",
        summary: "a stack whose head has a count beside the number of its node",
        shows: "The Treiber stack needs no lock if its head carries a count that tells a node from the same node put \
                back.",
        literature: Some("Treiber, IBM RJ 5118, 1986"),
        run: |_| Outcome::of(&used_again(Stack::push, Stack::pop)),
        right: each_once,
        possible: each_once,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/treiber_aba",
        summary: "a node that is there again is taken for one that was there all the time",
        shows: "Without the count a `pop` takes a node that was popped and pushed again for one that was never away \
                (ABA), and the stack is corrupted.",
        literature: Some("Treiber, IBM RJ 5118, 1986; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/treiber"],
        run: |_| Outcome::of(&used_again(Stack::push_uncounted, Stack::pop_uncounted)),
        right: each_once,
        ..Scenario::DEFAULT
    },
];
