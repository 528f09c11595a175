//! Divided work: the report is the same however many threads share it, and the parts of shards add up
//! to the whole.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use selvedge::engine::{Budget, Exploration, Explorer, Limit};
use selvedge::sync::atomic::{AtomicI64, Ordering::SeqCst};
use selvedge::{Checker, Reason, Verdict, thread};

/// Three threads that each add four times: 34,650 classes of equivalent executions. Returns the sum of what
/// each found first.
fn race() -> i64 {
    let number = Arc::new(AtomicI64::new(0));
    let handles: Vec<_> = (0..3)
        .map(|_| {
            let number = Arc::clone(&number);
            thread::spawn(move || {
                let found = number.fetch_add(1, SeqCst);
                for _ in 0..3 {
                    number.fetch_add(1, SeqCst);
                }
                found
            })
        })
        .collect();
    handles.into_iter().map(|handle| handle.join().unwrap()).sum()
}

fn checker() -> Checker {
    let budget = Budget { executions: None, time: None, ..Budget::default() };
    Checker::new().engine(Explorer).budget(budget)
}

fn exploration(checker: &Checker, program: fn() -> i64) -> Exploration {
    let mut report = checker.run(program);
    let mut exploration = report.engines.remove(0).exploration;
    exploration.elapsed = Duration::ZERO;
    exploration
}

#[test]
fn the_report_is_the_same_however_many_threads_share_the_work() {
    let alone = exploration(&checker().workers(1), race);
    assert_eq!((alone.executions, alone.limit.clone()), (34_650, None));
    for workers in [2, 5] {
        assert_eq!(exploration(&checker().workers(workers), race), alone, "{workers} workers");
    }
}

#[test]
fn a_budget_is_spent_to_the_last_execution_whoever_shares_the_work() {
    let budget = Budget { executions: Some(15_210), time: None, ..Budget::default() };
    let alone = exploration(&checker().budget(budget).workers(1), race);
    assert_eq!((alone.executions, &alone.limit), (15_210, &Some(Limit::Executions(15_210))));
    assert_eq!(alone.outcomes.values().sum::<u64>(), 15_210);
    assert_eq!(exploration(&checker().budget(budget).workers(4), race), alone);
}

#[test]
fn the_first_failure_is_the_same_however_many_threads_look_for_it() {
    let unlucky = || {
        let sum = race();
        assert!(sum != 12, "one after the other");
        sum
    };
    let alone = exploration(&checker().workers(1), unlucky);
    assert_eq!(alone.failures, 1);
    assert_eq!(exploration(&checker().workers(4), unlucky), alone);
    let all = exploration(&checker().keep_going(true).workers(1), unlucky);
    assert_eq!(exploration(&checker().keep_going(true).workers(3), unlucky), all);
}

#[test]
fn shards_add_up_to_the_whole() {
    let whole = exploration(&checker(), race);
    for count in [3] {
        let (mut executions, mut outcomes) = (0, BTreeMap::new());
        for index in 0..count {
            let report = checker().shard(index, count).run(race);
            let limit = Limit::Shard(index, count);
            assert_eq!(report.verdict(), Verdict::Inconclusive(Reason::Limited(limit)), "a part is no proof");
            assert!(report.passes());
            let exploration = &report.engines[0].exploration;
            executions += exploration.executions;
            for (outcome, count) in &exploration.outcomes {
                *outcomes.entry(outcome.clone()).or_insert(0) += count;
            }
        }
        assert_eq!((executions, outcomes), (whole.executions, whole.outcomes.clone()));
    }
}
