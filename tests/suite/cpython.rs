//! CPython as the oracle: what the installed `python3` says of processes is what the model of their life says. What
//! other scripts say is compared in `cli/tests/suite/claims.rs`. Where there is no `python3`, that is said and nothing tested.

use std::path::PathBuf;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use selvedge::spec::SequentialSpec;
use selvedge_models::process::Exit;
use selvedge_models::process::life_cycle::{Answer, LifeCycleSpec, Mistake, Request, State};
use selvedge_models::python::LIFE_CYCLE;

/// How many lives of processes are compared, by the method with which they start: one is a hundred times slower.
const LIVES: [(&str, usize); 2] = [("fork", 200), ("spawn", 50)];

fn requests() -> impl Strategy<Value = Vec<Request>> {
    let request = prop_oneof![
        1 => Just(Request::Start),
        2 => (0..4_u8).prop_map(Request::Finish),
        1 => Just(Request::Run),
        3 => Just(Request::Terminate),
        3 => Just(Request::TakeEffect),
        2 => Just(Request::Join),
        1 => Just(Request::IsAlive),
        2 => Just(Request::ExitCode),
        1 => Just(Request::SetDaemon),
        1 => Just(Request::Close),
    ];
    // Most begin with a start: there is little to ask of a process that was not started.
    (0..4_u8, proptest::collection::vec(request, 1..14)).prop_map(|(first, mut requests)| {
        if first > 0 {
            requests.insert(0, Request::Start);
        }
        requests
    })
}

/// Returns the answers of the model, as the script prints them. What would wait for ever is left out of the requests, and
/// so is that a process that is to be terminated ends by itself: the script has it stand still until the signal comes.
fn as_modelled(requests: &mut Vec<Request>) -> String {
    let mut state = State::default();
    let mut answers = Vec::new();
    requests.retain(|request| {
        if state == State::Terminated && matches!(request, Request::Finish(_)) {
            return false;
        }
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
        Request::Run => "run".to_owned(),
        Request::Terminate => "terminate".to_owned(),
        Request::TakeEffect => "signal".to_owned(),
        Request::Join => "join".to_owned(),
        Request::IsAlive => "is_alive".to_owned(),
        Request::ExitCode => "exit_code".to_owned(),
        Request::SetDaemon => "set_daemon".to_owned(),
        Request::Close => "close".to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The script, in a file of its own: a process that is spawned reads it again.
struct File(PathBuf);

impl File {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("selvedge life cycle {}.py", std::process::id()));
        std::fs::write(&path, LIFE_CYCLE).expect("a file");
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn the_life_of_a_process() {
    let file = File::new();
    for (method, lives) in LIVES {
        // It runs the file as if it had been started with it.
        let script = "import sys; __file__ = sys.argv.pop(1); exec(compile(open(__file__).read(), __file__, 'exec'))";
        let Some(python) = crate::python::python(script, &[file.0.to_str().expect("a path of text"), method]) else {
            return;
        };
        compare(python, method, lives);
    }
}

fn compare(mut python: crate::python::Python, method: &str, lives: usize) {
    let mut runner = TestRunner::deterministic();
    let (mut asked, mut expected) = (Vec::new(), Vec::new());
    while asked.len() < lives {
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
        assert_eq!(said, expected, "{method}, asked: {asked}");
    }
    assert_eq!(said.len(), asked.len(), "{method}: {}", String::from_utf8_lossy(&output.stderr));
    for answer in ["wrong time", "still running", "closed", "killed", "code ", "alive true"] {
        assert!(expected.iter().any(|said| said.contains(answer)), "{method}: nobody was answered `{answer}`");
    }
    let waited = |asked: &String| asked.contains("terminate, is_alive") || asked.contains("terminate, exit_code");
    assert!(asked.iter().any(waited), "{method}: nobody was asked between a signal and its effect");
}
