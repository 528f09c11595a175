//! How a failure of a test is run again from the shell: the environment variable that holds its token, and the name of the
//! test.

/// The environment variable that holds a token, which a check replays instead of exploring.
pub(crate) const REPLAY_VARIABLE: &str = "SELVEDGE_REPLAY";

/// Returns the token that is to be replayed, if there is one.
pub(crate) fn token() -> Option<String> {
    std::env::var(REPLAY_VARIABLE).ok()
}

/// Returns the name of the test that runs on this thread, as far as it has one.
pub(crate) fn running_test() -> String {
    std::thread::current().name().unwrap_or("a scenario").to_owned()
}
