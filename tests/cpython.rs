//! CPython as the oracle: what the installed `python3` says of processes is what the model of their life says. What
//! other scripts say is compared in `cli/tests/python.rs`. Where there is no `python3`, that is said and nothing tested.

use std::io::{Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use selvedge::spec::SequentialSpec;
use selvedge_models::process::Exit;
use selvedge_models::process::life_cycle::{Answer, LifeCycleSpec, Mistake, Request, State};
use selvedge_models::python::LIFE_CYCLE;

/// How many lives of processes are compared.
const LIVES: usize = 150;

fn requests() -> impl Strategy<Value = Vec<Request>> {
    let request = prop_oneof![
        3 => Just(Request::Start),
        2 => (0..4_u8).prop_map(Request::Finish),
        1 => Just(Request::Terminate),
        2 => Just(Request::Join),
        1 => Just(Request::IsAlive),
        2 => Just(Request::ExitCode),
        1 => Just(Request::SetDaemon),
        1 => Just(Request::Close),
    ];
    proptest::collection::vec(request, 1..10)
}

/// Returns the answers of the model, as the script prints them. What would wait for ever is left out of the requests.
fn as_modelled(requests: &mut Vec<Request>) -> String {
    let mut state = State::default();
    let mut answers = Vec::new();
    requests.retain(|request| {
        let Some(answer) = LifeCycleSpec.apply(&mut state, request) else { return false };
        answers.push(match answer {
            Answer::Done => "done".to_owned(),
            Answer::IsAlive(is_alive) => format!("alive {is_alive}"),
            Answer::ExitCode(None) => "no code".to_owned(),
            Answer::ExitCode(Some(Exit::Killed)) => "killed".to_owned(),
            Answer::ExitCode(Some(Exit::Code(code))) => format!("code {code}"),
            Answer::Wrong(Mistake::StartedTwice | Mistake::NotStarted) => "wrong time".to_owned(),
            Answer::Wrong(Mistake::StillRunning) => "still running".to_owned(),
            Answer::Wrong(Mistake::Closed) => "closed".to_owned(),
        });
        true
    });
    answers.join(", ")
}

fn as_asked(requests: &[Request]) -> String {
    let words = requests.iter().map(|request| match request {
        Request::Start => "start".to_owned(),
        Request::Finish(code) => format!("finish {code}"),
        Request::Terminate => "terminate".to_owned(),
        Request::Join => "join".to_owned(),
        Request::IsAlive => "is_alive".to_owned(),
        Request::ExitCode => "exit_code".to_owned(),
        Request::SetDaemon => "set_daemon".to_owned(),
        Request::Close => "close".to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// A script that runs, with all the processes that it starts.
struct Python(Child);

/// Starts the script, or says that there is nothing that could run it.
fn python() -> Option<Python> {
    let mut command = Command::new("python3");
    command.args(["-c", LIFE_CYCLE]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    match command.spawn() {
        Ok(child) => Some(Python(child)),
        Err(error) => {
            // Written past what captures the output of tests, so that it is seen.
            let _ = writeln!(std::io::stderr(), "NOT TESTED: CPython is not asked: python3: {error}");
            None
        }
    }
}

impl Python {
    /// Writes the input while it reads the output, and returns that when it ends, which it has to in time.
    fn answers(&mut self, input: String) -> Output {
        let mut stdin = self.0.stdin.take().expect("its input");
        let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
        let (mut stdout, mut stderr) = (self.0.stdout.take().expect("output"), self.0.stderr.take().expect("errors"));
        let (sender, output) = channel();
        thread::spawn(move || {
            let (mut out, mut errors) = (Vec::new(), Vec::new());
            let _ = (stdout.read_to_end(&mut out), stderr.read_to_end(&mut errors));
            let _ = sender.send((out, errors));
        });
        let (stdout, stderr) = output.recv_timeout(Duration::from_secs(60)).expect("it ends in time");
        writer.join().expect("the writer").expect("it reads");
        Output { status: self.0.wait().expect("an end"), stdout, stderr }
    }
}

/// Nothing of it is left running, however the test ends.
impl Drop for Python {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Ok(group) = i32::try_from(self.0.id()) {
            let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::Signal::SIGKILL);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_life_of_a_process() {
    let Some(mut python) = python() else { return };
    let mut runner = TestRunner::deterministic();
    let (mut asked, mut expected) = (Vec::new(), Vec::new());
    while asked.len() < LIVES {
        let mut requests = requests().new_tree(&mut runner).expect("requests").current();
        let answers = as_modelled(&mut requests);
        if !requests.is_empty() {
            asked.push(as_asked(&requests));
            expected.push(answers);
        }
    }
    let output = python.answers(asked.join("\n") + "\n");
    let text = String::from_utf8_lossy(&output.stdout);
    let said: Vec<&str> = text.lines().collect();
    for ((asked, expected), said) in asked.iter().zip(&expected).zip(&said) {
        assert_eq!(said, expected, "asked: {asked}");
    }
    assert_eq!(said.len(), asked.len(), "{}", String::from_utf8_lossy(&output.stderr));
    for answer in ["wrong time", "still running", "closed", "killed", "code 3", "alive true"] {
        assert!(expected.iter().any(|said| said.contains(answer)), "nobody was answered `{answer}`");
    }
}
