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

/// A worker takes a lock, is terminated while it holds it, and joined. Then another process takes the lock.
fn terminated_while_it_holds(releases: bool) -> &'static str {
    let lock = Arc::new(Lock::default());
    let workers_lock = lock.clone();
    let (tells, is_told) = channel();
    let worker = Process::start(move |life| {
        workers_lock.acquire();
        if releases {
            workers_lock.release();
        }
        let _ = tells.send(());
        // Its work, in the middle of which it is terminated.
        serve(life)
    });
    is_told.recv().unwrap();
    worker.terminate();
    worker.join();
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
        shows: "`Process.exitcode` says how a process has ended: 0, another code, or -N for the signal N.",
        run: |_| Outcome::of(&endings()),
        right: |_| right_endings(),
        possible: |_| right_endings(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/exit_codes_ignored",
        summary: "a child that has ended is taken for one that has done its work",
        shows: "`Process.join` returns also if the process has failed: only `exitcode` tells.",
        literature: Some("broken variant; exit codes are not looked at"),
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/exit_codes"],
        run: |_| Outcome::of(&endings_not_looked_at()),
        right: |_| right_endings(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/crash",
        summary: "a worker process crashes, and its master goes on",
        shows: "If a child process crashes, its parent and the other children go on.",
        run: |_| Outcome::of(&worker_crashes(false)),
        right: |_| only_the_worker(),
        possible: |_| only_the_worker(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/crash_of_a_thread",
        summary: "a worker thread crashes, and its master with it",
        shows: "A thread that crashes, as by a bad pointer in C, ends its whole process with all its threads.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/crash"],
        run: |_| Outcome::of(&worker_crashes(true)),
        right: |_| only_the_worker(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/daemon",
        summary: "a daemonic server serves for ever, and its master comes to its end",
        shows: "A process that comes to its end by itself terminates its children with `daemon = True`.",
        run: |_| Outcome::of(&master_ends(true, false)),
        right: |_| only(Exit::Killed),
        possible: |_| only(Exit::Killed),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/not_a_daemon",
        summary: "a server serves for ever, and is waited for when its master has come to its end",
        shows: "A program joins at its end all children with `daemon = False`: one that does not end keeps it from \
            ending.",
        expectation: Expectation::AlwaysFails(FailureKind::Livelock),
        twin_of: &["process/daemon"],
        run: |_| Outcome::of(&master_ends(false, false)),
        right: |_| only(Exit::Killed),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/daemon_of_a_killed_master",
        summary: "a daemonic server serves for ever, and its master is killed",
        shows: "If a process is killed, nobody terminates its children, not even those with `daemon = True`.",
        expectation: Expectation::Fails(FailureKind::Livelock),
        twin_of: &["process/daemon"],
        run: |_| Outcome::of(&master_ends(true, true)),
        right: |_| only(Exit::Killed),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/asked_to_stop",
        summary: "a worker that takes a lock is asked to stop, and looks between its tasks",
        shows: "A worker that is asked to stop by an `Event`, and looks between its tasks, ends when it holds no \
            lock.",
        literature: Some("documentation of Python's `multiprocessing`: avoid terminating processes"),
        run: |_| Outcome::of(&stopped_at_a_lock(ask)),
        right: |_| only("the others go on"),
        possible: |_| only("the others go on"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/terminated_with_a_lock",
        summary: "a worker that takes a lock is terminated",
        shows: "`Process.terminate` may end a process while it holds a lock, which is then never released.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["process/asked_to_stop"],
        run: |_| Outcome::of(&stopped_at_a_lock(kill)),
        right: |_| only("the others go on"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/terminated_after_release",
        summary: "a worker is terminated when it has released a lock",
        shows: "A process that is terminated while it holds no lock leaves the locks free for the others.",
        run: |_| Outcome::of(&terminated_while_it_holds(true)),
        right: |_| only("the others go on"),
        possible: |_| only("the others go on"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/terminated_while_it_holds_a_lock",
        summary: "a worker is terminated when it has taken a lock and not yet released it",
        shows: "If `Process.terminate` ends a process that holds a lock, whoever acquires that lock waits for ever.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["process/terminated_after_release"],
        run: |_| Outcome::of(&terminated_while_it_holds(false)),
        right: |_| only("the others go on"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/asked_to_stop_writing",
        summary: "a worker that writes into a queue is asked to stop, and looks between its tasks",
        shows: "A worker that is asked to stop, and looks between its messages, writes whole messages only.",
        literature: Some("documentation of Python's `multiprocessing`: avoid terminating processes"),
        run: |_| Outcome::of(&stopped_at_a_queue(ask)),
        right: |_| any_of(["(b)", "(a)(b)", "(a)(a)(b)"]),
        possible: |_| any_of(["(b)", "(a)(b)", "(a)(a)(b)"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/terminated_while_writing",
        summary: "a worker that writes into a queue is terminated",
        shows: "`Process.terminate` while the process writes into a queue or a pipe may leave half a message in it.",
        literature: Some("documentation of Python's `multiprocessing`: `Process.terminate`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/asked_to_stop_writing"],
        run: |_| Outcome::of(&stopped_at_a_queue(kill)),
        right: |_| any_of(["(b)", "(a)(b)", "(a)(a)(b)"]),
        ..Scenario::DEFAULT
    },
];
