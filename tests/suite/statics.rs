//! Statics begin each execution anew; what cannot is an error that names it, and so is any object
//! from outside the execution. Never silently untracked.

use std::cell::Cell;
use std::sync::atomic::Ordering::SeqCst;

use crate::common::{outcomes, run};
use selvedge::engine::{self, Engine, MemoryModel};
use selvedge::failure::{Failure, FailureKind};
use selvedge::sync::atomic::{AtomicU32, AtomicU64};
use selvedge::sync::{Arc, Condvar, LazyLock, Mutex, Once, OnceLock, RwLock, mpsc};
use selvedge::{Checker, Verdict, thread};

fn engines() -> Vec<(&'static str, Box<dyn Engine>)> {
    engine::all().into_iter().map(|engine| (engine.name(), engine)).collect()
}

#[test]
fn static_atomics_start_afresh_in_every_execution() {
    static TICKETS: AtomicU32 = AtomicU32::new(40);
    TICKETS.store(7, SeqCst);
    for (name, engine) in engines() {
        let report = run(engine, || {
            thread::scope(|scope| {
                scope.spawn(|| TICKETS.fetch_add(1, SeqCst));
                scope.spawn(|| TICKETS.fetch_add(1, SeqCst));
            });
            TICKETS.load(SeqCst)
        });
        assert_eq!(report.exploration.counterexample, None, "{name}");
        assert_eq!(outcomes(&report), ["42"], "{name}");
        assert!(report.exploration.executions > 1, "{name}");
    }
    assert_eq!(TICKETS.load(SeqCst), 7, "outside, it is a std static, which no execution touches");
}

#[test]
fn lazily_made_statics_are_made_anew_in_every_execution() {
    static MADE: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(1));
    static CELL: OnceLock<Mutex<Vec<u32>>> = OnceLock::new();
    static ONCE: Once = Once::new();
    for (name, engine) in engines() {
        let report = run(engine, || {
            let mut runs = 0;
            ONCE.call_once(|| runs += 1);
            ONCE.call_once(|| runs += 1);
            CELL.get_or_init(Mutex::default).lock().unwrap().push(1);
            (MADE.fetch_add(1, SeqCst), CELL.get().unwrap().lock().unwrap().len(), runs)
        });
        assert_eq!(report.exploration.counterexample, None, "{name}");
        assert_eq!(outcomes(&report), ["(1, 1, 1)"], "{name}");
    }
    // Outside, they are made once and for all.
    assert!(CELL.get().is_none());
    assert_eq!((MADE.fetch_add(1, SeqCst), MADE.load(SeqCst)), (1, 2));
}

#[test]
fn statics_that_hold_nothing_work_and_may_be_used_by_several_checks_at_once() {
    static LOCK: Mutex<()> = Mutex::new(());
    static SIGNAL: Condvar = Condvar::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let checks: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(|| {
                let report = Checker::new().run(|| {
                    thread::scope(|scope| {
                        for _ in 0..2 {
                            scope.spawn(|| {
                                let _held = LOCK.lock().unwrap();
                                COUNT.store(COUNT.load(SeqCst) + 1, SeqCst);
                                SIGNAL.notify_all();
                            });
                        }
                    });
                    assert_eq!(COUNT.load(SeqCst), 2);
                });
                report.verdict()
            })
        })
        .collect();
    for check in checks {
        assert_eq!(check.join().unwrap(), Verdict::Verified);
    }
}

#[test]
fn a_static_that_holds_data_is_an_error_that_names_it() {
    static LIST: Mutex<Vec<u32>> = Mutex::new(Vec::new());
    static SHARED: RwLock<u32> = RwLock::new(0);
    for (name, engine) in engines() {
        let report = run(engine, || {
            thread::scope(|scope| {
                scope.spawn(|| LIST.lock().unwrap().push(1));
            });
        });
        let failure = report.exploration.counterexample.map(|counterexample| counterexample.failure);
        let Some(Failure::ForeignObject(foreign)) = failure else { panic!("{name}: {failure:?}") };
        assert!(foreign.is_static, "{name}");
        assert!(foreign.made_at.file().ends_with("statics.rs"), "{name}");
    }
    let report = Checker::new().run(|| drop(SHARED.read().unwrap()));
    let kind = report.counterexample().map(|counterexample| counterexample.failure.kind());
    assert_eq!(kind, Some(FailureKind::ForeignObject));
}

#[test]
fn an_object_from_outside_is_an_error_that_names_it() {
    for (name, engine) in engines() {
        let captured = Arc::new(AtomicU32::new(0));
        let report = run(engine, move || captured.fetch_add(1, SeqCst));
        let failure = report.exploration.counterexample.map(|counterexample| counterexample.failure);
        let Some(Failure::ForeignObject(foreign)) = &failure else { panic!("{name}: {failure:?}") };
        assert!(!foreign.is_static && foreign.made_at.file().ends_with("statics.rs"), "{name}");
    }
    for (name, engine) in engines() {
        let captured = Arc::new(Mutex::new(0));
        let report = run(engine, move || *captured.lock().unwrap() += 1);
        let kind = report.exploration.counterexample.map(|counterexample| counterexample.failure.kind());
        assert_eq!(kind, Some(FailureKind::ForeignObject), "{name}");
    }
}

#[test]
fn a_sender_that_leaks_into_the_next_execution_is_an_error() {
    std::thread_local! {
        static LEAKED: Cell<Option<mpsc::Sender<u8>>> = const { Cell::new(None) };
    }
    let report = Checker::new().run(|| {
        let (sender, receiver) = mpsc::channel();
        let other = thread::spawn(|| ());
        let _ = other.is_finished();
        if let Some(former) = LEAKED.take() {
            let _ = former.send(1);
        }
        LEAKED.set(Some(sender));
        drop(receiver);
    });
    let kind = report.counterexample().map(|counterexample| counterexample.failure.kind());
    assert_eq!(kind, Some(FailureKind::ForeignObject));
}

#[test]
fn a_std_thread_local_does_not_make_an_atomic_untracked() {
    std::thread_local! {
        static HIDDEN: AtomicU32 = const { AtomicU32::new(0) };
    }
    let report = Checker::new().run(|| {
        // More than one execution, on one OS thread.
        let other = thread::spawn(|| ());
        let _ = other.is_finished();
        HIDDEN.with(|hidden| hidden.fetch_add(1, SeqCst))
    });
    let kind = report.counterexample().map(|counterexample| counterexample.failure.kind());
    assert_eq!(kind, Some(FailureKind::ForeignObject));
}

#[test]
fn objects_made_in_an_execution_do_not_outlive_it_unnoticed() {
    // What an execution leaves in a closure's own std object is the program's affair; what it leaves
    // of the facade's is not.
    for (name, engine) in
        engines().into_iter().filter(|(_, engine)| engine.capabilities().memory_model != MemoryModel::Hardware)
    {
        let kept: std::sync::Mutex<Option<Arc<AtomicU32>>> = std::sync::Mutex::new(None);
        let report = run(engine, move || {
            let mine = Arc::new(AtomicU32::new(0));
            let former = kept.lock().unwrap().replace(Arc::clone(&mine));
            former.map_or(0, |former| former.fetch_add(1, SeqCst)) + mine.fetch_add(1, SeqCst)
        });
        if report.exploration.executions > 1 {
            let kind = report.exploration.counterexample.map(|counterexample| counterexample.failure.kind());
            assert_eq!(kind, Some(FailureKind::ForeignObject), "{name}");
        }
    }
}
