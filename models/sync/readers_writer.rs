//! Locks that readers share, and a writer has for itself. Who is let in if both wait?
//!
//! If readers always are, a writer may wait for ever, as long as new readers come before the last one has
//! left. If writers are, readers may. If each waits its turn, nobody does.
//!
//! P. J. Courtois, F. Heymans, D. L. Parnas, "Concurrent control with readers and writers", 1971.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicBool;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Condvar, Mutex, MutexGuard};
use selvedge::thread;

use crate::lock::property::Protected;
use crate::scenario::{Expectation, Scenario, any_of, only};

/// Who is inside, and who waits.
#[derive(Default)]
struct State {
    readers: usize,
    is_written: bool,
    waiting_writers: usize,
    /// For those who wait their turn: the next number, and the number that is served.
    next: usize,
    served: usize,
}

/// Who has to wait before whom.
trait Preference: Sync {
    /// Whether a reader that comes now has to wait.
    fn reader_waits(state: &State) -> bool;
}

/// Readers wait for a writer that is inside.
struct Readers;

impl Preference for Readers {
    fn reader_waits(state: &State) -> bool {
        state.is_written
    }
}

/// Readers wait also for a writer that waits.
struct Writers;

impl Preference for Writers {
    fn reader_waits(state: &State) -> bool {
        state.is_written || state.waiting_writers > 0
    }
}

/// A lock that readers share.
trait SharedLock: Default + Sync {
    fn state(&self) -> MutexGuard<'_, State>;
    fn read(&self);
    fn end_read(&self);
    fn write(&self);
    fn end_write(&self);
}

/// A lock that prefers those.
struct Preferring<P> {
    state: Mutex<State>,
    changed: Condvar,
    preference: std::marker::PhantomData<P>,
}

impl<P> Default for Preferring<P> {
    fn default() -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), preference: std::marker::PhantomData }
    }
}

impl<P: Preference> SharedLock for Preferring<P> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn read(&self) {
        let mut state = self.state();
        while P::reader_waits(&state) {
            state = self.changed.wait(state).unwrap();
        }
        state.readers += 1;
    }

    fn end_read(&self) {
        let mut state = self.state();
        state.readers -= 1;
        if state.readers == 0 {
            self.changed.notify_all();
        }
    }

    fn write(&self) {
        let mut state = self.state();
        state.waiting_writers += 1;
        while state.is_written || state.readers > 0 {
            state = self.changed.wait(state).unwrap();
        }
        state.waiting_writers -= 1;
        state.is_written = true;
    }

    fn end_write(&self) {
        self.state().is_written = false;
        self.changed.notify_all();
    }
}

/// A lock at which each takes a number, readers and writers alike, and waits until it is called. A reader
/// calls the next number as soon as it is inside; a writer does, too, but nobody gets past it.
#[derive(Default)]
struct InTurn {
    state: Mutex<State>,
    changed: Condvar,
}

impl InTurn {
    fn enter(&self, arrive: fn(&mut State), is_free: fn(&State) -> bool, enter: fn(&mut State)) {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        arrive(&mut state);
        while state.served != number || !is_free(&state) {
            state = self.changed.wait(state).unwrap();
        }
        state.served += 1;
        enter(&mut state);
        self.changed.notify_all();
    }
}

impl SharedLock for InTurn {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn read(&self) {
        self.enter(|_| (), |state| !state.is_written, |state| state.readers += 1);
    }

    fn end_read(&self) {
        self.state().readers -= 1;
        self.changed.notify_all();
    }

    fn write(&self) {
        self.enter(
            |state| state.waiting_writers += 1,
            |state| !state.is_written && state.readers == 0,
            |state| {
                state.is_written = true;
                state.waiting_writers -= 1;
            },
        );
    }

    fn end_write(&self) {
        self.state().is_written = false;
        self.changed.notify_all();
    }
}

/// The twin: a writer waits until no reader is inside, and enters in another step. A reader that comes between
/// the two is inside as well.
#[derive(Default)]
struct EntersInTwoSteps(Preferring<Readers>);

impl SharedLock for EntersInTwoSteps {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state()
    }

    fn read(&self) {
        self.0.read();
    }

    fn end_read(&self) {
        self.0.end_read();
    }

    fn write(&self) {
        let mut state = self.0.state();
        while state.is_written || state.readers > 0 {
            state = self.0.changed.wait(state).unwrap();
        }
        drop(state);
        self.0.state().is_written = true;
    }

    fn end_write(&self) {
        self.0.end_write();
    }
}

/// Two readers and a writer. Returns how many readers there were at most at the same time.
fn readers_together<L: SharedLock>() -> usize {
    let lock = L::default();
    let protected = Protected::default();
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                lock.read();
                let now = inside.fetch_add(1, SeqCst) + 1;
                most.fetch_max(now, SeqCst);
                protected.look();
                inside.fetch_sub(1, SeqCst);
                lock.end_read();
            });
        }
        lock.write();
        protected.change();
        lock.end_write();
    });
    most.load(SeqCst)
}

/// A writer waits for two readers, one of which may come after it. Returns whether it was let in after one
/// that came later.
fn writer_is_overtaken<L: SharedLock>() -> bool {
    let lock = L::default();
    let (has_written, is_overtaken) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let comes_later = lock.state().waiting_writers > 0;
                lock.read();
                if comes_later && !has_written.load(SeqCst) {
                    is_overtaken.store(true, SeqCst);
                }
                lock.end_read();
            });
        }
        lock.write();
        has_written.store(true, SeqCst);
        lock.end_write();
    });
    is_overtaken.load(SeqCst)
}

/// Two readers read again and again until a writer has written. Returns whether it has.
fn writer_gets_in<L: SharedLock>() -> bool {
    let lock = L::default();
    let has_written = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !has_written.load(SeqCst) {
                    lock.read();
                    thread::yield_now();
                    lock.end_read();
                    thread::yield_now();
                }
            });
        }
        lock.write();
        has_written.store(true, SeqCst);
        lock.end_write();
    });
    has_written.load(SeqCst)
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/readers_preferred",
        summary: "two readers and a writer; readers wait for a writer inside",
        shows: "A lock that prefers readers lets readers in together, and a writer alone.",
        literature: Some("Courtois, Heymans and Parnas, CACM 1971, problem 1"),
        run: |_| Outcome::of(&readers_together::<Preferring<Readers>>()),
        right: |_| any_of([1, 2]),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/writers_preferred",
        summary: "two readers and a writer; readers wait for one that waits, too",
        shows: "A lock that prefers writers lets readers in together, and a writer alone.",
        literature: Some("Courtois, Heymans and Parnas, CACM 1971, problem 2"),
        run: |_| Outcome::of(&readers_together::<Preferring<Writers>>()),
        right: |_| any_of([1, 2]),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/readers_and_writers_in_turn",
        summary: "two readers and a writer, by number",
        shows: "A ticket lock for readers and writers lets readers in together, and a writer alone.",
        literature: Some("Mellor-Crummey and Scott, Scalable reader-writer synchronization, PPoPP 1991"),
        run: |_| Outcome::of(&readers_together::<InTurn>()),
        right: |_| any_of([1, 2]),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/writer_in_two_steps",
        summary: "a writer waits for the readers, and then enters in another step",
        shows: "If a writer checks for readers in one step and enters in another, a reader enters in between and they \
                race.",
        literature: Some("Courtois, Heymans and Parnas, CACM 1971; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["sync/readers_preferred", "sync/writers_preferred", "sync/readers_and_writers_in_turn"],
        run: |_| Outcome::of(&readers_together::<EntersInTwoSteps>()),
        right: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/writers_preferred_order",
        summary: "a writer waits, and readers come",
        shows: "With a lock that prefers writers, no reader enters that comes after a writer has begun to wait.",
        literature: Some("Courtois, Heymans and Parnas, CACM 1971, problem 2"),
        run: |_| Outcome::of(&writer_is_overtaken::<Preferring<Writers>>()),
        right: |_| only(false),
        possible: |_| only(false),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/in_turn_order",
        summary: "a writer takes a number, and readers come",
        shows: "With a ticket lock for readers and writers, no reader enters that has its number after a waiting \
                writer.",
        literature: Some("Mellor-Crummey and Scott, PPoPP 1991"),
        run: |_| Outcome::of(&writer_is_overtaken::<InTurn>()),
        right: |_| only(false),
        possible: |_| only(false),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/readers_preferred_order",
        summary: "a writer waits, and a reader comes and goes in",
        shows: "With a lock that prefers readers, a reader that comes later enters before a writer that waits.",
        literature: Some("Courtois, Heymans and Parnas, CACM 1971, problem 1"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["sync/writers_preferred_order", "sync/in_turn_order"],
        run: |_| Outcome::of(&writer_is_overtaken::<Preferring<Readers>>()),
        right: |_| only(false),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/writer_starves",
        summary: "two readers read again and again, and one of them is always inside",
        shows: "With a lock that prefers readers, a writer may wait for ever while two readers take turns inside.",
        literature: Some("Courtois, Heymans and Parnas, CACM 1971, problem 1"),
        expectation: Expectation::Fails(FailureKind::Livelock),
        twin_of: &["sync/writers_preferred_order", "sync/in_turn_order"],
        run: |_| Outcome::of(&writer_gets_in::<Preferring<Readers>>()),
        right: |_| only(true),
        ..Scenario::DEFAULT
    },
];
