//! shuttle's panic hook, which shuttle installs once, with its first execution, and which prints.

use shuttle::scheduler::RoundRobinScheduler;
use shuttle::{Config, FailurePersistence, Runner};

/// Returns a configuration with which shuttle says nothing and writes nothing.
pub(crate) fn config() -> Config {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    config
}

/// Has shuttle install its panic hook now, so that it does not do so later, over ours.
pub(super) fn install() {
    Runner::new(RoundRobinScheduler::new(1), config()).run(|| {});
}
