//! Read, copy, update: a writer makes a new version and puts it in place of the old one. Readers take no
//! lock; whoever still reads the old one may go on, and it is used again when nobody does.
//!
//! When is that? Readers say in which *epoch* they begin. A writer that has replaced a version begins a new
//! epoch, and waits until every reader that is still inside has begun in the new one. This is the idea of
//! `crossbeam-epoch`; K. Fraser, "Practical lock-freedom", 2004.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use selvedge::Outcome;
use selvedge::cell::UnsafeCell;
use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicUsize, fence};
use selvedge::thread;

use crate::scenario::{Expectation, Scenario, any_of};

/// What stands where a reader is not inside.
const OUTSIDE: usize = 0;

/// A place for a version: the cell is touched whenever the value is, so that accesses that nothing orders
/// are seen.
#[derive(Default)]
struct Place {
    cell: UnsafeCell<()>,
    value: AtomicUsize,
}

#[allow(unsafe_code)]
// SAFETY: there is nothing in the cell.
unsafe impl Sync for Place {}

impl Place {
    fn write(&self, value: usize) {
        self.cell.with_mut(|_| ());
        self.value.store(value, Relaxed);
    }

    fn read(&self) -> usize {
        self.cell.with(|_| self.value.load(Relaxed))
    }
}

/// Two places, of which one has the current version.
struct Versions {
    places: [Place; 2],
    current: AtomicUsize,
    /// The epoch, and that in which the reader began, if it is inside.
    epoch: AtomicUsize,
    reader: AtomicUsize,
}

impl Versions {
    fn new() -> Self {
        Self {
            places: Default::default(),
            current: AtomicUsize::new(0),
            epoch: AtomicUsize::new(1),
            reader: AtomicUsize::new(OUTSIDE),
        }
    }

    /// Returns the current version, which stays as it is until this has been read.
    fn read(&self) -> usize {
        self.reader.store(self.epoch.load(Relaxed), Relaxed);
        // Either the writer sees below that there is a reader, or the reader sees the new version.
        fence(SeqCst);
        let value = self.places[self.current.load(Acquire)].read();
        self.reader.store(OUTSIDE, Release);
        value
    }

    /// Puts a new version into the other place and makes it the current one. Returns the place that the
    /// old one had.
    fn replace(&self, value: usize) -> usize {
        let old = self.current.load(Relaxed);
        self.places[1 - old].write(value);
        self.current.store(1 - old, Release);
        old
    }

    /// Waits until nobody reads what was replaced before.
    fn wait_for_readers(&self) {
        let epoch = self.epoch.load(Relaxed) + 1;
        self.epoch.store(epoch, Relaxed);
        fence(SeqCst);
        loop {
            let reader = self.reader.load(Acquire);
            if reader == OUTSIDE || reader == epoch {
                return;
            }
            hint::spin_loop();
        }
    }
}

/// What a place holds that is used for something else.
const SOMETHING_ELSE: usize = 99;

/// A reader reads while a writer replaces what it reads, and uses the old place again after `waiting`. Returns
/// what was read.
fn replaced(waiting: fn(&Versions)) -> usize {
    let versions = Versions::new();
    thread::scope(|scope| {
        let reader = scope.spawn(|| versions.read());
        let old = versions.replace(1);
        waiting(&versions);
        versions.places[old].write(SOMETHING_ELSE);
        reader.join().unwrap()
    })
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/read_copy_update",
        summary: "a writer waits until nobody reads the old version, and then uses its place again",
        claim: "Readers need no lock, if what they may still read is left alone until they are done.",
        run: |_| Outcome::of(&replaced(Versions::wait_for_readers)),
        right: |_| any_of([0, 1]),
        possible: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/read_copy_update_at_once",
        summary: "a writer uses the place of the old version again at once",
        claim: "That nobody can find the old version any more does not mean that nobody is reading it.",
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["sync/read_copy_update"],
        run: |_| Outcome::of(&replaced(|_| ())),
        right: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
];
