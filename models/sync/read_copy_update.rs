//! Read, copy, update: a writer makes a new version and puts it in place of the old one. Readers take no
//! lock; whoever still reads the old one may go on, and it is used again when nobody does.
//!
//! When is that? Readers say in which *epoch* they begin. A writer that has replaced a version begins a new
//! epoch, and waits until every reader that is still inside has begun in the new one. P. E. McKenney and
//! J. D. Slingwine, "Read-copy update", 1998. (`crossbeam-epoch` does not wait, but keeps what is to be used
//! again until later; K. Fraser, "Practical lock-freedom", 2004.)

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicUsize, fence};
use selvedge::thread;

use crate::scenario::{DependsOn, Expectation, Scenario, any_of};
use crate::watched::Watched;

/// What stands where a reader is not inside.
const OUTSIDE: usize = 0;

/// A place for a version: the cell is touched whenever the value is, so that accesses that nothing orders
/// are seen.
#[derive(Default)]
struct Place {
    cell: Watched,
    value: AtomicUsize,
}

impl Place {
    fn write(&self, value: usize) {
        self.cell.write(|| ());
        self.value.store(value, Relaxed);
    }

    fn read(&self) -> usize {
        self.cell.read(|| self.value.load(Relaxed))
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

    /// The twin: has no fence. It may look for the version before anybody can see that it is inside.
    fn read_unfenced(&self) -> usize {
        self.reader.store(self.epoch.load(Relaxed), Release);
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

    /// Begins a new epoch: who begins in it finds what was put in place before.
    fn begin_epoch(&self) -> usize {
        let epoch = self.epoch.load(Relaxed) + 1;
        self.epoch.store(epoch, Release);
        epoch
    }

    /// Waits until nobody is inside who began before this epoch.
    fn wait_for_readers(&self, epoch: usize) {
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

/// Puts a new version in place, waits, and returns the place of the old one.
fn replace_and_wait(versions: &Versions) -> usize {
    let old = versions.replace(1);
    let epoch = versions.begin_epoch();
    versions.wait_for_readers(epoch);
    old
}

/// The twin: does not wait, as nobody can find the old version any more.
fn replace_at_once(versions: &Versions) -> usize {
    versions.replace(1)
}

/// The twin: begins the epoch first. A reader may begin in it and still find the old version.
fn epoch_first(versions: &Versions) -> usize {
    let epoch = versions.begin_epoch();
    let old = versions.replace(1);
    versions.wait_for_readers(epoch);
    old
}

/// What a place holds that is used for something else.
const SOMETHING_ELSE: usize = 99;

/// A reader reads while a writer replaces what it reads, and then uses the old place again. Returns what was
/// read.
fn replaced(read: fn(&Versions) -> usize, replace: fn(&Versions) -> usize) -> usize {
    let versions = Versions::new();
    thread::scope(|scope| {
        let reader = scope.spawn(|| read(&versions));
        let old = replace(&versions);
        versions.places[old].write(SOMETHING_ELSE);
        reader.join().unwrap()
    })
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/read_copy_update",
        summary: "a writer waits until nobody reads the old version, and then uses its place again",
        shows: "A reader of a read-copy-update version takes no lock; the writer reuses the old one when all earlier \
                readers have left.",
        literature: Some("McKenney and Slingwine, Read-copy update, 1998"),
        run: |_| Outcome::of(&replaced(Versions::read, replace_and_wait)),
        right: |_| any_of([0, 1]),
        possible: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/read_copy_update_at_once",
        summary: "a writer uses the place of the old version again at once",
        shows: "If the writer reuses the old version at once, a reader that has found it before reads what is being \
                written.",
        literature: Some("McKenney and Slingwine, 1998; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["sync/read_copy_update"],
        run: |_| Outcome::of(&replaced(Versions::read, replace_at_once)),
        right: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/read_copy_update_epoch_first",
        summary: "a writer begins a new epoch, and replaces the version after",
        shows: "If the writer begins the epoch before it replaces the version, a reader of the new epoch may still \
                find the old one.",
        literature: Some("McKenney and Slingwine, 1998; Fraser, 2004; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["sync/read_copy_update"],
        run: |_| Outcome::of(&replaced(Versions::read, epoch_first)),
        right: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/read_copy_update_unfenced",
        summary: "a reader may look before it can be seen that it is inside",
        shows: "Without a fence after a reader has stored its epoch, the writer may miss the reader and reuse what it \
                reads.",
        literature: Some("McKenney and Slingwine, 1998; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["sync/read_copy_update"],
        depends_on: DependsOn::WeakMemory,
        run: |_| Outcome::of(&replaced(Versions::read_unfenced, replace_and_wait)),
        right: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
];
