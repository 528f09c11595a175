//! Vector clocks (Mattern, "Virtual Time and Global States of Distributed Systems", 1989).

use crate::trace::ThreadId;

/// For each thread, how many of its events are known to have happened before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Of the first threads: copied and joined without a call, as most programs have no more.
    first: [u32; THREADS_INLINE],
    /// Of the others, as far as any is known.
    others: Vec<u32>,
}

const THREADS_INLINE: usize = 8;

impl Clock {
    /// Returns the clock of who knows of nothing.
    pub(crate) const fn new() -> Self {
        Self { first: [0; THREADS_INLINE], others: Vec::new() }
    }

    pub(crate) fn of(&self, thread: ThreadId) -> u32 {
        match self.first.get(thread.index()) {
            Some(&number) => number,
            None => self.others.get(thread.index() - THREADS_INLINE).copied().unwrap_or(0),
        }
    }

    /// Counts one more event of a thread; returns its number.
    pub(crate) fn advance(&mut self, thread: ThreadId) -> u32 {
        let number = match self.first.get_mut(thread.index()) {
            Some(number) => number,
            None => {
                let place = thread.index() - THREADS_INLINE;
                if self.others.len() <= place {
                    self.others.resize(place + 1, 0);
                }
                &mut self.others[place]
            }
        };
        *number += 1;
        *number
    }

    /// Adds what another one knows.
    pub(crate) fn join(&mut self, other: &Self) {
        for (own, other) in self.first.iter_mut().zip(&other.first) {
            *own = (*own).max(*other);
        }
        if self.others.len() < other.others.len() {
            self.others.resize(other.others.len(), 0);
        }
        for (own, other) in self.others.iter_mut().zip(&other.others) {
            *own = (*own).max(*other);
        }
    }
}
