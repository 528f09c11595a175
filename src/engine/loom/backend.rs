//! The back end over loom. Atomics, fences, cells and mutexes are loom's own. Everything else that
//! blocks is a [`Monitor`]: a gate of loom's, which gives the branch and the happens-before edge, and
//! behind it the kernel's state machine.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc;

use super::objects::{Gate, Lock, Made, Object, Plan, Stock};
use super::{Ended, Message};
use crate::execution::backend::{Backend, Execution, NewObject, Stop};
use crate::exploration::end::End;
use crate::failure::{Access, Blocked, Failure};
use crate::kernel::{self, Pending};
use crate::trace::{AtomicKind, ObjectId, Operation, Response, Switch, ThreadId};

/// The most threads that loom runs, main included.
const THREADS_MAX: usize = 5;

/// A gate with a state machine behind it, and the threads that wait for the machine to change.
pub(super) struct Monitor {
    gate: Gate,
    machine: RefCell<kernel::Object>,
    waiters: RefCell<VecDeque<ThreadId>>,
}

impl Monitor {
    fn new(gate: Gate, object: NewObject) -> Self {
        Self { gate, machine: RefCell::new(kernel::Object::new(object)), waiters: RefCell::default() }
    }
}

/// What a mutex of loom's does not know: who holds it, and whether a holder panicked.
#[derive(Clone, Copy, Debug, Default)]
struct MutexState {
    holder: Option<ThreadId>,
    poisoned: bool,
}

/// A thread of the execution.
struct Thread {
    /// How loom knows it, once it has begun.
    handle: Option<::loom::thread::Thread>,
    /// Its own gate: for its end, and its park token.
    gate: Rc<Gate>,
    pending: Option<Pending>,
    /// Whether it waits to be woken by hand.
    parked: bool,
    park_token: bool,
    notified: bool,
    exited: bool,
    joiners: Vec<ThreadId>,
}

/// One execution of loom's.
pub(super) struct LoomBackend {
    execution: Execution,
    steps_max: u64,
    sender: mpsc::Sender<Message>,
    stock: RefCell<Stock>,
    objects: RefCell<Vec<Rc<Object>>>,
    mutexes: RefCell<Vec<MutexState>>,
    threads: RefCell<Vec<Thread>>,
    /// A gate for each thread that there can be, made by the main thread before all others.
    gates: Vec<Rc<Gate>>,
    last: Cell<Option<ThreadId>>,
}

impl LoomBackend {
    /// Begins an execution; must be called inside loom.
    pub(super) fn new(steps_max: u64, plan: &Plan, sender: mpsc::Sender<Message>) -> Self {
        Self {
            execution: Execution::new(),
            steps_max,
            sender,
            stock: RefCell::new(plan.make()),
            objects: RefCell::default(),
            mutexes: RefCell::default(),
            threads: RefCell::default(),
            gates: (0..THREADS_MAX).map(|_| Rc::new(Gate::new())).collect(),
            last: Cell::new(None),
        }
    }

    /// Adds the main thread, which runs now.
    pub(super) fn enter_main(&self) {
        self.add_thread();
        self.enter(ThreadId::MAIN);
    }

    fn add_thread(&self) {
        let mut threads = self.threads.borrow_mut();
        let gate = Rc::clone(&self.gates[threads.len()]);
        threads.push(Thread {
            handle: None,
            gate,
            pending: None,
            parked: false,
            park_token: false,
            notified: false,
            exited: false,
            joiners: Vec::new(),
        });
    }

    /// Makes `thread`, which runs now, known.
    fn enter(&self, thread: ThreadId) {
        self.execution.current.set(thread);
        // Another thread's call of loom may be what led here.
        self.execution.ignores_panics.set(false);
        self.with(thread, |state| state.handle = Some(::loom::thread::current()));
    }

    fn with<R>(&self, thread: ThreadId, f: impl FnOnce(&mut Thread) -> R) -> R {
        f(&mut self.threads.borrow_mut()[thread.index()])
    }

    /// Returns what the execution, which is over, came to.
    pub(super) fn ended(&self, stop: Option<Stop>) -> Ended {
        let trace = self.execution.take_trace();
        let end = match stop {
            None => End::of_finished(&self.execution, &trace),
            Some(Stop::Failure(failure)) => End::Failed(failure),
            Some(Stop::StepLimit) => End::StepLimit,
            Some(Stop::Unsupported(reason)) => End::Unsupported(reason),
            Some(Stop::Abandoned | Stop::Restart) => End::Abandoned,
        };
        Ended::of(end, trace)
    }

    /// Calls loom, after which this thread is the one that runs. A panic of loom's ends the
    /// execution: a race if the operation can be one, and otherwise a limit of loom's.
    fn native<R>(&self, me: ThreadId, call: impl FnOnce() -> R) -> R {
        self.execution.ignores_panics.set(true);
        let result = self.execution.suspended(me, || catch_unwind(AssertUnwindSafe(call)));
        self.execution.ignores_panics.set(false);
        self.execution.current.set(me);
        result.unwrap_or_else(|_| {
            let pending = self.with(me, |thread| thread.pending);
            let stop = match pending {
                Some(pending) if is_cell(pending.operation) => Stop::Failure(self.race(me, pending)),
                // Deadlocks are noticed before loom notices them, so this is a limit of loom's: on the
                // branches of an execution, or on who may use an object that another thread made.
                _ => Stop::Unsupported("loom refused to go on with an operation"),
            };
            self.halt(stop)
        })
    }

    fn object(&self, object: ObjectId) -> Rc<Object> {
        Rc::clone(&self.objects.borrow()[object.index()])
    }

    fn monitor<R>(&self, object: ObjectId, f: impl FnOnce(&Monitor) -> R) -> R {
        match &*self.object(object) {
            Object::Monitor(monitor) => f(monitor),
            _ => unreachable!("an object of another kind"),
        }
    }

    fn lock<R>(&self, mutex: ObjectId, f: impl FnOnce(&Lock) -> R) -> R {
        match &*self.object(mutex) {
            Object::Mutex(lock) => f(lock),
            _ => unreachable!("an object of another kind"),
        }
    }

    /// Waits until another thread calls [`wake`](Self::wake) on this one.
    fn park(&self, me: ThreadId) {
        self.with(me, |thread| thread.parked = true);
        self.halt_if_stuck();
        while self.with(me, |thread| thread.parked) {
            self.native(me, ::loom::thread::park);
        }
    }

    fn wake(&self, thread: ThreadId) {
        let handle = self.with(thread, |state| {
            let parked = std::mem::take(&mut state.parked);
            state.handle.clone().filter(|_| parked)
        });
        if let Some(handle) = handle {
            handle.unpark();
        }
    }

    /// Ends the execution if no thread can go on: before loom notices, whose panic says less.
    fn halt_if_stuck(&self) {
        let any_goes_on = {
            let threads = self.threads.borrow();
            threads.iter().any(|thread| !thread.exited && !thread.parked)
        };
        if any_goes_on || self.threads.borrow().iter().all(|thread| thread.exited) {
            return;
        }
        match self.deadlock() {
            Some(failure) => self.halt(Stop::Failure(failure)),
            // Main has ended and the rest only waits: the execution is over, though not for loom.
            None => self.halt_with(None),
        }
    }

    fn deadlock(&self) -> Option<Failure> {
        let count = self.threads.borrow().len();
        let blocked = (0..count)
            .map(|index| ThreadId(u32::try_from(index).expect("at most 5 threads")))
            .filter_map(|thread| self.blocked(thread))
            .collect();
        kernel::deadlock(blocked, self.with(ThreadId::MAIN, |main| main.exited))
    }

    fn blocked(&self, thread: ThreadId) -> Option<Blocked> {
        let (exited, pending) = self.with(thread, |state| (state.exited, state.pending));
        let Pending { object, operation, location } = pending.filter(|_| !exited)?;
        let waits_for = match (operation, object) {
            (Operation::Join { thread: other } | Operation::AwaitFinish { thread: other }, _) => vec![other],
            (Operation::Lock, Some(mutex)) => self.mutexes.borrow()[mutex.index()].holder.into_iter().collect(),
            (_, Some(object)) => match &*self.object(object) {
                Object::Monitor(monitor) => monitor.machine.borrow().holders(operation),
                _ => Vec::new(),
            },
            (_, None) => Vec::new(),
        };
        Some(Blocked { thread, operation, object, location, waits_for })
    }

    fn halt_with(&self, stop: Option<Stop>) -> ! {
        let _ = self.sender.send(Message::Halted(self.ended(stop)));
        // Nothing of this execution runs again: unwinding it could abort the process.
        loop {
            std::thread::park();
        }
    }

    /// Returns the data race that an access, which loom refused, is.
    fn race(&self, me: ThreadId, pending: Pending) -> Failure {
        let object = pending.object.expect("a cell");
        let second = Access {
            thread: me,
            exclusive: matches!(pending.operation, Operation::CellWrite | Operation::CellWriteEnd),
            location: pending.location,
        };
        let trace = self.execution.trace.borrow();
        let first = trace.events.iter().rev().find(|event| {
            let writes = matches!(event.operation, Operation::CellWrite);
            event.object == Some(object)
                && event.thread != me
                && is_cell(event.operation)
                && (writes || (second.exclusive && event.operation == Operation::CellRead))
        });
        let first = first.map_or_else(
            // loom also counts the making of the cell as a write.
            || Access { thread: ThreadId::MAIN, exclusive: true, location: trace.objects[object.index()].made_at },
            |event| Access {
                thread: event.thread,
                exclusive: matches!(event.operation, Operation::CellWrite),
                location: event.location,
            },
        );
        Failure::DataRace { object, first, second }
    }

    /// Does an operation on what a monitor guards, waiting until it is possible.
    fn enter_monitor(
        &self,
        me: ThreadId,
        object: ObjectId,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> Response {
        loop {
            let done = self.monitor(object, |monitor| {
                self.native(me, || monitor.gate.pass());
                let mut machine = monitor.machine.borrow_mut();
                if machine.enabled(me, operation) {
                    let response = machine.apply(me, object, operation, location);
                    let waits = matches!(operation, Operation::Write | Operation::Receive { .. });
                    if waits && response == Ok(Response::WouldBlock) {
                        // The writer has queued, the receiver has arrived.
                        monitor.waiters.borrow_mut().push_back(me);
                        return None;
                    }
                    monitor.waiters.take().into_iter().for_each(|waiter| self.wake(waiter));
                    return response.ok();
                }
                monitor.waiters.borrow_mut().push_back(me);
                None
            });
            match done {
                Some(response) => return response,
                None => self.park(me),
            }
        }
    }

    fn on_mutex(&self, me: ThreadId, mutex: ObjectId, operation: Operation) -> Response {
        let index = mutex.index();
        match operation {
            Operation::Lock | Operation::TryLock => {
                while !self.lock(mutex, |lock| self.native(me, || lock.try_lock())) {
                    if operation == Operation::TryLock {
                        return Response::WouldBlock;
                    }
                    self.lock(mutex, |lock| lock.waiters.borrow_mut().push(me));
                    self.park(me);
                }
                let state = &mut self.mutexes.borrow_mut()[index];
                state.holder = Some(me);
                Response::Acquired { poisoned: state.poisoned }
            }
            Operation::Unlock { poison } => {
                self.lock(mutex, |lock| self.native(me, || lock.unlock()));
                {
                    let state = &mut self.mutexes.borrow_mut()[index];
                    state.holder = None;
                    state.poisoned |= poison;
                }
                let waiters = self.lock(mutex, |lock| lock.waiters.take());
                waiters.into_iter().for_each(|waiter| self.wake(waiter));
                Response::Done
            }
            Operation::IsPoisoned => Response::Answer(self.mutexes.borrow()[index].poisoned),
            Operation::ClearPoison => {
                self.mutexes.borrow_mut()[index].poisoned = false;
                Response::Done
            }
            other => unreachable!("{other:?} is not an operation of a mutex"),
        }
    }

    fn on_condvar(&self, me: ThreadId, condvar: ObjectId, operation: Operation) -> Response {
        match operation {
            Operation::Wait { mutex, .. } => {
                self.monitor(condvar, |monitor| {
                    self.native(me, || monitor.gate.pass());
                    monitor.waiters.borrow_mut().push_back(me);
                    self.with(me, |thread| thread.notified = false);
                });
                self.on_mutex(me, mutex, Operation::Unlock { poison: false });
                while !self.with(me, |thread| thread.notified) {
                    self.park(me);
                }
                self.with(me, |thread| {
                    if let Some(pending) = &mut thread.pending {
                        *pending = Pending { object: Some(mutex), operation: Operation::Lock, ..*pending };
                    }
                });
                self.on_mutex(me, mutex, Operation::Lock)
            }
            _ => {
                self.monitor(condvar, |monitor| {
                    self.native(me, || monitor.gate.pass());
                    let mut waiters = monitor.waiters.borrow_mut();
                    let count = if operation == Operation::NotifyOne { 1.min(waiters.len()) } else { waiters.len() };
                    for waiter in waiters.drain(..count) {
                        self.with(waiter, |thread| thread.notified = true);
                        self.wake(waiter);
                    }
                });
                Response::Done
            }
        }
    }

    /// Does an operation on a thread behind that thread's gate.
    fn at_gate<R>(&self, me: ThreadId, thread: ThreadId, f: impl FnOnce(&mut Thread) -> R) -> R {
        let gate = self.with(thread, |state| Rc::clone(&state.gate));
        self.native(me, || gate.pass());
        self.with(thread, f)
    }

    fn on_thread(&self, me: ThreadId, operation: Operation) -> Response {
        match operation {
            Operation::Exit => {
                let joiners = self.at_gate(me, me, |state| {
                    state.exited = true;
                    std::mem::take(&mut state.joiners)
                });
                joiners.into_iter().for_each(|joiner| self.wake(joiner));
                self.halt_if_stuck();
            }
            // The destructors of thread-locals run before the end here.
            Operation::Finish => {}
            Operation::Join { thread } | Operation::AwaitFinish { thread } => loop {
                let exited = self.at_gate(me, thread, |state| {
                    if !state.exited {
                        state.joiners.push(me);
                    }
                    state.exited
                });
                if exited {
                    break;
                }
                self.park(me);
            },
            Operation::IsFinished { thread } => {
                return Response::Answer(self.at_gate(me, thread, |state| state.exited));
            }
            Operation::Park { .. } => {
                while !self.at_gate(me, me, |state| std::mem::take(&mut state.park_token)) {
                    self.park(me);
                }
            }
            Operation::Unpark { thread } => {
                let parks = self.at_gate(me, thread, |state| {
                    state.park_token = true;
                    matches!(state.pending, Some(Pending { operation: Operation::Park { .. }, .. }))
                });
                if parks {
                    self.wake(thread);
                }
            }
            Operation::Yield | Operation::SpinLoop | Operation::Sleep => self.native(me, ::loom::thread::yield_now),
            Operation::Fence { order } => self.native(me, || ::loom::sync::atomic::fence(order)),
            // What has returned before a call happens before it: both pass one gate.
            Operation::Call { .. } | Operation::Return { .. } => self.at_gate(me, ThreadId::MAIN, |_| ()),
            Operation::Choose { .. } => self.halt(Stop::Unsupported("loom has no choices")),
            other => unreachable!("{other:?} needs an object"),
        }
        Response::Done
    }

    /// Returns why `me` runs, which has just done something to `taken`.
    fn switch(&self, me: ThreadId, taken: Option<ObjectId>) -> Switch {
        match self.last.replace(Some(me)) {
            None => Switch::None,
            Some(last) if last == me => Switch::None,
            Some(last) => self.with(last, |state| match state.pending {
                _ if state.exited => Switch::Exited,
                _ if state.parked => Switch::Blocked,
                // A mutex that was taken just now was free before.
                Some(Pending { operation: Operation::Lock, object: Some(mutex), .. }) if taken == Some(mutex) => {
                    Switch::Preempted
                }
                Some(Pending { operation: Operation::Lock, object: Some(mutex), .. })
                    if self.mutexes.borrow()[mutex.index()].holder.is_some_and(|holder| holder != last) =>
                {
                    Switch::Blocked
                }
                Some(pending) if pending.operation.yields() => Switch::Yielded,
                _ => Switch::Preempted,
            }),
        }
    }
}

fn is_cell(operation: Operation) -> bool {
    matches!(operation, Operation::CellRead | Operation::CellWrite | Operation::CellReadEnd | Operation::CellWriteEnd)
}

impl Backend for LoomBackend {
    fn execution(&self) -> &Execution {
        &self.execution
    }

    fn register(&self, object: NewObject, made_at: &'static Location<'static>) -> ObjectId {
        let (initial, is_pointer) = match object {
            NewObject::Atomic(kind, initial) => (Some(initial), kind == AtomicKind::Pointer && initial != 0),
            _ => (None, false),
        };
        // Addresses differ from run to run, so that no pointer can be made in advance.
        let in_stock = if is_pointer { None } else { self.stock.borrow_mut().take(object.kind(), made_at, initial) };
        let made = match in_stock.unwrap_or_else(|| Made::new(object.kind(), initial)) {
            Made::Atomic(atomic) => Object::Atomic(atomic),
            Made::Cell(cell) => Object::Cell(cell),
            Made::Mutex(lock) => Object::Mutex(lock),
            Made::Gate(gate) => Object::Monitor(Monitor::new(gate, object)),
        };
        let made = Rc::new(made);
        self.objects.borrow_mut().push(made);
        self.mutexes.borrow_mut().push(MutexState::default());
        self.execution.add_object(object, made_at)
    }

    fn perform(
        &self,
        object: Option<ObjectId>,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> Response {
        let me = self.execution.current.get();
        if operation == Operation::MayFail {
            return Response::Answer(false);
        }
        if self.execution.trace.borrow().events.len() as u64 >= self.steps_max {
            self.halt(Stop::StepLimit);
        }
        if operation.timed() {
            self.halt(Stop::Unsupported("in loom a timed wait never times out"));
        }
        self.with(me, |thread| thread.pending = Some(Pending { object, operation, location }));
        let response = match object {
            None => self.on_thread(me, operation),
            Some(id) => match &*self.object(id) {
                Object::Atomic(atomic) => self.native(me, || atomic.apply(operation)),
                Object::Cell(cell) => {
                    self.native(me, || cell.apply(operation));
                    Response::Done
                }
                Object::Mutex(_) => self.on_mutex(me, id, operation),
                Object::Monitor(_)
                    if matches!(operation, Operation::Wait { .. } | Operation::NotifyOne | Operation::NotifyAll) =>
                {
                    self.on_condvar(me, id, operation)
                }
                Object::Monitor(_) => self.enter_monitor(me, id, operation, location),
            },
        };
        self.execution.current.set(me);
        let switch = self.switch(me, object);
        self.execution.record(object, operation, response, location, switch);
        response
    }

    fn spawn(&self, name: Option<String>, body: Box<dyn FnOnce()>, location: &'static Location<'static>) -> ThreadId {
        let me = self.execution.current.get();
        if self.threads.borrow().len() >= THREADS_MAX {
            self.halt(Stop::Unsupported("loom runs at most 5 threads, main included"));
        }
        let child = self.execution.add_child(name, location);
        self.add_thread();
        let entry = move || {
            let backend = super::CURRENT.with_borrow(Clone::clone).expect("the execution that is run");
            backend.enter(child);
            body();
        };
        self.native(me, || drop(::loom::thread::spawn(entry)));
        let operation = Operation::Spawn { child };
        let switch = self.switch(me, None);
        self.execution.record(None, operation, Response::Done, location, switch);
        child
    }

    fn halt(&self, stop: Stop) -> ! {
        self.halt_with(Some(stop))
    }
}
