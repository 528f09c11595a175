//! What std allows to happen for no reason, and a check tries only if it is asked to.

use super::Checker;

impl Checker {
    /// Sets how many waits on condition variables of each thread may end for no reason, as std allows
    /// them to: 0 by default. Engines on our own runtime explore that; others do not know it.
    pub fn spurious_wakeups(mut self, most: u32) -> Self {
        self.spurious_wakeups = most;
        self
    }

    /// Sets how many `compare_exchange_weak` of each thread may fail for no reason, as std allows them to: 0 by default.
    /// One that does is a load with the ordering of the failure. Engines on our own runtime explore that; others do not
    /// know it.
    pub fn spurious_failures(mut self, most: u32) -> Self {
        self.spurious_failures = most;
        self
    }
}
