//! The explorer against the oracle on random programs: the same outcomes, the same failures, one
//! execution for each class of equivalent ones; and equivalent executions end alike.
//!
//! `SELVEDGE_PROGRAMS` sets how many programs are tried, and `SELVEDGE_SEED` the first seed.

use std::collections::BTreeSet;

use crate::program::{Flavour, Program, Seeded};
use selvedge::Checker;
use selvedge::engine::MemoryModel::{self, Language, SequentiallyConsistent};
use selvedge::engine::{Budget, Division, Exploration, Explorer, Limit};

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What is compared of two explorations.
fn ends(exploration: &Exploration) -> BTreeSet<String> {
    exploration.outcomes.keys().map(|outcome| outcome.as_str().to_owned()).collect()
}

/// Compares the explorer with the oracle; returns none if the program has too many schedules.
fn compare(seed: u64, flavour: Flavour, actions: usize, memory: MemoryModel) -> Option<(u64, u64)> {
    let program = Program::random(&mut Seeded(seed), flavour, actions);
    let budget = Budget { executions: Some(4_000), steps_per_execution: 300, time: None, ..Budget::default() };
    let spurious = u32::from(seed.is_multiple_of(5));
    let checker = || Checker::new().budget(budget).keep_going(true).spurious_wakeups(spurious).memory(memory);
    let scenario = || {
        let program = program.clone();
        move || crate::program::run(&program)
    };
    let naive = checker().traces(scenario());
    let context = || format!("seed {seed}, {flavour:?} with {actions} actions, {memory:?}: {program:?}");
    // Under the language's model a round of waiting that leads to nothing is none of an execution's, so that there are
    // fewer of the explorer's.
    let is_graph = memory == MemoryModel::Language && matches!(flavour, Flavour::Spinning | Flavour::All);
    assert!(
        is_graph || naive.contradiction.is_none(),
        "{:?}: equivalent executions end alike, {}",
        naive.contradiction,
        context()
    );
    if naive.exploration.limit.is_some() {
        assert!(
            matches!(naive.exploration.limit, Some(Limit::Executions(_) | Limit::Steps { .. } | Limit::Unsupported(_))),
            "{:?}, {}",
            naive.exploration.limit,
            context()
        );
        return None;
    }
    let report = checker().engine(Explorer).run(scenario());
    let ours = &report.engines[0].exploration;
    assert_eq!(ours.limit, None, "{}", context());
    assert_eq!(ends(ours), ends(&naive.exploration), "the outcomes, {}", context());
    assert_eq!(ours.failures > 0, naive.exploration.failures > 0, "failures, {}", context());
    assert!(is_graph || ours.executions == naive.count, "{} of {} traces, {}", ours.executions, naive.count, context());
    // The same, divided from the first execution on, in parts of several sizes.
    let parts = [2, 3, 5, 16, 64][usize::try_from(seed).unwrap() % 5];
    let divided = || checker().engine(Explorer).division(Division { undivided_executions: 0, parts });
    let mut shards: Vec<Exploration> = Vec::new();
    let count = if seed.is_multiple_of(3) { 3 } else { 1 };
    for index in 0..count {
        let checker = if count > 1 { divided().shard(index, count) } else { divided().workers(2) };
        shards.push(checker.run(scenario()).engines.remove(0).exploration);
    }
    let executions: u64 = shards.iter().map(|shard| shard.executions).sum();
    assert_eq!(executions, ours.executions, "the number of traces in {parts} parts, {}", context());
    let outcomes: BTreeSet<String> = shards.iter().flat_map(ends).collect();
    assert_eq!(outcomes, ends(&naive.exploration), "the outcomes of {parts} parts, {}", context());
    let failures: u64 = shards.iter().map(|shard| shard.failures).sum();
    assert_eq!(failures, ours.failures, "the failures of {parts} parts, {}", context());
    Some((ours.executions, ours.redundant))
}

fn compare_many(flavour: Flavour, programs: u64, actions: usize, memory: MemoryModel) {
    let first = variable("SELVEDGE_SEED", 1);
    let programs = variable("SELVEDGE_PROGRAMS", programs);
    let (mut compared, mut executions, mut redundant) = (0, 0, 0);
    for seed in first..first + programs {
        // Few actions make many programs that are small enough.
        if let Some((of_explorer, given_up)) =
            compare(seed, flavour, 2 + usize::try_from(seed).unwrap() % actions, memory)
        {
            compared += 1;
            executions += of_explorer;
            redundant += given_up;
        }
    }
    println!(
        "{flavour:?}, {memory:?}: seeds {first} to {}, {compared} programs compared, {executions} executions, {redundant} redundant",
        first + programs - 1
    );
    assert!(compared * 2 > programs, "most programs are small enough to be enumerated");
}

#[test]
fn programs_of_atomics() {
    compare_many(Flavour::Atomics, 25, 7, SequentiallyConsistent);
}

#[test]
fn programs_of_locks() {
    compare_many(Flavour::Locks, 25, 6, SequentiallyConsistent);
}

#[test]
fn programs_of_channels() {
    compare_many(Flavour::Channels, 25, 6, SequentiallyConsistent);
}

#[test]
fn programs_that_spin() {
    compare_many(Flavour::Spinning, 25, 6, SequentiallyConsistent);
}

#[test]
fn programs_of_everything() {
    compare_many(Flavour::All, 25, 7, SequentiallyConsistent);
}

#[test]
fn graphs_of_atomics() {
    compare_many(Flavour::Atomics, 20, 5, Language);
}

#[test]
fn graphs_of_locks_and_channels() {
    compare_many(Flavour::Locks, 25, 5, Language);
    compare_many(Flavour::Channels, 25, 5, Language);
}

#[test]
fn graphs_of_everything() {
    compare_many(Flavour::Spinning, 20, 5, Language);
    compare_many(Flavour::All, 20, 6, Language);
}

/// Programs of which a part lost an execution: a thread that waited for a store was taken to go on for one that has its
/// place before that; and one that would have gone on was blamed for another's panic.
#[test]
fn graphs_that_were_lost() {
    for (seed, flavour, actions) in [(1_338, Flavour::Spinning, 5), (2_263, Flavour::All, 3)] {
        compare(seed, flavour, actions, Language).expect("it is small");
    }
}
