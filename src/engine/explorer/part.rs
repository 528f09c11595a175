//! Parts of an exploration: beginnings of executions that share no equivalent ones, so that each part can
//! be explored by itself, on another thread or another machine, and the counts add up.
//!
//! From a point where several threads can go on, the part of each is what begins with its step and is
//! not equivalent to anything that begins with the step of one before it: those are asleep there (sleep
//! sets: Godefroid, LNCS 1032). The parts are the same however many threads share them.

use std::collections::VecDeque;

use super::search::Search;
use super::{Task, run};
use crate::execution::ThreadId;

/// How many parts an exploration is divided into, or a few more: many more than there are cores, because
/// they differ in size.
const PARTS: usize = 64;

/// How long a beginning may be.
const STEPS_MAX: usize = 64;

/// A step of a beginning, in the runtime's numbers, and those that are asleep when it is taken because
/// they begin other parts.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub(super) thread: ThreadId,
    pub(super) way: u32,
    pub(super) asleep: Vec<(ThreadId, u32)>,
}

/// The beginning of all executions of a part.
pub(super) type Part = Vec<Start>;

/// Divides the exploration into parts, in an order that does not depend on chance.
pub(super) fn divide(task: &Task) -> Vec<Part> {
    let mut whole: Vec<Part> = Vec::new();
    let mut open: VecDeque<Part> = VecDeque::from([Vec::new()]);
    while let Some(part) = open.pop_front() {
        if whole.len() + open.len() + 1 >= PARTS || part.len() >= STEPS_MAX {
            whole.push(part);
            continue;
        }
        match options(task, &part) {
            // It is a whole execution, or cannot be looked into.
            None => whole.push(part),
            Some(options) => {
                for (place, &(thread, way)) in options.iter().enumerate() {
                    let asleep = options[..place].to_vec();
                    let mut longer = part.clone();
                    longer.push(Start { thread, way, asleep });
                    open.push_back(longer);
                }
            }
        }
    }
    whole
}

/// Returns the steps that can follow a beginning and are not asleep; none if nothing can follow.
fn options(task: &Task, part: &Part) -> Option<Vec<(ThreadId, u32)>> {
    let mut search = Search::within(part.clone());
    search.only_look();
    search.begin();
    let _ = run(task, &mut search, false);
    search.seen_options()
}
