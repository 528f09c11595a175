//! What comes of the tutorials' master and workers: who is started when, who waits for how long, and who ends first.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, thread};

use super::{
    Exception, Served, Server, Timeout, get_results, get_results_until_empty, put_tasks, worker, worker_as_printed,
    worker_that_may_be_killed, worker_that_puts_back, worker_while_not_empty,
};
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, any_of, only};

/// How a worker is called: with the server, and how many rounds it makes.
type Worker = fn(&Server, u32) -> Result<(), Exception>;

/// A master starts the server and puts its tasks; then the workers are started. The master waits for a result of each
/// task, however long it takes. Returns the results as they came, and how many tasks and results there are left.
fn after_the_tasks(tasks: u32, workers: &[Worker], rounds: u32) -> (Vec<u32>, usize, usize) {
    let server = Server::started();
    put_tasks(&server, tasks);
    let results = thread::scope(|scope| {
        for worker in workers {
            scope.spawn(|| worker(&server, rounds));
        }
        get_results(&server, tasks, Timeout::None).expect("only the master ends the server")
    });
    (results, server.task.lock().len(), server.result.lock().len())
}

/// The same, but the worker is started before the tasks are put.
fn before_the_tasks(tasks: u32, worker: Worker) -> Vec<u32> {
    let server = Server::started();
    thread::scope(|scope| {
        scope.spawn(|| worker(&server, tasks));
        put_tasks(&server, tasks);
        get_results(&server, tasks, Timeout::None).expect("only the master ends the server")
    })
}

/// A worker is started when the master's server listens, or before that. Returns how its `connect()` ends.
fn connected(master_first: bool) -> Result<(), Exception> {
    let server = Server::default();
    let connect = || thread::scope(|scope| scope.spawn(|| server.connect()).join().unwrap());
    if master_first {
        server.start();
        return connect();
    }
    let connected = connect();
    server.start();
    connected
}

/// What a master gets, with one worker: it waits for each result for some time.
fn in_time<T>(tasks: u32, get_results: impl FnOnce(&Server) -> T) -> T {
    let server = Server::started();
    put_tasks(&server, tasks);
    thread::scope(|scope| {
        scope.spawn(|| worker(&server, tasks));
        let results = get_results(&server);
        server.shutdown();
        results
    })
}

/// The master of [`get_results`], but after `queue.Empty` it asks again.
fn asks_again(server: &Server, tasks: u32) -> Result<Vec<u32>, Exception> {
    let get = |_| match server.result.get(Timeout::Some) {
        Err(Exception::Empty) => server.result.get(Timeout::None),
        other => other,
    };
    (0..tasks).map(get).collect()
}

/// A master gets a result for each task, and shuts the server down: at once, or when the workers have ended. Returns
/// how the workers end.
fn ends_of_workers(tasks: u32, workers: &[Worker], shuts_down_at_once: bool) -> Vec<Result<(), Exception>> {
    let server = Server::started();
    put_tasks(&server, tasks);
    thread::scope(|scope| {
        let server = &server;
        let workers: Vec<_> = workers.iter().map(|worker| scope.spawn(|| worker(server, tasks))).collect();
        get_results(server, tasks, Timeout::None).expect("only the master ends the server");
        if shuts_down_at_once {
            server.shutdown();
        }
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    })
}

/// How a worker ends that makes one round more than there are tasks.
fn end_of_one_round_more(worker: Worker) -> Result<(), Exception> {
    let server = Server::started();
    put_tasks(&server, 1);
    worker(&server, 2)
}

/// One task, and three rounds of the worker of the third example. Returns how often it has done the task.
fn times_done(has_result_queue: bool) -> Result<u32, Exception> {
    let (task, result) = (Served::default(), Served::default());
    task.put(1)?;
    worker_that_puts_back(&task, if has_result_queue { &result } else { &task }, 3)
}

fn squares(parameters: &Parameters) -> Vec<u32> {
    (1..=tasks(parameters)).map(|n| n * n).collect()
}

fn tasks(parameters: &Parameters) -> u32 {
    parameters.get("tasks") as u32
}

/// All results, in the order of the tasks, and nothing is left.
fn all_done(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only((squares(parameters), 0, 0))
}

const TASKS: &[Parameter] =
    &[Parameter { name: "tasks", summary: "how many tasks there are", default: 2, least: 1, most: 3 }];

const SEVERAL_TASKS: &[Parameter] = &[Parameter { least: 2, ..TASKS[0] }];

/// Who is started first, and how many workers there are.
pub(in super::super) const STARTING: &[Scenario] = &[
    Scenario {
        name: "master_worker/master_first",
        summary: "the tutorials' worker is started when the server listens",
        shows: "After `manager.start()` a worker's `connect()` succeeds.",
        run: |_| Outcome::of(&connected(true)),
        right: |_| only(Ok::<_, Exception>(())),
        possible: |_| only(Ok::<_, Exception>(())),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/worker_first",
        summary: "the tutorials' worker is started before the server listens",
        shows: "`connect()` before the master's `start()` raises `ConnectionRefusedError`: it does not wait.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/master_first"],
        run: |_| Outcome::of(&connected(false)),
        right: |_| only(Ok::<_, Exception>(())),
        possible: |_| only(Err::<(), _>(Exception::ConnectionRefused)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/tutorial",
        summary: "the tutorials' master puts its tasks, then the worker is started; no wait for a result is too short",
        shows: "Where the worker comes after the tasks, its `for i in range(10)` does all ten: the results come in \
                the order of the tasks, and both queues are empty in the end.",
        parameters: TASKS,
        run: |parameters| Outcome::of(&after_the_tasks(tasks(parameters), &[worker], tasks(parameters))),
        right: all_done,
        possible: all_done,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/worker_before_tasks",
        summary: "the same, and the worker is started before the tasks are put",
        shows: "A `get(timeout=1)` that raises `queue.Empty` uses up one of the worker's ten rounds: a worker that \
                connects before the tasks are put may leave some undone.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["master_worker/tutorial"],
        parameters: TASKS,
        run: |parameters| Outcome::of(&before_the_tasks(tasks(parameters), worker)),
        right: |parameters| only(squares(parameters)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/more_tasks_than_rounds",
        summary: "the tutorials' master has one task more than its only worker has rounds",
        shows: "The worker's `for i in range(10)` ends after ten rounds, also if there are tasks left.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["master_worker/tutorial"],
        parameters: TASKS,
        run: |parameters| Outcome::of(&after_the_tasks(tasks(parameters) + 1, &[worker], tasks(parameters))),
        right: all_done,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/order_of_several",
        summary: "two of the tutorials' workers are started when the tasks are put",
        shows: "With two workers the results may come in another order than the tasks were put.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/tutorial"],
        parameters: SEVERAL_TASKS,
        run: |parameters| Outcome::of(&after_the_tasks(tasks(parameters), &[worker, worker], tasks(parameters))),
        right: all_done,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/several_workers",
        summary: "two of the tutorials' workers are started when the tasks are put, and results are sorted",
        shows: "Workers share the tasks: each task is done by one of them, and the master gets its result.",
        parameters: TASKS,
        run: |parameters| {
            let (mut results, ..) = after_the_tasks(tasks(parameters), &[worker, worker], tasks(parameters));
            results.sort_unstable();
            Outcome::of(&results)
        },
        right: |parameters| only(squares(parameters)),
        possible: |parameters| only(squares(parameters)),
        ..Scenario::DEFAULT
    },
];

/// A master that waits for some time only, and a worker that dies.
pub(in super::super) const WAITING: &[Scenario] = &[
    Scenario {
        name: "master_worker/late_result",
        summary: "a master like the tutorials', which asks again after `queue.Empty`",
        shows: "A result that comes after the timeout of `result.get(timeout=10)` is not lost: who asks again gets it.",
        parameters: TASKS,
        run: |parameters| Outcome::of(&in_time(tasks(parameters), |server| asks_again(server, tasks(parameters)))),
        right: |parameters| only(Ok::<_, Exception>(squares(parameters))),
        possible: |parameters| only(Ok::<_, Exception>(squares(parameters))),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/master_gives_up",
        summary: "the master of 000, 001 and 004, which waits for each result for ten seconds",
        shows: "`result.get(timeout=10)` raises `queue.Empty` if no result comes in time, which this master does \
                not catch: it ends, and has no results.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/late_result", "master_worker/tutorial"],
        parameters: TASKS,
        run: |parameters| {
            let tasks = tasks(parameters);
            Outcome::of(&in_time(tasks, |server| get_results(server, tasks, Timeout::Some)))
        },
        right: |parameters| only(Ok::<_, Exception>(squares(parameters))),
        possible: |parameters| any_of([Ok(squares(parameters)), Err(Exception::Empty)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/master_catches_empty",
        summary: "the master of 002, which catches `queue.Empty` and shuts down",
        shows: "With `except queue.Empty` around its loop the master ends in order, but without the results that \
                come later.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/late_result", "master_worker/tutorial"],
        parameters: TASKS,
        run: |parameters| {
            let tasks = tasks(parameters);
            Outcome::of(&in_time(tasks, |server| get_results_until_empty(server, tasks)))
        },
        right: |parameters| only(squares(parameters)),
        possible: |parameters| {
            let all = squares(parameters);
            any_of((0..=all.len()).map(|count| all[..count].to_vec()))
        },
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/worker_dies",
        summary: "one of two of the tutorials' workers may be killed at any step",
        shows: "A task that a worker has taken with `get` is lost if the worker is killed before it has put the \
                result.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["master_worker/leased", "master_worker/several_workers"],
        parameters: TASKS,
        run: |parameters| {
            let workers: [Worker; 2] = [worker_that_may_be_killed, worker];
            let (mut results, ..) = after_the_tasks(tasks(parameters), &workers, tasks(parameters));
            results.sort_unstable();
            Outcome::of(&results)
        },
        right: |parameters| only(squares(parameters)),
        ..Scenario::DEFAULT
    },
];

/// How workers end.
pub(in super::super) const ENDING: &[Scenario] = &[
    Scenario {
        name: "master_worker/shutdown_after_workers",
        summary: "the tutorials' master has all results, and calls `shutdown()` when both workers have ended",
        shows: "Where the workers end before `manager.shutdown()`, each of them comes to its end without an exception.",
        run: |_| Outcome::of(&ends_of_workers(1, &[worker, worker], false)),
        right: |_| only([Ok::<_, Exception>(()); 2]),
        possible: |_| only([Ok::<_, Exception>(()); 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/shutdown_at_once",
        summary: "the tutorials' master calls `shutdown()` as soon as it has all results",
        shows: "After `manager.shutdown()` a call of a worker raises `EOFError`, also one that waits: a worker that \
                has rounds left, or no answer to its last `put` yet, does not come to its end.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/shutdown_after_workers"],
        run: |_| Outcome::of(&ends_of_workers(1, &[worker, worker], true)),
        right: |_| only([Ok::<_, Exception>(()); 2]),
        possible: |_| any_of([[Ok(()); 2], [Ok(()), EOF], [EOF, Ok(())], [EOF; 2]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/catches_queue_empty",
        summary: "the worker of 002 makes one round more than there are tasks",
        shows: "A worker with `except queue.Empty` goes on after a `get(timeout=1)` in vain.",
        run: |_| Outcome::of(&end_of_one_round_more(worker)),
        right: |_| only(Ok::<_, Exception>(())),
        possible: |_| only(Ok::<_, Exception>(())),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/names_no_queue",
        summary: "the worker of 000 and 001 makes one round more than there are tasks",
        shows: "`except Queue.Empty`, where only `queue` is imported, raises `NameError` when the first \
                `get(timeout=1)` is in vain, and the worker ends.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/catches_queue_empty"],
        run: |_| Outcome::of(&end_of_one_round_more(worker_as_printed)),
        right: |_| only(Ok::<_, Exception>(())),
        possible: |_| only(Err::<(), _>(Exception::Name)),
        ..Scenario::DEFAULT
    },
];

const EOF: Result<(), Exception> = Err(Exception::Eof);

/// The examples of 003, where they differ.
pub(in super::super) const EXAMPLES_OF_003: &[Scenario] = &[
    Scenario {
        name: "master_worker/while_not_empty",
        summary: "the worker of the second example of 003 is started when the tasks are put",
        shows: "A single worker with `while not task.empty()` that starts after the tasks are put does them all.",
        parameters: TASKS,
        run: |parameters| {
            Outcome::of(&after_the_tasks(tasks(parameters), &[|server, _| worker_while_not_empty(server)], 0))
        },
        right: all_done,
        possible: all_done,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/while_not_empty_too_early",
        summary: "the same worker is started before the tasks are put",
        shows: "A worker with `while not task.empty()` ends at once if no task is put yet; the master waits for its \
                results.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["master_worker/while_not_empty"],
        parameters: TASKS,
        run: |parameters| Outcome::of(&before_the_tasks(tasks(parameters), |server, _| worker_while_not_empty(server))),
        right: |parameters| only(squares(parameters)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/while_not_empty_and_taken",
        summary: "two workers with `while not task.empty()` and one task",
        shows: "What `task.empty()` answers may be outdated when `task.get(True, timeout=5)` is called: with two \
                workers one may wait in vain, and end with `queue.Empty`.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/while_not_empty"],
        run: |_| {
            let workers: [Worker; 2] = [|server, _| worker_while_not_empty(server); 2];
            Outcome::of(&ends_of_workers(1, &workers, false))
        },
        right: |_| only([Ok::<_, Exception>(()); 2]),
        possible: |_| any_of([[Ok(()); 2], [Ok(()), Err(Exception::Empty)], [Err(Exception::Empty), Ok(())]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/results_apart",
        summary: "the worker of the third example of 003, with a queue of results, has one task and three rounds",
        shows: "With a queue for results the task is done once.",
        run: |_| Outcome::of(&times_done(true)),
        right: |_| only(Ok::<_, Exception>(1)),
        possible: |_| only(Ok::<_, Exception>(1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/results_are_tasks",
        summary: "the same worker; `get_result_queue` returns the queue of tasks, as it does there",
        shows: "Where `get_result_queue` hands out the queue of tasks, each result is a task again: the worker does \
                it in every round.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/results_apart"],
        run: |_| Outcome::of(&times_done(false)),
        right: |_| only(Ok::<_, Exception>(1)),
        possible: |_| only(Ok::<_, Exception>(3)),
        ..Scenario::DEFAULT
    },
];
