//! How a failure of a test is run again from the shell: the environment variable that holds its token, and the name of the
//! test.

use crate::confirm::ReplayError;
use crate::exploration::Replayed;
use crate::render::{self, REPLAY_VARIABLE};
use crate::schedule::Token;

/// Returns the token that is to be replayed, if there is one.
pub(crate) fn token() -> Option<String> {
    std::env::var(REPLAY_VARIABLE).ok()
}

/// Returns the name of the test that runs on this thread, as far as it has one.
pub(crate) fn running_test() -> String {
    std::thread::current().name().unwrap_or("a scenario").to_owned()
}

/// Returns if the execution that was replayed is right.
///
/// # Panics
///
/// With its story, in which `line` says how it is replayed, or with why it could not be.
#[track_caller]
pub(crate) fn expect_right(name: &str, replayed: Result<Replayed, ReplayError>, line: &dyn Fn(&Token) -> String) {
    match replayed {
        Ok(Replayed { counterexample: Some(found), .. }) => panic!("{}", render::story(name, &found, line)),
        Ok(_) => {}
        Err(error) => panic!("{name}: {error}"),
    }
}
