//! What threads do with an `Arc` at random: the explorer sees what all schedules show, and runs one
//! execution for each class of equivalent ones.

use crate::common::is_deep;
use crate::last::{Last, ME};
use selvedge::engine::{Budget, Explorer};
use selvedge::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selvedge::sync::{Arc, Weak};
use selvedge::{Checker, thread};

/// Small random programs: what threads do with an `Arc` of which each has its own, and a `Weak`.
#[test]
fn random_programs_agree_with_all_their_schedules() {
    let mut state = 7_u64;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut compared = 0;
    for round in 0..if is_deep() { 250 } else { 40 } {
        let threads = 2 + draw(2) as usize;
        let operations = if threads == 2 { 1 + draw(2) } else { 1 };
        let program: Vec<Vec<u64>> = (0..threads).map(|_| (0..operations).map(|_| draw(9)).collect()).collect();
        let decides = draw(2) == 1;
        let run = {
            let program = program.clone();
            move || counts_at_random(&program, decides)
        };
        let traces = Checker::new().budget(Budget::executions(4_000)).keep_going(true).traces(run.clone());
        if traces.exploration.limit.is_some() {
            continue;
        }
        compared += 1;
        let report = Checker::new().engine(Explorer).keep_going(true).run(run).engines.remove(0);
        let context = format!("{round}: {program:?} {decides}");
        assert_eq!(traces.contradiction, None, "{context}");
        let outcomes: Vec<_> = report.exploration.outcomes.keys().cloned().collect();
        assert_eq!(outcomes, traces.exploration.outcomes.keys().cloned().collect::<Vec<_>>(), "{context}");
        assert_eq!(report.exploration.executions, traces.count, "{context}");
    }
    assert!(compared > 15, "{compared} compared");
}

fn counts_at_random(program: &[Vec<u64>], decides: bool) -> (Vec<Vec<usize>>, usize) {
    let dropped_by = std::sync::Arc::new(AtomicUsize::new(9));
    let last = decides.then(|| Last(dropped_by.clone()));
    let shared = Arc::new(last);
    let all: Vec<_> = program.iter().map(|_| shared.clone()).collect();
    let weaks: Vec<_> = program.iter().map(|operations| looks(operations).then(|| Arc::downgrade(&shared))).collect();
    drop(shared);
    let threads = program.iter().cloned().zip(all).zip(weaks).enumerate();
    let handles: Vec<_> = threads
        .map(|(number, ((operations, own), weak))| {
            thread::spawn(move || {
                ME.set(number);
                let (mut own, mut more) = (Some(own), Vec::new());
                operations.iter().map(|&operation| count_once(operation, &mut own, weak.as_ref(), &mut more)).collect()
            })
        })
        .collect();
    let seen = handles.into_iter().map(|handle| handle.join().unwrap()).collect();
    (seen, dropped_by.load(SeqCst))
}

/// Whether a thread with these operations needs a `Weak`.
fn looks(operations: &[u64]) -> bool {
    operations.iter().any(|&operation| operation >= 7)
}

fn count_once<T>(operation: u64, own: &mut Option<Arc<T>>, weak: Option<&Weak<T>>, more: &mut Vec<Arc<T>>) -> usize {
    match (operation, own.as_mut()) {
        (0, Some(own)) => usize::from(Arc::get_mut(own).is_some()),
        (1, Some(own)) => Arc::strong_count(own),
        (2, Some(own)) => Arc::weak_count(own),
        (3, Some(own)) => {
            more.push(own.clone());
            more.len()
        }
        (4, Some(_)) => match Arc::try_unwrap(own.take().expect("its own")) {
            Ok(_) => 1,
            Err(back) => {
                *own = Some(back);
                0
            }
        },
        (5, Some(_)) => usize::from(Arc::into_inner(own.take().expect("its own")).is_some()),
        (7, _) => weak.map_or(9, |weak| usize::from(weak.upgrade().is_some())),
        (8, _) => weak.map_or(9, Weak::strong_count),
        _ => {
            *own = None;
            0
        }
    }
}
