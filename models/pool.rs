//! A pool of workers, with the methods of Python's `multiprocessing.Pool`: tasks are handed in, and as many are done
//! at the same time as there are workers.

use std::collections::VecDeque;
use std::time::Duration;

use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::mpsc::{Sender, channel};
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread::{self, JoinHandle};

use crate::process::Life;
use crate::scenario::Scenario;

pub mod promises;
pub mod results;
pub mod stealing;
pub mod submitting;

/// The scenarios of pools.
pub const SCENARIOS: &[&[Scenario]] =
    &[promises::SCENARIOS, submitting::SCENARIOS, results::SCENARIOS, stealing::SCENARIOS];

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

    /// Waits for some time until the task is done, and does not say whether it is.
    pub fn wait(&self, time: Duration) {
        let answer = self.answer.lock().unwrap();
        drop(self.changed.wait_timeout_while(answer, time, |answer| answer.is_none()).unwrap());
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

/// The process that does a task.
pub struct Worker<'a> {
    /// Which of all that the pool has started it is.
    pub number: usize,
    /// What it runs on.
    pub life: &'a Life,
}

/// Something to do: returns what comes of it, or nothing if the worker dies of it.
type Run = Box<dyn FnOnce(&Worker<'_>) -> Option<Answer> + Send>;

/// Something to do, and who waits for what comes of it.
struct Task {
    run: Run,
    later: Arc<Later>,
}

/// What becomes of the tasks when a worker dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDeath {
    /// Another worker takes its place, and nobody says anything about its task: `multiprocessing.Pool`.
    Replaced,
    /// Its task and all others fail, and no more are taken: `concurrent.futures.ProcessPoolExecutor`.
    AllFail,
}

/// How long workers are kept.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// What becomes of the tasks when one dies.
    pub on_death: OnDeath,
    /// After how many tasks one ends, and another one is started in its place: `maxtasksperchild`.
    pub most_tasks: Option<usize>,
}

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
    /// How many workers have been started.
    started: Arc<AtomicUsize>,
    life: Life,
}

impl Pool {
    /// Starts a pool of so many workers.
    pub fn new(workers: usize) -> Self {
        Self::with(workers, Rules { on_death: OnDeath::Replaced, most_tasks: None })
    }

    /// Starts a pool of so many workers, which are kept as it is said.
    pub fn with(workers: usize, rules: Rules) -> Self {
        let work = Arc::<(Mutex<Work>, Condvar)>::default();
        let life = Life::default();
        let started = Arc::new(AtomicUsize::new(workers));
        let start = |number| {
            let (work, life, started) = (work.clone(), life.clone(), started.clone());
            thread::spawn(move || do_tasks(&work, Worker { number, life: &life }, &started, rules))
        };
        let workers = (0..workers).map(start).collect();
        Self { work, workers, started, life }
    }

    /// Returns how many workers have been started so far.
    pub fn started(&self) -> usize {
        self.started.load(SeqCst)
    }

    /// Hands in a task, and returns at once.
    pub fn apply_async(&self, task: impl FnOnce() -> Answer + Send + 'static) -> Result<Arc<Later>, Mistake> {
        self.apply_mortal(move |_| Some(task()))
    }

    /// Hands in a task in the middle of which the worker may die: then it returns nothing.
    pub fn apply_mortal(
        &self,
        run: impl FnOnce(&Worker<'_>) -> Option<Answer> + Send + 'static,
    ) -> Result<Arc<Later>, Mistake> {
        let later = Arc::<Later>::default();
        self.add(vec![Task { run: Box::new(run), later: later.clone() }])?;
        Ok(later)
    }

    /// The twin of `apply_async`: hands in a task whether any are taken or not.
    pub fn apply_unchecked(&self, task: impl FnOnce() -> Answer + Send + 'static) -> Arc<Later> {
        let later = Arc::<Later>::default();
        let (work, changed) = &*self.work;
        work.lock().unwrap().tasks.push_back(Task { run: Box::new(move |_| Some(task())), later: later.clone() });
        changed.notify_one();
        later
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
        let tasks = items.iter().zip(&later).map(|(&item, later)| {
            let task = task.clone();
            Task { run: Box::new(move |_| Some(task(item))), later: later.clone() }
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

    /// Takes no more tasks, forgets those that nobody has begun, and kills the workers, wherever they are.
    pub fn terminate(&self) {
        self.life.end();
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
fn do_tasks((work, changed): &(Mutex<Work>, Condvar), mut worker: Worker<'_>, started: &AtomicUsize, rules: Rules) {
    let mut done = 0;
    loop {
        let waits = |work: &mut Work| work.tasks.is_empty() && work.state == State::Running;
        let mut now = changed.wait_while(work.lock().unwrap(), waits).unwrap();
        let next = if now.state == State::Terminated { None } else { now.tasks.pop_front() };
        drop(now);
        let Some(Task { run, later }) = next else { return };
        match run(&worker) {
            Some(answer) => later.set(answer),
            // The one that takes its place goes on with the next task.
            None if rules.on_death == OnDeath::Replaced => {}
            None => {
                let mut work = work.lock().unwrap();
                work.state = State::Closed;
                let others = std::mem::take(&mut work.tasks);
                for later in others.into_iter().map(|task| task.later).chain([later]) {
                    later.set(Err(Failed("a worker has died")));
                }
                changed.notify_all();
            }
        }
        done += 1;
        if rules.most_tasks == Some(done) {
            // From here on this is another one, in the place of the one that has ended.
            (worker.number, done) = (started.fetch_add(1, SeqCst), 0);
        }
    }
}

/// A thread that calls back whoever wants to know what has come of a task, one at a time: the pool's result handler.
pub struct Handler {
    answers: Sender<(Callbacks, Answer, Arc<Later>)>,
    thread: JoinHandle<()>,
}

/// What is called when a task is done: `callback` with what it has returned, or `error_callback` with its failure.
pub struct Callbacks {
    /// `callback`
    pub success: Box<dyn FnOnce(u8) + Send>,
    /// `error_callback`
    pub failure: Box<dyn FnOnce(Failed) + Send>,
}

impl Handler {
    /// Starts it.
    pub fn new() -> Self {
        let (answers, arrived) = channel::<(Callbacks, Answer, Arc<Later>)>();
        let thread = thread::spawn(move || {
            for (Callbacks { success, failure }, answer, later) in arrived {
                match answer {
                    Ok(value) => success(value),
                    Err(error) => failure(error),
                }
                // Who waits for the result goes on when the callback has returned.
                later.set(answer);
            }
        });
        Self { answers, thread }
    }

    /// Hands in a task, after which one of the callbacks is called.
    pub fn apply_async(&self, pool: &Pool, task: fn() -> Answer, callbacks: Callbacks) -> Arc<Later> {
        let (answers, later) = (self.answers.clone(), Arc::<Later>::default());
        let promise = later.clone();
        let announce = move || {
            let answer = task();
            let _ = answers.send((callbacks, answer, promise));
            answer
        };
        pool.apply_async(announce).expect("a pool that runs");
        later
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
