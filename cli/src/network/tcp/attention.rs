//! Whether to look for what comes next, or to sleep until it is there. To be woken takes longer than most answers: some
//! microseconds, and a hundred on a virtual machine whose processor has been given back meanwhile. So both sides of a
//! conversation look for a while before they sleep: for twice as long as it has lately taken.

use std::time::{Duration, Instant};

/// What takes longer than this is slept for: looking costs a processor.
const SOON: Duration = Duration::from_micros(500);

/// Looks for as long as that has been worth it lately.
#[derive(Debug)]
pub(crate) struct Attention {
    since: Instant,
    looks_for: Duration,
}

impl Attention {
    pub(crate) fn new() -> Self {
        Self { since: Instant::now(), looks_for: Duration::ZERO }
    }

    /// Something begins to be waited for.
    pub(crate) fn begin(&mut self) {
        self.since = Instant::now();
    }

    /// It has come.
    pub(crate) fn end(&mut self) {
        let took = self.since.elapsed();
        // Of several that come in turn, one after another is soon: the longest of late counts.
        self.looks_for = if took <= SOON { (2 * took).max(self.looks_for * 7 / 8) } else { Duration::ZERO };
    }

    /// Returns whether to look once more before sleeping. Others that have something to do go first.
    pub(crate) fn looks_on(&self) -> bool {
        let looks_on = self.since.elapsed() < self.looks_for;
        if looks_on {
            std::thread::yield_now();
        }
        looks_on
    }
}
