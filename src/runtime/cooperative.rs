//! The back end of every engine that runs the kernel's semantics on threads that share one OS
//! thread: it announces, waits for its turn, takes the step, and records the event.
//!
//! What differs between such engines, how a thread is started and how it waits for its turn, is a
//! [`Driver`].

use std::cell::{Cell, RefCell, RefMut};
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::arcs::Arcs;
use super::awaiting::{Failed, Trial};
use super::circling::Circling;
pub(crate) use super::driver::Driver;
use super::lifetimes::Lifetimes;
use super::retrace::Retrace;
use super::{os_threads, weak};
use crate::execution::backend::{Backend, Execution, NewObject, Stop};
use crate::execution::local_state::LocalState;
use crate::exploration::pulse::{self, Pulse};
use crate::exploration::{Task, Tried};
use crate::kernel::{Kernel, Pending, Step, StoreName};
use crate::trace::{ObjectId, Operation, Response, Switch, ThreadId};

/// What the driver may look at and change.
pub(crate) struct State {
    pub(crate) execution: Execution,
    pub(crate) kernel: RefCell<Kernel>,
    /// Why the execution is to end before its time.
    pub(crate) stop: RefCell<Option<Stop>>,
    /// The steps that had several options, each with the one taken.
    pub(crate) choices: RefCell<Vec<(u64, u32)>>,
    /// The thread that took the last step.
    pub(crate) last: Cell<Option<ThreadId>>,
    /// Whether the last step gave up its thread's turn.
    pub(crate) yielded: Cell<bool>,
    /// Who has used what, and whose life has ended.
    pub(crate) lifetimes: RefCell<Lifetimes>,
    /// The `Arc`s, and which of them anybody counts.
    pub(crate) arcs: RefCell<Arcs>,
    /// What is retraced of another execution, if this one is to confirm what was suspected there.
    pub(crate) retrace: RefCell<Option<Rc<Retrace>>>,
    /// How many steps have been taken.
    pub(crate) steps: Cell<u64>,
    /// What the last step was.
    pub(crate) last_step: Cell<Option<Pending>>,
    /// Where others see how far the execution has come.
    pub(crate) pulse: Arc<Pulse>,
    /// The trial of a thread that gives up its turn, see `awaiting`; and what did not hold.
    pub(crate) trial: RefCell<Option<Trial>>,
    pub(crate) failed: RefCell<Failed>,
    /// How often each thread has given up its turn without seeing anything in between.
    pub(crate) idle: RefCell<Vec<u32>>,
    /// The states in which threads gave up their turns, see `circling`.
    pub(crate) circling: RefCell<Circling>,
    /// Orderings that are tried in place of those that are declared.
    pub(super) orders: Option<Arc<Tried>>,
    /// Whether events are recorded. Without, the trace has threads and objects only.
    pub(super) records: bool,
    steps_max: u64,
    /// The step with which the execution ends, counted from 1: the program does not go on after it.
    last_step_wanted: u64,
    /// How many steps long a round is repeated.
    pub(super) repeated_steps_max: u64,
}

impl State {
    pub(crate) fn new(task: &Task, steps_max: u64, records: bool) -> Self {
        let mut kernel = Kernel::new();
        weak::set_up(&mut kernel, task);
        Self {
            last_step: Cell::new(None),
            pulse: pulse::of_this_thread(task),
            execution: Execution::new(),
            kernel: RefCell::new(kernel),
            stop: RefCell::new(None),
            choices: RefCell::default(),
            last: Cell::new(None),
            yielded: Cell::new(false),
            trial: RefCell::default(),
            failed: RefCell::default(),
            idle: RefCell::default(),
            circling: RefCell::default(),
            lifetimes: RefCell::default(),
            arcs: RefCell::default(),
            retrace: RefCell::default(),
            steps: Cell::new(0),
            orders: task.orders.clone(),
            records,
            steps_max,
            last_step_wanted: u64::MAX,
            repeated_steps_max: steps_max,
        }
    }

    /// Begins another execution, in the memory of one that is over and cleared.
    pub(crate) fn restart(&mut self, kernel: Option<Kernel>, steps_max: u64, records: bool) {
        self.execution.restart();
        *self.kernel.get_mut() = kernel.unwrap_or_default();
        self.kernel.get_mut().restart();
        self.stop.take();
        self.choices.get_mut().clear();
        self.last.set(None);
        self.last_step.set(None);
        self.yielded.set(false);
        self.trial.take();
        *self.failed.get_mut() = Failed::default();
        self.idle.get_mut().clear();
        self.circling.get_mut().restart();
        self.lifetimes.get_mut().restart();
        self.retrace.take();
        self.steps.set(0);
        self.records = records;
        self.execution.wants_words.set(records);
        self.steps_max = steps_max;
        self.last_step_wanted = u64::MAX;
    }

    /// Ends the execution with that step, counted from 1.
    pub(crate) fn end_with(&mut self, step: u64) {
        self.last_step_wanted = step;
    }

    /// Lets these orderings be tried.
    pub(crate) fn try_orders(&mut self, orders: Option<&Arc<Tried>>) {
        self.orders = orders.cloned();
    }

    /// Lets the execution have no more steps than these.
    pub(crate) fn limit_steps(&mut self, most: u64) {
        self.steps_max = self.steps_max.min(most);
    }

    /// Lets a round be repeated so many steps long before it is taken to go on for ever.
    pub(crate) fn repeat_rounds(&mut self, steps: u64) {
        self.repeated_steps_max = steps;
    }

    /// Returns how an execution ends that is cut off: it is over, unless a round was repeated in vain.
    fn cut_off(&self) -> Stop {
        if self.pulse.is_late() {
            return Stop::Abandoned;
        }
        if self.circling.borrow().repeats() && self.circling.borrow().livelock().is_none() {
            self.note_round_in_vain();
            return Stop::Restart;
        }
        Stop::StepLimit
    }

    fn is_cut_off(&self) -> bool {
        let circling = self.circling.borrow();
        if circling.repeats() {
            circling.is_repeated(self.repeated_steps_max)
        } else {
            self.steps.get() >= self.steps_max || self.pulse.is_late()
        }
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stop.borrow().is_some()
    }

    fn switch(&self, kernel: &Kernel, me: ThreadId) -> Switch {
        match self.last.get() {
            None => Switch::None,
            Some(last) if last == me => Switch::None,
            Some(last) if kernel.exited(last) => Switch::Exited,
            Some(last) if kernel.is_giving_up(last) => Switch::Yielded,
            Some(last) if kernel.alternatives(last) == 0 => Switch::Blocked,
            Some(_) if self.yielded.get() => Switch::Yielded,
            Some(_) => Switch::Preempted,
        }
    }

    /// Records that a step has been taken.
    #[inline]
    pub(super) fn record(&self, pending: &Pending, response: Response, switch: Switch) {
        self.yielded.set(pending.operation.yields());
        self.last_step.set(Some(*pending));
        self.steps.set(self.steps.get() + 1);
        if self.records && !self.circling.borrow().repeats() {
            self.execution.record(pending.object, pending.operation, response, pending.location, switch);
            self.execution.note_os_threads(os_threads::born());
            if let Some(departure) = self.kernel.borrow_mut().take_departure() {
                self.execution.note_departure(departure);
            }
        }
    }

    /// Gives up what an execution that is over still holds: stacks that were discarded may keep the
    /// state itself alive.
    pub(crate) fn clear(&self) {
        let all_exited = self.kernel.borrow().all_exited();
        self.execution.clear(all_exited);
    }

    /// Gives up all memory of an execution that is over and cleared, and that is not begun again.
    pub(crate) fn let_go(&self) {
        self.execution.let_go();
        self.choices.take();
        self.idle.take();
        self.circling.take();
    }
}

/// The back end itself.
pub(crate) struct Cooperative<D> {
    pub(crate) state: State,
    pub(crate) driver: D,
}

impl<D: Driver> Cooperative<D> {
    /// Lets `me` take its step, and notes it.
    #[inline]
    pub(super) fn take_step(&self, mut kernel: RefMut<'_, Kernel>, me: ThreadId, alternative: u32) -> Step {
        if self.state.is_cut_off() {
            drop(kernel);
            self.halt(self.state.cut_off());
        }
        let switch = self.begin_step(&kernel, me, alternative);
        let pending = *kernel.pending(me).expect("an announced operation");
        let step = match self.state.use_after_end(me, pending.object, pending.operation, pending.location) {
            None => kernel.step(me, alternative),
            Some(failure) => Err(*failure),
        };
        drop(kernel);
        let response = match &step {
            Ok(Step::Done(response) | Step::Continue(response, _)) => *response,
            // The step that is the failure belongs to the trace, and to the schedule.
            Err(_) => Response::Done,
        };
        self.end_step(me, &pending, response, switch);
        match step {
            Ok(_) if self.state.stays_behind(me) => self.driver.suspend(&self.state),
            Ok(step) => step,
            Err(failure) => self.halt(Stop::Failure(failure)),
        }
    }

    /// Returns how the step that `me` takes now follows the one before it.
    #[inline(always)]
    fn begin_step(&self, kernel: &Kernel, me: ThreadId, alternative: u32) -> Switch {
        let state = &self.state;
        state.execution.current.set(me);
        debug_assert!(alternative < kernel.alternatives(me), "a step that cannot be taken");
        let switch = if state.records { state.switch(kernel, me) } else { Switch::None };
        if state.records && kernel.options(me) > 1 {
            state.choices.borrow_mut().push((state.steps.get(), alternative));
        }
        state.last.set(Some(me));
        state.pulse.step(me, alternative);
        state.circling.borrow_mut().note(kernel, me, alternative);
        switch
    }

    #[inline]
    fn end_step(&self, me: ThreadId, pending: &Pending, response: Response, switch: Switch) {
        self.state.record(pending, response, switch);
        self.state.lifetimes.borrow_mut().stepped(me, pending);
        if !self.state.circling.borrow().repeats() {
            self.driver.stepped(me, pending, response);
        }
        if self.state.steps.get() >= self.state.last_step_wanted {
            self.halt(Stop::Abandoned);
        }
    }
}

impl<D: Driver> Backend for Cooperative<D> {
    fn execution(&self) -> &Execution {
        &self.state.execution
    }

    fn register(&self, object: NewObject, made_at: &'static Location<'static>) -> ObjectId {
        self.state.kernel.borrow_mut().add_object(object);
        self.state.execution.add_object(object, made_at)
    }

    fn perform(
        &self,
        object: Option<ObjectId>,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> Response {
        let response = self.do_operation(object, operation, location).cleaned();
        self.leave_nothing_behind();
        response
    }

    fn spin(&self, operation: Operation, location: &'static Location<'static>, here: &LocalState) {
        self.give_up_turn(operation, location, here);
        self.leave_nothing_behind();
    }

    fn spawn(&self, name: Option<String>, body: Box<dyn FnOnce()>, location: &'static Location<'static>) -> ThreadId {
        if let Some(trial) = self.state.trial.take() {
            self.fail_trial(trial);
        }
        let me = self.state.execution.current.get();
        // Who the child is depends on how many threads there are when the step is taken.
        let announced = Operation::Spawn { child: ThreadId(u32::MAX) };
        self.state.kernel.borrow_mut().announce(me, Pending { object: None, operation: announced, location });
        self.driver.spawn_turn(&self.state, me, body, location);
        let is_crowded = self.state.kernel.borrow().thread_count() >= StoreName::THREADS_MAX as usize;
        if self.state.is_cut_off() || is_crowded {
            self.halt(self.state.cut_off());
        }
        let mut kernel = self.state.kernel.borrow_mut();
        let switch = self.begin_step(&kernel, me, 0);
        if let Err(failure) = kernel.step(me, 0) {
            unreachable!("to spawn is no failure: {failure:?}");
        }
        drop(kernel);
        let child = self.state.execution.add_child(name, location);
        let pending = Pending { object: None, operation: Operation::Spawn { child }, location };
        self.end_step(me, &pending, Response::Done, switch);
        self.driver.spawned(&self.state);
        self.state.execution.current.set(me);
        child
    }

    fn end_of_life(&self, object: ObjectId) {
        if let Some(trial) = self.state.trial.take() {
            self.fail_trial(trial);
        }
        if let Err(failure) = self.state.note_end(object) {
            self.halt(Stop::Failure(failure));
        }
    }

    fn enter_arc(&self, address: usize, counts: (u32, u32), made_at: &'static Location<'static>) {
        self.enter_counted(address, counts, made_at);
    }

    fn count(
        &self,
        address: usize,
        operation: Operation,
        counts: (u32, u32),
        location: Option<&'static Location<'static>>,
    ) -> Option<Response> {
        self.count_at(address, operation, counts, location)
    }

    fn visible(&self) -> u64 {
        self.state.steps.get() + self.state.execution.touched.get()
    }

    fn dropped_last(&self, address: usize, visible: u64) {
        if self.visible() != visible {
            self.state.arcs.borrow_mut().show_last_drop(address);
        }
    }

    fn halt(&self, stop: Stop) -> ! {
        self.state.stop.borrow_mut().get_or_insert(stop);
        self.driver.suspend(&self.state)
    }
}
