//! Divided explorations lose nothing and repeat nothing: known counts of executions, whoever shares the work, and in
//! whatever parts; and random programs of some size, divided from the first execution on.
//!
//! `SELVEDGE_DEEP` has the largest programs explored too, and more random ones (`ci/deep.sh`).

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use crate::common::is_deep;
use crate::literature::{SEQUENTIAL, big0, big1, big2, casw, cinc, coa, fib_bench, nwriters};
use crate::program::{Flavour, Program, Seeded};
use selvedge::engine::{Budget, Division, Exploration, Explorer, Limit, MemoryModel};
use selvedge::{Checker, Outcome};

const FROM_THE_FIRST: Division = Division { undivided_executions: 0, parts: 64 };
const NEVER: Division = Division { undivided_executions: u64::MAX, parts: 1 };

fn checker() -> Checker {
    let budget = Budget { executions: None, time: None, ..Budget::default() };
    Checker::new().engine(Explorer).memory(MemoryModel::SequentiallyConsistent).budget(budget).keep_going(true)
}

fn exploration<T: Debug>(checker: &Checker, program: impl Fn() -> T + Send + Sync + 'static) -> Exploration {
    let mut exploration = checker.run(program).engines.remove(0).exploration;
    exploration.elapsed = Duration::ZERO;
    exploration
}

/// Puts shards together as a reader of their reports would.
fn merged(shards: Vec<Exploration>) -> Exploration {
    let count = u32::try_from(shards.len()).unwrap();
    let (mut outcomes, mut witnesses) = (BTreeMap::<Outcome, u64>::new(), Vec::new());
    let mut whole = Exploration { limit: None, ..shards[0].clone() };
    (whole.executions, whole.redundant, whole.events, whole.failures) = (0, 0, 0, 0);
    for (index, shard) in (0..).zip(shards) {
        assert_eq!(shard.limit, Some(Limit::Shard(index, count)));
        whole.executions += shard.executions;
        whole.redundant += shard.redundant;
        whole.events += shard.events;
        whole.failures += shard.failures;
        witnesses.extend(shard.witnesses.into_iter().filter(|(outcome, _)| !outcomes.contains_key(outcome)));
        for (outcome, executions) in shard.outcomes {
            *outcomes.entry(outcome).or_insert(0) += executions;
        }
    }
    Exploration { outcomes, witnesses, ..whole }
}

/// Explores a program undivided, divided by several workers, and in shards, and compares what is reported.
fn explore_in_every_way<T: Debug + 'static>(count: u64, program: fn() -> T) {
    let undivided = exploration(&checker().division(NEVER), program);
    assert_eq!((undivided.executions, &undivided.limit), (count, &None));
    let whole = exploration(&checker().workers(1), program);
    assert_eq!((whole.executions, &whole.limit, &whole.outcomes), (count, &None, &undivided.outcomes));
    let several: &[usize] = if is_deep() { &[2, 4] } else { &[2] };
    for &workers in several {
        assert_eq!(exploration(&checker().workers(workers), program), whole, "{workers} workers");
    }
    let shards = (0..3).map(|index| exploration(&checker().shard(index, 3), program)).collect();
    assert_eq!(merged(shards), whole);
    if is_deep() {
        let only = exploration(&checker().shard(0, 1), program);
        assert_eq!(only, Exploration { limit: Some(Limit::Shard(0, 1)), ..whole });
    }
}

/// Explores a program as it is explored by default.
fn explore<T: Debug + 'static>(count: u64, program: fn() -> T) {
    let whole = exploration(&checker(), program);
    assert_eq!((whole.executions, &whole.limit), (count, &None));
}

#[test]
fn cinc_and_casw() {
    explore(13_824, || cinc(4, SEQUENTIAL));
    if is_deep() {
        explore_in_every_way(13_824, || cinc(4, SEQUENTIAL));
        explore_in_every_way(32_880, || casw(5, SEQUENTIAL));
    }
}

#[test]
fn coa_and_nwriters() {
    explore_in_every_way(5_040, || nwriters(7, SEQUENTIAL));
    if is_deep() {
        explore_in_every_way(49_776, || coa(5, SEQUENTIAL));
        explore_in_every_way(40_320, || nwriters(8, SEQUENTIAL));
    }
    for (threads, count) in (1..).zip([4, 15, 130, 2_028]) {
        let whole = exploration(&checker().division(FROM_THE_FIRST), move || coa(threads, SEQUENTIAL));
        assert_eq!((whole.executions, whole.limit), (count, None), "coa({threads})");
    }
}

#[test]
fn fib_bench_and_big0() {
    explore(69_112, || big0(SEQUENTIAL));
    if is_deep() {
        explore_in_every_way(218_243, || fib_bench(5, SEQUENTIAL));
        explore_in_every_way(69_112, || big0(SEQUENTIAL));
        explore_in_every_way(1_820_474, || big1(SEQUENTIAL));
        explore_in_every_way(5_284_890, || big2(SEQUENTIAL));
    }
}

#[test]
fn a_lost_outcome_is_found() {
    let report = checker().run(|| assert_ne!(casw(5, SEQUENTIAL), (vec![7, 0, 7, 1, 1], 6)));
    assert!(!report.passes());
}

/// Random programs with so many executions that the oracle cannot run them: divided and undivided, they have the
/// same executions and outcomes.
#[test]
fn random_programs() {
    let (programs, least) = if is_deep() { (3_000, 1_000) } else { (20, 100) };
    let (mut compared, mut executions) = (0, 0);
    for seed in 1..=programs {
        for flavour in [Flavour::Atomics, Flavour::Locks, Flavour::Channels, Flavour::Spinning, Flavour::All] {
            let program = Program::random(&mut Seeded(seed), flavour, 10);
            let budget = Budget { executions: Some(20_000), steps_per_execution: 300, time: None, ..Budget::default() };
            let checker = |division| checker().budget(budget).division(division);
            let scenario = || {
                let program = program.clone();
                move || crate::program::run(&program)
            };
            let whole = exploration(&checker(NEVER), scenario());
            if whole.limit.is_some() || whole.executions < least {
                continue;
            }
            compared += 1;
            executions += whole.executions;
            // Each is divided in two of four ways, or in all.
            let first = usize::try_from(seed % 2).expect("0 or 1");
            let ways = [2, 3, 16, 64].into_iter().skip(if is_deep() { 0 } else { first });
            for parts in ways.step_by(if is_deep() { 1 } else { 2 }) {
                let divided = exploration(&checker(Division { undivided_executions: 0, parts }), scenario());
                assert_eq!(
                    (divided.executions, divided.failures, &divided.limit, &divided.outcomes),
                    (whole.executions, whole.failures, &None, &whole.outcomes),
                    "{parts} parts, seed {seed}, {flavour:?}: {program:?}"
                );
            }
        }
    }
    println!("{compared} programs with {executions} executions compared, 4 divisions each");
    assert!(compared >= 5);
}

/// Two programs of which an earlier explorer lost executions: a step that comes earlier than it did may conflict with
/// something that it did not conflict with where it was.
#[test]
fn steps_that_change_when_they_come_earlier() {
    for (seed, count) in [(3, 130), (655, 114)] {
        let program = Program::random(&mut Seeded(seed), Flavour::Channels, 10);
        let spurious = u32::from(seed.is_multiple_of(5));
        for division in [NEVER, FROM_THE_FIRST, Division { undivided_executions: 0, parts: 2 }] {
            let program = program.clone();
            let checker = checker().spurious_wakeups(spurious).division(division);
            let seen = exploration(&checker, move || crate::program::run(&program));
            assert_eq!((seen.executions, seen.limit), (count, None), "seed {seed}, {division:?}");
        }
    }
}
