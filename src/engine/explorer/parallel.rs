//! An exploration on several threads: its parts are explored one by one by whoever is free, and put
//! together in their order, so that the report is the same however many threads there are.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::part::Part;
use super::{Cancel, Task, explore_part};
use crate::exploration::{Exploration, Limit};
use crate::runtime::isolate::explore_on_fresh_thread;

/// Stands for the executions of a part that has ended the exploration: more than there can be.
pub(super) const ENDS_ALL: u64 = u64::MAX;

/// Stands for those of a part that was given up.
pub(super) const IN_VAIN: u64 = u64::MAX - 1;

/// That a part ran more executions that are outside of it than executions of its own.
#[derive(Debug)]
pub(super) struct InVain;

/// Explores `parts` on as many threads as the task says.
///
/// # Errors
///
/// If it is not worth while: all together may be explored faster by one thread. Under the language's memory model, that one
/// access happens after another often means that it reads from one store of many, so that of the executions in which it
/// comes later few belong to the part. A shard has no choice.
pub(super) fn explore(task: &Task, parts: &[Part], begun: Instant) -> Result<Exploration, InVain> {
    let next = AtomicUsize::new(0);
    let executions: Arc<[AtomicU64]> = parts.iter().map(|_| AtomicU64::new(0)).collect();
    let results: Vec<Mutex<Option<Exploration>>> = parts.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let gives_up = task.shard.is_none() && parts.len() > 1;
            let (executions, most) = (Arc::clone(&executions), task.budget.executions);
            let cancel = Cancel { executions: Arc::clone(&executions), index, most, gives_up };
            if index >= parts.len() || !cancel.is_wanted(0) {
                return;
            }
            let task = remaining(task, begun, task.budget.executions);
            let part = parts[index].clone();
            let seen = explore_on_fresh_thread(&task, move |task| explore_part(task, &part, &cancel));
            let ends_all = seen.limit.as_ref().is_some_and(Limit::ends);
            if !is_in_vain(&executions[index]) {
                executions[index].store(if ends_all { ENDS_ALL } else { seen.executions }, Ordering::Relaxed);
            }
            task.report_progress(seen.executions, index, parts.len());
            if let Ok(mut result) = results[index].lock() {
                *result = Some(seen);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..task.workers.max(1).min(parts.len()) {
            scope.spawn(work);
        }
        work();
    });
    let seen = results.into_iter().zip(&*executions).map(|(result, executions)| {
        if is_in_vain(executions) { Err(InVain) } else { Ok(result.into_inner().ok().flatten()) }
    });
    let mut merged = merge(task, parts, seen, begun)?;
    merged.elapsed = begun.elapsed();
    Ok(merged)
}

fn is_in_vain(executions: &AtomicU64) -> bool {
    executions.load(Ordering::Relaxed) == IN_VAIN
}

/// Returns the task with what is left of its time, and so many executions.
pub(super) fn remaining(task: &Task, begun: Instant, executions: Option<u64>) -> Task {
    let mut task = task.clone();
    task.budget.executions = executions;
    task.budget.time = task.budget.time.map(|time| time.saturating_sub(begun.elapsed()));
    task
}

/// Puts the parts together as if they had been explored one after the other.
///
/// # Errors
///
/// If one of them was given up.
fn merge(
    task: &Task,
    parts: &[Part],
    explorations: impl Iterator<Item = Result<Option<Exploration>, InVain>>,
    begun: Instant,
) -> Result<Exploration, InVain> {
    let mut merged = Exploration::nothing();
    for (index, seen) in explorations.enumerate() {
        let Some(mut seen) = seen? else { break };
        let left = task.budget.executions.map(|most| most.saturating_sub(merged.executions));
        if left.is_some_and(|left| seen.executions > left || (left == 0 && index > 0)) {
            // Together the parts have spent more than there is: the last one is cut short.
            let task = remaining(task, begun, left);
            let cancel = Cancel { index, ..Cancel::never() };
            let part = parts[index].clone();
            seen = explore_on_fresh_thread(&task, move |task| explore_part(task, &part, &cancel));
            seen.limit.get_or_insert(Limit::Executions(left.unwrap_or(0)));
        }
        let is_last = seen.limit.as_ref().is_some_and(Limit::ends);
        merged.add(seen);
        if is_last {
            break;
        }
    }
    // The limits are those of the whole.
    merged.limit = merged.limit.map(|limit| match limit {
        Limit::Executions(_) => Limit::Executions(task.budget.executions.unwrap_or(0)),
        Limit::Time(_) => Limit::Time(task.budget.time.unwrap_or(Duration::ZERO)),
        other => other,
    });
    Ok(merged)
}
