//! What the installed CPython says of what the tutorials state, and what `selvedge claims` says without it.

use std::process::Output;

use crate::python::python;
use crate::selvedge;
use selvedge_models::python::scripts;
use selvedge_models::statements::{CHAPTERS, Tutorial, statements};
use serde_json::Value;

fn claims(arguments: &[&str]) -> Output {
    selvedge(&[&["claims"], arguments].concat())
}

/// Returns the lines of JSON that it prints.
fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn evidence(line: &Value) -> impl Iterator<Item = &Value> {
    line["evidence"].as_array().expect("evidence").iter()
}

/// Where there is no `python3`, that is said and nothing tested. What is measured is not run here: nothing may depend on it.
#[test]
fn cpython_agrees() {
    if python("", &[]).is_none() {
        return;
    }
    let asked: Vec<_> = scripts().filter(|script| !script.measures).collect();
    let mut arguments: Vec<&str> = asked.iter().map(|script| script.name).collect();
    arguments.extend(["--python", "python3", "--no-measurements", "--format", "json"]);
    let output = claims(&arguments);
    let mut answered = std::collections::BTreeSet::new();
    for line in lines(&output) {
        for shown in evidence(&line).filter(|shown| shown["kind"] == "script") {
            for answer in shown["answers"].as_array().expect("answers") {
                assert_eq!(answer["agrees"], true, "{}: {shown}", line["statement"]);
                answered.insert((shown["script"].to_string(), answer["start"].to_string()));
            }
        }
        assert_eq!(line["is_shown"], true, "{line}");
    }
    assert_eq!(answered.len(), asked.iter().map(|script| script.starts.len()).sum::<usize>());
    assert!(output.status.success());
}

#[test]
fn a_program_that_is_no_python_is_named() {
    for (program, complaint) in [("no-such-python", "`no-such-python` does not run"), ("echo", "is no Python")] {
        let output = claims(&["balance", "--python", program]);
        assert_eq!(output.status.code(), Some(2));
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(complaint), "{text}");
    }
}

/// What a statement rests on can be looked at: every token replays.
#[test]
fn evidence_replays() {
    let output = claims(&["--format", "json"]);
    assert!(output.status.success());
    let mut replayed = std::collections::BTreeSet::new();
    let lines = lines(&output);
    for shown in lines.iter().flat_map(evidence) {
        let Some(token) = shown["replay"].as_str() else { continue };
        if !replayed.insert(token) {
            continue;
        }
        let arguments: Vec<&str> = token.strip_prefix("selvedge ").expect("a call").split(' ').collect();
        let again = selvedge(&arguments);
        assert_eq!(again.status.code(), Some(1), "{token}");
        let found = shown["found"].as_str().expect("what was found").split_once(": ").expect("an engine").1;
        let found = found.split_once("in the first ").map_or(found, |(_, first)| first);
        assert!(String::from_utf8_lossy(&again.stdout).contains(found), "{token}: {found}");
    }
    assert!(replayed.len() > 80, "{}", replayed.len());
}

/// From a sentence of a tutorial to its statement, and from a scenario back to the sentence.
#[test]
fn statements_are_found_by_their_place() {
    let statement = statements().find(|statement| !statement.evidence.is_empty()).expect("a statement");
    let place = statement.places[0];
    let line = place.last_line.to_string();
    let output = claims(&["--tutorial", place.tutorial.number(), "--line", &line, "--format", "json"]);
    assert!(lines(&output).iter().any(|line| line["statement"] == statement.name), "{output:?}");
    for line in lines(&output) {
        let is_there = |made: &Value| {
            let lines = made["first_line"].as_u64().expect("a line")..=made["last_line"].as_u64().expect("a line");
            made["tutorial"] == place.tutorial.number() && lines.contains(&u64::from(place.last_line))
        };
        assert!(line["places"].as_array().expect("places").iter().any(is_there), "{line}");
    }
    let all: usize = Tutorial::ALL
        .iter()
        .map(|tutorial| {
            let output = claims(&["--tutorial", tutorial.number(), "--format", "markdown"]);
            let rows = String::from_utf8_lossy(&output.stdout).matches("<br>").count();
            let made = |made: &&_| {
                let statement: &&selvedge_models::statements::Statement = made;
                statement.places.iter().any(|place| place.tutorial == *tutorial)
            };
            assert_eq!(rows, statements().filter(made).count(), "{}", tutorial.number());
            rows
        })
        .sum();
    assert!(all > statements().count());
}

#[test]
fn a_wrong_selection_is_named() {
    for (arguments, complaint) in [
        (&["--tutorial", "009"][..], "there is no tutorial `009`: there are 000, 001"),
        (&["queues/no_such_statement"], "there is no statement, chapter or scenario `queues/no_such_statement`"),
        (&["--line", "12"], "--tutorial"),
        (&["--tutorial", "003", "--line", "many"], "many"),
    ] {
        let output = claims(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(complaint), "{arguments:?}: {text}");
    }
}

/// The text has every chapter, and ends with how many statements there are of each kind.
#[test]
fn the_text_ends_with_a_summary() {
    let output = claims(&["--tutorial", "004"]);
    let text = String::from_utf8_lossy(&output.stdout);
    let chapters = CHAPTERS.iter().filter(|chapter| {
        let in_004 = |place: &selvedge_models::statements::Place| place.tutorial == Tutorial::T004;
        chapter.statements().any(|statement| statement.places.iter().any(in_004))
    });
    for chapter in chapters {
        assert!(text.contains(chapter.title), "{} is missing", chapter.title);
    }
    let summary = text.lines().rev().nth(1).expect("a summary");
    assert!(summary.contains(" statements: ") && summary.contains(" refuted"), "{summary}");
    assert!(text.contains("CPython was not asked"), "{text}");
}
