//! A ring of slots for one thread that puts and one that takes: each writes one number only, and reads the other's.
//!
//! L. Lamport, "Specifying concurrent program modules", 1983.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::thread;

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};
use crate::watched::Watched;

/// How many slots there are.
pub const ROOM: usize = 2;

/// A slot: the cell is touched whenever the value is, so that accesses that nothing orders are seen.
#[derive(Default)]
struct Slot {
    cell: Watched,
    value: AtomicUsize,
}

/// The ring, and how many values have been put and taken, ever.
#[derive(Default)]
pub struct Ring {
    slots: [Slot; ROOM],
    put: AtomicUsize,
    taken: AtomicUsize,
}

impl Ring {
    /// Adds a value, unless it is full. For one thread alone.
    pub fn push(&self, value: u8) -> bool {
        let put = self.put.load(Relaxed);
        if put - self.taken.load(Acquire) == ROOM {
            return false;
        }
        self.write(put, value);
        // From now on the other thread looks at the slot.
        self.put.store(put + 1, Release);
        true
    }

    /// Takes the value that was put first, unless it is empty. For one thread alone.
    pub fn pop(&self) -> Option<u8> {
        let taken = self.taken.load(Relaxed);
        if self.put.load(Acquire) == taken {
            return None;
        }
        let value = self.read(taken);
        // From now on the other thread uses the slot again.
        self.taken.store(taken + 1, Release);
        Some(value)
    }

    fn write(&self, number: usize, value: u8) {
        let Slot { cell, value: slot } = &self.slots[number % ROOM];
        cell.write(|| slot.store(value.into(), Relaxed));
    }

    fn read(&self, number: usize) -> u8 {
        let Slot { cell, value: slot } = &self.slots[number % ROOM];
        cell.read(|| slot.load(Relaxed) as u8)
    }

    /// The twin: says that there is a value, and then writes it.
    pub fn push_published_first(&self, value: u8) -> bool {
        let put = self.put.load(Relaxed);
        if put - self.taken.load(Acquire) == ROOM {
            return false;
        }
        self.put.store(put + 1, Release);
        self.write(put, value);
        true
    }

    /// The twin: the two stores have no order, for who looks from elsewhere.
    pub fn push_relaxed(&self, value: u8) -> bool {
        let put = self.put.load(Relaxed);
        if put - self.taken.load(Acquire) == ROOM {
            return false;
        }
        self.write(put, value);
        self.put.store(put + 1, Relaxed);
        true
    }

    /// The twin: is full when there is one value too many.
    pub fn push_one_too_many(&self, value: u8) -> bool {
        self.push_if(value, |put, taken| put - taken <= ROOM)
    }

    /// The twin: compares numbers that begin anew at four as if they did not. After four values a ring that is
    /// full looks as if more had been taken than put.
    pub fn push_wrapped(&self, value: u8) -> bool {
        self.push_if(value, |put, taken| (put % 4).saturating_sub(taken % 4) < ROOM)
    }

    fn push_if(&self, value: u8, has_room: fn(usize, usize) -> bool) -> bool {
        let put = self.put.load(Relaxed);
        if !has_room(put, self.taken.load(Acquire)) {
            return false;
        }
        self.write(put, value);
        self.put.store(put + 1, Release);
        true
    }
}

/// Tries until it is told that it has been done.
fn until<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    loop {
        if let Some(done) = attempt() {
            return done;
        }
        hint::spin_loop();
    }
}

/// One thread puts values, and another one takes as many. Returns what it took.
fn handed_over(parameters: &Parameters, push: fn(&Ring, u8) -> bool) -> Vec<u8> {
    let values = parameters.get("values") as u8;
    let ring = Ring::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            for value in 0..values {
                until(|| push(&ring, value).then_some(()));
            }
        });
        (0..values).map(|_| until(|| ring.pop())).collect()
    })
}

fn in_order(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only((0..parameters.get("values")).collect::<Vec<_>>())
}

/// Twice round the ring, and one more: numbers that begin anew have to be seen.
const PARAMETERS: &[Parameter] =
    &[Parameter { name: "values", summary: "how many values are handed over", default: 5, least: 0, most: 8 }];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/ring",
        summary: "a ring for one thread that puts and one that takes",
        shows: "A ring buffer for one producer and one consumer needs no lock: each side publishes its own index.",
        literature: Some("Lamport, TOPLAS 1983; Lê, Guatto, Cohen and Pop, SBAC-PAD 2013"),
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&handed_over(parameters, Ring::push)),
        right: in_order,
        possible: in_order,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/ring_published_first",
        summary: "a value is announced, and then written",
        shows: "An index that is advanced before the slot is written lets the consumer read the slot meanwhile.",
        literature: Some("Lamport, TOPLAS 1983; Lê, Guatto, Cohen and Pop, SBAC-PAD 2013; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["queue/ring"],
        parameters: &[Parameter { least: 1, ..PARAMETERS[0] }],
        run: |parameters| Outcome::of(&handed_over(parameters, Ring::push_published_first)),
        right: in_order,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/ring_relaxed",
        summary: "a value is written and announced, without an ordering",
        shows: "Without release and acquire on the index the consumer may see it before the value in the slot.",
        literature: Some("Lamport, TOPLAS 1983; Lê, Guatto, Cohen and Pop, SBAC-PAD 2013; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["queue/ring"],
        parameters: &[Parameter { least: 1, ..PARAMETERS[0] }],
        run: |parameters| Outcome::of(&handed_over(parameters, Ring::push_relaxed)),
        right: in_order,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/ring_off_by_one",
        summary: "the ring takes one value more than it has slots",
        shows: "A ring that takes one value more than it has slots overwrites one that is not taken yet.",
        literature: Some("Lamport, TOPLAS 1983; Lê, Guatto, Cohen and Pop, SBAC-PAD 2013; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["queue/ring"],
        parameters: &[Parameter { least: 3, ..PARAMETERS[0] }],
        run: |parameters| Outcome::of(&handed_over(parameters, Ring::push_one_too_many)),
        right: in_order,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/ring_wrapped",
        summary: "how full the ring is is computed from numbers that have begun anew",
        shows: "Indices that wrap around must be compared by their difference: comparing their sizes takes a full ring \
                for one with room.",
        literature: Some("Lamport, TOPLAS 1983; Lê, Guatto, Cohen and Pop, SBAC-PAD 2013; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["queue/ring"],
        parameters: &[Parameter { least: 5, ..PARAMETERS[0] }],
        run: |parameters| Outcome::of(&handed_over(parameters, Ring::push_wrapped)),
        right: in_order,
        ..Scenario::DEFAULT
    },
];
