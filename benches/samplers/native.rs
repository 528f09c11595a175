//! shuttle by itself, without our kernel: how many executions its schedulers need to the first failure.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use shuttle::scheduler::{
    PctScheduler, RandomScheduler, RoundRobinScheduler, Schedule, Scheduler, Task, TaskId, UrwRandomScheduler,
};
use shuttle::{Config, FailurePersistence, Runner};

thread_local! {
    /// Whether the running execution has been wrong.
    static HAS_FAILED: Cell<bool> = const { Cell::new(false) };
}

/// Notes that the running execution is wrong. It goes on to its end: shuttle prints what panics.
pub(crate) fn note_failure() {
    HAS_FAILED.set(true);
}

/// A scheduler that begins no execution after one that was wrong, and that is never dropped: that of random schedules
/// would print its seed.
struct Silent<S>(ManuallyDrop<S>);

impl<S: Scheduler> Scheduler for Silent<S> {
    fn new_execution(&mut self) -> Option<Schedule> {
        if HAS_FAILED.get() { None } else { self.0.new_execution() }
    }

    fn next_task(&mut self, runnable: &[&Task], current: Option<TaskId>, is_yielding: bool) -> Option<TaskId> {
        self.0.next_task(runnable, current, is_yielding)
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
}

/// Runs `program` at most `cap` times, and returns which execution was the first to fail, counted from 1.
fn first_failure(scheduler: impl Scheduler + 'static, program: impl Fn() + Send + Sync + 'static) -> Option<u64> {
    let executions = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&executions);
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    let runner = Runner::new(Silent(ManuallyDrop::new(scheduler)), config);
    let run = move || {
        runner.run(move || {
            count.fetch_add(1, Relaxed);
            program();
        })
    };
    HAS_FAILED.set(false);
    let deadlocked = catch_unwind(AssertUnwindSafe(run)).is_err();
    (deadlocked || HAS_FAILED.get()).then(|| executions.load(Relaxed))
}

/// Has nothing said of panics, which programs are run for. shuttle has a hook of its own that prints, and installs it
/// once; of deadlocks it prints a line all the same.
pub(crate) fn silence() {
    Runner::new(RoundRobinScheduler::new(1), Config::new()).run(|| {});
    std::panic::set_hook(Box::new(|_| {}));
}

/// One of shuttle's schedulers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Peer {
    /// Each task that can go on is equally likely to.
    Random,
    /// Probabilistic concurrency testing with a depth of 3.
    Pct,
    /// The uniform random walk.
    Urw,
}

impl Peer {
    pub(crate) const ALL: [Self; 3] = [Self::Random, Self::Pct, Self::Urw];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Random => "shuttle random",
            Self::Pct => "shuttle PCT(3)",
            Self::Urw => "shuttle URW",
        }
    }

    /// Returns which execution of `program` is the first to fail, counted from 1; none if none of `cap` does.
    pub(crate) fn first_failure(self, seed: u64, cap: u64, program: impl Fn() + Send + Sync + 'static) -> Option<u64> {
        let cap = usize::try_from(cap).expect("a small number");
        match self {
            Self::Random => first_failure(RandomScheduler::new_from_seed(seed, cap), program),
            Self::Pct => first_failure(PctScheduler::new_from_seed(seed, 3, cap), program),
            Self::Urw => first_failure(UrwRandomScheduler::new_from_seed(seed, cap), program),
        }
    }
}
