//! `selvedge explore`: all that can happen in one scenario.

use std::time::Instant;

use selvedge::engine::Coverage;
use selvedge::exhibit::Document;
use selvedge::schedule::Token;
use selvedge::{Checker, EngineReport, Nearest, Verdict, render};
use selvedge_models::{Parameters, Scenario};

use crate::CallError;
use crate::arguments::Explore;
use crate::output::print;
use crate::progress::{self, Watched};
use crate::{catalogue_list, row, select};

/// Runs the command; returns whether what was found is what is expected.
pub(crate) fn run(explore: &Explore) -> Result<bool, CallError> {
    let scenario = select::scenario(&explore.name)?;
    let engine = select::engine(&explore.engine)?;
    let parameters = scenario.with(&explore.settings.set)?;
    let settings: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let print = |text: &str| {
        if explore.exhibit.is_text() {
            print(text);
        }
    };
    print(&format!("{} ({}): {}\n", scenario.name, settings.join(", "), scenario.summary));
    print(&format!("shows: {}\n{}\n", scenario.shows, catalogue_list::rests_on_it(scenario, "")));
    let begun = Instant::now();
    let progress = progress::spinner();
    let watched = Watched::new(&progress, scenario.name.to_owned(), row::budget(&explore.settings, &*engine));
    let checker = row::checker(scenario, &parameters, &explore.settings, engine)
        .keep_going(true)
        .on_progress(move |progress| watched.told(progress));
    let report = checker.run(scenario.program(&parameters));
    progress.finish_and_clear();
    let report = report.engines.into_iter().next().expect("a report for the engine");
    let seen = &report.exploration;
    let seconds = begun.elapsed().as_secs_f64();
    print(&format!(
        "{}: {} executions with {} steps in {seconds:.3} s, {} of them wrong; {}\n",
        report.engine,
        seen.executions,
        seen.events,
        seen.failures,
        render::verdict(&report)
    ));
    print(&found(scenario, &parameters, explore, &report));
    let nearest = nearest(scenario, &parameters, &checker, &report);
    if let (Some(nearest), Some(failing)) = (&nearest, &report.exploration.counterexample) {
        print(&format!("\n{}\n", render::nearest(nearest, &failing.trace)));
    }
    if explore.exhibit.is_wanted() {
        let document = document(scenario, &parameters, explore, &checker, &report, nearest.as_ref());
        explore.exhibit.put(&document)?;
    }
    let row = row::judge(scenario, &parameters, None, report);
    Ok(row.judgement.as_expected && row::verdict(&row.report.verdict) != "not run")
}

/// Returns what was found in words: outcomes, tokens, failures.
fn found(scenario: &'static Scenario, parameters: &Parameters, explore: &Explore, report: &EngineReport) -> String {
    let seen = &report.exploration;
    let mut text = String::new();
    if !seen.outcomes.is_empty() {
        text += &format!("\noutcomes:\n{}", render::outcomes(&seen.outcomes));
    }
    if !seen.witnesses.is_empty() {
        text += "\na token for each outcome:\n";
        for (outcome, token) in &seen.witnesses {
            text += &format!("  {outcome}  {token}\n");
        }
    }
    if !seen.others.is_empty() {
        text += "\nother failures:\n";
        for other in &seen.others {
            let token = other.token.as_ref().map(ToString::to_string).unwrap_or_default();
            text += &format!("  {}\n    {token}\n", render::failure(&other.failure, &other.trace));
        }
    }
    if let Verdict::Falsified(counterexample) = &report.verdict {
        let line = row::replay_line(scenario, parameters, explore.settings.memory);
        text += &format!("\n{}", render::story(scenario.name, counterexample, &line));
    }
    text
}

/// Returns the execution that passes and is nearest to the failure; none if there is no failure, or none that passes.
fn nearest(
    scenario: &'static Scenario,
    parameters: &Parameters,
    checker: &Checker,
    report: &EngineReport,
) -> Option<Nearest> {
    let found =
        report.exploration.counterexample.as_ref().filter(|_| report.capabilities.coverage == Coverage::Exhaustive)?;
    checker.nearest(found, scenario.program(parameters))
}

/// Returns the document of what was found; each outcome's token is replayed for its execution.
fn document(
    scenario: &'static Scenario,
    parameters: &Parameters,
    explore: &Explore,
    checker: &Checker,
    report: &EngineReport,
    nearest: Option<&Nearest>,
) -> Document {
    let memory = render::memory_model(row::memory(explore.settings.memory).into());
    let replay = |token: &Token| checker.replay(&token.to_string(), scenario.program(parameters)).ok();
    let line = row::replay_line(scenario, parameters, explore.settings.memory);
    let mut document = Document::of_report(scenario.name, memory, report, &replay, &line);
    if let (Some(nearest), Some(failing)) = (nearest, &report.exploration.counterexample) {
        document.put_nearest(nearest, &failing.trace, &line);
    }
    document
}
