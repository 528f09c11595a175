//! What a scenario keeps where the harness does not look: in a box, in an atomic of std's, in the clock. It must not
//! make a verdict say more than was seen.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize as StdAtomicUsize;

use selvedge::engine::{Budget, Explorer};
use selvedge::failure::Failure;
use selvedge::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selvedge::{Checker, Verdict, thread};

/// Waits for a flag, and gives up after so many looks, which are counted by `count`.
fn patience(limit: usize, mut count: impl FnMut() -> usize) -> &'static str {
    let flag = Arc::new(AtomicUsize::new(0));
    let shared = Arc::clone(&flag);
    let setter = thread::spawn(move || shared.store(1, SeqCst));
    let mut found = "seen";
    while flag.load(SeqCst) == 0 {
        if count() > limit {
            found = "given up";
            break;
        }
        thread::yield_now();
    }
    setter.join().unwrap();
    found
}

fn outcomes(program: impl Fn() -> &'static str + Send + Sync + 'static) -> Vec<String> {
    let budget = Budget { executions: Some(20_000), ..Budget::default() };
    let report = Checker::new().engine(Explorer).budget(budget).run(program);
    assert_eq!(report.verdict(), Verdict::Verified);
    report.engines[0].exploration.outcomes.keys().map(ToString::to_string).collect()
}

#[test]
fn a_loop_that_counts_in_a_vector_is_seen_to_give_up() {
    for limit in [0, 3, 50] {
        let seen = outcomes(move || {
            let mut looks = vec![0];
            patience(limit, || {
                looks[0] += 1;
                looks[0]
            })
        });
        assert_eq!(seen, ["\"given up\"", "\"seen\""], "limit {limit}");
    }
}

#[test]
fn a_loop_that_counts_in_an_atomic_of_std_is_seen_to_give_up() {
    let seen = outcomes(|| {
        let looks = Box::new(StdAtomicUsize::new(0));
        patience(20, || looks.fetch_add(1, SeqCst))
    });
    assert_eq!(seen, ["\"given up\"", "\"seen\""]);
}

/// Where one execution is all there is, it is run twice.
#[test]
fn the_clock_is_found_where_there_is_one_execution() {
    let report = Checker::new().run(|| {
        let number = Arc::new(AtomicUsize::new(0));
        number.store(1, SeqCst);
        std::time::Instant::now()
    });
    let counterexample = report.counterexample().expect("the clock is no part of the model");
    assert!(matches!(counterexample.failure, Failure::Nondeterminism { .. }), "{:?}", counterexample.failure);
}
