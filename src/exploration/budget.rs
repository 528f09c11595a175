//! How much an exploration may spend. Every limit really holds, and reaching one is said.

use std::time::Duration;

/// How much an exploration may spend: the first limit that is reached ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The most executions; none for no limit.
    pub executions: Option<u64>,
    /// The most visible operations in one execution, which keeps a livelock from running for ever.
    pub steps_per_execution: u64,
    /// How much more memory the process may hold than when the check began, in bytes; none for no limit. Looked at between
    /// executions, now and then, where the system tells (on Linux).
    pub memory_bytes: Option<u64>,
    /// The most wall time; none for no limit. Looked at between executions.
    pub time: Option<Duration>,
}

/// When an exhaustive exploration is divided into parts, and into how many. The parts share no execution, and the report
/// is the same whoever explores them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Division {
    /// An exploration that comes to its end within so many executions is not divided.
    pub undivided_executions: u64,
    /// The most parts: many more than there are cores, because they differ in size.
    pub parts: usize,
}

impl Default for Division {
    /// More than 10,000 executions are divided, into up to 64 parts.
    fn default() -> Self {
        Self { undivided_executions: 10_000, parts: 64 }
    }
}

impl Default for Budget {
    /// One million executions of at most 10,000 steps, within 60 seconds and 4 GiB.
    fn default() -> Self {
        Self {
            executions: Some(1_000_000),
            steps_per_execution: 10_000,
            memory_bytes: Some(4 << 30),
            time: Some(Duration::from_secs(60)),
        }
    }
}

impl Budget {
    /// Returns the default budget with so many executions.
    pub fn executions(executions: u64) -> Self {
        Self { executions: Some(executions), ..Self::default() }
    }
}
