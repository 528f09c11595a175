//! Text. Everything that a person reads of a failure is made here and nowhere else.

#[cfg(unix)]
mod crash;
mod departures;
mod failure;
mod history;
pub(crate) mod names;
mod nearest;
mod operation;
mod position;
mod story;
mod table;
pub(crate) mod words;

use crate::exploration::MemoryModel;
#[cfg(unix)]
pub(crate) use crash::{Crash, Crashed};
pub use departures::departures;
pub use failure::failure;
pub use history::{explain, history, undecided};
pub(crate) use names::{Names, Sources as SourceLines, kind as kind_name};
pub use nearest::nearest;
pub use position::position;
pub(crate) use position::{decided, ending, step as possible_words, to_come};
pub(crate) use story::{ShellLine, print_notices, report_with, shell_line};
pub use story::{notice, outcomes, report, story, verdict};
pub use table::table;
pub(crate) use words::{event as event_words, operation as operation_words, value as atomic_value};

/// Returns the name of a memory model in documents.
pub fn memory_model(memory: MemoryModel) -> &'static str {
    match memory {
        MemoryModel::SequentiallyConsistent => "sequentially consistent",
        MemoryModel::Language => "language",
        _ => "the engine's own",
    }
}

/// The environment variable that holds a token, which a check replays instead of exploring.
pub(crate) const REPLAY_VARIABLE: &str = "SELVEDGE_REPLAY";
