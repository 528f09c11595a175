//! Of a failure the nearest execution that passes.

use super::Replayed;

/// An execution that passes, and shares as many steps with one that fails as any does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// How many steps the two share: with the next step of the one that fails, no execution passes any more.
    pub shared: usize,
    /// The execution that passes.
    pub passing: Replayed,
}
