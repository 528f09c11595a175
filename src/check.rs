//! The face of the crate: `check`, `replay`, and the `Checker` builder behind them.

mod memory;
mod nearest;
mod orderings;
mod spurious;
mod stepping;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::confirm::{ReplayError, settle};
use crate::engine::{self, Engine, Explorer, Guided, Traces, explore_on};
use crate::exploration::{
    Budget, Division, Exploration, Judge, Label, MemoryModel, Program, Progress, ProgressSink, Replayed, SeenArcs,
    StuckJudge, Task, assert_outside, judge, memory_bytes, processors,
};
use crate::failure::{Counterexample, Failure};
use crate::outcome::Outcome;
use crate::report::{EngineReport, Report, Verdict};
use crate::schedule::Token;
use crate::shell::{self, running_test};
use crate::{render, unnamed};

/// Checks `scenario` within the default [`Budget`]: samples it first if it is large, and runs every schedule of its threads.
///
/// # Panics
///
/// With the story of the failure if an execution is wrong, and if the budget does not suffice to look at every execution.
/// Ask for a sampling engine by name with a [`Checker`] to be content with less.
#[track_caller]
pub fn check<T: fmt::Debug>(scenario: impl Fn() -> T + Send + Sync + 'static) {
    Checker::new().check(scenario);
}

/// Replays the execution of `scenario` that `token` stands for.
///
/// # Panics
///
/// With the story of the failure if the execution is wrong, and with the first divergence if
/// `scenario` no longer does what it did when the token was made. Returns if the execution is right.
#[track_caller]
pub fn replay<T: fmt::Debug>(token: &str, scenario: impl Fn() -> T + Send + Sync + 'static) {
    Checker::new().replay_or_panic(token, program(scenario));
}

/// Returns a scenario as engines run it. Everything after this is compiled once, not for each scenario.
fn program<T: fmt::Debug>(scenario: impl Fn() -> T + Send + Sync + 'static) -> Program {
    Arc::new(move || Outcome::of(&scenario()))
}

/// Tells the reader how to replay a token.
type ReplayLine = Box<dyn Fn(&Token) -> String>;

/// Checks a scenario in the way that it is told to.
///
/// ```
/// use selvedge::engine::{Budget, Threads};
///
/// let report = selvedge::Checker::new()
///     .name("nothing much")
///     .engine(Threads)
///     .budget(Budget::executions(10))
///     .run(|| 1 + 1);
/// assert!(report.passes());
/// ```
#[must_use = "call `check` or `run`"]
pub struct Checker {
    name: Option<String>,
    engines: Vec<Box<dyn Engine>>,
    budget: Budget,
    seed: u64,
    keep_going: bool,
    spurious_wakeups: u32,
    spurious_failures: u32,
    memory: MemoryModel,
    workers: usize,
    division: Division,
    shard: Option<(u32, u32)>,
    progress: Option<ProgressSink>,
    watchdog: Duration,
    allowed: Option<BTreeSet<Outcome>>,
    expected: Option<BTreeSet<Outcome>>,
    replay_line: Option<ReplayLine>,
    own_judge: Option<Judge>,
    stuck: Option<StuckJudge>,
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

impl Checker {
    /// Returns a checker with the defaults: the exhaustive engine, the default [`Budget`], any
    /// outcome allowed, and the name of the running test.
    pub fn new() -> Self {
        Self {
            name: None,
            engines: Vec::new(),
            budget: Budget::default(),
            seed: 0,
            keep_going: false,
            spurious_wakeups: 0,
            spurious_failures: 0,
            memory: MemoryModel::Language,
            workers: processors(),
            division: Division::default(),
            shard: None,
            progress: None,
            watchdog: Duration::from_secs(5),
            allowed: None,
            expected: None,
            replay_line: None,
            own_judge: None,
            stuck: None,
        }
    }

    /// Sets the name under which the scenario is reported.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds an engine. Without any, the check samples a few hundred schedules first and then explores them all.
    pub fn engine(self, engine: impl Engine + 'static) -> Self {
        self.boxed_engine(Box::new(engine))
    }

    /// Adds an engine, such as one of [`engine::all`](crate::engine::all).
    pub fn boxed_engine(mut self, engine: Box<dyn Engine>) -> Self {
        self.engines.push(engine);
        self
    }

    /// Sets how much each engine may spend.
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Sets the seed from which engines draw at random; 0 by default, so that a run can be repeated.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets whether engines go on after a failure, to see all outcomes.
    pub fn keep_going(mut self, keep_going: bool) -> Self {
        self.keep_going = keep_going;
        self
    }

    /// Sets how many OS threads may share the work: by default as many as there are cores. The report is
    /// the same however many there are.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers.max(1);
        self
    }

    /// Sets when an exhaustive exploration is divided into parts, and into how many.
    pub fn division(mut self, division: Division) -> Self {
        self.division = division;
        self
    }

    /// Sets that only one part of an exhaustive exploration is to be done: the one of this number, counted
    /// from 0, of so many. The parts share no execution, and their counts add up to the whole.
    ///
    /// # Panics
    ///
    /// If there is no such part.
    pub fn shard(mut self, index: u32, count: u32) -> Self {
        assert!(index < count, "there is no part {index} of {count}, counted from 0");
        self.shard = Some((index, count));
        self
    }

    /// Sets who is told how far an exploration has come.
    pub fn on_progress(mut self, sink: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(sink));
        self
    }

    /// Sets how long one execution on real threads may take before it counts as hung, and how long a thread of a modelled
    /// execution may go without a step before it counts as standing still: 5 seconds by default. The OS thread that it
    /// runs on is left behind.
    pub fn watchdog(mut self, watchdog: Duration) -> Self {
        self.watchdog = watchdog;
        self
    }

    /// Sets the outcomes that are right: any other is a failure.
    pub fn allow_outcomes<T: fmt::Debug>(mut self, outcomes: impl IntoIterator<Item = T>) -> Self {
        self.allowed = Some(outcomes.into_iter().map(|outcome| Outcome::of(&outcome)).collect());
        self
    }

    /// Sets the outcomes that are possible: any other is a failure, and an exhaustive exploration
    /// that does not see each of them has failed too.
    pub fn expect_outcomes<T: fmt::Debug>(mut self, outcomes: impl IntoIterator<Item = T>) -> Self {
        self.expected = Some(outcomes.into_iter().map(|outcome| Outcome::of(&outcome)).collect());
        self
    }

    /// Sets how a failure's story tells the reader to replay it.
    pub fn replay_line(mut self, line: impl Fn(&Token) -> String + 'static) -> Self {
        self.replay_line = Some(Box::new(line));
        self
    }

    /// Sets who judges outcomes, instead of comparing them with those allowed, and what is done where no
    /// thread goes on.
    #[cfg_attr(not(feature = "proptest"), allow(dead_code))]
    pub(crate) fn judged_by(mut self, judge: Judge, stuck: StuckJudge) -> Self {
        self.own_judge = Some(judge);
        self.stuck = Some(stuck);
        self
    }

    /// Checks `scenario` with each engine, and returns what they found.
    ///
    /// # Panics
    ///
    /// If called inside an execution.
    pub fn run<T: fmt::Debug>(&self, scenario: impl Fn() -> T + Send + Sync + 'static) -> Report {
        self.run_program(program(scenario))
    }

    fn run_program(&self, program: Program) -> Report {
        assert_outside();
        #[cfg(unix)]
        let _crashes_are_told = crate::runtime::crash::Watch::begin();
        let task = self.task(program);
        let engines = if self.engines.is_empty() {
            unnamed::run(&task, |engine, task| self.run_on(engine, task, false))
        } else {
            self.engines.iter().map(|engine| self.run_on(&**engine, &task, true)).collect()
        };
        Report { name: self.name_or_default(), engines }
    }

    /// Checks `scenario`, and returns the report of a check that passes.
    ///
    /// # Panics
    ///
    /// With the story of the failure, or the reason why there is no verdict. If the environment
    /// variable `SELVEDGE_REPLAY` holds a token, that execution is replayed instead.
    #[track_caller]
    pub fn check<T: fmt::Debug>(self, scenario: impl Fn() -> T + Send + Sync + 'static) -> Report {
        self.check_program(program(scenario))
    }

    #[track_caller]
    fn check_program(self, program: Program) -> Report {
        if let Some(token) = shell::token() {
            self.replay_or_panic(&token, program);
            return Report { name: self.name_or_default(), engines: Vec::new() };
        }
        let report = self.run_program(Arc::clone(&program));
        assert!(report.passes(), "{}", self.told(&report, program));
        render::print_notices(&report);
        report
    }

    /// Replays the execution of `scenario` that `token` stands for.
    ///
    /// # Errors
    ///
    /// If `token` is none, or does not fit the scenario.
    pub fn replay<T: fmt::Debug>(
        &self,
        token: &str,
        scenario: impl Fn() -> T + Send + Sync + 'static,
    ) -> Result<Replayed, ReplayError> {
        self.replay_program(token, program(scenario))
    }

    fn replay_program(&self, token: &str, program: Program) -> Result<Replayed, ReplayError> {
        let token: Token = token.parse()?;
        let task = self.task(program);
        #[cfg(unix)]
        let _crashes_are_told = crate::runtime::crash::Watch::begin();
        let all = engine::all();
        for engine in self.engines.iter().chain(&all) {
            match engine.replay(&task, &token) {
                Ok(replayed) => return Ok(replayed),
                Err(Some(divergence)) => return Err(divergence.into()),
                Err(None) => {}
            }
        }
        Err(ReplayError::NoEngine)
    }

    /// Runs the one execution of `scenario` whose schedule `guide` chooses, and returns what it
    /// showed.
    ///
    /// # Panics
    ///
    /// If called inside an execution.
    pub fn follow<T: fmt::Debug>(&self, guide: &Guided, scenario: impl Fn() -> T + Send + Sync + 'static) -> Replayed {
        self.follow_program(guide, program(scenario))
    }

    fn follow_program(&self, guide: &Guided, program: Program) -> Replayed {
        assert_outside();
        let task = self.task(program);
        let run = task.explore_settled(|task| guide.run(task));
        // What a second execution alone brings to light, such as an object from outside, is the failure.
        match run.token.as_ref().map(|token| Explorer.replay(&task, token)) {
            Some(Ok(again)) if run.counterexample.is_none() && again.counterexample.is_some() => again,
            _ => run,
        }
    }

    /// Runs every schedule of `scenario` within the budget, without any reduction, and returns how many
    /// classes of equivalent executions they fall into: what the explorer is compared with.
    ///
    /// # Panics
    ///
    /// If called inside an execution.
    pub fn traces<T: fmt::Debug>(&self, scenario: impl Fn() -> T + Send + Sync + 'static) -> Traces {
        self.task(program(scenario)).explore_settled(engine::traces)
    }

    #[track_caller]
    fn replay_or_panic(&self, token: &str, program: Program) {
        let replayed = self.replay_program(token, program);
        shell::expect_right(&self.name_or_default(), replayed, self.memory, &|token| self.line(token));
    }

    fn task(&self, program: Program) -> Task {
        Task {
            label: Label { scenario: self.name_or_default().into(), engine: "replay" },
            program,
            judge: self.own_judge.clone().unwrap_or_else(|| judge([&self.allowed, &self.expected])),
            stuck: self.stuck.clone(),
            budget: self.budget,
            memory_before_bytes: self.budget.memory_bytes.and_then(|_| memory_bytes()),
            seed: self.seed,
            keep_going: self.keep_going,
            spurious_wakeups: self.spurious_wakeups,
            spurious_failures: self.spurious_failures,
            memory: self.memory,
            workers: self.workers,
            division: self.division,
            shard: self.shard,
            progress: self.progress.clone(),
            watchdog: self.watchdog,
            orders: None,
            arcs: SeenArcs::default(),
        }
    }

    fn run_on(&self, engine: &dyn Engine, task: &Task, named: bool) -> EngineReport {
        let mut capabilities = engine.capabilities();
        capabilities.on_own_runtime(self.memory);
        let mut exploration = explore_on(&task.on(engine.name()), engine);
        settle(engine, task, &mut exploration);
        let mut verdict = Verdict::of(&exploration, capabilities.coverage);
        if verdict == Verdict::Verified
            && let Some(failure) = self.missing(&exploration)
        {
            let trace = crate::trace::Trace::default();
            verdict = Verdict::Falsified(Box::new(Counterexample { failure, trace, token: None }));
        }
        EngineReport { engine: engine.name(), capabilities, verdict, exploration, named }
    }

    /// Returns the failure that an exploration of everything is if it lacks an expected outcome.
    fn missing(&self, exploration: &Exploration) -> Option<Failure> {
        let seen = &exploration.outcomes;
        let missing: Vec<Outcome> =
            self.expected.iter().flatten().filter(|outcome| !seen.contains_key(outcome)).cloned().collect();
        (!missing.is_empty()).then_some(Failure::MissingOutcomes { missing })
    }

    fn name_or_default(&self) -> String {
        self.name.clone().unwrap_or_else(running_test)
    }

    fn line(&self, token: &Token) -> String {
        match &self.replay_line {
            Some(line) => line(token),
            None => render::shell_line(&token.to_string(), &self.name_or_default()),
        }
    }
}

impl fmt::Debug for Checker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Checker");
        debug.field("name", &self.name).field("budget", &self.budget).finish_non_exhaustive()
    }
}
