//! Where an execution stands that its reader steps through, as a document: the execution so far, what is possible next, and
//! what can still come of it.

use serde::Serialize;

use super::document::{BlockedView, Execution, Source};
use super::execution::{Builder, source};
use crate::exploration::{Ending, Exploration, MemoryModel, Position, is_lost};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::render;
use crate::schedule::Token;

/// The version of the format.
pub const POSITION_SCHEMA: &str = "selvedge-position/1";

/// Where an execution stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PositionView {
    /// The version of the format: [`POSITION_SCHEMA`].
    pub schema: &'static str,
    /// The scenario's name.
    pub scenario: String,
    /// The memory model in words.
    pub memory_model: &'static str,
    /// What leads here again.
    pub token: String,
    /// The line that leads here again.
    pub replay: String,
    /// The execution so far. It has a result only if it is over.
    pub execution: Execution,
    /// What can still come.
    pub reachable: ReachableView,
    /// The steps that are possible, in the order of their numbers.
    pub choices: Vec<ChoiceView>,
    /// What each thread that has not ended is about to do.
    pub pending: Vec<BlockedView>,
    /// How the execution has ended, in words, if it has.
    pub ending: Option<String>,
    /// Since when it is certain how it ends, if it is.
    pub decided: Option<DecidedView>,
}

/// A step that is possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChoiceView {
    /// Who would take it.
    pub thread: usize,
    /// What it is, in words.
    pub words: String,
    /// Its source line.
    pub source: Source,
    /// What can come of it.
    pub reachable: ReachableView,
}

/// What can still come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReachableView {
    /// How many executions were seen.
    pub executions: u64,
    /// How many of them are wrong.
    pub failures: u64,
    /// Whether these are all: the budget of the look sufficed.
    pub is_all: bool,
    /// Whether each of them is wrong; none if that is not known.
    pub is_lost: Option<bool>,
    /// The outcomes.
    pub outcomes: Vec<ReachableOutcome>,
    /// The kinds of failures that have no outcome, such as `deadlock`.
    pub kinds: Vec<&'static str>,
    /// The same in words.
    pub words: String,
}

/// An outcome that can come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReachableOutcome {
    /// The outcome.
    pub text: String,
    /// How many executions report it.
    pub count: u64,
    /// Whether it is a failure.
    pub is_wrong: bool,
}

/// It is certain how the execution ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecidedView {
    /// Whether it is known since when: a look's budget may not suffice to tell.
    pub is_known: bool,
    /// The step that made it certain; none if it was from the beginning, or if it is not known.
    pub step: Option<usize>,
    /// Whether every execution that goes on from there is wrong; else none is.
    pub is_wrong: bool,
    /// The same in words; none if there is nothing to say.
    pub words: Option<String>,
}

/// What a position is of.
pub(crate) struct Of<'a> {
    pub(crate) scenario: &'a str,
    pub(crate) memory: MemoryModel,
    pub(crate) token: &'a Token,
    pub(crate) replay_line: &'a dyn Fn(&Token) -> String,
    pub(crate) is_wrong: &'a dyn Fn(&Outcome) -> bool,
}

impl PositionView {
    /// Returns the document of a position.
    pub(crate) fn of(position: &Position, of: &Of<'_>) -> Self {
        let Position { trace, pending, end, .. } = position;
        let mut builder = Builder::new(trace);
        let result = match end {
            Some(Ending::Outcome(outcome)) => (Some(outcome), None),
            Some(Ending::Failure(failure @ Failure::UnexpectedOutcome { outcome, .. })) => {
                (Some(outcome), Some(failure))
            }
            Some(Ending::Failure(failure)) => (None, Some(failure)),
            Some(Ending::Other(_)) | None => (None, None),
        };
        let choices = position.choices.iter().map(|choice| ChoiceView {
            thread: choice.step.thread.index(),
            words: render::possible_words(&choice.step, trace, &builder.names),
            source: source(&mut builder.lines, choice.step.location),
            reachable: ReachableView::of(&choice.reachable, of.is_wrong),
        });
        let decided = position.decided.map(|decided| DecidedView {
            is_known: decided.steps.is_some(),
            step: decided.steps.and_then(|steps| steps.checked_sub(1)),
            is_wrong: decided.is_wrong,
            words: render::decided(position),
        });
        Self {
            schema: POSITION_SCHEMA,
            scenario: of.scenario.to_owned(),
            memory_model: render::memory_model(of.memory),
            token: of.token.to_string(),
            replay: (of.replay_line)(of.token),
            choices: choices.collect(),
            execution: builder.execution(result, Some(pending), Some(of.token), of.replay_line),
            reachable: ReachableView::of(&position.reachable, of.is_wrong),
            pending: builder.blocked(pending),
            ending: end.as_ref().map(|end| render::ending(end, trace)),
            decided,
        }
    }

    /// Returns the page on which a reader goes on from here: it needs the server that hands it over.
    #[cfg(feature = "live")]
    pub(crate) fn to_html(&self) -> String {
        super::page::live_page(self)
    }

    /// Returns the document as JSON, on one line.
    ///
    /// # Panics
    ///
    /// Never: it is plain data.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}

impl ReachableView {
    fn of(reachable: &Exploration, is_wrong: &dyn Fn(&Outcome) -> bool) -> Self {
        let outcomes = reachable.outcomes.iter().map(|(outcome, &count)| ReachableOutcome {
            text: outcome.to_string(),
            count,
            is_wrong: is_wrong(outcome),
        });
        let found = reachable.counterexample.iter().chain(&reachable.others).map(|found| &found.failure);
        let without = found.filter(|failure| !matches!(failure, Failure::UnexpectedOutcome { .. }));
        let mut kinds: Vec<&'static str> = without.map(|failure| failure.kind().name()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        Self {
            executions: reachable.executions,
            failures: reachable.failures,
            is_all: reachable.limit.is_none(),
            is_lost: is_lost(reachable),
            outcomes: outcomes.collect(),
            kinds,
            words: render::to_come(reachable),
        }
    }
}
