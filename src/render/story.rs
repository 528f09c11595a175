//! The story of a failure: what failed, how it came about, and how to see it again.

use super::{REPLAY_VARIABLE, departures, failure, table, words};
use crate::exploration::{Exploration, Limit, Loop, Nearest, Notice, Untried};
use crate::failure::Counterexample;
use crate::outcome::Histogram;
use crate::report::{EngineReport, Reason, Report, Verdict};
use crate::schedule::Token;
use std::fmt;

/// Returns the story of a counterexample: the failure, the interleaving as a table, and the line
/// that `replay_line` gives for its token.
pub fn story(name: &str, counterexample: &Counterexample, replay_line: &dyn Fn(&Token) -> String) -> String {
    story_with(name, counterexample, None, replay_line)
}

/// Returns the same, with the nearest execution that passes.
fn story_with(
    name: &str,
    counterexample: &Counterexample,
    nearest: Option<&Nearest>,
    replay_line: &dyn Fn(&Token) -> String,
) -> String {
    let Counterexample { failure: what, trace, token } = counterexample;
    let mut text = format!("{name} is wrong: {}\n", failure(what, trace));
    if !trace.events.is_empty() {
        let (events, switches) = (trace.events.len(), trace.preemptions());
        let s = if switches == 1 { "" } else { "s" };
        text += &format!("\n{events} steps, {switches} preemption{s}:\n{}\n{}", table(trace), departures(trace));
    }
    if let Some(nearest) = nearest {
        text += &format!("\n{}\n", super::nearest(nearest, trace));
    }
    match token {
        Some(token) => text += &format!("\nreplay it with:\n  {}\n", replay_line(token)),
        None => text += "\nthis engine cannot replay it\n",
    }
    text
}

/// The line that replays a token of a test from the shell. What is called `main` is no test: the main thread called it, of an
/// example say.
pub(crate) struct ShellLine<'a> {
    pub(crate) token: &'a dyn fmt::Display,
    pub(crate) test: &'a str,
}

impl fmt::Display for ShellLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { token, test } = self;
        match *test {
            "main" => write!(formatter, "export {REPLAY_VARIABLE}={token}    # and then the same command again"),
            test => write!(formatter, "{REPLAY_VARIABLE}={token} cargo test {test}"),
        }
    }
}

/// Returns that line.
pub(crate) fn shell_line(token: &str, test: &str) -> String {
    ShellLine { token: &token, test }.to_string()
}

/// Returns what an engine can say, in a few words.
pub fn verdict(report: &EngineReport) -> String {
    match &report.verdict {
        Verdict::Verified => {
            format!("verified{}{}", why_one_is_enough(&report.exploration), not_tried(&report.exploration.untried))
        }
        Verdict::Falsified(counterexample) => format!("falsified: {}", counterexample.failure.kind().name()),
        Verdict::Inconclusive(Reason::NothingExplored) => match &report.exploration.limit {
            Some(limit) => format!("inconclusive: nothing explored: no execution came to its end; {}", limited(limit)),
            None => "inconclusive: nothing explored".to_owned(),
        },
        Verdict::Inconclusive(Reason::Sampled) => "no failure in a sample".to_owned(),
        Verdict::Inconclusive(Reason::PartialSearch) => "no failure in its search".to_owned(),
        Verdict::Inconclusive(other) => format!("inconclusive: {}", reason(other)),
    }
}

/// Returns why there is neither proof nor counterexample.
fn reason(reason: &Reason) -> String {
    match reason {
        Reason::NothingExplored => "no execution came to its end".to_owned(),
        Reason::NothingVisible => "no thread did anything that can be seen, so that nothing was checked".to_owned(),
        Reason::Sampled => "a sample has no failure, and does not show everything".to_owned(),
        Reason::PartialSearch => "the search has no failure, and does not show everything".to_owned(),
        Reason::Limited(limit) => limited(limit),
    }
}

/// Returns why a single execution of several threads shows everything.
fn why_one_is_enough(exploration: &Exploration) -> &'static str {
    if exploration.executions == 1 && exploration.threads > 1 {
        ", in one execution: the order of its threads' steps makes no difference to any of them"
    } else {
        ""
    }
}

/// Returns what a verdict does not cover of what std allows.
fn not_tried(untried: &[Untried]) -> String {
    let words = |what: &Untried| match what {
        Untried::SpuriousWakeups => {
            "waits that end for no reason (`Checker::spurious_wakeups` tries those on condition variables)"
        }
        Untried::SpuriousFailures => {
            "a `compare_exchange_weak` that fails for no reason (`Checker::spurious_failures` tries that)"
        }
    };
    let words: Vec<&str> = untried.iter().map(words).collect();
    if words.is_empty() { String::new() } else { format!("; not tried: {}", words.join(", ")) }
}

/// Returns what is said beside a verdict.
pub fn notice(notice: &Notice) -> String {
    const MEND: &str = "does it use std's types or threads where `selvedge`'s are to be used?";
    match notice {
        Notice::SilentThread { spawned_at, name } => {
            let name = name.as_ref().map_or_else(|| "a thread".to_owned(), |name| format!("the thread `{name}`"));
            format!("{name}, spawned at {}, did nothing that can be seen: {MEND}", words::place(spawned_at))
        }
        Notice::OsThreads { count } => {
            let threads = if *count == 1 { "an OS thread".to_owned() } else { format!("{count} OS threads") };
            format!("it has started {threads} by itself, of which nothing is modelled: use `selvedge::thread::spawn`")
        }
        Notice::NothingShared { threads } => {
            format!("the {threads} threads use no object together, so that nothing depends on their order: {MEND}")
        }
        Notice::NothingVisible { threads } => {
            let threads = if *threads == 1 { "the one thread".to_owned() } else { format!("the {threads} threads") };
            format!("{threads} besides the main thread did nothing that can be seen: {MEND}")
        }
    }
}

/// Prints what is said beside the verdicts of a check that passes, to standard error.
pub(crate) fn print_notices(report: &Report) {
    for line in notices(report, cfg!(debug_assertions)) {
        eprintln!("{}: {line}", report.name);
    }
}

/// Returns what is said beside the verdicts, each once.
fn notices(report: &Report, has_debug_assertions: bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for found in report.engines.iter().flat_map(|engine| &engine.exploration.notices) {
        let line = notice(found);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if !has_debug_assertions {
        lines.push(
            "debug assertions are off: what is undefined behaviour without them, such as reaching \
             `unreachable_unchecked`, goes unseen, and this check may pass for that; run it with debug assertions on"
                .to_owned(),
        );
    }
    lines
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
            format!(
                "budget of {} MiB of memory spent (to allow more: `Budget::memory_bytes`, `--memory-mib`)",
                bytes >> 20
            )
        }
        Limit::Shard(index, count) => format!("no failure in part {index} of {count}, the rest not looked at"),
        Limit::Steps { executions, steps, in_loop } => cut_off(*executions, *steps, in_loop.as_ref()),
        Limit::Failure => "stopped at a failure".to_owned(),
        Limit::Nondeterminism => {
            "the scenario did not do the same again on the same schedule; something outside the facade decides"
                .to_owned()
        }
        Limit::Unsupported(reason) => (*reason).to_owned(),
    }
}

fn cut_off(executions: u64, steps: u64, in_loop: Option<&Loop>) -> String {
    let were = if executions == 1 { "execution was" } else { "executions were" };
    let mut text = format!("{executions} {were} cut off after {steps} steps");
    if let Some(Loop { thread, location }) = in_loop {
        let place = words::place(location);
        text += &format!(
            ": {thread} goes round at {place} and never gives up its turn; if the loop waits, call \
             `selvedge::hint::spin_loop()` or `selvedge::thread::yield_now()` in it, if it is only long, allow more steps"
        );
    }
    text + " (to allow more: `Budget::steps_per_execution`, `--steps`)"
}

/// Returns a report in words: the story of the first counterexample, or what each engine can say.
pub fn report(report: &Report, replay_line: &dyn Fn(&Token) -> String) -> String {
    report_with(report, None, replay_line)
}

/// Returns the same, with the nearest execution that passes.
pub(crate) fn report_with(
    report: &Report,
    nearest: Option<&Nearest>,
    replay_line: &dyn Fn(&Token) -> String,
) -> String {
    if let Some(counterexample) = report.counterexample() {
        return story_with(&report.name, counterexample, nearest, replay_line);
    }
    let mut text = format!("{}: no verdict that counts as a pass\n", report.name);
    for engine in &report.engines {
        let executions = engine.exploration.executions;
        text += &format!("  {}: {} ({executions} executions)\n", engine.engine, verdict(engine));
        for found in &engine.exploration.notices {
            text += &format!("    {}\n", notice(found));
        }
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

impl fmt::Display for Reason {
    /// Writes the reason in words.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&reason(self))
    }
}

impl fmt::Display for Verdict {
    /// Writes the verdict in words: `verified`, `falsified: ..` with the failure, or `inconclusive: ..` with the reason.
    /// The story of a failure is [`story`].
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verified => formatter.write_str("verified"),
            Self::Falsified(counterexample) => write!(formatter, "falsified: {counterexample}"),
            Self::Inconclusive(reason) => write!(formatter, "inconclusive: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_without_debug_assertions_says_what_it_cannot_see() {
        let report = Report { name: "a check".into(), engines: Vec::new() };
        assert_eq!(notices(&report, true), [""; 0]);
        let said = notices(&report, false);
        assert!(said.len() == 1 && said[0].contains("unreachable_unchecked"), "{said:?}");
    }
}
