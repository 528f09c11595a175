//! Shards of a program whose `Arc`s are counted: as good as the whole where that is found before the work is divided, and
//! inconclusive where a part finds it alone.

use std::collections::BTreeSet;

use selvedge::engine::{Division, Exploration, Explorer, Limit};
use selvedge::sync::Arc;
use selvedge::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selvedge::{Checker, Outcome, thread};

/// Two threads drop, and main counts in between, before and after other things that are done.
fn counts_among_others() -> (usize, usize) {
    let (shared, other) = (Arc::new(0), Arc::new(AtomicUsize::new(0)));
    let handles: Vec<_> = (0..2)
        .map(|_| {
            let (shared, other) = (shared.clone(), other.clone());
            thread::spawn(move || {
                other.fetch_add(1, SeqCst);
                drop(shared);
            })
        })
        .collect();
    let seen = (Arc::strong_count(&shared), other.load(SeqCst));
    handles.into_iter().for_each(|handle| handle.join().unwrap());
    seen
}

/// What is found before the work is divided is found by whoever does a part of it: shards are as good as the whole.
#[test]
fn parts_count_as_the_whole_does() {
    let checker = || {
        let division = Division { undivided_executions: 4, parts: 6 };
        Checker::new().engine(Explorer).keep_going(true).division(division)
    };
    let explored = |checker: Checker| checker.run(counts_among_others).engines.remove(0).exploration;
    let whole = explored(checker());
    assert_eq!(whole.limit, None);
    let mut outcomes = outcomes_of(&whole);
    let mut executions = 0;
    for index in 0..3 {
        let part = explored(checker().shard(index, 3));
        assert_eq!(part.limit, Some(Limit::Shard(index, 3)));
        executions += part.executions;
        for outcome in outcomes_of(&part) {
            outcomes.remove(&outcome);
        }
    }
    assert_eq!((executions, outcomes.len()), (whole.executions, 0));
    assert!(executions > 10, "{executions}");
}

fn outcomes_of(exploration: &Exploration) -> BTreeSet<Outcome> {
    exploration.outcomes.keys().cloned().collect()
}

/// What is found only in a part says nothing: whoever does another may not have found it, and has other steps.
#[test]
fn a_part_that_finds_a_count_alone_says_nothing() {
    // The count is looked at only where both are seen set, which takes two reversals. The division is by one.
    let program = || {
        let (shared, flags) = (Arc::new(0), std::sync::Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]));
        let handles: Vec<_> = (0..2)
            .map(|index| {
                let (shared, flags) = (shared.clone(), flags.clone());
                thread::spawn(move || {
                    flags[index].store(1, SeqCst);
                    drop(shared);
                })
            })
            .collect();
        let is_set = flags.iter().map(|flag| flag.load(SeqCst)).sum::<usize>() == 2;
        let seen = if is_set { Arc::strong_count(&shared) } else { 9 };
        handles.into_iter().for_each(|handle| handle.join().unwrap());
        seen
    };
    let division = Division { undivided_executions: 0, parts: 2 };
    let found = |index| {
        let checker = Checker::new().engine(Explorer).keep_going(true).division(division).shard(index, 2);
        checker.run(program).engines.remove(0).exploration.limit
    };
    let limits = [found(0), found(1)];
    assert!(limits.iter().any(|limit| matches!(limit, Some(Limit::Unsupported(_)))), "{limits:?}");
}
