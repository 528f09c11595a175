//! What a process has of its own from the start: a copy of everything, also of what it would better not have.

use selvedge::failure::FailureKind;
use selvedge::sync::{Arc, Mutex};
use selvedge::{Outcome, thread};

use super::{Exit, Forked, Lock, Process, fork};
use crate::scenario::{Expectation, Scenario, only};

/// What a program has written and not yet handed to the system, and where that goes.
#[derive(Clone)]
struct Output {
    buffer: Vec<String>,
    screen: Arc<Mutex<Vec<String>>>,
}

impl Output {
    fn flush(&mut self) {
        self.screen.lock().unwrap().append(&mut self.buffer);
    }
}

/// What a program does after a fork: it writes what it was told, and which process it is.
fn write_who(forked: Forked, mut output: Output) {
    output.buffer.push(format!("{} in {}", forked.returned, forked.own));
    output.flush();
}

/// A program has written a line, and forks. Returns all that appears on the screen, sorted.
fn forked(flushes_first: bool) -> Vec<String> {
    let screen = Arc::default();
    let mut output = Output { buffer: vec!["one program".to_owned()], screen: Arc::clone(&screen) };
    if flushes_first {
        output.flush();
    }
    fork(output, write_who).join();
    let mut lines = screen.lock().unwrap().clone();
    lines.sort_unstable();
    lines
}

/// What is right: 0 in the child, whose number, 3, the parent is told, which is 2.
fn both_know_who_they_are() -> Option<Vec<Outcome>> {
    only(["0 in 3", "3 in 2", "one program"])
}

/// What each of the two says that it has in the end, with what `fork` has returned to it.
type Seen = Mutex<Vec<(Forked, Vec<u8>)>>;

/// A list that a program has, and where each of the two says what it has in the end.
#[derive(Clone)]
struct Program<List> {
    list: List,
    seen: Arc<Seen>,
}

/// Forks a program, of which the child adds to the list. Returns the lists of both, the child's first.
fn lists<L: Clone + Send + 'static>(list: L, run: fn(Forked, Program<L>)) -> Vec<Vec<u8>> {
    let seen = Arc::<Seen>::default();
    fork(Program { list, seen: Arc::clone(&seen) }, run).join();
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    seen.into_iter().map(|(_, list)| list).collect()
}

/// The list is a variable: `fork` copies it.
fn add_to_own(forked: Forked, mut program: Program<Vec<u8>>) {
    if forked.returned == 0 {
        program.list.push(2);
    }
    program.seen.lock().unwrap().push((forked, program.list));
}

/// The twin: the two are threads, and what is copied is where the list is.
fn add_to_shared(forked: Forked, program: Program<Arc<Mutex<Vec<u8>>>>) {
    if forked.returned == 0 {
        program.list.lock().unwrap().push(2);
    }
    let list = program.list.lock().unwrap().clone();
    program.seen.lock().unwrap().push((forked, list));
}

/// What is right: the child has added to its list, and the parent's is as it was.
fn own_lists() -> Option<Vec<Outcome>> {
    only([vec![1, 2], vec![1]])
}

/// One thread holds a lock for a moment while another one starts a child, which needs the lock too.
fn child_takes_lock(childs_lock: fn(&Lock) -> Lock) -> Exit {
    let lock = Lock::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            lock.acquire();
            lock.release();
        });
        let own = childs_lock(&lock);
        let child = Process::start(move |_| {
            own.acquire();
            own.release();
            Ok(0)
        });
        child.join()
    })
}

/// The scenarios of what processes begin with.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "process/fork",
        summary: "a program writes a line, forks, and writes in each of the two what `fork` has returned, and its own \
            number",
        shows: "`fork` is called once and returns twice: with 0 in the child, and with the child's number in the \
            parent.",
        run: |_| Outcome::of(&forked(true)),
        right: |_| both_know_who_they_are(),
        possible: |_| both_know_who_they_are(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/fork_unflushed",
        summary: "what was written before the fork is still in a buffer, of which there are then two",
        shows: "`fork` copies the buffer of a file: what the parent has written and not flushed is written twice.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/fork"],
        run: |_| Outcome::of(&forked(false)),
        right: |_| both_know_who_they_are(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/own_memory",
        summary: "a child adds to a list that its parent had",
        shows: "A forked child has its own copy of every variable: what it changes, its parent does not see.",
        run: |_| Outcome::of(&lists(vec![1], add_to_own)),
        right: |_| own_lists(),
        possible: |_| own_lists(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/shared_memory_of_threads",
        summary: "a thread adds to a list that its parent has",
        shows: "Threads share the variables of their process: what one changes, the others see.",
        literature: Some("broken variant; threads in place of processes"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/own_memory"],
        run: |_| Outcome::of(&lists(Arc::new(Mutex::new(vec![1])), add_to_shared)),
        right: |_| own_lists(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/spawn",
        summary: "a child is started anew while a thread of its parent holds a lock",
        shows: "A process started by the method spawn is a new interpreter: it has new locks, which nobody holds.",
        literature: Some("documentation of Python's `multiprocessing`: contexts and start methods"),
        run: |_| Outcome::of(&child_takes_lock(|_| Lock::default())),
        right: |_| only(Exit::Code(0)),
        possible: |_| only(Exit::Code(0)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/fork_of_a_held_lock",
        summary: "a child is forked while a thread of its parent holds a lock",
        shows: "`fork` copies locks as they are, but only the thread that calls it: a lock that another thread held \
            is never released in the child.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["process/spawn"],
        run: |_| Outcome::of(&child_takes_lock(Lock::clone)),
        right: |_| only(Exit::Code(0)),
        ..Scenario::DEFAULT
    },
];
