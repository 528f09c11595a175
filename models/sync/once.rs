//! Things that are made once, by whoever needs them first.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};
use selvedge::sync::{Mutex, OnceLock};
use selvedge::thread;

use crate::scenario::{Expectation, Scenario, only};
use crate::watched::Watched;

/// What is made: a value, and a cell that is touched whenever the value is, so that accesses that nothing
/// orders are seen.
#[derive(Default)]
struct Made {
    cell: Watched,
    value: AtomicU32,
    times: AtomicUsize,
}

impl Made {
    fn make(&self) {
        self.cell.write(|| ());
        self.value.store(42, Relaxed);
        self.times.fetch_add(1, SeqCst);
    }

    fn look(&self) -> u32 {
        self.cell.read(|| ());
        self.value.load(Relaxed)
    }
}

/// Something that is made by whoever needs it first.
trait Lazy: Default + Sync {
    /// Returns the value, which is made first if need be.
    fn get(&self) -> u32;

    /// Returns how often it was made.
    fn times(&self) -> usize;
}

/// Double-checked locking: a look without the lock, and another one with it. The flag goes up after the
/// value is made, and with an ordering that says so.
#[derive(Default)]
struct DoubleChecked {
    made: Made,
    is_made: AtomicBool,
    lock: Mutex<()>,
}

impl Lazy for DoubleChecked {
    fn get(&self) -> u32 {
        if !self.is_made.load(Acquire) {
            let _held = self.lock.lock().unwrap();
            if !self.is_made.load(Relaxed) {
                self.made.make();
                self.is_made.store(true, Release);
            }
        }
        self.made.look()
    }

    fn times(&self) -> usize {
        self.made.times.load(SeqCst)
    }
}

/// The twin: a flag is a flag, so it needs no ordering. Who sees it up need not see the value.
#[derive(Default)]
struct RelaxedFlag(DoubleChecked);

impl Lazy for RelaxedFlag {
    fn get(&self) -> u32 {
        let DoubleChecked { made, is_made, lock } = &self.0;
        if !is_made.load(Relaxed) {
            let _held = lock.lock().unwrap();
            if !is_made.load(Relaxed) {
                made.make();
                is_made.store(true, Relaxed);
            }
        }
        made.look()
    }

    fn times(&self) -> usize {
        self.0.times()
    }
}

/// The twin: looks before it takes the lock, and not again. Two may look, and both make it.
#[derive(Default)]
struct CheckedOnce(DoubleChecked);

impl Lazy for CheckedOnce {
    fn get(&self) -> u32 {
        let DoubleChecked { made, is_made, lock } = &self.0;
        if !is_made.load(Acquire) {
            let _held = lock.lock().unwrap();
            made.make();
            is_made.store(true, Release);
        }
        made.look()
    }

    fn times(&self) -> usize {
        self.0.times()
    }
}

/// A word of three states, without a lock: one thread makes it, and the others wait until it is made.
#[derive(Default)]
struct ThreeStates {
    made: Made,
    state: AtomicU32,
}

const EMPTY: u32 = 0;
const IN_THE_MAKING: u32 = 1;
const MADE: u32 = 2;

impl Lazy for ThreeStates {
    fn get(&self) -> u32 {
        match self.state.compare_exchange(EMPTY, IN_THE_MAKING, Acquire, Acquire) {
            Ok(_) => {
                self.made.make();
                self.state.store(MADE, Release);
            }
            Err(_) => {
                while self.state.load(Acquire) != MADE {
                    hint::spin_loop();
                }
            }
        }
        self.made.look()
    }

    fn times(&self) -> usize {
        self.made.times.load(SeqCst)
    }
}

/// The twin: two states. Who finds that somebody else has begun takes it for made.
#[derive(Default)]
struct TwoStates(ThreeStates);

impl Lazy for TwoStates {
    fn get(&self) -> u32 {
        let ThreeStates { made, state } = &self.0;
        if state.swap(MADE, SeqCst) == EMPTY {
            made.make();
        }
        made.look()
    }

    fn times(&self) -> usize {
        self.0.times()
    }
}

/// The standard library's.
#[derive(Default)]
struct Standard {
    value: OnceLock<u32>,
    times: AtomicUsize,
}

impl Lazy for Standard {
    fn get(&self) -> u32 {
        *self.value.get_or_init(|| {
            self.times.fetch_add(1, SeqCst);
            42
        })
    }

    fn times(&self) -> usize {
        self.times.load(SeqCst)
    }
}

/// Two threads need the same thing. Returns what they got, and how often it was made.
fn needed_by_two<L: Lazy>() -> ([u32; 2], usize) {
    let lazy = L::default();
    let got = thread::scope(|scope| {
        let other = scope.spawn(|| lazy.get());
        let mine = lazy.get();
        [mine, other.join().unwrap()]
    });
    (got, lazy.times())
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/once",
        summary: "the standard library's `OnceLock`",
        shows: "`OnceLock::get_or_init` runs one initialiser, and all threads get the value that it has made.",
        literature: Some("std::sync::OnceLock"),
        run: |_| Outcome::of(&needed_by_two::<Standard>()),
        right: |_| only(([42, 42], 1)),
        possible: |_| only(([42, 42], 1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/double_checked",
        summary: "a look without the lock, and another one with it",
        shows: "Double-checked locking makes one value if its flag is stored with `Release` and loaded with `Acquire`.",
        literature: Some("Schmidt and Harrison, Double-checked locking, 1996"),
        run: |_| Outcome::of(&needed_by_two::<DoubleChecked>()),
        right: |_| only(([42, 42], 1)),
        possible: |_| only(([42, 42], 1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/double_checked_relaxed",
        summary: "the flag is read and written without an ordering",
        shows: "With relaxed accesses of the flag of double-checked locking, a thread may read the value before it is \
                written.",
        literature: Some("Bacon and others, The double-checked locking is broken declaration, 2000"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["sync/double_checked"],
        run: |_| Outcome::of(&needed_by_two::<RelaxedFlag>()),
        right: |_| only(([42, 42], 1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/checked_once",
        summary: "a look without the lock, and none with it",
        shows: "If the flag is not checked again under the lock, two threads both make the value.",
        literature: Some("Schmidt and Harrison, 1996; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["sync/double_checked", "sync/once"],
        run: |_| Outcome::of(&needed_by_two::<CheckedOnce>()),
        right: |_| only(([42, 42], 1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/once_of_three_states",
        summary: "empty, in the making, made: who finds it in the making waits",
        shows: "A once-cell of three states lets the winner of one `compare_exchange` make the value; the others wait \
                until it is made.",
        literature: Some("std::sync::Once"),
        run: |_| Outcome::of(&needed_by_two::<ThreeStates>()),
        right: |_| only(([42, 42], 1)),
        possible: |_| only(([42, 42], 1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/once_of_two_states",
        summary: "what somebody has begun to make is taken for made",
        shows: "A once-cell that does not distinguish a value in the making from one that is made lets others read it \
                too early.",
        literature: Some("std::sync::Once; broken variant"),
        expectation: Expectation::AlwaysFails(FailureKind::DataRace),
        twin_of: &["sync/once_of_three_states"],
        run: |_| Outcome::of(&needed_by_two::<TwoStates>()),
        right: |_| only(([42, 42], 1)),
        ..Scenario::DEFAULT
    },
];
