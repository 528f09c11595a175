//! Why an execution took as many steps as one may: which thread goes round without giving up its turn, and where.

use std::collections::HashMap;
use std::panic::Location;

use crate::trace::{Event, ThreadId, Trace};

/// A loop that never says that it waits, so that its rounds are steps without end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The name of the thread that went round in it, or `t` and its number.
    pub thread: String,
    /// The source line of the operation that it repeated most often.
    pub location: &'static Location<'static>,
}

/// How many of the last steps are looked at.
const STEPS_LOOKED_AT: usize = 1_000;

/// How many source lines a loop has at most.
const LINES_MAX: usize = 16;

/// Returns the loop that an execution which was cut off was in: one thread took nearly all of the last steps, at a
/// few source lines, and none of them gave up its turn.
pub(super) fn find(trace: &Trace) -> Option<Loop> {
    let last = &trace.events[trace.events.len().saturating_sub(STEPS_LOOKED_AT)..];
    let mut taken: HashMap<ThreadId, usize> = HashMap::new();
    for event in last {
        *taken.entry(event.thread).or_default() += 1;
    }
    let (&thread, &steps) = taken.iter().max_by_key(|&(thread, steps)| (*steps, std::cmp::Reverse(*thread)))?;
    let own: Vec<&Event> = last.iter().filter(|event| event.thread == thread).collect();
    if steps * 10 < last.len() * 9 || own.iter().any(|event| event.operation.yields()) {
        return None;
    }
    let mut lines: HashMap<&'static Location<'static>, usize> = HashMap::new();
    for event in own {
        *lines.entry(event.location).or_default() += 1;
    }
    let (&location, _) = lines.iter().max_by_key(|&(location, count)| (*count, std::cmp::Reverse(*location)))?;
    let name = trace.threads.get(thread.index())?.name.clone();
    (lines.len() <= LINES_MAX).then(|| Loop { thread: name.unwrap_or_else(|| format!("t{}", thread.0)), location })
}
