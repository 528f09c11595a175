//! Which `Arc`s are seen, as far as an exploration knows: their operations are steps (`runtime::arcs` says which are).

use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Weakness;
use crate::schedule::WEAK;

pub(crate) type Line = &'static Location<'static>;

/// The `Arc`s that are seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct SeenArcs {
    /// By the lines that make them, and whether what their last drops do is seen too; shared by all who explore
    /// one task.
    lines: std::sync::Arc<Mutex<Vec<(Line, bool)>>>,
    /// What was known when the exploration began: all its executions have the same steps.
    pub(crate) frozen: Option<std::sync::Arc<[(Line, bool)]>>,
    /// Whether some were found in one part of the work, after it was divided.
    grew_apart: std::sync::Arc<AtomicBool>,
    /// As they stand in a token, and no others; where a schedule is followed.
    pub(crate) codes: Option<std::sync::Arc<[u32]>>,
    /// Whether there are orderings that make other steps of the program too.
    pub(crate) weakness: Weakness,
}

impl SeenArcs {
    /// Returns that those are seen that a token has.
    pub(crate) fn of_token(codes: Vec<u32>) -> Self {
        let weakness = Weakness::of_token(codes.contains(&WEAK));
        Self { codes: Some(codes.into()), weakness, ..Self::default() }
    }

    /// Returns what is known now, for an exploration; what it finds out is added to what is known.
    pub(crate) fn freeze(&self) -> Self {
        Self { frozen: Some(self.lines().into()), weakness: self.weakness.freeze(), ..self.clone() }
    }

    /// Notes that some were found in one part of the work: who does another need not find them.
    pub(crate) fn note_apart(&self) {
        self.grew_apart.store(true, Ordering::Relaxed);
    }

    /// Returns whether some were.
    pub(crate) fn has_grown_apart(&self) -> bool {
        self.grew_apart.load(Ordering::Relaxed)
    }

    /// Returns whether these are shared with `other`, and frozen together with it.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        use std::sync::Arc;
        let is_same_frozen = match (&self.frozen, &other.frozen) {
            (Some(frozen), Some(other)) => Arc::ptr_eq(frozen, other),
            (None, None) => true,
            _ => false,
        };
        is_same_frozen && Arc::ptr_eq(&self.lines, &other.lines) && self.codes == other.codes
    }

    pub(crate) fn lines(&self) -> Vec<(Line, bool)> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how much is known: how many lines, of how many of them that what is made there decides, and whether there
    /// are weak orderings.
    pub(crate) fn size(&self) -> usize {
        let lines: usize = self.lines().iter().map(|&(_, decides)| 1 + usize::from(decides)).sum();
        lines + usize::from(self.weakness.is_seen())
    }

    pub(crate) fn add(&self, line: Line, decides: bool) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, known)) => *known |= decides,
            None => lines.push((line, decides)),
        }
    }
}
