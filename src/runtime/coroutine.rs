//! A runtime of our own for the kernel: each thread is a stackful coroutine on a pooled stack, and a
//! [`Strategy`] says who goes next.
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::Location;
use std::ptr::NonNull;
use std::rc::Rc;

use super::awaiting::Failed;
use super::cooperative::{Cooperative, Driver, State};
use super::fiber::{self, Fiber, discard, resume, start};
use super::prefix::Follow;
use super::retrace::{self, Retrace};
use super::{main_thread, running, weak};
use crate::execution::backend::Stop;
use crate::execution::context;
use crate::execution::local_state::{Detail, LocalDigest, LocalState};
use crate::exploration::end::Ended;
use crate::exploration::{Task, pulse};
use crate::kernel::{Kernel, Pending, StoreName};
use crate::trace::{Response, ThreadId};

/// What a strategy may look at.
pub(crate) struct Turn<'a> {
    /// How many steps have been taken.
    pub(crate) step: u64,
    /// The threads that can go on, each with the number of ways it can. Never empty.
    pub(crate) enabled: &'a [(ThreadId, u32)],
    /// The thread that took the last step, if it can go on and has not given up its turn: to run
    /// another is a preemption.
    pub(crate) running: Option<ThreadId>,
    pub(crate) kernel: &'a Kernel,
}

/// Who goes next.
pub(crate) trait Strategy {
    /// Returns the next step where it is known without finding out which others there are. `running` is the
    /// thread that took the last step, unless it gives up its turn.
    fn scripted(&mut self, _kernel: &Kernel, _running: Option<ThreadId>) -> Option<(ThreadId, u32)> {
        None
    }

    /// The execution begins again: the strategy is to decide as before, as far as it has decided.
    fn restart(&mut self);

    /// Whether threads may go on that wait in a loop for something that has not changed: where a schedule
    /// is followed that comes from an engine that lets them.
    fn is_lenient(&self) -> bool {
        false
    }

    /// Whether a thread that waits in a loop for a change is not to go on when it comes.
    fn leaves_waiting(&self) -> bool {
        false
    }

    /// Is told that `thread` has taken a step, and what came of it.
    fn stepped(&mut self, _thread: ThreadId, _pending: &Pending, _response: Response) {}

    /// Returns the thread that takes the next step and in which way, or none to end the execution.
    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)>;
}

thread_local! {
    static SPARE: RefCell<Spare> = RefCell::default();
}

/// The driver: hands control back to [`run`] for every turn.
pub(crate) struct Fibers {
    /// Bodies of threads that have been spawned and not started, in order.
    unstarted: RefCell<VecDeque<Box<dyn FnOnce()>>>,
    /// The thread that has spawned one and goes on as soon as that one has announced what it is about
    /// to do.
    spawner: Cell<Option<ThreadId>>,
    /// Who goes next, if that is decided, and in which way. The way stays until the step is taken.
    next: Cell<Option<ThreadId>>,
    alternative: Cell<u32>,
    /// Whether there is a thread that has yet to start, or one that has spawned one and has yet to go on.
    is_unsettled: Cell<bool>,
    /// Whether nobody goes next.
    over: Cell<bool>,
    enabled: RefCell<Vec<(ThreadId, u32)>>,
    strategy: NonNull<dyn Strategy>,
}

impl Fibers {
    /// # Safety
    ///
    /// `strategy` must outlive the run, and nothing else may use it until then.
    unsafe fn erase(strategy: &mut dyn Strategy) -> NonNull<dyn Strategy> {
        // SAFETY: only the lifetime changes, which the caller sees to.
        NonNull::from(unsafe { std::mem::transmute::<&mut dyn Strategy, &'static mut dyn Strategy>(strategy) })
    }

    fn new(strategy: NonNull<dyn Strategy>) -> Self {
        Self {
            unstarted: RefCell::default(),
            spawner: Cell::new(None),
            next: Cell::new(None),
            alternative: Cell::new(0),
            is_unsettled: Cell::new(true),
            over: Cell::new(false),
            enabled: RefCell::default(),
            strategy,
        }
    }

    /// Begins another run.
    fn restart(&mut self, strategy: NonNull<dyn Strategy>) {
        self.spawner.set(None);
        self.next.set(None);
        self.is_unsettled.set(true);
        self.over.set(false);
        self.strategy = strategy;
    }

    fn with_strategy<R>(&self, f: impl FnOnce(&mut dyn Strategy) -> R) -> R {
        let mut strategy = self.strategy;
        // SAFETY: by the contract of `new` it is alive and ours; and strategies do not come back here.
        f(unsafe { strategy.as_mut() })
    }

    /// Decides who goes next, once it is known what all threads are about to do.
    #[inline]
    fn decide(&self, state: &State, kernel: &Kernel) {
        if state.circling.borrow().repeats() {
            match state.step_of_circle(kernel) {
                Some((thread, alternative)) => {
                    self.next.set(Some(thread));
                    self.alternative.set(alternative);
                }
                None => self.over.set(true),
            }
            return;
        }
        let running = state.last.get().filter(|&last| !state.yielded.get() && !kernel.is_giving_up(last));
        let scripted = self.with_strategy(|strategy| strategy.scripted(kernel, running));
        if let Some((thread, alternative)) = scripted.or_else(|| self.choose(state, kernel, running)) {
            self.next.set(Some(thread));
            self.alternative.set(alternative);
        }
    }

    /// Lets the strategy choose among all that can go on.
    #[cold]
    fn choose(&self, state: &State, kernel: &Kernel, running: Option<ThreadId>) -> Option<(ThreadId, u32)> {
        let mut enabled = self.enabled.borrow_mut();
        kernel.enabled_threads(&mut enabled);
        if enabled.is_empty() {
            self.over.set(true);
            return None;
        }
        let running = running.filter(|last| enabled.iter().any(|(thread, _)| thread == last));
        let turn = Turn { step: state.steps.get(), enabled: &enabled, running, kernel };
        let choice = self.with_strategy(|strategy| strategy.choose(&turn));
        if choice.is_none() {
            state.stop.replace(Some(Stop::Abandoned));
        }
        choice
    }

    /// Returns whether it is known what all threads are about to do.
    fn is_settled(&self, state: &State) -> bool {
        !self.is_unsettled.get() && !state.stopped()
    }

    /// Lets others go on until this thread, `me`, is to.
    fn suspend_once(&self, state: &State, me: ThreadId) {
        state.execution.suspended(me, fiber::switch);
    }
}

impl Driver for Fibers {
    fn turn(&self, state: &State, me: ThreadId) -> u32 {
        let at_once = self.turn_at_once(state, &state.kernel.borrow(), me);
        at_once.unwrap_or_else(|| {
            self.suspend_once(state, me);
            self.alternative.get()
        })
    }

    #[inline]
    fn turn_at_once(&self, state: &State, kernel: &Kernel, me: ThreadId) -> Option<u32> {
        // To go on oneself needs no switch.
        if self.next.get().is_none() && !self.over.get() && self.is_settled(state) {
            self.decide(state, kernel);
            if self.next.get() == Some(me) {
                self.next.set(None);
                return Some(self.alternative.get());
            }
        }
        None
    }

    fn local_digest(&self, here: &LocalState, detail: Detail) -> Option<LocalDigest> {
        // SAFETY: it was captured by the caller's caller, on the stack of the coroutine that runs, whose
        // lowest frame has the base.
        unsafe { here.digest(fiber::base(), detail) }
    }

    fn stepped(&self, thread: ThreadId, pending: &Pending, response: Response) {
        self.with_strategy(|strategy| strategy.stepped(thread, pending, response));
    }

    fn spawn_turn(&self, state: &State, me: ThreadId, body: Box<dyn FnOnce()>, _location: &'static Location<'static>) {
        self.turn(state, me);
        self.unstarted.borrow_mut().push_back(body);
        self.is_unsettled.set(true);
    }

    fn spawned(&self, state: &State) {
        let me = state.execution.current.get();
        self.spawner.set(Some(me));
        self.suspend_once(state, me);
    }

    fn suspend(&self, state: &State) -> ! {
        loop {
            self.suspend_once(state, state.execution.current.get());
        }
    }
}

/// Runs one execution of the task's program under `strategy`, with at most `steps_max` steps, and records
/// its events.
pub(crate) fn run(task: &Task, strategy: &mut dyn Strategy, steps_max: u64) -> Ended {
    run_to_end(task, strategy, steps_max, true).0
}

/// Does the same, and ends the execution with the last step that is known: the program's code does not go on after it.
pub(crate) fn run_up_to(task: &Task, follow: &mut Follow) -> Ended {
    let length = follow.length();
    run_to_end_with(task, follow, Extent { steps_max: length + 1, records: true, last: length }).0
}

/// Does the same, records events only if `records`, and returns also the state in which the execution
/// ended.
pub(crate) fn run_to_end(task: &Task, strategy: &mut dyn Strategy, steps_max: u64, records: bool) -> (Ended, Kernel) {
    run_to_end_with(task, strategy, Extent { steps_max, records, last: u64::MAX })
}

/// How far an execution may go, and what is recorded of it.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    steps_max: u64,
    records: bool,
    /// The step with which it ends, counted from 1.
    last: u64,
}

impl Extent {
    /// Returns that of an execution of at most so many steps, which are recorded.
    pub(super) fn recorded(steps_max: u64) -> Self {
        Self { steps_max, records: true, last: u64::MAX }
    }
}

fn run_to_end_with(task: &Task, strategy: &mut dyn Strategy, extent: Extent) -> (Ended, Kernel) {
    crate::exploration::assert_outside();
    let mut failed = Failed::default();
    loop {
        let (ended, kernel, is_over) = run_once(task, strategy, extent, &mut failed, None);
        if is_over {
            return (retrace::settle(task, ended, extent.steps_max), kernel);
        }
        strategy.restart();
    }
}

/// Runs the execution, and returns also whether that is all: it is to be run again if it was found out
/// that a thread does not wait that was taken to.
pub(super) fn run_once(
    task: &Task,
    strategy: &mut dyn Strategy,
    extent: Extent,
    failed: &mut Failed,
    retrace: Option<&Rc<Retrace>>,
) -> (Ended, Kernel, bool) {
    let backend = prepared(task, strategy, extent);
    backend.state.retrace.replace(retrace.cloned());
    backend.state.failed.replace(std::mem::take(failed));
    let mut fibers = SPARE.with_borrow_mut(|spare| std::mem::take(&mut spare.fibers));
    let body = main_thread(&task.program);
    backend.driver.unstarted.borrow_mut().push_back(body);
    running::during(&backend.state, || context::enter_modelled(backend.clone(), || drive(&backend, &mut fibers)));
    discard(&mut fibers);
    SPARE.with_borrow_mut(|spare| spare.fibers = fibers);
    let is_over = *backend.state.stop.borrow() != Some(Stop::Restart);
    *failed = backend.state.failed.take();
    let mut ended = backend.state.ended();
    ended.settle(task.stuck.as_ref());
    backend.state.clear();
    let kernel = backend.state.kernel.take();
    // Bodies that never started may borrow from the stacks that are gone.
    backend.driver.unstarted.borrow_mut().drain(..).for_each(std::mem::forget);
    if Rc::strong_count(&backend) == 1 {
        SPARE.with_borrow_mut(|spare| spare.backends.push(backend));
    } else {
        // Stacks that were discarded still refer to it, so that it stays for ever: as little of it as can be.
        backend.state.let_go();
    }
    (ended, kernel, is_over)
}

/// Returns a back end for a new execution, in the memory of a former one where that is to be had.
fn prepared(task: &Task, strategy: &mut dyn Strategy, extent: Extent) -> Rc<Cooperative<Fibers>> {
    let Extent { steps_max, records, last } = extent;
    let (is_lenient, leaves_waiting) = (strategy.is_lenient(), strategy.leaves_waiting());
    // SAFETY: the back end is used by the program alone, which has no turn after `drive`; what is
    // leaked of it is never used.
    let strategy = unsafe { Fibers::erase(strategy) };
    let (former, kernel) = SPARE.with_borrow_mut(|spare| (spare.backends.pop(), spare.kernels.pop()));
    let mut backend = former.unwrap_or_else(|| {
        Rc::new(Cooperative { state: State::new(task, steps_max, records), driver: Fibers::new(strategy) })
    });
    let unique = Rc::get_mut(&mut backend).expect("nobody else has it");
    unique.driver.restart(strategy);
    unique.state.restart(kernel, steps_max, records);
    unique.state.end_with(last);
    unique.state.try_orders(task.orders.as_ref());
    pulse::renew(&mut unique.state.pulse, task);
    unique.state.arcs.get_mut().restart(&task.arcs);
    unique.state.repeat_rounds(task.budget.steps_per_execution);
    let kernel = unique.state.kernel.get_mut();
    if super::awaiting::spins() {
        kernel.keep_histories();
    }
    if is_lenient {
        kernel.be_lenient();
    }
    kernel.allow_spurious_wakeups(task.spurious_wakeups);
    kernel.allow_spurious_failures(task.spurious_failures);
    weak::set_up(kernel, task);
    if kernel.follows_the_language() {
        if leaves_waiting {
            kernel.let_wait_for_good();
        }
        unique.state.limit_steps(u64::from(StoreName::EVENTS_MAX));
    }
    backend
}

/// Gives back the state in which an execution ended: the next one uses its memory.
pub(crate) fn recycle(kernel: Kernel) {
    SPARE.with_borrow_mut(|spare| spare.kernels.push(kernel));
}

/// Memory of executions that are over.
#[derive(Default)]
struct Spare {
    backends: Vec<Rc<Cooperative<Fibers>>>,
    kernels: Vec<Kernel>,
    fibers: Vec<Fiber>,
}

fn drive(backend: &Rc<Cooperative<Fibers>>, fibers: &mut Vec<Fiber>) {
    let (state, driver) = (&backend.state, &backend.driver);
    loop {
        while let Some(body) = next_unstarted(backend) {
            let mut fiber = start(body);
            let thread = u32::try_from(fibers.len()).expect("fewer than 2^32 threads");
            state.execution.current.set(ThreadId(thread));
            state.pulse.starting(Some(ThreadId(thread)));
            resume(&mut fiber);
            state.pulse.starting(None);
            fibers.push(fiber);
        }
        if state.stopped() {
            return;
        }
        if let Some(spawner) = driver.spawner.take() {
            resume(&mut fibers[spawner.index()]);
            continue;
        }
        driver.is_unsettled.set(false);
        if driver.next.get().is_none() && !driver.over.get() {
            driver.decide(state, &state.kernel.borrow());
        }
        let Some(next) = driver.next.take() else { return };
        state.execution.current.set(next);
        resume(&mut fibers[next.index()]);
    }
}

fn next_unstarted(backend: &Cooperative<Fibers>) -> Option<Box<dyn FnOnce()>> {
    if backend.state.stopped() { None } else { backend.driver.unstarted.borrow_mut().pop_front() }
}
