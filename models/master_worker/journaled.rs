//! A master that is killed at any step and begins again from what it has kept, with workers that connect again and ask once more;
//! and what goes wrong if it answers before that is kept, or keeps too little.

use selvedge::failure::FailureKind;
use selvedge::sync::Mutex;
use selvedge::{Outcome, choose, thread};
use std::time::Duration;

use super::in_memory::{Gone, NOW};
use super::journal::Image;
use super::queue::{Answer, Client, Leased, Patience, Queue, Request};
use super::scenarios::{self, all_squares, square, text};
use super::wire::value::Value;
use super::worker::Name;
use crate::scenario::{Expectation, Parameter, Parameters, Scenario};

/// What a master keeps, and when.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeping {
    /// All that has changed, before it answers.
    BeforeItAnswers,
    /// The twin: all that has changed, after it has answered.
    AfterItAnswers,
    /// Another twin: before it answers, but not of which tasks there have been results.
    WithoutWhatWasSeen,
}

/// How long a lease lasts.
const LEASE: Duration = Duration::from_secs(1);

/// A master with its disk.
struct Master {
    keeping: Keeping,
    state: Mutex<State>,
}

struct State {
    /// Of tasks and of results: lost when the master is killed.
    queues: [Queue; 2],
    /// What has been kept of them.
    disk: [Image; 2],
    kills_left: usize,
}

impl State {
    /// Keeps what has changed: all of it, or nothing if the master is killed before.
    fn keep(&mut self) {
        for (queue, image) in self.queues.iter_mut().zip(&mut self.disk) {
            queue.take_changes().iter().for_each(|change| image.apply(change));
            image.counters = queue.counters();
        }
    }

    /// The master may be killed here. Then it begins again from what is kept.
    fn is_killed(&mut self, keeping: Keeping) -> bool {
        if self.kills_left == 0 || choose(2) == 0 {
            return false;
        }
        self.kills_left -= 1;
        self.queues = self.disk.each_ref().map(|image| {
            let mut image = image.clone();
            if keeping == Keeping::WithoutWhatWasSeen {
                image.seen.clear();
            }
            Queue::restored(0, image, NOW)
        });
        true
    }
}

impl Master {
    fn new(keeping: Keeping, tasks: usize, kills: usize) -> Self {
        let mut queues = [(); 2].map(|()| Queue::new(0));
        queues.iter_mut().for_each(Queue::journal);
        for task in 1..=tasks {
            queues[0].add(Value::Int(task as i64));
        }
        let mut state = State { queues, disk: Default::default(), kills_left: kills };
        state.keep();
        Self { keeping, state: Mutex::new(state) }
    }

    /// Asks a queue for something. Who gets no answer does not know whether it was done.
    fn call(&self, client: Client, name: Name, request: &Request) -> Result<Answer, Gone> {
        let mut state = self.state.lock().unwrap();
        let queue = &mut state.queues[usize::from(matches!(name, Name::Results))];
        let answer = queue.ask(client, request.clone(), Patience::None, NOW).expect("nobody waits");
        if self.keeping == Keeping::AfterItAnswers {
            // The answer is out, and what it says may be lost.
            if !state.is_killed(self.keeping) {
                state.keep();
            }
            return Ok(answer);
        }
        if state.is_killed(self.keeping) {
            return Err(Gone);
        }
        state.keep();
        if state.is_killed(self.keeping) { Err(Gone) } else { Ok(answer) }
    }

    /// Asks until there is an answer: a worker connects again.
    fn call_again(&self, client: Client, name: Name, request: &Request) -> Answer {
        loop {
            if let Ok(answer) = self.call(client, name, request) {
                return answer;
            }
        }
    }

    /// Has what is on a lease come back; returns whether there was anything.
    fn expire(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        let has_leases = state.queues[0].leased() > 0;
        state.queues[0].expire(LEASE);
        state.keep();
        has_leases
    }
}

/// Takes tasks on a lease until there are none.
fn work(master: &Master, worker: Client) {
    let lease = Request::Lease(LEASE);
    while let Answer::Leased(Leased { ticket, number, item }) = master.call_again(worker, Name::Tasks, &lease) {
        master.call_again(worker, Name::Results, &Request::PutOnce(number, square(&item)));
        master.call_again(worker, Name::Tasks, &Request::Acknowledge(ticket));
    }
}

/// Workers do all tasks, and the master is killed at most so often. Returns the results that it has in the end.
fn killed(parameters: &Parameters, keeping: Keeping) -> Vec<String> {
    let master = Master::new(keeping, parameters.get("tasks"), parameters.get("kills"));
    let master = &master;
    thread::scope(|scope| {
        for worker in 1..=parameters.get("workers") {
            scope.spawn(move || work(master, worker as Client));
        }
    });
    // What is left on a lease was handed out to nobody who knows.
    while master.expire() {
        work(master, 1);
    }
    let mut state = master.state.lock().unwrap();
    let mut results: Vec<String> = std::iter::from_fn(|| state.queues[1].take()).map(|(_, item)| text(&item)).collect();
    results.sort();
    results
}

const PARAMETERS: &[Parameter] = &[
    Parameter { default: 1, ..scenarios::TASKS },
    Parameter { name: "workers", summary: "how many workers there are", default: 2, least: 1, most: 3 },
    Parameter { name: "kills", summary: "how often the master is killed at most", default: 1, least: 1, most: 3 },
];

/// The scenarios of a master that is killed.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "master_worker/killed",
        summary: "the master is killed at any step, and begins again from what it kept before each answer",
        shows: "A master that keeps every change before it answers loses no task and no result when it is killed, and no \
                result comes twice, if workers ask again.",
        literature: Some("write-ahead logging: Gray and Reuter, Transaction Processing, 1993; the protocol is our own"),
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&killed(parameters, Keeping::BeforeItAnswers)),
        right: all_squares,
        possible: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/answered_before_it_is_kept",
        summary: "the master answers, and keeps then what it has changed",
        shows: "A result whose worker was told that it is there, and acknowledged its task, is lost if the master is killed \
                before it has kept it.",
        literature: Some("broken variant of `master_worker/killed`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/killed"],
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&killed(parameters, Keeping::AfterItAnswers)),
        right: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/kept_without_what_was_seen",
        summary: "the master keeps its items, and not of which tasks there have been results",
        shows: "A worker that gets no answer puts its result again: a master that was killed takes it twice if it has not kept \
                of which tasks it had results.",
        literature: Some("broken variant of `master_worker/killed`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/killed"],
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&killed(parameters, Keeping::WithoutWhatWasSeen)),
        right: all_squares,
        ..Scenario::DEFAULT
    },
];
