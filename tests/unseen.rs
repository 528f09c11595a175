//! What a scenario keeps where the harness does not look: in a box, in an atomic of std's, in the clock. It must not
//! make a verdict say more than was seen.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize as StdAtomicUsize;

use selvedge::engine::{Budget, Explorer, Notice, Untried};
use selvedge::failure::Failure;
use selvedge::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selvedge::sync::{Condvar, Mutex};
use selvedge::{Checker, Reason, Verdict, render, thread};

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
            let mut looks = Vec::from([0_usize]);
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

/// A forgotten swap: the threads are the facade's, and what they share is std's.
#[test]
fn threads_that_do_nothing_visible_are_no_proof() {
    let report = Checker::new().run(|| {
        let balance = Arc::new(StdAtomicUsize::new(0));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let balance = Arc::clone(&balance);
                thread::spawn(move || balance.store(balance.load(SeqCst) + 1, SeqCst))
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(balance.load(SeqCst), 2);
    });
    assert_eq!(report.verdict(), Verdict::Inconclusive(Reason::NothingVisible));
    assert!(!report.passes());
    let notices = &report.engines[0].exploration.notices;
    assert_eq!(notices, &[Notice::NothingVisible { threads: 2 }]);
    assert!(render::notice(&notices[0]).contains("`selvedge`'s"));
}

#[test]
fn a_thread_that_does_nothing_visible_is_named() {
    let line = line!() + 3;
    let report = Checker::new().run(|| {
        let counted = Arc::new(StdAtomicUsize::new(0));
        let silent = thread::spawn(move || counted.fetch_add(1, SeqCst));
        let shared = Arc::new(AtomicUsize::new(0));
        let other = Arc::clone(&shared);
        let visible = thread::spawn(move || other.fetch_add(1, SeqCst));
        shared.fetch_add(1, SeqCst);
        silent.join().unwrap() + visible.join().unwrap()
    });
    assert!(report.passes());
    match &report.engines[0].exploration.notices[..] {
        [Notice::SilentThread { spawned_at, name: None }] => assert_eq!(spawned_at.line(), line),
        other => panic!("{other:?}"),
    }
}

#[test]
fn threads_that_share_nothing_are_said_to() {
    let report = Checker::new().run(|| {
        let threads: Vec<_> = (0..2).map(|_| thread::spawn(|| AtomicUsize::new(0).fetch_add(1, SeqCst))).collect();
        threads.into_iter().for_each(|thread| assert_eq!(thread.join().unwrap(), 0));
    });
    assert_eq!(report.verdict(), Verdict::Verified);
    assert_eq!(report.engines[0].exploration.notices, [Notice::NothingShared { threads: 3 }]);
    assert!(render::verdict(&report.engines[0]).contains("in one execution"));
}

/// Where everything is seen, nothing is said.
#[test]
fn nothing_is_said_of_threads_that_share_what_they_use() {
    let report = Checker::new().run(|| {
        let shared = Arc::new(AtomicUsize::new(0));
        let other = Arc::clone(&shared);
        let adder = thread::spawn(move || other.fetch_add(1, SeqCst));
        shared.fetch_add(1, SeqCst);
        adder.join().unwrap()
    });
    assert_eq!(report.engines[0].exploration.notices, []);
    assert_eq!(render::verdict(&report.engines[0]), "verified");
}

/// A condition variable waited on with `if`, which a wait that ends for no reason breaks.
#[test]
fn what_was_not_tried_is_said() {
    let impatient = || {
        let pair = Arc::new((Mutex::new(false), Condvar::new()));
        let shared = Arc::clone(&pair);
        let setter = thread::spawn(move || {
            *shared.0.lock().unwrap() = true;
            shared.1.notify_one();
        });
        let mut is_set = pair.0.lock().unwrap();
        if !*is_set {
            is_set = pair.1.wait(is_set).unwrap();
        }
        assert!(*is_set);
        drop(is_set);
        setter.join().unwrap();
    };
    let report = Checker::new().run(impatient);
    assert_eq!(report.engines[0].exploration.untried, [Untried::SpuriousWakeups]);
    let words = render::verdict(&report.engines[0]);
    assert!(words.starts_with("verified; not tried: waits that end for no reason"), "{words}");
    let report = Checker::new().spurious_wakeups(1).run(impatient);
    assert!(matches!(report.verdict(), Verdict::Falsified(_)));
    let report = Checker::new().run(|| {
        let number = AtomicUsize::new(0);
        let shared = &number;
        thread::scope(|scope| drop(scope.spawn(move || shared.compare_exchange_weak(0, 1, SeqCst, SeqCst))));
        number.fetch_update(SeqCst, SeqCst, |number| Some(number + 1)).unwrap()
    });
    assert_eq!(report.engines[0].exploration.untried, [Untried::SpuriousFailures]);
}

/// Unless there are so many OS threads that to read their names takes longer than the check.
#[cfg(target_os = "linux")]
#[test]
fn an_os_thread_of_the_scenarios_own_is_said() {
    let with_an_outsider = || {
        let (sender, receiver) = std::sync::mpsc::channel::<()>();
        let outsider = std::thread::spawn(move || receiver.recv().is_err());
        let number = AtomicUsize::new(0);
        number.store(1, SeqCst);
        drop(sender);
        outsider.join().unwrap()
    };
    let report = Checker::new().run(with_an_outsider);
    let notices = &report.engines[0].exploration.notices;
    assert_eq!(notices, &[Notice::OsThreads { count: 1 }]);
    assert_eq!(report.verdict(), Verdict::Inconclusive(Reason::NothingVisible));
    assert!(render::notice(&notices[0]).contains("`selvedge::thread::spawn`"));
    // Among very many others it is not looked for.
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let receiver = std::sync::Mutex::new(receiver);
    std::thread::scope(|scope| {
        for _ in 0..140 {
            scope.spawn(|| receiver.lock().unwrap().recv());
        }
        let report = Checker::new().run(with_an_outsider);
        assert_eq!(report.engines[0].exploration.notices, []);
        drop(sender);
    });
}
