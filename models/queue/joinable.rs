//! A queue that can be waited for until all that was put into it is done, with `task_done` and `join` as in
//! Python's `queue.Queue` and `multiprocessing.JoinableQueue`.

use std::collections::VecDeque;

use selvedge::failure::FailureKind;
use selvedge::spec::{JoinableOperation, JoinableResult};
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::{Outcome, Subject, thread};

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, any_of, only};

/// Something to do.
type Task = u8;

/// More tasks were called done than had been put: a `ValueError` in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

#[derive(Default)]
struct State {
    tasks: VecDeque<Task>,
    /// How many have been put and are not done.
    unfinished: isize,
}

/// A queue of tasks that can be joined.
#[derive(Default)]
pub struct JoinableQueue {
    state: Mutex<State>,
    has_tasks: Condvar,
    all_done: Condvar,
}

impl JoinableQueue {
    /// Adds a task.
    pub fn put(&self, task: Task) {
        let mut state = self.state.lock().unwrap();
        state.tasks.push_back(task);
        state.unfinished += 1;
        self.has_tasks.notify_one();
    }

    /// Takes a task, as soon as there is one.
    pub fn get(&self) -> Task {
        let state = self.state.lock().unwrap();
        let mut state = self.has_tasks.wait_while(state, |state| state.tasks.is_empty()).unwrap();
        state.tasks.pop_front().expect("there are tasks")
    }

    /// Says that a task that was taken is done.
    pub fn task_done(&self) -> Result<(), TooMany> {
        let mut state = self.state.lock().unwrap();
        if state.unfinished == 0 {
            return Err(TooMany);
        }
        state.unfinished -= 1;
        if state.unfinished == 0 {
            self.all_done.notify_all();
        }
        Ok(())
    }

    /// Waits until every task that was put is done.
    pub fn join(&self) {
        let state = self.state.lock().unwrap();
        drop(self.all_done.wait_while(state, |state| state.unfinished > 0).unwrap());
    }

    /// The twin: does not wait if every task is taken. It may still be being done.
    fn join_when_empty(&self) {
        let state = self.state.lock().unwrap();
        drop(self.all_done.wait_while(state, |state| !state.tasks.is_empty()).unwrap());
    }

    /// The twin: does not look whether there are tasks left to be called done.
    fn task_done_unchecked(&self) -> Result<(), TooMany> {
        let mut state = self.state.lock().unwrap();
        state.unfinished -= 1;
        if state.unfinished <= 0 {
            self.all_done.notify_all();
        }
        Ok(())
    }
}

/// What can be asked of it, by the names that all joinable queues have.
impl Subject for JoinableQueue {
    type Operation = JoinableOperation<Task>;
    type Result = JoinableResult<Task>;

    fn call(&self, operation: &JoinableOperation<Task>) -> JoinableResult<Task> {
        match operation {
            JoinableOperation::Put(task) => self.put(*task),
            JoinableOperation::Get => return JoinableResult::Task(self.get()),
            JoinableOperation::TaskDone => {
                return self.task_done().map_or(JoinableResult::TooMany, |()| JoinableResult::Done);
            }
            JoinableOperation::Join => self.join(),
        }
        JoinableResult::Done
    }
}

/// Two workers, daemons, work for ever; the program ends when the queue is joined. `work_on` does one task and
/// says so. Returns how many tasks were done when `join` returned.
fn done_at_join(parameters: &Parameters, work_on: fn(&JoinableQueue, &AtomicUsize), join: fn(&JoinableQueue)) -> usize {
    let shared = Arc::new((JoinableQueue::default(), AtomicUsize::new(0)));
    for _ in 0..parameters.get("workers") {
        let shared = shared.clone();
        thread::spawn(move || {
            loop {
                work_on(&shared.0, &shared.1);
            }
        });
    }
    let (queue, done) = &*shared;
    (0..parameters.get("tasks")).for_each(|task| queue.put(task as Task));
    join(queue);
    done.load(SeqCst)
}

fn do_and_say_so(queue: &JoinableQueue, done: &AtomicUsize) {
    queue.get();
    done.fetch_add(1, SeqCst);
    queue.task_done().unwrap();
}

/// The twin: says that it is done when it begins.
fn say_so_and_do(queue: &JoinableQueue, done: &AtomicUsize) {
    queue.get();
    queue.task_done().unwrap();
    done.fetch_add(1, SeqCst);
}

/// The twin: does it, and does not say so.
fn do_and_say_nothing(queue: &JoinableQueue, done: &AtomicUsize) {
    queue.get();
    done.fetch_add(1, SeqCst);
}

/// How a task is called done.
type TaskDone = fn(&JoinableQueue) -> Result<(), TooMany>;

/// One task is called done twice; then there is another one, which is waited for. Returns what the worker is told, and
/// how many tasks are done when the second `join` returns.
fn once_too_often(task_done: TaskDone) -> ([Result<(), TooMany>; 2], usize) {
    let (queue, done) = (JoinableQueue::default(), AtomicUsize::new(0));
    let work = || {
        queue.get();
        done.fetch_add(1, SeqCst);
    };
    queue.put(1);
    let told = thread::scope(|scope| {
        let worker = scope.spawn(|| {
            work();
            [(); 2].map(|()| task_done(&queue))
        });
        queue.join();
        worker.join().unwrap()
    });
    queue.put(2);
    let done_at_join = thread::scope(|scope| {
        scope.spawn(|| {
            work();
            task_done(&queue)
        });
        queue.join();
        done.load(SeqCst)
    });
    (told, done_at_join)
}

fn told_and_all_done() -> Option<Vec<Outcome>> {
    only(([Ok(()), Err(TooMany)], 2))
}

/// Two workers do a task each, and say so that often. Returns how many tasks were done when `join` returned, and who
/// was told that it was once too often.
fn each_says(times: [usize; 2]) -> (usize, [bool; 2]) {
    let (queue, done) = (JoinableQueue::default(), AtomicUsize::new(0));
    [1, 2].into_iter().for_each(|task| queue.put(task));
    thread::scope(|scope| {
        let workers = times.map(|times| {
            let (queue, done) = (&queue, &done);
            scope.spawn(move || {
                queue.get();
                done.fetch_add(1, SeqCst);
                (0..times).filter(|_| queue.task_done().is_err()).count() > 0
            })
        });
        queue.join();
        let done_at_join = done.load(SeqCst);
        (done_at_join, workers.map(|worker| worker.join().unwrap()))
    })
}

/// What is right: all was done, and nobody is told anything.
fn all_done() -> Option<Vec<Outcome>> {
    only((2, [false, false]))
}

/// What a program does between starting its producer and its end.
type Program = fn(&JoinableQueue, thread::JoinHandle<()>, thread::JoinHandle<()>);

/// As the tutorial does: joins the producer, and then the queue.
fn join_the_producer_first(queue: &JoinableQueue, producer: thread::JoinHandle<()>, _consumer: thread::JoinHandle<()>) {
    producer.join().unwrap();
    queue.join();
}

/// The twin: joins only the queue.
fn join_the_queue(queue: &JoinableQueue, _producer: thread::JoinHandle<()>, _consumer: thread::JoinHandle<()>) {
    queue.join();
}

/// The twin: joins the consumer as well, as a program does at its end with each child that is no daemon.
fn join_the_consumer(queue: &JoinableQueue, producer: thread::JoinHandle<()>, consumer: thread::JoinHandle<()>) {
    producer.join().unwrap();
    queue.join();
    consumer.join().unwrap();
}

/// A producer puts two tasks, and a consumer works for ever. Returns how many are done when the program is at its end.
fn done_at_the_end(program: Program) -> usize {
    let shared = Arc::new((JoinableQueue::default(), AtomicUsize::new(0)));
    let of_consumer = shared.clone();
    let consumer = thread::spawn(move || {
        loop {
            do_and_say_so(&of_consumer.0, &of_consumer.1);
        }
    });
    let of_producer = shared.clone();
    let producer = thread::spawn(move || [1, 2].into_iter().for_each(|task| of_producer.0.put(task)));
    program(&shared.0, producer, consumer);
    shared.1.load(SeqCst)
}

const PARAMETERS: &[Parameter] = &[
    Parameter { name: "workers", summary: "how many work", default: 2, least: 1, most: 3 },
    Parameter { name: "tasks", summary: "how many tasks there are", default: 2, least: 0, most: 4 },
];

fn all_tasks(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only(parameters.get("tasks"))
}

/// What goes wrong with a task needs one.
const SOME_TASKS: &[Parameter] = &[PARAMETERS[0], Parameter { least: 1, ..PARAMETERS[1] }];

/// The scenarios of queues that are joined.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/join",
        summary: "workers call tasks done, and the program ends when all are",
        shows: "`JoinableQueue.join` waits until `task_done` was called for every task that was put.",
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&done_at_join(parameters, do_and_say_so, JoinableQueue::join)),
        right: all_tasks,
        possible: all_tasks,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/task_done_first",
        summary: "a worker calls a task done, and then does it",
        shows: "A worker that calls `task_done` before it does the task lets `join` return with work undone.",
        literature: Some("broken variant of `queue/join`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/join"],
        parameters: SOME_TASKS,
        run: |parameters| Outcome::of(&done_at_join(parameters, say_so_and_do, JoinableQueue::join)),
        right: all_tasks,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/task_done_missing",
        summary: "a worker does its tasks, and never says so",
        shows: "If workers do not call `task_done`, `join` waits for ever.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["queue/join"],
        parameters: SOME_TASKS,
        run: |parameters| Outcome::of(&done_at_join(parameters, do_and_say_nothing, JoinableQueue::join)),
        right: all_tasks,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/join_when_empty",
        summary: "the program ends when the queue is empty",
        shows: "That the queue is empty does not mean that its tasks are done: a `join` that waits for that only \
                returns too early.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/join"],
        parameters: SOME_TASKS,
        run: |parameters| Outcome::of(&done_at_join(parameters, do_and_say_so, JoinableQueue::join_when_empty)),
        right: all_tasks,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/task_done_too_often",
        summary: "a task is called done twice, and then there is another one",
        shows: "`task_done` called more often than tasks were put raises `ValueError`.",
        run: |_| Outcome::of(&once_too_often(JoinableQueue::task_done)),
        right: |_| told_and_all_done(),
        possible: |_| told_and_all_done(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/task_done_unchecked",
        summary: "a task is called done twice, nobody notices, and then there is another one",
        shows: "Without the check in `task_done` the count of unfinished tasks is wrong from then on, and the next \
                `join` returns early.",
        literature: Some("broken variant of `queue/task_done_too_often`"),
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/task_done_too_often"],
        run: |_| Outcome::of(&once_too_often(JoinableQueue::task_done_unchecked)),
        right: |_| told_and_all_done(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/task_done_once_each",
        summary: "two workers do a task each, and each says so once",
        shows: "If each worker calls `task_done` once for each task it has done, all are done when `join` returns.",
        run: |_| Outcome::of(&each_says([1, 1])),
        right: |_| all_done(),
        possible: |_| all_done(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/task_done_for_another",
        summary: "one of two workers says so twice",
        shows: "A second `task_done` for one task counts for a task of another worker: no `ValueError` is raised, \
                `join` may return early, and `ValueError` meets the other worker.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/task_done_once_each"],
        run: |_| Outcome::of(&each_says([2, 1])),
        right: |_| only((2, [true, false])),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/join_after_producer",
        summary: "a program joins its producer, and then the queue",
        shows: "`JoinableQueue.join` after the producer was joined returns when all that it has put is done.",
        run: |_| Outcome::of(&done_at_the_end(join_the_producer_first)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/join_before_all_is_put",
        summary: "a program joins the queue while its producer puts",
        shows: "`JoinableQueue.join` returns when all that was put so far is done: before the producer has put \
                anything, at once.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/join_after_producer"],
        run: |_| Outcome::of(&done_at_the_end(join_the_queue)),
        right: |_| only(2),
        possible: |_| any_of([0, 1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/consumer_joined",
        summary: "a program joins a consumer that loops for ever",
        shows: "A program that joins a consumer that loops for ever does not end; it does so at its end with each \
                child that is no daemon.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["queue/join_after_producer"],
        run: |_| Outcome::of(&done_at_the_end(join_the_consumer)),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
];
