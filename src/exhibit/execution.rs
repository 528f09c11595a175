//! One execution as a part of the document: its trace, with what follows from it.

use std::panic::Location;

use super::document::{
    AccessView, BlockedView, Execution, FailureView, ObjectView, ResultView, Source, Step, StoreView, ThreadView,
};
use super::history;
use super::operation::operation;
use super::order::{Store, orders};
use super::state::Machine;
use crate::exploration::Replayed;
use crate::failure::{Access, Blocked, Counterexample, Failure};
use crate::outcome::Outcome;
use crate::render::{self, Names, SourceLines, atomic_value, event_words, kind_name, operation_words};
use crate::schedule::Token;
use crate::trace::{Event, ObjectId, Operation, Switch, ThreadId, Trace};

impl Execution {
    /// Returns the execution of a counterexample; `replay_line` says how a token is replayed.
    pub fn of_counterexample(found: &Counterexample, replay_line: &dyn Fn(&Token) -> String) -> Self {
        let outcome = match &found.failure {
            Failure::UnexpectedOutcome { outcome, .. } => Some(outcome),
            _ => None,
        };
        let result = (outcome, Some(&found.failure));
        Builder::new(&found.trace).execution(result, None, found.token.as_ref(), replay_line)
    }

    /// Returns the execution that a replay showed.
    pub fn of_replayed(replayed: &Replayed, replay_line: &dyn Fn(&Token) -> String) -> Self {
        let failure = replayed.counterexample.as_ref().map(|found| &found.failure);
        let result = (replayed.outcome.as_ref(), failure);
        Builder::new(&replayed.trace).execution(result, None, replayed.token.as_ref(), replay_line)
    }
}

/// What an execution is made of.
pub(super) struct Builder<'a> {
    trace: &'a Trace,
    pub(super) names: Names,
    pub(super) lines: SourceLines,
}

impl<'a> Builder<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        Self { trace, names: Names::of(trace), lines: SourceLines::default() }
    }

    /// Returns the execution; `about_to` is what its threads were about to do, if it is not over.
    pub(super) fn execution(
        &mut self,
        (outcome, failure): (Option<&Outcome>, Option<&Failure>),
        about_to: Option<&[Blocked]>,
        token: Option<&Token>,
        replay_line: &dyn Fn(&Token) -> String,
    ) -> Execution {
        let trace = self.trace;
        let (steps, arrows, initial) = self.steps(about_to.or(stuck(failure)).unwrap_or_default());
        let threads = trace.threads.iter().enumerate();
        let threads = threads.map(|(id, thread)| ThreadView {
            id,
            name: self.names.thread(ThreadId(u32::try_from(id).unwrap_or(u32::MAX))).into_owned(),
            parent: thread.parent.map(|(parent, _)| parent.index()),
        });
        let threads = threads.collect();
        let objects = trace.objects.iter().zip(initial).enumerate();
        let objects = objects.map(|(id, (object, initial))| ObjectView {
            id,
            kind: kind_name(object.kind),
            name: self.names.object(ObjectId(u32::try_from(id).unwrap_or(u32::MAX))).into_owned(),
            made_at: source(&mut self.lines, object.made_at),
            initial,
        });
        let objects = objects.collect();
        let failure = failure.map(|failure| self.failure(failure));
        let result = ResultView { outcome: outcome.map(ToString::to_string), failure };
        Execution {
            threads,
            objects,
            steps,
            arrows,
            result,
            token: token.map(ToString::to_string),
            replay: token.map(replay_line),
            nearest: None,
        }
    }

    fn steps(&mut self, about_to: &[Blocked]) -> (Vec<Step>, Vec<super::document::Arrow>, Vec<String>) {
        let trace = self.trace;
        let (ordered, arrows) = orders(trace);
        let mut machine = Machine::new(trace, &self.names, about_to);
        let initial: Vec<String> = (0..trace.objects.len()).map(|object| machine.view(object).words).collect();
        let mut steps = Vec::new();
        for (number, (event, ordered)) in trace.events.iter().zip(ordered).enumerate() {
            let enabled = machine.enabled();
            let changed = machine.step(number, event);
            let is_end_of_main =
                event.thread == ThreadId::MAIN && matches!(event.operation, Operation::Exit | Operation::Finish);
            let source = (!is_end_of_main).then(|| source(&mut self.lines, event.location));
            let store = |step: Store| StoreView { step, value: self.value_of(step, event.object) };
            let before = number.checked_sub(1).map(|before| &trace.events[before]);
            steps.push(Step {
                number,
                thread: event.thread.index(),
                object: event.object.map(ObjectId::index),
                operation: operation(event, trace),
                words: event_words(event, trace, &self.names),
                source,
                switch: switch(event.switch),
                switch_words: before.and_then(|before| self.switch_words(before, event)),
                clock: ordered.clock,
                reads_from: ordered.reads_from.map(store),
                reads_old: ordered.reads_old,
                could_have_read: ordered.could_have_read.into_iter().map(store).collect(),
                enabled,
                state_after: changed.into_iter().map(|object| machine.view(object)).collect(),
            });
        }
        (steps, arrows, initial)
    }

    fn switch_words(&self, before: &Event, event: &Event) -> Option<String> {
        let (from, to) = (self.names.thread(before.thread), self.names.thread(event.thread));
        Some(match event.switch {
            Switch::None => return None,
            Switch::Exited => format!("{from} has ended; {to} runs"),
            Switch::Blocked => format!("{from} has to wait; {to} runs"),
            Switch::Yielded => format!("{from} gave up its turn; {to} runs"),
            Switch::Preempted => format!("preemption: {from} could have gone on; {to} runs"),
        })
    }

    /// Returns the value that a store left.
    fn value_of(&self, store: Store, object: Option<ObjectId>) -> String {
        let Some((object, kind)) = object.zip(self.trace.atomic_kind(object)) else { return String::new() };
        let initial = || self.trace.objects[object.index()].initial;
        let bits = store.map_or_else(initial, |step| self.trace.events.get(step)?.stored(kind));
        atomic_value(kind, bits.unwrap_or(0))
    }

    fn failure(&mut self, failure: &Failure) -> FailureView {
        let mut view = FailureView {
            kind: failure.kind().name(),
            message: render::failure(failure, self.trace),
            ..FailureView::default()
        };
        match failure {
            Failure::DataRace { first, second, .. } => view.accesses = self.accesses([first, second]),
            Failure::UseAfterFree { freed, used, .. } => view.accesses = self.accesses([freed, used]),
            Failure::Deadlock { blocked, cycle } => {
                view.cycle = cycle.iter().map(|thread| thread.index()).collect();
                view.blocked = self.blocked(blocked);
            }
            Failure::Livelock { blocked, .. } => view.blocked = self.blocked(blocked),
            Failure::NotLinearizable(inconsistency) => {
                "what the operations answered has no order that explains it".clone_into(&mut view.message);
                view.history = Some(history::of_inconsistency(inconsistency));
            }
            _ => {}
        }
        view
    }

    fn accesses(&mut self, both: [&Access; 2]) -> Vec<AccessView> {
        let mut views = Vec::new();
        for access in both {
            let ends = |event: &Event| matches!(event.operation, Operation::CellReadEnd | Operation::CellWriteEnd);
            let is_it =
                |event: &Event| event.thread == access.thread && event.location == access.location && !ends(event);
            views.push(AccessView {
                thread: access.thread.index(),
                step: self.trace.events.iter().rposition(is_it),
                exclusive: access.exclusive,
                source: source(&mut self.lines, access.location),
            });
        }
        views
    }

    pub(super) fn blocked(&mut self, blocked: &[Blocked]) -> Vec<BlockedView> {
        let mut views = Vec::new();
        for one in blocked {
            views.push(BlockedView {
                thread: one.thread.index(),
                object: one.object.map(ObjectId::index),
                words: operation_words(one.operation, one.object, &self.names),
                source: source(&mut self.lines, one.location),
                waits_for: one.waits_for.iter().map(|thread| thread.index()).collect(),
            });
        }
        views
    }
}

/// Returns what the threads were about to do that a failure says of.
fn stuck(failure: Option<&Failure>) -> Option<&[Blocked]> {
    match failure? {
        Failure::Deadlock { blocked, .. } | Failure::Livelock { blocked, .. } => Some(blocked),
        _ => None,
    }
}

fn switch(switch: Switch) -> Option<&'static str> {
    match switch {
        Switch::None => None,
        Switch::Exited => Some("exited"),
        Switch::Blocked => Some("blocked"),
        Switch::Yielded => Some("yielded"),
        Switch::Preempted => Some("preempted"),
    }
}

pub(super) fn source(lines: &mut SourceLines, location: &'static Location<'static>) -> Source {
    Source {
        file: location.file().to_owned(),
        line: location.line(),
        column: location.column(),
        text: lines.line(location).map(|line| line.trim().to_owned()),
    }
}
