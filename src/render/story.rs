//! The story of a failure: what failed, how it came about, and how to see it again.

use super::{failure, table};
use crate::engine::{Exploration, Limit};
use crate::failure::Counterexample;
use crate::outcome::Histogram;
use crate::report::{EngineReport, Reason, Report, Verdict};
use crate::schedule::Token;

/// Returns the story of a counterexample: the failure, the interleaving as a table, and the line
/// that `replay_line` gives for its token.
pub fn story(name: &str, counterexample: &Counterexample, replay_line: &dyn Fn(&Token) -> String) -> String {
    let Counterexample { failure: what, trace, token } = counterexample;
    let mut text = format!("{name} is wrong: {}\n", failure(what, trace));
    if !trace.events.is_empty() {
        let (events, switches) = (trace.events.len(), trace.preemptions());
        let s = if switches == 1 { "" } else { "s" };
        text += &format!("\n{events} steps, {switches} preemption{s}:\n{}\n", table(trace));
    }
    match token {
        Some(token) => text += &format!("\nreplay it with:\n  {}\n", replay_line(token)),
        None => text += "\nthis engine cannot replay it\n",
    }
    text
}

/// Returns what an engine can say, in a few words.
pub fn verdict(report: &EngineReport) -> String {
    match &report.verdict {
        Verdict::Verified => "verified".to_owned(),
        Verdict::Falsified(counterexample) => format!("falsified: {}", counterexample.failure.kind().name()),
        Verdict::Inconclusive(Reason::NothingExplored) => match &report.exploration.limit {
            Some(limit) => format!("inconclusive: nothing explored: no execution came to its end; {}", limited(limit)),
            None => "inconclusive: nothing explored".to_owned(),
        },
        Verdict::Inconclusive(Reason::Sampled) => "no failure in a sample".to_owned(),
        Verdict::Inconclusive(Reason::PartialSearch) => "no failure in its search".to_owned(),
        Verdict::Inconclusive(Reason::Limited(limit)) => {
            format!("inconclusive: {}{}", limited(limit), estimate(&report.exploration))
        }
    }
}

/// Returns how much of the whole was explored, where that is known, and on what that rests.
fn estimate(exploration: &Exploration) -> String {
    match (exploration.explored_ppm, exploration.estimated_executions()) {
        (Some(explored_ppm), Some(all)) if explored_ppm < 1_000_000 => {
            let percent = f64::from(explored_ppm) / 10_000.0;
            format!(", about {percent:.1} % of an estimated {all} executions (guessed from the branches known so far)")
        }
        _ => String::new(),
    }
}

fn limited(limit: &Limit) -> String {
    match limit {
        Limit::Executions(executions) => {
            format!("budget of {executions} executions spent (to allow more: `Budget::executions`, `--executions`)")
        }
        Limit::Time(time) => {
            format!("budget of {} seconds spent (to allow more: `Budget::time`, `--seconds`)", time.as_secs_f64())
        }
        Limit::Memory(bytes) => {
            format!("budget of {} MiB of memory spent (to allow more: `Budget::memory_bytes`, `--memory`)", bytes >> 20)
        }
        Limit::Shard(index, count) => format!("no failure in part {index} of {count}, the rest not looked at"),
        Limit::Steps { executions, steps } => {
            let were = if *executions == 1 { "execution was" } else { "executions were" };
            format!(
                "{executions} {were} cut off after {steps} steps (to allow more: `Budget::steps_per_execution`, `--steps`)"
            )
        }
        Limit::Failure => "stopped at a failure".to_owned(),
        Limit::Nondeterminism => {
            "the scenario did not do the same again on the same schedule; something outside the facade decides"
                .to_owned()
        }
        Limit::Unsupported(reason) => (*reason).to_owned(),
    }
}

/// Returns a report in words: the story of the first counterexample, or what each engine can say.
pub fn report(report: &Report, replay_line: &dyn Fn(&Token) -> String) -> String {
    if let Some(counterexample) = report.counterexample() {
        return story(&report.name, counterexample, replay_line);
    }
    let mut text = format!("{}: no verdict that counts as a pass\n", report.name);
    for engine in &report.engines {
        let executions = engine.exploration.executions;
        text += &format!("  {}: {} ({executions} executions)\n", engine.engine, verdict(engine));
    }
    text
}

/// Returns the outcomes with their counts and a bar each, a line an outcome.
pub fn outcomes(histogram: &Histogram) -> String {
    let most = histogram.values().copied().max().unwrap_or(1).max(1);
    let width = histogram.keys().map(|outcome| outcome.as_str().chars().count()).max().unwrap_or(0);
    let digits = most.to_string().len();
    histogram
        .iter()
        .map(|(outcome, &count)| {
            let bar = "#".repeat(usize::try_from(count * 40 / most).unwrap_or(40).max(1));
            format!("  {:>width$}  {count:>digits$}  {bar}\n", outcome.as_str())
        })
        .collect()
}
