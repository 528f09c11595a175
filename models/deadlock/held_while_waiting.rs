//! Waiting for a condition while holding a second lock: the wait gives back one lock, and not the other.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Scenario, only};

/// A log that everybody writes to, and a flag that is waited for.
#[derive(Default)]
struct Shared {
    log: Mutex<Vec<&'static str>>,
    is_ready: Mutex<bool>,
    changed: Condvar,
}

impl Shared {
    fn wait_until_ready(&self) {
        let mut is_ready = self.is_ready.lock().unwrap();
        while !*is_ready {
            is_ready = self.changed.wait(is_ready).unwrap();
        }
    }

    /// Writes to the log, and says that it is ready.
    fn get_ready(&self) {
        self.log.lock().unwrap().push("ready");
        *self.is_ready.lock().unwrap() = true;
        self.changed.notify_all();
    }

    /// Waits, and writes to the log then.
    fn wait_and_log(&self) {
        self.wait_until_ready();
        self.log.lock().unwrap().push("seen");
    }

    /// The twin: takes the log first, so as to write to it at once when the wait is over. Who is waited for
    /// needs it as well.
    fn wait_with_the_log(&self) {
        let mut log = self.log.lock().unwrap();
        self.wait_until_ready();
        log.push("seen");
    }
}

/// One thread gets ready, and the main thread waits for that. Returns what is in the log.
fn logged(wait: fn(&Shared)) -> Vec<&'static str> {
    let shared = Shared::default();
    thread::scope(|scope| {
        scope.spawn(|| shared.get_ready());
        wait(&shared);
    });
    shared.log.into_inner().unwrap()
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "deadlock/wait_and_log",
        summary: "a thread waits for a condition, and takes another lock after",
        shows: "`Condition.wait` releases the lock of its condition, so that the thread that is waited for can take \
                it.",
        literature: Some("Lampson and Redell, Mesa, CACM 1980"),
        run: |_| Outcome::of(&logged(Shared::wait_and_log)),
        right: |_| only(["ready", "seen"]),
        possible: |_| only(["ready", "seen"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/wait_with_the_log",
        summary: "a thread waits for a condition while it holds another lock",
        shows: "`Condition.wait` does not release a second lock: if the thread that is waited for needs it, both wait \
                for ever.",
        literature: Some("Lampson and Redell, Mesa, CACM 1980; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["deadlock/wait_and_log"],
        run: |_| Outcome::of(&logged(Shared::wait_with_the_log)),
        right: |_| only(["ready", "seen"]),
        ..Scenario::DEFAULT
    },
];
