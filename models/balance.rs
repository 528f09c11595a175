//! The bank balance: some threads pay money in and take it out again, so that in the end the
//! balance should be what it was, 0. Is it?
//!
//! The tutorials use it to show that `balance = balance + 5` is not one step but two: read and add,
//! then write. Between the two, another thread may write too, and its change is lost.

use std::sync::atomic::Ordering::SeqCst;

use selvedge::sync::atomic::AtomicI64;
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread;

mod memory;
mod orders;
mod scenarios;

pub use scenarios::SCENARIOS;

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

/// The first thread takes the lock for the whole change, and the others do not take it.
pub fn one_without_lock(threads: usize, iterations: usize) -> i64 {
    let balance = AtomicI64::new(0);
    let lock = Mutex::new(());
    let change = |amount: i64| {
        let x = balance.load(SeqCst) + amount;
        balance.store(x, SeqCst);
    };
    thread::scope(|scope| {
        for (number, amount) in amounts(threads).enumerate() {
            let (change, lock) = (&change, &lock);
            scope.spawn(move || {
                for _ in 0..iterations {
                    let _held = (number == 0).then(|| lock.lock().unwrap());
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
