//! The lives of objects, as far as can be told without a record of the events: who has used what, whose
//! life has ended, and whether each use is known to have come before that end.
//!
//! Known are the orders that no schedule changes, by spawning and joining threads, and that of the drops
//! of one `Arc`. Where they do not suffice, the execution is suspect: it is run again with a record, in
//! which `execution::races` looks for an order by all that hands one on.

use std::panic::Location;

use super::cooperative::State;
use crate::execution::{Aside, AsideKind, ObjectId, Operation, ThreadId};
use crate::failure::{Access, Failure};
use crate::kernel::Pending;

/// How many threads have their numbers in place.
const FEW: usize = 8;

/// For each thread, a number of its steps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    first: [u32; FEW],
    more: Vec<u32>,
}

impl Counts {
    fn of(&self, thread: usize) -> u32 {
        let count = if thread < FEW { self.first.get(thread) } else { self.more.get(thread - FEW) };
        count.copied().unwrap_or(0)
    }

    #[inline]
    pub(crate) fn set(&mut self, thread: usize, count: u32) {
        match self.first.get_mut(thread) {
            Some(place) => *place = count,
            None => {
                let thread = thread - FEW;
                if self.more.len() <= thread {
                    self.more.resize(thread + 1, 0);
                }
                self.more[thread] = count;
            }
        }
    }

    pub(crate) fn join(&mut self, other: &Self) {
        if self.more.len() < other.more.len() {
            self.more.resize(other.more.len(), 0);
        }
        let own = self.first.iter_mut().chain(&mut self.more);
        for (own, other) in own.zip(other.first.iter().chain(&other.more)) {
            *own = (*own).max(*other);
        }
    }

    /// Returns whether none of these is more than that of `other`, but for `thread`.
    pub(crate) fn is_within(&self, other: &Self, thread: ThreadId) -> bool {
        let mut counts = self.first.iter().chain(&self.more).enumerate();
        counts.all(|(index, &count)| index == thread.index() || count <= other.of(index))
    }
}

/// What is known of a thread.
#[derive(Clone, Debug, Default)]
struct Thread {
    steps: u32,
    last_at: Option<&'static Location<'static>>,
    /// What comes before it by spawning and joining.
    joined: Counts,
    /// The same, and what does by dropping `Arc`s; none as long as that is all.
    ordered: Option<Box<Counts>>,
    /// What was known when its closure returned, if the destructors of thread-locals have run since.
    finish: Option<Box<Self>>,
}

impl Thread {
    fn ordered(&self) -> &Counts {
        self.ordered.as_deref().unwrap_or(&self.joined)
    }

    /// Notes that another thread, which has taken so many steps and knows what `other` says, comes before.
    fn join(&mut self, thread: usize, other: &Self) {
        if self.ordered.is_some() || other.ordered.is_some() {
            let mut ordered = self.ordered.take().unwrap_or_else(|| Box::new(self.joined.clone()));
            ordered.join(other.ordered());
            ordered.set(thread, other.steps);
            self.ordered = Some(ordered);
        }
        self.joined.join(&other.joined);
        self.joined.set(thread, other.steps);
    }
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
                let Thread { joined, ordered, .. } = self.thread(me);
                let (mut joined, mut ordered) = (joined.clone(), ordered.clone());
                joined.set(me.index(), step);
                ordered.iter_mut().for_each(|ordered| ordered.set(me.index(), step));
                let child = self.thread(child);
                (child.joined, child.ordered) = (joined, ordered);
            }
            Operation::Finish => self.thread(me).finish = Some(Box::new(self.thread(me).clone())),
            Operation::AwaitFinish { thread } if self.thread(thread).finish.is_some() => {
                let other = self.thread(thread).finish.take();
                if let Some(other) = &other {
                    self.thread(me).join(thread.index(), other);
                }
                self.thread(thread).finish = other;
            }
            Operation::Join { thread } | Operation::AwaitFinish { thread } => {
                let other = std::mem::take(self.thread(thread));
                self.thread(me).join(thread.index(), &other);
                *self.thread(thread) = other;
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

    /// Returns whether any object's life has ended.
    #[inline]
    pub(crate) fn has_ends(&self) -> bool {
        !self.ends.is_empty()
    }

    /// Returns the failure that it is if `me` uses an object whose life has ended.
    #[cold]
    pub(crate) fn use_after_end(&self, me: ThreadId, pending: &Pending) -> Option<Failure> {
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
        let ordered = self.threads[me.index()].ordered();
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
        handed.join(thread.ordered());
        let steps = thread.steps.max(handed.of(me.index()));
        handed.set(me.index(), steps);
        if is_last {
            let ordered = thread.ordered.get_or_insert_with(|| Box::new(thread.joined.clone()));
            ordered.join(handed);
        }
    }

    /// Returns whether a use of an object may have come after the end of its life in another order.
    pub(crate) fn is_suspect(&self) -> bool {
        self.is_suspect
    }
}

impl State {
    /// Returns the failure that it is if `me` uses an object whose life has ended.
    #[inline]
    pub(super) fn use_after_end(&self, me: ThreadId, pending: &Pending) -> Option<Box<Failure>> {
        let lifetimes = self.lifetimes.borrow();
        if lifetimes.has_ends() { lifetimes.use_after_end(me, pending).map(Box::new) } else { None }
    }

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
