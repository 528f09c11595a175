//! Work stealing: each worker has tasks of its own, and who has none left takes some of another's.

use std::collections::VecDeque;

use selvedge::failure::FailureKind;
use selvedge::sync::Mutex;
use selvedge::{Outcome, thread};

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, any_of};

/// A worker's own tasks.
type Tasks = Mutex<VecDeque<u8>>;

/// Takes a task from the other end than its owner does.
fn steal(tasks: &Tasks) -> Option<u8> {
    tasks.lock().unwrap().pop_back()
}

/// The twin: looks what there is to steal, and then takes it away.
fn steal_in_two_steps(tasks: &Tasks) -> Option<u8> {
    let task = tasks.lock().unwrap().back().copied()?;
    tasks.lock().unwrap().pop_back();
    Some(task)
}

/// Does its own tasks, and then those of the other, until there are none left. Returns what it has done.
fn work(own: &Tasks, others: &Tasks, steal: fn(&Tasks) -> Option<u8>) -> Vec<u8> {
    let next = || {
        let own = own.lock().unwrap().pop_front();
        own.or_else(|| steal(others))
    };
    std::iter::from_fn(next).collect()
}

/// Two workers, of whom one has all the tasks at first. Returns what was done, in order of size, and whether the other
/// one did some of it.
fn shared(parameters: &Parameters, steal: fn(&Tasks) -> Option<u8>) -> (Vec<u8>, bool) {
    let tasks = 0..parameters.get("tasks") as u8;
    let queues = [Mutex::new(tasks.collect()), Mutex::default()];
    let [mut done, others] = thread::scope(|scope| {
        let [first, second] = &queues;
        let worker = |own, others| scope.spawn(move || work(own, others, steal));
        [worker(first, second), worker(second, first)].map(|worker| worker.join().unwrap())
    });
    let has_helped = !others.is_empty();
    done.extend(others);
    done.sort_unstable();
    (done, has_helped)
}

fn each_once(parameters: &Parameters) -> Option<Vec<Outcome>> {
    let all: Vec<usize> = (0..parameters.get("tasks")).collect();
    any_of([(all.clone(), false), (all, true)])
}

const PARAMETERS: &[Parameter] =
    &[Parameter { name: "tasks", summary: "how many tasks there are", default: 3, least: 1, most: 6 }];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "pool/stealing",
        summary: "a worker without tasks takes those of another",
        shows: "With work stealing a worker without tasks does those of another, and each task is done once.",
        literature: Some("Blumofe and Leiserson, JACM 1999"),
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&shared(parameters, steal)),
        right: each_once,
        possible: each_once,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/stealing_in_two_steps",
        summary: "what is to be stolen is looked at in one step, and taken away in another",
        shows: "If a thief looks and takes in two steps, the owner may take the task between them.",
        literature: Some("broken variant; Blumofe and Leiserson, JACM 1999"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/stealing"],
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&shared(parameters, steal_in_two_steps)),
        right: each_once,
        ..Scenario::DEFAULT
    },
];
