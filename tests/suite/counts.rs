//! How many executions the explorer runs for programs whose number of equivalence classes is known,
//! from the literature on Optimal-DPOR and from the test suites of Nidhugg and GenMC.

use std::sync::Arc;

use selvedge::Verdict;
use selvedge::engine::{Budget, Explorer};
use selvedge::sync::atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst};
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::literature::{SEQUENTIAL, casrot, each, inc, lastzero};

/// Counts are the same without any reduction, on programs that are small enough for it.
#[test]
fn brute_force_agrees() {
    fn fetch_add() {
        let counter = Arc::new(AtomicUsize::new(0));
        each(2, move |_| {
            for _ in 0..3 {
                counter.fetch_add(1, SeqCst);
            }
        });
    }
    fn opposite() {
        let locks = Arc::new([Mutex::new(()), Mutex::new(())]);
        each(2, move |index| {
            let _first = locks[index].lock().unwrap();
            let _second = locks[1 - index].lock().unwrap();
        });
    }
    for (program, classes) in [(fetch_add as fn(), 20), (opposite, 3), (|| casrot(4, SEQUENTIAL), 14)] {
        let traces = selvedge::Checker::new().keep_going(true).traces(program);
        assert_eq!((traces.exploration.limit, traces.count, traces.contradiction), (None, classes, None));
    }
}

/// Returns how many executions exhaust a program.
fn count<T: std::fmt::Debug>(program: impl Fn() -> T + Send + Sync + 'static) -> u64 {
    let budget = Budget { executions: None, time: None, ..Budget::default() };
    let report = selvedge::Checker::new().engine(Explorer).budget(budget).keep_going(true).run(program);
    let exploration = &report.engines[0].exploration;
    assert_eq!(exploration.limit, None);
    // Who works alone runs nothing that is equivalent to something else.
    assert!(exploration.redundant == 0 || exploration.executions > 10_000, "{} redundant", exploration.redundant);
    exploration.executions
}

fn balance(threads: usize, iterations: usize) -> u64 {
    count(move || {
        let balance = Arc::new(AtomicI64::new(0));
        let shared = Arc::clone(&balance);
        each(threads, move |index| {
            let amount = [5, 8, 13][index];
            for _ in 0..iterations {
                let x = shared.load(SeqCst) + amount;
                shared.store(x, SeqCst);
                let x = shared.load(SeqCst) - amount;
                shared.store(x, SeqCst);
            }
        });
        balance.load(SeqCst)
    })
}

#[test]
fn the_balance_race() {
    assert_eq!([balance(2, 1), balance(2, 2), balance(3, 1), balance(2, 3)], [34, 3_334, 7_134, 372_436]);
}

#[test]
fn fetch_add_on_one_atomic() {
    let fetch_add = |threads, times| {
        count(move || {
            let counter = Arc::new(AtomicUsize::new(0));
            each(threads, move |_| {
                for _ in 0..times {
                    counter.fetch_add(1, SeqCst);
                }
            });
        })
    };
    assert_eq!([fetch_add(2, 3), fetch_add(3, 2), fetch_add(4, 1)], [20, 90, 24]);
    assert_eq!([2, 3, 4, 5, 6, 7].map(|threads| fetch_add(threads, 1)), [2, 6, 24, 120, 720, 5_040]);
}

#[test]
fn a_mutex_around_plain_data() {
    let locked = |threads, times| {
        count(move || {
            let counter = Arc::new(Mutex::new(0));
            each(threads, move |_| {
                for _ in 0..times {
                    *counter.lock().unwrap() += 1;
                }
            });
        })
    };
    assert_eq!([locked(2, 1), locked(2, 2), locked(3, 1), locked(3, 2)], [2, 6, 6, 90]);
    assert_eq!([2, 3, 4, 5, 6, 7].map(|threads| locked(threads, 1)), [2, 6, 24, 120, 720, 5_040]);
}

#[test]
fn independent_writers() {
    for threads in 3..=5 {
        let executions = count(move || {
            let slots: Arc<Vec<AtomicUsize>> = Arc::new((0..threads).map(|_| AtomicUsize::new(0)).collect());
            each(threads, move |index| {
                for value in 0..5 {
                    slots[index].store(value, SeqCst);
                }
            });
        });
        assert_eq!(executions, 1);
    }
}

#[test]
fn one_writer_and_readers() {
    let readers = |readers: usize| {
        count(move || {
            let value = Arc::new(AtomicUsize::new(0));
            each(readers + 1, move |index| {
                if index == 0 {
                    value.store(1, SeqCst);
                } else {
                    value.load(SeqCst);
                }
            });
        })
    };
    assert_eq!([2, 3, 4, 5, 8].map(readers), [4, 8, 16, 32, 256]);
}

#[test]
fn lastzero_of_the_literature() {
    let lastzero = |writers| count(move || lastzero(writers, SEQUENTIAL));
    assert_eq!([5, 10, 15].map(lastzero), [64, 3_328, 147_456]);
}

fn indexer(threads: usize) -> u64 {
    const SIZE: usize = 128;
    count(move || {
        let table: Arc<Vec<AtomicUsize>> = Arc::new((0..SIZE).map(|_| AtomicUsize::new(0)).collect());
        // Objects that are first used where executions already differ cannot be told apart in all of them:
        // with this, nothing is run in vain.
        for slot in table.iter() {
            slot.load(SeqCst);
        }
        each(threads, move |index| {
            for message in 1..=4 {
                let word = message * 11 + index;
                let mut place = (word * 7) % SIZE;
                while table[place].compare_exchange(0, word, SeqCst, SeqCst).is_err() {
                    place = (place + 1) % SIZE;
                }
            }
        });
    })
}

#[test]
fn indexer_of_the_literature() {
    assert_eq!([11, 12, 13, 15].map(indexer), [1, 8, 64, 4_096]);
}

#[test]
fn casrot_of_the_literature() {
    let casrot = |threads| count(move || casrot(threads, SEQUENTIAL));
    assert_eq!([2, 3, 4, 5, 6, 7, 8, 9].map(casrot), [2, 5, 14, 43, 144, 523, 2_048, 8_597]);
}

#[test]
fn load_then_store() {
    let increments = |threads| count(move || inc(threads, SEQUENTIAL));
    assert_eq!([2, 3, 4].map(increments), [4, 36, 576]);
}

#[test]
fn two_locks_taken_in_opposite_orders() {
    let program = || {
        let locks = Arc::new([Mutex::new(()), Mutex::new(())]);
        each(2, move |index| {
            let _first = locks[index].lock().unwrap();
            let _second = locks[1 - index].lock().unwrap();
        });
    };
    assert_eq!(count(program), 3);
    let report = selvedge::Checker::new().engine(Explorer).keep_going(true).run(program);
    assert_eq!(report.engines[0].exploration.failures, 1);
    assert!(matches!(report.verdict(), Verdict::Falsified(_)));
}

/// Where the notification comes after the release of the lock. Notified before, there are half as many.
#[test]
fn a_bounded_queue() {
    let executions = count(|| {
        let queue = Arc::new((Mutex::new(Vec::new()), Condvar::new(), Condvar::new()));
        let shared = Arc::clone(&queue);
        let producers: Vec<_> = (0..2)
            .map(|item| {
                let queue = Arc::clone(&shared);
                thread::spawn(move || {
                    let (items, not_full, not_empty) = &*queue;
                    let mut items = items.lock().unwrap();
                    while items.len() == 1 {
                        items = not_full.wait(items).unwrap();
                    }
                    items.push(item);
                    drop(items);
                    not_empty.notify_one();
                })
            })
            .collect();
        let (items, not_full, not_empty) = &*queue;
        for _ in 0..2 {
            let mut items = items.lock().unwrap();
            while items.is_empty() {
                items = not_empty.wait(items).unwrap();
            }
            items.pop();
            drop(items);
            not_full.notify_one();
        }
        for producer in producers {
            producer.join().unwrap();
        }
    });
    assert_eq!(executions, 32);
}
