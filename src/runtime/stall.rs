//! What is reported of an execution that stands still: the same beginning is run once more, up to the last step and
//! not beyond, which shows what the thread did last.

use std::time::Duration;

use super::coroutine;
use super::isolate::{Stalled, on_fresh_thread};
use super::prefix::Follow;
use crate::exploration::end::{End, Ended};
use crate::exploration::{Exploration, Limit, Replayed, Task};
use crate::failure::{Counterexample, Failure};
use crate::schedule::{Prefix, Token};
use crate::trace::{ThreadId, Trace};

/// Returns the counterexample that it is.
pub(super) fn counterexample(task: &Task, stalled: &Stalled) -> Counterexample {
    let trace = stalled.steps.as_ref().map(|steps| retrace(task, steps)).unwrap_or_default();
    let last = trace.events.iter().rfind(|event| event.thread == stalled.thread).copied();
    let failure = Failure::Stall { thread: stalled.thread, last, limit: task.watchdog };
    let token = stalled.steps.clone().map(|steps| Token::Prefix(Prefix(steps)));
    Counterexample { failure, trace, token }
}

/// Returns the exploration that ends with it.
pub(crate) fn exploration(task: &Task, mut stalled: Box<Stalled>, elapsed: Duration) -> Exploration {
    let mut seen = stalled.known.take().unwrap_or_else(Exploration::nothing);
    let found = counterexample(task, &stalled);
    seen.executions = stalled.executions;
    seen.failures += 1;
    seen.limit = Some(Limit::Failure);
    seen.elapsed = elapsed;
    seen.keep(found);
    seen
}

/// Returns what a replay shows that stands still.
pub(crate) fn replayed(task: &Task, stalled: &Stalled, token: &Token) -> Replayed {
    let found = Counterexample { token: Some(token.clone()), ..counterexample(task, stalled) };
    let trace = found.trace.clone();
    Replayed { counterexample: Some(found), outcome: None, trace, token: Some(token.clone()) }
}

/// Returns the trace that `steps` leave; an empty one if the program does not take them again.
fn retrace(task: &Task, steps: &[(ThreadId, u32)]) -> Trace {
    if steps.is_empty() {
        return Trace::default();
    }
    let follow = Prefix(steps.to_vec());
    let ended = on_fresh_thread(task, move |task| coroutine::run_up_to(task, &mut Follow::new(follow)));
    match ended {
        Ok(Ended { end: End::Abandoned, trace, .. }) if trace.events.len() == steps.len() => trace,
        _ => Trace::default(),
    }
}
