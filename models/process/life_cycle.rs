//! What can be asked of a process when: Python's `multiprocessing.Process`, which is new, then runs, then has
//! ended, and is closed at last. What is asked at the wrong time is an error.
//!
//! `terminate` sends a signal and returns. The process ends when the signal takes effect, which is a step of its own.

use selvedge::failure::FailureKind;
use selvedge::spec::SequentialSpec;
use selvedge::sync::{Condvar, Mutex};
use selvedge::{Outcome, Subject, thread};

use super::Exit;
use crate::scenario::{Expectation, Scenario, only};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// `start()`.
    Start,
    /// `run()`: the caller itself does what the process would.
    Run,
    /// The process comes to its end with this code, as far as it runs. Nobody asks: it does.
    Finish(u8),
    /// `terminate()`: sends the process a signal.
    Terminate,
    /// The signal takes effect, as soon as there is one. Nobody asks: it does.
    TakeEffect,
    /// `join()`: waits until it has ended.
    Join,
    /// `is_alive()`.
    IsAlive,
    /// `exitcode`.
    ExitCode,
    /// `daemon = True`.
    SetDaemon,
    /// `close()`: gives back what it used.
    Close,
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It has been done.
    Done,
    /// Whether it is alive.
    IsAlive(bool),
    /// How it has ended, if it has.
    ExitCode(Option<Exit>),
    /// It was asked at the wrong time.
    Wrong(Mistake),
}

/// What can be asked at the wrong time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mistake {
    /// A process cannot be started twice, nor become a daemon or be run by its caller when it has been started.
    StartedTwice,
    /// Only a process that was started can be joined or terminated.
    NotStarted,
    /// A process that runs cannot be closed.
    StillRunning,
    /// A process that was closed can be asked nothing any more.
    Closed,
}

/// Where it is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// It has not been started.
    #[default]
    New,
    /// It runs.
    Running,
    /// It runs, and a signal that will end it is on its way.
    Terminated,
    /// It has ended. Until its parent has asked how, the system calls it a zombie.
    Ended(Exit),
    /// It has ended and is closed.
    Closed,
    /// It was never started, and is closed.
    NeverStarted,
}

impl State {
    /// Changes to what comes next, and returns what is answered; nothing if it has to be waited for.
    fn answer(&mut self, request: Request) -> Option<Answer> {
        Some(match (*self, request) {
            (Self::New | Self::Closed | Self::NeverStarted, Request::SetDaemon) => Answer::Done,
            (Self::New | Self::NeverStarted, Request::Run) => Answer::Done,
            (_, Request::SetDaemon | Request::Run) => Answer::Wrong(Mistake::StartedTwice),
            (Self::Closed | Self::NeverStarted, Request::Finish(_) | Request::Close) => Answer::Done,
            (_, Request::TakeEffect) if *self != Self::Terminated => return None,
            (Self::Closed | Self::NeverStarted, _) => Answer::Wrong(Mistake::Closed),
            (Self::New, Request::Start) => self.becomes(Self::Running),
            (_, Request::Start) => Answer::Wrong(Mistake::StartedTwice),
            // Also with a signal on its way: it may come too late.
            (Self::Running | Self::Terminated, Request::Finish(code)) => self.becomes(Self::Ended(Exit::Code(code))),
            (_, Request::Finish(_)) => Answer::Done,
            (Self::New, Request::Terminate | Request::Join) => Answer::Wrong(Mistake::NotStarted),
            (Self::Running | Self::Terminated, Request::Terminate) => self.becomes(Self::Terminated),
            (_, Request::TakeEffect) => self.becomes(Self::Ended(Exit::Killed)),
            (Self::Running | Self::Terminated, Request::Join) => return None,
            (Self::Ended(_), Request::Terminate | Request::Join) => Answer::Done,
            (Self::Running | Self::Terminated, Request::Close) => Answer::Wrong(Mistake::StillRunning),
            (Self::New, Request::Close) => self.becomes(Self::NeverStarted),
            (Self::Ended(_), Request::Close) => self.becomes(Self::Closed),
            (state, Request::IsAlive) => Answer::IsAlive(matches!(state, Self::Running | Self::Terminated)),
            (Self::Ended(exit), Request::ExitCode) => Answer::ExitCode(Some(exit)),
            (_, Request::ExitCode) => Answer::ExitCode(None),
        })
    }

    fn becomes(&mut self, next: Self) -> Answer {
        *self = next;
        Answer::Done
    }
}

/// What is to be answered when requests come one at a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct LifeCycleSpec;

impl SequentialSpec for LifeCycleSpec {
    type State = State;
    type Operation = Request;
    type Result = Answer;

    fn initial(&self) -> State {
        State::New
    }

    fn apply(&self, state: &mut State, request: &Request) -> Option<Answer> {
        state.answer(*request)
    }
}

/// A process object that several threads ask things of.
#[derive(Default)]
pub struct Handle {
    state: Mutex<State>,
    changed: Condvar,
}

impl Handle {
    /// Does what is asked as one step, as soon as that can be.
    pub fn ask(&self, request: Request) -> Answer {
        let mut state = self.state.lock().unwrap();
        loop {
            if let Some(answer) = state.answer(request) {
                self.changed.notify_all();
                return answer;
            }
            state = self.changed.wait(state).unwrap();
        }
    }

    /// The twin: looks what is to be answered, and then does it.
    pub fn ask_in_two_steps(&self, request: Request) -> Answer {
        let mut next = *self.state.lock().unwrap();
        let Some(answer) = next.answer(request) else { return self.ask(request) };
        *self.state.lock().unwrap() = next;
        self.changed.notify_all();
        answer
    }
}

impl Subject for Handle {
    type Operation = Request;
    type Result = Answer;

    fn call(&self, request: &Request) -> Answer {
        self.ask(*request)
    }
}

/// A process that would serve for ever is terminated, and then asked whether it is alive. Returns the answer.
fn alive_after_terminate(joins: bool) -> Answer {
    let process = Handle::default();
    process.ask(Request::Start);
    thread::scope(|scope| {
        // The system: it delivers the signal when it comes to it.
        scope.spawn(|| process.ask(Request::TakeEffect));
        process.ask(Request::Terminate);
        if joins {
            process.ask(Request::Join);
        }
        process.ask(Request::IsAlive)
    })
}

/// Two threads start the same process. Returns what they are told, in order.
fn started(ask: fn(&Handle, Request) -> Answer) -> Vec<Option<Mistake>> {
    let process = Handle::default();
    let mut told = thread::scope(|scope| {
        let starters = [(); 2].map(|()| scope.spawn(|| ask(&process, Request::Start)));
        starters.map(|starter| match starter.join().unwrap() {
            Answer::Wrong(mistake) => Some(mistake),
            _ => None,
        })
    });
    told.sort_unstable();
    told.into()
}

/// The scenarios of the life of a process.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "process/terminate_and_join",
        summary: "a process is terminated and joined, and then asked whether it is alive",
        shows: "After `Process.terminate` and then `Process.join` the process has ended, and `is_alive` returns \
            False.",
        run: |_| Outcome::of(&alive_after_terminate(true)),
        right: |_| only(Answer::IsAlive(false)),
        possible: |_| only(Answer::IsAlive(false)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/alive_after_terminate",
        summary: "a process is terminated, and at once asked whether it is alive",
        shows: "`Process.terminate` returns before the signal has taken effect: `is_alive` just after it may return \
            True.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/terminate_and_join"],
        run: |_| Outcome::of(&alive_after_terminate(false)),
        right: |_| only(Answer::IsAlive(false)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/started_once",
        summary: "two threads start the same process",
        shows: "`Process.start` succeeds once; the second call raises `AssertionError`.",
        literature: Some("documentation of Python's `multiprocessing`: `start` is called at most once"),
        run: |_| Outcome::of(&started(Handle::ask)),
        right: |_| only([None, Some(Mistake::StartedTwice)]),
        possible: |_| only([None, Some(Mistake::StartedTwice)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/started_twice",
        summary: "whether it was started is looked at in one step, and it is started in another",
        shows: "If `start` checks and starts in two steps, two threads can start the same `Process` twice.",
        literature: Some("broken variant: check, then act"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/started_once"],
        run: |_| Outcome::of(&started(Handle::ask_in_two_steps)),
        right: |_| only([None, Some(Mistake::StartedTwice)]),
        ..Scenario::DEFAULT
    },
];
