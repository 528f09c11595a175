//! Results on their way to a standard output that nobody reads, or reads late: the master goes on, and its memory stays bounded.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use selvedge_models::master_worker::wire::value::Value;

use crate::master::{Client, KEY, Kept, ended, master, returned};

/// Nobody reads what a master writes: its results wait, its log is left out in part, and it does what it is asked for.
#[test]
fn output_that_nobody_reads() {
    const TASKS: usize = 500;
    let folder = tempfile::tempdir().expect("a folder");
    let tasks = folder.path().join("tasks");
    // More than a pipe holds.
    std::fs::write(&tasks, (0..TASKS).map(|task| format!("{task} {}\n", "x".repeat(300))).collect::<String>()).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_selvedge"));
    program.args(["master", "--listen", "127.0.0.1:0", "--tasks"]).arg(&tasks).env("SELVEDGE_AUTHKEY", KEY);
    let mut master = Kept(program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a master"));
    let mut output = BufReader::new(master.0.stdout.take().expect("its output"));
    let mut line = String::new();
    output.read_line(&mut line).expect("a line");
    let address =
        line.trim().strip_prefix("listening on ").and_then(|address| address.parse().ok()).expect("an address");
    for _ in 0..1_000 {
        let mut stranger = Client::connected(address);
        stranger.message();
        stranger.send(b"no answer");
    }
    let mut worker = crate::network::worker_of(address, &["--timeout", "30"]);
    assert_eq!(ended(&mut worker.0), 0, "all tasks are done");
    let results = output.lines().map_while(Result::ok).count();
    assert_eq!(results, TASKS);
    // The log is read only now.
    let mut log = String::new();
    master.0.stderr.take().expect("its log").read_to_string(&mut log).expect("text");
    assert!(log.contains("refused") && log.contains("address="), "{}", &log[..log.len().min(500)]);
    assert_eq!(ended(&mut master.0), 0);
}

/// Results that nobody reads fill what has room for lines, and then the memory of the master; whoever puts more is refused, and
/// is taken as soon as somebody reads.
#[test]
fn results_that_nobody_reads_are_counted() {
    const RESULT_BYTES: usize = 1 << 20;
    let tasks: String = (0..200).map(|task| format!("{task}\n")).collect();
    let mut master = master(Some(&tasks), &["--memory", "8388608"]);
    let (mut client, results) = Client::of(master.address, "get_result_queue");
    let put = |client: &mut Client| {
        client.call(Some(&results), "put", vec![Value::Text("x".repeat(RESULT_BYTES)), Value::Bool(false)])
    };
    let (mut tasks, queue) = Client::of(master.address, "get_task_queue");
    (0..200).for_each(|_| drop(tasks.call(Some(&queue), "get", vec![])));
    let mut taken = 0;
    while put(&mut client) == returned(Value::None) {
        taken += 1;
        assert!(taken < 100, "there is no bound");
    }
    assert!(taken >= 20, "{taken} results");
    let mut lines = master.output.by_ref().lines();
    for _ in 0..taken {
        assert_eq!(lines.next().expect("a line").expect("text").len(), RESULT_BYTES + 2);
    }
    while put(&mut client) != returned(Value::None) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // What is left when it ends is printed, too.
    for _ in 0..20 {
        assert_eq!(put(&mut client), returned(Value::None));
    }
    crate::endings::signal(&master.program);
    assert_eq!(lines.map_while(Result::ok).count(), 21);
    assert_eq!(ended(&mut master.program.0), 1, "there are tasks without a result");
}
