//! What can be asked of a process when: Python's `multiprocessing.Process`, which is new, then runs, then has
//! ended, and is closed at last. What is asked at the wrong time is an error.

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
    /// The process comes to its end with this code, as far as it runs. Nobody asks: it does.
    Finish(u8),
    /// `terminate()`.
    Terminate,
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
    /// A process cannot be started twice, nor become a daemon when it has been started.
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
    /// It has ended. Until its parent has asked how, the system calls it a zombie.
    Ended(Exit),
    /// It has ended, or was never started, and is closed.
    Closed,
}

impl State {
    /// Changes to what comes next, and returns what is answered; nothing if it has to be waited for.
    fn answer(&mut self, request: Request) -> Option<Answer> {
        Some(match (*self, request) {
            (Self::New | Self::Closed, Request::SetDaemon) => Answer::Done,
            (_, Request::SetDaemon) => Answer::Wrong(Mistake::StartedTwice),
            (Self::Closed, Request::Finish(_) | Request::Close) => Answer::Done,
            (Self::Closed, _) => Answer::Wrong(Mistake::Closed),
            (Self::New, Request::Start) => self.becomes(Self::Running),
            (_, Request::Start) => Answer::Wrong(Mistake::StartedTwice),
            (Self::Running, Request::Finish(code)) => self.becomes(Self::Ended(Exit::Code(code))),
            (_, Request::Finish(_)) => Answer::Done,
            (Self::New, Request::Terminate | Request::Join) => Answer::Wrong(Mistake::NotStarted),
            (Self::Running, Request::Terminate) => self.becomes(Self::Ended(Exit::Killed)),
            (Self::Running, Request::Join) => return None,
            (Self::Ended(_), Request::Terminate | Request::Join) => Answer::Done,
            (Self::Running, Request::Close) => Answer::Wrong(Mistake::StillRunning),
            (_, Request::Close) => self.becomes(Self::Closed),
            (state, Request::IsAlive) => Answer::IsAlive(state == Self::Running),
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
        name: "process/started_once",
        summary: "two threads start the same process",
        shows: "A process can be started once; to start it again is an error.",
        run: |_| Outcome::of(&started(Handle::ask)),
        right: |_| only([None, Some(Mistake::StartedTwice)]),
        possible: |_| only([None, Some(Mistake::StartedTwice)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/started_twice",
        summary: "whether it was started is looked at in one step, and it is started in another",
        shows: "That a process was not started yet says nothing when two look at the same time.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/started_once"],
        run: |_| Outcome::of(&started(Handle::ask_in_two_steps)),
        right: |_| only([None, Some(Mistake::StartedTwice)]),
        ..Scenario::DEFAULT
    },
];
