//! Loops that do something in every round: a livelock is one that comes back to where it was although everyone
//! gets their turn, and nothing else is.

use std::sync::Mutex as Hidden;

use crate::common::run;
use selvedge::engine::{Budget, Division, Engine, Explorer, Sampler, SamplerKind};
use selvedge::failure::{Circle, Failure, FailureKind};
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::atomic::{AtomicBool, AtomicU32};
use selvedge::sync::{Arc, Mutex};
use selvedge::{Checker, Verdict, thread};

fn engines() -> [Box<dyn Engine>; 2] {
    [Box::new(Explorer), Box::new(Sampler(SamplerKind::Portfolio))]
}

/// Two threads each take back what they have said when the other has said something too.
fn polite() {
    let wants = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
    let insist = |me: usize, wants: &[AtomicBool; 2]| {
        loop {
            wants[me].store(true, SeqCst);
            if !wants[1 - me].load(SeqCst) {
                break;
            }
            wants[me].store(false, SeqCst);
            thread::yield_now();
        }
        wants[me].store(false, SeqCst);
    };
    let other = {
        let wants = Arc::clone(&wants);
        thread::spawn(move || insist(1, &wants))
    };
    insist(0, &wants);
    other.join().unwrap();
}

#[test]
fn a_round_that_leaves_everything_as_it_was_is_a_livelock() {
    for engine in engines() {
        let name = engine.name();
        let report = Checker::new().boxed_engine(engine).run(polite);
        let found = report.counterexample().unwrap_or_else(|| panic!("{name} finds it"));
        let Failure::Livelock { circle: Some(Circle { first, length }), .. } = &found.failure else {
            panic!("{name}: {:?}", found.failure)
        };
        assert_eq!(first + length, found.trace.events.len(), "the round ends the execution");
        let round = &found.trace.events[*first..];
        let yields = round.iter().filter(|event| event.operation == selvedge::Operation::Yield).count();
        assert_eq!((round.len(), yields), (8, 2), "{name}: both go round once");
        let token = found.token.as_ref().expect("a token").to_string();
        let again = Checker::new().replay(&token, polite).expect("it fits").counterexample.expect("it fails");
        assert_eq!(again.trace, found.trace, "{name}");
    }
}

/// The search itself finds ever longer executions in which one thread turns in circles and the other does not: a sample
/// shows the livelock, before the work is divided or, where it is divided at once, in its parts.
#[test]
fn a_livelock_is_found_however_the_work_is_divided() {
    for undivided_executions in [0, 20, u64::MAX] {
        let budget = Budget { executions: Some(60), steps_per_execution: 2_000, ..Budget::default() };
        let division = Division { undivided_executions, parts: 4 };
        let checker = Checker::new().boxed_engine(Box::new(Explorer)).budget(budget).keep_going(true);
        let report = checker.division(division).run(polite);
        let found = report.counterexample().unwrap_or_else(|| panic!("{division:?}: {report:?}"));
        assert_eq!(found.failure.kind(), FailureKind::Livelock, "{division:?}");
    }
}

/// The rounds are counted where no engine looks, and there are few of them.
#[test]
fn a_loop_that_counts_elsewhere_is_none() {
    let count_behind_a_lock = || {
        let count = &Mutex::new(0);
        let count_up = move || {
            loop {
                let mut count = count.lock().unwrap();
                if *count >= 4 {
                    break;
                }
                *count += 1;
                drop(count);
                thread::yield_now();
            }
        };
        thread::scope(|scope| {
            scope.spawn(count_up);
            count_up();
        });
    };
    let count_in_a_box = || {
        let flag = &AtomicU32::new(0);
        let rounds = |me: u32| {
            let left = Box::new(Hidden::new(3));
            while *left.lock().unwrap() > 0 {
                flag.fetch_add(me, SeqCst);
                flag.fetch_sub(me, SeqCst);
                *left.lock().unwrap() -= 1;
                thread::yield_now();
            }
        };
        thread::scope(|scope| {
            scope.spawn(|| rounds(1));
            rounds(2);
        });
    };
    assert_eq!(run(Box::new(Explorer), count_behind_a_lock).verdict, Verdict::Verified);
    assert_eq!(run(Box::new(Explorer), count_in_a_box).verdict, Verdict::Verified);
}

#[test]
fn trying_a_few_times_is_none() {
    let try_three_times = || {
        let lock = &Mutex::new(0);
        let attempt = move || {
            for _ in 0..3 {
                if let Ok(mut held) = lock.try_lock() {
                    *held += 1;
                    return;
                }
                thread::yield_now();
            }
        };
        thread::scope(|scope| {
            scope.spawn(attempt);
            attempt();
        });
    };
    assert_eq!(run(Box::new(Explorer), try_three_times).verdict, Verdict::Verified);
}

/// One thread can go round for ever only as long as the other, which could end it, is never let run: no
/// scheduler does that.
#[test]
fn a_round_that_leaves_somebody_out_is_none() {
    let busy_until_told = || {
        let (told, count) = (&AtomicBool::new(false), &AtomicU32::new(0));
        thread::scope(|scope| {
            scope.spawn(|| told.store(true, SeqCst));
            while !told.load(SeqCst) {
                count.fetch_add(1, SeqCst);
                count.fetch_sub(1, SeqCst);
                thread::yield_now();
            }
        });
    };
    for engine in engines() {
        let name = engine.name();
        let report = Checker::new().budget(Budget::executions(300)).boxed_engine(engine).run(busy_until_told);
        assert_eq!(report.counterexample(), None, "{name}");
        assert_ne!(report.verdict(), Verdict::Verified, "{name}: there is no end of executions");
    }
}

/// A loop that counts on its stack is no livelock however long it is: it is cut off.
#[test]
fn a_long_count_is_none() {
    let count = || {
        for _ in 0..20_000 {
            thread::yield_now();
        }
    };
    for engine in engines() {
        let name = engine.name();
        let report = Checker::new().budget(Budget::executions(10)).boxed_engine(engine).run(count);
        assert!(matches!(report.verdict(), Verdict::Inconclusive(_)), "{name}: {:?}", report.verdict());
    }
}

/// A program that has returned from `main` does not wait for what is left.
#[test]
fn a_daemon_that_polls_is_none() {
    let poll = || {
        let queue = Arc::new(Mutex::new(Vec::<u32>::new()));
        thread::spawn(move || {
            loop {
                queue.lock().unwrap().pop();
                thread::yield_now();
            }
        });
    };
    for engine in engines() {
        let name = engine.name();
        let report = Checker::new().budget(Budget::executions(10)).boxed_engine(engine).run(poll);
        assert_eq!(report.counterexample(), None, "{name}");
    }
}

/// One who only waits takes no part in the round, and a replay knows that as well.
#[test]
fn a_livelock_that_is_waited_for_replays() {
    let waited_for = || {
        let is_over = Arc::new(AtomicBool::new(false));
        let worker = {
            let is_over = Arc::clone(&is_over);
            thread::spawn(move || {
                polite();
                is_over.store(true, SeqCst);
            })
        };
        while !is_over.load(SeqCst) {
            selvedge::hint::spin_loop();
        }
        worker.join().unwrap();
    };
    let report = Checker::new().boxed_engine(Box::new(Explorer)).run(waited_for);
    let found = report.counterexample().expect("it is found");
    assert!(matches!(found.failure, Failure::Livelock { circle: Some(_), .. }), "{:?}", found.failure);
}
