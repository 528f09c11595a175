//! How processes end, and what becomes of what they share with others.

use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicBool;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::mpsc::{Sender, channel};
use selvedge::sync::{Arc, Mutex};
use selvedge::{Outcome, thread};

use super::{Dead, Exit, Life, Lock, Process};
use crate::scenario::{Expectation, Scenario, Truth, any_of, only};

/// Three children: one does its work, one fails, and one is killed at some time. Returns how they have ended.
fn endings() -> [Exit; 3] {
    let children = [0, 1, 2].map(|code| {
        Process::start(move |life| {
            life.goes_on()?;
            Ok(code)
        })
    });
    children[2].terminate();
    children.map(Process::join)
}

/// The twin: takes a child that has ended for one that has done its work.
fn endings_not_looked_at() -> [Exit; 3] {
    endings().map(|_| Exit::Code(0))
}

/// What is right: the third was killed, or had ended before.
fn right_endings() -> Option<Vec<Outcome>> {
    let [done, failed] = [Exit::Code(0), Exit::Code(1)];
    any_of([Exit::Code(2), Exit::Killed].map(|third| [done, failed, third]))
}

/// Something that goes wrong so badly that the process ends with it.
fn crash(life: &Life) -> Result<u8, Dead> {
    life.end();
    Err(Dead)
}

/// A master starts a worker that crashes, and writes down what became of it. Returns whether it could.
fn worker_crashes(as_thread: bool) -> (Exit, Option<Exit>) {
    let report = Arc::new(Mutex::new(None));
    let master = {
        let report = report.clone();
        Process::start(move |life| {
            let ended = if as_thread {
                let shared = life.clone();
                let worker = thread::spawn(move || crash(&shared));
                worker.join().unwrap().map_or(Exit::Killed, Exit::Code)
            } else {
                Process::start(crash).join()
            };
            life.goes_on()?;
            *report.lock().unwrap() = Some(ended);
            Ok(0)
        })
    };
    let exit = master.join();
    let report = *report.lock().unwrap();
    (exit, report)
}

/// How many processes the system has room for, besides the first. One that has ended is in its table until somebody
/// has asked how: until then it is called a zombie.
const TABLE: usize = 2;

/// A master starts three children, one after the other has ended. Returns how many could be started.
fn started_in_turn(asks_how_they_end: bool) -> usize {
    let mut table: Vec<Process> = Vec::new();
    let mut started = 0;
    for _ in 0..3 {
        if table.len() < TABLE {
            table.push(Process::start(|_| Ok(0)));
            started += 1;
        }
        if asks_how_they_end {
            table.pop().map(Process::join);
        }
    }
    // When the master ends, somebody else asks for it.
    for zombie in table {
        zombie.join();
    }
    started
}

/// A child serves for ever, and the program ends. Then its daemons are killed, and its other children are waited for.
fn program_ends(is_daemon: bool) -> Exit {
    let server = Process::start(|life| {
        loop {
            life.goes_on()?;
            thread::yield_now();
        }
    });
    if is_daemon {
        server.terminate();
    }
    server.join()
}

/// How a worker is stopped: it is asked to, or it is killed.
type Stop = fn(&AtomicBool, &Process);

fn ask(is_asked: &AtomicBool, _worker: &Process) {
    is_asked.store(true, SeqCst);
}

fn kill(_is_asked: &AtomicBool, worker: &Process) {
    worker.terminate();
}

/// A worker does two tasks, if it is not asked to stop before, and is stopped.
fn stopped(stop: Stop, task: impl Fn(&Life) -> Result<(), Dead> + Send + 'static) {
    let is_asked = Arc::new(AtomicBool::new(false));
    let worker = {
        let is_asked = is_asked.clone();
        Process::start(move |life| {
            for _ in 0..2 {
                if is_asked.load(SeqCst) {
                    break;
                }
                task(life)?;
            }
            Ok(0)
        })
    };
    stop(&is_asked, &worker);
    worker.join();
}

/// The tasks are done under a lock, which another process takes when the worker has been stopped.
fn stopped_at_a_lock(stop: Stop) -> &'static str {
    let lock = Arc::new(Lock::default());
    let workers_lock = lock.clone();
    stopped(stop, move |life| {
        life.goes_on()?;
        workers_lock.acquire();
        life.goes_on()?;
        workers_lock.release();
        Ok(())
    });
    lock.acquire();
    "the others go on"
}

/// Writes a message, in pieces.
fn write(life: &Life, queue: &Sender<char>, text: &str) -> Result<(), Dead> {
    text.chars().try_for_each(|piece| {
        life.goes_on()?;
        let _ = queue.send(piece);
        Ok(())
    })
}

/// Each task is to write a message into a queue, into which another process writes one when the worker has been
/// stopped. Returns what comes out.
fn stopped_at_a_queue(stop: Stop) -> String {
    let (queue, other_end) = channel();
    let workers_queue = queue.clone();
    stopped(stop, move |life| write(life, &workers_queue, "(a)"));
    let _ = write(&Life::default(), &queue, "(b)");
    drop(queue);
    other_end.iter().collect()
}

/// The scenarios of how processes end.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "process/exit_codes",
        summary: "one child does its work, one fails, and one is killed",
        claim: "`exitcode` says how a process has ended: with 0, with another code, or by a signal.",
        run: |_| Outcome::of(&endings()),
        right: |_| right_endings(),
        possible: |_| right_endings(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/exit_codes_ignored",
        summary: "a child that has ended is taken for one that has done its work",
        claim: "`join` says that a process has ended, and not that it has done anything.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/exit_codes"],
        run: |_| Outcome::of(&endings_not_looked_at()),
        right: |_| right_endings(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/crash",
        summary: "a worker process crashes, and its master goes on",
        claim: "If a child process crashes, the master and the other children are not touched.",
        run: |_| Outcome::of(&worker_crashes(false)),
        right: |_| only((Exit::Code(0), Some(Exit::Killed))),
        possible: |_| only((Exit::Code(0), Some(Exit::Killed))),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/crash_of_a_thread",
        summary: "a worker thread crashes, and its master with it",
        claim: "If a thread crashes, it takes its whole process with it, for they share their memory.",
        truth: Truth::OnlyWhen(
            "it is the process that crashes, as by a bad pointer; an exception ends its thread alone",
        ),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/crash"],
        run: |_| Outcome::of(&worker_crashes(true)),
        right: |_| only((Exit::Code(0), Some(Exit::Killed))),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/waited_for",
        summary: "three children are started, each when the one before has been waited for",
        claim: "A process that has ended is gone when its parent has waited for it.",
        run: |_| Outcome::of(&started_in_turn(true)),
        right: |_| only(3),
        possible: |_| only(3),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/zombies",
        summary: "three children are started, and nobody waits for those that have ended",
        claim: "A process that nobody waits for stays in the system's table, until no more can be started.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/waited_for"],
        run: |_| Outcome::of(&started_in_turn(false)),
        right: |_| only(3),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/daemon",
        summary: "a server serves for ever, and the program ends",
        claim: "A daemonic process is terminated when its parent ends.",
        run: |_| Outcome::of(&program_ends(true)),
        right: |_| only(Exit::Killed),
        possible: |_| only(Exit::Killed),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/not_a_daemon",
        summary: "a server serves for ever, and the program waits for it at its end",
        claim: "A program waits at its end for all its children but the daemons.",
        expectation: Expectation::Fails(FailureKind::Livelock),
        twin_of: &["process/daemon"],
        run: |_| Outcome::of(&program_ends(false)),
        right: |_| only(Exit::Killed),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/asked_to_stop",
        summary: "a worker that takes a lock is asked to stop, and looks between its tasks",
        claim: "A worker that is asked to stop does so when it holds nothing.",
        run: |_| Outcome::of(&stopped_at_a_lock(ask)),
        right: |_| only("the others go on"),
        possible: |_| only("the others go on"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/terminated_with_a_lock",
        summary: "a worker that takes a lock is terminated",
        claim: "A process that is terminated while it holds a lock makes all others wait for ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["process/asked_to_stop"],
        run: |_| Outcome::of(&stopped_at_a_lock(kill)),
        right: |_| only("the others go on"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/asked_to_stop_writing",
        summary: "a worker that writes into a queue is asked to stop, and looks between its tasks",
        claim: "A worker that is asked to stop finishes the message that it has begun.",
        run: |_| Outcome::of(&stopped_at_a_queue(ask)),
        right: |_| any_of(["(b)", "(a)(b)", "(a)(a)(b)"]),
        possible: |_| any_of(["(b)", "(a)(b)", "(a)(a)(b)"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/terminated_while_writing",
        summary: "a worker that writes into a queue is terminated",
        claim: "A process that is terminated while it uses a queue or a pipe may leave it corrupted for the others.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/asked_to_stop_writing"],
        run: |_| Outcome::of(&stopped_at_a_queue(kill)),
        right: |_| any_of(["(b)", "(a)(b)", "(a)(a)(b)"]),
        ..Scenario::DEFAULT
    },
];
