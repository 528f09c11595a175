//! How processes end, and what becomes of what they share with others.

use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicBool;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::mpsc::{Sender, channel};
use selvedge::sync::{Arc, Mutex};
use selvedge::{Outcome, thread};

use super::{Dead, Exit, Life, Lock, Process};
use crate::scenario::{Expectation, Scenario, any_of, only};

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

/// A master starts a worker that crashes, and another one, and writes down how they have ended. Returns how it has ended
/// itself, and what it has written.
fn worker_crashes(as_thread: bool) -> (Exit, Option<[Exit; 2]>) {
    let report = Arc::new(Mutex::new(None));
    let master = {
        let report = report.clone();
        Process::start(move |life| {
            let other = Process::start(|_| Ok(2));
            let crashed = if as_thread {
                let shared = life.clone();
                let worker = thread::spawn(move || crash(&shared));
                worker.join().unwrap().map_or(Exit::Killed, Exit::Code)
            } else {
                Process::start(crash).join()
            };
            life.goes_on()?;
            *report.lock().unwrap() = Some([crashed, other.join()]);
            Ok(0)
        })
    };
    let exit = master.join();
    let report = *report.lock().unwrap();
    (exit, report)
}

/// What is right: the master has ended as it wanted to, and knows how the others have.
fn only_the_worker() -> Option<Vec<Outcome>> {
    only((Exit::Code(0), Some([Exit::Killed, Exit::Code(2)])))
}

/// How many processes the system has room for in its table. One that has ended is there until its parent has asked how:
/// until then it is called a zombie.
const TABLE: usize = 2;

/// A master starts three children, each when the one before has ended. Returns how many could be started.
fn started_in_turn(asks_how_they_end: bool) -> usize {
    let mut table: Vec<Process> = Vec::new();
    let mut started = 0;
    while started < 3 && table.len() < TABLE {
        let (last_words, has_ended) = channel();
        table.push(Process::start(move |_| {
            let _ = last_words.send(());
            Ok(0)
        }));
        started += 1;
        has_ended.recv().unwrap();
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

/// What a server does: it serves as long as it is alive.
fn serve(life: &Life) -> Result<u8, Dead> {
    loop {
        life.goes_on()?;
        thread::yield_now();
    }
}

/// A master has a server as a child, does its work, and ends; at its end it terminates its daemons. Or it is killed some
/// time before. Returns how the server ends, which is waited for.
fn master_ends(is_daemon: bool, is_killed: bool) -> Exit {
    let server = Process::start(serve);
    let child = server.life.clone();
    let master = Process::start(move |life| {
        life.goes_on()?;
        if is_daemon {
            child.end();
        }
        Ok(0)
    });
    if is_killed {
        master.terminate();
    }
    master.join();
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
        shows: "`exitcode` says how a process has ended: with 0, with another code, or by a signal.",
        run: |_| Outcome::of(&endings()),
        right: |_| right_endings(),
        possible: |_| right_endings(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/exit_codes_ignored",
        summary: "a child that has ended is taken for one that has done its work",
        shows: "`join` says that a process has ended, and not that it has done anything.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/exit_codes"],
        run: |_| Outcome::of(&endings_not_looked_at()),
        right: |_| right_endings(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/crash",
        summary: "a worker process crashes, and its master goes on",
        shows: "If a child process crashes, the master and the other children go on, as far as it held nothing that they share.",
        run: |_| Outcome::of(&worker_crashes(false)),
        right: |_| only_the_worker(),
        possible: |_| only_the_worker(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/crash_of_a_thread",
        summary: "a worker thread crashes, and its master with it",
        shows: "A thread that crashes, as by a bad pointer, takes its whole process with it, for they share their memory.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/crash"],
        run: |_| Outcome::of(&worker_crashes(true)),
        right: |_| only_the_worker(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/waited_for",
        summary: "three children are started, each when the one before has been waited for",
        shows: "A process that has ended is gone when its parent has waited for it, as `multiprocessing` does whenever it starts one.",
        run: |_| Outcome::of(&started_in_turn(true)),
        right: |_| only(3),
        possible: |_| only(3),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/zombies",
        summary: "three children are started, and nobody waits for those that have ended",
        shows: "A process that was forked, and that nobody waits for, stays in the system's table, until no more can be started.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/waited_for"],
        run: |_| Outcome::of(&started_in_turn(false)),
        right: |_| only(3),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/daemon",
        summary: "a daemonic server serves for ever, and its master comes to its end",
        shows: "A master that comes to its end terminates its daemonic children.",
        run: |_| Outcome::of(&master_ends(true, false)),
        right: |_| only(Exit::Killed),
        possible: |_| only(Exit::Killed),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/not_a_daemon",
        summary: "a server serves for ever, and is waited for when its master has come to its end",
        shows: "A program waits at its end for all its children but the daemons.",
        expectation: Expectation::Fails(FailureKind::Livelock),
        twin_of: &["process/daemon"],
        run: |_| Outcome::of(&master_ends(false, false)),
        right: |_| only(Exit::Killed),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/daemon_of_a_killed_master",
        summary: "a daemonic server serves for ever, and its master is killed",
        shows: "A daemonic process is terminated when its parent ends.",
        expectation: Expectation::Fails(FailureKind::Livelock),
        twin_of: &["process/daemon"],
        run: |_| Outcome::of(&master_ends(true, true)),
        right: |_| only(Exit::Killed),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/asked_to_stop",
        summary: "a worker that takes a lock is asked to stop, and looks between its tasks",
        shows: "A worker that is asked to stop does so when it holds nothing.",
        run: |_| Outcome::of(&stopped_at_a_lock(ask)),
        right: |_| only("the others go on"),
        possible: |_| only("the others go on"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/terminated_with_a_lock",
        summary: "a worker that takes a lock is terminated",
        shows: "A process that is terminated while it holds a lock makes all others wait for ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["process/asked_to_stop"],
        run: |_| Outcome::of(&stopped_at_a_lock(kill)),
        right: |_| only("the others go on"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/asked_to_stop_writing",
        summary: "a worker that writes into a queue is asked to stop, and looks between its tasks",
        shows: "A worker that is asked to stop finishes the message that it has begun.",
        run: |_| Outcome::of(&stopped_at_a_queue(ask)),
        right: |_| any_of(["(b)", "(a)(b)", "(a)(a)(b)"]),
        possible: |_| any_of(["(b)", "(a)(b)", "(a)(a)(b)"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/terminated_while_writing",
        summary: "a worker that writes into a queue is terminated",
        shows: "A process that is terminated while it uses a queue or a pipe may leave it corrupted for the others.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/asked_to_stop_writing"],
        run: |_| Outcome::of(&stopped_at_a_queue(kill)),
        right: |_| any_of(["(b)", "(a)(b)", "(a)(a)(b)"]),
        ..Scenario::DEFAULT
    },
];
