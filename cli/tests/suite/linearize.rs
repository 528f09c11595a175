//! `selvedge linearize`: verdicts and exit codes, and what it says of files that are no histories.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs the program with these arguments, and a history on its standard input.
fn linearize(arguments: &[&str], history: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_selvedge"))
        .arg("linearize")
        .args(arguments)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut input = child.stdin.take().expect("its standard input");
    // A program that has seen enough does not read on.
    let _ = input.write_all(history.as_bytes());
    drop(input);
    child.wait_with_output().expect("what it printed")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

const QUEUE: &str = r#"{"process": 0, "operation": "push", "arguments": [1], "call": 0, "return": 1}
{"process": 1, "operation": "push", "arguments": [2], "call": 2, "return": 3}
{"process": 0, "operation": "pop", "call": 4, "return": 7, "result": 2}

{"process": 1, "operation": "try_pop", "call": 5, "return": 6, "result": 1}
{"process": 2, "operation": "pop", "call": 5}
{"process": 0, "operation": "try_pop", "call": 8, "return": 9, "result": 1}
"#;

#[test]
fn a_history_that_is_not_linearizable_is_explained() {
    let output = linearize(&["--spec", "fifo"], QUEUE);
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{stdout}");
    assert!(stdout.contains("TryPop -> Popped(1), of process 0, fits nowhere"), "{stdout}");
    assert!(stdout.contains("the state is [], and it would return Empty"), "{stdout}");
    let right: String = QUEUE.lines().take(6).map(|line| format!("{line}\n")).collect();
    let output = linearize(&["--spec", "fifo"], &right);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), "linearizable, 5 operations\n".to_owned()));
}

#[test]
fn json_names_operations_by_their_lines() {
    let output = linearize(&["--spec", "fifo", "--format", "json"], QUEUE);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a JSON object");
    assert_eq!(found["verdict"], "not linearizable");
    assert_eq!(found["operation"], 7);
    assert_eq!(found["order"], serde_json::json!([1, 2, 5, 3]));
    assert_eq!(found["contradictions"][0]["expected"], "Empty");
}

#[test]
fn a_page_needs_nothing_else_and_escapes_what_it_shows() {
    let history = r#"{"process": 0, "operation": "write", "arguments": ["<script>"], "call": 0, "return": 1}"#;
    let output = linearize(&["--spec", "register", "--format", "html"], history);
    let page = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{page}");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Write(\\\"\\u003cscript\\u003e\\\")"), "{page}");
    assert_eq!(page.matches("<script").count(), 2, "that of the document and that of the page");
    assert!(!page.contains("src="), "{page}");
}

#[test]
fn every_key_is_an_object_of_its_own() {
    let history = r#"{"process": 0, "operation": "write", "arguments": [1], "call": 0, "return": 1, "key": "x"}
{"process": 0, "operation": "read", "call": 2, "return": 3, "result": null, "key": "y"}
{"process": 0, "operation": "read", "call": 4, "return": 5, "result": 0, "key": "x"}"#;
    let output = linearize(&["--spec", "register"], history);
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{stdout}");
    assert!(stdout.contains("x: not linearizable") && stdout.contains("y: linearizable"), "{stdout}");
}

/// What one can still say of a history in which a write was given up: it may have taken effect, but not late.
#[test]
fn what_was_given_up_may_have_taken_effect() {
    let history = |read| {
        format!(
            "{{\"process\": 0, \"operation\": \"write\", \"arguments\": [1], \"call\": 0, \"return\": 1, \
             \"cancelled\": true}}\n{{\"process\": 1, \"operation\": \"read\", \"call\": 2, \"return\": 3, \
             \"result\": {read}}}\n{{\"process\": 1, \"operation\": \"read\", \"call\": 4, \"return\": 5, \
             \"result\": 1}}"
        )
    };
    assert_eq!(linearize(&["--spec", "register"], &history("1")).status.code(), Some(0));
    assert_eq!(linearize(&["--spec", "register"], &history("null")).status.code(), Some(1));
}

#[test]
fn weaker_conditions_can_be_asked_for() {
    let stale = r#"{"process": 0, "operation": "write", "arguments": [1], "call": 0, "return": 1}
{"process": 1, "operation": "read", "call": 2, "return": 3}"#;
    let stale = stale.replace("\"return\": 3", "\"return\": 3, \"result\": 0");
    let code = |consistency| {
        linearize(&["--spec", "register", "--initial", "0", "--consistency", consistency], &stale).status.code()
    };
    assert_eq!([code("linearizable"), code("sequential"), code("quiescent")], [Some(1), Some(0), Some(1)]);
}

#[test]
fn what_is_no_history_is_refused_by_line_and_field() {
    let first = r#"{"process": 0, "operation": "pop", "call": 1}"#;
    for (line, part) in [
        (r#"{"process": 0, "operation": "push", "call": 0, "return": 1}"#, "line 2, field `arguments`: there are 0"),
        (r#"{"process": -1, "operation": "pop", "call": 0}"#, "line 2, field `process`: it is -1"),
        (r#"{"process": 4294967296, "operation": "pop", "call": 0}"#, "line 2, field `process`"),
        (r#"{"operation": "pop", "call": 0}"#, "line 2, field `process`: it is missing"),
        (r#"{"process": 0, "operation": 3, "call": 0}"#, "line 2, field `operation`: it is 3"),
        (r#"{"process": 0, "operation": "frob", "call": 0}"#, "line 2, field `operation`: there is no `frob`"),
        (r#"{"process": 0, "operation": "pop", "call": 1.5}"#, "line 2, field `call`: it is 1.5"),
        (r#"{"process": 0, "operation": "pop", "call": 5, "return": 3}"#, "line 2, field `return`: it is before"),
        (r#"{"process": 0, "operation": "pop", "call": 5, "result": 3}"#, "line 2, field `return`"),
        (r#"{"process": 0, "operation": "pop", "call": 5, "cancelled": true}"#, "line 2, field `return`"),
        (r#"{"process": 0, "operation": "pop", "call": 5, "colour": 3}"#, "line 2, field `colour`"),
        (r#"{"process": 0, "operation": "pop", "call": 5"#, "line 2: EOF"),
        ("[]", "line 2"),
        ("\u{0}", "line 2"),
    ] {
        let output = linearize(&["--spec", "fifo"], &format!("{first}\n{line}\n"));
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{line}: {stderr}");
        assert!(stderr.contains(part), "{line}: {stderr}");
    }
    let long = format!("{{\"process\": \"{}\"}}", "x".repeat(2 << 20));
    assert!(text(&linearize(&["--spec", "fifo"], &long).stderr).contains("line 1: it has more than 1048576 bytes"));
    let nested = format!("{{\"result\": {}", "[".repeat(100_000));
    assert_eq!(linearize(&["--spec", "fifo"], &nested).status.code(), Some(2));
    assert!(text(&linearize(&["--spec", "fifo"], "\n").stderr).contains("no operations"));
    let no_file =
        Command::new(env!("CARGO_BIN_EXE_selvedge")).args(["linearize", "--spec", "set", "/no/file"]).output();
    assert_eq!(no_file.expect("the program runs").status.code(), Some(2));
}

/// Twelve pushes at the same time lead to more states than one can remember, and what is popped was never pushed.
#[test]
fn a_check_that_comes_to_no_end_says_what_was_spent() {
    let mut history: String = (0..12)
        .map(|process| {
            format!("{{\"process\": {process}, \"operation\": \"push\", \"arguments\": [{process}], \"call\": 0, \"return\": 9}}\n")
        })
        .collect();
    history.push_str(r#"{"process": 0, "operation": "try_pop", "call": 10, "return": 11, "result": 77}"#);
    let run = |arguments: &[&str]| linearize(&[&["--spec", "fifo"], arguments].concat(), &history);
    let output = run(&["--memory", "1"]);
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{stdout}");
    let begin =
        "inconclusive, 13 operations\nno order was found, and not every one was tried: the memory was spent after ";
    assert!(stdout.starts_with(begin), "{stdout}");
    assert!(stdout.ends_with(" configurations; `--memory` gives it more\n"), "{stdout}");
    let page = text(&run(&["--memory", "1", "--format", "html"]).stdout);
    assert!(page.contains("the memory was spent after"), "{page}");
    let output = run(&["--memory", "1", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a JSON object");
    assert_eq!((&found["verdict"], &found["spent"]), (&"inconclusive".into(), &"memory".into()));
    assert!(found["configurations"].as_u64().is_some_and(|count| count > 1_000), "{found}");
    let stdout = text(&run(&["--seconds", "0"]).stdout);
    assert!(stdout.contains("the time was spent after 1 configuration; `--seconds` gives it more"), "{stdout}");
}

#[test]
fn a_bound_of_memory_is_a_number_of_mebibytes_from_1_up() {
    for wrong in ["0", "-1", "much", "1.5", "4294967297"] {
        let output = linearize(&["--spec", "fifo", &format!("--memory={wrong}")], QUEUE);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{wrong}: {stderr}");
        assert!(stderr.contains(wrong) && stderr.contains("--memory <MIB>"), "{wrong}: {stderr}");
    }
    assert_eq!(linearize(&["--spec", "fifo", "--memory=4294967296"], QUEUE).status.code(), Some(1));
}
