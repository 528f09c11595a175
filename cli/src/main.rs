//! The program `selvedge`: checks, explores and replays the scenarios of the catalogue, and checks histories
//! that were recorded elsewhere.
//!
//! Exit codes: 0 when all is as expected, 1 when something is not, 2 for a wrong call, 130 when
//! interrupted.
#![forbid(unsafe_code)]

mod arguments;
mod catalogue_list;
mod check;
mod claims;
mod engines;
mod exhibit;
mod explore;
mod interrupt;
mod linearize;
mod markdown;
mod merge;
mod network;
mod orderings;
mod output;
mod progress;
mod replay;
mod row;
mod rows;
mod select;
mod serve;
mod step;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser;

/// Why a call was wrong.
#[derive(Debug, thiserror::Error)]
enum CallError {
    /// No scenario has that name.
    #[error("there is no scenario `{name}`{}", suggested(suggestion.as_deref()))]
    Scenario { name: String, suggestion: Option<String> },
    /// No statement, chapter or scenario has that name.
    #[error("there is no statement, chapter or scenario `{name}`{}", suggested(suggestion.as_deref()))]
    Statement { name: String, suggestion: Option<String> },
    /// No tutorial has that number.
    #[error("there is no tutorial `{0}`: there are {list}", list = tutorials())]
    Tutorial(String),
    /// No engine has that name.
    #[error("there is no engine `{name}`{}", suggested(suggestion.as_deref()))]
    Engine { name: String, suggestion: Option<String> },
    /// A parameter cannot be set.
    #[error(transparent)]
    Parameter(#[from] selvedge_models::ParameterError),
    /// The work of that engine cannot be divided.
    #[error("the work of `{0}` cannot be divided: --shard is for the explorer")]
    NotDivided(String),
    /// Results of parts cannot be put together.
    #[error(transparent)]
    Merge(#[from] merge::MergeError),
    /// A history cannot be read.
    #[error(transparent)]
    Linearize(#[from] linearize::LinearizeError),
    /// A master or a worker cannot begin.
    #[error(transparent)]
    Network(#[from] network::NetworkError),
    /// A document does not say what one Python answers.
    #[error("--format markdown runs nothing, and so asks no Python: leave out --python")]
    NotAsked,
    /// Python cannot be asked.
    #[error(transparent)]
    Python(#[from] claims::PythonError),
    /// Executions are printed step by step as JSON only.
    #[error("--trace prints executions as JSON: add --format json, or use `selvedge explore NAME` to read one")]
    TraceAsJson,
    /// A page cannot be written.
    #[error(transparent)]
    Page(#[from] selvedge::exhibit::PageError),
    /// The stepper cannot be served.
    #[error(transparent)]
    Serve(#[from] selvedge::ServeError),
    /// A token cannot be replayed.
    #[error(transparent)]
    Replay(#[from] selvedge::ReplayError),
}

fn tutorials() -> String {
    selvedge_models::statements::Tutorial::ALL.map(|tutorial| tutorial.number()).join(", ")
}

fn suggested(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(
        || "; `selvedge list` and `selvedge engines` show what there is".to_owned(),
        |suggestion| format!("; did you mean `{suggestion}`?"),
    )
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A second interrupt, or one that cannot be handled, ends the program in the system's own way.
    let _ = ctrlc::set_handler(interrupt::interrupted);
    // Without a command, it is `check`, with its defaults as they stand in one place.
    let command = arguments.command.or_else(|| Arguments::parse_from(["selvedge", "check"]).command);
    let Some(command) = command else { return ExitCode::from(2) };
    let result = match command {
        Command::List(list) => catalogue_list::run(&list),
        Command::Engines => engines::run(),
        Command::Check(check) => check::run(&check),
        Command::Claims(claims) => claims::run(&claims),
        Command::Explore(explore) => explore::run(&explore),
        Command::Orderings(orderings) => orderings::run(&orderings),
        Command::Merge(merge) => merge::run(&merge),
        Command::Step(call) => step::run(&call),
        Command::Serve(call) => serve::run(&call),
        Command::Replay(replay) => replay::run(&replay),
        Command::Linearize(call) => linearize::run(&call),
        Command::Master(call) => network::master::run(&call),
        Command::Worker(call) => network::worker::run(&call),
        Command::Tasks(call) => network::tasks::run(&call),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("selvedge: {error}");
            ExitCode::from(2)
        }
    }
}
