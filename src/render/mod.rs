//! Text. Everything that a person reads of a failure is made here and nowhere else.

#[cfg(unix)]
mod crash;
mod departures;
mod failure;
mod history;
mod names;
mod operation;
mod position;
mod story;
mod table;
mod words;

#[cfg(unix)]
pub(crate) use crash::{Crash, Crashed};
pub use departures::departures;
pub use failure::failure;
pub use history::{explain, history, undecided};
pub use position::position;
pub use story::{notice, outcomes, report, story, verdict};
pub(crate) use story::{print_notices, shell_line};
pub use table::table;

/// The environment variable that holds a token, which a check replays instead of exploring.
pub(crate) const REPLAY_VARIABLE: &str = "SELVEDGE_REPLAY";
