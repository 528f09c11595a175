//! `selvedge serve`: the stepper as a page, for browsers on this machine.

use clap::Args;
use selvedge::PageServer;

use crate::CallError;
use crate::output::print_line;
use crate::step::Begin;

/// What is served, and where.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    begin: Begin,
    /// The port of this machine to serve at; 0 takes one that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

/// Runs the command, until it is stopped; returns whether the place that it was to begin at was there.
pub(crate) fn run(call: &Serve) -> Result<bool, CallError> {
    let Some((stepper, line)) = call.begin.stepper()? else { return Ok(false) };
    let server = PageServer::bind(stepper, call.port, line)?;
    print_line(&format!("step through it at {}\nCtrl-C stops it", server.address()));
    server.run()?;
    Ok(true)
}
