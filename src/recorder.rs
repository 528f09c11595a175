//! Recording a history while it happens, in the same way on every engine and on real threads.
//!
//! A call and a return are visible operations of their own in a modelled execution. They have to be: whether
//! one operation had returned before another was called is what linearizability is about, and executions
//! that are equivalent otherwise may differ in it. A call depends on returns and on nothing else, so that
//! this costs as few executions as it can.
//!
//! On real threads each takes a number from one counter, which orders them, and notes it in a log of its
//! process. So a return that comes before a call also happens before it, in the sense of the memory model, and
//! an object is not blamed for what the machine may do between them.

use std::fmt::Debug;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::execution::context::{self, Mode};
use crate::history::{Call, Completion, History};
use crate::trace::Operation;

/// What one process has called.
type Log<O, R> = Mutex<Vec<Call<O, R>>>;

/// Records the history of one object in one execution.
#[derive(Debug)]
pub struct Recorder<O, R> {
    clock: AtomicU64,
    /// Whether an operation ended in a panic.
    panicked: AtomicBool,
    logs: Box<[Log<O, R>]>,
}

impl<O: Clone + Debug, R: Clone + Debug> Recorder<O, R> {
    /// Returns a recorder for processes numbered from 0.
    pub fn new(processes: usize) -> Self {
        let panicked = AtomicBool::new(false);
        Self { clock: AtomicU64::new(0), panicked, logs: (0..processes).map(|_| Mutex::default()).collect() }
    }

    /// Does `run`, which is `operation` of a process, and returns its result. A process calls one after
    /// another.
    ///
    /// # Panics
    ///
    /// If there is no such process, and if `run` does; the operation is then recorded as pending.
    #[track_caller]
    pub fn record(&self, process: usize, operation: O, run: impl FnOnce(&O) -> R) -> R {
        let location = Location::caller();
        let (name, number) = self.number(process);
        announce(Operation::Call { process: name, number }, location);
        self.record_call(process, number, operation.clone());
        let result = self.watched(run, &operation);
        announce(Operation::Return { process: name, number }, location);
        self.record_return(process, number, result.clone());
        result
    }

    /// Does the same for a process that nothing happens beside meanwhile, without visible operations.
    #[cfg_attr(not(feature = "proptest"), allow(dead_code))]
    pub(crate) fn record_alone(&self, process: usize, operation: O, run: impl FnOnce(&O) -> R) -> R {
        let (_, number) = self.number(process);
        self.record_call(process, number, operation.clone());
        let result = self.watched(run, &operation);
        self.record_return(process, number, result.clone());
        result
    }

    /// Returns what has been recorded so far. Times are numbers of turns: calls with only calls between
    /// them have the same, and so have returns, because their order says nothing.
    pub fn history(&self) -> History<O, R> {
        let mut calls: Vec<Call<O, R>> = Vec::new();
        for log in &self.logs {
            calls.extend(log.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        }
        let called = calls.iter().map(|call| (call.called_at, true));
        let ended = calls.iter().filter_map(|call| Some((call.ended_at()?, false)));
        let mut events: Vec<(u64, bool)> = called.chain(ended).collect();
        events.sort_unstable();
        // Calls in even turns, returns in odd ones.
        let mut turn = 0_u64;
        let turns: Vec<(u64, u64)> = events
            .into_iter()
            .map(|(time, is_call)| {
                turn += u64::from(turn.is_multiple_of(2) != is_call);
                (time, turn)
            })
            .collect();
        let turn_of = |time: u64| turns[turns.partition_point(|&(known, _)| known < time)].1;
        for call in &mut calls {
            call.called_at = turn_of(call.called_at);
            if let Completion::Returned { at, .. } | Completion::Cancelled { at } = &mut call.completion {
                *at = turn_of(*at);
            }
        }
        History::new(calls).expect("every return comes after its call")
    }

    /// Returns whether an operation has been called that has not returned.
    pub fn has_pending(&self) -> bool {
        (0..self.logs.len()).any(|process| {
            self.log(process, |log| log.iter().any(|call| matches!(call.completion, Completion::Pending)))
        })
    }

    /// Returns whether an operation ended in a panic.
    pub fn has_panicked(&self) -> bool {
        self.panicked.load(Ordering::Relaxed)
    }

    /// Does `run`, and notes if it panics.
    fn watched(&self, run: impl FnOnce(&O) -> R, operation: &O) -> R {
        struct Watch<'a>(Option<&'a AtomicBool>);
        impl Drop for Watch<'_> {
            fn drop(&mut self) {
                if let Some(panicked) = self.0 {
                    panicked.store(true, Ordering::Relaxed);
                }
            }
        }
        let mut watch = Watch(Some(&self.panicked));
        let result = run(operation);
        watch.0 = None;
        result
    }

    fn number(&self, process: usize) -> (u32, u32) {
        let calls = self.log(process, |log| log.len());
        (u32::try_from(process).unwrap_or(u32::MAX), u32::try_from(calls).unwrap_or(u32::MAX))
    }

    fn log<T>(&self, process: usize, f: impl FnOnce(&mut Vec<Call<O, R>>) -> T) -> T {
        let log = self.logs.get(process).unwrap_or_else(|| panic!("there is no process {process} to record"));
        f(&mut log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn record_call(&self, process: usize, number: u32, operation: O) {
        let name = u32::try_from(process).unwrap_or(u32::MAX);
        if let Some(backend) = context::modelled() {
            backend.execution().note_call(name, number, &operation);
        }
        self.log(process, |log| {
            let called_at = self.clock.fetch_add(1, Ordering::AcqRel);
            log.push(Call { process: name, operation, called_at, completion: Completion::Pending });
        });
    }

    fn record_return(&self, process: usize, number: u32, result: R) {
        let at = self.clock.fetch_add(1, Ordering::AcqRel);
        if let Some(backend) = context::modelled() {
            let name = u32::try_from(process).unwrap_or(u32::MAX);
            backend.execution().note_return(name, number, &result);
        }
        self.log(process, |log| {
            let call = log.get_mut(number as usize).expect("the call that returns");
            call.completion = Completion::Returned { at, result };
        });
    }
}

/// Makes a call or a return known to the engine that runs this, if one does.
fn announce(operation: Operation, location: &'static Location<'static>) {
    match context::mode() {
        Mode::Outside => {}
        // Threads meet in other places than they would, and a hang can say where.
        Mode::Real => context::observed(operation, None, location, || ()),
        Mode::Modelled => {
            context::backend().perform(None, operation, location);
        }
    }
}
