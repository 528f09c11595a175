//! An installed CPython, and what it says when it does for real what scenarios model.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use selvedge_models::python::{SCRIPTS, Script, Version};

/// How long a script may take.
const TIME: Duration = Duration::from_secs(60);

/// Why Python cannot be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PythonError {
    /// It does not run.
    #[error("`{program}` does not run: {error}")]
    Missing { program: String, error: String },
    /// It does not say which version it is.
    #[error("`{program}` is no Python that says which version it is: {answer}")]
    Version { program: String, answer: String },
}

/// A program that runs Python.
pub(crate) struct Interpreter {
    program: String,
    version: Version,
}

/// What was said.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// The last line that was printed.
    This(String),
    /// Nothing, for this reason.
    Nothing(String),
}

impl fmt::Display for Said {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::This(text) | Self::Nothing(text)) = self;
        formatter.write_str(text)
    }
}

/// What a script has said, and whether the model says the same.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) script: &'static str,
    pub(crate) said: Said,
    pub(crate) agrees: bool,
}

impl fmt::Display for Interpreter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Version { major, minor, is_free_threaded } = self.version;
        let lock = if is_free_threaded { " without an interpreter lock" } else { "" };
        write!(formatter, "CPython {major}.{minor}{lock}")
    }
}

/// Prints the version, and whether there is an interpreter lock.
const WHICH: &str = "import sys; print(sys.implementation.name, *sys.version_info[:2], \
                     getattr(sys, '_is_gil_enabled', lambda: True)())";

impl Interpreter {
    /// Returns the interpreter that runs as `program`.
    pub(crate) fn find(program: &str) -> Result<Self, PythonError> {
        let answer =
            run(program, WHICH, TIME).map_err(|error| PythonError::Missing { program: program.to_owned(), error })?;
        let version = || match answer.split_whitespace().collect::<Vec<_>>()[..] {
            ["cpython", major, minor, has_lock] => Some(Version {
                major: major.parse().ok()?,
                minor: minor.parse().ok()?,
                is_free_threaded: has_lock == "False",
            }),
            _ => None,
        };
        let program = program.to_owned();
        match version() {
            Some(version) => Ok(Self { program, version }),
            None => Err(PythonError::Version { program, answer }),
        }
    }

    /// Returns what asks it when something is to be known, and each script once.
    pub(crate) fn ask_later(&self) -> Asked<'_> {
        Asked { interpreter: self, answers: BTreeMap::new() }
    }

    fn ask(&self, script: &Script) -> Answer {
        let (said, agrees) = match run(&self.program, script.source, TIME) {
            Ok(answer) => {
                let agrees = (script.agree)(self.version).contains(&answer.as_str());
                (Said::This(answer), agrees)
            }
            Err(reason) => (Said::Nothing(reason), false),
        };
        Answer { script: script.name, said, agrees }
    }
}

/// What was asked already.
pub(crate) struct Asked<'a> {
    interpreter: &'a Interpreter,
    answers: BTreeMap<&'static str, Answer>,
}

impl Asked<'_> {
    /// Returns what the scripts say that are about this scenario.
    pub(crate) fn about(&mut self, scenario: &str) -> Vec<Answer> {
        let scripts = SCRIPTS.iter().filter(|script| script.scenarios.contains(&scenario));
        scripts
            .map(|script| self.answers.entry(script.name).or_insert_with(|| self.interpreter.ask(script)).clone())
            .collect()
    }
}

/// Runs a script, and returns the last line that it prints, or why there is none. Nothing of it is left running.
fn run(program: &str, source: &str, time: Duration) -> Result<String, String> {
    let mut command = Command::new(program);
    command.args(["-c", source]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let (Some(mut output), Some(mut errors)) = (child.stdout.take(), child.stderr.take()) else {
        return Err("its output cannot be read".to_owned());
    };
    let (sender, receiver) = channel();
    let reader = std::thread::spawn(move || {
        let (mut text, mut complaint) = (String::new(), String::new());
        let _ = output.read_to_string(&mut text);
        let _ = errors.read_to_string(&mut complaint);
        let _ = sender.send((text, complaint));
    });
    let said = receiver.recv_timeout(time);
    // Its output has ended, and so will it; if it does not, it is ended.
    let mut status = None;
    let begun = Instant::now();
    while said.is_ok() && status.is_none() && begun.elapsed() < time {
        status = child.try_wait().map_err(|error| error.to_string())?;
        std::thread::sleep(Duration::from_millis(1));
    }
    end(&mut child);
    let _ = child.wait();
    let (Ok((text, complaint)), Some(status)) = (said, status) else {
        return Err(format!("it does not come to its end within {} s", time.as_secs()));
    };
    let _ = reader.join();
    let last = |text: &str| text.lines().last().map(str::to_owned);
    if !status.success() {
        return Err(last(&complaint).unwrap_or_else(|| format!("it ends with {status}")));
    }
    last(&text).ok_or_else(|| "it prints nothing".to_owned())
}

/// Ends a script with all the processes that it has started, if it is still there.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(child.id()) {
        use nix::sys::signal::{Signal, killpg};
        // A process that has ended and was not yet waited for still has its number, so this is its group.
        let _ = killpg(nix::unistd::Pid::from_raw(group), Signal::SIGKILL);
    }
    let _ = child.kill();
}
