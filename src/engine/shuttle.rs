//! The engines over shuttle: its runtime switches the threads, its schedulers choose between them,
//! and the kernel says what each operation means and who can go on.
//!
//! So timed waits do time out, `notify_one` may wake any waiter, and a schedule found here is the
//! same on every runtime of the kernel. Each thread is a shuttle task that shuttle never sees
//! blocked: an [`Adapter`] offers its scheduler the tasks that the kernel lets go on, and ends an
//! execution in which there are none. No panic and no deadlock ever reaches shuttle, which would
//! print it.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::rc::Rc;
use std::sync::mpsc;

use shuttle::scheduler::{
    DfsScheduler, PctScheduler, RandomScheduler, RoundRobinScheduler, Schedule, Scheduler, Task as ShuttleTask, TaskId,
    UrwRandomScheduler,
};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};
use shuttle_engine::runtime::execution::ExecutionState;
use shuttle_engine::runtime::thread::switch;

use super::cooperative::{Cooperative, Driver, State};
use super::isolate::{SPOILT, is_spoilt};
use super::{Capabilities, Collector, Coverage, Engine, Exploration, Limit, MemoryModel, Replayed, Task};
use super::{main_thread, replay_schedule, schedule_of};
use crate::execution::{ThreadId, context};
use crate::schedule::{Divergence, Token};

const STACK_SIZE_BYTES: usize = 2 * 1024 * 1024;

/// The reason given where shuttle's depth-first search meets a choice that is no schedule.
const NO_CHOICES: &str =
    "shuttle's depth-first search does not look at choices (`choose`, or a wait that may be notified or time out)";

fn config() -> Config {
    let mut config = Config::new();
    config.stack_size = STACK_SIZE_BYTES;
    config.failure_persistence = FailurePersistence::None;
    config.max_steps = MaxSteps::None;
    config.silence_warnings = true;
    config
}

/// Has shuttle install its panic hook now, which it does once in a process.
pub(crate) fn install_hook_of_shuttle() {
    Runner::new(RoundRobinScheduler::new(1), config()).run(|| {});
}

thread_local! {
    /// The execution that this OS thread runs.
    static CURRENT: RefCell<Option<Rc<Cooperative<Tasks>>>> = const { RefCell::new(None) };
}

/// The driver: every turn is a switch of shuttle's, at which the adapter decides.
#[derive(Default)]
struct Tasks {
    /// Tasks that go on before anything is decided, last first: a new thread up to its first
    /// operation, then the one that spawned it up to its next.
    forced: RefCell<Vec<TaskId>>,
    /// The way in which the chosen thread takes its step.
    alternative: Cell<u32>,
}

impl Driver for Tasks {
    fn turn(&self, _state: &State, _me: ThreadId) -> u32 {
        switch();
        self.alternative.get()
    }

    fn spawn_turn(&self, _state: &State, _me: ThreadId, body: Box<dyn FnOnce()>, location: &'static Location<'static>) {
        // A body that never starts is not dropped: it may borrow from a stack that is gone.
        let body = ManuallyDrop::new(body);
        let body = Box::new(move || ManuallyDrop::into_inner(body)());
        // shuttle switches first, which is this thread's turn, and then makes the task.
        let child = ExecutionState::spawn_thread(body, STACK_SIZE_BYTES, None, None, location);
        self.forced.borrow_mut().extend([ExecutionState::me(), child]);
    }

    fn spawned(&self, _state: &State) {
        switch();
    }

    fn suspend(&self, _state: &State) -> ! {
        loop {
            switch();
        }
    }
}

/// Wraps one of shuttle's schedulers.
struct Adapter<S> {
    // Never dropped: a random scheduler would print its seed.
    scheduler: ManuallyDrop<S>,
    /// What the runner, which owns this adapter, cannot hand back.
    shared: Rc<RefCell<Shared>>,
    steps_max: u64,
    kind: Kind,
    /// How many tasks the scheduler has been shown in this execution.
    introduced: usize,
    /// Where the exploration goes if it ends in the middle of a panic.
    sender: mpsc::Sender<Exploration>,
}

/// What is peculiar about a scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Plain,
    /// It refuses programs without concurrency.
    NeedsConcurrency,
    /// It has to be shown each task as soon as it is there, because it counts them.
    CountsTasks,
}

struct Shared {
    collector: Option<Collector>,
    /// Whether any decision so far had several threads to choose from.
    concurrent: bool,
    /// Whether any decision so far had several options of any kind.
    decided: bool,
    /// Whether choices that are no schedules may be drawn at random.
    draws: bool,
    /// Whether one was needed and could not be drawn.
    chose: bool,
}

impl Shared {
    fn collect(&mut self) {
        context::set_modelled(None);
        if let Some(backend) = CURRENT.take() {
            let collector = self.collector.as_mut().expect("a collector until the end");
            collector.add(backend.state.ended(), schedule_of);
            backend.state.clear();
        }
    }

    fn finish(&mut self) -> Exploration {
        self.collect();
        let mut collector = self.collector.take().expect("a collector until the end");
        if self.chose {
            collector.limit(Limit::Unsupported(NO_CHOICES));
        }
        collector.finish()
    }
}

impl<S: Scheduler> Scheduler for Adapter<S> {
    fn new_execution(&mut self) -> Option<Schedule> {
        let mut shared = self.shared.borrow_mut();
        shared.collect();
        let shared = &mut *shared;
        let collector = shared.collector.as_mut().expect("a collector until the end");
        if !collector.goes_on() {
            return None;
        }
        // A program without concurrency has one execution, unless it makes choices; and some schedulers
        // refuse a second all the same.
        let goes_on = shared.concurrent || (shared.decided && self.kind != Kind::NeedsConcurrency);
        if collector.executions() > 0 && !goes_on {
            return None;
        }
        let schedule = self.scheduler.new_execution()?;
        let backend = Rc::new(Cooperative { state: State::new(self.steps_max), driver: Tasks::default() });
        CURRENT.set(Some(backend));
        self.introduced = 0;
        Some(schedule)
    }

    fn next_task(&mut self, runnable: &[&ShuttleTask], current: Option<TaskId>, _is_yielding: bool) -> Option<TaskId> {
        let backend = CURRENT.with_borrow(Clone::clone)?;
        let state = &backend.state;
        if state.stopped() {
            return self.abandon_if_spoilt();
        }
        let Some(current) = current else { return self.introduce(runnable, None, runnable) };
        if let Some(forced) = backend.driver.forced.borrow_mut().pop() {
            return Some(forced);
        }
        if state.kernel.borrow().exited(thread_of(current)) && runnable.iter().any(|task| task.id() == current) {
            // The thread has ended, and its task is to end too.
            return Some(current);
        }
        let mut enabled = Vec::new();
        state.enabled(&mut enabled);
        if enabled.is_empty() {
            return self.abandon_if_spoilt();
        }
        let alternatives = |task: TaskId| {
            enabled.iter().find(|(thread, _)| *thread == thread_of(task)).map(|&(_, alternatives)| alternatives)
        };
        let options: Vec<&ShuttleTask> =
            runnable.iter().copied().filter(|task| alternatives(task.id()).is_some()).collect();
        self.shared.borrow_mut().concurrent |= options.len() > 1;
        let yields =
            state.kernel.borrow().pending(thread_of(current)).is_some_and(|pending| pending.operation.yields());
        let chosen = match self.introduce(runnable, Some(current), &options) {
            Some(chosen) => chosen,
            None => self.scheduler.next_task(&options, Some(current), yields)?,
        };
        let ways = alternatives(chosen)?;
        backend.driver.alternative.set(0);
        if ways > 1 {
            let mut shared = self.shared.borrow_mut();
            if shared.draws {
                let drawn = self.scheduler.next_u64() % u64::from(ways);
                backend.driver.alternative.set(u32::try_from(drawn).expect("less than a u32"));
            } else {
                shared.chose = true;
            }
            shared.decided = true;
        }
        Some(chosen)
    }

    fn next_u64(&mut self) -> u64 {
        self.scheduler.next_u64()
    }
}

impl<S: Scheduler> Adapter<S> {
    /// Ends the execution, which is over, by returning no task; but in the middle of a panic, which
    /// shuttle cannot tear down, ends the exploration instead: this OS thread does nothing more.
    fn abandon_if_spoilt(&self) -> Option<TaskId> {
        if !is_spoilt() {
            return None;
        }
        let exploration = {
            let mut shared = self.shared.borrow_mut();
            let backend = CURRENT.with_borrow(Clone::clone);
            if let (Some(backend), Some(collector)) = (backend, &mut shared.collector) {
                collector.add(backend.state.ended(), schedule_of);
                collector.limit(Limit::Unsupported(SPOILT));
            }
            shared.collector.take().map(Collector::finish)
        };
        if let Some(exploration) = exploration {
            let _ = self.sender.send(exploration);
        }
        loop {
            std::thread::park();
        }
    }

    /// Shows the scheduler tasks that it has not seen, even those that cannot go on. Returns its
    /// choice, if it had to choose and the choice is one of `options`.
    fn introduce(
        &mut self,
        runnable: &[&ShuttleTask],
        current: Option<TaskId>,
        options: &[&ShuttleTask],
    ) -> Option<TaskId> {
        let is_option = |task: TaskId| options.iter().any(|option| option.id() == task);
        if self.kind != Kind::CountsTasks {
            return current.is_none().then(|| runnable[0].id());
        }
        let introduced = self.introduced;
        let is_shown = |task: &&&ShuttleTask| usize::from(task.id()) >= introduced || is_option(task.id());
        let known = runnable.iter().map(|task| usize::from(task.id()) + 1).max().unwrap_or(0);
        if known <= introduced {
            return None;
        }
        self.introduced = known;
        let shown: Vec<&ShuttleTask> = runnable.iter().filter(is_shown).copied().collect();
        self.scheduler.next_task(&shown, current, false).filter(|&chosen| is_option(chosen))
    }
}

fn thread_of(task: TaskId) -> ThreadId {
    ThreadId(u32::try_from(usize::from(task)).expect("fewer than 2^32 threads"))
}

/// Runs the task under the scheduler that `make` makes, on an OS thread of its own: shuttle cannot tear
/// down an execution that ends in the middle of a panic, so that thread then reports and stays where
/// it is (see [`Adapter::abandon_if_spoilt`]).
fn explore<S: Scheduler + 'static>(
    task: &Task,
    make: impl FnOnce() -> S + Send + 'static,
    draws: bool,
    kind: Kind,
) -> Exploration {
    super::assert_outside();
    let (sender, receiver) = mpsc::channel();
    let task = task.clone();
    let run = move || {
        let exploration = explore_here(&task, make(), draws, kind, sender.clone());
        let _ = sender.send(exploration);
    };
    let worker = std::thread::Builder::new().name("shuttle".into()).spawn(run).expect("a thread for shuttle");
    match receiver.recv() {
        Ok(exploration) => exploration,
        Err(_) => match worker.join() {
            Err(payload) => std::panic::resume_unwind(payload),
            Ok(()) => unreachable!("the worker reports before it ends"),
        },
    }
}

fn explore_here<S: Scheduler + 'static>(
    task: &Task,
    scheduler: S,
    draws: bool,
    kind: Kind,
    sender: mpsc::Sender<Exploration>,
) -> Exploration {
    let collector = Collector::new(task);
    let shared = Shared { collector: Some(collector), concurrent: false, decided: false, draws, chose: false };
    let shared = Rc::new(RefCell::new(shared));
    let adapter = Adapter {
        scheduler: ManuallyDrop::new(scheduler),
        shared: Rc::clone(&shared),
        steps_max: task.budget.steps_per_execution,
        kind,
        introduced: 0,
        sender,
    };
    let program = task.program.clone();
    Runner::new(adapter, config()).run(move || {
        let backend = CURRENT.with_borrow(Clone::clone).expect("an execution that has begun");
        context::set_modelled(Some(backend));
        main_thread(&program)();
    });
    let exploration = shared.borrow_mut().finish();
    exploration
}

const LIMITS: &[&str] = &["every memory ordering is taken to be SeqCst"];

const LIMITS_DFS: &[&str] = &[
    LIMITS[0],
    NO_CHOICES,
    "a loop that waits by spinning never ends in some schedules, which are cut off at the step budget",
];

fn sampling() -> Capabilities {
    Capabilities {
        memory_model: MemoryModel::SequentiallyConsistent,
        coverage: Coverage::Sampling,
        replays: true,
        times_out: true,
        chooses: true,
        sees_data_races: true,
        limits: LIMITS,
    }
}

/// Defines an engine over one of shuttle's schedulers.
macro_rules! sampler {
    ($engine:ident, $name:literal, $kind:ident, |$self:ident, $seed:ident| $scheduler:expr) => {
        impl Engine for $engine {
            fn name(&self) -> &'static str {
                $name
            }

            fn capabilities(&self) -> Capabilities {
                sampling()
            }

            fn explore(&self, task: &Task) -> Exploration {
                let ($self, $seed) = (*self, task.seed);
                explore(task, move || $scheduler, true, Kind::$kind)
            }

            fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
                replay_schedule(task, token)
            }
        }
    };
}

/// At each step, any thread that can go on, with equal chances.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShuttleRandom;
sampler!(ShuttleRandom, "shuttle-random", Plain, |_engine, seed| RandomScheduler::new_from_seed(seed, usize::MAX));

/// Probabilistic concurrency testing: random priorities, and a few random changes of them
/// (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010).
#[derive(Clone, Copy, Debug)]
pub struct ShuttlePct {
    /// How many ordering constraints the bugs that it is to find have.
    pub depth: usize,
}

impl Default for ShuttlePct {
    /// A depth of 3.
    fn default() -> Self {
        Self { depth: 3 }
    }
}
sampler!(ShuttlePct, "shuttle-pct", NeedsConcurrency, |engine, seed| PctScheduler::new_from_seed(
    seed,
    engine.depth,
    usize::MAX
));

/// A random walk weighted by the work each thread has left, so that interleavings are drawn
/// uniformly (Zhao, Wolff, Mathur, Roychoudhury, ASPLOS 2025).
#[derive(Clone, Copy, Debug, Default)]
pub struct ShuttleUrw;
sampler!(ShuttleUrw, "shuttle-urw", CountsTasks, |_engine, seed| UrwRandomScheduler::new_from_seed(seed, usize::MAX));

/// shuttle's depth-first search over all schedules, without any reduction.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShuttleDfs;

impl Engine for ShuttleDfs {
    fn name(&self) -> &'static str {
        "shuttle-dfs"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { coverage: Coverage::Exhaustive, chooses: false, limits: LIMITS_DFS, ..sampling() }
    }

    fn explore(&self, task: &Task) -> Exploration {
        explore(task, || DfsScheduler::new(None, false), false, Kind::Plain)
    }

    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
        replay_schedule(task, token)
    }
}
