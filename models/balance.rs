//! The bank balance: some threads pay money in and take it out again, so that in the end the
//! balance should be what it was, 0. Is it?
//!
//! The tutorials use it to show that `balance = balance + 5` is not one step but two: read and add,
//! then write. Between the two, another thread may write too, and its change is lost.

use std::sync::atomic::Ordering::SeqCst;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicI64;
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Parameter, Parameters, Scenario};

/// What each thread pays in and takes out again: 5, 8, 11, ..
fn amounts(threads: usize) -> impl Iterator<Item = i64> {
    (5..).step_by(3).take(threads)
}

/// Reading and writing the balance are two steps, and nothing keeps them together.
pub fn unlocked(threads: usize, iterations: usize) -> i64 {
    let balance = AtomicI64::new(0);
    thread::scope(|scope| {
        for amount in amounts(threads) {
            let balance = &balance;
            scope.spawn(move || {
                for _ in 0..iterations {
                    let x = balance.load(SeqCst) + amount;
                    balance.store(x, SeqCst);
                    let x = balance.load(SeqCst) - amount;
                    balance.store(x, SeqCst);
                }
            });
        }
    });
    balance.load(SeqCst)
}

/// A lock is held from the first read to the last write.
pub fn locked(threads: usize, iterations: usize) -> i64 {
    let balance = Mutex::new(0);
    thread::scope(|scope| {
        for amount in amounts(threads) {
            let balance = &balance;
            scope.spawn(move || {
                for _ in 0..iterations {
                    let mut balance = balance.lock().unwrap();
                    *balance += amount;
                    *balance -= amount;
                }
            });
        }
    });
    balance.into_inner().unwrap()
}

/// Each change is one indivisible step.
pub fn fetch_add(threads: usize, iterations: usize) -> i64 {
    let balance = AtomicI64::new(0);
    thread::scope(|scope| {
        for amount in amounts(threads) {
            let balance = &balance;
            scope.spawn(move || {
                for _ in 0..iterations {
                    balance.fetch_add(amount, SeqCst);
                    balance.fetch_sub(amount, SeqCst);
                }
            });
        }
    });
    balance.load(SeqCst)
}

/// A change is written only if nobody wrote since the read, and tried again otherwise.
pub fn compare_exchange(threads: usize, iterations: usize) -> i64 {
    let balance = AtomicI64::new(0);
    let change = |amount: i64| {
        let mut seen = balance.load(SeqCst);
        while let Err(found) = balance.compare_exchange(seen, seen + amount, SeqCst, SeqCst) {
            seen = found;
        }
    };
    thread::scope(|scope| {
        for amount in amounts(threads) {
            let change = &change;
            scope.spawn(move || {
                for _ in 0..iterations {
                    change(amount);
                    change(-amount);
                }
            });
        }
    });
    balance.load(SeqCst)
}

/// There is a lock, but it is taken after the balance was read.
pub fn read_outside_lock(threads: usize, iterations: usize) -> i64 {
    let balance = AtomicI64::new(0);
    let lock = Mutex::new(());
    let change = |amount: i64| {
        let x = balance.load(SeqCst) + amount;
        let _held = lock.lock().unwrap();
        balance.store(x, SeqCst);
    };
    thread::scope(|scope| {
        for amount in amounts(threads) {
            let change = &change;
            scope.spawn(move || {
                for _ in 0..iterations {
                    change(amount);
                    change(-amount);
                }
            });
        }
    });
    balance.load(SeqCst)
}

/// Every thread takes a lock, but not the same one.
pub fn two_locks(threads: usize, iterations: usize) -> i64 {
    let balance = AtomicI64::new(0);
    let locks = [Mutex::new(()), Mutex::new(())];
    let change = |amount: i64| {
        let x = balance.load(SeqCst) + amount;
        balance.store(x, SeqCst);
    };
    thread::scope(|scope| {
        for (number, amount) in amounts(threads).enumerate() {
            let (change, lock) = (&change, &locks[number % 2]);
            scope.spawn(move || {
                for _ in 0..iterations {
                    let _held = lock.lock().unwrap();
                    change(amount);
                    change(-amount);
                }
            });
        }
    });
    balance.load(SeqCst)
}

/// A lock to be acquired and released by hand, as Python's `threading.Lock`.
#[derive(Default)]
struct Lock {
    held: Mutex<bool>,
    released: Condvar,
}

impl Lock {
    fn acquire(&self) {
        let mut held = self.held.lock().unwrap();
        while *held {
            held = self.released.wait(held).unwrap();
        }
        *held = true;
    }

    fn release(&self) {
        *self.held.lock().unwrap() = false;
        self.released.notify_one();
    }
}

/// One thread fails between `acquire` and `release`: the lock is never released, and the others
/// wait for it for ever.
pub fn unreleased(threads: usize, _iterations: usize) -> i64 {
    let account = Arc::new((Lock::default(), AtomicI64::new(0)));
    let handles: Vec<_> = amounts(threads)
        .enumerate()
        .map(|(number, amount)| {
            let account = Arc::clone(&account);
            thread::spawn(move || {
                let (lock, balance) = &*account;
                lock.acquire();
                balance.store(balance.load(SeqCst) + amount, SeqCst);
                assert!(number > 0, "something goes wrong");
                balance.store(balance.load(SeqCst) - amount, SeqCst);
                lock.release();
            })
        })
        .collect();
    for handle in handles {
        // That a thread failed is no reason for the others not to end.
        let _ = handle.join();
    }
    account.1.load(SeqCst)
}

/// Releases the lock when it goes out of scope, whatever the reason: the `finally` of
/// `try .. finally`.
struct ReleaseAtEnd<'a>(&'a Lock);

impl Drop for ReleaseAtEnd<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}

/// One thread fails while it holds the lock, and the lock is released all the same. What that thread
/// had paid in, 5, stays.
pub fn released_on_panic(threads: usize, _iterations: usize) -> i64 {
    let account = Arc::new((Lock::default(), AtomicI64::new(0)));
    let handles: Vec<_> = amounts(threads)
        .enumerate()
        .map(|(number, amount)| {
            let account = Arc::clone(&account);
            thread::spawn(move || {
                let (lock, balance) = &*account;
                lock.acquire();
                let _finally = ReleaseAtEnd(lock);
                balance.store(balance.load(SeqCst) + amount, SeqCst);
                assert!(number > 0, "something goes wrong");
                balance.store(balance.load(SeqCst) - amount, SeqCst);
            })
        })
        .collect();
    for handle in handles {
        let _ = handle.join();
    }
    account.1.load(SeqCst)
}

/// A global interpreter lock is held for each bytecode: the load and the store are each safe, and
/// the statement made of them is not.
pub fn interpreter_lock(threads: usize, iterations: usize) -> i64 {
    let interpreter = Mutex::new(());
    let balance = AtomicI64::new(0);
    let load = || {
        let _held = interpreter.lock().unwrap();
        balance.load(SeqCst)
    };
    let store = |x| {
        let _held = interpreter.lock().unwrap();
        balance.store(x, SeqCst);
    };
    thread::scope(|scope| {
        for amount in amounts(threads) {
            let (load, store) = (&load, &store);
            scope.spawn(move || {
                for _ in 0..iterations {
                    store(load() + amount);
                    store(load() - amount);
                }
            });
        }
    });
    balance.load(SeqCst)
}

/// Each process has its own copy of the variable: nobody loses a change, and the parent's balance
/// stays what it was, even though each child leaves what it paid in where it is.
pub fn per_process(threads: usize, iterations: usize) -> i64 {
    let balance = AtomicI64::new(0);
    thread::scope(|scope| {
        for amount in amounts(threads) {
            // What `fork` does: the child begins with a copy of what the parent has.
            let balance = AtomicI64::new(balance.load(SeqCst));
            scope.spawn(move || {
                for _ in 0..iterations {
                    let x = balance.load(SeqCst) + amount;
                    balance.store(x, SeqCst);
                }
            });
        }
    });
    balance.load(SeqCst)
}

const PARAMETERS: &[Parameter] = &[
    Parameter { name: "threads", summary: "how many threads change the balance", default: 2, least: 1, most: 8 },
    Parameter { name: "iterations", summary: "how often each does", default: 1, least: 1, most: 1_000 },
];

/// The scenarios with a failing thread pay in once.
const PARAMETERS_ONCE: &[Parameter] =
    &[Parameter { name: "threads", summary: "how many threads change the balance", default: 2, least: 2, most: 8 }];

/// Runs a model with the parameters of the scenario.
macro_rules! run {
    ($model:ident, once) => {
        |parameters| Outcome::of(&$model(parameters.get("threads"), 1))
    };
    ($model:ident) => {
        |parameters| Outcome::of(&$model(parameters.get("threads"), parameters.get("iterations")))
    };
}

fn zero(_: &Parameters) -> Option<Vec<Outcome>> {
    Some(vec![Outcome::of(&0)])
}

fn five(_: &Parameters) -> Option<Vec<Outcome>> {
    Some(vec![Outcome::of(&5)])
}

fn unknown(_: &Parameters) -> Option<Vec<Outcome>> {
    None
}

/// What two threads that change the balance once, unprotected, can leave.
fn seven(parameters: &Parameters) -> Option<Vec<Outcome>> {
    let is_default = parameters.get("threads") == 2 && parameters.get("iterations") == 1;
    is_default.then(|| [-8, -5, -3, 0, 3, 5, 8].iter().map(Outcome::of).collect())
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "balance/unlocked",
        summary: "threads change the balance with nothing to protect it",
        claim: "Changing a shared variable takes several steps, so threads that do it at the same time lose changes.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked", "balance/fetch_add", "balance/per_process"],
        parameters: PARAMETERS,
        run: run!(unlocked),
        right: zero,
        possible: seven,
    },
    Scenario {
        name: "balance/locked",
        summary: "a lock is held for the whole change",
        claim: "With a lock around the change, only one thread changes the balance at a time, and it is always right.",
        expectation: Expectation::Holds,
        twin_of: &[],
        parameters: PARAMETERS,
        run: run!(locked),
        right: zero,
        possible: zero,
    },
    Scenario {
        name: "balance/fetch_add",
        summary: "each change is one atomic step",
        claim: "Where adding is a single indivisible step, no lock is needed.",
        expectation: Expectation::Holds,
        twin_of: &[],
        parameters: PARAMETERS,
        run: run!(fetch_add),
        right: zero,
        possible: zero,
    },
    Scenario {
        name: "balance/compare_exchange",
        summary: "a change is written only if nobody wrote since the read",
        claim: "Reading, computing, and writing only if nothing has changed is as good as a lock.",
        expectation: Expectation::Holds,
        twin_of: &[],
        parameters: PARAMETERS,
        run: run!(compare_exchange),
        right: zero,
        possible: zero,
    },
    Scenario {
        name: "balance/read_outside_lock",
        summary: "the lock is taken after the read",
        claim: "A lock protects only what is done while it is held: a value read before may be out of date.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked", "balance/compare_exchange"],
        parameters: PARAMETERS,
        run: run!(read_outside_lock),
        right: zero,
        possible: seven,
    },
    Scenario {
        name: "balance/two_locks",
        summary: "the threads take different locks",
        claim: "A lock only excludes those who take the same lock.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked"],
        parameters: PARAMETERS,
        run: run!(two_locks),
        right: zero,
        possible: seven,
    },
    Scenario {
        name: "balance/unreleased",
        summary: "a thread fails between acquire and release",
        claim: "A lock that is acquired and, because of an error, never released makes the others wait for ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["balance/released_on_panic"],
        parameters: PARAMETERS_ONCE,
        run: run!(unreleased, once),
        right: unknown,
        possible: unknown,
    },
    Scenario {
        name: "balance/released_on_panic",
        summary: "a thread fails, and the lock is released all the same",
        claim: "With `try .. finally` the lock is released even after an error, and nobody waits for ever.",
        expectation: Expectation::Holds,
        twin_of: &[],
        parameters: PARAMETERS_ONCE,
        run: run!(released_on_panic, once),
        right: five,
        possible: five,
    },
    Scenario {
        name: "balance/interpreter_lock",
        summary: "a global interpreter lock is held for each bytecode",
        claim: "An interpreter lock does not save a statement that is several bytecodes: it may be interrupted between them.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked"],
        parameters: PARAMETERS,
        run: run!(interpreter_lock),
        right: zero,
        possible: seven,
    },
    Scenario {
        name: "balance/per_process",
        summary: "each process has a copy of its own",
        claim: "Processes share no variables: each has a copy, and the parent's is not touched by its children.",
        expectation: Expectation::Holds,
        twin_of: &[],
        parameters: PARAMETERS,
        run: run!(per_process),
        right: zero,
        possible: zero,
    },
];
