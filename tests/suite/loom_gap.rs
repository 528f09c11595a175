//! What loom misses, pinned, so that a version that sees it is noticed and the documents corrected.
//!
//! In the balance race of two threads, +5 -5 and +8 -8 with separate loads and stores, seven final
//! balances are possible: -8, -5, -3, 0, 3, 5 and 8. loom 0.7.2 never shows 8. There, the first
//! thread reads 0, the second writes 8 and reads it back, the first writes 5 and so on up to its last
//! store, and only then does the second store: for loom, the first thread's later accesses hide the
//! earlier one with which the second thread's access races, so it does not turn back far enough. It
//! is the reason why the loom engine never says `Verified`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::common::{outcomes, run};
use loom::sync::atomic::{AtomicI64, Ordering::SeqCst};
use selvedge::Checker;
use selvedge::engine::{Budget, Coverage, Engine, Loom};
use selvedge_models::find;

/// The race on loom alone, with nothing of ours between.
#[test]
fn loom_alone_misses_the_final_balance_of_8() {
    let seen: Arc<Mutex<BTreeMap<i64, u32>>> = Arc::default();
    let record = Arc::clone(&seen);
    loom::model::Builder::new().check(move || {
        let balance = loom::sync::Arc::new(AtomicI64::new(0));
        let handles: Vec<_> = [5, 8]
            .into_iter()
            .map(|amount| {
                let balance = balance.clone();
                loom::thread::spawn(move || {
                    let x = balance.load(SeqCst) + amount;
                    balance.store(x, SeqCst);
                    let x = balance.load(SeqCst) - amount;
                    balance.store(x, SeqCst);
                })
            })
            .collect();
        for handle in handles {
            handle.join().unwrap();
        }
        *record.lock().unwrap().entry(balance.load(SeqCst)).or_default() += 1;
    });
    let seen = seen.lock().unwrap();
    assert_eq!(seen.values().sum::<u32>(), 1_080);
    assert_eq!(seen.keys().copied().collect::<Vec<_>>(), [-8, -5, -3, 0, 3, 5]);
}

/// The same through our engine: it misses the same outcome, and says that it did not look at all.
#[test]
fn our_loom_engine_misses_it_too_and_does_not_claim_otherwise() {
    let scenario = find("balance/unlocked").unwrap();
    let checker = Checker::new().engine(Loom::default()).budget(Budget::executions(2_000)).keep_going(true);
    let report = checker.run(scenario.program(&scenario.defaults())).engines.remove(0);
    assert_eq!(outcomes(&report), ["-8", "-5", "-3", "0", "3", "5"]);
    assert_eq!(report.exploration.limit, None, "loom came to the end of its search");
    assert_eq!(Loom::default().capabilities().coverage, Coverage::Partial);
}

/// What loom is for: a flag that is published with an ordering that is too weak.
#[test]
fn loom_sees_relaxed_publication() {
    use selvedge::failure::FailureKind;
    let published = |order: std::sync::atomic::Ordering| {
        move || {
            struct Message(selvedge::cell::UnsafeCell<u32>, selvedge::sync::atomic::AtomicBool);
            #[allow(unsafe_code)]
            // SAFETY: the cell is what the test is about: the engine watches every access to it.
            unsafe impl Sync for Message {}
            let message = &Message(selvedge::cell::UnsafeCell::new(0), selvedge::sync::atomic::AtomicBool::new(false));
            selvedge::thread::scope(|scope| {
                scope.spawn(|| {
                    // SAFETY: as above.
                    message.0.with_mut(|content| unsafe { *content = 42 });
                    message.1.store(true, order);
                });
                let load = if order == SeqCst { SeqCst } else { std::sync::atomic::Ordering::Relaxed };
                if message.1.load(load) {
                    // SAFETY: as above.
                    message.0.with(|content| unsafe { assert_eq!(*content, 42) });
                }
            });
        }
    };
    let report = run(Box::new(Loom::default()), published(std::sync::atomic::Ordering::Relaxed));
    let kind = report.exploration.counterexample.map(|counterexample| counterexample.failure.kind());
    assert_eq!(kind, Some(FailureKind::DataRace));
    let report = run(Box::new(Loom::default()), published(SeqCst));
    assert_eq!(report.exploration.counterexample, None);
    assert!(report.exploration.executions > 1);
}
