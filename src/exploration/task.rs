//! What an engine is asked to do: the program, who judges it, and how much may be spent.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::{Budget, Division, MemoryModel, SeenArcs, Tried};
use crate::failure::{Counterexample, Failure};
use crate::outcome::Outcome;
use crate::schedule::Token;
use crate::trace::Trace;

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
    /// Into how many parts the work is divided: 1 if it is not.
    pub parts: usize,
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
    /// How many `compare_exchange_weak` of each thread may fail for no reason, on our own runtime.
    pub spurious_failures: u32,
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

    pub(crate) fn report_progress(&self, executions: u64, part: usize, parts: usize) {
        if let Some(sink) = &self.progress {
            sink(Progress { executions, part, parts });
        }
    }
}

/// What a replay showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// The failure, with its trace and the token that was replayed; none if the execution was right.
    pub counterexample: Option<Counterexample>,
    /// The outcome, where the execution reported one.
    pub outcome: Option<Outcome>,
    /// The events.
    pub trace: Trace,
    /// What replays it.
    pub token: Option<Token>,
}

/// Returns who judges outcomes by sets of those that are right, where there are any.
pub(crate) fn judge(rights: [&Option<BTreeSet<Outcome>>; 2]) -> Judge {
    let rights = rights.map(Clone::clone);
    Arc::new(move |outcome| {
        let broken = rights.iter().flatten().find(|right| !right.contains(outcome))?;
        Some(Failure::UnexpectedOutcome { outcome: outcome.clone(), allowed: broken.iter().cloned().collect() })
    })
}

/// Returns how many processors this process may use. The system is asked once, since that reads files.
pub(crate) fn processors() -> usize {
    static COUNT: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    *COUNT.get_or_init(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
}
