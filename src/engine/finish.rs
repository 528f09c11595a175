//! What an execution on the cooperative back end came to, once it is over.

use super::cooperative::State;
use super::end::{End, Ended};
use crate::execution::backend::Stop;
use crate::execution::{Event, Trace, races};
use crate::failure::Failure;

impl State {
    /// Returns the failure that an execution which was cut off is already, or `otherwise`.
    fn wrong_already(&self, trace: &Trace, otherwise: End) -> End {
        self.execution.fatal_panic(trace).map_or(otherwise, |panic| End::Failed(Failure::Panic(panic)))
    }

    /// Returns what the execution, which is over, came to.
    pub(crate) fn ended(&self) -> Ended {
        self.execution.note_unfinished_panics();
        let mut steps = self.steps.get();
        let has_cells = self.kernel.borrow().has_cells();
        if let Some(livelock) = self.circled() {
            return livelock;
        }
        if !self.records {
            let end = self.end(&self.execution.trace.borrow());
            return Ended { end, trace: Trace::default(), steps, choices: Vec::new(), has_cells };
        }
        let mut trace = self.execution.take_trace();
        let end = if let Some((second, race)) = races::find(&trace) {
            // What comes after a data race means nothing.
            trace.truncate(second + 1);
            steps = trace.events.len() as u64;
            End::Failed(race)
        } else {
            self.end(&trace)
        };
        let taken = self.choices.take().into_iter().filter(|&(step, _)| step < steps);
        Ended { end, trace, steps, choices: taken.map(|(_, option)| option).collect(), has_cells }
    }

    /// Returns the end of an execution in which a round was repeated up to the step budget. The repetitions
    /// are no part of it.
    fn circled(&self) -> Option<Ended> {
        let (livelock, mut steps) = self.circling.borrow().livelock()?;
        self.stop.borrow_mut().take_if(|stop| *stop == Stop::StepLimit)?;
        let mut trace = self.execution.take_trace();
        trace.truncate(usize::try_from(steps).expect("few steps"));
        let end = match races::find(&trace) {
            Some((second, race)) => {
                trace.truncate(second + 1);
                steps = second as u64 + 1;
                End::Failed(race)
            }
            // What a thread goes round for, one that has panicked will not do any more.
            None => self.wrong_already(&trace, End::Failed(livelock)),
        };
        let choices = self.choices.take().into_iter().filter(|&(step, _)| step < steps);
        let choices = choices.map(|(_, option)| option).collect();
        let has_cells = self.kernel.borrow().has_cells();
        Some(Ended { end, trace, steps, choices, has_cells })
    }

    fn end(&self, trace: &Trace) -> End {
        match self.stop.take() {
            Some(Stop::Failure(failure)) => End::Failed(failure),
            // What has gone wrong by then is wrong.
            Some(Stop::StepLimit) => self.wrong_already(trace, End::StepLimit),
            Some(Stop::Unsupported(reason)) => End::Unsupported(reason),
            Some(Stop::Abandoned | Stop::Restart) if !self.kernel.borrow().anyone_goes_on() => {
                // A schedule from elsewhere ends where its threads only turn in circles.
                let stuck = self.stuck(trace);
                stuck.unwrap_or_else(|| self.wrong_already(trace, End::Abandoned))
            }
            Some(Stop::Abandoned | Stop::Restart) => self.wrong_already(trace, End::Abandoned),
            None => match (self.stuck(trace), End::of_finished(&self.execution, trace)) {
                (Some(stuck), _) => stuck,
                (None, End::Finished(outcome)) => self.leaked_lock(trace).unwrap_or(End::Finished(outcome)),
                (None, end) => end,
            },
        }
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
