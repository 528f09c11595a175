//! The program as people and scripts use it: exit codes, suggestions, JSON, pipes that break.

use std::io::Read;
use std::process::{Command, Stdio};

use crate::selvedge;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn a_check_as_expected_exits_with_0_and_prints_a_table() {
    let output = selvedge(&["check", "balance/locked", "balance/unlocked", "--engine", "enumerate"]);
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    for part in ["balance/locked", "verified", "balance/unlocked", "falsified", "4 of 4", "2 of 2 results as expected"]
    {
        assert!(part == "4 of 4" || stdout.contains(part), "{part} is not in\n{stdout}");
    }
    assert_eq!(text(&output.stderr), "", "no progress bar where there is no terminal");
}

#[test]
fn something_unexpected_exits_with_1_and_says_what() {
    // One execution is not enough to find the race.
    let output = selvedge(&["check", "balance/unlocked", "--engine", "enumerate", "--executions", "1"]);
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{stdout}");
    assert!(stdout.contains("not as expected: balance/unlocked on enumerate"), "{stdout}");
    let nothing = selvedge(&["check", "balance/locked", "--executions", "0"]);
    assert_eq!(nothing.status.code(), Some(1), "a budget of zero is no pass");
}

#[test]
fn wrong_calls_exit_with_2_and_a_suggestion() {
    for (arguments, part) in [
        (&["check", "balance/unloked"][..], "did you mean `balance/unlocked`?"),
        (&["explore", "unlocked"], "did you mean `balance/unlocked`?"),
        (&["check", "--engine", "enumarate"], "did you mean `enumerate`?"),
        (&["check", "zzz"], "selvedge list"),
        (&["check", "balance/locked", "--set", "thread=3"], "has no parameter `thread`, only threads, iterations"),
        (&["check", "balance/locked", "--set", "threads=99"], "threads can be 1 to 8, not 99"),
        (&["check", "balance/locked", "--set", "threads"], "NAME=VALUE"),
        (&["check", "balance/locked", "--set", "threads=many"], "not a whole number"),
        (&["check", "--seconds=-1"], "not a number of seconds"),
        (&["check", "--seconds=1e300"], "not a number of seconds"),
        (&["replay", "balance/unlocked", "nonsense"], "a token begins with `s1`"),
        (&["replay", "balance/unlocked", "s1AAAA"], "token"),
        (&["frobnicate"], "frobnicate"),
        (&["check", "--format", "yaml"], "yaml"),
    ] {
        let output = selvedge(arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(part), "{arguments:?}: {part} is not in\n{stderr}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
    }
}

/// Rows run beside each other, and come in the order asked for all the same.
#[test]
fn the_rows_are_the_same_however_many_run_beside_each_other() {
    let rows = |workers| {
        let folders = ["queue", "balance", "pipe"];
        let engines = ["--engine", "explorer", "--engine", "portfolio", "--engine", "shuttle-pct"];
        // A limit of time would be reached or not by chance; and with one alone, samplers take all of it.
        let more = ["--format", "json", "--workers", workers, "--executions", "100"];
        let output = selvedge(&[&["check"], &folders[..], &engines, &more].concat());
        let line = |line: &str| {
            let mut line: serde_json::Value = serde_json::from_str(line).expect("a JSON object");
            line["seconds"] = serde_json::Value::Null;
            line
        };
        (output.status.code(), text(&output.stdout).lines().map(line).collect::<Vec<_>>())
    };
    let one = rows("1");
    assert!(one.1.len() > 100 && one.1[0]["scenario"].as_str().unwrap().starts_with("queue/"));
    for workers in ["2", "5"] {
        assert_eq!(rows(workers), one, "{workers} workers");
    }
}

#[test]
fn json_is_one_object_a_line_with_the_documented_keys() {
    let output =
        selvedge(&["check", "balance/unreleased", "balance/locked", "--format", "json", "--engine", "enumerate"]);
    assert_eq!(output.status.code(), Some(0));
    let stdout = text(&output.stdout);
    let lines: Vec<serde_json::Value> =
        stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        for key in ["scenario", "engine", "expectation", "verdict", "as_expected", "executions", "complete", "seconds"]
        {
            assert!(line.get(key).is_some(), "{key} is missing in {line}");
        }
    }
    let failed = &lines[0];
    assert_eq!((failed["verdict"].as_str(), failed["as_expected"].as_bool()), (Some("falsified"), Some(true)));
    assert_eq!(failed["failure"]["kind"], "deadlock");
    assert!(failed["failure"]["message"].as_str().unwrap().contains("cannot"));
    let token = failed["failure"]["token"].as_str().unwrap();
    let replayed = selvedge(&["replay", "balance/unreleased", token]);
    assert_eq!(replayed.status.code(), Some(1), "the failure again");
    assert!(text(&replayed.stdout).contains("deadlock"));
    assert_eq!(lines[1]["verdict"], "verified");
    assert_eq!(lines[1]["complete"], true);
    assert!(lines[1].get("failure").is_none());
}

#[test]
fn exploring_shows_outcomes_and_the_shortest_interleaving() {
    let output = selvedge(&["explore", "balance/unlocked", "--engine", "shuttle-dfs", "--memory", "sc"]);
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    assert!(stdout.contains("923 executions"), "{stdout}");
    let start = stdout.find("outcomes:").expect("outcomes");
    let outcomes: Vec<&str> =
        stdout[start..].lines().skip(1).take(7).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(outcomes, ["-8", "-5", "-3", "0", "3", "5", "8"]);
    assert!(stdout.contains("2 preemptions") && stdout.contains("is preempted"), "{stdout}");
    let line =
        stdout.lines().find(|line| line.trim_start().starts_with("selvedge replay")).expect("the line to replay");
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    assert_eq!(selvedge(&words).status.code(), Some(1));
}

#[test]
fn the_line_to_replay_has_the_parameters() {
    let output = selvedge(&["explore", "balance/unlocked", "--set", "iterations=2", "--executions", "2000"]);
    let stdout = text(&output.stdout);
    let line =
        stdout.lines().find(|line| line.trim_start().starts_with("selvedge replay")).expect("the line to replay");
    assert!(line.contains("--set iterations=2"), "{line}");
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    assert_eq!(selvedge(&words).status.code(), Some(1));
    // With other parameters it is another program.
    let words: Vec<&str> = words.into_iter().filter(|word| !word.starts_with("--set") && !word.contains('=')).collect();
    assert_eq!(selvedge(&words).status.code(), Some(2));
}

#[test]
fn a_replay_of_a_right_execution_exits_with_0() {
    let output = selvedge(&["explore", "balance/locked"]);
    let stdout = text(&output.stdout);
    let token = stdout.split_whitespace().find(|word| word.starts_with("s1")).expect("a token for the outcome");
    let replayed = selvedge(&["replay", "balance/locked", token]);
    assert_eq!(replayed.status.code(), Some(0));
    assert!(text(&replayed.stdout).contains("this execution is right, with the outcome 0"));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_selvedge"))
        .args(["list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().expect("standard error").read_to_string(&mut stderr).expect("text");
    let status = child.wait().expect("an end");
    assert_eq!((status.code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn the_lists_show_every_scenario_and_engine() {
    let stdout = text(&selvedge(&["list"]).stdout);
    for scenario in selvedge_models::catalogue() {
        assert!(stdout.contains(scenario.name) && stdout.contains(scenario.shows), "{}", scenario.name);
    }
    let json = text(&selvedge(&["list", "--format", "json"]).stdout);
    assert_eq!(json.lines().count(), selvedge_models::catalogue().len());
    let engines = text(&selvedge(&["engines"]).stdout);
    for engine in selvedge::engine::all() {
        assert!(engines.contains(engine.name()), "{}", engine.name());
    }
}

#[test]
fn help_is_there_for_every_command() {
    for arguments in
        [&["--help"][..], &["check", "--help"], &["explore", "--help"], &["replay", "--help"], &["list", "--help"]]
    {
        let output = selvedge(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
    assert!(text(&selvedge(&["--help"]).stdout).contains("Exit codes"));
}

#[test]
fn parts_are_checked_apart_and_merged() {
    let folder = std::env::temp_dir().join(format!("selvedge-merge-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let files: Vec<String> = (0..3)
        .map(|index| {
            let shard = format!("{index}/3");
            let set = ["--set", "threads=3", "--shard", &shard, "--format", "json"];
            let output = selvedge(&[&["check", "balance/compare_exchange"], &set[..]].concat());
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
            let file = folder.join(format!("{index}.json"));
            std::fs::write(&file, output.stdout).unwrap();
            file.to_str().unwrap().to_owned()
        })
        .collect();
    let all = selvedge(&["merge", &files[0], &files[1], &files[2]]);
    let stdout = text(&all.stdout);
    assert_eq!(all.status.code(), Some(0), "{stdout}");
    assert!(stdout.contains("balance/compare_exchange on explorer --set threads=3: verified"), "{stdout}");
    let some = selvedge(&["merge", &files[0], &files[2]]);
    assert_eq!(some.status.code(), Some(1));
    assert!(text(&some.stdout).contains("of 3 parts, 1 are missing"), "{}", text(&some.stdout));
    let twice = selvedge(&["merge", &files[0], &files[0]]);
    assert_eq!(twice.status.code(), Some(2));
    std::fs::write(folder.join("no.json"), "{\"scenario\": 1}").unwrap();
    for wrong in ["no.json", "absent.json"] {
        let output = selvedge(&["merge", folder.join(wrong).to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(text(&output.stderr).contains(wrong), "{}", text(&output.stderr));
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn wrong_parts_are_refused() {
    for wrong in ["3/3", "x/2", "1", "0/0"] {
        assert_eq!(selvedge(&["check", "--shard", wrong]).status.code(), Some(2), "{wrong}");
    }
    let loom = selvedge(&["check", "balance/locked", "--shard", "0/2", "--engine", "loom"]);
    assert_eq!(loom.status.code(), Some(2));
    assert!(text(&loom.stderr).contains("loom"));
}

/// There are fewer parts than shards where there is little to do: who gets none has nothing to complain about.
#[test]
fn a_part_without_anything_in_it_is_no_failure() {
    for shard in ["0/2", "1/2"] {
        let output = selvedge(&["check", "balance/per_process", "--shard", shard]);
        assert_eq!(output.status.code(), Some(0), "{shard}: {}", text(&output.stderr));
    }
}

#[test]
fn a_check_prints_the_execution_that_fails_if_it_is_asked_to() {
    let output = selvedge(&["check", "balance/unlocked", "--engine", "explorer", "--format", "json", "--trace"]);
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a JSON object");
    assert_eq!((&line["trace"]["schema"], &line["trace"]["engine"]), (&"selvedge-trace/1".into(), &"explorer".into()));
    let execution = &line["trace"]["executions"][0];
    assert_eq!(execution["token"], line["failure"]["token"]);
    assert_eq!(execution["steps"][0]["words"], "spawn t1");
    let output = selvedge(&["check", "balance/unlocked", "--engine", "explorer", "--format", "json"]);
    assert!(!text(&output.stdout).contains("trace"), "only if it is asked to");
    let output = selvedge(&["check", "balance/unlocked", "--trace"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("add --format json"), "{}", text(&output.stderr));
}

/// Who watches a terminal sees how far an exploration has come that takes more than a second.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_shows_how_far_an_exploration_has_come() {
    let size = nix::pty::Winsize { ws_row: 24, ws_col: 160, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = nix::pty::openpty(Some(&size), None).expect("a terminal");
    let settings = ["--set", "threads=6", "--set", "iterations=3", "--seconds", "3", "--workers", "1"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_selvedge"))
        .args(["explore", "balance/unlocked"])
        .args(settings)
        .env("TERM", "xterm")
        .stdout(Stdio::null())
        .stderr(terminal.slave)
        .spawn()
        .expect("the program runs");
    let mut screen = Vec::new();
    // The terminal of a child that has ended gives an error.
    let _ = std::fs::File::from(terminal.master).read_to_end(&mut screen);
    child.wait().expect("it ends");
    let screen = String::from_utf8_lossy(&screen).into_owned();
    for part in ["balance/unlocked: ", " executions", "/s, ", " s of at most 3 s, ", " MiB"] {
        assert!(screen.contains(part), "{part}: {screen:?}");
    }
}

/// A scenario whose every execution panics leaves the stepper where it is: on the whole screen, until the reader goes.
#[cfg(target_os = "linux")]
#[test]
fn a_scenario_that_panics_does_not_end_the_stepper() {
    use std::io::Write;
    let size = nix::pty::Winsize { ws_row: 30, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };
    let nix::pty::OpenptyResult { master, slave } = nix::pty::openpty(Some(&size), None).expect("a terminal");
    let mut command = Command::new(env!("CARGO_BIN_EXE_selvedge"));
    command.args(["step", "queue/full_not_caught"]).env("TERM", "xterm").stderr(Stdio::null());
    command.stdin(slave.try_clone().expect("a descriptor")).stdout(slave);
    let mut child = command.spawn().expect("the program runs");
    drop(command);
    let mut reader = std::fs::File::from(master);
    let mut writer = reader.try_clone().expect("a descriptor");
    let (mut screen, mut rest) = (String::new(), [0; 4_096]);
    let mut until = |part: &str| {
        while !screen.contains(part) {
            let count = reader.read(&mut rest).unwrap_or(0);
            assert!(count > 0, "{part} has not come: {screen:?}");
            screen.push_str(&String::from_utf8_lossy(&rest[..count]));
        }
        screen.contains("\x1b[?1049l")
    };
    until("lists the keys");
    writer.write_all(b"e").unwrap();
    assert!(!until("b goes back"), "it is still on the whole screen");
    writer.write_all(b"q").unwrap();
    assert!(until("selvedge step queue/full_not_caught --from s1"));
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
