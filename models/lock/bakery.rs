//! Lamport's bakery: everyone takes a number one higher than all that are out, and the lowest is served.
//!
//! There is nobody to hand out numbers, so two may take the same; then who comes first by name is served
//! first. And while somebody is choosing, those who look wait until it has chosen.
//!
//! L. Lamport, "A new solution of Dijkstra's concurrent programming problem", 1974.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicBool, AtomicUsize, fence};

use super::property::{
    Lock, PARAMETERS, PARAMETERS_OF_ORDER, Queueing, first_come_first_served, mutual_exclusion_and_progress,
    nobody_is_overtaken, nothing_is_lost,
};
use crate::scenario::{Expectation, Scenario};

/// Who is choosing, and what everyone has chosen; 0 for those who do not want to enter.
pub struct Bakery {
    is_choosing: Vec<AtomicBool>,
    numbers: Vec<AtomicUsize>,
}

/// A thread and its number.
pub struct Place {
    me: usize,
    number: usize,
}

impl Bakery {
    fn choose(&self, me: usize) -> Place {
        let highest = self.numbers.iter().map(|number| number.load(Relaxed)).max().unwrap_or(0);
        let number = highest + 1;
        self.numbers[me].store(number, Release);
        Place { me, number }
    }

    fn wait_until_first(&self, &Place { me, number }: &Place, other: usize) {
        loop {
            let others = self.numbers[other].load(Acquire);
            if others == 0 || (others, other) >= (number, me) {
                return;
            }
            hint::spin_loop();
        }
    }
}

impl Queueing for Bakery {
    type Place = Place;

    fn take_place(&self, me: usize) -> Place {
        self.is_choosing[me].store(true, Relaxed);
        fence(SeqCst);
        let place = self.choose(me);
        self.is_choosing[me].store(false, Release);
        fence(SeqCst);
        place
    }

    fn wait(&self, place: Place) -> usize {
        for other in (0..self.numbers.len()).filter(|&other| other != place.me) {
            while self.is_choosing[other].load(Acquire) {
                hint::spin_loop();
            }
            self.wait_until_first(&place, other);
        }
        place.me
    }
}

impl Lock for Bakery {
    /// The thread's number.
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self {
            is_choosing: (0..threads).map(|_| AtomicBool::new(false)).collect(),
            numbers: (0..threads).map(|_| AtomicUsize::new(0)).collect(),
        }
    }

    fn lock(&self, me: usize) -> usize {
        let place = self.take_place(me);
        self.wait(place)
    }

    fn unlock(&self, me: usize) {
        self.numbers[me].store(0, Release);
    }
}

/// The twin: does not say that it is choosing. Who looks then sees no number yet, goes in, and is followed
/// by one with the same number and the better name.
pub struct WithoutChoosing(Bakery);

impl Lock for WithoutChoosing {
    type Held = usize;

    fn new(threads: usize) -> Self {
        Self(Bakery::new(threads))
    }

    fn lock(&self, me: usize) -> usize {
        let place = self.0.choose(me);
        fence(SeqCst);
        for other in (0..self.0.numbers.len()).filter(|&other| other != me) {
            self.0.wait_until_first(&place, other);
        }
        me
    }

    fn unlock(&self, me: usize) {
        self.0.unlock(me);
    }
}

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/bakery",
        summary: "everyone takes a number one higher than all others",
        shows: "Lamport's bakery lock lets one thread in at a time with loads and stores alone, for any number of \
                threads.",
        literature: Some("Lamport, A new solution of Dijkstra's concurrent programming problem, CACM 1974"),
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<Bakery>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/bakery_in_order",
        summary: "the lowest number is served",
        shows: "Lamport's bakery lock serves a thread that has its number before all that take theirs later.",
        literature: Some("Lamport, A new solution of Dijkstra's concurrent programming problem, CACM 1974"),
        parameters: PARAMETERS_OF_ORDER,
        run: first_come_first_served::<Bakery>,
        right: nobody_is_overtaken,
        possible: nobody_is_overtaken,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/bakery_without_choosing",
        summary: "nobody says that they are choosing",
        shows: "Without its `choosing` flags, Lamport's bakery lock lets two threads in that chose their numbers at \
                the same time.",
        literature: Some("Lamport, CACM 1974; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/bakery"],
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<WithoutChoosing>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
