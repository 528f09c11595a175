//! Work stealing: each worker has tasks of its own, and who has none left takes some of another's.

use std::collections::VecDeque;

use selvedge::failure::FailureKind;
use selvedge::sync::Mutex;
use selvedge::{Outcome, thread};

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

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

/// Two workers, of whom one has all the tasks at first. Returns what was done, in order of size.
fn shared(parameters: &Parameters, steal: fn(&Tasks) -> Option<u8>) -> Vec<u8> {
    let tasks = 0..parameters.get("tasks") as u8;
    let queues = [Mutex::new(tasks.collect()), Mutex::default()];
    let mut done = thread::scope(|scope| {
        let [first, second] = &queues;
        let workers =
            [(first, second), (second, first)].map(|(own, others)| scope.spawn(move || work(own, others, steal)));
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    done.sort_unstable();
    done
}

fn each_once(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only((0..parameters.get("tasks")).collect::<Vec<_>>())
}

const PARAMETERS: &[Parameter] =
    &[Parameter { name: "tasks", summary: "how many tasks there are", default: 3, least: 0, most: 6 }];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "pool/stealing",
        summary: "a worker without tasks takes those of another",
        claim: "With work stealing no worker is idle while another has tasks, and each task is done once.",
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&shared(parameters, steal)),
        right: each_once,
        possible: each_once,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/stealing_in_two_steps",
        summary: "what is to be stolen is looked at in one step, and taken away in another",
        claim: "What was seen to be there may be taken by its owner before it is stolen.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/stealing"],
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&shared(parameters, steal_in_two_steps)),
        right: each_once,
        ..Scenario::DEFAULT
    },
];
