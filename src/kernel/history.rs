//! What each thread has seen since it last gave up its turn, and what it waits to see changed.
//!
//! A thread that gives up its turn in a loop that has no effect waits until something that it reads
//! would answer otherwise: until then it cannot go on, so that such a loop is explored exactly and a
//! livelock is told from a long wait. That the loop has no effect is found by the runtime (see
//! `runtime::awaiting`).

use std::panic::Location;
use std::rc::Rc;

use super::access::{Access, Target};
use super::{Footprint, Kernel, Object, Pending};
use crate::fast::mix;
use crate::trace::{AtomicKind, ObjectId, Operation, Response, ThreadId};

/// Something that was seen: an operation that changed nothing, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) object: Option<ObjectId>,
    pub(crate) operation: Operation,
    pub(crate) response: Response,
    /// Under the language's memory model, the newest store to the atomic, if that was read.
    pub(crate) newest: Option<u32>,
}

/// What a thread has seen.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Since it last gave up its turn.
    pub(super) seen: Vec<Sight>,
    /// Where and in which states it has given up its turn, since it last did something that changes anything.
    pub(super) given_up: Vec<(&'static Location<'static>, u64)>,
    /// What has to change before it goes on.
    pub(super) awaits: Option<Rc<[Sight]>>,
    /// A digest of all that could have had an influence on it, and of what those knew who unparked it.
    pub(super) digest: u64,
    pub(super) tokens: u64,
}

impl Kernel {
    /// Begins to keep histories; they are not needed where no thread gives up its turn.
    pub(crate) fn keep_histories(&mut self) {
        self.keeps_histories = true;
    }

    pub(crate) fn keeps_histories(&self) -> bool {
        self.keeps_histories
    }

    /// Lets threads that wait for a change go on without one, as in executions of other engines.
    pub(crate) fn be_lenient(&mut self) {
        self.is_lenient = true;
    }

    /// Returns what would come of `operation` if `thread` did it now, where that changes nothing at all.
    pub(crate) fn sight(&self, thread: ThreadId, object: Option<ObjectId>, operation: Operation) -> Option<Response> {
        match (operation, object) {
            (Operation::Fence { .. }, _) => Some(Response::Done),
            (Operation::IsFinished { thread: other }, _) => Some(Response::Answer(self.finished(other))),
            (_, Some(object)) => {
                let state = &self.objects[object.index()];
                let changes_nothing = match state {
                    Object::Atomic(atomic) => atomic.leaves(operation),
                    Object::Cell(_) => false,
                    _ => matches!(
                        state.access(thread, operation, false),
                        Access::Read
                            | Access::Poll
                            | Access::Count
                            | Access::RefuseWrite
                            | Access::Empty(_)
                            | Access::Full { .. }
                            | Access::Closed
                            | Access::Drained
                    ),
                };
                if !changes_nothing || !state.enabled(thread, operation) {
                    return None;
                }
                let location = std::panic::Location::caller();
                state.clone().apply(thread, object, operation, location).ok()
            }
            (_, None) => None,
        }
    }

    /// Returns what the thread has seen since it last gave up its turn, and the digest of its past.
    pub(crate) fn sights(&self, thread: ThreadId) -> (Vec<Sight>, u64) {
        let History { seen, digest, .. } = &self.threads[thread.index()].history;
        (seen.clone(), *digest)
    }

    /// Lets `thread`, which gives up its turn, wait until one of `sights` changes.
    pub(crate) fn wait_for_change(&mut self, thread: ThreadId, sights: Vec<Sight>) {
        self.threads[thread.index()].history.awaits = Some(sights.into());
    }

    /// Returns what `thread` waits to see changed, if it waits.
    pub(crate) fn awaits(&self, thread: ThreadId) -> Option<Rc<[Sight]>> {
        self.threads[thread.index()].history.awaits.clone()
    }

    /// Lets threads that wait for a change not go on when it comes.
    pub(crate) fn let_wait_for_good(&mut self) {
        self.waits_for_good = true;
    }

    /// Returns whether `thread`, which gives up its turn there in this local state, may be found to wait. Where that is for
    /// good it has to have been there in that state before, and to have changed nothing since: the rounds in between can be
    /// left out. A round that led there from another state cannot, as it may be what made it another one.
    pub(crate) fn may_wait(&mut self, thread: ThreadId, location: &'static Location<'static>, local: u64) -> bool {
        if !self.waits_for_good {
            return true;
        }
        let given_up = &mut self.threads[thread.index()].history.given_up;
        let was_there = given_up.contains(&(location, local));
        if !was_there {
            given_up.push((location, local));
        }
        was_there
    }

    /// Returns whether `thread` waits, and does not go on now.
    pub(super) fn is_to_wait(&self, thread: ThreadId) -> bool {
        let waits = self.threads[thread.index()].history.awaits.is_some();
        waits && (self.waits_for_good || self.waits_in_vain(thread))
    }

    /// Returns whether a thread that waits could go on.
    pub(crate) fn someone_could_go_on(&self) -> bool {
        self.thread_ids().any(|thread| self.awaits(thread).is_some() && !self.waits_in_vain(thread))
    }

    /// Returns whether `thread` waits for something to change that has not.
    pub(crate) fn waits_in_vain(&self, thread: ThreadId) -> bool {
        let Some(awaits) = &self.threads[thread.index()].history.awaits else { return false };
        !self.would_go_on(thread, awaits)
    }

    /// Returns whether `thread`, with `awaits` to see changed, could go on in this state.
    pub(crate) fn would_go_on(&self, thread: ThreadId, awaits: &[Sight]) -> bool {
        awaits.iter().any(|sight| match self.newest_store(sight.object) {
            // Who has read an older store goes on: every store is seen at last.
            Some(newest) => sight.newest != Some(newest),
            None => self.sight(thread, sight.object, sight.operation) != Some(sight.response),
        })
    }

    /// Returns the newest store to an object that is an atomic of the language's memory model, as far as one can be told
    /// from the one before.
    pub(crate) fn newest_store(&self, object: Option<ObjectId>) -> Option<u32> {
        let memory = self.memory.as_ref()?;
        object.filter(|&object| self.is_atomic(object)).map(|object| memory.newest_name(object))
    }

    /// Returns whether a thread, which gives up its turn, waits to see changed what it has read of older stores than the
    /// newest: its next round reads the newest. Rounds without effect that read older ones could as well have been left
    /// out, so that nothing is lost.
    pub(super) fn is_to_read_newest(&self, thread: ThreadId) -> bool {
        let awaits = &self.threads[thread.index()].history.awaits;
        let is_old = |sight: &Sight| sight.newest.is_none() && self.newest_store(sight.object).is_some();
        awaits.as_ref().is_some_and(|awaits| awaits.iter().any(is_old))
    }

    /// Returns whether an operation that had this response changed nothing.
    fn changed_nothing(&self, thread: ThreadId, pending: Pending, response: Response) -> bool {
        let Pending { object, operation, .. } = pending;
        match (self.newest_store(object), &self.memory) {
            (Some(_), Some(memory)) => memory.last_is_idle(),
            _ => self.sight(thread, object, operation) == Some(response),
        }
    }

    /// Notes what came of the step that `thread` has just taken.
    pub(super) fn note_history(&mut self, thread: ThreadId, pending: Pending, response: Response) {
        let Pending { object, operation, location } = pending;
        let is_pointer = object.is_some_and(|object| {
            let made = self.made.get(object.index());
            matches!(made, Some(crate::execution::backend::NewObject::Atomic(AtomicKind::Pointer, _)))
        });
        let said = match response {
            // Addresses are not the same in every execution.
            Response::Value(value) | Response::Mismatch(value) if !is_pointer => value,
            Response::Acquired { poisoned } | Response::Late { poisoned } => u64::from(poisoned) + 2,
            Response::Answer(answer) => u64::from(answer) + 4,
            Response::Initialise { .. } => 6,
            Response::WouldBlock => 7,
            Response::TimedOut => 8,
            Response::Disconnected => 9,
            _ => 10,
        };
        let mut digest = mix(self.threads[thread.index()].history.digest, std::ptr::from_ref(location).addr() as u64);
        digest = mix(digest, said.wrapping_mul(2) + u64::from(matches!(response, Response::Mismatch(_))));
        // Whatever it touches may tell it something, and so may another thread.
        let (condvar_mutex, other) = match operation {
            Operation::Wait { mutex, .. } | Operation::Wake { mutex, .. } => (Some(mutex), None),
            Operation::Join { thread: other }
            | Operation::AwaitFinish { thread: other }
            | Operation::IsFinished { thread: other } => (None, Some(other)),
            _ => (None, None),
        };
        for touched in object.into_iter().chain(condvar_mutex) {
            digest = mix(digest, self.digests[touched.index()]);
        }
        if let Some(other) = other {
            digest = mix(digest, self.threads[other.index()].history.digest);
        }
        match operation {
            Operation::Unpark { thread: other } => {
                let tokens = &mut self.threads[other.index()].history.tokens;
                *tokens = mix(*tokens, digest);
            }
            Operation::Park { .. } => digest = mix(digest, self.threads[thread.index()].history.tokens),
            _ => {}
        }
        self.threads[thread.index()].history.digest = digest;
        for touched in object.into_iter().chain(condvar_mutex) {
            self.digests[touched.index()] = digest;
        }
        if operation.yields() {
            let history = &mut self.threads[thread.index()].history;
            history.seen.clear();
            history.awaits = None;
        } else if self.changed_nothing(thread, pending, response) {
            let is_old = self.memory.as_ref().is_some_and(|memory| memory.departs());
            let newest = self.newest_store(object).filter(|_| !is_old);
            let sight = Sight { object, operation, response, newest };
            let seen = &mut self.threads[thread.index()].history.seen;
            seen.retain(|seen| (seen.object, seen.operation) != (object, operation));
            seen.push(sight);
        } else {
            let history = &mut self.threads[thread.index()].history;
            history.given_up.clear();
            // What the thread has changed itself it no longer sees as it did.
            history.seen.retain(|seen| object.is_none() || seen.object != object);
        }
    }

    /// Returns what the giving up of a turn depends on: what is awaited.
    pub(super) fn yield_footprint(&self, thread: ThreadId) -> Footprint {
        let history = &self.threads[thread.index()].history;
        let mut footprint = Footprint::new();
        if self.waits_for_good {
            return footprint;
        }
        for sight in history.awaits.iter().flat_map(|awaits| awaits.iter()) {
            let touch = match (sight.operation, sight.object) {
                (Operation::IsFinished { thread: other }, _) => (Target::Finished(other), Access::Read),
                (operation, Some(object)) => {
                    // What it was when it was seen: it may be another access by now.
                    let now = self.objects[object.index()].access(thread, operation, false);
                    let access = match operation {
                        Operation::TryReceive | Operation::Receive { .. } | Operation::TrySend => now,
                        Operation::IsPoisoned | Operation::IsCompleted => Access::Poll,
                        Operation::StrongCount
                        | Operation::WeakCount
                        | Operation::IsUnique
                        | Operation::UnwrapArc
                        | Operation::Upgrade => Access::Count,
                        Operation::TryWrite => Access::RefuseWrite,
                        _ => Access::Read,
                    };
                    (Target::Object(object), access)
                }
                _ => continue,
            };
            if !footprint.contains(&touch) {
                footprint.push(touch);
            }
        }
        footprint
    }
}
