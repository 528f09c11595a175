//! How far a check has come, for who watches a terminal: nothing elsewhere, and of one exploration nothing in its first second.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{BinaryBytes, HumanCount, ProgressBar, ProgressStyle};
use selvedge::engine::{Budget, Progress, memory_bytes};

/// For how long nothing is said.
const QUIET: Duration = Duration::from_secs(1);

/// One exploration that is watched.
pub(crate) struct Watched {
    bar: ProgressBar,
    name: String,
    budget: Budget,
    begun: Instant,
    /// How many executions of each part have been run.
    parts: Mutex<BTreeMap<usize, u64>>,
}

/// Returns a line that turns while something is done; nothing is drawn where standard error is no terminal.
pub(crate) fn spinner() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg}");
    ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}

/// Returns a bar of so many rows; nothing is drawn where standard error is no terminal.
pub(crate) fn rows(length: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}");
    ProgressBar::new(length as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

impl Watched {
    /// Returns who is told of an exploration within this budget, and says it on the bar.
    pub(crate) fn new(bar: &ProgressBar, name: String, budget: Budget) -> Self {
        Self { bar: bar.clone(), name, budget, begun: Instant::now(), parts: Mutex::default() }
    }

    /// Says how far it has come.
    pub(crate) fn told(&self, progress: Progress) {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if progress.parts == 1 {
            parts.clear();
        }
        parts.insert(progress.part, progress.executions);
        let executions = parts.values().sum();
        let begun = parts.len();
        drop(parts);
        let elapsed = self.begun.elapsed();
        if elapsed >= QUIET {
            self.bar.set_message(words(
                &self.name,
                &self.budget,
                executions,
                (begun, progress.parts),
                elapsed,
                memory_bytes(),
            ));
            self.bar.tick();
        }
    }
}

/// Returns how far an exploration has come, in words.
fn words(
    name: &str,
    budget: &Budget,
    executions: u64,
    (begun, parts): (usize, usize),
    elapsed: Duration,
    memory_bytes: Option<u64>,
) -> String {
    let seconds = elapsed.as_secs_f64();
    let rate = HumanCount((executions as f64 / seconds.max(0.001)) as u64);
    let mut text = format!("{name}: {} executions", HumanCount(executions));
    if let Some(most) = budget.executions {
        text += &format!(" of at most {}", HumanCount(most));
    }
    text += &format!(", {rate}/s");
    if parts > 1 {
        text += &format!(", {begun} of {parts} parts begun");
    }
    text += &format!(", {seconds:.0} s");
    if let Some(most) = budget.time {
        text += &format!(" of at most {} s", most.as_secs());
    }
    if let Some(bytes) = memory_bytes {
        text += &format!(", {}", BinaryBytes(bytes));
    }
    text
}
