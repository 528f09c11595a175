//! What a modelled execution offers the facade: one narrow trait, and the state that every
//! implementation keeps in the same way.
//!
//! A back end is adapted to by implementing [`Backend`]; neither the facade nor a model changes.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::panic::Location;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::erased::Erased;
use super::local_state::LocalState;
pub(crate) use super::new_object::NewObject;
use super::panic_count;
use super::panics::FatalPanics;
pub(crate) use super::stop::Stop;
use crate::failure::Failure;
use crate::fast::Fast;
use crate::outcome::Outcome;
use crate::trace::{
    AtomicKind, CallRecord, Departure, Event, ObjectId, ObjectKind, ObjectRecord, Operation, PanicRecord, Remarks,
    Response, Switch, ThreadId, ThreadRecord, Trace,
};

/// The runtime of one modelled execution, as the facade sees it.
pub(crate) trait Backend {
    /// The state that every back end keeps in the same way.
    fn execution(&self) -> &Execution;

    /// Adds an object, and returns its identity within this execution.
    fn register(&self, object: NewObject, made_at: &'static Location<'static>) -> ObjectId;

    /// Announces `operation`, lets the engine run other threads first, then lets it take effect.
    fn perform(&self, object: Option<ObjectId>, operation: Operation, location: &'static Location<'static>)
    -> Response;

    /// Does `operation`, which says that the thread waits for another to do something; `_here` is the
    /// state of the thread where it says so.
    fn spin(&self, operation: Operation, location: &'static Location<'static>, _here: &LocalState) {
        self.perform(None, operation, location);
    }

    /// Starts a thread that runs `body`, and returns its identity.
    fn spawn(&self, name: Option<String>, body: Box<dyn FnOnce()>, location: &'static Location<'static>) -> ThreadId;

    /// Notes that the life of an object ends: its destructor runs. No step, but a use of the object that
    /// nothing orders before is a failure, see [`Failure::UseAfterFree`]. A back end may not look.
    fn end_of_life(&self, _object: ObjectId) {}

    /// Enters an `Arc` that was made at that address, with so many references and `Weak`s. Where it is not
    /// entered, and for a back end that does not count, its counts are std's alone.
    fn enter_arc(&self, _address: usize, _counts: (u32, u32), _made_at: &'static Location<'static>) {}

    /// Tells that the counts of an `Arc`, which are these, are about to be changed or looked at. Returns what
    /// comes of it if that is a step; otherwise std's answer holds. A destructor does not know where it is.
    fn count(
        &self,
        _address: usize,
        _operation: Operation,
        _counts: (u32, u32),
        _location: Option<&'static Location<'static>>,
    ) -> Option<Response> {
        None
    }

    /// Returns a number that grows with all that anybody can see.
    fn visible(&self) -> u64 {
        0
    }

    /// Notes that the last drop of an `Arc` is done; that number was `visible` before.
    fn dropped_last(&self, _address: usize, _visible: u64) {}

    /// Ends the execution. The calling thread never runs again, and nothing on its stack is dropped.
    fn halt(&self, stop: Stop) -> !;
}

/// The per-thread values of a modelled thread: keys are the addresses of the `LocalKey` statics,
/// values are in the order of first use. A value of `None` is one whose destructor has begun.
#[derive(Default)]
pub(crate) struct Locals {
    pub(crate) values: Vec<(usize, Option<Rc<dyn Any>>)>,
    /// Whether a value has a destructor.
    pub(crate) has_destructors: bool,
}

/// The state of one execution that does not depend on the back end.
pub(crate) struct Execution {
    /// A number no other execution of this process has.
    pub(crate) epoch: u64,
    /// The thread that runs now. Meaningless while the engine's own code runs.
    pub(crate) current: Cell<ThreadId>,
    pub(crate) trace: RefCell<Trace>,
    /// Objects by address, for statics that several executions use at once, and for those whose lives have ended.
    pub(crate) addresses: RefCell<HashMap<usize, ObjectId, Fast>>,
    /// The memory of `Arc`s that are gone: nothing else comes to lie there before the end.
    pub(crate) kept: RefCell<Vec<Erased>>,
    /// Grows with what is no step and shows all the same which thread does something.
    pub(crate) touched: Cell<u64>,
    /// For each `OnceLock` and `LazyLock`, its value if it is a static: made anew in each execution.
    pub(crate) statics: RefCell<HashMap<ObjectId, Option<Erased>, Fast>>,
    pub(crate) locals: RefCell<Vec<Locals>>,
    /// Threads that are suspended while they unwind.
    unwinding: RefCell<Vec<bool>>,
    /// Whether panics are those of an engine, which deals with them itself.
    pub(crate) ignores_panics: Cell<bool>,
    fatal_panics: RefCell<FatalPanics>,
    /// The panic with which std aborts the process, if there was one: what comes after it means nothing.
    pub(crate) aborts: RefCell<Option<Failure>>,
    /// Whether recorded operations are wanted in words.
    pub(crate) wants_words: Cell<bool>,
    /// What the scenario's closure returned.
    pub(crate) outcome: RefCell<Option<Outcome>>,
    /// Pointers, numbered in the order in which they appear in atomics.
    pointers: RefCell<HashMap<u64, u64, Fast>>,
    /// How many threads each thread has spawned.
    children: RefCell<Vec<u32>>,
    /// The source line of the spawn of each thread.
    spawned_at: RefCell<Vec<&'static Location<'static>>>,
}

static NEXT_EPOCH: AtomicU64 = AtomicU64::new(1);

/// Returns a number that identifies one more execution in this process.
pub(crate) fn next_epoch() -> u64 {
    NEXT_EPOCH.fetch_add(1, Ordering::Relaxed)
}

impl Execution {
    /// Returns the state of a new execution with its main thread.
    pub(crate) fn new() -> Self {
        let execution = Self {
            epoch: next_epoch(),
            current: Cell::new(ThreadId::MAIN),
            trace: RefCell::default(),
            addresses: RefCell::default(),
            kept: RefCell::default(),
            touched: Cell::new(0),
            statics: RefCell::default(),
            locals: RefCell::default(),
            unwinding: RefCell::default(),
            ignores_panics: Cell::new(false),
            fatal_panics: RefCell::default(),
            aborts: RefCell::default(),
            wants_words: Cell::new(true),
            outcome: RefCell::default(),
            pointers: RefCell::default(),
            children: RefCell::default(),
            spawned_at: RefCell::default(),
        };
        execution.add_thread(ThreadRecord { name: Some("main".into()), parent: None }, Location::caller());
        execution
    }

    /// Begins another execution, in the memory of one that is over and cleared.
    pub(crate) fn restart(&mut self) {
        self.epoch = next_epoch();
        self.current.set(ThreadId::MAIN);
        let trace = self.trace.get_mut();
        trace.threads.truncate(1);
        trace.objects.clear();
        trace.events.clear();
        trace.panics.clear();
        trace.calls.clear();
        trace.remarks = Remarks::default();
        trace.asides.clear();
        if trace.threads.is_empty() {
            trace.threads.push(ThreadRecord { name: Some("main".into()), parent: None });
        }
        self.locals.get_mut().truncate(0);
        self.locals.get_mut().push(Locals::default());
        self.unwinding.get_mut().clear();
        self.unwinding.get_mut().push(false);
        self.ignores_panics.set(false);
        self.fatal_panics.take();
        self.aborts.take();
        self.outcome.take();
        self.pointers.get_mut().clear();
        self.children.get_mut().clear();
        self.children.get_mut().push(0);
        self.spawned_at.get_mut().truncate(1);
    }

    fn add_thread(&self, record: ThreadRecord, location: &'static Location<'static>) -> ThreadId {
        let mut trace = self.trace.borrow_mut();
        let id = ThreadId(u32::try_from(trace.threads.len()).expect("fewer than 2^32 threads"));
        trace.threads.push(record);
        self.locals.borrow_mut().push(Locals::default());
        self.unwinding.borrow_mut().push(false);
        self.children.borrow_mut().push(0);
        self.spawned_at.borrow_mut().push(location);
        id
    }

    /// Adds a thread spawned by the current one.
    pub(crate) fn add_child(&self, name: Option<String>, location: &'static Location<'static>) -> ThreadId {
        let parent = self.current.get();
        let index = {
            let mut children = self.children.borrow_mut();
            let index = children[parent.index()];
            children[parent.index()] += 1;
            index
        };
        self.add_thread(ThreadRecord { name, parent: Some((parent, index)) }, location)
    }

    /// Adds an object to the trace.
    pub(crate) fn add_object(&self, object: NewObject, made_at: &'static Location<'static>) -> ObjectId {
        let mut trace = self.trace.borrow_mut();
        let id = ObjectId(u32::try_from(trace.objects.len()).expect("fewer than 2^32 objects"));
        let initial = match object {
            NewObject::Atomic(AtomicKind::Pointer, address) => Some(self.pointer_number(address)),
            object => object.initial(),
        };
        trace.objects.push(ObjectRecord { kind: object.kind(), initial, made_at, name: None });
        id
    }

    /// Records an event of the current thread.
    pub(crate) fn record(
        &self,
        object: Option<ObjectId>,
        operation: Operation,
        response: Response,
        location: &'static Location<'static>,
        switch: Switch,
    ) {
        let thread = self.current.get();
        let mut trace = self.trace.borrow_mut();
        let kind = object.map(|object| trace.objects[object.index()].kind);
        let (operation, response) = if kind == Some(ObjectKind::Atomic(AtomicKind::Pointer)) {
            let number = |address| self.pointer_number(address);
            (operation.map_values(number), response.map_values(number))
        } else {
            (operation, response)
        };
        trace.events.push(Event { thread, object, operation, response, location, switch });
    }

    /// Notes how the event recorded last departs from an interleaving.
    pub(crate) fn note_departure(&self, departure: Departure) {
        let mut trace = self.trace.borrow_mut();
        if let Some(last) = trace.events.len().checked_sub(1) {
            trace.departures.push((last, departure));
        }
    }

    /// Notes the call of an operation whose history is recorded.
    pub(crate) fn note_call(&self, process: u32, number: u32, operation: &dyn std::fmt::Debug) {
        if self.wants_words.get() {
            let operation = format!("{operation:?}");
            self.trace.borrow_mut().calls.push(CallRecord { process, number, operation, result: None });
        }
    }

    /// Notes what it returned.
    pub(crate) fn note_return(&self, process: u32, number: u32, result: &dyn std::fmt::Debug) {
        if self.wants_words.get() {
            let result = format!("{result:?}");
            let mut trace = self.trace.borrow_mut();
            let is_it = |call: &&mut CallRecord| (call.process, call.number) == (process, number);
            if let Some(call) = trace.calls.iter_mut().rev().find(is_it) {
                call.result = Some(result);
            }
        }
    }

    /// Returns the number by which traces know a pointer: 0 for null, and otherwise in the order of
    /// appearance, because addresses differ from run to run.
    fn pointer_number(&self, address: u64) -> u64 {
        if address == 0 {
            return 0;
        }
        let mut pointers = self.pointers.borrow_mut();
        let next = pointers.len() as u64 + 1;
        *pointers.entry(address).or_insert(next)
    }

    /// Returns the name of a thread, if it has one.
    pub(crate) fn thread_name(&self, thread: ThreadId) -> Option<String> {
        self.trace.borrow().threads[thread.index()].name.clone()
    }

    /// Returns the source line that spawned a thread.
    pub(crate) fn spawned_at(&self, thread: ThreadId) -> &'static Location<'static> {
        self.spawned_at.borrow()[thread.index()]
    }

    /// Runs `others`, which lets other threads go on, while the panics of the current one, `me`, are set aside: std counts
    /// those of all that share an OS thread as those of one.
    #[inline]
    pub(crate) fn suspended<R>(&self, me: ThreadId, others: impl FnOnce() -> R) -> R {
        match panic_count::take() {
            0 => others(),
            panics => self.suspended_with(panics, me, others),
        }
    }

    #[cold]
    fn suspended_with<R>(&self, panics: u32, me: ThreadId, others: impl FnOnce() -> R) -> R {
        self.unwinding.borrow_mut()[me.index()] = true;
        let result = others();
        self.unwinding.borrow_mut()[me.index()] = false;
        panic_count::put(panics);
        result
    }

    /// Returns whether a thread is suspended while it unwinds.
    #[cfg(feature = "shuttle")]
    pub(crate) fn is_any_unwinding(&self) -> bool {
        self.unwinding.borrow().contains(&true)
    }

    /// Notes the panics of threads that are discarded while they unwind: nobody will receive them.
    pub(crate) fn note_unfinished_panics(&self) {
        let unwinding = self.unwinding.borrow();
        for (index, _) in unwinding.iter().enumerate().filter(|(_, unwinding)| **unwinding) {
            let thread = ThreadId(u32::try_from(index).expect("fewer than 2^32 threads"));
            self.fatal_panics.borrow_mut().note(thread, &self.trace.borrow().panics);
        }
    }

    /// Notes that nobody has a handle to `thread` any more.
    pub(crate) fn note_detached(&self, thread: ThreadId) {
        self.fatal_panics.borrow_mut().note_detached(thread);
    }

    /// Forgets the panics that somebody might yet have received.
    pub(crate) fn forget_panics_to_be_received(&self) {
        self.fatal_panics.borrow_mut().forget_those_to_be_received();
    }

    /// Notes that the current thread ended with a panic.
    pub(crate) fn note_fatal_panic(&self) {
        self.fatal_panics.borrow_mut().note(self.current.get(), &self.trace.borrow().panics);
    }

    /// Notes that a `join` has received what `thread` ended with.
    pub(crate) fn note_received(&self, thread: ThreadId) {
        self.fatal_panics.borrow_mut().note_received(thread);
    }

    /// Returns the panic that makes this execution fail, if one does.
    pub(crate) fn fatal_panic(&self, trace: &Trace) -> Option<PanicRecord> {
        self.fatal_panics.borrow().failure(&trace.panics)
    }

    /// Gives up the values of statics and thread-locals. They are dropped only if every thread has
    /// ended: a destructor could wait for something that a discarded thread holds.
    pub(crate) fn clear(&self, all_exited: bool) {
        if all_exited {
            // A destructor may look at either.
            while let Some(last) = { self.locals.borrow_mut().pop() } {
                drop(last);
            }
            if !self.statics.borrow().is_empty() {
                drop(self.statics.take());
            }
        } else {
            std::mem::forget(self.statics.take());
            std::mem::forget(self.locals.take());
        }
        self.addresses.borrow_mut().clear();
        self.kept.borrow_mut().clear();
    }

    /// Returns whether a thread other than main has thread-locals whose destructors have yet to run.
    pub(crate) fn has_destructors(&self, thread: ThreadId) -> bool {
        thread != ThreadId::MAIN && self.locals.borrow()[thread.index()].has_destructors
    }

    /// Notes that something of the facade is used that is no operation.
    pub(crate) fn touch(&self) {
        self.touched.update(|touched| touched + 1);
        self.trace.borrow_mut().remarks.touched = true;
    }

    /// Notes that the program has started so many OS threads by itself.
    pub(crate) fn note_os_threads(&self, count: u32) {
        let remarks = &mut self.trace.borrow_mut().remarks;
        remarks.os_threads = remarks.os_threads.max(count);
    }

    /// Gives up all memory of an execution that is over and cleared.
    pub(crate) fn let_go(&self) {
        self.trace.take();
        self.addresses.take();
        self.unwinding.take();
        self.pointers.take();
        self.spawned_at.take();
    }

    /// Takes the trace out, leaving an empty one.
    pub(crate) fn take_trace(&self) -> Trace {
        self.trace.take()
    }
}
