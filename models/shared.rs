//! Memory that processes share: Python's `multiprocessing.Value` and `Array`, with a lock and without.
//!
//! The lock that comes with them is taken for each access. That makes each access whole, and nothing else.

use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicU32;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Mutex, MutexGuard};
use selvedge::{Outcome, thread};

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, any_of, only};

/// `Value('i', 0)`: a number, and the lock that comes with it.
#[derive(Default)]
struct Value {
    /// `RawValue('i', 0)`: the number alone.
    raw: AtomicU32,
    lock: Mutex<()>,
}

impl Value {
    /// `value.value`
    fn get(&self) -> u32 {
        let _lock = self.get_lock();
        self.raw.load(SeqCst)
    }

    /// `value.value = ..`
    fn set(&self, number: u32) {
        let _lock = self.get_lock();
        self.raw.store(number, SeqCst);
    }

    /// `value.get_lock()`
    fn get_lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap()
    }
}

/// `with value.get_lock(): value.value += 1`
fn add_with_lock(value: &Value) {
    // In Python the lock can be taken again by who has it. Here the number is used as it is.
    let _lock = value.get_lock();
    add_raw(value);
}

/// The twin: `value.value += 1`, which is to get and to set.
fn add(value: &Value) {
    value.set(value.get() + 1);
}

/// The twin: the same without any lock, `Value('i', 0, lock=False)`.
fn add_raw(value: &Value) {
    value.raw.store(value.raw.load(SeqCst) + 1, SeqCst);
}

/// Each process adds 1, and the number is what they have added.
fn added(parameters: &Parameters, add: fn(&Value)) -> u32 {
    let value = Value::default();
    thread::scope(|scope| {
        for _ in 0..parameters.get("processes") {
            scope.spawn(|| add(&value));
        }
    });
    value.get()
}

fn all(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only(parameters.get("processes"))
}

/// Each of two processes adds 1 to an element of an array, without a lock. Returns the array.
fn elements(of: [usize; 2]) -> [u32; 2] {
    let array = [const { AtomicU32::new(0) }; 2];
    thread::scope(|scope| {
        for element in of {
            let array = &array;
            scope.spawn(move || array[element].store(array[element].load(SeqCst) + 1, SeqCst));
        }
    });
    array.map(AtomicU32::into_inner)
}

/// An array whose elements have a lock each. (Python's has one for all of it; that does not matter as long as it is
/// taken for each access.)
type Array = [Value; 2];

/// A way to move 1 from the first element of an array to the second, and a way to add up the elements.
type Ways = (fn(&Array), fn(&Array) -> u32);

fn move_one(array: &Array) {
    array[0].set(array[0].get() - 1);
    array[1].set(array[1].get() + 1);
}

fn sum(array: &Array) -> u32 {
    array[0].get() + array[1].get()
}

/// `with array.get_lock():`, where one lock is for the whole array: here it is that of the first element.
fn move_one_with_lock(array: &Array) {
    let _lock = array[0].get_lock();
    array[0].raw.store(array[0].raw.load(SeqCst) - 1, SeqCst);
    array[1].raw.store(array[1].raw.load(SeqCst) + 1, SeqCst);
}

fn sum_with_lock(array: &Array) -> u32 {
    let _lock = array[0].get_lock();
    array[0].raw.load(SeqCst) + array[1].raw.load(SeqCst)
}

/// One process moves something within an array, while another one adds up. Returns the sum.
fn moved_within((move_one, sum): Ways) -> u32 {
    let array = Array::default();
    array[0].set(1);
    thread::scope(|scope| {
        scope.spawn(|| move_one(&array));
        sum(&array)
    })
}

/// A value that is wider than what the machine writes at once: two halves.
#[derive(Default)]
struct Wide {
    high: AtomicU32,
    low: AtomicU32,
    lock: Mutex<()>,
}

impl Wide {
    fn set(&self, high: u32, low: u32) {
        self.high.store(high, SeqCst);
        self.low.store(low, SeqCst);
    }

    fn get(&self) -> (u32, u32) {
        (self.high.load(SeqCst), self.low.load(SeqCst))
    }
}

/// One process writes a wide value, and another one reads it. Returns what it reads.
fn read_while_written(has_lock: bool) -> (u32, u32) {
    let wide = Wide::default();
    let lock = || has_lock.then(|| wide.lock.lock().unwrap());
    thread::scope(|scope| {
        scope.spawn(|| {
            let _lock = lock();
            wide.set(1, 1);
        });
        let _lock = lock();
        wide.get()
    })
}

fn whole(_: &Parameters) -> Option<Vec<Outcome>> {
    any_of([(0, 0), (1, 1)])
}

const PARAMETERS: &[Parameter] =
    &[Parameter { name: "processes", summary: "how many add 1", default: 2, least: 2, most: 4 }];

/// The scenarios of shared memory.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "shared/value_with_lock",
        summary: "processes add to a shared value, and hold its lock meanwhile",
        shows: "`with value.get_lock(): value.value += 1` loses no addition.",
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&added(parameters, add_with_lock)),
        right: all,
        possible: all,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "shared/value_each_access_locked",
        summary: "processes add to a shared value, each of whose accesses is locked",
        shows: "`value.value += 1` of a shared `Value` locks its read and its write, each by itself: an addition in \
                between is lost.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["shared/value_with_lock"],
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&added(parameters, add)),
        right: all,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "shared/value_without_lock",
        summary: "processes add to a shared value that has no lock",
        shows: "With `Value('i', 0, lock=False)` processes lose additions as threads do.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["shared/value_with_lock"],
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&added(parameters, add_raw)),
        right: all,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "shared/array_elements_of_ones_own",
        summary: "two processes change an element each of a shared array, without a lock",
        shows: "Processes that each change another element of a shared `Array` need no lock.",
        run: |_| Outcome::of(&elements([0, 1])),
        right: |_| only([1, 1]),
        possible: |_| only([1, 1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "shared/array_same_element",
        summary: "two processes change the same element of a shared array, without a lock",
        shows: "Two processes that add to the same element of a shared `Array` without its lock may lose an addition.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["shared/array_elements_of_ones_own"],
        run: |_| Outcome::of(&elements([1, 1])),
        right: |_| only([0, 2]),
        possible: |_| any_of([[0, 1], [0, 2]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "shared/array_with_lock",
        summary: "one process moves something within an array, and another one adds up, under one lock",
        shows: "Elements of an `Array` that are changed and read under `get_lock()` are seen before or after all of \
                a change.",
        run: |_| Outcome::of(&moved_within((move_one_with_lock, sum_with_lock))),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "shared/array_each_access_locked",
        summary: "one process moves something within an array, and another one adds up, each access locked",
        shows: "Where each access of an `Array` is locked by itself, a sum of elements may count one before and one \
                after a change.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["shared/array_with_lock"],
        run: |_| Outcome::of(&moved_within((move_one, sum))),
        right: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "shared/wide_with_lock",
        summary: "a value of two halves is written and read under a lock",
        shows: "Under its lock a `Value` that the machine writes in two steps is read whole.",
        run: |_| Outcome::of(&read_while_written(true)),
        right: whole,
        possible: whole,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "shared/wide_torn",
        summary: "a value of two halves is written and read without a lock",
        shows: "Without a lock a `Value` that the machine writes in two steps may be read half old and half new.",
        literature: Some("broken variant of `shared/wide_with_lock`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["shared/wide_with_lock"],
        run: |_| Outcome::of(&read_while_written(false)),
        right: whole,
        possible: |_| any_of([(0, 0), (1, 1), (0, 1), (1, 0)]),
        ..Scenario::DEFAULT
    },
];
