//! A reader that becomes a writer: it has looked, found that something has to be changed, and goes on from
//! what it saw, without letting anybody in between.
//!
//! It waits until the other readers have left. If one of those waits for the same, both wait for ever.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::lock::property::Protected;
use crate::scenario::{Expectation, Scenario, only};

/// Who is inside, and whether one of the readers is about to become a writer.
#[derive(Default)]
struct State {
    readers: usize,
    is_written: bool,
    is_upgrading: bool,
}

/// A lock that readers share, and that one of them may take for itself.
#[derive(Default)]
struct Upgradable {
    state: Mutex<State>,
    changed: Condvar,
}

/// Somebody else is about to become a writer.
struct Busy;

impl Upgradable {
    fn read(&self) {
        let mut state = self.state.lock().unwrap();
        while state.is_written {
            state = self.changed.wait(state).unwrap();
        }
        state.readers += 1;
    }

    fn end_read(&self) {
        self.state.lock().unwrap().readers -= 1;
        self.changed.notify_all();
    }

    fn write(&self) {
        let mut state = self.state.lock().unwrap();
        while state.is_written || state.readers > 0 {
            state = self.changed.wait(state).unwrap();
        }
        state.is_written = true;
    }

    fn end_write(&self) {
        self.state.lock().unwrap().is_written = false;
        self.changed.notify_all();
    }

    /// Turns a reader into a writer, unless another one is about to become one: that one waits until this
    /// one has left.
    fn upgrade(&self) -> Result<(), Busy> {
        let mut state = self.state.lock().unwrap();
        if state.is_upgrading {
            return Err(Busy);
        }
        state.is_upgrading = true;
        while state.readers > 1 {
            state = self.changed.wait(state).unwrap();
        }
        *state = State { readers: 0, is_written: true, is_upgrading: false };
        Ok(())
    }

    /// The twin: turns a reader into a writer as soon as it is alone. Two that want this wait for each other.
    fn upgrade_when_alone(&self) -> Result<(), Busy> {
        let mut state = self.state.lock().unwrap();
        while state.readers > 1 {
            state = self.changed.wait(state).unwrap();
        }
        *state = State { readers: 0, is_written: true, is_upgrading: false };
        Ok(())
    }

    /// The twin: stops reading, and begins to write. There is no deadlock, and somebody may come in between.
    fn let_go_and_write(&self) -> Result<(), Busy> {
        self.end_read();
        self.write();
        Ok(())
    }
}

/// Two threads look how often something was changed, and change it if that has never been. Returns how often
/// it was changed in the end.
fn look_and_change(upgrade: fn(&Upgradable) -> Result<(), Busy>) -> usize {
    let lock = Upgradable::default();
    let protected = Protected::default();
    let look_and_change = || {
        lock.read();
        let mut changes = protected.look();
        if upgrade(&lock).is_err() {
            lock.end_read();
            lock.write();
            // Others have been here since: it has to look again.
            changes = protected.look();
        }
        if changes == 0 {
            protected.change();
        }
        lock.end_write();
    };
    thread::scope(|scope| {
        scope.spawn(look_and_change);
        scope.spawn(look_and_change);
    });
    protected.look()
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/upgrade",
        summary: "two readers become writers; the second one is told to go back and wait",
        shows: "A reader that asks to become the writer while another one does is refused: it stops reading, and \
                reads again later.",
        literature: Some("boost::shared_mutex, upgrade ownership"),
        run: |_| Outcome::of(&look_and_change(Upgradable::upgrade)),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/upgrade_when_alone",
        summary: "two readers each wait to be the only one",
        shows: "Two readers that each keep reading and wait to be the only one wait for each other for ever.",
        literature: Some("boost::shared_mutex, upgrade ownership; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["sync/upgrade"],
        run: |_| Outcome::of(&look_and_change(Upgradable::upgrade_when_alone)),
        right: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/upgrade_by_letting_go",
        summary: "a reader stops reading, and then writes by what it has read",
        shows: "A reader that stops reading and then writes by what it has read overwrites what came in between.",
        literature: Some("boost::shared_mutex, upgrade ownership; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["sync/upgrade"],
        run: |_| Outcome::of(&look_and_change(Upgradable::let_go_and_write)),
        right: |_| only(1),
        ..Scenario::DEFAULT
    },
];
