//! What the installed CPython says of what scenarios model, and what `selvedge claims` says without it.

#[path = "../../tests/common/python.rs"]
mod python;

use std::process::Command;

use python::python;

use selvedge_models::python::SCRIPTS;
use serde_json::Value;

fn claims(arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_selvedge")).arg("claims").args(arguments).output().expect("the program runs")
}

/// Where there is no `python3`, that is said and nothing tested.
#[test]
fn cpython_agrees_with_the_models() {
    if python("", &[]).is_none() {
        return;
    }
    let scenarios: Vec<&str> = SCRIPTS.iter().flat_map(|script| script.scenarios).copied().collect();
    let mut arguments = scenarios.clone();
    arguments.extend(["--python", "python3", "--format", "json"]);
    let output = claims(&arguments);
    let text = String::from_utf8(output.stdout).expect("text");
    let mut asked = 0;
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        for script in line["python"].as_array().expect("scripts") {
            assert_eq!(script["agrees"], true, "{line}");
            asked += 1;
        }
        assert_eq!(line["is_shown"], true, "{line}");
    }
    assert_eq!(asked, scenarios.len());
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

/// What a claim rests on can be looked at: every token replays.
#[test]
fn evidence_replays() {
    let output = claims(&["--format", "json"]);
    assert!(output.status.success());
    let mut replayed = 0;
    for line in String::from_utf8(output.stdout).expect("text").lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let Some(token) = line["token"].as_str() else { continue };
        let arguments = token.strip_prefix("selvedge ").expect("a call").split(' ');
        let again = Command::new(env!("CARGO_BIN_EXE_selvedge")).args(arguments).output().expect("the program runs");
        assert_eq!(again.status.code(), Some(1), "{token}");
        let found = line["evidence"].as_str().expect("evidence").split_once(": ").expect("an engine").1;
        assert!(String::from_utf8_lossy(&again.stdout).contains(found), "{token}: {found}");
        replayed += 1;
    }
    assert!(replayed > 100, "{replayed}");
}
