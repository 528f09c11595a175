//! A statement with what was found of its evidence.

use std::rc::Rc;

use selvedge::{Verdict, render};
use selvedge_models::statements::{Evidence, Statement, Truth};
use serde::Serialize;

use super::python::Answer;
use crate::row::{self, Row};

/// What one piece of evidence has shown.
pub(super) enum Shown {
    /// A scenario, and what it has done.
    ByScenario { contradicts: bool, row: Rc<Row> },
    /// A script, and what CPython has answered, by method; none if it was not asked.
    ByScript { name: &'static str, answers: Option<Vec<Answer>> },
}

impl Shown {
    pub(super) fn by_scenario(evidence: Evidence, row: Rc<Row>) -> Self {
        Self::ByScenario { contradicts: matches!(evidence, Evidence::Contradicts(_)), row }
    }

    pub(super) fn by_script(name: &'static str, answers: Option<Vec<Answer>>) -> Self {
        // A measurement may have been left out.
        Self::ByScript { name, answers: answers.filter(|answers| !answers.is_empty()) }
    }

    /// Returns whether it shows what it is to show, or was not asked.
    fn is_as_said(&self) -> bool {
        match self {
            Self::ByScenario { row, .. } => row.judgement.decides,
            Self::ByScript { answers, .. } => answers.iter().flatten().all(|answer| answer.agrees),
        }
    }
}

/// A statement, and what its evidence has shown.
pub(super) struct Judged {
    pub(super) statement: &'static Statement,
    pub(super) shown: Vec<Shown>,
}

impl Judged {
    /// Returns whether nothing that was looked at says otherwise.
    pub(super) fn is_shown(&self) -> bool {
        self.shown.iter().all(Shown::is_as_said)
    }

    /// Returns whether nothing was looked at, although there is something.
    pub(super) fn is_not_asked(&self) -> bool {
        !self.shown.is_empty() && self.shown.iter().all(|shown| matches!(shown, Shown::ByScript { answers: None, .. }))
    }

    /// Returns it as a line of JSON.
    pub(super) fn json(&self) -> String {
        let Statement { name, says, truth, explanation, places, .. } = self.statement;
        let places = places.iter().map(|place| PlaceLine {
            tutorial: place.tutorial.number(),
            first_line: place.first_line,
            last_line: place.last_line,
            sections: place.sections().map(|section| section.title).collect(),
        });
        let line = Line {
            statement: name,
            places: places.collect(),
            says,
            truth: word(*truth),
            condition: condition(*truth),
            explanation,
            is_shown: self.is_shown(),
            evidence: self.shown.iter().map(EvidenceLine::of).collect(),
        };
        serde_json::to_string(&line).expect("a line that can be written as JSON")
    }
}

/// Returns the verdict in one word or two.
pub(super) fn word(truth: Truth) -> &'static str {
    match truth {
        Truth::Confirmed => "confirmed",
        Truth::Refuted => "refuted",
        Truth::OnlyWhen(_) => "true only when",
        Truth::OutOfScope(_) => "out of scope",
    }
}

/// Returns when it is true, or why it is out of scope.
pub(super) fn condition(truth: Truth) -> Option<&'static str> {
    match truth {
        Truth::OnlyWhen(condition) | Truth::OutOfScope(condition) => Some(condition),
        Truth::Confirmed | Truth::Refuted => None,
    }
}

/// Returns what was found of a scenario, in a line.
pub(super) fn found(row: &Row) -> String {
    let (engine, exploration) = (row.report.engine, &row.report.exploration);
    match &row.report.verdict {
        Verdict::Verified => format!("{engine}: in all of {} executions nothing else happens", exploration.executions),
        Verdict::Falsified(counterexample) => {
            let failure = render::failure(&counterexample.failure, &counterexample.trace);
            let failure = failure.lines().next().unwrap_or_default();
            match exploration.failures {
                all if all > 1 && exploration.limit.is_none() && all == exploration.executions => {
                    format!("{engine}: in each of {all} executions; in the first {failure}")
                }
                _ => format!("{engine}: {failure}"),
            }
        }
        Verdict::Inconclusive(_) => format!("{engine}: {}", render::verdict(&row.report)),
    }
}

/// Returns what replays the execution that was found, if one was.
pub(super) fn replay(row: &Row) -> Option<String> {
    let Verdict::Falsified(counterexample) = &row.report.verdict else { return None };
    counterexample.token.as_ref().map(row::replay_line(row.scenario, &row.parameters, row.memory))
}

#[derive(Serialize)]
struct Line<'a> {
    statement: &'a str,
    places: Vec<PlaceLine>,
    says: &'a str,
    truth: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
    explanation: &'a str,
    /// Whether nothing that was looked at says otherwise.
    is_shown: bool,
    evidence: Vec<EvidenceLine>,
}

#[derive(Serialize)]
struct PlaceLine {
    tutorial: &'static str,
    first_line: u32,
    last_line: u32,
    sections: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
enum EvidenceLine {
    Scenario {
        scenario: &'static str,
        contradicts: bool,
        found: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        replay: Option<String>,
        is_as_expected: bool,
    },
    Script {
        script: &'static str,
        answers: Vec<AnswerLine>,
    },
}

#[derive(Serialize)]
struct AnswerLine {
    start: &'static str,
    answer: String,
    agrees: bool,
}

impl EvidenceLine {
    fn of(shown: &Shown) -> Self {
        match shown {
            Shown::ByScenario { contradicts, row } => Self::Scenario {
                scenario: row.scenario.name,
                contradicts: *contradicts,
                found: found(row),
                replay: replay(row),
                is_as_expected: row.judgement.decides,
            },
            Shown::ByScript { name, answers } => {
                let answers = answers.iter().flatten().map(|answer| AnswerLine {
                    start: answer.start.name(),
                    answer: answer.said.to_string(),
                    agrees: answer.agrees,
                });
                Self::Script { script: name, answers: answers.collect() }
            }
        }
    }
}
