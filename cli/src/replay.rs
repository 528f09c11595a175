//! `selvedge replay`: the one execution that a token stands for.

use selvedge::engine::Replayed;
use selvedge::exhibit::{Document, Execution};
use selvedge::schedule::Token;
use selvedge::{Checker, render};

use crate::CallError;
use crate::arguments::Replay;
use crate::output::print;
use crate::{row, select};

/// Runs the command; returns whether the execution is right.
pub(crate) fn run(replay: &Replay) -> Result<bool, CallError> {
    let scenario = select::scenario(&replay.name)?;
    let parameters = scenario.with(&replay.set)?;
    let mut checker = Checker::new().name(scenario.name).memory(row::memory(replay.memory).into());
    if let Some(right) = (scenario.right)(&parameters) {
        checker = checker.allow_outcomes(right);
    }
    let replayed = checker.replay(&replay.token, scenario.program(&parameters))?;
    let line = row::replay_line(scenario, &parameters, replay.memory);
    let is_right = replayed.counterexample.is_none();
    let found = replayed.counterexample.as_ref();
    let nearest = found.and_then(|found| checker.nearest(found, scenario.program(&parameters)));
    if replay.exhibit.is_text() {
        print(&shown(scenario.name, &replayed, &line));
        if let Some(nearest) = &nearest {
            print(&format!("\n{}\n", render::nearest(nearest, &replayed.trace)));
        }
    }
    if replay.exhibit.is_wanted() {
        let execution = Execution::of_replayed(&replayed, &line);
        let memory = render::memory_model(row::memory(replay.memory).into());
        let mut document = Document::of_execution(scenario.name, memory, execution);
        if let Some(nearest) = &nearest {
            document.put_nearest(nearest, &replayed.trace, &line);
        }
        replay.exhibit.put(&document)?;
    }
    Ok(is_right)
}

/// Returns what a replay showed in words.
fn shown(name: &str, replayed: &Replayed, line: &dyn Fn(&Token) -> String) -> String {
    match &replayed.counterexample {
        Some(counterexample) => render::story(name, counterexample, line),
        None => {
            let outcome =
                replayed.outcome.as_ref().map_or_else(String::new, |outcome| format!(", with the outcome {outcome}"));
            format!("{name}: this execution is right{outcome}\n{}\n", render::table(&replayed.trace))
        }
    }
}
