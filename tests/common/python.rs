//! The installed `python3` for tests: a script that runs, and is ended with the test, with all that it has started. Where there is
//! none, that is said, and nothing tested.
#![allow(dead_code, unreachable_pub)]

use std::fmt::Display;
use std::io::{Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// How long a script may take to answer.
const TIME: Duration = Duration::from_secs(60);

/// Says that something was not tested, past what captures the output of tests, so that it is seen.
pub fn not_tested(reason: &dyn Display) {
    let _ = writeln!(std::io::stderr(), "NOT TESTED: CPython is not asked: {reason}");
}

/// A script that runs, with all the processes that it starts.
pub struct Python(pub Child);

/// Starts a script, or says that there is nothing that could run it.
pub fn python(script: &str, arguments: &[&str]) -> Option<Python> {
    started("python3", script, arguments)
}

/// Returns the versions of Python 3 that pyenv has installed.
pub fn versions() -> Vec<String> {
    let folder = std::env::home_dir().unwrap_or_default().join(".pyenv/versions");
    let installed = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut versions: Vec<String> = installed
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("3."))
        .map(|entry| entry.path().join("bin/python3").to_string_lossy().into_owned())
        .collect();
    versions.sort();
    versions
}

/// Starts a script with one of them, or says that there is nothing that could run it.
pub fn started(program: &str, script: &str, arguments: &[&str]) -> Option<Python> {
    let mut command = Command::new(program);
    command.args(["-c", script]).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map(Python).map_err(|error| not_tested(&format_args!("{program}: {error}"))).ok()
}

impl Python {
    /// Writes the input while it reads the output, and returns that when it ends, which it has to in time.
    pub fn answers(&mut self, input: String) -> Output {
        let mut stdin = self.0.stdin.take().expect("its input");
        let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
        let (mut stdout, mut stderr) = (self.0.stdout.take().expect("output"), self.0.stderr.take().expect("errors"));
        let (sender, output) = channel();
        thread::spawn(move || {
            // Each in a thread of its own: who waits for one may not be able to write the other.
            let errors = thread::spawn(move || {
                let mut errors = Vec::new();
                stderr.read_to_end(&mut errors).map(|_| errors)
            });
            let mut out = Vec::new();
            let _ = stdout.read_to_end(&mut out);
            let _ = sender.send((out, errors.join().expect("a reader").unwrap_or_default()));
        });
        let (stdout, stderr) = output.recv_timeout(TIME).expect("it ends in time");
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
