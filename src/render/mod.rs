//! Text. Everything that a person reads of a failure is made here and nowhere else.

#[cfg(unix)]
mod crash;
mod departures;
mod failure;
mod history;
mod names;
mod operation;
mod story;
mod table;
mod words;

#[cfg(unix)]
pub(crate) use crash::{Crash, Crashed};
pub use departures::departures;
pub use failure::failure;
#[cfg(feature = "proptest")]
pub use history::linearizable;
pub use history::{explain, history, undecided};
pub use story::{notice, outcomes, report, story, verdict};
pub(crate) use story::{print_notices, reason, shell_line};
pub use table::table;
