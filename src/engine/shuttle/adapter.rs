//! Between shuttle and the kernel: the driver that makes every turn a switch of shuttle's, and the
//! adapter that shows one of shuttle's schedulers only the tasks that the kernel lets go on, and asks some
//! only about steps whose order may make a difference.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::rc::Rc;
use std::sync::mpsc;

use shuttle::scheduler::{Schedule, Scheduler, Task as ShuttleTask, TaskId};
use shuttle_engine::runtime::execution::ExecutionState;
use shuttle_engine::runtime::thread::switch;

use super::super::sampler::reduction::Reduction;
use super::{NO_CHOICES, STACK_SIZE_BYTES};
use crate::execution::context;
use crate::exploration::{Collector, Exploration, Limit, Task};
use crate::runtime::cooperative::{Cooperative, Driver, State};
use crate::runtime::{retrace, running, schedule_of};
use crate::trace::ThreadId;

thread_local! {
    /// The execution that this OS thread runs.
    pub(super) static CURRENT: RefCell<Option<Rc<Cooperative<Tasks>>>> = const { RefCell::new(None) };
}

/// The driver: every turn is a switch of shuttle's, at which the adapter decides.
#[derive(Default)]
pub(super) struct Tasks {
    /// Tasks that go on before anything is decided, last first: a new thread up to its first
    /// operation, then the one that spawned it up to its next.
    forced: RefCell<Vec<TaskId>>,
    /// The way in which the chosen thread takes its step.
    alternative: Cell<u32>,
}

impl Driver for Tasks {
    fn turn(&self, state: &State, me: ThreadId) -> u32 {
        state.execution.suspended(me, switch);
        self.alternative.get()
    }

    fn spawn_turn(&self, state: &State, me: ThreadId, body: Box<dyn FnOnce()>, location: &'static Location<'static>) {
        // A body that never starts is not dropped: it may borrow from a stack that is gone.
        let body = ManuallyDrop::new(body);
        let body = Box::new(move || {
            if let Some(backend) = context::modelled() {
                backend.execution().current.set(thread_of(ExecutionState::me()));
            }
            ManuallyDrop::into_inner(body)();
        });
        // shuttle switches first, which is this thread's turn, and then makes the task.
        let spawn = || ExecutionState::spawn_thread(body, STACK_SIZE_BYTES, None, None, location);
        let child = state.execution.suspended(me, spawn);
        self.forced.borrow_mut().extend([ExecutionState::me(), child]);
    }

    fn spawned(&self, state: &State) {
        state.execution.suspended(state.execution.current.get(), switch);
    }

    fn suspend(&self, state: &State) -> ! {
        loop {
            state.execution.suspended(state.execution.current.get(), switch);
        }
    }
}

/// Wraps one of shuttle's schedulers.
pub(super) struct Adapter<S> {
    // Never dropped: a random scheduler would print its seed.
    pub(super) scheduler: ManuallyDrop<S>,
    /// What the runner, which owns this adapter, cannot hand back.
    pub(super) shared: Rc<RefCell<Shared>>,
    pub(super) task: Task,
    pub(super) steps_max: u64,
    pub(super) kind: Kind,
    /// Which steps are taken without asking the scheduler; none if it is to decide on all.
    pub(super) reduction: Option<Reduction>,
    /// How many tasks the scheduler has been shown in this execution.
    pub(super) introduced: usize,
    /// Where the exploration goes if it ends in the middle of a panic.
    pub(super) sender: mpsc::Sender<Exploration>,
}

/// What is peculiar about a scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing.
    Plain,
    /// It refuses programs without concurrency.
    NeedsConcurrency,
    /// It has to be shown each task as soon as it is there, because it counts them.
    CountsTasks,
}

pub(super) struct Shared {
    pub(super) task: Task,
    pub(super) collector: Option<Collector>,
    /// Whether any decision so far had several threads to choose from.
    pub(super) concurrent: bool,
    /// Whether any decision so far had several options of any kind.
    pub(super) decided: bool,
    /// Whether choices that are no schedules may be drawn at random.
    pub(super) draws: bool,
    /// Whether one was needed and could not be drawn.
    pub(super) chose: bool,
}

impl Shared {
    fn collect(&mut self) {
        context::set_modelled(None);
        if let Some(backend) = CURRENT.take() {
            running::end(&backend.state);
            let collector = self.collector.as_mut().expect("a collector until the end");
            let ended = backend.state.ended();
            backend.state.clear();
            collector.add(retrace::settle_apart(&self.task, ended), schedule_of);
        }
    }

    /// Returns what the exploration, which is over, saw.
    pub(super) fn finish(&mut self) -> Exploration {
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
        let is_later = collector.executions() > 0;
        let schedule = self.scheduler.new_execution()?;
        let state = State::new(&self.task, self.steps_max, true);
        let backend = Rc::new(Cooperative { state, driver: Tasks::default() });
        backend.state.arcs.borrow_mut().restart(&shared.task.arcs);
        running::begin(&backend.state);
        CURRENT.set(Some(backend));
        self.introduced = 0;
        if let Some(reduction) = &mut self.reduction {
            if is_later {
                reduction.learn();
            }
            reduction.begin();
        }
        Some(schedule)
    }

    fn next_task(&mut self, runnable: &[&ShuttleTask], current: Option<TaskId>, _is_yielding: bool) -> Option<TaskId> {
        let backend = CURRENT.with_borrow(Clone::clone)?;
        let state = &backend.state;
        if state.stopped() {
            return self.abandon_if_spoilt();
        }
        self.introduce(runnable, current);
        let Some(current) = current else { return Some(runnable[0].id()) };
        if let Some(forced) = backend.driver.forced.borrow_mut().pop() {
            return Some(forced);
        }
        if state.kernel.borrow().exited(thread_of(current)) && runnable.iter().any(|task| task.id() == current) {
            // The thread has ended, and its task is to end too.
            return Some(current);
        }
        let mut enabled = Vec::new();
        state.kernel.borrow().enabled_threads(&mut enabled);
        if enabled.is_empty() {
            return self.abandon_if_spoilt();
        }
        let at_once = self.reduction.as_mut().and_then(|reduction| reduction.at_once(&state.kernel.borrow(), &enabled));
        if let Some(thread) = at_once
            && let Some(task) = runnable.iter().find(|task| thread_of(task.id()) == thread)
        {
            backend.driver.alternative.set(0);
            return Some(task.id());
        }
        let alternatives = |task: TaskId| {
            enabled.iter().find(|(thread, _)| *thread == thread_of(task)).map(|&(_, alternatives)| alternatives)
        };
        let options: Vec<&ShuttleTask> =
            runnable.iter().copied().filter(|task| alternatives(task.id()).is_some()).collect();
        self.shared.borrow_mut().concurrent |= options.len() > 1;
        let yields =
            state.kernel.borrow().pending(thread_of(current)).is_some_and(|pending| pending.operation.yields());
        let chosen = self.scheduler.next_task(&options, Some(current), yields)?;
        if let Some(reduction) = &mut self.reduction {
            reduction.chosen(&state.kernel.borrow(), thread_of(chosen));
        }
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
        let is_spoilt = |backend: &Rc<Cooperative<Tasks>>| backend.state.execution.is_any_unwinding();
        if !CURRENT.with_borrow(|backend| backend.as_ref().is_some_and(is_spoilt)) {
            return None;
        }
        let exploration = {
            let mut shared = self.shared.borrow_mut();
            let backend = CURRENT.with_borrow(Clone::clone);
            if let (Some(backend), Some(collector)) = (backend, &mut shared.collector) {
                collector.add(backend.state.ended(), schedule_of);
                collector.limit(Limit::Unsupported(UNFINISHED));
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

    /// Shows a scheduler that counts tasks those that it has not seen, each by itself as soon as it is there: it may end
    /// without ever being a choice. To the scheduler that is a step of the task, in every execution alike.
    fn introduce(&mut self, runnable: &[&ShuttleTask], current: Option<TaskId>) {
        if self.kind != Kind::CountsTasks {
            return;
        }
        while let Some(task) = runnable.iter().find(|task| usize::from(task.id()) == self.introduced) {
            self.scheduler.next_task(&[task], current, false);
            self.introduced += 1;
        }
    }
}

/// Why an exploration ends.
const UNFINISHED: &str = "an execution ended in the middle of a panic, which shuttle cannot tear down";

fn thread_of(task: TaskId) -> ThreadId {
    ThreadId(u32::try_from(usize::from(task)).expect("fewer than 2^32 threads"))
}
