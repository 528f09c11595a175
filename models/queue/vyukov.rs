//! A ring of slots for any number of threads: each slot says by a number whose turn it is.
//!
//! D. Vyukov, "Bounded MPMC queue", 1024cores, 2011. As it was published it may say that it is empty while a value
//! is in it whose `push` has returned, if an earlier one is still being written; the twin shows that. Here, as in
//! crossbeam's `ArrayQueue`, it is asked how many have been put before that is said.

use std::sync::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::thread;

use crate::scenario::{DependsOn, Expectation, Parameter, Parameters, Scenario, only};
use crate::watched::Watched;

/// How many slots there are: at least two, or a slot that is full looks like one that is free for the next round.
pub const ROOM: usize = 2;

/// A slot. The cell is touched whenever the value is, so that accesses that nothing orders are seen.
#[derive(Default)]
struct Slot {
    /// The number of the push that may write here, or one more: then it is the pop of that number that may read.
    turn: AtomicUsize,
    cell: Watched,
    value: AtomicUsize,
}

/// The ring, and the numbers of the next push and of the next pop.
pub struct Ring {
    slots: [Slot; ROOM],
    next_push: AtomicUsize,
    next_pop: AtomicUsize,
}

impl Default for Ring {
    fn default() -> Self {
        let slots = std::array::from_fn(|turn| Slot { turn: AtomicUsize::new(turn), ..Slot::default() });
        Self { slots, next_push: AtomicUsize::new(0), next_pop: AtomicUsize::new(0) }
    }
}

impl Ring {
    /// Adds a value, unless it is full.
    pub fn push(&self, value: u8) -> bool {
        self.push_then(value, |slot, value| {
            slot.write(value);
            slot.turn.fetch_add(1, Release);
        })
    }

    /// Takes the value that was put first, unless it is empty.
    pub fn pop(&self) -> Option<u8> {
        self.pop_then(Acquire, |number| self.next_push.load(SeqCst) == number, ROOM - 1)
    }

    /// Takes a number whose turn it is, and does with its slot what it may.
    fn push_then(&self, value: u8, publish: fn(&Slot, u8)) -> bool {
        loop {
            // Whoever made it this number knows of all pops that made room before.
            let number = self.next_push.load(Acquire);
            let slot = &self.slots[number % ROOM];
            let turn = slot.turn.load(Acquire);
            if turn == number {
                if self.next_push.compare_exchange(number, number + 1, SeqCst, Relaxed).is_ok() {
                    publish(slot, value);
                    return true;
                }
            } else if turn < number && self.next_pop.load(SeqCst) + ROOM == number {
                return false;
            }
            hint::spin_loop();
        }
    }

    /// Takes a number whose turn it is, and reads its slot; `is_empty` says whether nothing has been put that could
    /// be waited for. Then the slot is for the push that is `ahead` of this pop's turn. The number is read so that what
    /// the thread knew that took the number before is known: of all that had been put then.
    fn pop_then(&self, read_number: Ordering, is_empty: impl Fn(usize) -> bool, ahead: usize) -> Option<u8> {
        loop {
            let number = self.next_pop.load(read_number);
            let slot = &self.slots[number % ROOM];
            let turn = slot.turn.load(Acquire);
            if turn == number + 1 {
                if self.next_pop.compare_exchange(number, number + 1, SeqCst, Relaxed).is_ok() {
                    let value = slot.read();
                    slot.turn.store(turn + ahead, Release);
                    return Some(value);
                }
            } else if turn <= number && is_empty(number) {
                return None;
            }
            hint::spin_loop();
        }
    }

    /// The twin: says that the value is there, and then writes it.
    pub fn push_published_first(&self, value: u8) -> bool {
        self.push_then(value, |slot, value| {
            slot.turn.fetch_add(1, Release);
            slot.write(value);
        })
    }

    /// The twin: a slot whose turn it is not yet means that it is full.
    pub fn push_at_once_or_never(&self, value: u8) -> bool {
        let number = self.next_push.load(Relaxed);
        let slot = &self.slots[number % ROOM];
        if slot.turn.load(Acquire) != number {
            return false;
        }
        if self.next_push.compare_exchange(number, number + 1, SeqCst, Relaxed).is_err() {
            return false;
        }
        slot.write(value);
        slot.turn.fetch_add(1, Release);
        true
    }

    /// The twin: reads the number of the next pop without what was known to the thread that took the one before, and so
    /// may not know of a push that has returned.
    pub fn pop_relaxed_number(&self) -> Option<u8> {
        self.pop_then(Relaxed, |number| self.next_push.load(SeqCst) == number, ROOM - 1)
    }

    /// The twin, as published: a slot that is not written yet is all it looks at.
    pub fn pop_next_or_nothing(&self) -> Option<u8> {
        self.pop_then(Acquire, |_| true, ROOM - 1)
    }

    /// The twin: lets the next push have the slot, and not the one that comes round to it.
    pub fn pop_for_the_next(&self) -> Option<u8> {
        self.pop_then(Acquire, |number| self.next_push.load(SeqCst) == number, ROOM)
    }
}

impl Slot {
    fn write(&self, value: u8) {
        self.cell.write(|| self.value.store(value.into(), Relaxed));
    }

    fn read(&self) -> u8 {
        self.cell.read(|| self.value.load(Relaxed) as u8)
    }
}

/// Each thread puts a value, and takes one: there is always one for it. Before, the ring has been used for some
/// rounds. Returns what was taken, in order of size.
fn put_and_taken(
    parameters: &Parameters,
    push: fn(&Ring, u8) -> bool,
    pop: fn(&Ring) -> Option<u8>,
) -> Vec<Option<u8>> {
    let ring = Ring::default();
    for _ in 0..parameters.get("rounds") * ROOM {
        assert!(push(&ring, 0), "it is empty, so there is room");
        pop(&ring);
    }
    let mut taken = thread::scope(|scope| {
        let threads = [1, 2].map(|value| {
            let ring = &ring;
            scope.spawn(move || {
                assert!(push(ring, value), "there is room for two");
                pop(ring)
            })
        });
        threads.map(|thread| thread.join().unwrap())
    });
    taken.sort_unstable();
    taken.into()
}

fn both(_: &Parameters) -> Option<Vec<Outcome>> {
    only([Some(1), Some(2)])
}

/// Three threads put a value each into a ring with room for two, and do not wait. Returns how many could.
fn as_many_as_there_is_room_for(push: fn(&Ring, u8) -> bool) -> usize {
    let ring = Ring::default();
    thread::scope(|scope| {
        let threads = [1, 2, 3].map(|value| {
            let ring = &ring;
            scope.spawn(move || push(ring, value))
        });
        threads.into_iter().filter_map(|thread| thread.join().unwrap().then_some(())).count()
    })
}

const PARAMETERS: &[Parameter] =
    &[Parameter { name: "rounds", summary: "how often the ring has been used before", default: 1, least: 0, most: 3 }];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/vyukov",
        summary: "a ring for many who put and many who take",
        shows: "A bounded ring with a sequence number in each slot serves many producers and consumers without a lock.",
        literature: Some("Vyukov, Bounded MPMC queue, 1024cores.net"),
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&put_and_taken(parameters, Ring::push, Ring::pop)),
        right: both,
        possible: both,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/vyukov_published_first",
        summary: "a slot is handed on, and then written",
        shows: "A sequence number that is advanced before the slot is written lets a consumer read the slot meanwhile.",
        literature: Some("Vyukov, Bounded MPMC queue, 1024cores.net; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["queue/vyukov"],
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&put_and_taken(parameters, Ring::push_published_first, Ring::pop)),
        right: both,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/vyukov_as_published",
        summary: "who takes says that nothing is there when the next value is still being written",
        shows: "The published `dequeue` says that the queue is empty while the next slot is still being written, \
                although later ones are full: it is not linearizable.",
        literature: Some("Vyukov, Bounded MPMC queue, 1024cores.net"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/vyukov"],
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&put_and_taken(parameters, Ring::push, Ring::pop_next_or_nothing)),
        right: both,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/vyukov_relaxed_number",
        summary: "who takes reads relaxed how many have been taken, and then how many have been put",
        shows: "A relaxed load of the number of the next pop does not tell how many pushes came before it: the queue \
                seems empty although a push has returned, even where all other accesses to both numbers are `SeqCst`.",
        literature: Some("Vyukov, Bounded MPMC queue, 1024cores.net; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        depends_on: DependsOn::WeakMemory,
        twin_of: &["queue/vyukov"],
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&put_and_taken(parameters, Ring::push, Ring::pop_relaxed_number)),
        right: both,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/vyukov_wrapped_around",
        summary: "a slot that was read is marked as the next one, and not as the one a round later",
        shows: "A slot that is not marked for the next round after it was read never looks free again: producers retry \
                for ever.",
        literature: Some("Vyukov, Bounded MPMC queue, 1024cores.net; broken variant"),
        expectation: Expectation::AlwaysFails(FailureKind::Livelock),
        twin_of: &["queue/vyukov"],
        parameters: &[Parameter { least: 1, ..PARAMETERS[0] }],
        run: |parameters| Outcome::of(&put_and_taken(parameters, Ring::push, Ring::pop_for_the_next)),
        right: both,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/vyukov_full",
        summary: "three threads put into a ring with room for two",
        shows: "The bounded ring takes as many values as it has slots, and tells the other producers that it is full.",
        literature: Some("Vyukov, Bounded MPMC queue, 1024cores.net"),
        run: |_| Outcome::of(&as_many_as_there_is_room_for(Ring::push)),
        right: |_| only(ROOM),
        possible: |_| only(ROOM),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/vyukov_full_at_once",
        summary: "who loses a race for a slot says that there is no room",
        shows: "A producer that takes a lost race for a slot for a full queue is refused although there is room.",
        literature: Some("Vyukov, Bounded MPMC queue, 1024cores.net; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/vyukov_full"],
        run: |_| Outcome::of(&as_many_as_there_is_room_for(Ring::push_at_once_or_never)),
        right: |_| only(ROOM),
        ..Scenario::DEFAULT
    },
];
