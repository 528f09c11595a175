//! Programs run by a program, with the functions of Python's `subprocess`: a child with pipes as its standard input and
//! output, which its parent writes into, reads from, and waits for.

use std::time::Duration;

use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread::{self, JoinHandle};

use crate::pipe::{Reader, Writer, pipe};
use crate::process::{Dead, Exit, Life};
use crate::scenario::Scenario;

pub mod streams;
pub mod waiting;

/// The scenarios of programs run by a program.
pub const SCENARIOS: &[&[Scenario]] = &[waiting::SCENARIOS, streams::SCENARIOS];

/// The program did not end in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeoutExpired;

/// What `run` returns: a `CompletedProcess`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// How the program has ended: `returncode`.
    pub exit: Exit,
    /// All that it has written: `stdout`.
    pub output: Vec<u8>,
}

/// How a program ends, when it has.
#[derive(Default)]
struct Ending {
    exit: Mutex<Option<Exit>>,
    has_ended: Condvar,
}

/// A program that has been started: `subprocess.Popen` with `stdin=PIPE` and `stdout=PIPE`.
pub struct Popen {
    /// What the program reads. It sees the end of its input when this is dropped.
    pub stdin: Option<Writer>,
    /// What the program writes.
    pub stdout: Option<Reader>,
    life: Life,
    ending: Arc<Ending>,
    thread: JoinHandle<()>,
}

impl Popen {
    /// Starts a program, and does not wait for it. What it returns is its exit code.
    pub fn new(program: impl FnOnce(&Life, Reader, Writer) -> Result<u8, Dead> + Send + 'static) -> Self {
        let (input, stdin) = pipe();
        let (stdout, output) = pipe();
        let (life, ending) = (Life::default(), Arc::<Ending>::default());
        let thread = {
            let (life, ending) = (life.clone(), ending.clone());
            thread::spawn(move || {
                let exit = program(&life, input, output).map_or(Exit::Killed, Exit::Code);
                *ending.exit.lock().unwrap() = Some(exit);
                ending.has_ended.notify_all();
            })
        };
        Self { stdin: Some(stdin), stdout: Some(stdout), life, ending, thread }
    }

    /// Returns how it has ended, if it has.
    pub fn poll(&self) -> Option<Exit> {
        *self.ending.exit.lock().unwrap()
    }

    /// Waits until it has ended, and returns how.
    pub fn wait(&self) -> Exit {
        let exit = self.ending.exit.lock().unwrap();
        let exit = self.ending.has_ended.wait_while(exit, |exit| exit.is_none()).unwrap();
        exit.expect("it was waited for")
    }

    /// Waits for some time until it has ended. In a model no time is long: it may be over at any moment.
    pub fn wait_timeout(&self, time: Duration) -> Result<Exit, TimeoutExpired> {
        let exit = self.ending.exit.lock().unwrap();
        let exit = self.ending.has_ended.wait_timeout_while(exit, time, |exit| exit.is_none()).unwrap().0;
        exit.ok_or(TimeoutExpired)
    }

    /// Has it end before one of its next steps, and does not wait for that.
    pub fn kill(&self) {
        self.life.end();
    }

    /// Writes the input and closes it, while it reads the output to the end; then waits. All output is in memory.
    pub fn communicate(mut self, input: &'static [u8]) -> Completed {
        let stdin = self.stdin.take().expect("its input");
        let writer = thread::spawn(move || {
            // A program that does not want all of it is no mistake.
            let _ = stdin.write(input);
        });
        let output = self.stdout.as_ref().expect("its output").read_all();
        writer.join().unwrap();
        let exit = self.wait();
        self.forget();
        Completed { exit, output }
    }

    /// Lets go of the program, and of the pipes. It is no more, or ends by itself.
    pub fn forget(self) {
        drop((self.stdin, self.stdout));
        self.thread.join().unwrap();
    }
}

/// Runs a program, and returns when it has ended: `subprocess.run`, which is made of `Popen` and `communicate`.
pub fn run(
    program: impl FnOnce(&Life, Reader, Writer) -> Result<u8, Dead> + Send + 'static,
    input: &'static [u8],
) -> Completed {
    Popen::new(program).communicate(input)
}
