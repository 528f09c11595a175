//! Whether to look for what comes next, or to sleep until it is there. To be woken takes longer than most answers: some
//! microseconds, and a hundred on a virtual machine whose processor has been given back meanwhile. So both sides of a
//! conversation look for a while before they sleep: for twice as long as it has lately taken. Who looks lets all others
//! run that want to; where they then run for long, or there is no other processor, nobody looks.

use std::time::{Duration, Instant};

/// What is not there after so long is slept for: looking costs a processor.
const SOON: Duration = Duration::from_micros(250);

/// Who has let others run and has to wait for so long to run again is in their way.
const CROWDED: Duration = Duration::from_micros(500);

/// For so long nobody looks then.
const REST: Duration = Duration::from_secs(1);

/// Looks for as long as that has been worth it lately.
#[derive(Debug)]
pub(crate) struct Attention {
    since: Instant,
    looks_for: Duration,
    has_processors: bool,
    /// Sleeps until then in any case.
    rests_until: Instant,
}

impl Attention {
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        let has_processors = std::thread::available_parallelism().is_ok_and(|count| count.get() > 1);
        Self { since: now, looks_for: Duration::ZERO, has_processors, rests_until: now }
    }

    /// Something begins to be waited for.
    pub(crate) fn begin(&mut self) {
        self.since = Instant::now();
    }

    /// It has come.
    pub(crate) fn end(&mut self) {
        let took = self.since.elapsed();
        // Of several that come in turn, one after another is soon: the longest of late counts.
        let looks_for = (2 * took).max(self.looks_for * 7 / 8).min(SOON);
        self.looks_for = if took <= SOON { looks_for } else { Duration::ZERO };
    }

    /// Returns whether to look once more before sleeping.
    pub(crate) fn looks_on(&mut self) -> bool {
        let now = Instant::now();
        if !self.has_processors || now.duration_since(self.since) >= self.looks_for || now < self.rests_until {
            return false;
        }
        std::thread::yield_now();
        if now.elapsed() >= CROWDED {
            self.rests_until = Instant::now() + REST;
        }
        true
    }
}
