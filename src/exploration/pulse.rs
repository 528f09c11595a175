//! How far the execution that an OS thread runs has come, in a place where others can look: the waiting thread,
//! which sees whether anything moves, and the handler of signals, which has to say which execution it was.
//!
//! The running thread writes a word a step. Nothing is allocated, locked or waited for.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::{Exploration, Label, Task};
use crate::trace::ThreadId;

/// The most steps that are noted of one execution: as many as a token of its beginning has.
const STEPS_MAX: usize = 1_000_000;

/// How many steps have their place from the start; what comes later has it in pieces, each as long as all before it.
const FIRST: usize = 4_096;

/// How many such pieces there are.
const PIECES: usize = (STEPS_MAX / FIRST).ilog2() as usize + 1;

type Piece = Box<[AtomicU64]>;

fn piece(length: usize) -> Piece {
    (0..length).map(|_| AtomicU64::new(0)).collect()
}

/// What an OS thread notes of the execution that it runs.
#[derive(Debug)]
pub(crate) struct Pulse {
    pub(crate) label: Label,
    /// The thread and the way of each step.
    first: Piece,
    later: [OnceLock<Piece>; PIECES],
    /// How many steps the running execution has taken.
    length: AtomicUsize,
    /// How many executions have begun.
    executions: AtomicU64,
    /// Whether code of the program runs, and not the engine's own.
    inside: AtomicBool,
    /// The thread that has been started and has yet to come to its first operation, counted from 1; 0 if there is none.
    starting: AtomicU32,
    /// Whether nobody waits any more for what this OS thread finds out.
    abandoned: AtomicBool,
    /// Whether the time for it is over.
    is_late: AtomicBool,
    /// What has been found so far that must not be lost.
    known: Mutex<Option<Exploration>>,
}

/// Where an execution stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stand {
    pub(crate) executions: u64,
    pub(crate) steps: usize,
    starting: u32,
}

impl Pulse {
    pub(crate) fn new(task: &Task) -> Arc<Self> {
        Arc::new(Self {
            label: task.label.clone(),
            first: piece(FIRST),
            later: [const { OnceLock::new() }; PIECES],
            length: AtomicUsize::new(0),
            executions: AtomicU64::new(0),
            inside: AtomicBool::new(false),
            starting: AtomicU32::new(0),
            abandoned: AtomicBool::new(false),
            is_late: AtomicBool::new(false),
            known: Mutex::new(None),
        })
    }

    /// Notes that an execution begins.
    pub(crate) fn begin(&self) {
        self.length.store(0, Ordering::Relaxed);
        self.starting.store(0, Ordering::Relaxed);
        self.executions.store(self.executions.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        self.inside.store(true, Ordering::Release);
    }

    /// Notes that `thread` takes its step, in which way.
    #[inline]
    pub(crate) fn step(&self, thread: ThreadId, way: u32) {
        let length = self.length.load(Ordering::Relaxed);
        let packed = u64::from(thread.0) << 32 | u64::from(way);
        match self.first.get(length) {
            Some(slot) => slot.store(packed, Ordering::Relaxed),
            None => self.step_later(length, packed),
        }
        self.length.store(length + 1, Ordering::Release);
    }

    #[cold]
    fn step_later(&self, length: usize, packed: u64) {
        if length < STEPS_MAX {
            let (place, start) = Self::place(length);
            self.later[place].get_or_init(|| piece(start))[length - start].store(packed, Ordering::Relaxed);
        }
    }

    /// Returns the piece that has the step, which is none of the first, and the first step of that piece.
    fn place(step: usize) -> (usize, usize) {
        let place = (step / FIRST).ilog2() as usize;
        (place, FIRST << place)
    }

    /// Returns what was noted of a step that has been taken.
    fn noted(&self, step: usize) -> u64 {
        let slot = self.first.get(step).or_else(|| {
            let (place, start) = Self::place(step);
            self.later[place].get()?.get(step - start)
        });
        slot.map_or(0, |slot| slot.load(Ordering::Relaxed))
    }

    /// Notes that `thread` runs up to its first operation, or that it has come to it.
    pub(crate) fn starting(&self, thread: Option<ThreadId>) {
        self.starting.store(thread.map_or(0, |thread| thread.0 + 1), Ordering::Release);
    }

    /// Returns where the execution stands; none if the engine's own code runs.
    pub(crate) fn stand(&self) -> Option<Stand> {
        self.inside.load(Ordering::Acquire).then(|| Stand {
            executions: self.executions.load(Ordering::Relaxed),
            starting: self.starting.load(Ordering::Acquire),
            steps: self.length.load(Ordering::Acquire),
        })
    }

    /// Returns how many executions have begun.
    pub(crate) fn executions(&self) -> u64 {
        self.executions.load(Ordering::Relaxed)
    }

    /// Returns the steps of the running execution, each with its thread and its way; none if there are more than
    /// were noted.
    pub(crate) fn steps(&self) -> Option<impl Iterator<Item = (ThreadId, u32)> + Clone + '_> {
        let length = self.length.load(Ordering::Acquire);
        (length <= STEPS_MAX).then(|| {
            (0..length).map(|step| {
                let packed = self.noted(step);
                (ThreadId((packed >> 32) as u32), packed as u32)
            })
        })
    }

    /// Returns the thread whose code runs: the one that is starting, else the one that took the last step.
    pub(crate) fn running(&self) -> ThreadId {
        match self.starting.load(Ordering::Acquire) {
            0 => self
                .length
                .load(Ordering::Acquire)
                .checked_sub(1)
                .map_or(ThreadId::MAIN, |last| ThreadId((self.noted(last.min(STEPS_MAX - 1)) >> 32) as u32)),
            starting => ThreadId(starting - 1),
        }
    }

    /// Notes that the execution is over.
    pub(crate) fn leave(&self) {
        self.inside.store(false, Ordering::Release);
    }

    /// Lets the OS thread end when it can: nobody waits for it any more.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
        self.is_late.store(true, Ordering::Relaxed);
    }

    /// Ends the running execution with its next step: the time is over.
    pub(crate) fn be_late(&self) {
        self.is_late.store(true, Ordering::Relaxed);
    }

    /// Returns whether the time is over.
    #[inline]
    pub(crate) fn is_late(&self) -> bool {
        self.is_late.load(Ordering::Relaxed)
    }

    /// Takes what has been found that must not be lost.
    pub(crate) fn take_known(&self) -> Option<Exploration> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

thread_local! {
    static PULSE: RefCell<Option<Arc<Pulse>>> = const { RefCell::new(None) };
}

/// Sets where this OS thread notes its executions.
pub(crate) fn set(pulse: Arc<Pulse>) {
    PULSE.set(Some(pulse));
}

/// Returns where this OS thread notes its executions.
pub(crate) fn of_this_thread(task: &Task) -> Arc<Pulse> {
    PULSE.with_borrow_mut(|pulse| pulse.get_or_insert_with(|| Pulse::new(task)).clone())
}

/// Sets `pulse` to where this OS thread notes its executions.
pub(crate) fn renew(pulse: &mut Arc<Pulse>, task: &Task) {
    let is_same = PULSE.with_borrow(|current| current.as_ref().is_some_and(|current| Arc::ptr_eq(current, pulse)));
    if !is_same {
        *pulse = of_this_thread(task);
    }
}

/// Returns whether nobody waits any more for what this OS thread finds out.
pub(crate) fn is_abandoned() -> bool {
    PULSE.with_borrow(|pulse| pulse.as_ref().is_some_and(|pulse| pulse.abandoned.load(Ordering::Relaxed)))
}

/// Returns whether the time of this OS thread is over.
pub(crate) fn is_late() -> bool {
    PULSE.with_borrow(|pulse| pulse.as_ref().is_some_and(|pulse| pulse.is_late()))
}

/// Keeps what has been found for the case that this OS thread finds nothing more, for ever.
pub(crate) fn keep(seen: &Exploration) {
    PULSE.with_borrow(|pulse| {
        if let Some(pulse) = pulse {
            *pulse.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen.clone());
        }
    });
}
