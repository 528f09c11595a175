//! What a master does about clients that wait: when one of them goes, and when the master itself ends. And what the
//! scenarios of leases have in common.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose, thread};

use super::in_memory::{Gone, Master};
use super::queue::{Answer, Client, Request};
use super::simulated::result;
use super::wire::value::Value;
use super::worker::Name;
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// The master itself, among the clients.
pub(super) const MASTER: Client = 0;

/// A worker has died, or its connection is lost.
pub(super) struct Dead;

/// Something may happen to a worker here.
pub(super) fn survives(may_die: bool) -> Result<(), Dead> {
    if may_die && choose(2) == 1 { Err(Dead) } else { Ok(()) }
}

pub(super) fn put(master: &Master, client: Client, name: Name, item: Value) {
    let answer = master.call(client, name, Request::Put(item));
    assert_eq!(answer, Ok(Answer::Done), "there is always room");
}

pub(super) fn get(master: &Master, client: Client, name: Name) -> Result<Value, Gone> {
    match master.call(client, name, Request::Get)? {
        Answer::Item(item) => Ok(item),
        other => panic!("a queue that is waited for answers {other:?}"),
    }
}

pub(super) fn square(task: &Value) -> Value {
    match task {
        Value::Int(number) => result(*number),
        other => panic!("{other:?} is no task"),
    }
}

/// Returns what a result says.
pub(super) fn text(result: &Value) -> String {
    match result {
        Value::Tuple(parts) => match &parts[..] {
            [Value::Int(task), Value::Int(square)] => format!("{task} * {task} = {square}"),
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    }
}

pub(super) fn all_squares(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only((1..=parameters.get("tasks")).map(|task| format!("{task} * {task} = {}", task * task)).collect::<Vec<_>>())
}

/// A client waits for a task, and its connection is lost. Then a task is put, and another client asks for one. The
/// master has seen that the first one is gone, or does not look. Returns what the other one gets.
fn lost_while_waiting(sees_it: bool) -> Value {
    let master = Master::default();
    assert_eq!(master.begin(1, Name::Tasks, Request::Get), None, "there is no task yet");
    if sees_it {
        master.disconnected(1);
    }
    thread::scope(|scope| {
        scope.spawn(|| put(&master, MASTER, Name::Tasks, Value::Int(1)));
        get(&master, 2, Name::Tasks).expect("the master is there")
    })
}

/// Two workers wait for tasks, and the master ends. It closes their connections, or does not. Returns how many learn
/// of it.
fn shut_down(closes: bool) -> usize {
    let master = Master::default();
    thread::scope(|scope| {
        let workers = [1, 2].map(|worker| {
            let master = &master;
            scope.spawn(move || get(master, worker, Name::Tasks))
        });
        if closes {
            master.shutdown();
        }
        workers.into_iter().filter_map(|worker| worker.join().unwrap().err()).count()
    })
}

pub(super) const TASKS: Parameter =
    Parameter { name: "tasks", summary: "how many tasks there are", default: 2, least: 1, most: 4 };

/// The scenarios of clients that wait.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "master_worker/shutdown",
        summary: "the master ends while two workers wait for tasks, and their connections are closed",
        shows: "Workers that wait in `get()` learn that the manager has been shut down, since their connections are \
                closed.",
        run: |_| Outcome::of(&shut_down(true)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/shutdown_unsaid",
        summary: "the master ends while two workers wait for tasks, and their connections stay open",
        shows: "A worker waits in `get()` for ever if the connection to a master that has ended stays open.",
        literature: Some("broken variant of `master_worker/shutdown`: as when the master's machine loses its power"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["master_worker/shutdown"],
        run: |_| Outcome::of(&shut_down(false)),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/disconnect_is_seen",
        summary: "a client that waits for a task goes, and the master sees it",
        shows: "A server that looks whether clients in `get()` are still connected gives the next task to one that is.",
        literature: Some("our own server; see ARCHITECTURE.md"),
        run: |_| Outcome::of(&text(&lost_while_waiting(true))),
        right: |_| only("Int(1)"),
        possible: |_| only("Int(1)"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/disconnect_while_waiting",
        summary: "a client that waits for a task goes, and the master does not see it",
        shows: "The manager's server waits in `get()` in a thread for each client, which takes the next task also \
                for a client that has gone: the task is lost.",
        literature: Some("CPython, Lib/multiprocessing/managers.py, `Server.serve_client`"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["master_worker/disconnect_is_seen"],
        run: |_| Outcome::of(&text(&lost_while_waiting(false))),
        right: |_| only("Int(1)"),
        ..Scenario::DEFAULT
    },
];
