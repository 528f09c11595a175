//! Tables in Markdown, for the documents: what there is, and which engine finds what.

use selvedge::engine::Limit;
use selvedge::{Reason, Verdict};
use selvedge_models::python::SCRIPTS;
use selvedge_models::{Expectation, Scenario};

use crate::row::{self, Row};

/// Returns a table of scenarios with their claims.
pub(crate) fn scenarios(scenarios: &[&Scenario]) -> String {
    let mut text = String::from("| scenario | what it is | claim | expected |\n|---|---|---|---|\n");
    for scenario in scenarios {
        let Scenario { name, summary, claim, expectation, .. } = scenario;
        text += &format!("| `{name}` | {} | {} | {expectation} |\n", escaped(summary), escaped(claim));
    }
    text
}

/// Returns a table of claims, with what is to be thought of them.
pub(crate) fn claims(scenarios: &[&Scenario]) -> String {
    let mut text = String::from("| claim | it is | shown by | CPython is asked by |\n|---|---|---|---|\n");
    for Scenario { name, claim, truth, .. } in scenarios {
        let asks = SCRIPTS.iter().filter(|script| script.scenarios.contains(name));
        let scripts: Vec<String> = asks.map(|script| format!("`{}.py`", script.name)).collect();
        let (claim, truth) = (escaped(claim), escaped(&truth.to_string()));
        text += &format!("| {claim} | {truth} | `{name}` | {} |\n", scripts.join(", "));
    }
    text
}

/// Returns a table of what each engine says of each scenario, with the reasons why it does not say what is
/// expected, by number, below.
pub(crate) fn matrix(rows: &[Row]) -> String {
    let engines = row::engines(rows);
    let mut text = format!("| scenario | expected | {} |\n", engines.join(" | "));
    text += &format!("|---|---|{}\n", "---|".repeat(engines.len()));
    let mut notes: Vec<String> = Vec::new();
    for of_scenario in rows.chunk_by(|left, right| left.scenario.name == right.scenario.name) {
        let scenario = of_scenario[0].scenario;
        text += &format!("| `{}` | {} |", scenario.name, scenario.expectation);
        for row in of_scenario {
            text += &format!(" {}", row::verdict(&row.report.verdict));
            if let Some(note) = note(row) {
                let at = notes.iter().position(|known| *known == note).unwrap_or_else(|| {
                    notes.push(note);
                    notes.len() - 1
                });
                text += &format!(" ({})", at + 1);
            }
            text += " |";
        }
        text += "\n";
    }
    text += "\n";
    for (note, number) in notes.iter().zip(1..) {
        text += &format!("{number}. {note}.\n");
    }
    text
}

/// Returns why a row does not say what is expected of the scenario, if it does not.
fn note(row: &Row) -> Option<String> {
    if let Some(remark) = row.judgement.remark {
        return Some(remark.to_owned());
    }
    match &row.report.verdict {
        Verdict::Inconclusive(Reason::Limited(Limit::Unsupported(reason))) => Some((*reason).to_owned()),
        // That an engine which cannot verify does not is no news.
        _ if row.scenario.expectation == Expectation::Holds => None,
        Verdict::Inconclusive(Reason::Limited(Limit::Executions(most))) => {
            Some(format!("not met in {most} executions"))
        }
        Verdict::Inconclusive(Reason::Sampled) => {
            Some(format!("not met in {} executions", row.report.exploration.executions))
        }
        Verdict::Inconclusive(Reason::PartialSearch) => {
            Some("not met in all that this engine's search runs".to_owned())
        }
        _ => None,
    }
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
