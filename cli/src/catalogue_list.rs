//! `selvedge list`: the scenarios with what they show.

use selvedge_models::{Scenario, statements};
use serde::Serialize;

use crate::CallError;
use crate::arguments::{Format, List};
use crate::output::{print, print_line};
use crate::{markdown, select};

#[derive(Serialize)]
struct Line<'a> {
    scenario: &'a str,
    summary: &'a str,
    shows: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    literature: Option<&'a str>,
    statements: Vec<&'a str>,
    expectation: String,
    twin_of: &'a [&'a str],
    parameters: Vec<ParameterLine<'a>>,
}

#[derive(Serialize)]
struct ParameterLine<'a> {
    name: &'a str,
    summary: &'a str,
    default: usize,
    least: usize,
    most: usize,
}

/// Runs the command.
pub(crate) fn run(list: &List) -> Result<bool, CallError> {
    let scenarios = select::scenarios(&list.names)?;
    match list.format {
        Format::Markdown => print(&markdown::scenarios(&scenarios)),
        Format::Json => scenarios.iter().for_each(|scenario| print_line(&json(scenario))),
        Format::Text => scenarios.iter().for_each(|scenario| print(&text(scenario))),
    }
    Ok(true)
}

fn text(scenario: &Scenario) -> String {
    let mut text = format!("{} ({}): {}\n", scenario.name, scenario.expectation, scenario.summary);
    text += &format!("  shows: {}\n", scenario.shows);
    text += &rests_on_it(scenario, "  ");
    if !scenario.twin_of.is_empty() {
        text += &format!("  broken twin of: {}\n", scenario.twin_of.join(", "));
    }
    for parameter in scenario.parameters {
        let (least, most) = (parameter.least, parameter.most);
        text += &format!("  {}={}: {} ({least} to {most})\n", parameter.name, parameter.default, parameter.summary);
    }
    text
}

/// Returns the statements of the tutorials that rest on a scenario, or where it comes from, each on a line that begins so.
pub(crate) fn rests_on_it(scenario: &Scenario, indent: &str) -> String {
    let source = scenario.literature.iter().map(|source| format!("{indent}from: {source}\n"));
    let statements = statements::about(scenario.name)
        .map(|statement| format!("{indent}evidence for: {} ({})\n", statement.name, statement.places_in_words()));
    source.chain(statements).collect()
}

fn json(scenario: &Scenario) -> String {
    let parameters = scenario.parameters.iter().map(|parameter| ParameterLine {
        name: parameter.name,
        summary: parameter.summary,
        default: parameter.default,
        least: parameter.least,
        most: parameter.most,
    });
    let line = Line {
        scenario: scenario.name,
        summary: scenario.summary,
        shows: scenario.shows,
        literature: scenario.literature,
        statements: statements::about(scenario.name).map(|statement| statement.name).collect(),
        expectation: scenario.expectation.to_string(),
        twin_of: scenario.twin_of,
        parameters: parameters.collect(),
    };
    serde_json::to_string(&line).expect("a line that can be written as JSON")
}
