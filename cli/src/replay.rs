//! `selvedge replay`: the one execution that a token stands for.

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
    match &replayed.counterexample {
        Some(counterexample) => {
            let line = row::replay_line(scenario, &parameters, replay.memory);
            print(&render::story(scenario.name, counterexample, &line));
            Ok(false)
        }
        None => {
            let outcome = replayed.outcome.map_or_else(String::new, |outcome| format!(", with the outcome {outcome}"));
            print(&format!(
                "{}: this execution is right{outcome}\n{}\n",
                scenario.name,
                render::table(&replayed.trace)
            ));
            Ok(true)
        }
    }
}
