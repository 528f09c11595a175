//! The lives of objects, as far as can be told without a record of the events: who has used what, whose
//! life has ended, and whether each use is known to have come before that end.
//!
//! Known are the orders that no schedule changes, by spawning and joining threads, and that of the drops
//! of one `Arc`. Where they do not suffice, the execution is suspect: it is run again with a record, in
//! which `execution::races` looks for an order by all that hands one on.

use std::panic::Location;

use super::cooperative::State;
use crate::failure::{Access, Failure};
use crate::kernel::Pending;
use crate::trace::{Aside, AsideKind, ObjectId, Operation, ThreadId};

/// How many threads have their numbers in place.
const FEW: usize = 8;

/// For each thread, a number of its steps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    first: [u32; FEW],
    more: Vec<u32>,
}

impl Counts {
    fn restart(&mut self) {
        self.first = [0; FEW];
        self.more.clear();
    }

    #[inline]
    fn of(&self, thread: usize) -> u32 {
        let count = if thread < FEW { self.first.get(thread) } else { self.more.get(thread - FEW) };
        count.copied().unwrap_or(0)
    }

    #[inline]
    pub(crate) fn set(&mut self, thread: usize, count: u32) {
        match self.first.get_mut(thread) {
            Some(place) => *place = count,
            None => self.set_more(thread - FEW, count),
        }
    }

    #[cold]
    fn set_more(&mut self, place: usize, count: u32) {
        if self.more.len() <= place {
            self.more.resize(place + 1, 0);
        }
        self.more[place] = count;
    }

    #[inline]
    pub(crate) fn join(&mut self, other: &Self) {
        for (own, other) in self.first.iter_mut().zip(&other.first) {
            *own = (*own).max(*other);
        }
        if !other.more.is_empty() {
            self.join_more(&other.more);
        }
    }

    #[cold]
    fn join_more(&mut self, other: &[u32]) {
        if self.more.len() < other.len() {
            self.more.resize(other.len(), 0);
        }
        for (own, other) in self.more.iter_mut().zip(other) {
            *own = (*own).max(*other);
        }
    }

    /// Returns whether none of these is more than that of `other`, but for `thread`.
    pub(crate) fn is_within(&self, other: &Self, thread: ThreadId) -> bool {
        let mut few = self.first.iter().zip(&other.first).enumerate();
        let mut more = self.more.iter().enumerate();
        few.all(|(index, (count, other))| count <= other || index == thread.index())
            && more.all(|(index, &count)| count <= other.of(index + FEW) || index + FEW == thread.index())
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
    fn restart(&mut self) {
        self.steps = 0;
        self.last_at = None;
        self.joined.restart();
        (self.ordered, self.finish) = (None, None);
    }

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
    /// Those of former executions as well.
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
        self.threads.iter_mut().for_each(Thread::restart);
        self.uses.iter_mut().for_each(Counts::restart);
        self.ends.clear();
        self.is_suspect = false;
    }

    #[inline]
    fn thread(&mut self, thread: ThreadId) -> &mut Thread {
        let index = thread.index();
        if self.threads.len() <= index {
            self.add_threads(index + 1);
        }
        &mut self.threads[index]
    }

    #[cold]
    fn add_threads(&mut self, threads: usize) {
        self.threads.resize_with(threads, Thread::default);
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
            Operation::Spawn { child } => self.spawned(me, child, step),
            Operation::Finish => self.thread(me).finish = Some(Box::new(self.thread(me).clone())),
            Operation::Join { thread } | Operation::AwaitFinish { thread } => {
                self.thread(thread);
                let Ok([me, other]) = self.threads.get_disjoint_mut([me.index(), thread.index()]) else { return };
                let finish = matches!(pending.operation, Operation::AwaitFinish { .. }).then_some(&other.finish);
                me.join(thread.index(), finish.and_then(Option::as_deref).unwrap_or(other));
            }
            _ => {}
        }
    }

    fn spawned(&mut self, me: ThreadId, child: ThreadId, step: u32) {
        self.thread(child);
        let Ok([me_known, child]) = self.threads.get_disjoint_mut([me.index(), child.index()]) else { return };
        child.joined.clone_from(&me_known.joined);
        child.joined.set(me.index(), step);
        child.ordered.clone_from(&me_known.ordered);
        if let Some(ordered) = &mut child.ordered {
            ordered.set(me.index(), step);
        }
    }

    #[inline]
    fn used(&mut self, me: ThreadId, object: ObjectId, step: u32) {
        if self.uses.len() <= object.index() {
            self.add_uses(object.index() + 1);
        }
        self.uses[object.index()].set(me.index(), step);
    }

    #[cold]
    fn add_uses(&mut self, objects: usize) {
        self.uses.resize_with(objects, Counts::default);
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
    pub(super) fn use_after_end(
        &self,
        me: ThreadId,
        object: Option<ObjectId>,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> Option<Box<Failure>> {
        let lifetimes = self.lifetimes.borrow();
        // By its parts: a reference to the whole would keep it in memory on the way that nearly all go.
        let of_parts = || lifetimes.use_after_end(me, &Pending { object, operation, location }).map(Box::new);
        if lifetimes.has_ends() { of_parts() } else { None }
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
