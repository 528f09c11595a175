//! Threads that `main` does not wait for, and loops that never say that they wait.

use std::sync::Arc;

use selvedge::engine::{Budget, Limit};
use selvedge::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selvedge::{Checker, Verdict, hint, thread};

fn spin_on_nothing() {
    let flag = AtomicUsize::new(0);
    while flag.load(SeqCst) == 0 {
        hint::spin_loop();
    }
}

fn is_verified(scenario: impl Fn() + Send + Sync + 'static) {
    assert_eq!(Checker::new().run(scenario).verdict(), Verdict::Verified);
}

/// A program that returns from `main` does not wait for threads that wait for events, in loops or otherwise.
#[test]
fn a_spinner_that_nobody_joins_is_left_behind() {
    is_verified(|| drop(thread::spawn(spin_on_nothing)));
    is_verified(|| drop(thread::spawn(|| drop(thread::spawn(spin_on_nothing)))));
    is_verified(|| thread::spawn(|| drop(thread::spawn(spin_on_nothing))).join().unwrap());
}

#[test]
fn a_spinner_that_is_joined_is_a_livelock() {
    let report = Checker::new().run(|| thread::spawn(spin_on_nothing).join().unwrap());
    let kind = report.counterexample().map(|counterexample| counterexample.failure.kind());
    assert_eq!(kind, Some(selvedge::failure::FailureKind::Livelock));
}

#[test]
fn a_loop_that_never_gives_up_its_turn_is_named_at_once() {
    let budget = Budget { executions: Some(1_000), ..Budget::default() };
    let line = line!() + 4;
    let report = Checker::new().budget(budget).run(|| {
        let flag = Arc::new(AtomicUsize::new(0));
        let shared = Arc::clone(&flag);
        let waiter = thread::Builder::new().name("waiter".into()).spawn(move || while shared.load(SeqCst) == 0 {});
        flag.store(1, SeqCst);
        waiter.unwrap().join().unwrap();
    });
    let exploration = &report.engines[0].exploration;
    assert!(exploration.executions < 10, "{}", exploration.executions);
    let Some(Limit::Steps { executions: 1, steps: 10_000, in_loop: Some(found) }) = &exploration.limit else {
        panic!("{:?}", exploration.limit)
    };
    assert_eq!((found.thread.as_str(), found.location.line()), ("waiter", line));
    assert!(!report.passes());
    let words = selvedge::render::verdict(&report.engines[0]);
    assert!(words.contains("waiter goes round at left_behind.rs"), "{words}");
    assert!(words.contains("spin_loop"), "{words}");
}

/// A value whose destructor adds to a number.
struct Adds(Option<Arc<AtomicUsize>>);

impl Drop for Adds {
    fn drop(&mut self) {
        if let Some(number) = &self.0 {
            number.fetch_add(1, SeqCst);
        }
    }
}

selvedge::thread::thread_local! {
    static ADDS: std::cell::RefCell<Adds> = const { std::cell::RefCell::new(Adds(None)) };
}

fn adds_at_its_end(number: Arc<AtomicUsize>) -> impl FnOnce() {
    move || ADDS.with(|adds| adds.borrow_mut().0 = Some(number))
}

fn outcomes(scenario: impl Fn() -> usize + Send + Sync + 'static) -> Vec<String> {
    let report = Checker::new().run(scenario);
    assert_eq!(report.verdict(), Verdict::Verified);
    report.engines[0].exploration.outcomes.keys().map(ToString::to_string).collect()
}

/// std waits for a thread's closure at the end of a scope, and for its end only in a `join`.
#[test]
fn a_scope_does_not_wait_for_the_destructors_of_thread_locals() {
    let scoped = || {
        let number = Arc::new(AtomicUsize::new(0));
        thread::scope(|scope| drop(scope.spawn(adds_at_its_end(Arc::clone(&number)))));
        number.load(SeqCst)
    };
    assert_eq!(outcomes(scoped), ["0", "1"]);
    let joined = || {
        let number = Arc::new(AtomicUsize::new(0));
        thread::spawn(adds_at_its_end(Arc::clone(&number))).join().unwrap();
        number.load(SeqCst)
    };
    assert_eq!(outcomes(joined), ["1"]);
    let finished = || {
        let number = Arc::new(AtomicUsize::new(0));
        let handle = thread::spawn(adds_at_its_end(Arc::clone(&number)));
        while !handle.is_finished() {
            thread::yield_now();
        }
        number.load(SeqCst)
    };
    assert_eq!(outcomes(finished), ["0", "1"]);
}
