//! Tables in Markdown, for the documents: what there is, and which engine finds what.

use selvedge::engine::Limit;
use selvedge::{Reason, Verdict};
use selvedge_models::statements::{CHAPTERS, Evidence, Place, Statement, Truth};
use selvedge_models::{Expectation, Scenario, catalogue};

use crate::row::{self, Row};

/// Returns for each model a table of its scenarios with what they show.
pub(crate) fn scenarios(scenarios: &[&Scenario]) -> String {
    let mut text = String::new();
    for of_model in scenarios.chunk_by(|left, right| left.model() == right.model()) {
        let (model, file) = (of_model[0].model(), of_model[0].file());
        text += &format!("\n### {model}\n\nThe model: [{file}]({file})\n\n");
        text += "| scenario | what it shows | expected |\n|---|---|---|\n";
        for Scenario { name, shows, expectation, .. } in of_model {
            text += &format!("| `{name}` | {} | {expectation} |\n", escaped(shows));
        }
    }
    text
}

/// Returns for each chapter a table of its statements, with what is to be thought of them; and the scenarios that are from
/// the literature.
pub(crate) fn statements(statements: &[&'static Statement]) -> String {
    let mut text = String::new();
    for chapter in statements.chunk_by(|left, right| left.chapter() == right.chapter()) {
        let name = chapter[0].chapter();
        let title = CHAPTERS.iter().find(|chapter| chapter.name == name).map_or(name, |chapter| chapter.title);
        text += &format!("\n### {title}\n\n| statement | says | it is | what shows it |\n|---|---|---|---|\n");
        chapter.iter().for_each(|statement| text += &row_of(statement));
    }
    text += "\n### Scenarios of the literature\n\nNo statement of the tutorials rests on these.\n\n";
    text += "| scenario | it is from |\n|---|---|\n";
    for scenario in catalogue() {
        if let Some(source) = scenario.literature {
            text += &format!("| `{}` | {} |\n", scenario.name, escaped(source));
        }
    }
    text
}

fn row_of(statement: &Statement) -> String {
    let Statement { name, places, says, truth, explanation, evidence, .. } = statement;
    let places: Vec<String> = places.iter().map(place).collect();
    let it_is = match truth {
        Truth::Confirmed => format!("confirmed. {explanation}"),
        Truth::Refuted => format!("**refuted**. {explanation}"),
        Truth::OnlyWhen(condition) => format!("true only when {condition}. {explanation}"),
        Truth::OutOfScope(reason) => format!("out of scope: {reason}. {explanation}"),
    };
    let evidence = evidence.iter().map(|evidence| match evidence {
        Evidence::Shows(scenario) => format!("`{scenario}`"),
        Evidence::Contradicts(scenario) => format!("`{scenario}` contradicts it"),
        Evidence::Script(script) => format!("`{script}.py`"),
    });
    let evidence: Vec<String> = evidence.collect();
    format!(
        "| `{name}`<br>{} | {} | {} | {} |\n",
        places.join("; "),
        escaped(says),
        escaped(it_is.trim_end()),
        evidence.join(", ")
    )
}

/// Returns lines of a tutorial, as in "003: 12-14".
fn place(place: &Place) -> String {
    let Place { tutorial, first_line, last_line } = place;
    if first_line == last_line {
        format!("{}: {first_line}", tutorial.number())
    } else {
        format!("{}: {first_line}-{last_line}", tutorial.number())
    }
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
