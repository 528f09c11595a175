//! A scenario before its reader's eyes: the stepper on the whole terminal, or as a page that is served to this machine alone.

mod keys;
mod screen;
mod server;
mod terminal;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{self, IsTerminal, Write, stdin, stdout};

use crate::check::Checker;
use crate::render::REPLAY_VARIABLE;
use crate::schedule::Token;
use crate::stepper::look_budget;

pub use server::{PageServer, ServeError};

/// The environment variable that asks for the page instead of the terminal: its value is the port, or 0 for one that is free.
const SERVE_VARIABLE: &str = "SELVEDGE_SERVE";

/// Why a scenario cannot be explored by its reader.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// The page cannot be served.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The terminal cannot be read or written.
    #[error("the terminal: {0}")]
    Terminal(#[from] io::Error),
    /// An environment variable says nothing that can be done.
    #[error("{variable}={value}: {why}")]
    Variable {
        /// The variable.
        variable: &'static str,
        /// Its value.
        value: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Opens the stepper for `scenario`: the reader picks each step among those that are possible, and sees beside each what can
/// still come of it. On a terminal it takes the whole screen, and `?` lists the keys; where there is none, lines are read and
/// written. With `SELVEDGE_SERVE=PORT` in the environment it serves the stepper as a page to browsers on this machine, and
/// prints its address; port 0 stands for one that is free. `SELVEDGE_REPLAY=TOKEN` begins where a token of the stepper leads.
///
/// # Errors
///
/// If the terminal cannot be read or written, the page cannot be served, or one of these variables is wrong.
///
/// # Panics
///
/// If called inside an execution.
pub fn explore<T: fmt::Debug>(scenario: impl Fn() -> T + Send + Sync + 'static) -> Result<(), ExploreError> {
    let wrong = |variable, value: &str, why: String| ExploreError::Variable { variable, value: value.to_owned(), why };
    let mut stepper = Checker::new().budget(look_budget()).step(scenario);
    if let Some(value) = crate::shell::token() {
        let token = value
            .parse()
            .map_err(|error: crate::schedule::TokenError| wrong(REPLAY_VARIABLE, &value, error.to_string()))?;
        if !stepper.go_to(&token) {
            return Err(wrong(REPLAY_VARIABLE, &value, "it leads to no place of this scenario".to_owned()));
        }
    }
    let line = |token: &Token| format!("{REPLAY_VARIABLE}={token}");
    if let Ok(value) = std::env::var(SERVE_VARIABLE) {
        let port =
            value.parse().map_err(|_| wrong(SERVE_VARIABLE, &value, "a port is a number up to 65535".to_owned()))?;
        let server = PageServer::bind(stepper, port, line)?;
        writeln!(stdout(), "step through it at {}", server.address())?;
        return Ok(server.run()?);
    }
    if stdin().is_terminal() && stdout().is_terminal() {
        let line = stepper.on_terminal(&line)?;
        return Ok(writeln!(stdout(), "{line}")?);
    }
    Ok(stepper.converse(stdin().lock(), &mut stdout().lock())?)
}
