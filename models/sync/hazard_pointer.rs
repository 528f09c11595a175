//! A hazard pointer: a reader says what it is about to look at, and who wants to use that again waits.
//!
//! M. M. Michael, "Hazard pointers: safe memory reclamation for lock-free objects", 2004.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicUsize, fence};
use selvedge::thread;

use crate::scenario::{DependsOn, Expectation, Scenario, any_of};
use crate::watched::Watched;

/// What stands where nothing is looked at.
const NOTHING: usize = usize::MAX;

/// A node: the cell is touched whenever the value is, so that accesses that nothing orders are seen.
#[derive(Default)]
struct Node {
    cell: Watched,
    value: AtomicUsize,
}

impl Node {
    fn write(&self, value: usize) {
        self.cell.write(|| ());
        self.value.store(value, Relaxed);
    }

    fn read(&self) -> usize {
        self.cell.read(|| self.value.load(Relaxed))
    }
}

/// Two nodes, the one that can be found, and the one that the reader is looking at. In C a pointer is an
/// address; here it is a number.
struct Shared {
    nodes: [Node; 2],
    head: AtomicUsize,
    hazard: AtomicUsize,
}

impl Shared {
    fn new() -> Self {
        Self { nodes: Default::default(), head: AtomicUsize::new(0), hazard: AtomicUsize::new(NOTHING) }
    }

    /// Says what it is about to look at, and looks whether it is still to be found: then whoever takes it
    /// away sees that it is looked at.
    fn read(&self) -> usize {
        loop {
            let node = self.head.load(Relaxed);
            self.hazard.store(node, Relaxed);
            fence(SeqCst);
            if self.head.load(Acquire) == node {
                return self.look_at(node);
            }
        }
    }

    /// The twin: says what it is about to look at, and looks. It may have been taken away before it said so.
    fn read_without_second_look(&self) -> usize {
        let node = self.head.load(Acquire);
        self.hazard.store(node, Relaxed);
        fence(SeqCst);
        self.look_at(node)
    }

    /// The twin: has no fence. The second look may come before anybody can see what it said.
    fn read_unfenced(&self) -> usize {
        loop {
            let node = self.head.load(Relaxed);
            self.hazard.store(node, Release);
            if self.head.load(Acquire) == node {
                return self.look_at(node);
            }
        }
    }

    fn look_at(&self, node: usize) -> usize {
        let value = self.nodes[node].read();
        self.hazard.store(NOTHING, Release);
        value
    }

    /// Takes the node away that can be found, and uses it again when nobody looks at it.
    fn replace(&self) {
        self.nodes[1].write(1);
        let old = self.head.swap(1, Release);
        fence(SeqCst);
        while self.hazard.load(Acquire) == old {
            hint::spin_loop();
        }
        self.nodes[old].write(99);
    }
}

/// A reader looks at a node that a writer takes away. Returns what it saw.
fn taken_away(read: fn(&Shared) -> usize) -> usize {
    let shared = Shared::new();
    thread::scope(|scope| {
        let reader = scope.spawn(|| read(&shared));
        shared.replace();
        reader.join().unwrap()
    })
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/hazard_pointer",
        summary: "a reader says what it looks at, and looks whether that can still be found",
        shows: "A node is used again only when no hazard pointer shows it; a reader checks it after it has set its \
                hazard pointer.",
        literature: Some("Michael, Hazard pointers, TPDS 2004"),
        run: |_| Outcome::of(&taken_away(Shared::read)),
        right: |_| any_of([0, 1]),
        possible: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/hazard_pointer_looked_at_once",
        summary: "a reader says what it looks at, and does not look whether that can still be found",
        shows: "A reader that does not load the pointer again after it has set its hazard pointer may read a node \
                that is reused.",
        literature: Some("Michael, TPDS 2004; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["sync/hazard_pointer"],
        run: |_| Outcome::of(&taken_away(Shared::read_without_second_look)),
        right: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/hazard_pointer_unfenced",
        summary: "the second look may come before what was said can be seen",
        shows: "Without a fence between the store of the hazard pointer and the second load, the writer may miss the \
                reader.",
        literature: Some("Michael, TPDS 2004; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["sync/hazard_pointer"],
        depends_on: DependsOn::WeakMemory,
        run: |_| Outcome::of(&taken_away(Shared::read_unfenced)),
        right: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
];
