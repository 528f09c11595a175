//! In which order processes do their work: not in that in which they were started.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::{Arc, Mutex};

use super::Process;
use crate::scenario::{Expectation, Scenario, only};

/// Two children are started one after the other, each of which writes down that it works. The second is started at once,
/// or when the first has been joined. Returns what was written.
fn order_of_work(joins_first: bool) -> Vec<&'static str> {
    let written = Arc::<Mutex<Vec<&'static str>>>::default();
    let start = |name| {
        let written = written.clone();
        Process::start(move |_| {
            written.lock().unwrap().push(name);
            Ok(0)
        })
    };
    let first = start("first");
    if joins_first {
        first.join();
        start("second").join();
    } else {
        let second = start("second");
        first.join();
        second.join();
    }
    let written = written.lock().unwrap();
    written.clone()
}

/// The scenarios of the order of work.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "process/joined_in_turn",
        summary: "two children are started, the second when the first has been joined",
        shows: "`Process.join` returns when the process has ended: what is started after it works after it.",
        run: |_| Outcome::of(&order_of_work(true)),
        right: |_| only(["first", "second"]),
        possible: |_| only(["first", "second"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "process/order_of_starting",
        summary: "two children are started one after the other, and are expected to work in that order",
        shows: "Of two processes the one whose `start` was called last may do its work first.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["process/joined_in_turn"],
        run: |_| Outcome::of(&order_of_work(false)),
        right: |_| only(["first", "second"]),
        ..Scenario::DEFAULT
    },
];
