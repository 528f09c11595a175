//! shuttle's panic hook, which shuttle installs once, with its first execution, and which prints.

use shuttle::Runner;
use shuttle::scheduler::RoundRobinScheduler;

/// Has shuttle install its panic hook now, so that it does not do so later, over ours.
pub(super) fn install() {
    let mut config = shuttle::Config::new();
    config.failure_persistence = shuttle::FailurePersistence::None;
    config.silence_warnings = true;
    Runner::new(RoundRobinScheduler::new(1), config).run(|| {});
}
