//! `selvedge step`: one execution of a scenario, in which the reader is the scheduler.

use std::io::{ErrorKind, stdin, stdout};

use clap::Args;
use selvedge::LOOK_EXECUTIONS_MAX;
use selvedge::engine::Explorer;
use selvedge::schedule::Token;

use crate::CallError;
use crate::arguments::Settings;
use crate::output::print;
use crate::{row, select};

/// What is stepped through, and from where.
#[derive(Debug, Args)]
#[command(after_help = COMMANDS)]
pub(crate) struct Step {
    /// The scenario.
    name: String,
    /// Begin where a token of the stepper leads.
    #[arg(long, value_name = "TOKEN")]
    from: Option<Token>,
    #[command(flatten)]
    settings: Settings,
}

const COMMANDS: &str = "\
Each line that you type takes the step with that number, or is a command: `?` lists them. Beside each step stands what can
still come of it, as far as 2,000 executions show (`--executions` sets that).";

/// Runs the command; returns whether the place that it was to begin at was there.
pub(crate) fn run(call: &Step) -> Result<bool, CallError> {
    let scenario = select::scenario(&call.name)?;
    let parameters = scenario.with(&call.settings.set)?;
    let mut settings = call.settings.clone();
    settings.executions.get_or_insert(LOOK_EXECUTIONS_MAX);
    let checker = row::checker(scenario, &parameters, &settings, Box::new(Explorer));
    print(&format!("{}: {}\n", scenario.name, scenario.summary));
    let mut stepper = checker.step(scenario.program(&parameters));
    if let Some(token) = &call.from
        && !stepper.go_to(token)
    {
        print(&format!("the token {token} leads to no place of {}; it was made by `selvedge step`?\n", scenario.name));
        return Ok(false);
    }
    match stepper.converse(stdin().lock(), &mut stdout().lock()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(true),
        Err(error) => {
            eprintln!("selvedge: the terminal: {error}");
            Ok(false)
        }
    }
}
