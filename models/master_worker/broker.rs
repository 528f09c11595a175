//! A worker that takes its tasks from a broker, as from a stream of Redis with a group of consumers: an entry that was handed out
//! is pending until it is acknowledged, and somebody else may claim it when that takes too long. What a worker does at the end
//! of a task, and in which order, decides whether each task has one result. `selvedge worker --redis` does it as shown right here.

use std::collections::VecDeque;

use selvedge::failure::FailureKind;
use selvedge::sync::Mutex;
use selvedge::{Outcome, choose, thread};

use crate::scenario::{Expectation, Scenario, only};

/// How a worker hands in a result.
#[derive(Clone, Copy, PartialEq)]
enum HandsIn {
    /// In one step, and only if the entry was pending: the broker runs a script.
    AtOnce,
    /// The result, and then it acknowledges the entry.
    ResultFirst,
    /// It acknowledges the entry, and then adds the result, if the entry was pending.
    AcknowledgementFirst,
}

/// A stream of tasks, and one of results.
#[derive(Default)]
struct Streams {
    /// Entries that nobody had yet.
    entries: VecDeque<usize>,
    /// Those that somebody has, and has not acknowledged.
    pending: Vec<usize>,
    results: Vec<usize>,
}

impl Streams {
    /// Hands out an entry that nobody had, or one that somebody has had for too long.
    fn take(&mut self) -> Option<usize> {
        let new = self.entries.pop_front();
        self.pending.extend(new);
        new.or_else(|| self.pending.first().copied())
    }

    /// Returns whether the entry was pending: it is no more.
    fn acknowledge(&mut self, entry: usize) -> bool {
        let count = self.pending.len();
        self.pending.retain(|pending| *pending != entry);
        self.pending.len() < count
    }
}

/// Does tasks until there is none; or goes away in the middle of one, if it may.
fn work(streams: &Mutex<Streams>, hands_in: HandsIn, may_go: bool) {
    let dies = || may_go && choose(2) == 1;
    let taken = || streams.lock().unwrap().take();
    while let Some(task) = taken() {
        // An entry that another worker is at is taken for one that nobody is at any more: it may have been slow.
        if dies() {
            return;
        }
        match hands_in {
            HandsIn::AtOnce => {
                let mut streams = streams.lock().unwrap();
                if streams.acknowledge(task) {
                    streams.results.push(task);
                }
            }
            HandsIn::ResultFirst => {
                streams.lock().unwrap().results.push(task);
                if dies() {
                    return;
                }
                streams.lock().unwrap().acknowledge(task);
            }
            HandsIn::AcknowledgementFirst => {
                let was_pending = streams.lock().unwrap().acknowledge(task);
                if dies() {
                    return;
                }
                if was_pending {
                    streams.lock().unwrap().results.push(task);
                }
            }
        }
    }
}

/// Two tasks and two workers, one of which may go away at any step. Returns the results, in order of tasks.
fn two_workers(hands_in: HandsIn) -> Vec<usize> {
    let streams = Mutex::new(Streams { entries: [1, 2].into(), ..Streams::default() });
    thread::scope(|scope| {
        scope.spawn(|| work(&streams, hands_in, true));
        work(&streams, hands_in, false);
    });
    // The last one to take sees that nothing is pending.
    work(&streams, hands_in, false);
    let mut results = streams.into_inner().unwrap().results;
    results.sort_unstable();
    results
}

/// The scenarios of a broker between master and workers.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "master_worker/broker",
        summary: "two workers take two tasks from a stream of Redis; one may die, and what takes long is claimed by the other",
        shows: "Where a worker acknowledges a task and adds its result in one step, and adds it only if the task was pending, each \
                task has one result.",
        literature: Some("consumer groups: the documentation of Redis Streams; our own worker, see the guide"),
        run: |_| Outcome::of(&two_workers(HandsIn::AtOnce)),
        right: |_| only(vec![1_usize, 2]),
        possible: |_| only(vec![1_usize, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/broker_result_first",
        summary: "the same, and a worker adds the result before it acknowledges the task",
        shows: "Where the result is added first, a task that was claimed meanwhile, or whose worker dies in between, has two.",
        literature: Some("broken variant of `master_worker/broker`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/broker"],
        run: |_| Outcome::of(&two_workers(HandsIn::ResultFirst)),
        right: |_| only(vec![1_usize, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/broker_acknowledged_first",
        summary: "the same, and a worker acknowledges the task before it adds the result",
        shows: "Where a task is acknowledged first, a worker that dies in between takes its result with it.",
        literature: Some("broken variant of `master_worker/broker`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/broker"],
        run: |_| Outcome::of(&two_workers(HandsIn::AcknowledgementFirst)),
        right: |_| only(vec![1_usize, 2]),
        ..Scenario::DEFAULT
    },
];
