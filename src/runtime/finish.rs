//! What an execution on the cooperative back end came to, once it is over.

use super::arcs::RENEWED;
use super::cooperative::State;
use crate::execution::backend::Stop;
use crate::execution::races;
use crate::exploration::end::{End, Ended};
use crate::failure::Failure;
use crate::trace::{Event, Trace};

impl State {
    /// Returns whether the execution was cut off while threads could go on.
    fn was_cut_off(&self) -> bool {
        match &*self.stop.borrow() {
            Some(Stop::StepLimit) => true,
            Some(Stop::Abandoned | Stop::Restart) => self.kernel.borrow().going_on().next().is_some(),
            _ => false,
        }
    }

    /// Returns the failure that an execution which was cut off is already, or `otherwise`.
    fn wrong_already(&self, trace: &Trace, otherwise: End) -> End {
        self.execution.fatal_panic(trace).map_or(otherwise, |panic| End::Failed(Failure::Panic(panic)))
    }

    /// Returns what the execution, which is over, came to.
    pub(crate) fn ended(&self) -> Ended {
        let livelock = self.circled();
        if self.was_cut_off() {
            // Whoever panics might yet have been joined.
            self.execution.forget_panics_to_be_received();
        } else {
            self.execution.note_unfinished_panics();
        }
        // The repetitions of a round are no part of the execution.
        let mut steps = livelock.as_ref().map_or(self.steps.get(), |&(_, steps)| steps);
        let aborts = self.execution.aborts.take();
        let end = |trace: &Trace| match livelock {
            _ if aborts.is_some() => aborts.map_or(End::Abandoned, End::Failed),
            // What a thread goes round for, one that has panicked will not do any more.
            Some((livelock, _)) => self.wrong_already(trace, End::Failed(livelock)),
            None => self.end(trace),
        };
        let is_suspect = self.lifetimes.borrow().is_suspect();
        let needs_record = is_suspect || self.kernel.borrow().has_cells();
        if !self.records {
            let end = self.unless_renewed(end(&self.execution.trace.borrow()));
            return Ended { steps, needs_record, ..Ended::of(end, Trace::default()) };
        }
        let mut trace = self.execution.take_trace();
        trace.remarks.is_weak = self.kernel.borrow().follows_the_language();
        let races::Found { race, suspicions } = races::find(&trace, is_suspect);
        let end = if let Some((second, race)) = race {
            // What comes after a data race means nothing.
            trace.truncate(second + 1);
            steps = trace.events.len() as u64;
            End::Failed(race)
        } else {
            self.unless_renewed(end(&trace))
        };
        let taken = self.choices.take().into_iter().filter(|&(step, _)| step < steps);
        let (chosen_at, choices) = taken.unzip();
        Ended { steps, choices, chosen_at, needs_record, suspicions, ..Ended::of(end, trace) }
    }

    /// Returns the livelock that it is that a round was repeated up to the step budget, and how many steps led to
    /// it; none if that is not why the execution has ended.
    fn circled(&self) -> Option<(Failure, u64)> {
        let livelock = self.circling.borrow().livelock()?;
        self.stop.borrow_mut().take_if(|stop| *stop == Stop::StepLimit)?;
        Some(livelock)
    }

    fn end(&self, trace: &Trace) -> End {
        match self.stop.take() {
            Some(Stop::Failure(failure)) => End::Failed(failure),
            // What has gone wrong by then is wrong.
            Some(Stop::StepLimit) => self.wrong_already(trace, End::StepLimit),
            Some(Stop::Unsupported(reason)) => End::Unsupported(reason),
            Some(Stop::Abandoned | Stop::Restart) if self.kernel.borrow().going_on().next().is_none() => {
                // A schedule from elsewhere ends where its threads only turn in circles.
                self.stuck(trace).unwrap_or_else(|| End::of_finished(&self.execution, trace))
            }
            Some(Stop::Abandoned | Stop::Restart) => self.wrong_already(trace, End::Abandoned),
            None => match (self.stuck(trace), End::of_finished(&self.execution, trace)) {
                (Some(stuck), _) => stuck,
                (None, End::Finished(outcome)) => self.leaked_lock(trace).unwrap_or(End::Finished(outcome)),
                (None, end) => end,
            },
        }
    }

    /// Returns that end, unless the execution has shown that it is to be explored in other steps.
    fn unless_renewed(&self, end: End) -> End {
        let is_renewed = self.arcs.borrow().has_grown();
        if is_renewed && !matches!(end, End::Failed(_)) { End::Unsupported(RENEWED) } else { end }
    }

    /// Returns the failure that a lock which nobody released is.
    fn leaked_lock(&self, trace: &Trace) -> Option<End> {
        let (object, thread) = self.kernel.borrow().leaked_lock()?;
        let takes = |event: &&Event| event.object == Some(object) && event.thread == thread;
        // Where events are not recorded, the execution is run again.
        let locked_at = match trace.events.iter().rfind(takes) {
            Some(event) => event.location,
            None => trace.objects[object.index()].made_at,
        };
        Some(End::Failed(Failure::LeakedLock { object, thread, locked_at }))
    }

    /// Returns the failure that it is that no thread goes on, if it is one.
    fn stuck(&self, trace: &Trace) -> Option<End> {
        let failure = self.kernel.borrow().deadlock()?;
        // What a thread turns in circles for, one that has panicked will not do any more.
        let follows_from_panic = matches!(failure, Failure::Livelock { .. });
        let end = End::Failed(failure);
        Some(if follows_from_panic { self.wrong_already(trace, end) } else { end })
    }
}
