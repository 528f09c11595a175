//! The sections of the tutorials, which cover each file from its first line to its last, and those in which nothing is
//! said that could be checked.

use super::Place;

/// A section of a tutorial.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its lines, with its heading.
    pub place: Place,
    /// What it is about.
    pub title: &'static str,
    /// Why there is no statement of it in the ledger, if there is none.
    pub nothing: Option<&'static str>,
}

/// All sections, in order.
pub const SECTIONS: &[Section] = &[];
