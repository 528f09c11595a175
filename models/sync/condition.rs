//! Waiting for a condition: a lock, a condition variable, and a loop around the wait.
//!
//! The example is a buffer with room for one: producers wait until it is empty, consumers until it is
//! full.

use std::collections::VecDeque;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// How much the buffer holds.
const ROOM: usize = 1;

/// Something that is put into a buffer and taken out again.
type Item = usize;

/// A buffer that is waited for.
trait Buffer: Sync {
    fn put(&self, item: Item);
    fn take(&self) -> Item;
}

/// A queue of items, and two conditions: one for those who wait for room, one for those who wait for items.
#[derive(Default)]
struct Bounded {
    items: Mutex<VecDeque<Item>>,
    has_room: Condvar,
    has_items: Condvar,
}

impl Buffer for Bounded {
    fn put(&self, item: Item) {
        let mut items = self.items.lock().unwrap();
        // A loop: between being notified and having the lock, others may have been here.
        while items.len() == ROOM {
            items = self.has_room.wait(items).unwrap();
        }
        items.push_back(item);
        self.has_items.notify_one();
    }

    fn take(&self) -> Item {
        let mut items = self.items.lock().unwrap();
        while items.is_empty() {
            items = self.has_items.wait(items).unwrap();
        }
        let item = items.pop_front().expect("it is not empty");
        self.has_room.notify_one();
        item
    }
}

/// The twin: looks once, with `if`. Who was notified takes what another consumer has taken already.
#[derive(Default)]
struct LooksOnce(Bounded);

impl Buffer for LooksOnce {
    fn put(&self, item: Item) {
        self.0.put(item);
    }

    fn take(&self) -> Item {
        let Bounded { items, has_room, has_items } = &self.0;
        let mut items = items.lock().unwrap();
        if items.is_empty() {
            items = has_items.wait(items).unwrap();
        }
        let item = items.pop_front().expect("it was notified that there is one");
        has_room.notify_one();
        item
    }
}

/// Producers and consumers wait for one and the same condition. The twin notifies one of them, who may be of the
/// wrong kind: then it waits again, and nobody else was told. To notify everybody is wasteful, and right.
struct OneCondition {
    items: Mutex<VecDeque<Item>>,
    has_changed: Condvar,
    notify: fn(&Condvar),
}

impl OneCondition {
    fn new(notify: fn(&Condvar)) -> Self {
        Self { items: Mutex::default(), has_changed: Condvar::default(), notify }
    }
}

impl Buffer for OneCondition {
    fn put(&self, item: Item) {
        let mut items = self.items.lock().unwrap();
        while items.len() == ROOM {
            items = self.has_changed.wait(items).unwrap();
        }
        items.push_back(item);
        (self.notify)(&self.has_changed);
    }

    fn take(&self) -> Item {
        let mut items = self.items.lock().unwrap();
        while items.is_empty() {
            items = self.has_changed.wait(items).unwrap();
        }
        let item = items.pop_front().expect("it is not empty");
        (self.notify)(&self.has_changed);
        item
    }
}

/// As many producers as consumers put and take one item each. Returns the items taken, in order of size.
fn exchange(parameters: &Parameters, buffer: &impl Buffer) -> Outcome {
    let pairs = parameters.get("pairs");
    let mut taken = thread::scope(|scope| {
        let consumers: Vec<_> = (0..pairs).map(|_| scope.spawn(|| buffer.take())).collect();
        for item in 0..pairs {
            scope.spawn(move || buffer.put(item));
        }
        consumers.into_iter().map(|consumer| consumer.join().unwrap()).collect::<Vec<_>>()
    });
    taken.sort_unstable();
    Outcome::of(&taken)
}

/// What is right: what was put is taken, each item once.
fn all_items(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only((0..parameters.get("pairs")).collect::<Vec<_>>())
}

/// One thread waits until another has said so. What is waited for is a flag: the notification only says
/// that it is worth looking.
fn notified_with_a_flag() -> bool {
    let (is_ready, changed) = (Mutex::new(false), Condvar::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            *is_ready.lock().unwrap() = true;
            changed.notify_one();
        });
        let mut ready = is_ready.lock().unwrap();
        while !*ready {
            ready = changed.wait(ready).unwrap();
        }
        *ready
    })
}

/// The twin: there is no flag, only the notification. If it comes before the wait, it is gone.
fn notified_before_the_wait() -> bool {
    let (lock, changed) = (Mutex::new(()), Condvar::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            let _guard = lock.lock().unwrap();
            changed.notify_one();
        });
        let guard = lock.lock().unwrap();
        drop(changed.wait(guard).unwrap());
        true
    })
}

const PARAMETERS: &[Parameter] =
    &[Parameter { name: "pairs", summary: "how many producers, and consumers", default: 2, least: 1, most: 4 }];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/condition",
        summary: "a buffer for one item, with a condition for room and one for items",
        shows: "A buffer for one item works with `Condition.wait` in a `while` loop and a condition each for \
                producers and consumers.",
        literature: Some("Hoare, Monitors, CACM 1974; Lampson and Redell, Mesa, CACM 1980"),
        parameters: PARAMETERS,
        run: |parameters| exchange(parameters, &Bounded::default()),
        right: all_items,
        possible: all_items,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/condition_looked_at_once",
        summary: "`if` instead of `while`",
        shows: "With `if` instead of `while` around `Condition.wait`, a consumer that was woken may find the buffer \
                empty.",
        literature: Some("Lampson and Redell, Mesa, CACM 1980; broken variant"),
        expectation: Expectation::Fails(FailureKind::Panic),
        twin_of: &["sync/condition", "sync/condition_for_all"],
        parameters: &[Parameter { least: 2, ..PARAMETERS[0] }],
        run: |parameters| exchange(parameters, &LooksOnce::default()),
        right: all_items,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/condition_of_two_kinds",
        summary: "producers and consumers wait for one condition, and one of them is notified",
        shows: "If producers and consumers share one `Condition`, `notify` may wake one that cannot go on, and all \
                wait for ever.",
        literature: Some("Lampson and Redell, Mesa, CACM 1980; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["sync/condition", "sync/condition_for_all"],
        parameters: &[Parameter { least: 2, ..PARAMETERS[0] }],
        run: |parameters| exchange(parameters, &OneCondition::new(Condvar::notify_one)),
        right: all_items,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/condition_for_all",
        summary: "producers and consumers wait for one condition, and all of them are notified",
        shows: "If producers and consumers share one `Condition`, `notify_all` wakes all, and one that can go on does.",
        literature: Some("Lampson and Redell, Mesa, CACM 1980"),
        parameters: PARAMETERS,
        run: |parameters| exchange(parameters, &OneCondition::new(Condvar::notify_all)),
        right: all_items,
        possible: all_items,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/notified_with_a_flag",
        summary: "one thread waits for a flag that another sets",
        shows: "A thread that checks a flag under the lock before `Condition.wait` does not miss a `notify` that came \
                earlier.",
        literature: Some("Python documentation, threading.Condition"),
        run: |_| Outcome::of(&notified_with_a_flag()),
        right: |_| only(true),
        possible: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/notified_before_the_wait",
        summary: "there is no flag, and the notification comes first",
        shows: "A `Condition.notify` that comes before `Condition.wait` is lost: the thread waits for ever.",
        literature: Some("Python documentation, threading.Condition; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["sync/notified_with_a_flag"],
        run: |_| Outcome::of(&notified_before_the_wait()),
        right: |_| only(true),
        ..Scenario::DEFAULT
    },
];
