//! The system's table of processes: whose child each is, who has ended and was not waited for, and what becomes of the
//! children of a process that ends.

use std::collections::BTreeMap;

use selvedge::failure::FailureKind;
use selvedge::sync::mpsc::channel;
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::{Outcome, thread};

use super::{Exit, Number};
use crate::scenario::{Expectation, Scenario, any_of, only};

/// The number of the first process, which all others come from, and which takes the children of those that end.
pub const INIT: Number = 1;

/// That the table is full: a `BlockingIOError` in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// What the table says of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not ended.
    Lives,
    /// It has ended, and its parent has not asked how.
    Zombie,
    /// It is not in the table.
    Gone,
}

struct Entry {
    parent: Number,
    /// How it has ended, if it has.
    exit: Option<Exit>,
}

#[derive(Default)]
struct Entries {
    all: BTreeMap<Number, Entry>,
    last: Number,
}

/// The table. It has room for some processes beside the first.
pub struct Table {
    room: usize,
    entries: Mutex<Entries>,
    changed: Condvar,
}

impl Table {
    /// Returns a table in which there is only the first process.
    pub fn new(room: usize) -> Arc<Self> {
        let entries = Entries { last: INIT, ..Entries::default() };
        Arc::new(Self { room, entries: Mutex::new(entries), changed: Condvar::new() })
    }

    /// Adds a child of a process, and returns its number.
    pub fn add(&self, parent: Number) -> Result<Number, Full> {
        let mut entries = self.entries.lock().unwrap();
        if entries.all.len() == self.room {
            return Err(Full);
        }
        entries.last += 1;
        let number = entries.last;
        entries.all.insert(number, Entry { parent, exit: None });
        Ok(number)
    }

    /// A process ends. Its children get another parent, the first process, which waits for whoever ends.
    pub fn end(&self, number: Number, exit: Exit) {
        let mut entries = self.entries.lock().unwrap();
        for entry in entries.all.values_mut().filter(|entry| entry.parent == number) {
            entry.parent = INIT;
        }
        if let Some(entry) = entries.all.get_mut(&number) {
            entry.exit = Some(exit);
        }
        entries.all.retain(|_, entry| entry.parent != INIT || entry.exit.is_none());
        self.changed.notify_all();
    }

    /// Waits until a child has ended, takes it out of the table, and returns how it has ended.
    pub fn wait(&self, number: Number) -> Exit {
        let lives = |entries: &mut Entries| entries.all.get(&number).is_some_and(|entry| entry.exit.is_none());
        let mut entries = self.changed.wait_while(self.entries.lock().unwrap(), lives).unwrap();
        entries.all.remove(&number).and_then(|entry| entry.exit).expect("a child that nobody else has waited for")
    }

    /// Returns a process's parent: `getppid`.
    pub fn parent(&self, number: Number) -> Number {
        self.entries.lock().unwrap().all.get(&number).expect("a process in the table").parent
    }

    /// Returns what is said of a process.
    pub fn state(&self, number: Number) -> State {
        match self.entries.lock().unwrap().all.get(&number) {
            None => State::Gone,
            Some(Entry { exit: None, .. }) => State::Lives,
            Some(Entry { exit: Some(_), .. }) => State::Zombie,
        }
    }
}

/// A parent has a child, which asks for its parent's number, and ends: when the child has ended, or at once. Returns
/// whether the child is told the number of the one that has started it.
fn asked_for_parent(parent_waits: bool) -> bool {
    let table = Table::new(2);
    let parent = table.add(INIT).expect("room");
    let child = table.add(parent).expect("room");
    thread::scope(|scope| {
        let asks = scope.spawn(|| {
            let told = table.parent(child);
            table.end(child, Exit::Code(0));
            told
        });
        if parent_waits {
            table.wait(child);
        }
        table.end(parent, Exit::Code(0));
        asks.join().unwrap() == parent
    })
}

/// A process that has a child is terminated. Returns what then becomes of the child, and who is its parent: the first
/// process, or the one that was.
fn child_of_a_terminated() -> (State, bool) {
    let table = Table::new(2);
    let parent = table.add(INIT).expect("room");
    let child = table.add(parent).expect("room");
    let (stop, told_to_stop) = channel::<()>();
    let own = table.clone();
    let childs_work = thread::spawn(move || {
        let _ = told_to_stop.recv();
        own.end(child, Exit::Code(0));
    });
    table.end(parent, Exit::Killed);
    let seen = (table.state(child), table.parent(child) == INIT);
    drop(stop);
    childs_work.join().unwrap();
    seen
}

/// How many processes there is room for in the small table.
const ROOM: usize = 2;

/// A master starts three children, each when the one before has ended. Returns how many could be started, and what the
/// first of them is at the end.
fn started_in_turn(waits: bool) -> (usize, State) {
    let table = Table::new(ROOM + 1);
    let master = table.add(INIT).expect("room");
    let mut children = Vec::new();
    for _ in 0..3 {
        let Ok(child) = table.add(master) else { break };
        children.push(child);
        let own = table.clone();
        let work = thread::spawn(move || own.end(child, Exit::Code(0)));
        if waits {
            table.wait(child);
        }
        // That it has ended is also known by other means: it has closed its end of a pipe, say.
        work.join().unwrap();
    }
    (children.len(), table.state(children[0]))
}

/// The scenarios of the table of processes.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "process/getppid",
        summary: "a child asks for its parent's number, and the parent waits for the child",
        shows: "While the parent waits for its child, `getppid` in the child returns the parent's pid.",
        run: |_| Outcome::of(&asked_for_parent(true)),
        right: |_| only(true),
        possible: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/getppid_of_an_orphan",
        summary: "a child asks for its parent's number, and the parent may have ended",
        shows: "If the parent ends before its child calls `getppid`, the child is told the pid of the process that \
            has adopted it.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/getppid"],
        run: |_| Outcome::of(&asked_for_parent(false)),
        right: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/orphan",
        summary: "a process that has a child is terminated",
        shows: "When a process is terminated its child runs on, as a child of the first process: it is an orphan.",
        literature: Some("Stevens and Rago, Advanced Programming in the UNIX Environment: orphaned processes"),
        run: |_| Outcome::of(&child_of_a_terminated()),
        right: |_| only((State::Lives, true)),
        possible: |_| only((State::Lives, true)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/orphan_taken_for_a_zombie",
        summary: "a process that has a child is terminated, and the child is expected to be a zombie",
        shows: "No child becomes a zombie because `Process.terminate` ends its parent: a zombie has itself ended.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/orphan"],
        run: |_| Outcome::of(&child_of_a_terminated().0),
        right: |_| any_of([State::Zombie]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/waited_for",
        summary: "three children are started, each when the one before has been waited for",
        shows: "A process that has ended is gone when its parent has waited for it with `Process.join` or \
            `os.waitpid`.",
        run: |_| Outcome::of(&started_in_turn(true)),
        right: |_| only((3, State::Gone)),
        possible: |_| only((3, State::Gone)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/zombies",
        summary: "three children are started, and nobody waits for those that have ended",
        shows: "A forked child that has ended and was not waited for stays in the system's table as a zombie; when \
            that is full, `fork` fails.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/waited_for"],
        run: |_| Outcome::of(&started_in_turn(false)),
        right: |_| only((3, State::Gone)),
        ..Scenario::DEFAULT
    },
];
