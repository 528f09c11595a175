//! How a failure of a test is run again from the shell: the environment variable that holds its token, and the name of the
//! test.

use crate::confirm::ReplayError;
use crate::exhibit;
use crate::exploration::{MemoryModel, Nearest, Replayed};
use crate::failure::Counterexample;
use crate::render::{self, REPLAY_VARIABLE};
use crate::report::Report;
use crate::schedule::Token;

/// Returns the token that is to be replayed, if there is one.
pub(crate) fn token() -> Option<String> {
    std::env::var(REPLAY_VARIABLE).ok()
}

/// Returns the name of the test that runs on this thread, as far as it has one.
pub(crate) fn running_test() -> String {
    std::thread::current().name().unwrap_or("a scenario").to_owned()
}

/// Returns what is told of a check that does not pass, with the nearest execution that passes, and with the page of its failure
/// if the environment names a folder for pages.
pub(crate) fn told(
    report: &Report,
    nearest: Option<&Nearest>,
    memory: MemoryModel,
    line: &dyn Fn(&Token) -> String,
) -> String {
    let page = report.counterexample().map(|found| page(&report.name, memory, found, nearest, line));
    render::report_with(report, nearest, line) + &page.unwrap_or_default()
}

/// Writes the page of a failure if the environment names a folder for pages, and returns what is to be said of that.
pub(crate) fn page(
    name: &str,
    memory: MemoryModel,
    found: &Counterexample,
    nearest: Option<&Nearest>,
    line: &dyn Fn(&Token) -> String,
) -> String {
    exhibit::write_failure(name, render::memory_model(memory), found, nearest, line).unwrap_or_default()
}

/// Returns if the execution that was replayed is right.
///
/// # Panics
///
/// With its story, in which `line` says how it is replayed, or with why it could not be.
#[track_caller]
pub(crate) fn expect_right(
    name: &str,
    replayed: Result<Replayed, ReplayError>,
    memory: MemoryModel,
    line: &dyn Fn(&Token) -> String,
) {
    match replayed {
        Ok(Replayed { counterexample: Some(found), .. }) => {
            let page = page(name, memory, &found, None, line);
            panic!("{}{page}", render::story(name, &found, line))
        }
        Ok(_) => {}
        Err(error) => panic!("{name}: {error}"),
    }
}
