//! What locks promise, said once and asked of every lock: mutual exclusion, progress, and, of those that
//! serve in order, that who comes first is served first.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use selvedge::Outcome;
use selvedge::sync::atomic::{AtomicBool, AtomicUsize};
use selvedge::thread;

use crate::scenario::{Parameter, Parameters, only};
use crate::watched::Watched;

/// A lock, to be used by a fixed number of threads, which are numbered from 0.
pub trait Lock: Sync {
    /// What the holder holds, and gives back.
    type Held;

    /// Returns a lock for so many threads.
    fn new(threads: usize) -> Self;

    /// Waits until thread `me` has the lock.
    fn lock(&self, me: usize) -> Self::Held;

    /// Lets the next one in.
    fn unlock(&self, held: Self::Held);
}

/// A lock that is taken in two steps: one takes a place in the queue, without waiting for anybody, and
/// then waits.
pub trait Queueing: Lock {
    /// A place in the queue.
    type Place;

    /// Takes a place.
    fn take_place(&self, me: usize) -> Self::Place;

    /// Waits until it is this place's turn.
    fn wait(&self, place: Self::Place) -> Self::Held;
}

/// What only one thread at a time may touch.
///
/// The cell is there to be touched: two accesses that the lock does not put in order are a data race,
/// which is what a lock that is not one lets happen. The number itself is an atomic, read and written in
/// two steps, so that on real threads a broken lock loses changes and breaks nothing else.
#[derive(Default)]
pub struct Protected {
    cell: Watched,
    changes: AtomicUsize,
}

impl Protected {
    /// Changes it, in more than one step.
    pub fn change(&self) {
        let changes = self.changes.load(Relaxed);
        self.cell.write(|| ());
        self.changes.store(changes + 1, Relaxed);
    }

    /// Looks at it, and returns how often it was changed.
    pub fn look(&self) -> usize {
        self.cell.read(|| ());
        self.changes.load(Relaxed)
    }
}

/// Mutual exclusion and progress.
///
/// *Mutual exclusion*: between `lock` and `unlock` there is one thread at a time, and it sees all that
/// those before it did: nothing that they changed is lost, and no two of their accesses race.
///
/// *Progress*: as long as somebody wants the lock, and those who have it give it back, somebody gets it. Each
/// wants it so many times; so in the end all have had it, and it is free. (That each gets it in turn is another
/// promise, which not all locks make.)
pub fn mutual_exclusion_and_progress<L: Lock>(parameters: &Parameters) -> Outcome {
    let (threads, rounds) = (parameters.get("threads"), parameters.get("rounds"));
    let lock = L::new(threads);
    let protected = Protected::default();
    thread::scope(|scope| {
        for me in 0..threads {
            let (lock, protected) = (&lock, &protected);
            scope.spawn(move || {
                for _ in 0..rounds {
                    let held = lock.lock(me);
                    protected.change();
                    lock.unlock(held);
                }
            });
        }
    });
    let held = lock.lock(0);
    let changes = protected.look();
    lock.unlock(held);
    Outcome::of(&changes)
}

/// First come, first served: who takes a place after another has taken one is not let in before it. Returns
/// how often somebody was overtaken.
pub fn first_come_first_served<L: Queueing>(parameters: &Parameters) -> Outcome {
    let threads = parameters.get("threads");
    let lock = L::new(threads);
    let has_place: Vec<AtomicBool> = (0..threads).map(|_| AtomicBool::new(false)).collect();
    let was_served: Vec<AtomicBool> = (0..threads).map(|_| AtomicBool::new(false)).collect();
    let overtakings = AtomicUsize::new(0);
    thread::scope(|scope| {
        for me in 0..threads {
            let (lock, has_place, was_served, overtakings) = (&lock, &has_place, &was_served, &overtakings);
            scope.spawn(move || {
                let before_me: Vec<usize> = (0..threads).filter(|&other| has_place[other].load(Acquire)).collect();
                let place = lock.take_place(me);
                has_place[me].store(true, Release);
                let held = lock.wait(place);
                let overtaken = before_me.into_iter().filter(|&other| !was_served[other].load(Acquire)).count();
                overtakings.fetch_add(overtaken, Relaxed);
                was_served[me].store(true, Release);
                lock.unlock(held);
            });
        }
    });
    Outcome::of(&overtakings.load(Relaxed))
}

/// What can be set where a lock is tried.
pub const PARAMETERS: &[Parameter] = &[
    Parameter { name: "threads", summary: "how many threads take the lock", default: 2, least: 1, most: 4 },
    Parameter { name: "rounds", summary: "how often each does", default: 2, least: 1, most: 1_000 },
];

/// What can be set where a lock for two is tried.
pub const PARAMETERS_OF_TWO: &[Parameter] = &[
    Parameter { name: "threads", summary: "how many threads take the lock", default: 2, least: 1, most: 2 },
    Parameter { name: "rounds", summary: "how often each does", default: 2, least: 1, most: 1_000 },
];

/// What can be set where the order is looked at.
pub const PARAMETERS_OF_ORDER: &[Parameter] =
    &[Parameter { name: "threads", summary: "how many threads take the lock", default: 2, least: 2, most: 4 }];

/// What is right: no change is lost.
pub fn nothing_is_lost(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only(parameters.get("threads") * parameters.get("rounds"))
}

/// What is right: nobody is overtaken.
pub fn nobody_is_overtaken(_: &Parameters) -> Option<Vec<Outcome>> {
    only(0)
}
