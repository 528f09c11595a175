//! What each memory model admits, in the classic litmus tests: exact sets of outcomes, so that where engines
//! disagree about a scenario it is known why.
//!
//! The explorer and every other engine on the kernel run interleavings: sequential consistency, whatever the
//! declared orderings. loom models the C11 orderings, but for two things: a load never reads a store that
//! comes later (no load buffering), and `SeqCst` accesses are no stronger than `AcqRel`; `SeqCst` fences are.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use crate::common::{outcomes, run};
use selvedge::Checker;
use selvedge::engine::{Budget, Engine, Enumerate, Explorer, Loom, MemoryModel};
use selvedge::hint;
use selvedge::sync::atomic::{AtomicBool, AtomicU32, fence};
use selvedge::thread;

/// Two variables, 0 at first.
#[derive(Default)]
struct Two {
    x: AtomicU32,
    y: AtomicU32,
}

/// One thread writes a message and then a flag; another one reads the flag and then the message.
fn message_passing(store: Ordering, load: Ordering) -> impl Fn() -> (u32, u32) + Clone + Send + Sync + 'static {
    move || {
        let Two { x, y } = &Two::default();
        thread::scope(|scope| {
            scope.spawn(move || {
                x.store(1, Relaxed);
                y.store(1, store);
            });
            (y.load(load), x.load(Relaxed))
        })
    }
}

/// Each of two threads writes one variable, does something in between, and reads the other's.
fn store_buffering(
    store: Ordering,
    between: fn(),
    load: Ordering,
) -> impl Fn() -> (u32, u32) + Clone + Send + Sync + 'static {
    move || {
        let Two { x, y } = &Two::default();
        thread::scope(|scope| {
            let other = scope.spawn(move || {
                x.store(1, store);
                between();
                y.load(load)
            });
            y.store(1, store);
            between();
            let mine = x.load(load);
            (other.join().unwrap(), mine)
        })
    }
}

/// Each of two threads reads one variable and then writes the other's.
fn load_buffering() -> (u32, u32) {
    let Two { x, y } = &Two::default();
    thread::scope(|scope| {
        let other = scope.spawn(move || {
            let read = x.load(Relaxed);
            y.store(1, Relaxed);
            read
        });
        let mine = y.load(Relaxed);
        x.store(1, Relaxed);
        (other.join().unwrap(), mine)
    })
}

/// Two threads write a variable each, and two read both, in opposite orders. Returns whether these disagree
/// about which was written first.
fn independent_reads(
    store: Ordering,
    load: Ordering,
    between: fn(),
) -> impl Fn() -> bool + Clone + Send + Sync + 'static {
    move || {
        let Two { x, y } = &Two::default();
        let (first, second) = thread::scope(|scope| {
            scope.spawn(move || x.store(1, store));
            scope.spawn(move || y.store(1, store));
            let first = scope.spawn(move || {
                let seen = x.load(load);
                between();
                (seen, y.load(load))
            });
            let seen = y.load(load);
            between();
            let second = (seen, x.load(load));
            (first.join().unwrap(), second)
        });
        (first, second) == ((1, 0), (1, 0))
    }
}

/// One thread writes a variable twice, and another one reads it twice.
fn coherence() -> (u32, u32) {
    let x = &AtomicU32::new(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            x.store(1, Relaxed);
            x.store(2, Relaxed);
        });
        (x.load(Relaxed), x.load(Relaxed))
    })
}

/// Returns all outcomes that an engine sees.
fn seen<T: std::fmt::Debug>(
    engine: Box<dyn Engine>,
    program: impl Fn() -> T + Send + Sync + 'static,
) -> BTreeSet<String> {
    let checker = Checker::new().budget(Budget::executions(200_000)).memory(MemoryModel::SequentiallyConsistent);
    let report = checker.keep_going(true).boxed_engine(engine).run(program);
    let report = &report.engines[0];
    assert_eq!(report.exploration.limit, None, "the engine came to its end");
    outcomes(report).into_iter().map(str::to_owned).collect()
}

/// Asserts what interleavings show, and what loom does.
fn assert_seen<T: std::fmt::Debug>(
    program: impl Fn() -> T + Send + Sync + Clone + 'static,
    interleavings: &[&str],
    loom: &[&str],
) {
    assert_eq!(seen(Box::new(Enumerate), program.clone()), set(interleavings), "enumerate");
    assert_seen_within(None, program, interleavings, loom);
}

/// The same of a program that is too large to enumerate, with so many preemptions in loom.
fn assert_seen_within<T: std::fmt::Debug>(
    preemption_bound: Option<usize>,
    program: impl Fn() -> T + Send + Sync + Clone + 'static,
    interleavings: &[&str],
    loom: &[&str],
) {
    assert_eq!(seen(Box::new(Explorer), program.clone()), set(interleavings), "explorer");
    assert_eq!(seen(Box::new(Loom { preemption_bound }), program), set(loom), "loom");
}

fn set(outcomes: &[&str]) -> BTreeSet<String> {
    outcomes.iter().map(|outcome| (*outcome).to_owned()).collect()
}

const ORDERED: [&str; 3] = ["(0, 0)", "(0, 1)", "(1, 1)"];
const ALL: [&str; 4] = ["(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)"];

#[test]
fn message_passing_needs_release_and_acquire() {
    assert_seen(message_passing(Release, Acquire), &ORDERED, &ORDERED);
    assert_seen(message_passing(Relaxed, Acquire), &ORDERED, &ALL);
    assert_seen(message_passing(Release, Relaxed), &ORDERED, &ALL);
    assert_seen(message_passing(Relaxed, Relaxed), &ORDERED, &ALL);
}

#[test]
fn store_buffering_needs_a_fence() {
    let not_both_missed = ["(0, 1)", "(1, 0)", "(1, 1)"];
    assert_seen(store_buffering(Relaxed, || (), Relaxed), &not_both_missed, &ALL);
    assert_seen(store_buffering(Release, || (), Acquire), &not_both_missed, &ALL);
    assert_seen(store_buffering(Relaxed, || fence(SeqCst), Relaxed), &not_both_missed, &not_both_missed);
    // The language says that this suffices; loom does not know. That is why `lock/peterson_seqcst` fails there.
    assert_seen(store_buffering(SeqCst, || (), SeqCst), &not_both_missed, &ALL);
}

#[test]
fn no_engine_shows_load_buffering() {
    // The language admits (1, 1): a load that reads a store which comes after it.
    let not_from_the_future = ["(0, 0)", "(0, 1)", "(1, 0)"];
    assert_seen(load_buffering, &not_from_the_future, &not_from_the_future);
}

/// With two preemptions loom shows all that there is to these.
const TWO: Option<usize> = Some(2);

#[test]
fn independent_reads_of_independent_writes_need_fences() {
    let (agree, either) = (["false"], ["false", "true"]);
    assert_seen_within(TWO, independent_reads(Relaxed, Relaxed, || ()), &agree, &either);
    assert_seen_within(TWO, independent_reads(Release, Acquire, || ()), &agree, &either);
    assert_seen_within(TWO, independent_reads(Relaxed, Relaxed, || fence(SeqCst)), &agree, &agree);
    // As with store buffering.
    assert_seen_within(TWO, independent_reads(SeqCst, SeqCst, || ()), &agree, &either);
}

#[test]
fn one_variable_is_coherent_everywhere() {
    let never_back = ["(0, 0)", "(0, 1)", "(0, 2)", "(1, 1)", "(1, 2)", "(2, 2)"];
    assert_seen(coherence, &never_back, &never_back);
}

/// In loom a read-modify-write can miss a store that is not its own thread's for as long as it likes: the
/// language wants it to be seen some time. That is why locks that spin on one are not run there.
#[test]
fn a_loop_of_exchanges_need_not_end_in_loom() {
    use selvedge::engine::Limit;
    let spin = || {
        let held = &AtomicBool::new(true);
        thread::scope(|scope| {
            scope.spawn(move || held.store(false, Release));
            while held.swap(true, AcqRel) {
                hint::spin_loop();
            }
        });
    };
    assert_eq!(run(Box::new(Explorer), spin).exploration.limit, None);
    let limit = run(Box::new(Loom::default()), spin).exploration.limit;
    assert!(matches!(limit, Some(Limit::Unsupported(reason)) if reason.contains("try for ever")), "{limit:?}");
}
