//! A pool of workers, with the methods of Python's `multiprocessing.Pool`: tasks are handed in, and as many are done
//! at the same time as there are workers.

use std::collections::VecDeque;
use std::time::Duration;

use selvedge::sync::mpsc::{Sender, channel};
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread::{self, JoinHandle};

use crate::scenario::Scenario;

pub mod promises;
pub mod results;
pub mod stealing;

/// The scenarios of pools.
pub const SCENARIOS: &[&[Scenario]] = &[promises::SCENARIOS, results::SCENARIOS, stealing::SCENARIOS];

/// A task did not return anything, but failed with this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failed(pub &'static str);

/// What comes of a task.
pub type Answer = Result<u8, Failed>;

/// What can be done wrong with a pool or a result: a `ValueError` or a `TimeoutError` in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mistake {
    /// A pool that still takes tasks cannot be joined.
    StillRunning,
    /// A pool that was closed takes no tasks.
    NotRunning,
    /// The task is not done yet, so it cannot be said whether it has failed.
    NotReady,
    /// The task was not done in time.
    TimedOut,
}

/// What will come of a task: `AsyncResult`.
#[derive(Default)]
pub struct Later {
    answer: Mutex<Option<Answer>>,
    changed: Condvar,
}

impl Later {
    /// Says what has come of it.
    pub fn set(&self, answer: Answer) {
        *self.answer.lock().unwrap() = Some(answer);
        self.changed.notify_all();
    }

    /// Waits until the task is done, and returns what has come of it.
    pub fn get(&self) -> Answer {
        let answer = self.changed.wait_while(self.answer.lock().unwrap(), |answer| answer.is_none()).unwrap();
        answer.expect("it was waited for")
    }

    /// Waits for some time until the task is done. In a model no time is long: it may be over at any moment.
    pub fn get_timeout(&self, time: Duration) -> Result<Answer, Mistake> {
        let answer = self.answer.lock().unwrap();
        let answer = self.changed.wait_timeout_while(answer, time, |answer| answer.is_none()).unwrap().0;
        answer.ok_or(Mistake::TimedOut)
    }

    /// Returns whether the task is done.
    pub fn ready(&self) -> bool {
        self.answer.lock().unwrap().is_some()
    }

    /// Returns whether the task is done and did not fail.
    pub fn successful(&self) -> Result<bool, Mistake> {
        self.answer.lock().unwrap().map(|answer| answer.is_ok()).ok_or(Mistake::NotReady)
    }
}

/// Something to do.
type Task = Box<dyn FnOnce() + Send>;

/// Whether tasks are taken, and done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Running,
    /// No new tasks are taken; those that there are will be done.
    Closed,
    /// What has not been begun is not done.
    Terminated,
}

#[derive(Default)]
struct Work {
    tasks: VecDeque<Task>,
    state: State,
}

/// Workers, and the tasks that none of them has taken yet.
pub struct Pool {
    work: Arc<(Mutex<Work>, Condvar)>,
    workers: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts a pool of so many workers.
    pub fn new(workers: usize) -> Self {
        let work = Arc::<(Mutex<Work>, Condvar)>::default();
        let start = |_| {
            let work = work.clone();
            thread::spawn(move || do_tasks(&work))
        };
        let workers = (0..workers).map(start).collect();
        Self { work, workers }
    }

    /// Hands in a task, and returns at once.
    pub fn apply_async(&self, task: impl FnOnce() -> Answer + Send + 'static) -> Result<Arc<Later>, Mistake> {
        let later = Arc::<Later>::default();
        let promise = later.clone();
        self.add(vec![Box::new(move || promise.set(task()))])?;
        Ok(later)
    }

    /// Hands in a task, and waits until it is done.
    pub fn apply(&self, task: impl FnOnce() -> Answer + Send + 'static) -> Result<Answer, Mistake> {
        Ok(self.apply_async(task)?.get())
    }

    /// Does something to each item, and returns what has come of them, in the order of the items.
    pub fn map(
        &self,
        items: &[u8],
        task: impl Fn(u8) -> Answer + Send + Sync + 'static,
    ) -> Result<Vec<Answer>, Mistake> {
        let later = self.map_async(items, task)?;
        Ok(later.iter().map(|later| later.get()).collect())
    }

    /// Does something to each item, and returns at once.
    pub fn map_async(
        &self,
        items: &[u8],
        task: impl Fn(u8) -> Answer + Send + Sync + 'static,
    ) -> Result<Vec<Arc<Later>>, Mistake> {
        let task = std::sync::Arc::new(task);
        let later: Vec<_> = items.iter().map(|_| Arc::<Later>::default()).collect();
        let tasks = items.iter().zip(&later).map(|(&item, promise)| {
            let (task, promise) = (task.clone(), promise.clone());
            Box::new(move || promise.set(task(item))) as Task
        });
        self.add(tasks.collect())?;
        Ok(later)
    }

    /// Adds tasks.
    fn add(&self, tasks: Vec<Task>) -> Result<(), Mistake> {
        let (work, changed) = &*self.work;
        let mut work = work.lock().unwrap();
        if work.state != State::Running {
            return Err(Mistake::NotRunning);
        }
        if tasks.len() == 1 {
            changed.notify_one()
        } else {
            changed.notify_all()
        }
        work.tasks.extend(tasks);
        Ok(())
    }

    /// Takes no more tasks.
    pub fn close(&self) {
        self.becomes(State::Closed);
    }

    /// Takes no more tasks, and forgets those that nobody has begun.
    pub fn terminate(&self) {
        self.becomes(State::Terminated);
    }

    fn becomes(&self, state: State) {
        let (work, changed) = &*self.work;
        work.lock().unwrap().state = state;
        changed.notify_all();
    }

    /// Waits until the workers have ended. Before that the pool has to be closed or terminated.
    pub fn join(self) -> Result<(), Mistake> {
        if self.work.0.lock().unwrap().state == State::Running {
            return Err(Mistake::StillRunning);
        }
        self.join_unchecked();
        Ok(())
    }

    /// The twin: waits until the workers have ended, whether they ever will or not.
    pub fn join_unchecked(self) {
        for worker in self.workers {
            worker.join().unwrap();
        }
    }
}

/// What a worker does: tasks, until there will be no more.
fn do_tasks((work, changed): &(Mutex<Work>, Condvar)) {
    loop {
        let waits = |work: &mut Work| work.tasks.is_empty() && work.state == State::Running;
        let mut work = changed.wait_while(work.lock().unwrap(), waits).unwrap();
        let next = if work.state == State::Terminated { None } else { work.tasks.pop_front() };
        drop(work);
        let Some(task) = next else { return };
        task();
    }
}

/// A thread that calls back whoever wants to know what has come of a task, one at a time: the pool's result handler.
pub struct Handler {
    answers: Sender<(Callback, Answer)>,
    thread: JoinHandle<()>,
}

/// What is called with what has come of a task.
type Callback = Box<dyn FnOnce(Answer) + Send>;

impl Handler {
    /// Starts it.
    pub fn new() -> Self {
        let (answers, arrived) = channel::<(Callback, Answer)>();
        let thread = thread::spawn(move || {
            for (callback, answer) in arrived {
                callback(answer);
            }
        });
        Self { answers, thread }
    }

    /// Hands in a task, after which `callback` is called.
    pub fn apply_async(&self, pool: &Pool, task: fn() -> Answer, callback: impl FnOnce(Answer) + Send + 'static) {
        let answers = self.answers.clone();
        let announce = move || drop(answers.send((Box::new(callback), task())));
        pool.add(vec![Box::new(announce)]).expect("a pool that runs");
    }

    /// Waits until nobody is left to be called back.
    pub fn join(self) {
        drop(self.answers);
        self.thread.join().unwrap();
    }
}

impl Default for Handler {
    fn default() -> Self {
        Self::new()
    }
}
