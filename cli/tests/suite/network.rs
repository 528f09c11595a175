//! Master and workers over TCP on loopback: ours with CPython's and with each other. What happens to those that do not keep to
//! the protocol is in `abuse.rs`.

use std::io::Read;
use std::process::{Command, Stdio};

use crate::master::{Client, KEY, Kept, ended, is_refused, master, returned, still_serves};
use crate::python::{not_tested, python};
use selvedge_models::master_worker::wire::value::Value;

pub(crate) fn all_of(stream: &mut impl Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("text");
    text
}

fn numbers(count: u32) -> String {
    (1..=count).map(|number| format!("{number}\n")).collect()
}

fn squares(count: u32) -> Vec<String> {
    (1..=count).map(|number| format!("\"{number} * {number} = {}\"", number * number)).collect()
}

/// The worker of 000 and 001, as it is printed but for the port and the comments, does ten tasks of our master. It pauses for
/// a second after each. Its `except Queue.Empty` would raise `NameError`, but is looked at only if a `get` is in vain.
#[test]
fn the_tutorials_worker_and_our_master() {
    let mut master = master(Some(&numbers(10)), &[]);
    let port = master.address.port().to_string();
    let Some(mut worker) = python(include_str!("../master/tutorial_worker.py"), &[&port]) else { return };
    let results = all_of(&mut master.output);
    assert_eq!(results.lines().collect::<Vec<_>>(), squares(10));
    assert_eq!(ended(&mut master.program.0), 0);
    let said = all_of(worker.0.stdout.as_mut().expect("its output"));
    assert!(said.ends_with("worker exit.\n"), "{said}");
    assert_eq!(ended(&mut worker.0), 0);
}

/// Our worker does ten tasks of the tutorial's master.
#[test]
fn our_worker_and_the_tutorials_master() {
    // A port that was free a moment ago.
    let address =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let Some(mut theirs) = python(include_str!("../master/tutorial_master.py"), &[&address.port().to_string()]) else {
        return;
    };
    let mut output = theirs.0.stdout.take().expect("its output");
    let mut said = String::new();
    while !said.contains("Try get results...") {
        let mut byte = [0];
        output.read_exact(&mut byte).expect("a master that goes on");
        said.push(char::from(byte[0]));
    }
    let worker = Command::new(env!("CARGO_BIN_EXE_selvedge"))
        .args(["worker", "--connect", &address.to_string()])
        .env("SELVEDGE_AUTHKEY", KEY)
        .output()
        .expect("a worker");
    let rest = all_of(&mut output);
    assert!(worker.status.success(), "{}", String::from_utf8_lossy(&worker.stderr));
    assert_eq!(rest.matches("Result: ").count(), 10, "{rest}");
    assert!(rest.ends_with("master exit.\n"), "{rest}");
    assert_eq!(ended(&mut theirs.0), 0);
}

/// Two of our workers, one of which has a program do the tasks.
#[test]
fn our_workers_and_our_master() {
    let mut master = master(Some(&numbers(20)), &[]);
    let address = master.address.to_string();
    let worker = |command: &[&str]| {
        let mut worker = Command::new(env!("CARGO_BIN_EXE_selvedge"));
        worker.args(["worker", "--connect", &address]).args(command).env("SELVEDGE_AUTHKEY", KEY);
        Kept(worker.stderr(Stdio::null()).spawn().expect("a worker"))
    };
    let mut workers = [worker(&[]), worker(&["--", "cat"])];
    let results = all_of(&mut master.output);
    assert_eq!(results.lines().count(), 20, "{results}");
    let is_result = |line: &str| squares(20).contains(&line.to_owned()) || (1..=20).any(|n| line == format!("\"{n}\""));
    assert!(results.lines().all(is_result), "{results}");
    assert_eq!(ended(&mut master.program.0), 0);
    // One of them may have come when all was done, and the master gone.
    let codes = workers.each_mut().map(|worker| ended(&mut worker.0));
    assert!(codes.contains(&0), "{codes:?}");
}

/// A worker that is killed with a task in its hands: it is done by another one, if it was leased. Otherwise it is lost.
#[test]
fn a_killed_worker() {
    let mut master = master(Some("7\n"), &[]);
    let address = master.address.to_string();
    let worker = |arguments: &[&str]| {
        let mut worker = Command::new(env!("CARGO_BIN_EXE_selvedge"));
        worker.args(["worker", "--connect", &address]).args(arguments).env("SELVEDGE_AUTHKEY", KEY);
        Kept(worker.stderr(Stdio::null()).spawn().expect("a worker"))
    };
    let (mut client, ident) = Client::of(master.address, "get_task_queue");
    let mut waits_for_size = |size| {
        let begun = std::time::Instant::now();
        while client.call(Some(&ident), "qsize", vec![]) != returned(Value::Int(size)) {
            assert!(begun.elapsed() < crate::master::TIME, "there are not {size} tasks");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    };
    let leases = worker(&["--", "sleep", "60"]);
    waits_for_size(0);
    drop(leases);
    waits_for_size(1);
    let takes = worker(&["--lease", "0", "--", "sleep", "60"]);
    waits_for_size(0);
    drop(takes);
    // The master has heard that it is gone when it has answered somebody who came after.
    still_serves(master.address);
    waits_for_size(0);
    // A task that is none of the master's: its result is not what the master waits for.
    let (mut puts, tasks) = Client::of(master.address, "get_task_queue");
    puts.call(Some(&tasks), "put", vec![Value::Int(8)]);
    let mut does = worker(&[]);
    waits_for_size(0);
    // Of the task that was taken for good, any result may be.
    let (mut client, ident) = Client::of(master.address, "get_result_queue");
    client.call(Some(&ident), "put", vec![Value::Int(49)]);
    assert_eq!(all_of(&mut master.output), "49\n");
    assert_eq!((ended(&mut master.program.0), ended(&mut does.0)), (0, 0));
}

/// CPython's own tests of its queues, on queues of ours: those of all versions that are installed. Time is checked where nothing else
/// runs.
#[test]
fn cpythons_own_tests() {
    let master = master(None, &[]);
    let port = master.address.port().to_string();
    let script = include_str!("../master/cpythons_tests.py");
    let started = |version: &str, mode| crate::python::started(version, script, &[&port, mode]);
    let passed = |version: &str, tests: Option<crate::python::Python>| {
        let Some(mut tests) = tests else { return };
        let complaints = all_of(tests.0.stderr.as_mut().expect("errors"));
        let said = all_of(tests.0.stdout.as_mut().expect("its output"));
        if said.contains("not installed") {
            not_tested(&format_args!("{version}: {}", said.trim()));
            return;
        }
        assert!(said.ends_with("tests, 0 of them failed\n"), "{version}: {said}\n{complaints}");
        let count = said.split_once(' ').and_then(|(count, _)| count.parse::<u32>().ok());
        assert!(count.is_some_and(|count| count > 10), "{version}: {said}");
        assert_eq!(ended(&mut tests.0), 0);
    };
    passed("python3", started("python3", "timed"));
    let versions = crate::python::versions();
    let tests: Vec<_> = versions.iter().map(|version| started(version, "untimed")).collect();
    versions.iter().zip(tests).for_each(|(version, tests)| passed(version, tests));
}

/// Queues that clients make are forgotten when nobody refers to them, and there are not too many.
#[test]
fn queues_that_clients_make() {
    let master = master(None, &[]);
    let ask = |method: &str, arguments: Vec<Value>| Client::with_key(master.address).call(None, method, arguments);
    let made = ask("create", vec![Value::text("Queue"), Value::Int(1)]);
    let Some(Value::Tuple(reply)) = made else { panic!("{made:?}") };
    let Value::Tuple(parts) = &reply[1] else { panic!("{reply:?}") };
    let ident = parts[0].clone();
    let Value::Text(name) = &ident else { panic!("{ident:?}") };
    let mut client = Client::with_key(master.address);
    client.call(None, "accept_connection", vec![Value::text("test")]);
    assert_eq!(client.call(Some(name), "put_nowait", vec![Value::Int(1)]), returned(Value::None));
    assert!(is_refused(&client.call(Some(name), "put_nowait", vec![Value::Int(2)])), "it is full");
    // Somebody who waits when the last reference is given back is told.
    client.say(Some(name), "put", vec![Value::Int(3)]);
    still_serves(master.address);
    assert_eq!(ask("decref", vec![ident.clone()]), returned(Value::None));
    assert!(is_refused(&client.reply()));
    assert!(is_refused(&client.call(Some(name), "get", vec![])), "it is gone");
    assert!(is_refused(&ask("decref", vec![ident])));
    assert!(is_refused(&ask("create", vec![Value::text("list")])), "only queues are made");
}

/// A wrong key is an error on both sides, and nobody is told more.
#[test]
fn a_wrong_key_gets_nowhere() {
    let master = master(None, &[]);
    let worker = Command::new(env!("CARGO_BIN_EXE_selvedge"))
        .args(["worker", "--connect", &master.address.to_string()])
        .env("SELVEDGE_AUTHKEY", "wrong")
        .output()
        .expect("a worker");
    assert_eq!(worker.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&worker.stderr).contains("key"), "{worker:?}");
    let script = include_str!("../master/tutorial_worker.py").replace("b'abc'", "b'wrong'");
    let Some(mut theirs) = python(&script, &[&master.address.port().to_string()]) else { return };
    let complaint = all_of(theirs.0.stderr.as_mut().expect("errors"));
    assert!(complaint.contains("AuthenticationError"), "{complaint}");
    // Whatever is sent instead of an answer: only that it failed is sent back, and then nothing.
    let mut client = Client::connected(master.address);
    client.message().expect("a challenge");
    client.send(b"let me in");
    assert_eq!(client.message().as_deref(), Some(&b"#FAILURE#"[..]));
    assert_eq!(client.message(), None);
}

#[test]
fn a_call_that_is_wrong_is_named() {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_selvedge"));
        let output = command.args(arguments).env_remove("SELVEDGE_AUTHKEY").output().expect("the program");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (arguments, complaint) in [
        (&["master"][..], "there is no key"),
        (&["worker"], "there is no key"),
        (&["master", "--authkey-file", "/no/such/file"], "/no/such/file"),
        (&["master", "--authkey-file", "/dev/null"], "the key is empty"),
        (&["master", "--listen", "0.0.0.0:0", "--authkey-file", "Cargo.toml"], "--expose"),
        (&["master", "--tasks", "/no/such/tasks", "--authkey-file", "Cargo.toml"], "/no/such/tasks"),
        (
            &["master", "--message-bytes", "150", "--tasks", "Cargo.toml", "--authkey-file", "Cargo.toml"],
            "Cargo.toml:3: the task is longer",
        ),
    ] {
        let (code, text) = run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {text}");
        assert!(text.contains(complaint), "{arguments:?}: {text}");
    }
}

/// An interrupt ends a master, and nothing goes wrong.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_master() {
    let mut master = master(None, &[]);
    let _waits = Client::of(master.address, "get_task_queue");
    let number = nix::unistd::Pid::from_raw(i32::try_from(master.program.0.id()).expect("a number"));
    nix::sys::signal::kill(number, nix::sys::signal::Signal::SIGINT).expect("it is there");
    assert_eq!(ended(&mut master.program.0), 0);
}

pub(crate) fn worker_of(address: std::net::SocketAddr, arguments: &[&str]) -> Kept {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_selvedge"));
    worker.args(["worker", "--connect", &address.to_string()]).args(arguments).env("SELVEDGE_AUTHKEY", KEY);
    Kept(worker.stderr(Stdio::null()).spawn().expect("a worker"))
}

/// A command that fails is tried again, and then named, with its exit code; the master does not end with success.
#[test]
fn a_failed_command() {
    let mut failing = master(Some("7\n8\n"), &["--retries", "1"]);
    let log = std::env::temp_dir().join(format!("selvedge-runs-{}", std::process::id()));
    let _ = std::fs::remove_file(&log);
    let command = format!("read task; echo $task >> {}; echo out; test $task = 8 || exit 3", log.display());
    let mut worker = worker_of(failing.address, &["--", "sh", "-c", &command]);
    let results = all_of(&mut failing.output);
    assert!(results.lines().any(|line| line == "\"out\""), "{results}");
    let failed = results.lines().find(|line| line.contains("failed")).expect("a line of the task that failed");
    for part in ["\"number\":1", "\"task\":7", "\"exit_code\":3", "\"output\":\"out\""] {
        assert!(failed.contains(part), "{failed}");
    }
    assert_eq!((ended(&mut failing.program.0), ended(&mut worker.0)), (1, 0));
    let runs = std::fs::read_to_string(&log).expect("the tasks that were tried");
    std::fs::remove_file(&log).expect("it was there");
    assert_eq!(runs.lines().filter(|line| *line == "7").count(), 2, "{runs}");
}

/// Results of no task of the master's do not end it.
#[test]
fn junk_is_no_result() {
    let mut master = master(Some("5\n6\n"), &[]);
    let (mut client, ident) = Client::of(master.address, "get_result_queue");
    for _ in 0..3 {
        assert_eq!(client.call(Some(&ident), "put", vec![Value::text("junk")]), returned(Value::None));
        client.call(Some(&ident), "put_once", vec![Value::Int(99), Value::text("junk")]);
    }
    let mut worker = worker_of(master.address, &[]);
    assert_eq!(all_of(&mut master.output), "\"5 * 5 = 25\"\n\"6 * 6 = 36\"\n");
    assert_eq!((ended(&mut master.program.0), ended(&mut worker.0)), (0, 0));
}

/// A task that comes back too often is given up.
#[test]
fn a_deadly_task() {
    let file = std::env::temp_dir().join(format!("selvedge-dead-letters-{}", std::process::id()));
    std::fs::write(&file, "of an earlier run\n").expect("a file");
    let dead_letters = file.to_str().expect("a name");
    let mut master = master(Some("9\n10\n"), &["--deliveries", "2", "--dead-letters", dead_letters]);
    let (mut client, tasks) = Client::of(master.address, "get_task_queue");
    for round in 0..2 {
        let (mut dies, ident) = Client::of(master.address, "get_task_queue");
        let leased = dies.call(Some(&ident), "lease", vec![Value::Int(60)]);
        assert!(format!("{leased:?}").contains("Int(9)"), "{leased:?}");
        drop(dies);
        // It is heard of when the task is back, or given up.
        let begun = std::time::Instant::now();
        let left = if round == 0 { 2 } else { 1 };
        std::thread::sleep(std::time::Duration::from_millis(100));
        while client.call(Some(&tasks), "qsize", vec![]) != returned(Value::Int(left)) {
            assert!(begun.elapsed() < crate::master::TIME, "there are not {left} tasks");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    // At once, and not only when it ends.
    let letter = "{\"number\":1,\"task\":9,\"why\":\"its workers went, or were late, too often\"}\n";
    let begun = std::time::Instant::now();
    let kept = || std::fs::read_to_string(&file).expect("a file");
    while kept() != format!("of an earlier run\n{letter}") {
        assert!(begun.elapsed() < crate::master::TIME, "{}", kept());
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let mut worker = worker_of(master.address, &[]);
    assert_eq!(all_of(&mut master.output), "\"10 * 10 = 100\"\n");
    assert_eq!((ended(&mut master.program.0), ended(&mut worker.0)), (1, 0));
    assert_eq!(kept().lines().count(), 2);
    std::fs::remove_file(&file).expect("it was there");
}

/// A file for dead letters that cannot be written is an error before anything else.
#[test]
fn dead_letters_that_cannot_be_kept() {
    let tasks = std::env::temp_dir().join(format!("selvedge-tasks-of-dead-letters-{}", std::process::id()));
    std::fs::write(&tasks, "1\n").expect("a file");
    let arguments = ["--listen", "127.0.0.1:0", "--dead-letters", "/no/such/folder/file", "--tasks"];
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_selvedge"))
        .arg("master")
        .args(arguments)
        .arg(&tasks)
        .env("SELVEDGE_AUTHKEY", "a key that is long enough")
        .output()
        .expect("the program");
    std::fs::remove_file(&tasks).expect("it was there");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("/no/such/folder/file"), "{said}");
}

/// A master that is killed while a worker waits has not come to its end.
#[test]
fn a_crash_is_not_the_end() {
    let mut master = master(Some("1\n2\n"), &[]);
    let mut worker = worker_of(master.address, &["--reconnect", "1", "--timeout", "60", "--", "sleep", "1"]);
    let (mut client, ident) = Client::of(master.address, "get_task_queue");
    while client.call(Some(&ident), "qsize", vec![]) != returned(Value::Int(1)) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    master.program.0.kill().expect("it is there");
    assert_eq!(ended(&mut worker.0), 1);
}

/// What a client has of one run of a master is nothing in another.
#[test]
fn objects_of_another_run() {
    let ident_in_a_run = || {
        let master = master(None, &[]);
        let made = Client::with_key(master.address).call(None, "create", vec![Value::text("Queue")]);
        let Some(Value::Tuple(reply)) = made else { panic!("{made:?}") };
        let Value::Tuple(parts) = &reply[1] else { panic!("{reply:?}") };
        let Value::Text(ident) = &parts[0] else { panic!("{parts:?}") };
        (master, ident.clone())
    };
    let (first, old) = ident_in_a_run();
    drop(first);
    let (second, new) = ident_in_a_run();
    let mut client = Client::with_key(second.address);
    client.call(None, "accept_connection", vec![Value::text("test")]);
    let answer = client.call(Some(&old), "put", vec![Value::Int(1)]);
    assert!(is_refused(&answer) && format!("{answer:?}").contains("another run"), "{answer:?}");
    assert_eq!(client.call(Some(&new), "qsize", vec![]), returned(Value::Int(0)));
}

/// The first signal lets a worker finish its task; the second ends it, with the command and all that it has started.
#[cfg(unix)]
#[test]
fn signals_to_a_worker() {
    use nix::sys::signal::{Signal, kill};
    for signals in [1, 2] {
        let master = master(Some("1\n2\n"), &[]);
        let mark = std::env::temp_dir().join(format!("selvedge-mark-{}-{signals}", std::process::id()));
        let _ = std::fs::remove_file(&mark);
        let script = "echo \"begun$SELVEDGE_AUTHKEY\" > $0; (sleep 3; echo survived >> $0); echo done";
        let mark_name = mark.display().to_string();
        let mut worker = worker_of(master.address, &["--", "sh", "-c", script, &mark_name]);
        while !std::fs::read_to_string(&mark).is_ok_and(|text| text.contains('\n')) {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let process = nix::unistd::Pid::from_raw(worker.0.id().cast_signed());
        for _ in 0..signals {
            kill(process, Signal::SIGTERM).expect("it is there");
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        assert_eq!(ended(&mut worker.0), if signals == 1 { 0 } else { 130 });
        std::thread::sleep(std::time::Duration::from_millis(4_000));
        let text = std::fs::read_to_string(&mark).expect("a mark");
        std::fs::remove_file(&mark).expect("it is there");
        assert_eq!(text, if signals == 1 { "begun\nsurvived\n" } else { "begun\n" }, "with {signals} signals");
    }
}
