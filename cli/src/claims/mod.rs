//! `selvedge claims`: what the tutorials claim, whether it is true, and what shows it; and what CPython says.

mod python;

use selvedge::engine::{Engine, Explorer, Loom};
use selvedge::{Verdict, render};
use selvedge_models::{DependsOn, Scenario, Truth};
use serde::Serialize;

use crate::CallError;
use crate::arguments::{Claims, Format, Settings};
use crate::output::{print, print_line};
use crate::row::{self, Row};
use crate::{markdown, select};
use python::{Answer, Interpreter, Said};

pub(crate) use python::PythonError;

/// One line of JSON output.
#[derive(Serialize)]
struct Line<'a> {
    claim: &'a str,
    truth: String,
    scenario: &'a str,
    /// Whether the scenario did what is expected of it.
    is_shown: bool,
    engine: &'a str,
    evidence: String,
    token: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    python: Vec<PythonLine>,
}

#[derive(Serialize)]
struct PythonLine {
    script: &'static str,
    answer: String,
    agrees: bool,
}

/// Runs the command; returns whether every claim is shown to be what is said of it.
pub(crate) fn run(claims: &Claims) -> Result<bool, CallError> {
    let scenarios = select::scenarios(&claims.names)?;
    if claims.format == Format::Markdown {
        if claims.python.is_some() {
            return Err(CallError::NotAsked);
        }
        print(&markdown::claims(&scenarios));
        return Ok(true);
    }
    let interpreter = claims.python.as_deref().map(Interpreter::find).transpose()?;
    let mut asked = interpreter.as_ref().map(Interpreter::ask_later);
    let mut all_shown = true;
    let mut counts = [0; 3];
    for &scenario in &scenarios {
        let row = show(scenario);
        let python = asked.as_mut().map_or_else(Vec::new, |asked| asked.about(scenario.name));
        all_shown &= row.judgement.decides && python.iter().all(|answer| answer.agrees);
        counts[match scenario.truth {
            Truth::Confirmed => 0,
            Truth::Refuted => 1,
            Truth::OnlyWhen(_) => 2,
        }] += 1;
        match claims.format {
            Format::Json => print_line(&json(&row, &python)),
            _ => print(&text(&row, interpreter.as_ref(), &python)),
        }
    }
    if claims.format == Format::Text {
        let [confirmed, refuted, conditional] = counts;
        let total = scenarios.len();
        print(&format!(
            "{total} claims: {confirmed} confirmed, {refuted} refuted, {conditional} true only under a condition\n"
        ));
        if interpreter.is_none() {
            print_line("CPython was not asked; `--python python3` asks it");
        }
    }
    Ok(all_shown)
}

/// Runs the scenario on the engine that can show it.
fn show(scenario: &'static Scenario) -> Row {
    let engine: Box<dyn Engine> =
        if scenario.depends_on == DependsOn::WeakMemory { Box::new(Loom::default()) } else { Box::new(Explorer) };
    row::run(scenario, &scenario.defaults(), &Settings::default(), engine, true)
}

/// Returns what was found, in a line.
fn evidence(row: &Row) -> String {
    let (engine, executions) = (row.report.engine, row.report.exploration.executions);
    match &row.report.verdict {
        Verdict::Verified => format!("{engine}: in all of {executions} executions nothing else happens"),
        Verdict::Falsified(counterexample) => {
            let failure = render::failure(&counterexample.failure, &counterexample.trace);
            format!("{engine}: {}", failure.lines().next().unwrap_or_default())
        }
        Verdict::Inconclusive(_) => format!("{engine}: {}", render::verdict(&row.report)),
    }
}

fn token(row: &Row) -> Option<String> {
    let Verdict::Falsified(counterexample) = &row.report.verdict else { return None };
    counterexample.token.as_ref().map(row::replay_line(row.scenario, &row.parameters))
}

fn text(row: &Row, interpreter: Option<&Interpreter>, python: &[Answer]) -> String {
    let Scenario { name, claim, truth, .. } = row.scenario;
    let mut text = format!("{claim}\n");
    text += &match row.judgement.decides {
        true => format!("  {truth}, by {name}\n"),
        false => format!("  not shown by {name}\n"),
    };
    text += &format!("  {}\n", evidence(row));
    if let Some(line) = token(row) {
        text += &format!("  {line}\n");
    }
    for Answer { script, said, agrees } in python {
        let version = interpreter.map(Interpreter::to_string).unwrap_or_default();
        let agrees = if *agrees { "agrees" } else { "DOES NOT AGREE" };
        text += &match said {
            Said::Nothing(reason) => format!("  {version}, {script}.py: {reason}\n"),
            Said::This(answer) => format!("  {version} {agrees}: {script}.py prints `{answer}`\n"),
        };
    }
    text
}

fn json(row: &Row, python: &[Answer]) -> String {
    let python = python.iter().map(|Answer { script, said, agrees }| PythonLine {
        script,
        answer: said.to_string(),
        agrees: *agrees,
    });
    let line = Line {
        claim: row.scenario.claim,
        truth: row.scenario.truth.to_string(),
        scenario: row.scenario.name,
        is_shown: row.judgement.decides,
        engine: row.report.engine,
        evidence: evidence(row),
        token: token(row),
        python: python.collect(),
    };
    serde_json::to_string(&line).expect("a line that can be written as JSON")
}
