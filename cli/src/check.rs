//! `selvedge check`: scenarios on engines, as a table or as JSON lines.

use std::collections::BTreeMap;

use comfy_table::{Cell, ContentArrangement, Table, presets};
use selvedge::engine::{Coverage, Limit, Untried};
use selvedge::exhibit::Document;
use selvedge::{Reason, Verdict, render};
use selvedge_models::{Expectation, Scenario};
use serde::Serialize;

use crate::CallError;
use crate::arguments::{Check, Format, Settings};
use crate::output::{print, print_line};
use crate::row::{self, Row};
use crate::{markdown, progress, rows, select};

/// One line of JSON output.
#[derive(Serialize)]
struct Line<'a> {
    scenario: &'a str,
    engine: &'a str,
    expectation: String,
    verdict: &'a str,
    as_expected: bool,
    executions: u64,
    complete: bool,
    seconds: f64,
    /// The parameters that are not the defaults.
    settings: String,
    /// Which part of the work it was, if it was one, and whether that was done to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<(u32, u32)>,
    is_explored: bool,
    /// What suggests that the scenario does something where the engine does not look.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<String>,
    /// What std allows, the scenario could meet, and was not tried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_tried: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureLine>,
    /// The execution that fails, step by step, if it is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<Document>,
}

#[derive(Serialize)]
struct FailureLine {
    kind: &'static str,
    message: String,
    token: Option<String>,
}

/// Runs the command; returns whether all is as expected.
pub(crate) fn run(check: &Check) -> Result<bool, CallError> {
    if check.trace && check.format != Format::Json {
        return Err(CallError::TraceAsJson);
    }
    let scenarios = select::scenarios(&check.names)?;
    // Wrong names and settings are found before anything runs.
    // Only the explorer's work can be divided.
    let only_explorer = check.settings.shard.is_some() && check.engine.is_empty();
    let names = if only_explorer { vec!["explorer".to_owned()] } else { check.engine.clone() };
    if let (Some(_), Some(other)) = (check.settings.shard, names.iter().find(|name| *name != "explorer")) {
        return Err(CallError::NotDivided(other.clone()));
    }
    let engine_count = select::engines(&names)?.len();
    let parameters: Vec<_> =
        scenarios.iter().map(|scenario| scenario.with(&check.settings.set)).collect::<Result<_, _>>()?;
    let count = scenarios.len() * engine_count;
    let progress = progress::rows(count);
    let workers = workers(&check.settings);
    // What is left of the workers for each row divides its work.
    let rows_beside = workers.min(count.max(1));
    let settings = Settings { workers: u16::try_from(workers / rows_beside).ok(), ..check.settings.clone() };
    let mut rows: Vec<Row> = Vec::new();
    let within_time = check.format != Format::Markdown;
    let run_row = |index: usize| {
        let (scenario, parameters) = (scenarios[index / engine_count], &parameters[index / engine_count]);
        let engine = select::engines(&names).expect("looked up before").swap_remove(index % engine_count);
        progress.set_message(format!("{} on {}", scenario.name, engine.name()));
        row::run(scenario, parameters, &settings, engine, within_time, &progress)
    };
    rows::in_order(count, rows_beside, run_row, |_, row| {
        if check.format == Format::Json {
            print_line(&json(&row, check.trace));
        }
        rows.push(row);
        progress.inc(1);
    });
    progress.finish_and_clear();
    let undecided = undecided(&rows, !check.engine.is_empty());
    if check.format == Format::Text {
        print_line(&table(&rows).to_string());
        print(&summary(&rows, &undecided));
    }
    if check.format == Format::Markdown {
        print(&markdown::matrix(&rows));
    }
    for scenario in &undecided {
        if check.format != Format::Text {
            eprintln!("selvedge: no engine decided {}, which {}", scenario.name, scenario.expectation);
        }
    }
    Ok(rows.iter().all(|row| row.judgement.as_expected) && undecided.is_empty())
}

/// Returns how many OS threads may work at once.
fn workers(settings: &Settings) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    settings.workers.map_or_else(cores, usize::from)
}

/// Returns the scenarios of which no row shows what is expected. Who asks by name for engines that
/// cannot verify is content with less for a scenario that holds.
fn undecided(rows: &[Row], named: bool) -> Vec<&'static Scenario> {
    let mut by_scenario: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_scenario.entry(row.scenario.name).or_default().push(row);
    }
    let is_undecided = |rows: &Vec<&Row>| {
        let none_verifies = rows.iter().all(|row| row.report.capabilities.coverage != Coverage::Exhaustive);
        let looked = |row: &&Row| row::verdict(&row.report.verdict) == "no failure";
        let any_looked = rows.iter().any(looked);
        let content = named && none_verifies && any_looked && rows[0].scenario.expectation == Expectation::Holds;
        !content && !rows.iter().any(|row| row.judgement.decides)
    };
    by_scenario.into_values().filter(is_undecided).map(|rows| rows[0].scenario).collect()
}

fn reason(row: &Row) -> Option<String> {
    match &row.report.verdict {
        Verdict::Inconclusive(Reason::Limited(Limit::Unsupported(reason))) => Some((*reason).to_owned()),
        Verdict::Inconclusive(_) => Some(render::verdict(&row.report)),
        _ => None,
    }
}

fn json(row: &Row, has_trace: bool) -> String {
    let failure = match &row.report.verdict {
        Verdict::Falsified(counterexample) => Some(FailureLine {
            kind: counterexample.failure.kind().name(),
            message: render::failure(&counterexample.failure, &counterexample.trace),
            token: counterexample.token.as_ref().map(ToString::to_string),
        }),
        _ => None,
    };
    let line = Line {
        scenario: row.scenario.name,
        engine: row.report.engine,
        expectation: row.scenario.expectation.to_string(),
        verdict: match &row.report.verdict {
            Verdict::Verified => "verified",
            Verdict::Falsified(_) => "falsified",
            Verdict::Inconclusive(_) => "inconclusive",
        },
        as_expected: row.judgement.as_expected,
        executions: row.report.exploration.executions,
        complete: row.report.is_complete(),
        seconds: row.report.exploration.elapsed.as_secs_f64(),
        settings: row::changed(row.scenario, &row.parameters),
        shard: row.shard,
        is_explored: matches!(row.report.exploration.limit, None | Some(Limit::Shard(..))),
        notices: row.report.exploration.notices.iter().map(render::notice).collect(),
        not_tried: row.report.exploration.untried.iter().map(|&what| not_tried(what)).collect(),
        reason: reason(row),
        failure,
        trace: if has_trace { trace(row) } else { None },
    };
    serde_json::to_string(&line).expect("a line that can be written as JSON")
}

/// Returns the execution that fails as a document, if there is one.
fn trace(row: &Row) -> Option<Document> {
    let Verdict::Falsified(found) = &row.report.verdict else { return None };
    let line = row::replay_line(row.scenario, &row.parameters, row.memory);
    let memory = render::memory_model(row.report.capabilities.memory_model);
    Some(Document::of_failure(row.scenario.name, row.report.engine, memory, found, &line))
}

fn not_tried(what: Untried) -> &'static str {
    match what {
        Untried::SpuriousWakeups => "spurious-wakeups",
        Untried::SpuriousFailures => "spurious-failures",
        _ => "other",
    }
}

/// Returns a row a scenario, and a column an engine.
fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    let engines = row::engines(rows);
    let mut header = vec!["scenario", "expected"];
    header.extend(&engines);
    header.push("as expected");
    table.set_header(header);
    for of_scenario in rows.chunk_by(|left, right| left.scenario.name == right.scenario.name) {
        let scenario = of_scenario[0].scenario;
        let mut cells = vec![Cell::new(scenario.name), Cell::new(scenario.expectation)];
        cells.extend(of_scenario.iter().map(|row| Cell::new(cell(row))));
        let decided = undecided(of_scenario, engines.len() < 2).is_empty();
        let as_expected = decided && of_scenario.iter().all(|row| row.judgement.as_expected);
        cells.push(Cell::new(if as_expected { "yes" } else { "NO" }));
        table.add_row(cells);
    }
    table
}

fn cell(row: &Row) -> String {
    let seconds = row.report.exploration.elapsed.as_secs_f64();
    let verdict = row::verdict(&row.report.verdict);
    let mark = if row.judgement.as_expected { "" } else { " (!)" };
    format!("{verdict}{mark}\n{} in {}", row.report.exploration.executions, duration(seconds))
}

fn duration(seconds: f64) -> String {
    if seconds < 0.001 {
        format!("{:.0} us", seconds * 1e6)
    } else if seconds < 1.0 {
        format!("{:.0} ms", seconds * 1e3)
    } else {
        format!("{seconds:.1} s")
    }
}

fn summary(rows: &[Row], undecided: &[&Scenario]) -> String {
    let mut text = String::from("each cell: the verdict, and the executions in the time they took\n");
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row::verdict(&row.report.verdict) == "not run") {
        let reason = reason(row).unwrap_or_default();
        reasons.entry(format!("{}: {reason}", row.report.engine)).or_default().push(row.scenario.name.to_owned());
    }
    for (reason, scenarios) in reasons {
        text += &format!("not run on {reason} ({})\n", scenarios.join(", "));
    }
    let mut remarks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in rows {
        if let Some(remark) = row.judgement.remark {
            remarks.entry(remark).or_default().push(format!("{} on {}", row.scenario.name, row.report.engine));
        }
    }
    for (remark, rows) in remarks {
        text += &format!("as is to be expected, since {remark}: {}\n", rows.join(", "));
    }
    for row in rows.iter().filter(|row| !row.judgement.as_expected) {
        let found = render::verdict(&row.report);
        text += &format!("not as expected: {} on {}: {found}\n", row.scenario.name, row.report.engine);
        if let Verdict::Falsified(counterexample) = &row.report.verdict {
            text += &render::story(
                row.scenario.name,
                counterexample,
                &row::replay_line(row.scenario, &row.parameters, row.memory),
            );
        }
    }
    for scenario in undecided {
        text += &format!("not as expected: no engine showed that {} {}\n", scenario.name, scenario.expectation);
    }
    let scenarios: std::collections::BTreeSet<&str> = rows.iter().map(|row| row.scenario.name).collect();
    let right = rows.iter().filter(|row| row.judgement.as_expected).count();
    text += &format!("{} scenarios, {right} of {} results as expected\n", scenarios.len(), rows.len());
    text
}
