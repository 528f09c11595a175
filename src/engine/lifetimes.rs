//! The lives of objects, as far as can be told without a record of the events: who has used what, whose
//! life has ended, and whether each use is known to have come before that end.
//!
//! Known are the orders that no schedule changes, by spawning and joining threads, and that of the drops
//! of one `Arc`. Where they do not suffice, the execution is suspect: it is run again with a record, in
//! which `execution::races` looks for an order by all that hands one on.

use std::panic::Location;

use smallvec::SmallVec;

use super::cooperative::State;
use crate::execution::{Aside, AsideKind, ObjectId, Operation, ThreadId};
use crate::failure::{Access, Failure};
use crate::kernel::Pending;

/// For each thread, a number of its steps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts(SmallVec<[u32; 6]>);

impl Counts {
    fn of(&self, thread: usize) -> u32 {
        self.0.get(thread).copied().unwrap_or(0)
    }

    pub(crate) fn set(&mut self, thread: usize, count: u32) {
        if self.0.len() <= thread {
            self.0.resize(thread + 1, 0);
        }
        self.0[thread] = count;
    }

    pub(crate) fn join(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own = (*own).max(*other);
        }
    }

    /// Returns whether none of these is more than that of `other`, but for `thread`.
    pub(crate) fn is_within(&self, other: &Self, thread: ThreadId) -> bool {
        let counts = self.0.iter().enumerate();
        counts.into_iter().all(|(index, &count)| index == thread.index() || count <= other.of(index))
    }
}

/// What is known of a thread.
#[derive(Clone, Debug, Default)]
struct Thread {
    steps: u32,
    last_at: Option<&'static Location<'static>>,
    /// What comes before it by spawning and joining, and also by dropping `Arc`s.
    joined: Counts,
    ordered: Counts,
}

/// The lives of the objects of one execution.
#[derive(Debug, Default)]
pub(crate) struct Lifetimes {
    threads: Vec<Thread>,
    /// For each object, the number of the last step of each thread that used it, counted from 1.
    uses: Vec<Counts>,
    /// The ends, by object.
    ends: Vec<Option<Access>>,
    is_suspect: bool,
}

impl Lifetimes {
    /// Begins another execution.
    pub(crate) fn restart(&mut self) {
        self.threads.clear();
        self.uses.clear();
        self.ends.clear();
        self.is_suspect = false;
    }

    fn thread(&mut self, thread: ThreadId) -> &mut Thread {
        let index = thread.index();
        if self.threads.len() <= index {
            self.threads.resize_with(index + 1, Thread::default);
        }
        &mut self.threads[index]
    }

    /// Returns how many steps a thread has taken.
    pub(crate) fn steps(&mut self, thread: ThreadId) -> u32 {
        self.thread(thread).steps
    }

    /// Notes that `me` has taken a step.
    #[inline]
    pub(crate) fn stepped(&mut self, me: ThreadId, pending: &Pending) {
        let thread = self.thread(me);
        thread.steps += 1;
        thread.last_at = Some(pending.location);
        let step = thread.steps;
        if let Some(object) = pending.object {
            self.used(me, object, step);
        }
        match pending.operation {
            Operation::Wait { mutex, .. } | Operation::Wake { mutex, .. } => self.used(me, mutex, step),
            Operation::Spawn { child } => {
                let mut known = self.thread(me).joined.clone();
                known.set(me.index(), step);
                let mut ordered = self.thread(me).ordered.clone();
                ordered.set(me.index(), step);
                let child = self.thread(child);
                (child.joined, child.ordered) = (known, ordered);
            }
            Operation::Join { thread } => {
                let other = self.thread(thread).clone();
                let own = self.thread(me);
                own.joined.join(&other.joined);
                own.joined.set(thread.index(), other.steps);
                own.ordered.join(&other.ordered);
                own.ordered.set(thread.index(), other.steps);
            }
            _ => {}
        }
    }

    #[inline]
    fn used(&mut self, me: ThreadId, object: ObjectId, step: u32) {
        if self.uses.len() <= object.index() {
            self.uses.resize_with(object.index() + 1, Counts::default);
        }
        self.uses[object.index()].set(me.index(), step);
    }

    /// Returns the failure that it is if `me` uses an object whose life has ended.
    #[inline]
    pub(crate) fn use_after_end(&self, me: ThreadId, pending: &Pending) -> Option<Failure> {
        if self.ends.is_empty() {
            return None;
        }
        let mutex = match pending.operation {
            Operation::Wait { mutex, .. } | Operation::Wake { mutex, .. } => Some(mutex),
            _ => None,
        };
        let (object, freed) = pending.object.into_iter().chain(mutex).find_map(|object| {
            let end = self.ends.get(object.index())?.clone()?;
            Some((object, end))
        })?;
        let used = Access { thread: me, exclusive: pending.operation.may_write(), location: pending.location };
        Some(Failure::UseAfterFree { object, freed, used })
    }

    /// Notes that `me` ends an object's life, having last done something at `location`.
    ///
    /// # Errors
    ///
    /// The failure that it is if its life has ended before.
    pub(crate) fn end(
        &mut self,
        me: ThreadId,
        object: ObjectId,
        spawned_at: &'static Location<'static>,
    ) -> Result<&'static Location<'static>, Failure> {
        let location = self.thread(me).last_at.unwrap_or(spawned_at);
        let end = Access { thread: me, exclusive: true, location };
        if self.ends.len() <= object.index() {
            self.ends.resize(object.index() + 1, None);
        }
        let place = &mut self.ends[object.index()];
        if let Some(freed) = place.clone() {
            return Err(Failure::UseAfterFree { object, freed, used: end });
        }
        *place = Some(end);
        let ordered = &self.threads[me.index()].ordered;
        self.is_suspect |= self.uses.get(object.index()).is_some_and(|uses| !uses.is_within(ordered, me));
        Ok(location)
    }

    /// Returns what is known of the order of `me` with other threads by spawning and joining.
    pub(crate) fn joined(&mut self, me: ThreadId) -> &Counts {
        &self.thread(me).joined
    }

    /// Hands on to an `Arc`, in `handed`, what `me` knows when it drops it; and to `me` what was handed on
    /// before, if that is the last drop.
    pub(crate) fn hand_over(&mut self, me: ThreadId, handed: &mut Counts, is_last: bool) {
        let thread = self.thread(me);
        handed.join(&thread.ordered);
        let steps = thread.steps.max(handed.of(me.index()));
        handed.set(me.index(), steps);
        if is_last {
            thread.ordered.join(handed);
        }
    }

    /// Returns whether a use of an object may have come after the end of its life in another order.
    pub(crate) fn is_suspect(&self) -> bool {
        self.is_suspect
    }
}

impl State {
    /// Notes that the current thread ends an object's life.
    pub(super) fn note_end(&self, object: ObjectId) -> Result<(), Failure> {
        let me = self.execution.current.get();
        let spawned_at = self.execution.spawned_at(me);
        let location = self.lifetimes.borrow_mut().end(me, object, spawned_at)?;
        self.note_aside(AsideKind::End(object, location));
        Ok(())
    }

    /// Records something that the current thread does between events.
    pub(crate) fn note_aside(&self, what: AsideKind) {
        if self.records && !self.circling.borrow().repeats() {
            let thread = self.execution.current.get();
            let mut trace = self.execution.trace.borrow_mut();
            let events_before = trace.events.len();
            trace.asides.push(Aside { events_before, thread, what });
        }
    }
}
