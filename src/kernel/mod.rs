//! The kernel: the semantics of every primitive, as small state machines whose enabled operations an engine can see
//! before it chooses one. Atomics have their latest value, or under the language's memory model whichever of their
//! stores a load may read (see `memory`).
//!
//! The kernel runs nothing and chooses nothing. A runtime (`runtime::coroutine`, or shuttle's through
//! `engine::shuttle`) tells it what each thread is about to do, asks which threads can go on and in
//! how many ways, and lets one of them take its step. So a schedule means the same on every runtime.
//!
//! **Invariant:** the kernel knows no engine, and nothing here blocks, prints or allocates a thread.

mod access;
mod arc;
pub(crate) mod atomic;
mod barrier;
mod cell;
mod channel;
mod condvar;
mod deadlock;
mod footprint;
mod history;
mod language;
mod memory;
mod mutex;
mod object;
mod once;
mod rwlock;
mod ways;

use std::hash::{Hash, Hasher};
use std::panic::Location;
use std::sync::atomic::Ordering;

use crate::execution::backend::NewObject;
use crate::failure::Failure;
use crate::trace::{ObjectId, Operation, Response, ThreadId};
pub(crate) use access::{Access, Footprint, Target, dependent};
use condvar::Condvar;
#[cfg(feature = "loom")]
pub(crate) use deadlock::deadlock;
use history::History;
pub(crate) use history::Sight;
use memory::Memory;
pub(crate) use memory::{StoreName, access_of_value};
use mutex::Mutex;
pub(crate) use object::Object;
pub(crate) use ways::Ways;

/// An operation that a thread is about to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pending {
    pub(crate) object: Option<ObjectId>,
    pub(crate) operation: Operation,
    pub(crate) location: &'static Location<'static>,
}

/// What a thread is doing.
#[derive(Clone, Debug, Default)]
struct Thread {
    /// None while the thread runs its own code, and after its end.
    pending: Option<Pending>,
    exited: bool,
    /// Whether its closure has returned.
    finished: bool,
    park_token: bool,
    /// Whether it has passed a release fence.
    fenced: bool,
    /// Whether it reads the newest stores until it gives up its turn again.
    reads_newest: bool,
    history: History,
    /// How many of its waits have ended for no reason.
    spurious: u32,
    /// How many of its exchanges have failed for no reason.
    failures: u32,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The operation took effect, with this response.
    Done(Response),
    /// It took effect in part; the thread is now about to do this.
    Continue(Response, Operation),
}

/// The state of all threads and objects of one execution.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kernel {
    threads: Vec<Thread>,
    objects: Vec<Object>,
    /// What the objects were at first.
    made: Vec<NewObject>,
    /// For each object, a digest of the past of those who touched it; kept with the histories.
    digests: Vec<u64>,
    keeps_histories: bool,
    is_lenient: bool,
    /// Whether a thread that waits for a change does not go on at all: what it sees in another round it also sees in an
    /// execution in which that comes after the round which led it to where it is.
    waits_for_good: bool,
    looks_for_weak_orderings: bool,
    /// How many waits of each thread may end for no reason.
    spurious_max: u32,
    /// How many exchanges of each thread may fail for no reason.
    failures_max: u32,
    /// The graph of the language's memory model; none for sequential consistency.
    memory: Option<Box<Memory>>,
    /// That of a former execution, whose memory the next one uses.
    former_memory: Option<Box<Memory>>,
}

impl Kernel {
    /// Returns the state at the start: the main thread, and no objects.
    pub(crate) fn new() -> Self {
        Self {
            threads: vec![Thread::default()],
            objects: Vec::new(),
            made: Vec::new(),
            digests: Vec::new(),
            keeps_histories: false,
            is_lenient: false,
            waits_for_good: false,
            looks_for_weak_orderings: false,
            spurious_max: 0,
            failures_max: 0,
            memory: None,
            former_memory: None,
        }
    }

    /// Goes back to the start.
    pub(crate) fn restart(&mut self) {
        self.threads.clear();
        self.threads.push(Thread::default());
        self.objects.clear();
        self.made.clear();
        self.digests.clear();
        self.keeps_histories = false;
        self.is_lenient = false;
        self.waits_for_good = false;
        self.looks_for_weak_orderings = false;
        self.spurious_max = 0;
        self.failures_max = 0;
        self.former_memory = self.memory.take().or_else(|| self.former_memory.take());
    }

    pub(crate) fn add_object(&mut self, object: NewObject) {
        self.objects.push(Object::new(object));
        self.made.push(object);
        self.digests.push(0);
        if let Some(memory) = &mut self.memory {
            memory.add_object(object);
        }
    }

    pub(crate) fn thread_count(&self) -> usize {
        self.threads.len()
    }

    /// Returns all threads, in the order in which they were spawned.
    pub(crate) fn thread_ids(&self) -> impl Iterator<Item = ThreadId> + Clone + use<> {
        (0..u32::try_from(self.threads.len()).expect("fewer than 2^32 threads")).map(ThreadId)
    }

    /// Hashes the state of all objects, and what threads are about to do.
    pub(crate) fn hash_state(&self, hasher: &mut impl Hasher) {
        self.objects.hash(hasher);
        if let Some(memory) = &self.memory {
            memory.hash_state(self.thread_ids(), hasher);
        }
        for thread in &self.threads {
            let pending = thread
                .pending
                .map(|Pending { object, operation, location }| (object, operation, std::ptr::from_ref(location)));
            (pending, thread.exited, thread.park_token).hash(hasher);
        }
    }

    pub(crate) fn exited(&self, thread: ThreadId) -> bool {
        self.threads[thread.index()].exited
    }

    pub(crate) fn finished(&self, thread: ThreadId) -> bool {
        self.threads[thread.index()].finished
    }

    pub(crate) fn all_exited(&self) -> bool {
        self.threads.iter().all(|thread| thread.exited)
    }

    /// Lets so many waits of each thread end for no reason.
    pub(crate) fn allow_spurious_wakeups(&mut self, most: u32) {
        self.spurious_max = most;
    }

    /// Lets so many weak exchanges of each thread fail for no reason.
    pub(crate) fn allow_spurious_failures(&mut self, most: u32) {
        self.failures_max = most;
    }

    /// Returns whether the next weak exchange of `thread` may fail for no reason.
    pub(crate) fn may_fail(&self, thread: ThreadId) -> bool {
        self.threads[thread.index()].failures < self.failures_max
    }

    /// Makes known what `thread` is about to do.
    pub(crate) fn announce(&mut self, thread: ThreadId, pending: Pending) {
        self.threads[thread.index()].pending = Some(pending);
    }

    pub(crate) fn pending(&self, thread: ThreadId) -> Option<&Pending> {
        self.threads[thread.index()].pending.as_ref()
    }

    /// Lets `thread` take its next step, in the way numbered `alternative`.
    ///
    /// # Errors
    ///
    /// The failure that the step itself is, such as a data race.
    #[inline]
    pub(crate) fn step(&mut self, thread: ThreadId, alternative: u32) -> Result<Step, Failure> {
        // The most common steps by far are quickly taken.
        let state = &mut self.threads[thread.index()];
        if let Some(Pending { object: Some(object), operation, .. }) = &state.pending
            && let Object::Atomic(atomic) = &mut self.objects[object.index()]
            && !self.keeps_histories
            && self.memory.is_none()
        {
            let response = atomic.apply(*operation);
            state.pending = None;
            return Ok(Step::Done(response));
        }
        self.step_slowly(thread, alternative)
    }

    fn step_slowly(&mut self, thread: ThreadId, alternative: u32) -> Result<Step, Failure> {
        let pending = self.threads[thread.index()].pending.take().expect("a pending operation");
        let child = ThreadId(u32::try_from(self.threads.len()).expect("fewer than 2^32 threads"));
        let step = self.apply(thread, alternative, pending)?;
        self.note_in_memory(thread, child, pending, step);
        if self.keeps_histories {
            let (Step::Done(response) | Step::Continue(response, _)) = step;
            self.note_history(thread, pending, response);
        }
        if let Step::Continue(_, operation) = step {
            let object = match operation {
                // A wait that timed out goes on with the mutex alone.
                Operation::Lock => match pending.operation {
                    Operation::Wake { mutex, .. } => Some(mutex),
                    _ => pending.object,
                },
                _ => pending.object,
            };
            self.announce(thread, Pending { object, operation, ..pending });
        }
        Ok(step)
    }

    fn apply(&mut self, thread: ThreadId, alternative: u32, pending: Pending) -> Result<Step, Failure> {
        let Pending { object, operation, location } = pending;
        let response = match (operation, object) {
            (Operation::Choose { .. }, _) => Response::Value(u64::from(alternative)),
            (Operation::MayFail, _) => {
                self.threads[thread.index()].failures += alternative;
                Response::Answer(alternative == 1)
            }
            (Operation::Spawn { .. }, _) => {
                let digest = self.threads[thread.index()].history.digest;
                let history = History { digest: digest.wrapping_add(self.threads.len() as u64), ..History::default() };
                self.threads.push(Thread { history, ..Thread::default() });
                Response::Done
            }
            (Operation::Finish, _) => {
                self.threads[thread.index()].finished = true;
                Response::Done
            }
            (Operation::Exit, _) => {
                self.threads[thread.index()].finished = true;
                self.threads[thread.index()].exited = true;
                Response::Done
            }
            (Operation::Fence { order }, _) => {
                let releases = matches!(order, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst);
                self.threads[thread.index()].fenced |= releases;
                Response::Done
            }
            (Operation::IsFinished { thread: other }, _) => Response::Answer(self.finished(other)),
            (Operation::Park { .. }, _) => {
                let woken = std::mem::take(&mut self.threads[thread.index()].park_token);
                if woken { Response::Done } else { Response::TimedOut }
            }
            (Operation::Unpark { thread: other }, _) => {
                self.threads[other.index()].park_token = true;
                Response::Done
            }
            (operation, None) => {
                if operation.yields() {
                    self.threads[thread.index()].reads_newest = self.is_to_read_newest(thread);
                }
                Response::Done
            }
            (Operation::Wait { .. } | Operation::Wake { .. }, Some(object)) => {
                return Ok(self.apply_wait(thread, alternative, object, operation));
            }
            (_, Some(object)) if self.memory.is_some() && self.is_atomic(object) => {
                self.access_memory(thread, object, operation, alternative)
            }
            (_, Some(object)) => {
                let response = self.objects[object.index()].apply(thread, object, operation, location)?;
                let waits = matches!(operation, Operation::Write | Operation::Receive { .. });
                if waits && response == Response::WouldBlock {
                    // The writer has queued, the receiver has arrived.
                    return Ok(Step::Continue(response, operation));
                }
                response
            }
        };
        Ok(Step::Done(response))
    }

    fn apply_wait(&mut self, thread: ThreadId, alternative: u32, object: ObjectId, operation: Operation) -> Step {
        match operation {
            Operation::Wait { mutex, timed } => {
                self.mutex(mutex).apply(thread, Operation::Unlock { poison: false });
                self.condvar(object).wait(thread);
                Step::Continue(Response::Done, Operation::Wake { mutex, timed })
            }
            Operation::Wake { mutex, timed } => {
                let open = self.wake_alternatives(thread, Some(object), mutex, timed);
                let way = (0..3).filter(|&way| open[way]).nth(alternative as usize);
                match way {
                    Some(0) => {
                        self.condvar(object).wake(thread);
                        Step::Done(self.mutex(mutex).apply(thread, Operation::Lock))
                    }
                    Some(1) => {
                        self.condvar(object).leave(thread);
                        Step::Continue(Response::TimedOut, Operation::Lock)
                    }
                    _ => {
                        self.threads[thread.index()].spurious += 1;
                        self.condvar(object).leave(thread);
                        Step::Continue(Response::Done, Operation::Lock)
                    }
                }
            }
            other => unreachable!("{other:?} is no wait"),
        }
    }

    fn mutex(&mut self, object: ObjectId) -> &mut Mutex {
        match &mut self.objects[object.index()] {
            Object::Mutex(mutex) => mutex,
            other => unreachable!("{other:?} is no mutex"),
        }
    }

    fn condvar(&mut self, object: ObjectId) -> &mut Condvar {
        match &mut self.objects[object.index()] {
            Object::Condvar(condvar) => condvar,
            other => unreachable!("{other:?} is no condition variable"),
        }
    }
}
