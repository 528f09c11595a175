//! A runtime of our own for the kernel: each thread is a stackful coroutine on a pooled stack, and a
//! [`Strategy`] says who goes next.
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::Location;
use std::rc::Rc;

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};

use super::cooperative::{Cooperative, Driver, State};
use super::end::Ended;
use super::main_thread;
use crate::engine::Program;
use crate::execution::ThreadId;
use crate::execution::backend::Stop;
use crate::execution::context;
use crate::kernel::Kernel;

/// As much as std gives a thread; only what is touched takes memory. A guard page turns an overflow into a fault, not into damage.
const STACK_SIZE_BYTES: usize = 2 * 1024 * 1024;

/// What a strategy may look at.
pub(crate) struct Turn<'a> {
    /// How many steps have been taken.
    pub(crate) step: usize,
    /// The threads that can go on, each with the number of ways it can. Never empty.
    pub(crate) enabled: &'a [(ThreadId, u32)],
    /// The thread that took the last step, if it can go on and has not given up its turn: to run
    /// another is a preemption.
    pub(crate) running: Option<ThreadId>,
    pub(crate) kernel: &'a Kernel,
}

/// Who goes next.
pub(crate) trait Strategy {
    /// Returns the thread that takes the next step and in which way, or none to end the execution.
    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)>;
}

type Fiber = Coroutine<(), (), ()>;

thread_local! {
    static STACKS: RefCell<Vec<DefaultStack>> = const { RefCell::new(Vec::new()) };
    /// How the running coroutine suspends itself.
    static YIELDER: Cell<Option<*const Yielder<(), ()>>> = const { Cell::new(None) };
}

fn stack() -> DefaultStack {
    STACKS
        .with_borrow_mut(Vec::pop)
        .unwrap_or_else(|| DefaultStack::new(STACK_SIZE_BYTES).expect("memory for the stack of a thread"))
}

/// The driver: hands control back to [`run`] for every turn.
#[derive(Default)]
pub(crate) struct Fibers {
    /// Bodies of threads that have been spawned and not started, in order.
    unstarted: RefCell<VecDeque<Box<dyn FnOnce()>>>,
    /// The thread that has spawned one and goes on as soon as that one has announced what it is about
    /// to do.
    spawner: Cell<Option<ThreadId>>,
    /// The way in which the thread that is resumed next takes its step.
    alternative: Cell<u32>,
}

impl Fibers {
    fn suspend_once(&self) {
        let yielder = YIELDER.get().expect("a thread that runs");
        // SAFETY: `YIELDER` was set by `start` or below, on the stack of the very coroutine that runs
        // now, and is valid as long as that coroutine lives. Nobody holds it mutably.
        unsafe { &*yielder }.suspend(());
        YIELDER.set(Some(yielder));
    }
}

impl Driver for Fibers {
    fn turn(&self, _state: &State, _me: ThreadId) -> u32 {
        self.suspend_once();
        self.alternative.get()
    }

    fn spawn_turn(&self, state: &State, me: ThreadId, body: Box<dyn FnOnce()>, _location: &'static Location<'static>) {
        self.turn(state, me);
        self.unstarted.borrow_mut().push_back(body);
    }

    fn spawned(&self, state: &State) {
        self.spawner.set(Some(state.execution.current.get()));
        self.suspend_once();
    }

    fn suspend(&self, _state: &State) -> ! {
        loop {
            self.suspend_once();
        }
    }
}

/// Runs one execution of `program` under `strategy`, with at most `steps_max` steps.
pub(crate) fn run(program: &Program, strategy: &mut dyn Strategy, steps_max: u64) -> Ended {
    super::assert_outside();
    let backend = Rc::new(Cooperative { state: State::new(steps_max), driver: Fibers::default() });
    let mut fibers = Vec::new();
    let body = main_thread(program);
    backend.driver.unstarted.borrow_mut().push_back(body);
    context::enter_modelled(backend.clone(), || drive(&backend, &mut fibers, strategy));
    discard(fibers);
    let ended = backend.state.ended();
    backend.state.clear();
    // Bodies that never started may borrow from the stacks that are gone.
    std::mem::forget(backend.driver.unstarted.take());
    ended
}

fn drive(backend: &Rc<Cooperative<Fibers>>, fibers: &mut Vec<Fiber>, strategy: &mut dyn Strategy) {
    let state = &backend.state;
    let mut enabled = Vec::new();
    loop {
        while let Some(body) = next_unstarted(backend) {
            let mut fiber = start(body);
            resume(&mut fiber);
            fibers.push(fiber);
        }
        if state.stopped() {
            return;
        }
        if let Some(spawner) = backend.driver.spawner.take() {
            resume(&mut fibers[spawner.index()]);
            continue;
        }
        state.enabled(&mut enabled);
        if enabled.is_empty() {
            return;
        }
        let choice = {
            let kernel = state.kernel.borrow();
            let trace = state.execution.trace.borrow();
            let (step, last) = (trace.events.len(), trace.events.last());
            let running = last.filter(|event| !event.operation.yields()).map(|event| event.thread);
            let running = running.filter(|last| enabled.iter().any(|(thread, _)| thread == last));
            strategy.choose(&Turn { step, enabled: &enabled, running, kernel: &kernel })
        };
        let Some((thread, alternative)) = choice else {
            state.stop.replace(Some(Stop::Abandoned));
            return;
        };
        state.execution.current.set(thread);
        backend.driver.alternative.set(alternative);
        resume(&mut fibers[thread.index()]);
    }
}

fn next_unstarted(backend: &Cooperative<Fibers>) -> Option<Box<dyn FnOnce()>> {
    if backend.state.stopped() { None } else { backend.driver.unstarted.borrow_mut().pop_front() }
}

fn start(body: Box<dyn FnOnce()>) -> Fiber {
    Coroutine::with_stack(stack(), move |yielder: &Yielder<(), ()>, ()| {
        YIELDER.set(Some(std::ptr::from_ref(yielder)));
        body();
    })
}

fn resume(fiber: &mut Fiber) {
    match fiber.resume(()) {
        CoroutineResult::Yield(()) | CoroutineResult::Return(()) => {}
    }
}

/// Gives back the stacks of threads that have ended. What is on the stack of a thread that has not ended is not dropped:
/// dropping it would run code of the program in a world where nothing can wait any more.
fn discard(fibers: Vec<Fiber>) {
    for mut fiber in fibers {
        if !fiber.done() {
            // SAFETY: nothing on this stack is used again. Other threads may hold references into it,
            // but every thread of the execution is discarded here and none of them runs again; and
            // the values that they and this stack own are leaked, not dropped.
            unsafe { fiber.force_reset() };
            // A sanitizer would go on watching what was on this stack: it is not used again.
            continue;
        }
        STACKS.with_borrow_mut(|stacks| stacks.push(fiber.into_stack()));
    }
}
