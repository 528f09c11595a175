//! Why an execution is stopped before its end.

use crate::failure::Failure;

/// Why an execution is stopped before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Something is wrong.
    Failure(Failure),
    /// It has taken as many steps as its budget allows.
    StepLimit,
    /// It asked for something that the engine cannot do, in the words for the report.
    #[cfg_attr(not(feature = "loom"), allow(dead_code))]
    Unsupported(&'static str),
    /// The engine has no use for the rest of it.
    Abandoned,
    /// It is to be run again, because a thread that seemed to wait does not.
    Restart,
}
