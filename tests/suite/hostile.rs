//! Programs that do unkind things at unkind moments: each once hung, aborted, or misled an engine.

use std::time::Duration;

use crate::common::{outcomes, run};
use selvedge::engine::{self, Budget, Coverage, Enumerate, Limit};
use selvedge::failure::{Failure, FailureKind};
use selvedge::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering::SeqCst};
use selvedge::sync::{Arc, Condvar, LazyLock, Mutex, OnceLock, mpsc};
use selvedge::{Checker, Reason, Verdict, thread};

fn kind(report: &selvedge::Report) -> Option<FailureKind> {
    report.counterexample().map(|counterexample| counterexample.failure.kind())
}

#[test]
fn scopes_wait_for_threads_that_their_threads_spawn() {
    for engine in engine::all() {
        let name = engine.name();
        let report = run(engine, || {
            let count = AtomicU32::new(0);
            thread::scope(|scope| {
                scope.spawn(|| {
                    scope.spawn(|| count.fetch_add(1, SeqCst));
                });
            });
            count.load(SeqCst)
        });
        assert_eq!(report.exploration.counterexample, None, "{name}");
        assert_eq!(outcomes(&report), ["1"], "{name}");
    }
    let nested = || thread::scope(|scope| drop(scope.spawn(|| drop(scope.spawn(|| panic!("the inner one"))))));
    assert!(std::panic::catch_unwind(nested).is_err(), "and outside, a panic of such a thread is the scope's");
}

#[test]
fn panic_messages_that_look_at_locks_are_formatted_in_peace() {
    let report = Checker::new().run(|| {
        let lock = Arc::new(Mutex::new(1));
        let number = Arc::new(AtomicU32::new(0));
        let (other, counter) = (Arc::clone(&lock), Arc::clone(&number));
        let fails = thread::spawn(move || panic!("{:?} {:?}", other, counter));
        let fails_too = thread::spawn(move || panic!("{:?} {:?}", lock, number));
        assert!(fails.join().is_err() && fails_too.join().is_err());
    });
    assert_eq!(report.verdict(), Verdict::Verified);
}

#[test]
fn a_replay_inside_an_execution_is_refused() {
    let token = Checker::new().run(|| 1).engines[0].exploration.witnesses[0].1.to_string();
    let report = Checker::new().run(move || {
        let other = thread::spawn(|| ());
        let _ = Checker::new().replay(&token, || 1);
        other.join().unwrap();
    });
    let Some(Failure::Panic(panic)) = report.counterexample().map(|found| &found.failure) else { panic!("{report:?}") };
    assert!(panic.message.contains("inside an execution"), "{}", panic.message);
}

/// A thread that waits for ever while it unwinds.
#[test]
fn a_panic_that_never_ends_is_a_failure_and_spoils_nothing() {
    struct WaitsForEver;
    impl Drop for WaitsForEver {
        fn drop(&mut self) {
            thread::park();
        }
    }
    for engine in engine::all().into_iter().filter(|engine| engine.capabilities().replays && engine.name() != "loom") {
        let name = engine.name();
        let report = Checker::new().budget(Budget::executions(100)).boxed_engine(engine).run(|| {
            thread::spawn(|| {
                let _waits = WaitsForEver;
                panic!("and never unwound");
            });
        });
        assert_eq!(kind(&report), Some(FailureKind::Panic), "{name}");
        let report = Checker::new().run(|| {
            let lock = Arc::new(Mutex::new(0));
            let other = Arc::clone(&lock);
            let failed = thread::spawn(move || {
                let _held = other.lock().unwrap();
                panic!("while it is held");
            });
            assert!(failed.join().is_err() && lock.is_poisoned());
        });
        assert_eq!(report.verdict(), Verdict::Verified, "after {name}");
    }
}

#[test]
fn threads_that_never_start_are_not_dropped() {
    struct Borrows<'a>(&'a [u64; 4]);
    impl Drop for Borrows<'_> {
        fn drop(&mut self) {
            assert_eq!(self.0, &[1, 2, 3, 4]);
        }
    }
    for engine in engine::all().into_iter().filter(|engine| engine.capabilities().replays) {
        for steps_per_execution in 0..6 {
            let budget = Budget { steps_per_execution, executions: Some(20), ..Budget::default() };
            let engine = engine::by_name(engine.name()).unwrap();
            let report = Checker::new().budget(budget).boxed_engine(engine).run(|| {
                let numbers = [1, 2, 3, 4];
                thread::scope(|scope| {
                    for _ in 0..2 {
                        let borrows = Borrows(&numbers);
                        scope.spawn(move || borrows.0[0]);
                    }
                });
            });
            assert!(!report.passes());
        }
    }
}

#[test]
fn destructors_that_panic_at_the_end_of_a_thread_are_failures() {
    struct Fails;
    impl Drop for Fails {
        fn drop(&mut self) {
            panic!("in a destructor");
        }
    }
    selvedge::thread_local! {
        static LOCAL: std::cell::RefCell<Option<Fails>> = const { std::cell::RefCell::new(None) };
    }
    let report = Checker::new().run(|| {
        let _ = thread::spawn(|| LOCAL.with_borrow_mut(|local| *local = Some(Fails))).thread();
    });
    assert_eq!(kind(&report), Some(FailureKind::Panic));
    let report = Checker::new().run(|| drop(thread::spawn(|| Fails)));
    assert_eq!(kind(&report), Some(FailureKind::Panic));
}

#[test]
fn a_once_lock_keeps_its_value_wherever_it_is_moved() {
    static HOME: std::sync::Mutex<Option<OnceLock<u32>>> = std::sync::Mutex::new(None);
    let report = Checker::new().run(|| {
        let mut home = HOME.lock().unwrap();
        let cell = home.insert(OnceLock::new());
        cell.set(1).unwrap();
        let mut moved = home.take().unwrap();
        let seen = (moved.get().copied(), moved.get_mut().copied());
        (seen, moved.take(), moved.get().copied())
    });
    assert_eq!(report.verdict(), Verdict::Verified);
    let seen: Vec<String> = report.engines[0].exploration.outcomes.keys().map(ToString::to_string).collect();
    assert_eq!(seen, ["((Some(1), Some(1)), Some(1), None)"]);
}

#[test]
fn a_lazy_static_that_was_used_outside_is_made_anew_inside() {
    static TABLE: LazyLock<Vec<u32>> = LazyLock::new(|| vec![1, 2]);
    assert_eq!(TABLE.len(), 2);
    for engine in engine::all() {
        let name = engine.name();
        assert_eq!(outcomes(&run(engine, || TABLE.len())), ["2"], "{name}");
    }
}

#[test]
fn a_channel_from_outside_is_an_error() {
    let (sender, _receiver) = mpsc::channel::<u8>();
    assert_eq!(kind(&Checker::new().run(move || sender.send(1))), Some(FailureKind::ForeignObject));
}

#[test]
fn a_handle_of_a_former_execution_joins_nothing() {
    static KEPT: std::sync::Mutex<Option<thread::JoinHandle<()>>> = std::sync::Mutex::new(None);
    let report = Checker::new().run(|| {
        let flag = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| flag.store(true, SeqCst));
        });
        if let Some(former) = KEPT.lock().unwrap().replace(thread::spawn(|| ())) {
            let _ = (former.is_finished(), former.join());
        }
    });
    // What the executions do depends on those before, which is noticed; nothing else happens.
    assert!(!matches!(report.verdict(), Verdict::Inconclusive(Reason::NothingExplored)));
}

#[test]
fn nondeterminism_that_hides_a_bug_is_no_proof() {
    static EXECUTIONS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let report = Checker::new().run(|| {
        if EXECUTIONS.fetch_add(1, SeqCst) > 0 {
            return;
        }
        let number = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| number.store(1, SeqCst));
            number.store(2, SeqCst);
        });
    });
    assert_eq!(report.verdict(), Verdict::Inconclusive(Reason::Limited(Limit::Nondeterminism)));
}

#[test]
fn a_panic_counts_even_if_the_rest_is_cut_off() {
    for engine in engine::all().into_iter().filter(|engine| engine.capabilities().replays && engine.name() != "loom") {
        let name = engine.name();
        let budget = Budget { steps_per_execution: 100, executions: Some(200), ..Budget::default() };
        let report = Checker::new().budget(budget).boxed_engine(engine).run(|| {
            let (ready, number) = (AtomicBool::new(false), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| number.store(1, SeqCst));
                scope.spawn(|| {
                    assert_eq!(number.load(SeqCst), 0, "too late");
                    ready.store(true, SeqCst);
                });
                while !ready.load(SeqCst) {
                    thread::yield_now();
                }
            });
        });
        assert_eq!(kind(&report), Some(FailureKind::Panic), "{name}");
    }
}

#[test]
fn a_hang_is_seen_even_if_the_budget_is_short() {
    // Over before the first execution begins.
    let budget = Budget { time: Some(Duration::from_nanos(1)), ..Budget::default() };
    let report = Checker::new().engine(engine::Threads).budget(budget).watchdog(Duration::from_millis(300)).run(|| {
        let (lock, signal) = (Mutex::new(()), Condvar::new());
        drop(signal.wait(lock.lock().unwrap()));
    });
    assert_eq!(kind(&report), Some(FailureKind::Hang));
}

#[test]
fn detached_threads_that_wait_hide_nothing_of_main() {
    for engine in engine::all().into_iter().filter(|engine| engine.capabilities().coverage != Coverage::Sampling) {
        let name = engine.name();
        let report = Checker::new().boxed_engine(engine).run(|| {
            thread::spawn(thread::park);
            panic!("main is wrong");
        });
        assert_eq!(kind(&report), Some(FailureKind::Panic), "{name}");
    }
}

#[test]
fn a_rendezvous_needs_a_receiver_that_has_arrived() {
    let report = Checker::new().expect_outcomes([(Some(2), true), (None, false)]).run(|| {
        let (sender, receiver) = mpsc::sync_channel(0);
        let sent = thread::spawn(move || sender.try_send(2).is_ok());
        (receiver.recv().ok(), sent.join().unwrap())
    });
    assert_eq!(report.verdict(), Verdict::Verified);
}

#[test]
fn a_wait_that_times_out_still_sees_poison() {
    let report = Checker::new().expect_outcomes([(false, true), (true, true)]).run(|| {
        let pair = Arc::new((Mutex::new(()), Condvar::new()));
        let other = Arc::clone(&pair);
        let guard = pair.0.lock().unwrap();
        let failed = thread::spawn(move || {
            let _held = other.0.lock().unwrap();
            panic!("while it is held");
        });
        let seen = match pair.1.wait_timeout(guard, Duration::ZERO) {
            Ok((_, result)) => (false, result.timed_out()),
            Err(poisoned) => (true, poisoned.into_inner().1.timed_out()),
        };
        assert!(failed.join().is_err());
        seen
    });
    assert_eq!(report.verdict(), Verdict::Verified);
}

#[test]
fn programs_with_pointers_replay() {
    let report = Checker::new().run(|| {
        let top = AtomicPtr::new(std::ptr::null_mut());
        let push = |number: u32| {
            let node = Box::into_raw(Box::new(number));
            let seen = top.load(SeqCst);
            top.store(node, SeqCst);
            seen.is_null()
        };
        thread::scope(|scope| {
            let first = scope.spawn(|| push(1));
            assert!(!(push(2) && first.join().unwrap()), "both found nothing");
        });
    });
    assert_eq!(kind(&report), Some(FailureKind::Panic));
}

#[test]
fn tokens_that_ask_for_too_much_are_refused_in_time() {
    use selvedge::schedule::{Run, Schedule, Token};
    let run = |length| Run { thread: selvedge::ThreadId::MAIN, length, digest: 0 };
    let huge = Schedule { runs: vec![run(u32::MAX), run(u32::MAX)], ..Schedule::default() };
    let spins = || {
        let flag = AtomicBool::new(false);
        while !flag.load(SeqCst) {}
    };
    assert!(Checker::new().replay(&Token::Schedule(huge).to_string(), spins).is_err());
    let choices = Schedule { choices: vec![1, 2, 3], ..Schedule::default() };
    assert!(Checker::new().replay(&Token::Schedule(choices).to_string(), || ()).is_err());
}

#[test]
fn a_choice_among_too_many_is_a_panic_of_the_program() {
    let report = Checker::new().engine(Enumerate).run(|| selvedge::choose(usize::MAX >> 40));
    assert_eq!(kind(&report), Some(FailureKind::Panic));
}

/// Nothing calls the panic hook for a panic that is resumed, and yet it unwinds like any other.
#[test]
fn what_a_thread_does_while_it_unwinds_a_resumed_panic_is_visible() {
    struct Sets<'a>(&'a AtomicBool);
    impl Drop for Sets<'_> {
        fn drop(&mut self) {
            self.0.store(true, SeqCst);
        }
    }
    let report = Checker::new().expect_outcomes([false, true]).run(|| {
        let flag = AtomicBool::new(false);
        thread::scope(|scope| {
            let resumes = scope.spawn(|| {
                let _sets = Sets(&flag);
                let payload = std::panic::catch_unwind(|| panic!("once")).unwrap_err();
                std::panic::resume_unwind(payload)
            });
            let seen = flag.load(SeqCst);
            let ended: Result<(), _> = resumes.join();
            assert!(ended.is_err());
            seen
        })
    });
    assert!(report.passes(), "{report:?}");
}
