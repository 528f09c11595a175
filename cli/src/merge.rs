//! `selvedge merge`: what the parts of a divided check found, put together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::CallError;
use crate::arguments::Merge;
use crate::output::print_line;

/// Why results cannot be put together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MergeError {
    /// A file cannot be read.
    #[error("{}: {error}", file.display())]
    File { file: PathBuf, error: std::io::Error },
    /// A line is none that `check --format json` prints.
    #[error("{}, line {line}: {error}", file.display())]
    Line { file: PathBuf, line: usize, error: serde_json::Error },
    /// A line is of no part.
    #[error("{}, line {line}: {scenario} on {engine} was not checked with --shard", file.display())]
    Whole { file: PathBuf, line: usize, scenario: String, engine: String },
    /// A part is there twice, or parts of different divisions are.
    #[error("{}, line {line}: part {index} of {count} of {scenario} on {engine} does not belong to the others", file.display())]
    Part { file: PathBuf, line: usize, scenario: String, engine: String, index: u32, count: u32 },
}

/// What is needed of a line of JSON output.
#[derive(Deserialize)]
struct Line {
    scenario: String,
    engine: String,
    settings: String,
    verdict: String,
    as_expected: bool,
    executions: u64,
    shard: Option<(u32, u32)>,
    is_explored: bool,
}

/// The parts of one scenario on one engine.
#[derive(Default)]
struct Parts {
    count: u32,
    lines: BTreeMap<u32, Line>,
}

/// Runs the command; returns whether all parts are there and as expected.
pub(crate) fn run(merge: &Merge) -> Result<bool, CallError> {
    let mut all: BTreeMap<(String, String, String), Parts> = BTreeMap::new();
    for file in &merge.files {
        read(file, &mut all)?;
    }
    let mut all_well = !all.is_empty();
    for ((scenario, engine, settings), parts) in &all {
        let executions: u64 = parts.lines.values().map(|line| line.executions).sum();
        let missing: Vec<String> =
            (0..parts.count).filter(|index| !parts.lines.contains_key(index)).map(|index| index.to_string()).collect();
        let failed = parts.lines.values().any(|line| line.verdict == "falsified");
        let explored = parts.lines.values().all(|line| line.is_explored);
        let verdict = if failed {
            "falsified".to_owned()
        } else if !missing.is_empty() {
            format!("inconclusive: of {} parts, {} are missing", parts.count, missing.join(", "))
        } else if explored {
            "verified".to_owned()
        } else {
            "inconclusive: a part was not explored to its end".to_owned()
        };
        let expects_failure = parts.lines.values().any(|line| line.verdict == "falsified" && line.as_expected);
        let is_well = if failed { expects_failure } else { verdict == "verified" };
        all_well &= is_well;
        let mark = if is_well { "" } else { " (!)" };
        print_line(&format!("{scenario} on {engine}{settings}: {verdict}{mark}, {executions} executions"));
    }
    Ok(all_well)
}

fn read(file: &Path, all: &mut BTreeMap<(String, String, String), Parts>) -> Result<(), MergeError> {
    let text = std::fs::read_to_string(file).map_err(|error| MergeError::File { file: file.to_owned(), error })?;
    for (place, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let (file, number) = (file.to_owned(), place + 1);
        let line: Line = match serde_json::from_str(text) {
            Ok(line) => line,
            Err(error) => return Err(MergeError::Line { file, line: number, error }),
        };
        let (scenario, engine) = (line.scenario.clone(), line.engine.clone());
        let Some((index, count)) = line.shard else {
            return Err(MergeError::Whole { file, line: number, scenario, engine });
        };
        let parts = all.entry((scenario.clone(), engine.clone(), line.settings.clone())).or_default();
        if parts.lines.is_empty() {
            parts.count = count;
        }
        if parts.count != count || index >= count || parts.lines.insert(index, line).is_some() {
            return Err(MergeError::Part { file, line: number, scenario, engine, index, count });
        }
    }
    Ok(())
}
