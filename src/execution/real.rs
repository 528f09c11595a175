//! An execution on real threads, as the facade sees it: it tells what each thread is doing, in a place
//! that no other thread contends for, holds threads up now and then, and gives statics values of their
//! own.

use std::collections::HashMap;
use std::panic::Location;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::backend::next_epoch;
use super::context;
use super::erased::Erased;
use super::panics::FatalPanics;
use crate::failure::{Failure, LastSeen};
use crate::trace::{ObjectKind, Operation, PanicRecord, ThreadId};

/// What one thread is doing.
#[derive(Debug, Default)]
struct Slot {
    name: Option<String>,
    last: Option<(Operation, Option<ObjectKind>, &'static Location<'static>)>,
    completed: bool,
    ended: bool,
}

/// A real execution: shared by its threads, and by the engine that watches them.
#[derive(Debug)]
pub(crate) struct RealExecution {
    pub(crate) epoch: u64,
    seed: u64,
    slots: Mutex<Vec<Arc<Mutex<Slot>>>>,
    panics: Mutex<(Vec<PanicRecord>, FatalPanics)>,
    /// What ended the execution before its time.
    stopped: Mutex<Option<Failure>>,
    /// Statics, which several executions may use at the same time, by address: each execution has
    /// its own values.
    statics: Mutex<HashMap<usize, Arc<AtomicU64>>>,
    values: Mutex<HashMap<(usize, &'static str), Erased>>,
    /// Set once nobody waits for this execution any more: what is left of it stops where it is.
    abandoned: AtomicBool,
}

/// A thread of a real execution, as the facade sees it.
#[derive(Clone, Debug)]
pub(crate) struct RealThread {
    pub(crate) id: ThreadId,
    slot: Arc<Mutex<Slot>>,
}

thread_local! {
    static THREAD: std::cell::RefCell<Option<(RealThread, StdRng)>> = const { std::cell::RefCell::new(None) };
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RealExecution {
    /// Returns a new execution, whose delays are drawn from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            epoch: next_epoch(),
            seed,
            slots: Mutex::default(),
            panics: Mutex::default(),
            stopped: Mutex::default(),
            statics: Mutex::default(),
            values: Mutex::default(),
            abandoned: AtomicBool::new(false),
        }
    }

    /// Adds a thread.
    pub(crate) fn add_thread(&self, name: Option<String>) -> RealThread {
        let slot = Arc::new(Mutex::new(Slot { name, ..Slot::default() }));
        let mut slots = lock(&self.slots);
        let id = ThreadId(u32::try_from(slots.len()).expect("fewer than 2^32 threads"));
        slots.push(Arc::clone(&slot));
        RealThread { id, slot }
    }

    /// Runs `body` as that thread, on the OS thread that calls.
    pub(crate) fn run_thread<R>(self: &Arc<Self>, thread: RealThread, body: impl FnOnce() -> R) -> R {
        struct End(Arc<Mutex<Slot>>);
        impl Drop for End {
            fn drop(&mut self) {
                lock(&self.0).ended = true;
            }
        }
        let rng = StdRng::seed_from_u64(self.seed ^ (u64::from(thread.id.0) << 32));
        let _end = End(Arc::clone(&thread.slot));
        THREAD.set(Some((thread, rng)));
        context::enter_real(Arc::clone(self), body)
    }

    fn current(&self) -> ThreadId {
        THREAD.with_borrow(|thread| thread.as_ref().map_or(ThreadId::MAIN, |(thread, _)| thread.id))
    }

    /// Notes a panic of the calling thread.
    pub(crate) fn record_panic(&self, message: String, location: String) {
        let thread = self.current();
        lock(&self.panics).0.push(PanicRecord { thread, message, location, events_before: 0, nested: false });
    }

    /// Notes that the calling thread ended with a panic.
    pub(crate) fn note_fatal_panic(&self) {
        let mut panics = lock(&self.panics);
        let (records, fatal) = &mut *panics;
        fatal.note(self.current(), records);
    }

    /// Notes that a panic that ended `thread` was received by a `join`.
    pub(crate) fn note_received(&self, thread: ThreadId) {
        lock(&self.panics).1.note_received(thread);
    }

    /// Ends the execution with a failure: the calling thread goes no further.
    pub(crate) fn halt(&self, failure: Failure) -> ! {
        lock(&self.stopped).get_or_insert(failure);
        self.abandoned.store(true, Ordering::Relaxed);
        loop {
            thread::park();
        }
    }

    /// Returns this execution's own cell for a static atomic.
    pub(crate) fn static_cell(&self, address: usize, initial: u64) -> Arc<AtomicU64> {
        Arc::clone(lock(&self.statics).entry(address).or_insert_with(|| Arc::new(AtomicU64::new(initial))))
    }

    /// Returns this execution's own value for a static of that address and type, which lives as long
    /// as the execution.
    pub(crate) fn static_value(&self, key: (usize, &'static str), make: impl FnOnce() -> Erased) -> NonNull<()> {
        lock(&self.values).entry(key).or_insert_with(make).pointer()
    }

    /// Tells that the calling thread is about to do `operation`, and sometimes holds it up for a
    /// little.
    pub(crate) fn before(
        &self,
        operation: Operation,
        object: Option<ObjectKind>,
        location: &'static Location<'static>,
    ) {
        if self.abandoned.load(Ordering::Relaxed) {
            loop {
                thread::park();
            }
        }
        THREAD.with_borrow_mut(|thread| {
            let Some((thread, rng)) = thread else { return };
            {
                let mut slot = lock(&thread.slot);
                slot.last = Some((operation, object, location));
                slot.completed = false;
            }
            perturb(rng);
        });
    }

    /// Tells that the operation last announced has come to its end.
    pub(crate) fn after(&self) {
        THREAD.with_borrow(|thread| {
            if let Some((thread, _)) = thread {
                lock(&thread.slot).completed = true;
            }
        });
    }

    /// Returns whether the execution was ended from within.
    pub(crate) fn is_stopped(&self) -> bool {
        lock(&self.stopped).is_some()
    }

    /// Gives the execution up: what is left of it stops at its next operation.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }

    /// Draws one of `options`.
    pub(crate) fn choose(&self, options: u32) -> u32 {
        THREAD.with_borrow_mut(|thread| thread.as_mut().map_or(0, |(_, rng)| rng.random_range(0..options)))
    }

    /// Gives threads that outlive the main one a moment to end: a panic of theirs counts, but a thread
    /// that waits for ever is no reason to wait for it.
    pub(crate) fn await_stragglers(&self) {
        let begun = Instant::now();
        while begun.elapsed() < STRAGGLERS_MAX && !lock(&self.slots).iter().all(|slot| lock(slot).ended) {
            thread::yield_now();
        }
    }

    /// Returns what each thread that has not ended was last seen doing.
    pub(crate) fn last_seen(&self) -> Vec<LastSeen> {
        let slots = lock(&self.slots);
        slots
            .iter()
            .enumerate()
            .filter_map(|(number, slot)| {
                let slot = lock(slot);
                (!slot.ended).then(|| LastSeen {
                    thread: slot.name.clone().unwrap_or_else(|| format!("thread {number}")),
                    operation: slot.last,
                    completed: slot.completed,
                })
            })
            .collect()
    }

    /// Returns what is wrong with the execution, if anything is.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let panics = lock(&self.panics);
        lock(&self.stopped).take().or_else(|| panics.1.failure(&panics.0).map(Failure::Panic))
    }
}

/// Mostly nothing; sometimes a yield, a short spin, or a very short sleep, so that threads meet in
/// other places than they would.
fn perturb(rng: &mut StdRng) {
    match rng.random_range(0..32_u32) {
        0..4 => thread::yield_now(),
        4..7 => {
            for _ in 0..rng.random_range(1..200_u32) {
                std::hint::spin_loop();
            }
        }
        7 => thread::sleep(Duration::from_micros(rng.random_range(1..50))),
        _ => {}
    }
}

/// How long threads that outlive the main one are waited for.
const STRAGGLERS_MAX: Duration = Duration::from_millis(10);
