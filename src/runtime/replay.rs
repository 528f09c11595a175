//! Replaying: the one execution that a schedule leads to, on our own runtime, with the first
//! divergence named where the program no longer follows.

use super::coroutine::{self, Strategy, Turn};
use super::isolate::{Stalled, on_fresh_thread};
use super::stall;
use crate::exploration::end::{End, Ended};
use crate::exploration::{Replayed, SeenArcs, Task};
use crate::failure::{Counterexample, Failure};
use crate::schedule::{Divergence, Run, Schedule, Token};
use crate::trace::{ThreadId, Trace};

/// Returns the token of the execution that left `trace`.
pub(crate) fn schedule_of(trace: &Trace, choices: Vec<u32>) -> Option<Token> {
    Some(Token::Schedule(Schedule::of(trace, choices)))
}

/// As many steps are replayed at least, or as the budget admits if that is more: a crafted token does not run for ever.
const STEPS_MAX: u64 = 1_000_000;

/// Runs the execution that a schedule stands for, as far as the program follows.
fn followed(task: &Task, schedule: &Schedule) -> Result<(Ended, Follow), Box<Stalled>> {
    let task = &Task { arcs: SeenArcs::of_token(schedule.arcs.clone()), ..task.clone() };
    let mut follow = Follow::new(schedule.clone());
    // Every step of the schedule may be taken, and one more, which is where it shows that the
    // program goes on.
    let most = STEPS_MAX.max(task.budget.steps_per_execution.saturating_add(1));
    let steps_max = (schedule.len() as u64 + 1).min(most);
    on_fresh_thread(task, move |task| {
        let ended = coroutine::run(task, &mut follow, steps_max);
        (ended, follow)
    })
}

/// Returns the steps of the execution that a schedule stands for, each with the alternative that is taken; none if the program
/// does not follow it.
pub(crate) fn steps_of(task: &Task, schedule: &Schedule) -> Option<Vec<(ThreadId, u32)>> {
    let (ended, _) = followed(task, schedule).ok()?;
    let events = ended.trace.events.get(..schedule.len())?;
    let mut steps: Vec<(ThreadId, u32)> = events.iter().map(|event| (event.thread, 0)).collect();
    for (&step, &choice) in ended.chosen_at.iter().zip(&ended.choices) {
        steps.get_mut(usize::try_from(step).ok()?)?.1 = choice;
    }
    Some(steps)
}

/// Runs the execution that a schedule token stands for.
///
/// # Errors
///
/// The first divergence, or none if the token is no schedule.
pub(crate) fn replay_schedule(task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
    let schedule = match token {
        Token::Schedule(schedule) => schedule,
        Token::Prefix(prefix) => return super::prefix::replay(task, prefix),
        Token::Loom { .. } => return Err(None),
    };
    let (ended, mut follow) = match followed(task, schedule) {
        Ok(result) => result,
        Err(stalled) => return Ok(stall::replayed(task, &stalled, token)),
    };
    let divergence = follow.divergence.take();
    if let End::Failed(Failure::ForeignObject(_)) = ended.end {
        // It comes to light when an object is used in a second execution, whatever the schedule.
        return Ok(replayed(task, token, ended));
    }
    // An execution that was cut off, and wrong by then, ends with its schedule.
    let ends_here = matches!((&divergence, &ended.end), (Some(Divergence::GoesOn { .. }), End::Failed(_)));
    let divergence = divergence.filter(|_| !ends_here);
    if let Some(divergence) = schedule.compare(&ended.trace).or(divergence) {
        return Err(Some(divergence));
    }
    if ended.trace.events.len() < schedule.len() {
        return Err(Some(Divergence::EndedEarly { steps: ended.trace.events.len(), scheduled: schedule.len() }));
    }
    if let Some(divergence) = schedule.compare_whole(&ended.trace) {
        return Err(Some(divergence));
    }
    if follow.choice < schedule.choices.len() {
        return Err(Some(Divergence::NoSuchChoice { step: schedule.len(), options: 0 }));
    }
    Ok(replayed(task, token, ended))
}

/// Judges an execution that was replayed.
pub(crate) fn replayed(task: &Task, token: &Token, mut ended: Ended) -> Replayed {
    ended.settle(task.stuck.as_ref());
    let (failure, outcome) = match ended.end {
        End::Failed(failure) => (Some(failure), None),
        End::Finished(outcome) => ((task.judge)(&outcome), Some(outcome)),
        End::StepLimit | End::Unsupported(_) | End::Abandoned => (None, None),
    };
    let counterexample =
        failure.map(|failure| Counterexample { failure, trace: ended.trace.clone(), token: Some(token.clone()) });
    Replayed { counterexample, outcome, trace: ended.trace, token: Some(token.clone()) }
}

/// Follows a schedule.
struct Follow {
    schedule: Schedule,
    run: usize,
    /// Steps taken of the current run.
    taken: u32,
    /// Choices taken so far.
    choice: usize,
    divergence: Option<Divergence>,
}

impl Follow {
    fn new(schedule: Schedule) -> Self {
        Self { schedule, run: 0, taken: 0, choice: 0, divergence: None }
    }

    fn next(&mut self, turn: &Turn<'_>) -> Result<(ThreadId, u32), Divergence> {
        let step = turn.step as usize;
        while self.schedule.runs.get(self.run).is_some_and(|run| run.length == self.taken) {
            self.run += 1;
            self.taken = 0;
        }
        let Some(&Run { thread, .. }) = self.schedule.runs.get(self.run) else {
            return Err(Divergence::GoesOn { steps: step });
        };
        let Some(&(_, alternatives)) = turn.enabled.iter().find(|(enabled, _)| *enabled == thread) else {
            let threads = turn.kernel.thread_count();
            if thread.index() >= threads {
                return Err(Divergence::NoSuchThread { step, thread, threads });
            }
            return Err(match turn.kernel.pending(thread) {
                Some(pending) => Divergence::CannotGoOn { step, thread, operation: pending.operation },
                None => Divergence::HasEnded { step, thread },
            });
        };
        let alternative = if alternatives > 1 {
            let choice = self.schedule.choices.get(self.choice).copied();
            self.choice += 1;
            choice
                .filter(|&choice| choice < alternatives)
                .ok_or(Divergence::NoSuchChoice { step, options: alternatives })?
        } else {
            0
        };
        self.taken += 1;
        Ok((thread, alternative))
    }
}

impl Strategy for Follow {
    fn restart(&mut self) {
        *self = Self::new(std::mem::take(&mut self.schedule));
    }

    fn is_lenient(&self) -> bool {
        true
    }

    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        match self.next(turn) {
            Ok(choice) => Some(choice),
            // Threads that wait in loops for what nobody does any more are left where they are.
            Err(Divergence::GoesOn { .. }) if turn.kernel.going_on().next().is_none() => None,
            Err(divergence) => {
                self.divergence = Some(divergence);
                None
            }
        }
    }
}
