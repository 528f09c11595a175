//! Text. Everything that a person reads of a failure is made here and nowhere else.

mod failure;
mod history;
mod names;
mod story;
mod table;
mod words;

pub use failure::failure;
#[cfg(feature = "proptest")]
pub use history::linearizable;
pub use history::{explain, history, undecided};
pub use story::{notice, outcomes, report, story, verdict};
pub use table::table;
