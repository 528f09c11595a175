//! `selvedge step`: one execution of a scenario, in which the reader is the scheduler.

use std::io::{ErrorKind, IsTerminal, stdin, stdout};

use clap::Args;
use selvedge::engine::Explorer;
use selvedge::schedule::Token;
use selvedge::{LOOK_EXECUTIONS_MAX, LOOK_TIME_MAX, Stepper};
use selvedge_models::{Parameters, Scenario};

use crate::CallError;
use crate::arguments::Settings;
use crate::output::{print, print_line};
use crate::{row, select};

/// What is stepped through, and from where.
#[derive(Debug, Args)]
pub(crate) struct Begin {
    /// The scenario.
    name: String,
    /// Begin where a token of the stepper leads.
    #[arg(long, value_name = "TOKEN")]
    from: Option<Token>,
    #[command(flatten)]
    settings: Settings,
}

/// How a scenario is stepped through on a terminal.
#[derive(Debug, Args)]
#[command(after_help = COMMANDS)]
pub(crate) struct Step {
    #[command(flatten)]
    begin: Begin,
    /// Read commands and write text line by line, also on a terminal.
    #[arg(long)]
    lines: bool,
}

/// Says how a token is used.
type ReplayLine = Box<dyn Fn(&Token) -> String>;

const COMMANDS: &str = "\
On a terminal it takes the whole screen, and `?` lists the keys. Elsewhere, and with --lines, each line that you type takes the
step with that number, or is a command: `?` lists them. Beside each step stands what can still come of it, as far as 2,000
executions and 2 seconds show (`--executions` and `--seconds` set that).";

impl Begin {
    /// Returns the stepper where it is to begin, with what says how its tokens are used; none if the token leads nowhere, which
    /// is then said.
    pub(crate) fn stepper(&self) -> Result<Option<(Stepper, ReplayLine)>, CallError> {
        let scenario = select::scenario(&self.name)?;
        let parameters = scenario.with(&self.settings.set)?;
        let mut settings = self.settings.clone();
        settings.seconds.get_or_insert(LOOK_TIME_MAX);
        settings.executions.get_or_insert(LOOK_EXECUTIONS_MAX);
        let checker = row::checker(scenario, &parameters, &settings, Box::new(Explorer));
        print(&format!("{}: {}\n", scenario.name, scenario.summary));
        let mut stepper = checker.step(scenario.program(&parameters));
        if let Some(token) = &self.from
            && !stepper.go_to(token)
        {
            print(&format!(
                "the token {token} leads to no place of {}; it was made by `selvedge step`?\n",
                scenario.name
            ));
            return Ok(None);
        }
        Ok(Some((stepper, Box::new(line(scenario, &parameters, &self.settings)))))
    }
}

/// Returns what says how a token of the stepper is used.
fn line(
    scenario: &'static Scenario,
    parameters: &Parameters,
    settings: &Settings,
) -> impl Fn(&Token) -> String + 'static + use<> {
    let mut told = row::told_settings(scenario, parameters, settings.memory);
    let usual = Settings::default();
    for (name, value, usual) in [
        ("spurious", settings.spurious, usual.spurious),
        ("spurious-failures", settings.spurious_failures, usual.spurious_failures),
    ] {
        if value != usual {
            told += &format!(" --{name} {value}");
        }
    }
    if let Some(steps) = settings.steps {
        told += &format!(" --steps {steps}");
    }
    move |token| format!("selvedge step {}{told} --from {token}", scenario.name)
}

/// Runs the command; returns whether the place that it was to begin at was there.
pub(crate) fn run(call: &Step) -> Result<bool, CallError> {
    let Some((mut stepper, line)) = call.begin.stepper()? else { return Ok(false) };
    let done = if !call.lines && stdin().is_terminal() && stdout().is_terminal() {
        stepper.on_terminal(&line).map(|line| print_line(&line))
    } else {
        stepper.converse(stdin().lock(), &mut stdout().lock())
    };
    match done {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(true),
        Err(error) => {
            eprintln!("selvedge: the terminal: {error}");
            Ok(false)
        }
    }
}
