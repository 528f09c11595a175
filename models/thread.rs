//! Threads: started, named, waited for, left alone.
//!
//! What the tutorials show first, and what they say of it.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::atomic::{AtomicU32, AtomicUsize};
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread::{self, Builder};

use crate::scenario::{Expectation, Scenario, any_of, only};

/// A thread works, and the main thread waits for it.
fn joined() -> u32 {
    let work = Arc::new(AtomicU32::new(0));
    let worker = {
        let work = Arc::clone(&work);
        thread::spawn(move || work.store(42, SeqCst))
    };
    worker.join().unwrap();
    work.load(SeqCst)
}

/// A thread works, and the main thread goes on without waiting for it.
fn detached() -> u32 {
    let work = Arc::new(AtomicU32::new(0));
    let worker = {
        let work = Arc::clone(&work);
        thread::spawn(move || work.store(42, SeqCst))
    };
    drop(worker);
    work.load(SeqCst)
}

/// Gives each thread a name with the next number, as Python does: `Thread-1`, `Thread-2`, ..
fn named(next: fn(&AtomicUsize) -> usize) -> Vec<String> {
    let numbers = Arc::new(AtomicUsize::new(1));
    let starters = [(); 2].map(|()| {
        let numbers = Arc::clone(&numbers);
        // Threads may start threads, so two may ask for a number at the same time.
        thread::spawn(move || {
            let builder = Builder::new().name(format!("Thread-{}", next(&numbers)));
            let thread = builder.spawn(|| thread::current().name().map(str::to_owned)).unwrap();
            thread.join().unwrap().unwrap_or_default()
        })
    });
    let mut names = vec![thread::current().name().unwrap_or_default().to_owned()];
    names.extend(starters.into_iter().map(|starter| starter.join().unwrap()));
    names.sort();
    names
}

fn counted(numbers: &AtomicUsize) -> usize {
    numbers.fetch_add(1, SeqCst)
}

/// The twin: reads the number and writes the next one in two steps.
fn counted_in_two_steps(numbers: &AtomicUsize) -> usize {
    let number = numbers.load(SeqCst);
    numbers.store(number + 1, SeqCst);
    number
}

/// Each of two threads asks who it is. Returns whether each is told its own name.
fn current() -> bool {
    let threads = ["Alice", "Bob"].map(|name| {
        let ask = move || thread::current().name() == Some(name);
        Builder::new().name(name.into()).spawn(ask).unwrap()
    });
    threads.into_iter().all(|thread| thread.join().unwrap())
}

/// The twin: each says in a global variable who it is, and looks there.
fn current_in_a_global() -> bool {
    let who = Arc::new(Mutex::new(""));
    let threads = ["Alice", "Bob"].map(|name| {
        let who = Arc::clone(&who);
        let ask = move || {
            *who.lock().unwrap() = name;
            *who.lock().unwrap() == name
        };
        Builder::new().name(name.into()).spawn(ask).unwrap()
    });
    threads.into_iter().all(|thread| thread.join().unwrap())
}

/// Threads are started one after the other, and each says when it runs. Returns in which order they did.
fn order(wait_for_each: bool) -> Vec<usize> {
    let ran = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for number in 0..3 {
            let ran = &ran;
            let thread = scope.spawn(move || ran.lock().unwrap().push(number));
            if wait_for_each {
                thread.join().unwrap();
            }
        }
    });
    ran.into_inner().unwrap()
}

/// What two threads do: one works, the other one fails.
fn work(number: usize) -> u32 {
    assert_eq!(number, 0, "something goes wrong");
    42
}

/// Two threads work. Returns what `join` says of how many: those that have done it, and those that have failed.
fn results() -> (usize, usize) {
    let threads = [0, 1].map(|number| thread::spawn(move || work(number)));
    let results = threads.map(thread::JoinHandle::join);
    let done = results.iter().filter(|result| result.is_ok()).count();
    (done, results.len() - done)
}

/// The twin: the threads put what they have done where all can see it, and nobody asks how they have ended.
fn failure_unnoticed() -> (usize, usize) {
    let results = Arc::new(Mutex::new(Vec::new()));
    for number in [0, 1] {
        let results = Arc::clone(&results);
        thread::spawn(move || results.lock().unwrap().push(work(number)));
    }
    let done = results.lock().unwrap().len();
    (done, 2 - done)
}

/// A thread that serves requests for ever, of which there will be no more.
fn serve(requests: Arc<(Mutex<usize>, Condvar)>) {
    let (waiting, arrived) = &*requests;
    loop {
        let mut waiting = waiting.lock().unwrap();
        while *waiting == 0 {
            waiting = arrived.wait(waiting).unwrap();
        }
        *waiting -= 1;
    }
}

/// At its end a program waits for all threads but the daemons. A server is one: it is left where it is.
fn daemon() -> &'static str {
    let requests = Arc::default();
    thread::spawn(move || serve(requests));
    "the program has ended"
}

/// The twin: the server is an ordinary thread, and the program waits for it at its end.
fn not_a_daemon() -> &'static str {
    let requests = Arc::default();
    let server = thread::spawn(move || serve(requests));
    let _ = server.join();
    "the program has ended"
}

/// A thread writes two lines. Returns how many are there when the program ends, which waits for the thread
/// unless it is a daemon.
fn lines_written(is_daemon: bool) -> usize {
    let lines = Arc::new(AtomicUsize::new(0));
    let writer = {
        let lines = Arc::clone(&lines);
        thread::spawn(move || {
            lines.fetch_add(1, SeqCst);
            lines.fetch_add(1, SeqCst);
        })
    };
    if !is_daemon {
        writer.join().unwrap();
    }
    lines.load(SeqCst)
}

/// One has done it, and one has failed.
const RESULTS: (usize, usize) = (1, 1);

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "thread/join",
        summary: "the main thread waits for another one",
        shows: "`join` waits until the thread has ended; what it did is seen after.",
        run: |_| Outcome::of(&joined()),
        right: |_| only(42),
        possible: |_| only(42),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/detached",
        summary: "the main thread does not wait for another one",
        shows: "A thread runs on its own: who does not wait for it may see what it did, or not.",
        run: |_| Outcome::of(&detached()),
        right: |_| any_of([0, 42]),
        possible: |_| any_of([0, 42]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/not_joined",
        summary: "the main thread does not wait, and expects the work to be done",
        shows: "A thread that was started has not run yet, let alone ended.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/join", "thread/detached"],
        run: |_| Outcome::of(&detached()),
        right: |_| only(42),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/names",
        summary: "threads without a name are given one with a number",
        shows: "The first thread is called main, and others get names by a number, each its own.",
        run: |_| Outcome::of(&named(counted)),
        right: |_| only(["Thread-1", "Thread-2", "main"]),
        possible: |_| only(["Thread-1", "Thread-2", "main"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/names_in_two_steps",
        summary: "the number for a name is read in one step and counted up in another",
        shows: "Numbers are given out in one step, or two get the same.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/names"],
        run: |_| Outcome::of(&named(counted_in_two_steps)),
        right: |_| only(["Thread-1", "Thread-2", "main"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/current",
        summary: "each thread asks who it is",
        shows: "`current_thread` tells each thread its own name, whoever else asks.",
        run: |_| Outcome::of(&current()),
        right: |_| only(true),
        possible: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/current_in_a_global",
        summary: "each thread writes who it is into a global variable, and looks there",
        shows: "A global variable is the same for all threads: it says who wrote last.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/current"],
        run: |_| Outcome::of(&current_in_a_global()),
        right: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/one_by_one",
        summary: "each thread is waited for before the next one starts",
        shows: "Threads that are to run in order have to be waited for.",
        run: |_| Outcome::of(&order(true)),
        right: |_| only([0, 1, 2]),
        possible: |_| only([0, 1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/start_order",
        summary: "threads are started one after the other, and expected to run so",
        shows: "In which order threads run is up to the system, not to the order in which they were started.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/one_by_one"],
        run: |_| Outcome::of(&order(false)),
        right: |_| only([0, 1, 2]),
        possible: |_| any_of([[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/result",
        summary: "one thread returns something, another one fails",
        shows: "`join` hands over what a thread has returned, or the failure that it ended with.",
        run: |_| Outcome::of(&results()),
        right: |_| only(RESULTS),
        possible: |_| only(RESULTS),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/failure_unnoticed",
        summary: "a thread fails, and nobody waits for it",
        shows: "A thread that fails ends alone, and the program goes on; who does not ask does not know.",
        expectation: Expectation::Fails(FailureKind::Panic),
        twin_of: &["thread/result"],
        run: |_| Outcome::of(&failure_unnoticed()),
        right: |_| only(RESULTS),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/daemon",
        summary: "a server waits for requests for ever, and the program ends",
        shows: "A daemon thread does not keep the program alive.",
        run: |_| Outcome::of(&daemon()),
        right: |_| only("the program has ended"),
        possible: |_| only("the program has ended"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/not_a_daemon",
        summary: "a server waits for requests for ever, and the program waits for it",
        shows: "A program ends when all its threads have ended that are no daemons; one that never ends keeps it for ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["thread/daemon"],
        run: |_| Outcome::of(&not_a_daemon()),
        right: |_| only("the program has ended"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/finishes_its_work",
        summary: "an ordinary thread writes two lines, and the program waits for it at its end",
        shows: "An ordinary thread comes to its end before the program does.",
        run: |_| Outcome::of(&lines_written(false)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/daemon_cut_short",
        summary: "a daemon writes two lines, and the program ends",
        shows: "A daemon is stopped wherever it is when the program ends, with its work half done.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/finishes_its_work"],
        run: |_| Outcome::of(&lines_written(true)),
        right: |_| only(2),
        possible: |_| any_of([0, 1, 2]),
        ..Scenario::DEFAULT
    },
];
