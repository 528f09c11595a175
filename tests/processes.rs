//! Processes for real: this test program runs itself again as a child, and what then happens is among what the models
//! say that can. Nothing depends on how long anything takes, and no child outlives its test.

use std::io::{BufRead, BufReader, PipeReader, Read, Write, pipe};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

use selvedge::Outcome;
use selvedge_models::find;
use selvedge_models::process::Exit;

/// What tells a child what to do.
const ROLE: &str = "SELVEDGE_TEST_CHILD";

/// What parent and child both have, each its own.
static MEMORY: AtomicU32 = AtomicU32::new(1);

/// Longer than any pipe of any system is by default.
const LONG: usize = 1 << 20;

/// A child that is killed when the test is over, however it ends.
struct Kept(Child);

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What stands in a role between its words: a path may have spaces in it.
const BETWEEN: char = '\u{1}';

fn command(role: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "child", "--nocapture", "--test-threads=1"]);
    command.env(ROLE, role.join(&BETWEEN.to_string())).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Starts a child that writes into a pipe, and can be told to go on by closing its standard input.
fn started(role: &[&str]) -> (Kept, PipeReader) {
    let (reader, writer) = pipe().expect("a pipe");
    let child = command(role).stdin(Stdio::piped()).stderr(writer).spawn().expect("a child");
    (Kept(child), reader)
}

/// Waits until the child has written a line, and returns it.
fn line(from: impl Read) -> String {
    let mut line = String::new();
    BufReader::new(from).read_line(&mut line).expect("a line");
    line.trim().to_owned()
}

/// A file of a test's own, which is gone when the test is over.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("selvedge {} {name}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Self(path)
    }

    fn text(&self) -> &str {
        self.0.to_str().expect("a path of text")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A lock between processes that does not know who holds it: a file that is there, or not.
fn acquire(path: &Path) -> bool {
    std::fs::OpenOptions::new().write(true).create_new(true).open(path).is_ok()
}

fn wait_for_end_of_input() {
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
}

fn append(path: &str, text: &str) {
    let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).expect("a line in the log");
}

/// What a child does. In the parent, where nobody has said so, nothing.
#[test]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let words: Vec<&str> = role.split(BETWEEN).collect();
    let mut out = std::io::stderr();
    match words[..] {
        ["exit", code] => std::process::exit(code.parse().expect("a code")),
        ["crash"] => std::process::abort(),
        ["add"] => writeln!(out, "{}", MEMORY.fetch_add(1, SeqCst) + 1).expect("a parent"),
        ["wait"] => {
            writeln!(out, "waits").expect("a parent");
            wait_for_end_of_input();
        }
        ["hold", path] => {
            assert!(acquire(Path::new(path)));
            writeln!(out, "holds").expect("a parent");
            wait_for_end_of_input();
            std::fs::remove_file(path).expect("the lock");
        }
        ["write half"] => {
            write!(out, "(").expect("a parent");
            wait_for_end_of_input();
            write!(out, "a)").expect("a parent");
        }
        ["write", text] => write!(out, "{text}").expect("a parent"),
        ["greet"] => {
            out.write_all(&vec![b'x'; LONG]).expect("a parent");
            wait_for_end_of_input();
        }
        ["task", path] => {
            append(path, "begin\n");
            writeln!(out, "begun").expect("a parent");
            wait_for_end_of_input();
            append(path, "end\n");
        }
        ["master"] => {
            let [crashed, other] = [&["crash"][..], &["exit", "2"]].map(|role| command(role).status().expect("an end"));
            writeln!(out, "{:?}", [exit(crashed), exit(other)]).expect("a parent");
        }
        ["master of threads"] => {
            let crashed = std::thread::spawn(|| std::process::abort());
            let _ = crashed.join();
            writeln!(out, "goes on").expect("a parent");
        }
        ["complain"] => {
            println!("to the one");
            eprintln!("to the other");
            std::process::exit(3);
        }
        _ => panic!("no such role: {role}"),
    }
    std::process::exit(0);
}

/// Returns how it has ended, as the model says it.
fn exit(status: ExitStatus) -> Exit {
    status.code().map_or(Exit::Killed, |code| Exit::Code(u8::try_from(code).expect("a small code")))
}

/// Returns whether the model says that this is right.
fn is_right(scenario: &str, outcome: &impl std::fmt::Debug) -> bool {
    let scenario = find(scenario).expect("a scenario");
    (scenario.right)(&scenario.defaults()).expect("what is right").contains(&Outcome::of(outcome))
}

#[test]
fn memory_is_ones_own() {
    let (mut child, output) = started(&["add"]);
    assert_eq!(line(output), "2");
    child.0.wait().expect("an end");
    assert_eq!(MEMORY.load(SeqCst), 1, "the parent's is as it was");
}

#[test]
fn exit_codes_and_signals() {
    let [done, failed] = ["0", "1"].map(|code| command(&["exit", code]).status().expect("an end"));
    let (mut third, output) = started(&["wait"]);
    assert_eq!(line(output), "waits");
    third.0.kill().expect("it is there");
    let killed = third.0.wait().expect("an end");
    assert!(is_right("process/exit_codes", &[exit(done), exit(failed), exit(killed)]));
    #[cfg(unix)]
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&killed), Some(9));
}

/// Returns how a master has ended, and what it has written.
fn master(role: &str) -> (Exit, String) {
    let (mut reader, writer) = pipe().expect("a pipe");
    let status = command(&[role]).stderr(writer).status().expect("an end");
    let mut text = String::new();
    reader.read_to_string(&mut text).expect("text");
    (exit(status), text)
}

#[test]
fn a_crash_spares_the_master_and_the_others() {
    let (ended, text) = master("master");
    let [crashed, other] = [Exit::Killed, Exit::Code(2)];
    assert_eq!((ended, text), (Exit::Code(0), format!("{:?}\n", [crashed, other])));
    assert!(is_right("process/crash", &(ended, Some([crashed, other]))));
}

#[test]
fn a_crash_of_a_thread_takes_all() {
    assert_eq!(master("master of threads"), (Exit::Killed, String::new()));
}

#[test]
fn a_failure_is_noticed_and_both_streams_are_captured() {
    let output = command(&["complain"]).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("an end");
    assert!(!output.status.success() && output.status.code() == Some(3));
    // What runs tests writes to the first stream as well.
    assert!(String::from_utf8_lossy(&output.stdout).contains("to the one\n"));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "to the other\n");
}

/// Waits for a child for some time; returns nothing if it still runs then.
fn wait_timeout(child: &mut Child, time: Duration) -> Option<ExitStatus> {
    let begun = Instant::now();
    loop {
        let status = child.try_wait().expect("a child");
        if status.is_some() || begun.elapsed() >= time {
            return status;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Who waits for a child for some time only is told that it still runs, and can wait again, or kill it.
#[test]
fn a_timeout_is_no_end() {
    let (mut asked, output) = started(&["wait"]);
    assert_eq!(line(output), "waits");
    assert_eq!(wait_timeout(&mut asked.0, Duration::from_millis(20)), None);
    drop(asked.0.stdin.take());
    assert!(asked.0.wait().expect("an end").success());
    let (mut killed, output) = started(&["wait"]);
    assert_eq!(line(output), "waits");
    assert_eq!(wait_timeout(&mut killed.0, Duration::from_millis(20)), None);
    killed.0.kill().expect("it is there");
    assert_eq!(exit(killed.0.wait().expect("an end")), Exit::Killed);
}

/// A child that holds a lock is stopped; whoever wants the lock then waits for ever if it was killed.
#[test]
fn stopped_with_a_lock() {
    for is_killed in [true, false] {
        let file = Scratch::new("lock");
        let (mut child, output) = started(&["hold", file.text()]);
        assert_eq!(line(output), "holds");
        assert!(!acquire(&file.0), "it is held");
        if is_killed {
            child.0.kill().expect("it is there");
        } else {
            drop(child.0.stdin.take());
        }
        child.0.wait().expect("an end");
        assert_eq!(acquire(&file.0), !is_killed);
    }
}

/// One child writes a message into a pipe, in two pieces, and is stopped; then another one writes one.
#[test]
fn stopped_while_writing() {
    for is_killed in [true, false] {
        let (mut reader, writer) = pipe().expect("a pipe");
        let others_end = writer.try_clone().expect("another end");
        let first = command(&["write half"]).stdin(Stdio::piped()).stderr(writer).spawn().expect("a child");
        let mut first = Kept(first);
        let mut piece = [0];
        reader.read_exact(&mut piece).expect("the first piece");
        if is_killed {
            first.0.kill().expect("it is there");
        } else {
            drop(first.0.stdin.take());
        }
        first.0.wait().expect("an end");
        assert!(command(&["write", "(b)"]).stderr(others_end).status().expect("an end").success());
        let mut rest = String::new();
        reader.read_to_string(&mut rest).expect("the rest");
        let all = format!("{}{rest}", char::from(piece[0]));
        assert_eq!(is_right("process/terminated_while_writing", &all), !is_killed, "{all}");
    }
}

/// A pipe ends when its last writer has ended, and not as long as the reader could write itself.
#[test]
fn end_of_file() {
    let (mut reader, writer) = pipe().expect("a pipe");
    let unused = writer.try_clone().expect("another end");
    assert!(command(&["write", "abcd"]).stderr(writer).status().expect("an end").success());
    let (sender, all) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let mut text = String::new();
        reader.read_to_string(&mut text).expect("text");
        sender.send(text).expect("somebody waits");
    });
    // It cannot have ended: whoever has an end may still write.
    assert!(all.recv_timeout(Duration::from_millis(50)).is_err());
    drop(unused);
    assert!(is_right("pipe/end_of_file", &all.recv().expect("all").as_bytes()));
    thread.join().expect("the reader");
}

/// A parent that writes everything before it reads waits for a child that does the same.
#[test]
fn communicate() {
    let (mut child, mut output) = started(&["greet"]);
    let mut input = child.0.stdin.take().expect("its input");
    let (sender, is_written) = std::sync::mpsc::channel();
    let writer = std::thread::spawn(move || {
        input.write_all(&vec![b'y'; LONG]).expect("a child that reads in the end");
        sender.send(()).expect("somebody waits");
    });
    // It cannot have been written: a pipe does not hold so much, and the child reads nothing before it is read.
    assert!(is_written.recv_timeout(Duration::from_millis(50)).is_err());
    let mut greeting = Vec::new();
    output.read_to_end(&mut greeting).expect("a greeting");
    assert_eq!(greeting.len(), LONG);
    is_written.recv().expect("all is written");
    writer.join().expect("the writer");
    assert!(child.0.wait().expect("an end").success());
}

/// Returns the most tasks that the log says were begun and not ended at the same time, and how many have ended.
fn most_at_once(log: &Path) -> (usize, usize) {
    let text = std::fs::read_to_string(log).expect("the log");
    let (mut running, mut most, mut ended) = (0, 0, 0);
    for line in text.lines() {
        if line == "begin" {
            running += 1;
            most = most.max(running);
        } else {
            running -= 1;
            ended += 1;
        }
    }
    (most, ended)
}

const TASKS: usize = 5;

/// Five tasks, each a process that has begun before the next one is waited for, and two that run them.
#[test]
fn at_most_two_at_once() {
    let log = Scratch::new("log of two");
    let tasks = Mutex::new(0..TASKS);
    let both = Barrier::new(2);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut is_first = true;
                while let Some(_task) = { tasks.lock().expect("the tasks").next() } {
                    let (mut child, output) = started(&["task", log.text()]);
                    assert_eq!(line(output), "begun");
                    if std::mem::take(&mut is_first) {
                        // So that there are two at once, at least in the beginning.
                        both.wait();
                    }
                    drop(child.0.stdin.take());
                    assert!(child.0.wait().expect("an end").success());
                }
            });
        }
    });
    assert_eq!(most_at_once(&log.0), (2, TASKS));
}

/// The twin: a process for each task at once.
#[test]
fn all_at_once() {
    let log = Scratch::new("log of all");
    let children: Vec<(Kept, PipeReader)> = (0..TASKS).map(|_| started(&["task", log.text()])).collect();
    let begun: Vec<Kept> = children
        .into_iter()
        .map(|(child, output)| {
            assert_eq!(line(output), "begun");
            child
        })
        .collect();
    for mut child in begun {
        drop(child.0.stdin.take());
        assert!(child.0.wait().expect("an end").success());
    }
    assert_eq!(most_at_once(&log.0), (TASKS, TASKS));
}

/// One that has ended stays in the system's table until somebody asks how.
#[cfg(target_os = "linux")]
#[test]
fn a_zombie_is_there_until_it_is_waited_for() {
    let mut child = Kept(command(&["exit", "0"]).spawn().expect("a child"));
    let entry = PathBuf::from(format!("/proc/{}/stat", child.0.id()));
    let state = || {
        let text = std::fs::read_to_string(&entry).ok()?;
        // The name of the program, in brackets, comes before.
        text.rsplit(')').next()?.trim().chars().next()
    };
    while state() != Some('Z') {
        assert!(state().is_some(), "nobody has waited for it");
        std::thread::yield_now();
    }
    assert!(child.0.wait().expect("an end").success());
    assert_eq!(state(), None);
}
