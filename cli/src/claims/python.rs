//! An installed CPython, and what it says when it does for real what scenarios model.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use selvedge_models::python::{Script, Start, Version};

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
    /// There is no place for the scripts.
    #[error("the scripts cannot be written to a folder for temporary files: {0}")]
    Folder(#[from] std::io::Error),
}

/// How many scripts run at a time: most of what they do is to wait.
const AT_ONCE: usize = 8;

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
    pub(crate) version: Version,
    pub(crate) start: Start,
    pub(crate) said: Said,
    pub(crate) agrees: bool,
}

/// Prints the version, whether there is an interpreter lock, and where the program itself is: what is found by its name may be
/// a script that looks for it each time, which takes longer than Python to start.
const WHICH: &str = "import sys; print(sys.implementation.name, *sys.version_info[:2], \
                     getattr(sys, '_is_gil_enabled', lambda: True)(), sys.executable)";

/// Leaves out the packages that are installed beside Python's own: some are imported with every start, which may take longer
/// than the script. Processes that a script starts leave them out too.
const WITHOUT_SITE: &str = "-S";

impl Interpreter {
    /// Returns the interpreter that runs as `program`.
    pub(crate) fn find(program: &str) -> Result<Self, PythonError> {
        let answer = run(program, &["-c".as_ref(), WHICH.as_ref()], TIME)
            .map_err(|error| PythonError::Missing { program: program.to_owned(), error })?;
        let found = || match answer.splitn(5, ' ').collect::<Vec<_>>()[..] {
            ["cpython", major, minor, has_lock, place] => {
                let is_free_threaded = has_lock == "False";
                let program = if place.is_empty() { program } else { place };
                let version = Version { major: major.parse().ok()?, minor: minor.parse().ok()?, is_free_threaded };
                Some(Self { program: program.to_owned(), version })
            }
            _ => None,
        };
        found().ok_or_else(|| PythonError::Version { program: program.to_owned(), answer: answer.clone() })
    }

    /// Does `judge` while these scripts are run, each once by each of its methods.
    ///
    /// # Errors
    ///
    /// If there is no place to write the scripts to.
    pub(crate) fn asking<R>(
        &self,
        scripts: impl Iterator<Item = &'static Script>,
        judge: impl FnOnce(Asked<'_>) -> R,
    ) -> Result<R, PythonError> {
        let folder = tempfile::tempdir()?;
        let mut runs = BTreeMap::new();
        for script in scripts {
            let path = folder.path().join(script.name).with_extension("py");
            std::fs::write(&path, script.source)?;
            runs.extend(script.starts.iter().map(|&start| ((script.name, start), (script, path.clone()))));
        }
        let (measured, mut others): (Vec<_>, Vec<_>) = runs.into_iter().partition(|(_, (script, _))| script.measures);
        others.reverse();
        let others = Mutex::new(others);
        let (sender, answers) = channel();
        Ok(thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                let (sender, others) = (sender.clone(), &others);
                scope.spawn(move || {
                    while let Some(((name, start), (script, path))) = pop(others) {
                        let _ = sender.send(((name, start), self.ask(script, start, &path)));
                    }
                });
            }
            drop(sender);
            // What is measured is measured when nothing else runs.
            judge(Asked {
                interpreter: self,
                measured: measured.into_iter().collect(),
                answers,
                known: BTreeMap::new(),
            })
        }))
    }

    fn ask(&self, script: &Script, start: Start, path: &Path) -> Answer {
        let version = self.version;
        let arguments = [WITHOUT_SITE.as_ref(), path.as_ref(), start.name().as_ref()];
        let (said, agrees) = match run(&self.program, &arguments, TIME) {
            Ok(answer) => {
                // What stands after a colon is for people.
                let counts = answer.split(": ").next().unwrap_or_default();
                let agrees = (script.agree)(version, start).contains(&counts);
                (Said::This(answer), agrees)
            }
            Err(reason) => (Said::Nothing(reason), false),
        };
        Answer { version, start, said, agrees }
    }
}

fn pop<T>(items: &Mutex<Vec<T>>) -> Option<T> {
    items.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop()
}

type Run = (&'static str, Start);

/// What was asked already, or will have been.
pub(crate) struct Asked<'a> {
    interpreter: &'a Interpreter,
    /// Those that are run when they are asked for.
    measured: BTreeMap<Run, (&'static Script, PathBuf)>,
    answers: Receiver<(Run, Answer)>,
    known: BTreeMap<Run, Answer>,
}

impl Asked<'_> {
    /// Returns what the script of this name says, by each of its methods; nothing if it was left out.
    pub(crate) fn about(&mut self, name: &str) -> Vec<Answer> {
        let script = selvedge_models::python::script(name);
        let starts = script.map_or(&[][..], |script| script.starts);
        starts.iter().filter_map(|&start| self.answer((script?.name, start))).collect()
    }

    fn answer(&mut self, run: Run) -> Option<Answer> {
        if self.measured.contains_key(&run) {
            // By then all others have come to their ends.
            while let Ok((run, answer)) = self.answers.recv() {
                self.known.insert(run, answer);
            }
            let (script, path) = self.measured.remove(&run)?;
            self.known.insert(run, self.interpreter.ask(script, run.1, &path));
        }
        while !self.known.contains_key(&run) {
            let (run, answer) = self.answers.recv().ok()?;
            self.known.insert(run, answer);
        }
        self.known.get(&run).cloned()
    }
}

/// Runs a script, and returns the last line that it prints, or why there is none. Nothing of it is left running.
fn run(program: &str, arguments: &[&std::ffi::OsStr], time: Duration) -> Result<String, String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
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
