//! Which operations may take effect next by the order in which each process asked, whatever the times.

use smallvec::SmallVec;

use super::frontier::{Candidates, Frontier, bits_of, put, spilled};
use crate::history::{Completion, History};

/// Program order: each process's operations in the order of asking.
#[derive(Debug)]
pub(super) struct ProgramOrder {
    lines: Vec<Line>,
    /// The line of each operation.
    line_of: Vec<u32>,
}

/// Operations that follow each other.
#[derive(Debug)]
struct Line {
    operations: Vec<u32>,
    /// How many of them have to take effect.
    needed: u32,
    /// If they come after operations of another line: of which, and how many.
    after: Option<(usize, u32)>,
}

impl ProgramOrder {
    pub(super) fn of<O, R: PartialEq>(history: &History<O, R>) -> Self {
        let mut names: Vec<u32> = history.calls().iter().map(|call| call.process).collect();
        names.sort_unstable();
        names.dedup();
        let line = |after| Line { operations: Vec::new(), needed: 0, after };
        let mut lines: Vec<Line> = names.iter().map(|_| line(None)).collect();
        let mut line_of = Vec::new();
        for (operation, call) in history.calls().iter().enumerate() {
            let mut own = names.binary_search(&call.process).expect("a process of the history");
            let goes_on = history.calls()[operation + 1..].iter().any(|later| later.process == call.process);
            if call.completion == Completion::Pending && goes_on {
                // What comes after it did not wait for it.
                let before = u32::try_from(lines[own].operations.len()).expect("fewer than 2^32 operations");
                lines.push(line(Some((own, before))));
                own = lines.len() - 1;
            }
            lines[own].operations.push(u32::try_from(operation).expect("fewer than 2^32 operations"));
            if call.completion != Completion::Pending {
                lines[own].needed = u32::try_from(lines[own].operations.len()).expect("fewer than 2^32 operations");
            }
            line_of.push(u32::try_from(own).expect("fewer than 2^32 lines"));
        }
        Self { lines, line_of }
    }
}

impl Frontier for ProgramOrder {
    /// How many operations of each line have taken effect.
    type Position = SmallVec<[u32; 8]>;

    const IS_TIMED: bool = false;

    fn start(&self) -> Self::Position {
        SmallVec::from_elem(0, self.lines.len())
    }

    fn candidates(&self, position: &Self::Position, candidates: &mut Candidates) {
        candidates.clear();
        for (&taken, line) in position.iter().zip(&self.lines) {
            if line.after.is_none_or(|(other, count)| position[other] >= count) {
                candidates.extend(line.operations.get(taken as usize).copied());
            }
        }
    }

    fn after(&self, position: &Self::Position, operation: u32) -> Self::Position {
        let mut after = position.clone();
        after[self.line_of[operation as usize] as usize] += 1;
        after
    }

    fn is_done(&self, position: &Self::Position) -> bool {
        position.iter().zip(&self.lines).all(|(&taken, line)| taken >= line.needed)
    }

    fn words(&self) -> usize {
        let bits = self.lines.iter().map(|line| bits_of(line.operations.len())).sum::<usize>();
        bits.div_ceil(32)
    }

    fn pack(&self, position: &Self::Position, words: &mut [u32]) {
        let mut at = 0;
        for (&taken, line) in position.iter().zip(&self.lines) {
            put(words, at, taken);
            at += bits_of(line.operations.len());
        }
    }

    fn heap_bytes(position: &Self::Position) -> usize {
        spilled(position)
    }
}
