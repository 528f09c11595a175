//! What a check does for which no engine is named. Where it takes more than a few hundred executions to explore a
//! program, it is sampled before it is explored: in a wide program the first bug may be far from where the
//! exploration begins, and near to a random schedule. What cannot be explored to its end is sampled once more.

use std::time::Duration;

use crate::engine::{Engine, Explorer, Sampler, SamplerKind};
use crate::exploration::{Exploration, Limit, Task, memory_bytes};
use crate::report::{EngineReport, Reason, Verdict};

/// What takes the samples.
const SAMPLER: Sampler = Sampler(SamplerKind::Portfolio);

/// A program that is explored within so many executions is not sampled: nothing is found sooner.
const UNSAMPLED_EXECUTIONS: u64 = 300;

/// How many schedules are sampled before the exploration.
const SAMPLED_EXECUTIONS: u64 = 500;

/// The part of the budget's time that each of the two may take.
const TIME_DIVISOR: u32 = 20;

/// Runs the engines of which there is a report, in the order in which they ran. The last exploration is always of the
/// whole budget.
pub(crate) fn run(task: &Task, run_on: impl Fn(&dyn Engine, &Task) -> EngineReport) -> Vec<EngineReport> {
    let mut reports = Vec::new();
    // Who does one shard of many leaves the sample to whoever does the whole.
    if task.shard.is_none() && task.budget.executions.is_none_or(|executions| executions > UNSAMPLED_EXECUTIONS) {
        let explored = run_on(&Explorer, &small(task, UNSAMPLED_EXECUTIONS));
        if !is_cut_short(&explored.exploration) {
            return with_rest(task, vec![explored], &run_on);
        }
        let sampled = run_on(&SAMPLER, &small(task, SAMPLED_EXECUTIONS));
        let is_over = !task.keep_going && matches!(sampled.verdict, Verdict::Falsified(_));
        reports.push(sampled);
        if is_over {
            return reports;
        }
    }
    reports.push(run_on(&Explorer, task));
    with_rest(task, reports, &run_on)
}

/// Adds a sample if what was run last did not come to its end.
fn with_rest(
    task: &Task,
    mut reports: Vec<EngineReport>,
    run_on: &impl Fn(&dyn Engine, &Task) -> EngineReport,
) -> Vec<EngineReport> {
    if reports.last().is_some_and(is_out_of_reach) {
        reports.push(run_on(&SAMPLER, &rest(task)));
    }
    reports
}

/// Returns the task with a budget of so many executions.
fn small(task: &Task, executions: u64) -> Task {
    let mut task = task.clone();
    task.budget.executions = Some(task.budget.executions.map_or(executions, |most| most.min(executions)));
    task.budget.time = task.budget.time.map(|time| time / TIME_DIVISOR);
    task
}

/// Returns the task of sampling what could not be explored, within a quarter of the budget.
fn rest(task: &Task) -> Task {
    let mut task = task.clone();
    // What the exploration holds is no memory of this engine's.
    task.memory_before_bytes = task.memory_before_bytes.and_then(|_| memory_bytes());
    task.budget.executions = Some(task.budget.executions.map_or(100_000, |executions| executions.div_ceil(4)));
    task.budget.time = Some(task.budget.time.map_or(Duration::from_secs(10), |time| time / 4));
    // Other schedules than those of the first sample.
    task.seed = task.seed.wrapping_add(1);
    task
}

/// Returns whether an exploration might have seen more with a larger budget. One that has met a loop which never gives up
/// its turn has not.
fn is_cut_short(exploration: &Exploration) -> bool {
    matches!(
        exploration.limit,
        Some(Limit::Executions(_) | Limit::Time(_) | Limit::Memory(_) | Limit::Steps { in_loop: None, .. })
    )
}

/// Returns whether the budget was spent before everything was looked at.
fn is_out_of_reach(report: &EngineReport) -> bool {
    report.exploration.executions > 0
        && matches!(
            report.verdict,
            Verdict::Inconclusive(Reason::Limited(
                Limit::Executions(_) | Limit::Time(_) | Limit::Memory(_) | Limit::Steps { in_loop: Some(_), .. }
            ))
        )
}
