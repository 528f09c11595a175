//! Straight-line programs on a few atomics: read from a file, drawn at random, and run.

use std::sync::atomic::Ordering;

use selvedge::sync::Arc;
use selvedge::sync::atomic::{AtomicU8, fence};
use selvedge::thread;

use serde_json::Value;

/// One operation of a thread.
#[derive(Clone, Copy, Debug)]
pub enum Access {
    /// A load of an atomic.
    Load(usize, Ordering),
    /// A store to an atomic.
    Store(usize, u8, Ordering),
    /// A `swap`.
    Swap(usize, u8, Ordering),
    /// A `fetch_add`.
    Add(usize, u8, Ordering),
    /// A `compare_exchange`.
    Exchange {
        /// Of which atomic.
        location: usize,
        /// The value that it has to find.
        expected: u8,
        /// The value that it stores then.
        new: u8,
        /// The ordering with which it succeeds.
        success: Ordering,
        /// The ordering with which it fails.
        failure: Ordering,
    },
    /// A fence.
    Fence(Ordering),
}

/// A program: so many atomics, all 0 at first, and what each thread does, straight down.
#[derive(Clone, Debug)]
pub struct Program {
    /// How many atomics.
    pub locations: usize,
    /// What each thread does.
    pub threads: Vec<Vec<Access>>,
}

impl Program {
    /// Returns how many interleavings of the operations there are.
    pub fn interleavings(&self) -> u64 {
        let (mut count, mut placed) = (1, 0);
        for thread in &self.threads {
            for index in 1..=thread.len() as u64 {
                placed += 1;
                count = count * placed / index;
            }
        }
        count
    }

    /// Runs it on threads of the facade; returns the outcome.
    pub fn run(&self) -> String {
        self.run_on((0..self.locations).map(|_| AtomicU8::new(0)).collect())
    }

    /// Does the same with atomics that have been used before, so that they are known in the same order in every execution.
    pub fn run_on_known_atomics(&self) -> String {
        let atomics: Vec<AtomicU8> = (0..self.locations).map(|_| AtomicU8::new(0)).collect();
        atomics.iter().for_each(|atomic| _ = atomic.load(Ordering::Relaxed));
        self.run_on(atomics)
    }

    fn run_on(&self, atomics: Vec<AtomicU8>) -> String {
        let atomics = Arc::new(atomics);
        let handles: Vec<_> = self
            .threads
            .iter()
            .map(|accesses| {
                let (accesses, atomics) = (accesses.clone(), atomics.clone());
                thread::spawn(move || accesses.iter().filter_map(|access| access.perform(&atomics)).collect())
            })
            .collect();
        let values: Vec<Vec<u8>> = handles.into_iter().map(|handle| handle.join().unwrap()).collect();
        let last: Vec<u8> = atomics.iter().map(|atomic| atomic.load(Ordering::Relaxed)).collect();
        outcome(&values, &last)
    }
}

/// Returns the outcome with these values of each thread, and these last values.
pub fn outcome(values: &[Vec<u8>], last: &[u8]) -> String {
    let digits = |values: &Vec<u8>| values.iter().map(|value| format!("{value:x}")).collect::<String>();
    format!("{}|{}", values.iter().map(digits).collect::<Vec<_>>().join("/"), digits(&last.to_vec()))
}

impl Access {
    fn perform(self, atomics: &[AtomicU8]) -> Option<u8> {
        match self {
            Self::Load(location, order) => Some(atomics[location].load(order)),
            Self::Store(location, value, order) => {
                atomics[location].store(value, order);
                None
            }
            Self::Swap(location, value, order) => Some(atomics[location].swap(value, order)),
            Self::Add(location, value, order) => Some(atomics[location].fetch_add(value, order)),
            Self::Exchange { location, expected, new, success, failure } => {
                let (Ok(old) | Err(old)) = atomics[location].compare_exchange(expected, new, success, failure);
                Some(old)
            }
            Self::Fence(order) => {
                fence(order);
                None
            }
        }
    }

    /// Returns the atomic that it accesses; none for a fence.
    pub fn location(self) -> Option<usize> {
        match self {
            Self::Load(location, _)
            | Self::Store(location, ..)
            | Self::Swap(location, ..)
            | Self::Add(location, ..)
            | Self::Exchange { location, .. } => Some(location),
            Self::Fence(_) => None,
        }
    }

    /// Returns whether it reads.
    pub fn reads(self) -> bool {
        !matches!(self, Self::Store(..) | Self::Fence(_))
    }

    /// Returns the value that it stores, if it does, having read `old`.
    pub fn stores(self, old: u8) -> Option<u8> {
        match self {
            Self::Load(..) | Self::Fence(_) => None,
            Self::Store(_, value, _) | Self::Swap(_, value, _) => Some(value),
            Self::Add(_, value, _) => Some(old.wrapping_add(value)),
            Self::Exchange { expected, new, .. } => (old == expected).then_some(new),
        }
    }

    /// Returns its ordering, where it stores or does not.
    pub fn ordering(self, stores: bool) -> Ordering {
        match self {
            Self::Load(_, order)
            | Self::Store(_, _, order)
            | Self::Swap(_, _, order)
            | Self::Add(_, _, order)
            | Self::Fence(order) => order,
            Self::Exchange { success, .. } if stores => success,
            Self::Exchange { failure, .. } => failure,
        }
    }
}

/// Reads a program of the file of litmus programs.
///
/// # Panics
///
/// If it is none.
pub fn parse(threads: &Value, locations: usize) -> Program {
    let number = |value: &Value| value.as_u64().expect("a number");
    let order = |value: &Value| match value.as_str().expect("an ordering") {
        "Relaxed" => Ordering::Relaxed,
        "Acquire" => Ordering::Acquire,
        "Release" => Ordering::Release,
        "AcqRel" => Ordering::AcqRel,
        "SeqCst" => Ordering::SeqCst,
        other => panic!("{other} is no ordering"),
    };
    let access = |operation: &Value| {
        let (location, value) = (|| number(&operation[1]) as usize, |index: usize| number(&operation[index]) as u8);
        match operation[0].as_str().expect("an operation") {
            "load" => Access::Load(location(), order(&operation[2])),
            "store" => Access::Store(location(), value(2), order(&operation[3])),
            "swap" => Access::Swap(location(), value(2), order(&operation[3])),
            "add" => Access::Add(location(), value(2), order(&operation[3])),
            "cas" => Access::Exchange {
                location: location(),
                expected: value(2),
                new: value(3),
                success: order(&operation[4]),
                failure: order(&operation[5]),
            },
            "fence" => Access::Fence(order(&operation[1])),
            other => panic!("{other} is no operation"),
        }
    };
    let items = |value: &Value| value.as_array().expect("a list").clone();
    Program {
        locations,
        threads: items(threads).iter().map(|thread| items(thread).iter().map(access).collect()).collect(),
    }
}

/// Returns a random program of two to four threads with one to four operations each, on one to three atomics. `below` draws a
/// number below the one that it is given.
pub fn random(mut below: impl FnMut(usize) -> usize) -> Program {
    let locations = 1 + below(3);
    let lengths: Vec<usize> = (0..2 + below(3)).map(|_| 1 + below(4)).collect();
    let mut thread = |length: usize| (0..length).map(|_| random_access(locations, &mut below)).collect();
    Program { locations, threads: lengths.into_iter().map(&mut thread).collect() }
}

fn random_access(locations: usize, below: &mut impl FnMut(usize) -> usize) -> Access {
    use Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
    let (location, value) = (below(locations), 1 + below(3) as u8);
    let for_load = [Relaxed, Acquire, SeqCst][below(3)];
    let for_store = [Relaxed, Release, SeqCst][below(3)];
    let for_update = [Relaxed, Acquire, Release, AcqRel, SeqCst][below(5)];
    match below(10) {
        0..=2 => Access::Load(location, for_load),
        3..=5 => Access::Store(location, value, for_store),
        6 => Access::Add(location, value, for_update),
        7 => {
            let expected = below(2) as u8;
            Access::Exchange { location, expected, new: value, success: for_update, failure: for_load }
        }
        8 => Access::Swap(location, value, for_update),
        _ => Access::Fence([Acquire, Release, AcqRel, SeqCst][below(4)]),
    }
}
