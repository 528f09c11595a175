//! Replaying the beginning of an execution: one that crashed or stood still after these steps. It goes on after them as
//! it likes, and so crashes again, or shows that it no longer does.

use super::coroutine::{self, Strategy, Turn};
use super::isolate::on_fresh_thread;
use super::replay::{replayed, schedule_of};
use super::stall;
use crate::exploration::{Replayed, Task};
use crate::schedule::{Divergence, Prefix, Token};
use crate::trace::ThreadId;

/// Runs the execution that begins so.
///
/// # Errors
///
/// The first step that the program does not have.
pub(super) fn replay(task: &Task, prefix: &Prefix) -> Result<Replayed, Option<Divergence>> {
    let mut follow = Follow::new(prefix.clone());
    let steps_max = task.budget.steps_per_execution.max(prefix.0.len() as u64 + 1);
    let result = on_fresh_thread(task, move |task| {
        let ended = coroutine::run(task, &mut follow, steps_max);
        (ended, follow)
    });
    let (ended, follow) = match result {
        Ok(result) => result,
        Err(stalled) => return Ok(stall::replayed(task, &stalled, &Token::Prefix(prefix.clone()))),
    };
    if let Some(divergence) = follow.divergence {
        return Err(Some(divergence));
    }
    let steps = ended.trace.events.len();
    if steps < prefix.0.len() {
        return Err(Some(Divergence::EndedEarly { steps, scheduled: prefix.0.len() }));
    }
    let token = schedule_of(&ended.trace, ended.choices.clone()).ok_or(None)?;
    Ok(replayed(task, &token, ended))
}

/// Takes known steps, and then any.
pub(crate) struct Follow {
    steps: Prefix,
    taken: usize,
    divergence: Option<Divergence>,
}

impl Follow {
    pub(super) fn new(steps: Prefix) -> Self {
        Self { steps, taken: 0, divergence: None }
    }

    /// Returns how many steps are known.
    pub(super) fn length(&self) -> u64 {
        self.steps.0.len() as u64
    }

    /// Returns why `thread` cannot take its step in the way `way`.
    fn diverge(turn: &Turn<'_>, thread: ThreadId) -> Divergence {
        let (step, threads) = (turn.step as usize, turn.kernel.thread_count());
        if thread.index() >= threads {
            return Divergence::NoSuchThread { step, thread, threads };
        }
        match (turn.kernel.alternatives(thread), turn.kernel.pending(thread)) {
            (0, Some(pending)) => Divergence::CannotGoOn { step, thread, operation: pending.operation },
            (_, None) => Divergence::HasEnded { step, thread },
            (options, Some(_)) => Divergence::NoSuchChoice { step, options },
        }
    }
}

impl Strategy for Follow {
    fn restart(&mut self) {
        self.taken = 0;
        self.divergence = None;
    }

    fn is_lenient(&self) -> bool {
        self.taken < self.steps.0.len()
    }

    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        let Some(&(thread, way)) = self.steps.0.get(self.taken) else {
            return turn.running.or(turn.enabled.first().map(|&(thread, _)| thread)).map(|thread| (thread, 0));
        };
        if !turn.enabled.iter().any(|&(enabled, ways)| enabled == thread && way < ways) {
            self.divergence = Some(Self::diverge(turn, thread));
            return None;
        }
        self.taken += 1;
        Some((thread, way))
    }
}
