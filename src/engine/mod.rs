//! Engines: the ways to run a scenario many times, behind one small trait.
//!
//! Each states what it can and cannot do ([`Capabilities`]), runs within a [`Budget`] that really
//! holds, and reports what it saw; [`Checker`](crate::Checker) makes the verdict of it.
//!
//! **Invariant:** nothing outside this folder, `check.rs` and the command line names a particular
//! engine.

mod arcs;
pub(crate) mod awaiting;
mod bounded;
mod budget;
mod capabilities;
mod circling;
mod collector;
pub(crate) mod cooperative;
pub(crate) mod coroutine;
#[cfg(unix)]
pub(crate) mod crash;
mod cut_off;
mod driver;
pub(crate) mod end;
mod enumerate;
mod explorer;
mod fiber;
mod finish;
mod guided;
mod isolate;
mod lifetimes;
#[cfg(feature = "loom")]
mod loom;
mod oracle;
mod orders;
mod os_threads;
mod prefix;
pub(crate) mod pulse;
mod replay;
mod retrace;
mod sampler;
mod shorten;
#[cfg(feature = "shuttle")]
pub(crate) mod shuttle;
mod stack;
mod stall;
mod threads;
mod unseen;
mod waiting;
pub(crate) mod weak;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use arcs::SeenArcs;
pub use bounded::Bounded;
pub use budget::{Budget, Division};
pub use capabilities::{Capabilities, Coverage, MemoryModel};
pub(crate) use collector::{Collector, assert_outside, memory_bytes};
pub use collector::{DISTINCT_MAX, Exploration, Limit};
pub use cut_off::Loop;
pub use enumerate::Enumerate;
pub use explorer::Explorer;
pub use guided::Guided;
#[cfg(feature = "loom")]
pub use loom::Loom;
pub use oracle::{Traces, traces};
pub(crate) use orders::Tried;
pub(crate) use replay::{replay_schedule, schedule_of};
pub use sampler::{Sampler, SamplerKind};
pub(crate) use shorten::shorten;
#[cfg(feature = "shuttle")]
pub use shuttle::{ShuttleDfs, ShuttlePct, ShuttleRandom, ShuttleUrw};
pub use threads::Threads;
pub use unseen::{Notice, Untried};

use crate::failure::{Counterexample, Failure};
use crate::outcome::Outcome;
use crate::schedule::{Divergence, Token};

/// A scenario's closure, as engines run it: each call is one execution's main thread.
pub type Program = Arc<dyn Fn() -> Outcome + Send + Sync>;

/// Decides whether an outcome is a failure.
pub type Judge = Arc<dyn Fn(&Outcome) -> Option<Failure> + Send + Sync>;

/// Decides whether an execution in which no thread goes on is right all the same, and what its outcome is:
/// is called on the OS thread that ran it, before another execution begins there.
pub type StuckJudge = Arc<dyn Fn(&Failure) -> Option<Outcome> + Send + Sync>;

/// How far an exploration has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many executions of this part of the work have been run.
    pub executions: u64,
    /// The number of the part, counted from 0; 0 too if the work is not divided.
    pub part: usize,
}

/// Is told how far an exploration has come, now and then, by any of its threads.
pub type ProgressSink = Arc<dyn Fn(Progress) + Send + Sync>;

/// What is being done, in the words for whoever watches: a crash names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The scenario's name.
    pub scenario: Arc<str>,
    /// What runs it: an engine, or a replay.
    pub engine: &'static str,
}

/// What an engine is asked to do.
#[derive(Clone)]
pub struct Task {
    /// What it is called.
    pub label: Label,
    /// The program to run.
    pub program: Program,
    /// What is a failure besides what the engine itself sees.
    pub judge: Judge,
    /// What is to be done where no thread goes on, if that can be right.
    pub stuck: Option<StuckJudge>,
    /// How much may be spent.
    pub budget: Budget,
    /// How much memory, in bytes, this process held when the check began, where the system tells.
    pub memory_before_bytes: Option<u64>,
    /// Where the engine draws at random, the seed it draws from.
    pub seed: u64,
    /// Whether to go on after a failure, to see all outcomes.
    pub keep_going: bool,
    /// How many waits on condition variables of each thread may end for no reason, on our own runtime.
    pub spurious_wakeups: u32,
    /// How atomics behave on our own runtime: sequentially consistent, or as the language has it.
    pub memory: MemoryModel,
    /// How many OS threads may share the work, for an engine that can divide it.
    pub workers: usize,
    /// When the work is divided, and into how many parts.
    pub division: Division,
    /// Which part of the work to do, for an engine that can divide it: this one, counted from 0, of so
    /// many.
    pub shard: Option<(u32, u32)>,
    /// Who is told how far an exploration has come.
    pub progress: Option<ProgressSink>,
    /// How long real threads may take for one execution before they count as hung, and how long a modelled thread may
    /// go without a step before it counts as standing still.
    pub watchdog: Duration,
    /// Orderings that are tried in place of those that the program declares.
    pub(crate) orders: Option<Arc<Tried>>,
    /// The `Arc`s whose counts can be seen, as far as is known.
    pub(crate) arcs: SeenArcs,
}

impl Task {
    /// Returns the task, as done by that engine.
    pub(crate) fn on(&self, engine: &'static str) -> Self {
        Self { label: Label { engine, ..self.label.clone() }, ..self.clone() }
    }

    /// Explores the task on `engine`, in the steps that it turns out to have.
    pub(crate) fn explore_on(&self, engine: &dyn Engine) -> Exploration {
        let mut seen = self.explore_settled(|task| engine.explore(task));
        let is_part = matches!(seen.limit, None | Some(Limit::Shard(..)));
        if self.shard.is_some() && self.arcs.has_grown_apart() && is_part {
            // Who does another part need not find out, and then its steps are others.
            seen.limit = Some(Limit::Unsupported(arcs::DIVIDED));
        }
        seen
    }

    /// Does `explore` until it has brought to light no more `Arc`s whose counts can be seen: what it did
    /// before that took the steps of these for none.
    pub(crate) fn explore_settled<R>(&self, mut explore: impl FnMut(&Self) -> R) -> R {
        loop {
            let known = self.arcs.size();
            let seen = explore(&Self { arcs: self.arcs.freeze(), ..self.clone() });
            if self.arcs.size() == known {
                return seen;
            }
        }
    }

    fn report_progress(&self, executions: u64, part: usize) {
        if let Some(sink) = &self.progress {
            sink(Progress { executions, part });
        }
    }
}

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

/// What a replay showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// The failure, with its trace and the token that was replayed; none if the execution was right.
    pub counterexample: Option<Counterexample>,
    /// The outcome, where the execution reported one.
    pub outcome: Option<Outcome>,
    /// The events.
    pub trace: crate::execution::Trace,
    /// What replays it.
    pub token: Option<Token>,
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

/// Installs the panic hook that makes data of panics inside executions.
fn install_hook() {
    crate::execution::panics::install_hook(|| {
        // shuttle installs a hook of its own, once, that prints: have it do so now, so that it does not
        // later.
        #[cfg(feature = "shuttle")]
        shuttle::install_hook_of_shuttle();
    });
}

/// Returns the body of the main thread of a modelled execution of `program`.
pub(crate) fn main_thread(program: &Program) -> Box<dyn FnOnce()> {
    let program = Arc::clone(program);
    Box::new(move || {
        crate::thread::body::run_main(move || {
            let outcome = program();
            if let Some(backend) = crate::execution::context::modelled() {
                backend.execution().outcome.replace(Some(outcome));
            }
        });
    })
}
