//! Executions as others can read them: a document for programs, the same as a page of one file for people, and a trace for
//! Perfetto. What a trace does not hold (clocks, states of objects, who could go on) is computed from it here.

mod arrows;
mod chrome;
mod document;
mod execution;
mod history;
mod operation;
mod order;
mod page;
mod position;
mod state;

use crate::exploration::Replayed;
use crate::failure::Counterexample;
use crate::render;
use crate::report::EngineReport;
use crate::schedule::Token;
use crate::trace::Trace;

pub use document::{
    AccessView, Arrow, BlockedView, CallView, ContradictionView, Document, Execution, FailureView, HistoryView,
    Nearest, ObjectView, OperationView, OutcomeCount, ResultView, SCHEMA, Source, StateView, Step, StoreView,
    ThreadView,
};
pub(crate) use page::write_failure;
pub use page::{PageError, write_page};
pub(crate) use position::Of;
pub use position::{ChoiceView, DecidedView, POSITION_SCHEMA, PositionView, ReachableOutcome, ReachableView};

/// How many executions a document holds at most; outcomes beyond that have none.
const EXECUTIONS_MAX: usize = 64;

impl Document {
    /// Returns a document without executions.
    pub fn new(scenario: &str, engine: &str, memory_model: &str) -> Self {
        Self {
            schema: SCHEMA,
            scenario: scenario.to_owned(),
            memory_model: memory_model.to_owned(),
            engine: engine.to_owned(),
            verdict: String::new(),
            executions_explored: 0,
            outcomes: Vec::new(),
            executions: Vec::new(),
            histories: Vec::new(),
        }
    }

    /// Returns the document of one execution.
    pub fn of_execution(scenario: &str, memory_model: &str, execution: Execution) -> Self {
        let mut document = Self::new(scenario, "replay", memory_model);
        document.verdict = match (&execution.result.failure, &execution.result.outcome) {
            (Some(failure), _) => format!("this execution is wrong: {}", failure.kind),
            (None, Some(outcome)) => format!("this execution is right, with the outcome {outcome}"),
            (None, None) => "this execution is right".to_owned(),
        };
        document.executions_explored = 1;
        document.executions.push(execution);
        document
    }

    /// Returns what an engine found: its failures, and for each outcome the execution that `replay` returns for the
    /// outcome's token, if it can. `replay_line` says how a token is replayed.
    pub fn of_report(
        scenario: &str,
        memory_model: &str,
        report: &EngineReport,
        replay: &dyn Fn(&Token) -> Option<Replayed>,
        replay_line: &dyn Fn(&Token) -> String,
    ) -> Self {
        let mut document = Self::new(scenario, report.engine, memory_model);
        document.verdict = render::verdict(report);
        let seen = &report.exploration;
        document.executions_explored = seen.executions;
        for found in seen.counterexample.iter().chain(&seen.others).take(EXECUTIONS_MAX) {
            document.executions.push(Execution::of_counterexample(found, replay_line));
        }
        for (outcome, &count) in &seen.outcomes {
            let text = outcome.to_string();
            let failed = |execution: &Execution| execution.result.outcome.as_ref() == Some(&text);
            let mut execution = document.executions.iter().position(failed);
            let witness = seen.witnesses.iter().find(|(of, _)| of == outcome);
            if let (None, Some((_, token)), true) = (execution, witness, document.executions.len() < EXECUTIONS_MAX)
                && let Some(replayed) = replay(token)
            {
                execution = Some(document.executions.len());
                document.executions.push(Execution::of_replayed(&replayed, replay_line));
            }
            document.outcomes.push(OutcomeCount { text, count, execution });
        }
        document
    }

    /// Puts the nearest execution that passes beside the first failure.
    pub fn put_nearest(
        &mut self,
        nearest: &crate::exploration::Nearest,
        failing: &Trace,
        replay_line: &dyn Fn(&Token) -> String,
    ) {
        if let Some(execution) = self.executions.first_mut() {
            let sentence = render::nearest(nearest, failing);
            let passing = Box::new(Execution::of_replayed(&nearest.passing, replay_line));
            execution.nearest = Some(Nearest { sentence, execution: passing });
        }
    }

    /// Returns the document of a failure alone.
    pub fn of_failure(
        scenario: &str,
        engine: &str,
        memory_model: &str,
        found: &Counterexample,
        replay_line: &dyn Fn(&Token) -> String,
    ) -> Self {
        let execution = Execution::of_counterexample(found, replay_line);
        Self { engine: engine.to_owned(), ..Self::of_execution(scenario, memory_model, execution) }
    }

    /// Returns the document as JSON, on one line.
    ///
    /// # Panics
    ///
    /// Never: it is plain data.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }

    /// Returns the document as a page that needs nothing else.
    pub fn to_html(&self) -> String {
        page::page(self)
    }

    /// Returns the first execution as JSON in the Chrome trace event format, which Perfetto opens: a track for each
    /// thread, a step for each microsecond.
    pub fn to_chrome_trace(&self) -> String {
        chrome::trace(self)
    }
}
