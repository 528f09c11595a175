//! Engines: the ways to run a scenario many times, behind one small trait.
//!
//! Each states what it can and cannot do ([`Capabilities`]), runs within a [`Budget`] that really
//! holds, and reports what it saw; [`Checker`](crate::Checker) makes the verdict of it.
//!
//! **Invariant:** here is one file or folder for each engine and nothing else: what they are asked is in
//! `exploration/`, what runs an execution in `runtime/`. Nothing outside this folder, `check.rs` and the command line
//! names a particular engine.

mod bounded;
pub(crate) mod enumerate;
mod explorer;
mod guided;
#[cfg(feature = "loom")]
mod loom;
mod oracle;
mod sampler;
#[cfg(feature = "shuttle")]
mod shuttle;
mod threads;

pub use bounded::Bounded;
pub use enumerate::Enumerate;
pub use explorer::Explorer;
pub(crate) use explorer::{Place, explore_after, place_after};
pub use guided::Guided;
#[cfg(feature = "loom")]
pub use loom::Loom;
pub use oracle::{Traces, traces};
pub use sampler::{Sampler, SamplerKind};
#[cfg(feature = "shuttle")]
pub use shuttle::{ShuttleDfs, ShuttlePct, ShuttleRandom, ShuttleUrw};
pub use threads::Threads;

pub use crate::exploration::{
    Budget, Capabilities, Coverage, DISTINCT_MAX, Division, Exploration, Judge, Label, Limit, Loop, MemoryModel,
    Notice, Program, Progress, ProgressSink, Replayed, StuckJudge, Task, Untried, memory_bytes,
};
use crate::runtime::arcs::DIVIDED;
use crate::schedule::{Divergence, Token};

/// A way to run a scenario many times.
pub trait Engine: Send + Sync {
    /// Returns the engine's name, as it is written on the command line.
    fn name(&self) -> &'static str;

    /// Returns what the engine can and cannot do.
    fn capabilities(&self) -> Capabilities;

    /// Runs the task's program until the budget is spent, a failure is found, or there is nothing
    /// left to run, and returns what was seen.
    fn explore(&self, task: &Task) -> Exploration;

    /// Runs the one execution that `token` stands for.
    ///
    /// # Errors
    ///
    /// The first point where the program did not do what it did when the token was made, or none if
    /// the token is not for this engine.
    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>>;
}

/// Returns every engine that this build has, in the order in which reports show them.
pub fn all() -> Vec<Box<dyn Engine>> {
    vec![
        Box::new(Explorer),
        Box::new(Enumerate),
        Box::new(Bounded::default()),
        Box::new(Sampler(SamplerKind::Uniform)),
        Box::new(Sampler(SamplerKind::Priorities(3))),
        Box::new(Sampler(SamplerKind::PartialOrder)),
        Box::new(Sampler(SamplerKind::Walk)),
        Box::new(Sampler(SamplerKind::Portfolio)),
        #[cfg(feature = "shuttle")]
        Box::new(ShuttleDfs),
        #[cfg(feature = "shuttle")]
        Box::new(ShuttleRandom),
        #[cfg(feature = "shuttle")]
        Box::new(ShuttlePct::default()),
        #[cfg(feature = "shuttle")]
        Box::new(ShuttleUrw),
        #[cfg(feature = "loom")]
        Box::new(Loom::default()),
        Box::new(Threads),
    ]
}

/// Returns the engine of that name, if this build has it.
pub fn by_name(name: &str) -> Option<Box<dyn Engine>> {
    all().into_iter().find(|engine| engine.name() == name)
}

/// Explores the task on `engine`, in the steps that it turns out to have.
pub(crate) fn explore_on(task: &Task, engine: &dyn Engine) -> Exploration {
    let mut seen = task.explore_settled(|task| engine.explore(task));
    let is_part = matches!(seen.limit, None | Some(Limit::Shard(..)));
    if task.shard.is_some() && task.arcs.has_grown_apart() && is_part {
        // Who does another part need not find out, and then its steps are others.
        seen.limit = Some(Limit::Unsupported(DIVIDED));
    }
    seen
}
