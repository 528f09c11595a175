//! Workers that take tasks on a lease, and may die or be late at every step; and what goes wrong with one that is
//! less careful.

use std::time::Duration;

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose, thread};

use super::in_memory::Master;
use super::queue::{Answer, Client, Leased, Request};
use super::scenarios::{self, Dead, MASTER, all_squares, get, put, square, survives, text};
use super::wire::value::Value;
use super::worker::Name;
use crate::scenario::{Expectation, Parameter, Parameters, Scenario};

/// How a worker that leases deals with a task that it has done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    /// Puts the result, says of which task it is, and then acknowledges the task.
    Full,
    /// A twin: it does not say of which task the result is.
    NamesNoTask,
    /// A twin: it acknowledges the task first.
    AcknowledgesFirst,
}

/// How long a lease lasts.
const LEASE: Duration = Duration::from_secs(1);

/// Takes one task on a lease, and deals with it. It may die, or be so slow that its lease is over.
fn work_on_lease(master: &Master, worker: Client, care: Care, may_die: bool) -> Result<bool, Dead> {
    let leased = master.call(worker, Name::Tasks, Request::Lease(LEASE));
    let Ok(Answer::Leased(Leased { ticket, number, item: task })) = leased else { return Ok(false) };
    survives(may_die)?;
    if may_die && choose(2) == 1 {
        master.expire(LEASE);
    }
    let acknowledge = || drop(master.call(worker, Name::Tasks, Request::Acknowledge(ticket)));
    if care == Care::AcknowledgesFirst {
        acknowledge();
        survives(may_die)?;
    }
    let result = match care {
        Care::NamesNoTask => Request::Put(square(&task)),
        _ => Request::PutOnce(number, square(&task)),
    };
    assert_eq!(master.call(worker, Name::Results, result), Ok(Answer::Done), "there is always room");
    survives(may_die)?;
    if care != Care::AcknowledgesFirst {
        acknowledge();
    }
    Ok(true)
}

/// A worker that may die has the first task, and then another one, which does not, does what there is left. The master
/// waits for as many results as there are tasks, and hands them to the application. Returns them.
fn leased(parameters: &Parameters, care: Care) -> Vec<String> {
    let master = Master::default();
    let tasks = parameters.get("tasks");
    (1..=tasks).for_each(|task| put(&master, MASTER, Name::Tasks, Value::Int(task as i64)));
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = work_on_lease(&master, 1, care, true);
            // Dead, or done: its connection is closed, and the master sees that.
            master.disconnected(1);
        });
        scope.spawn(|| while work_on_lease(&master, 2, care, false).is_ok_and(|goes_on| goes_on) {});
        let result = |_| text(&get(&master, MASTER, Name::Results).expect("it is its own master"));
        let mut handed_over: Vec<String> = (0..tasks).map(result).collect();
        master.shutdown();
        handed_over.sort();
        handed_over
    })
}

const TASKS: &[Parameter] = &[Parameter { default: 1, ..scenarios::TASKS }];

/// The scenarios of leases.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "master_worker/leased",
        summary: "a worker may die at any step, or be too slow; what it took comes back, and one result is taken",
        shows: "With a lease on each task, and only the first result of a task taken, no task is lost and no result \
                comes twice.",
        literature: Some("leases: Gray and Cheriton, SOSP 1989; the protocol is our own, see ARCHITECTURE.md"),
        parameters: TASKS,
        run: |parameters| Outcome::of(&leased(parameters, Care::Full)),
        right: all_squares,
        possible: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/leased_and_counted_twice",
        summary: "tasks are leased, and results do not say of which task they are",
        shows: "A task whose lease ends while its worker goes on may be done twice: results without the number of \
                their task are then both taken.",
        literature: Some("broken variant of `master_worker/leased`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/leased"],
        parameters: &[Parameter { least: 2, ..scenarios::TASKS }],
        run: |parameters| Outcome::of(&leased(parameters, Care::NamesNoTask)),
        right: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/acknowledged_first",
        summary: "tasks are leased, and acknowledged before the result is put",
        shows: "A task that is acknowledged before its result is put is lost if the worker dies in between.",
        literature: Some("broken variant of `master_worker/leased`"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["master_worker/leased"],
        parameters: TASKS,
        run: |parameters| Outcome::of(&leased(parameters, Care::AcknowledgesFirst)),
        right: all_squares,
        ..Scenario::DEFAULT
    },
];
