//! What a master and its workers of the tutorials guarantee, and what they do not when one of them dies. A fault is a choice,
//! at every step of a worker where it could happen.

use selvedge::failure::FailureKind;
use selvedge::sync::Arc;
use selvedge::{Outcome, choose, thread};

use super::in_memory::{Gone, Master};
use super::queue::{Answer, Client, Queue, Request};
use super::simulated::result;
use super::wire::value::Value;
use super::worker::Name;
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// The tasks are numbers, and the last one for each worker is this.
const NO_MORE: Value = Value::None;

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

/// The tutorial's worker: takes a task, and puts its result, until there are no more.
fn work(master: &Master, worker: Client, may_die: bool) -> Result<(), Dead> {
    loop {
        survives(may_die)?;
        let Ok(task) = get(master, worker, Name::Tasks) else { return Ok(()) };
        if task == NO_MORE {
            return Ok(());
        }
        survives(may_die)?;
        put(master, worker, Name::Results, square(&task));
    }
}

/// A master puts tasks, and waits for as many results. Returns them, sorted, or in the order in which they came.
fn results(master: &Master, parameters: &Parameters, is_sorted: bool, work: impl Fn(Client) + Sync) -> Vec<String> {
    let (tasks, workers) = (parameters.get("tasks"), parameters.get("workers"));
    (1..=tasks).for_each(|task| put(master, MASTER, Name::Tasks, Value::Int(task as i64)));
    (0..workers).for_each(|_| put(master, MASTER, Name::Tasks, NO_MORE));
    let mut results: Vec<String> = thread::scope(|scope| {
        for worker in 1..=workers as Client {
            let work = &work;
            scope.spawn(move || work(worker));
        }
        (0..tasks).map(|_| text(&get(master, MASTER, Name::Results).expect("it is its own master"))).collect()
    });
    if is_sorted {
        results.sort();
    }
    results
}

/// Does one task.
fn work_once(master: &Master, worker: Client) {
    if let Ok(task) = get(master, worker, Name::Tasks) {
        put(master, worker, Name::Results, square(&task));
    }
}

/// A master puts one task and gets one result; a worker does one task. Returns what the master gets.
fn one_task(master: Master) -> String {
    let master = Arc::new(master);
    let workers = master.clone();
    thread::spawn(move || work_once(&workers, 1));
    put(&master, MASTER, Name::Tasks, Value::Int(3));
    text(&get(&master, MASTER, Name::Results).expect("it is its own master"))
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

/// A client waits for a task, and its connection is lost. Then a task is put, and another client asks for one. The master
/// has seen that the first one is gone, or does not look. Returns what the other one gets.
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

/// A master puts a task through the queue that is served, or straight into its own, which the server's process was copied
/// from when it began. Returns what a worker gets.
fn put_somewhere(through_the_server: bool) -> String {
    let mut own = Queue::default();
    let served = Master::default();
    thread::scope(|scope| {
        let worker = scope.spawn(|| text(&get(&served, 1, Name::Tasks).expect("the master goes on")));
        if through_the_server {
            put(&served, MASTER, Name::Tasks, Value::Int(1));
        } else {
            own.add(Value::Int(1));
        }
        worker.join().unwrap()
    })
}

/// A master puts a task and waits for its result, but its time may be up before that comes. Returns what it gets, first
/// and, if it asks once more, in the end.
fn result_in_time(asks_again: bool) -> String {
    let master = Arc::new(Master::default());
    put(&master, MASTER, Name::Tasks, Value::Int(3));
    let workers = master.clone();
    thread::spawn(move || work_once(&workers, 1));
    let in_time = master.call_for_a_time(MASTER, Name::Results, Request::Get, || choose(2) == 1);
    match in_time {
        Ok(Answer::Item(result)) => text(&result),
        Ok(Answer::Empty) if asks_again => text(&get(&master, MASTER, Name::Results).expect("it is its own master")),
        other => format!("{other:?}"),
    }
}

/// Two workers wait for tasks, and the master ends. It closes their connections, or does not. Returns how many learn of it.
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

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter { name: "workers", summary: "how many workers there are", default: 2, least: 1, most: 3 },
    Parameter { name: "tasks", summary: "how many tasks there are", default: 2, least: 1, most: 4 },
];

const ONE_WORKER: &[Parameter] = &[Parameter { default: 1, least: 1, most: 1, ..PARAMETERS[0] }, PARAMETERS[1]];

const TWO_WORKERS: &[Parameter] = &[Parameter { least: 2, ..PARAMETERS[0] }, Parameter { least: 2, ..PARAMETERS[1] }];

/// The scenarios of the master-worker protocol.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "master_worker/tutorial",
        summary: "a master puts tasks, and workers take them and put results",
        shows: "Every task is done by one worker, and its result comes to the master.",
        parameters: PARAMETERS,
        run: |parameters| {
            let master = Master::default();
            Outcome::of(&results(&master, parameters, true, |worker| drop(work(&master, worker, false))))
        },
        right: all_squares,
        possible: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/wired",
        summary: "a master puts a task and gets its result",
        shows: "The queue of results holds results.",
        run: |_| Outcome::of(&one_task(Master::default())),
        right: |_| only("3 * 3 = 9"),
        possible: |_| only("3 * 3 = 9"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/wired_wrong",
        summary: "`get_result_queue` hands out the queue of tasks, as in one tutorial",
        shows: "Tasks and results are kept apart by the names of their queues: by nothing else.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/wired"],
        run: |_| Outcome::of(&one_task(Master::wired_wrong())),
        right: |_| only("3 * 3 = 9"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/one_worker",
        summary: "one worker takes tasks and puts results",
        shows: "One worker's results come in the order of its tasks.",
        parameters: ONE_WORKER,
        run: |parameters| {
            let master = Master::default();
            Outcome::of(&results(&master, parameters, false, |worker| drop(work(&master, worker, false))))
        },
        right: all_squares,
        possible: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/order_of_several",
        summary: "two workers take tasks and put results",
        shows: "Results come in the order of the tasks.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/one_worker"],
        parameters: TWO_WORKERS,
        run: |parameters| {
            let master = Master::default();
            Outcome::of(&results(&master, parameters, false, |worker| drop(work(&master, worker, false))))
        },
        right: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/put_through_the_server",
        summary: "a master puts a task through the queue that its server hands out",
        shows: "Tasks have to be put through the queue that `get_task_queue()` returns: workers get those.",
        run: |_| Outcome::of(&put_somewhere(true)),
        right: |_| only("Int(1)"),
        possible: |_| only("Int(1)"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/put_directly",
        summary: "a master puts a task into its own queue, of which the server's process has a copy",
        shows: "What is put straight into the original queue goes past the manager: no worker gets it.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["master_worker/put_through_the_server"],
        run: |_| Outcome::of(&put_somewhere(false)),
        right: |_| only("Int(1)"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/late_result",
        summary: "a master waits for a result for some time, and asks again if there is none",
        shows: "A result that comes too late is not lost: who asks again gets it.",
        run: |_| Outcome::of(&result_in_time(true)),
        right: |_| only("3 * 3 = 9"),
        possible: |_| only("3 * 3 = 9"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/result_in_time",
        summary: "a master waits for a result for some time, as the tutorials' do for ten seconds",
        shows: "`get(timeout=10)` returns the result.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/late_result"],
        run: |_| Outcome::of(&result_in_time(false)),
        right: |_| only("3 * 3 = 9"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/worker_dies",
        summary: "a worker of the tutorial may die at any step",
        shows: "The master gets a result for every task.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["master_worker/leased", "master_worker/tutorial"],
        parameters: PARAMETERS,
        run: |parameters| {
            let master = Master::default();
            Outcome::of(&results(&master, parameters, true, |worker| drop(work(&master, worker, worker == 1))))
        },
        right: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/disconnect_is_seen",
        summary: "a client that waits for a task goes, and the master sees it",
        shows: "A master that looks whether those who wait are still there gives tasks to those who are.",
        run: |_| Outcome::of(&text(&lost_while_waiting(true))),
        right: |_| only("Int(1)"),
        possible: |_| only("Int(1)"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/disconnect_while_waiting",
        summary: "a client that waits for a task goes, and the master does not see it",
        shows: "CPython's manager waits for a task in a thread, which takes one for a client that is gone: the task is lost.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["master_worker/disconnect_is_seen"],
        run: |_| Outcome::of(&text(&lost_while_waiting(false))),
        right: |_| only("Int(1)"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/shutdown",
        summary: "the master ends while two workers wait for tasks, and closes their connections",
        shows: "When the master ends, workers that wait learn of it.",
        run: |_| Outcome::of(&shut_down(true)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/shutdown_unsaid",
        summary: "the master ends while two workers wait for tasks, and nobody tells them",
        shows: "A worker that waits for ever for a master that is gone never ends.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["master_worker/shutdown"],
        run: |_| Outcome::of(&shut_down(false)),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
];
