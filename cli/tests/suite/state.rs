//! The state of a master, and `selvedge tasks`: what is kept, who may have it, and files that are none.

use std::path::Path;
use std::process::{Command, Stdio};

use selvedge_models::master_worker::wire::value::Value;

use crate::master::{KEY, Kept, ended, master};
use crate::network::worker_of;

/// Runs the program to its end; returns its exit code and what it printed.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_selvedge"));
    let output = program.args(arguments).env("SELVEDGE_AUTHKEY", KEY).output().expect("the program runs");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn worker(address: std::net::SocketAddr, command: &[&str]) -> Kept {
    worker_of(address, &[&["--"], command].concat())
}

/// Has a master with these tasks end with this worker's results; returns its exit code.
fn worked(state: &str, tasks: Option<&str>, command: &[&str]) -> i32 {
    let mut master = master(tasks, &["--state", state]);
    let _worker = worker(master.address, command);
    ended(&mut master.program.0)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a name")
}

#[test]
fn what_was_given_up_is_shown_and_put_once_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    assert_eq!(worked(text(&state), Some("a\nb\n"), &["false"]), 1, "both tasks fail");
    let (code, told, _) = run(&["tasks", text(&state)]);
    assert_eq!(code, Some(0));
    for part in ["results: 2", "tasks given up: 2", "given up: task 1, \"a\": failed with exit code 1"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(run(&["tasks", text(&state), "--requeue"]).1, "2 tasks are put once more\n");
    let (_, told, _) = run(&["tasks", text(&state)]);
    assert!(told.contains("tasks that wait: 2") && told.contains("tasks given up: 0"), "{told}");
    // Without --tasks it goes on with those that it has.
    assert_eq!(worked(text(&state), None, &["cat"]), 0);
    let mut results: Vec<String> = run(&["tasks", text(&state), "--results"]).1.lines().map(str::to_owned).collect();
    results.sort();
    assert_eq!(results, [r#""\"a\"""#, r#""\"b\"""#], "the failures are not among them any more");
    // And there is nothing left to do.
    assert_eq!(run(&["master", "--listen", "127.0.0.1:0", "--state", text(&state)]).0, Some(0));
}

#[test]
fn a_state_has_one_master_and_one_file_of_tasks() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, other) = (folder.path().join("state"), folder.path().join("other"));
    std::fs::write(&other, "something else\n").unwrap();
    let begun = master(Some("1\n"), &["--state", text(&state)]);
    let second = run(&["master", "--listen", "127.0.0.1:0", "--state", text(&state)]);
    assert_eq!(second.0, Some(2));
    assert!(second.2.contains("is in use by another master"), "{}", second.2);
    let requeued = run(&["tasks", text(&state), "--requeue"]);
    assert!(requeued.0 == Some(2) && requeued.2.contains("is in use by another master"), "{requeued:?}");
    assert!(run(&["tasks", text(&state)]).1.contains("tasks that wait: 1"), "it can be looked at");
    drop(begun);
    let third = run(&["master", "--listen", "127.0.0.1:0", "--state", text(&state), "--tasks", text(&other)]);
    assert!(third.0 == Some(2) && third.2.contains("is of another file of tasks"), "{third:?}");
}

#[test]
fn files_that_are_no_states_are_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("garbage"), "garbage\n".repeat(200)).unwrap();
    for arguments in [&["tasks"][..], &["master", "--listen", "127.0.0.1:0", "--state"]] {
        let (code, _, error) = run(&[arguments, &[text(&path("garbage"))]].concat());
        assert!(code == Some(2) && error.contains("is no state of a master"), "{arguments:?}: {error}");
    }
    let (code, _, error) = run(&["tasks", text(&path("missing"))]);
    assert!(code == Some(2) && error.contains("unable to open"), "{error}");
    assert!(!path("missing").exists(), "looking makes no file");
}

/// A file in which bytes are changed gives its results, or an error in words; and never a panic, or a master that hangs.
#[test]
fn a_damaged_state_is_told_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let tasks: String = (0..60).map(|task| format!("task {task} of a state that is damaged\n")).collect();
    assert_eq!(worked(text(&state), Some(&tasks), &["false"]), 1);
    // What was given up is tasks again, so that the tables of items have something in them.
    assert_eq!(run(&["tasks", text(&state), "--requeue"]).0, Some(0));
    let whole = std::fs::read(&state).expect("the file");
    let damaged = folder.path().join("damaged");
    let (mut draw, mut refused) = (0x2545_f491_u64, 0);
    for round in 0..40 {
        let mut bytes = whole.clone();
        for _ in 0..1 + round % 8 {
            draw ^= draw << 13;
            draw ^= draw >> 7;
            draw ^= draw << 17;
            let at = draw as usize % bytes.len();
            bytes[at] ^= (draw >> 40) as u8 | 1;
        }
        if round % 5 == 4 {
            bytes.truncate(draw as usize % whole.len());
        }
        std::fs::write(&damaged, &bytes).unwrap();
        let (code, _, error) = run(&["tasks", text(&damaged)]);
        assert!(matches!(code, Some(0 | 2)) && !error.contains("panicked"), "round {round}: {code:?}, {error}");
        // A master that begins waits for workers, and is ended.
        let mut program = Command::new("timeout");
        program.args(["0.2", env!("CARGO_BIN_EXE_selvedge"), "master", "--listen", "127.0.0.1:0", "--state"]);
        let output = program.arg(&damaged).env("SELVEDGE_AUTHKEY", KEY).output().expect("it runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!error.contains("panicked"), "round {round}: {error}");
        assert!(matches!(output.status.code(), Some(0 | 1 | 2 | 124)), "round {round}: {:?}, {error}", output.status);
        refused += u32::from(output.status.code() == Some(2));
    }
    assert!(refused > 0, "no damage was seen");
}

#[test]
fn queues_have_the_names_that_they_are_given() {
    for (name, why) in [
        ("get_task_queue", "there is a get_task_queue in any case"),
        ("2nd", "a name of Python"),
        ("a-b", "a name of Python"),
        ("", "a name of Python"),
        ("orders:0", "from 1 up"),
        ("orders:many", "from 1 up"),
    ] {
        let (code, _, error) = run(&["master", "--queue", name]);
        assert!(code == Some(2) && error.contains(why), "{name}: {error}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let ask = |script: &str| {
        let master = master(None, &["--queue", "orders:2", "--queue", "notes", "--state", text(&state)]);
        let mut python = Command::new("python3");
        python.args(["-c", &format!("{BEGIN}{script}"), &master.address.port().to_string()]);
        let output = python.output().ok()?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let full = "try:\n    orders.put_nowait('c')\nexcept queue.Full:\n    print('full', notes.qsize())";
    let Some(told) = ask(&format!("orders.put('a'); orders.put({{'b': 1}}); notes.put(7)\n{full}")) else {
        println!("NOT TESTED with CPython: there is no python3");
        return;
    };
    assert_eq!(told, "full 1");
    // The master is killed, and another one has what was put.
    assert_eq!(ask("print(orders.get(), orders.get(), notes.get())").as_deref(), Some("a {'b': 1} 7"));
}

/// A client of CPython with the queues `orders` and `notes`.
const BEGIN: &str = "
import queue, sys
from multiprocessing.managers import BaseManager
class Manager(BaseManager): pass
Manager.register('orders'); Manager.register('notes')
manager = Manager(address=('127.0.0.1', int(sys.argv[1])), authkey=b'abc')
manager.connect()
orders, notes = manager.orders(), manager.notes()
";

/// A master at work leaves no moment in which another one can take its state, or what it has is put once more.
#[test]
fn a_busy_master_keeps_its_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let tasks: String = (0..100_000).map(|task| format!("{task}\n")).collect();
    let master = master(Some(&tasks), &["--state", text(&state)]);
    let _workers = [worker(master.address, &[]), worker(master.address, &[])];
    for _ in 0..8 {
        let second = run(&["master", "--listen", "127.0.0.1:0", "--state", text(&state)]);
        assert!(second.0 == Some(2) && second.2.contains("is in use by another master"), "{second:?}");
    }
    let (code, told, error) = run(&["tasks", text(&state)]);
    assert_eq!(code, Some(0), "{error}");
    assert!(!told.contains("results: 0\n") && !told.contains("tasks that wait: 0\n"), "it is at work: {told}");
}

/// Without tasks of its own a master gives up items, too: they are in the state, and can be put once more.
#[test]
fn what_a_master_without_tasks_gives_up_is_not_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let begun = master(None, &["--state", text(&state), "--deliveries", "1"]);
    let (mut client, queue) = crate::master::Client::of(begun.address, "get_task_queue");
    client.call(Some(&queue), "put", vec![Value::text("deadly")]);
    let (mut taker, _) = crate::master::Client::of(begun.address, "get_task_queue");
    taker.call(Some(&queue), "lease", vec![Value::Int(60)]);
    drop(taker);
    let begin = std::time::Instant::now();
    while !run(&["tasks", text(&state)]).1.contains("given up: \"deadly\": its workers went") {
        assert!(begin.elapsed() < crate::master::TIME, "{:?}", run(&["tasks", text(&state)]));
    }
    drop(begun);
    assert_eq!(run(&["tasks", text(&state), "--requeue"]).1, "1 tasks are put once more\n");
    assert!(run(&["tasks", text(&state)]).1.contains("tasks that wait: 1"));
}

/// A master whose reader has gone ends, and not with success; one with a state goes on.
#[test]
fn a_reader_that_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let tasks: String = (0..20).map(|task| format!("{task}\n")).collect();
    let begin = |arguments: &[&str]| {
        let mut begun = master(Some(&tasks), arguments);
        let _worker = worker(begun.address, &["cat"]);
        // Its end of the pipe is closed.
        begun.output = std::io::BufReader::new(dead_pipe());
        ended(&mut begun.program.0)
    };
    assert_eq!(begin(&["--state", text(&state)]), 0);
    assert_eq!(run(&["tasks", text(&state), "--results"]).1.lines().count(), 20);
    assert_eq!(begin(&[]), 1);
}

/// Returns the output of a program that has ended.
fn dead_pipe() -> std::process::ChildStdout {
    let mut child = Command::new("true").stdout(Stdio::piped()).spawn().expect("it runs");
    child.wait().expect("it ends");
    child.stdout.take().expect("its output")
}
