//! One scenario on one engine: how it is run, and whether what was found is what was expected.

use std::time::Duration;

use indicatif::ProgressBar;
use selvedge::engine::{Budget, Coverage, Engine, Limit, MemoryModel};
use selvedge::{Checker, EngineReport, Reason, Verdict};
use selvedge_models::{Expectation, Judgement, Parameters, Scenario};

use crate::arguments::{Memory, Settings};
use crate::progress::Watched;

/// How long an execution on real threads may take before it counts as hung.
const WATCHDOG: Duration = Duration::from_millis(500);

/// What was found about a scenario on an engine.
pub(crate) struct Row {
    pub(crate) scenario: &'static Scenario,
    pub(crate) parameters: Parameters,
    pub(crate) memory: Option<Memory>,
    pub(crate) report: EngineReport,
    /// Which part of the work it was, if it was one.
    pub(crate) shard: Option<(u32, u32)>,
    /// What is to be thought of it.
    pub(crate) judgement: Judgement,
}

/// Returns the names of the engines of these rows, in the order in which they ran.
pub(crate) fn engines(rows: &[Row]) -> Vec<&'static str> {
    let mut engines = Vec::new();
    for row in rows {
        if !engines.contains(&row.report.engine) {
            engines.push(row.report.engine);
        }
    }
    engines
}

/// Returns a checker for a scenario with these settings.
pub(crate) fn checker(
    scenario: &'static Scenario,
    parameters: &Parameters,
    settings: &Settings,
    engine: Box<dyn Engine>,
) -> Checker {
    let budget = budget(settings, &*engine);
    let is_each_run = matches!(scenario.expectation, Expectation::AlwaysFails(_))
        && engine.capabilities().coverage == Coverage::Exhaustive;
    let mut checker = Checker::new()
        .name(scenario.name)
        .keep_going(is_each_run)
        .budget(budget)
        .seed(settings.seed)
        .spurious_wakeups(settings.spurious)
        .spurious_failures(settings.spurious_failures)
        .memory(memory(settings.memory).into())
        .watchdog(WATCHDOG)
        .boxed_engine(engine)
        .replay_line(replay_line(scenario, parameters, settings.memory));
    if let Some(workers) = settings.workers {
        checker = checker.workers(usize::from(workers));
    }
    if let Some((index, count)) = settings.shard {
        checker = checker.shard(index, count);
    }
    if let Some(right) = (scenario.right)(parameters) {
        checker = checker.allow_outcomes(right);
    }
    checker
}

/// Returns the memory model under which a scenario runs, if that is not set: the language's.
pub(crate) fn memory(set: Option<Memory>) -> Memory {
    set.unwrap_or(Memory::Language)
}

/// Returns the settings of parameters that are not the defaults.
pub(crate) fn changed(scenario: &'static Scenario, parameters: &Parameters) -> String {
    let defaults = scenario.defaults();
    let changed = parameters.iter().filter(move |(name, value)| defaults.get(name) != *value);
    changed.map(|(name, value)| format!(" --set {name}={value}")).collect()
}

/// Returns what replays a token of the scenario.
pub(crate) fn replay_line(
    scenario: &'static Scenario,
    parameters: &Parameters,
    memory: Option<Memory>,
) -> impl Fn(&selvedge::schedule::Token) -> String + 'static {
    let settings = told_settings(scenario, parameters, memory);
    move |token| format!("selvedge replay {}{settings} {token}", scenario.name)
}

/// Returns the settings that a line in a shell has to say, each with a space before it.
pub(crate) fn told_settings(scenario: &'static Scenario, parameters: &Parameters, memory: Option<Memory>) -> String {
    let mut settings = changed(scenario, parameters);
    if let Some(memory) = memory {
        settings += match memory {
            Memory::Language => " --memory language",
            Memory::Sc => " --memory sc",
        };
    }
    settings
}

/// What an engine may spend on one scenario unless it is set: enough for an exhaustive one to come to
/// its end on the catalogue, and little for those that only draw.
pub(crate) fn budget(settings: &Settings, engine: &dyn Engine) -> Budget {
    let (executions, steps, seconds) = match (engine.capabilities().coverage, engine.capabilities().memory_model) {
        (Coverage::Exhaustive, _) => (2_000_000, 10_000, 30),
        (Coverage::Partial, _) => (2_000, 10_000, 10),
        (Coverage::Sampling, MemoryModel::Hardware) => (500, 10_000, 1),
        (Coverage::Sampling, _) => (1_000, 2_000, 10),
    };
    // Who sets one limit wants that one.
    let is_set = settings.executions.is_some() || settings.seconds.is_some();
    let unless_set = |value| if is_set { None } else { Some(value) };
    Budget {
        executions: settings.executions.or(unless_set(executions)),
        time: settings.seconds.or(unless_set(seconds).map(Duration::from_secs)),
        steps_per_execution: settings.steps.unwrap_or(steps),
        memory_bytes: Some(settings.memory_mib << 20),
    }
}

/// Runs a scenario on an engine, and says on the bar how far that has come; within the usual time unless only other limits are to hold.
pub(crate) fn run(
    scenario: &'static Scenario,
    parameters: &Parameters,
    settings: &Settings,
    engine: Box<dyn Engine>,
    within_time: bool,
    bar: &ProgressBar,
) -> Row {
    let mut budget = budget(settings, &*engine);
    budget.time = budget.time.filter(|_| within_time || settings.seconds.is_some());
    let watched = Watched::new(bar, format!("{} on {}", scenario.name, engine.name()), budget);
    let checker = checker(scenario, parameters, settings, engine).budget(budget);
    let checker = checker.on_progress(move |progress| watched.told(progress));
    let report = checker.run(scenario.program(parameters));
    let report = report.engines.into_iter().next().expect("a report for the engine");
    Row { memory: settings.memory, ..judge(scenario, parameters, settings.shard, report) }
}

/// Compares what was found with what was expected.
pub(crate) fn judge(
    scenario: &'static Scenario,
    parameters: &Parameters,
    shard: Option<(u32, u32)>,
    report: EngineReport,
) -> Row {
    let judgement = scenario.judge(&report);
    Row { scenario, parameters: parameters.clone(), memory: None, report, shard, judgement }
}

/// Returns the verdict in one or two words.
pub(crate) fn verdict(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Verified => "verified",
        Verdict::Falsified(_) => "falsified",
        Verdict::Inconclusive(Reason::Sampled | Reason::PartialSearch) => "no failure",
        Verdict::Inconclusive(Reason::Limited(Limit::Unsupported(_))) => "not run",
        Verdict::Inconclusive(_) => "inconclusive",
    }
}
