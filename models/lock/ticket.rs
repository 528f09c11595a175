//! The ticket lock: take a number, and wait until it is called, as at a counter.
//!
//! Who comes first is served first. All wait at one place, though, and each call wakes them all.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::AtomicUsize;

use super::property::{
    Lock, PARAMETERS, PARAMETERS_OF_ORDER, Queueing, first_come_first_served, mutual_exclusion_and_progress,
    nobody_is_overtaken, nothing_is_lost,
};
use crate::scenario::{Expectation, Scenario};

/// The number on the next ticket, and the number that is served.
pub struct Ticket {
    next: AtomicUsize,
    served: AtomicUsize,
}

impl Queueing for Ticket {
    type Place = usize;

    fn take_place(&self, _me: usize) -> usize {
        self.next.fetch_add(1, Relaxed)
    }

    fn wait(&self, ticket: usize) {
        while self.served.load(Acquire) < ticket {
            hint::spin_loop();
        }
    }
}

impl Lock for Ticket {
    type Held = ();

    fn new(_threads: usize) -> Self {
        Self { next: AtomicUsize::new(0), served: AtomicUsize::new(0) }
    }

    fn lock(&self, me: usize) {
        let ticket = self.take_place(me);
        self.wait(ticket);
    }

    fn unlock(&self, (): ()) {
        // Only the holder changes it, so to read and write it in two steps is no race.
        let served = self.served.load(Relaxed);
        self.served.store(served + 1, Release);
    }
}

/// The twin: the number is read from the roll first, and the ticket torn off after. Two may read the same
/// number.
pub struct ReadThenTaken(Ticket);

impl Lock for ReadThenTaken {
    type Held = ();

    fn new(threads: usize) -> Self {
        Self(Ticket::new(threads))
    }

    fn lock(&self, _me: usize) {
        let ticket = self.0.next.load(Relaxed);
        self.0.next.store(ticket + 1, Relaxed);
        self.0.wait(ticket);
    }

    fn unlock(&self, (): ()) {
        self.0.unlock(());
    }
}

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/ticket",
        summary: "take a number and wait until it is called",
        shows: "A ticket lock, whose numbers are taken by `fetch_add`, lets one thread in at a time.",
        literature: Some("Mellor-Crummey and Scott, TOCS 1991"),
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<Ticket>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/ticket_in_order",
        summary: "numbers are called in order",
        shows: "A ticket lock serves threads in the order in which they took their numbers.",
        literature: Some("Mellor-Crummey and Scott, TOCS 1991"),
        parameters: PARAMETERS_OF_ORDER,
        run: first_come_first_served::<Ticket>,
        right: nobody_is_overtaken,
        possible: nobody_is_overtaken,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/ticket_read_then_taken",
        summary: "the number is read in one step and taken in another",
        shows: "If the number of a ticket lock is loaded and stored in two steps, two threads get the same one and \
                both enter.",
        literature: Some("Mellor-Crummey and Scott, TOCS 1991; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/ticket"],
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<ReadThenTaken>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
