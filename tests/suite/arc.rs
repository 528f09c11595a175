//! `Arc` and `Weak`: std's values outside an execution, and inside every outcome that the counts can have,
//! without a step where nobody can see them.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt::Debug;

use crate::last::{Last, ME};
use selvedge::cell::UnsafeCell;
use selvedge::engine::{self, Budget, Explorer, MemoryModel};
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::{AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use selvedge::sync::{Arc, Mutex, Weak, mpsc};
use selvedge::{Checker, EngineReport, Outcome, Verdict, thread};

/// Runs `program` exhaustively, and compares its outcomes and how many executions it takes with what is
/// expected, and with what running every schedule shows.
fn explores<T: Debug>(
    executions: u64,
    expected: &[T],
    program: impl Fn() -> T + Clone + Send + Sync + 'static,
) -> EngineReport {
    let expected: BTreeSet<Outcome> = expected.iter().map(Outcome::of).collect();
    let traces = Checker::new().keep_going(true).traces(program.clone());
    assert_eq!(traces.contradiction, None);
    let report = Checker::new().engine(Explorer).keep_going(true).run(program).engines.remove(0);
    if let Some(found) = &report.exploration.counterexample {
        panic!("{}", selvedge::render::story("it", found, &|token| token.to_string()));
    }
    assert_eq!(report.verdict, Verdict::Verified);
    let seen: BTreeSet<Outcome> = report.exploration.outcomes.keys().cloned().collect();
    assert_eq!(seen, expected);
    assert_eq!(traces.exploration.outcomes.into_keys().collect::<BTreeSet<_>>(), seen);
    assert_eq!((report.exploration.executions, traces.count), (executions, executions));
    report
}

#[test]
fn who_drops_the_last() {
    // Main's own drop comes first, in the middle or last.
    explores(6, &[0, 1, 2], || {
        let dropped_by = std::sync::Arc::new(AtomicUsize::new(0));
        let shared = Arc::new(Last(dropped_by.clone()));
        let handles: Vec<_> = (1..3)
            .map(|number| {
                let shared = shared.clone();
                thread::spawn(move || {
                    ME.set(number);
                    drop(shared);
                })
            })
            .collect();
        drop(shared);
        for handle in handles {
            handle.join().unwrap();
        }
        dropped_by.load(SeqCst)
    });
}

#[test]
fn who_drops_the_last_is_no_branch_where_nobody_can_see() {
    struct Quiet(Cell<u8>);
    impl Drop for Quiet {
        fn drop(&mut self) {
            self.0.set(1);
        }
    }
    // SAFETY: it is used when it is dropped, by one thread.
    unsafe impl Sync for Quiet {}
    let report = explores(1, &[()], || {
        let shared = Arc::new((Quiet(Cell::new(0)), Mutex::new(0)));
        for _ in 0..3 {
            let shared = shared.clone();
            thread::spawn(move || drop(shared));
        }
    });
    assert_eq!(report.exploration.events, 7);
    explores(2, &[()], || {
        let shared = Arc::new(AtomicUsize::new(0));
        for _ in 0..2 {
            let shared = shared.clone();
            thread::spawn(move || shared.fetch_add(1, Relaxed));
        }
    });
}

#[test]
fn joined_first_it_is_known_who_is_last() {
    let report = explores(1, &[(0, 1, true)], || {
        let dropped_by = std::sync::Arc::new(AtomicUsize::new(7));
        let mut shared = Arc::new(Last(dropped_by.clone()));
        let other = shared.clone();
        thread::spawn(move || {
            ME.set(1);
            drop(other)
        })
        .join()
        .unwrap();
        let unique = Arc::get_mut(&mut shared).is_some();
        let count = Arc::strong_count(&shared);
        drop(shared);
        (dropped_by.load(SeqCst), count, unique)
    });
    // Spawn, end, join, the store of the destructor, the load and main's end: the counts are no steps.
    assert_eq!(report.exploration.events, 6);
}

#[test]
fn counts() {
    explores(2, &[1, 2], || {
        let shared = Arc::new(0);
        let other = shared.clone();
        thread::spawn(move || drop(other));
        Arc::strong_count(&shared)
    });
    explores(2, &[0, 1], || {
        let shared = Arc::new(0);
        let weak = Arc::downgrade(&shared);
        thread::spawn(move || drop(weak));
        Arc::weak_count(&shared)
    });
}

#[test]
fn try_unwrap_by_two() {
    // Neither, if both look before either gives up its own.
    explores(3, &[(false, false), (false, true), (true, false)], || {
        let shared = Arc::new(AtomicUsize::new(5));
        let other = shared.clone();
        let thread = thread::spawn(move || Arc::try_unwrap(other).is_ok());
        let mine = Arc::try_unwrap(shared).is_ok();
        (mine, thread.join().unwrap())
    });
}

#[test]
fn into_inner_by_two() {
    explores(2, &[(true, false), (false, true)], || {
        let shared = Arc::new(AtomicUsize::new(5));
        let other = shared.clone();
        let thread = thread::spawn(move || Arc::into_inner(other).is_some());
        let mine = Arc::into_inner(shared).is_some();
        (mine, thread.join().unwrap())
    });
}

#[test]
fn upgrade_against_the_last_drop() {
    explores(2, &[Some(3), None], || {
        let shared = Arc::new(3);
        let weak = Arc::downgrade(&shared);
        let thread = thread::spawn(move || weak.upgrade().map(|value| *value));
        drop(shared);
        thread.join().unwrap()
    });
}

#[test]
fn an_upgrade_may_come_between() {
    // Before the look, or around it, or after it: also where all others are known to be gone.
    explores(3, &[(true, false), (false, true), (true, true)], || {
        let shared = Arc::new(3);
        let weak = Arc::downgrade(&shared);
        let thread = thread::spawn(move || weak.upgrade().is_some());
        let is_unwrapped = Arc::try_unwrap(shared).is_ok();
        (is_unwrapped, thread.join().unwrap())
    });
    explores(3, &[(0, true), (1, true), (0, false)], || {
        let dropped_by = std::sync::Arc::new(AtomicUsize::new(9));
        let shared = Arc::new(Last(dropped_by.clone()));
        let weak = Arc::downgrade(&shared);
        let thread = thread::spawn(move || {
            ME.set(1);
            weak.upgrade().is_some()
        });
        drop(shared);
        let is_upgraded = thread.join().unwrap();
        (dropped_by.load(SeqCst), is_upgraded)
    });
}

#[test]
fn get_mut_against_a_drop() {
    explores(2, &[true, false], || {
        let mut shared = Arc::new(3);
        let other = shared.clone();
        let thread = thread::spawn(move || *other);
        let found = Arc::get_mut(&mut shared).is_some();
        thread.join().unwrap();
        found
    });
}

#[test]
fn make_mut_against_a_drop() {
    // The other goes before the look, between the look and the copy, or after it.
    explores(3, &[(4, 3)], || {
        let mut shared = Arc::new(3);
        let other = shared.clone();
        let thread = thread::spawn(move || *other);
        *Arc::make_mut(&mut shared) += 1;
        (*shared, thread.join().unwrap())
    });
}

/// A destructor that looks at what all threads wrote, by hand.
struct Tally(UnsafeCell<usize>, AtomicUsize);
// SAFETY: one thread writes to it before it drops its own; see the tests.
unsafe impl Sync for Tally {}
impl Drop for Tally {
    fn drop(&mut self) {
        // SAFETY: the cell is checked.
        self.0.with(|value| unsafe { *value });
    }
}

#[test]
fn what_the_last_drop_touches_is_no_race() {
    let program = |breaks: bool| {
        move || {
            let shared = Arc::new(Tally(UnsafeCell::new(0), AtomicUsize::new(0)));
            let other = shared.clone();
            let pointer = Arc::as_ptr(&shared) as usize;
            thread::spawn(move || {
                // SAFETY: the cell is checked.
                other.0.with_mut(|value| unsafe { *value += 1 });
                drop(other);
                if breaks {
                    // SAFETY: none: it may be gone, and then the facade has to notice.
                    let tally = unsafe { &*(pointer as *const Tally) };
                    tally.1.fetch_add(1, SeqCst);
                }
            });
            drop(shared);
        }
    };
    let right = Checker::new().engine(Explorer).run(program(false));
    assert_eq!(right.engines[0].verdict, Verdict::Verified, "{right:?}");
    for engine in engine::all() {
        let capabilities = engine.capabilities();
        if matches!(capabilities.memory_model, MemoryModel::Hardware | MemoryModel::Loom) {
            continue;
        }
        let name = engine.name();
        let wrong = Checker::new().boxed_engine(engine).budget(Budget::executions(20_000)).run(program(true));
        let found = wrong.counterexample().unwrap_or_else(|| panic!("{name}: {wrong:?}"));
        assert_eq!(found.failure.kind(), FailureKind::UseAfterFree, "{name}");
        let token = found.token.clone().expect("a token").to_string();
        let again = Checker::new().replay(&token, program(true)).unwrap().counterexample.expect("the same");
        assert_eq!((again.failure, again.trace), (found.failure.clone(), found.trace.clone()));
    }
}

#[test]
fn a_failure_that_the_counts_decide_replays() {
    let program = || {
        let shared = Arc::new(AtomicUsize::new(0));
        let other = shared.clone();
        let thread = thread::spawn(move || {
            other.fetch_add(1, SeqCst);
        });
        assert!(Arc::try_unwrap(shared).is_err(), "unwrapped");
        thread.join().unwrap();
    };
    for engine in engine::all() {
        let capabilities = engine.capabilities();
        if matches!(capabilities.memory_model, MemoryModel::Hardware | MemoryModel::Loom) {
            continue;
        }
        let name = engine.name();
        let wrong = Checker::new().boxed_engine(engine).budget(Budget::executions(20_000)).run(program);
        let found = wrong.counterexample().unwrap_or_else(|| panic!("{name}: {wrong:?}"));
        assert_eq!(found.failure.kind(), FailureKind::Panic, "{name}: {:?}", found.failure);
        let token = found.token.clone().expect("a token").to_string();
        let again = Checker::new().replay(&token, program).unwrap().counterexample.expect("the same");
        assert_eq!((again.failure, again.trace), (found.failure.clone(), found.trace.clone()));
    }
}

#[test]
fn waiting_to_be_the_only_one() {
    explores(2, &[3], || {
        let mut shared = Arc::new(3);
        let other = shared.clone();
        thread::spawn(move || drop(other));
        loop {
            match Arc::try_unwrap(shared) {
                Ok(value) => return value,
                Err(back) => shared = back,
            }
            thread::yield_now();
        }
    });
}

#[test]
fn an_arc_from_outside() {
    let outside = Arc::new(AtomicUsize::new(0));
    let kept = outside.clone();
    let report = Checker::new().engine(Explorer).run(move || Arc::strong_count(&kept));
    assert_eq!(report.counterexample().unwrap().failure.kind(), FailureKind::ForeignObject);
    let config = Arc::new([1, 2, 3]);
    let kept = config.clone();
    Checker::new().expect_outcomes([6]).check(move || {
        let mine = kept.clone();
        thread::spawn(move || mine.iter().sum::<i32>()).join().unwrap()
    });
    assert_eq!(Arc::strong_count(&config), 1);
}

#[test]
fn a_panic_of_the_last_drop_is_seen() {
    struct Panics(usize);
    impl Drop for Panics {
        fn drop(&mut self) {
            if self.0 == 1 {
                self.0 = 0;
                panic!("dropped");
            }
        }
    }
    explores(2, &[(true, false), (false, true)], || {
        let shared = Arc::new(Panics(1));
        let other = shared.clone();
        let first = thread::spawn(move || drop(other));
        let second = thread::spawn(move || drop(shared));
        (first.join().is_err(), second.join().is_err())
    });
}

#[test]
fn messages_carry_references() {
    explores(1, &[1], || {
        let shared = Arc::new(AtomicUsize::new(0));
        let (sender, receiver) = mpsc::channel();
        let other = shared.clone();
        let thread = thread::spawn(move || {
            other.fetch_add(1, Relaxed);
            sender.send(other).unwrap();
        });
        let back: Arc<AtomicUsize> = receiver.recv().unwrap();
        drop(shared);
        thread.join().unwrap();
        let _weak: Weak<AtomicUsize> = Arc::downgrade(&back);
        back.load(Relaxed)
    });
}
