//! The ways in which a thread can take its next step, by names that do not depend on which others there
//! are: for a wait on a condition variable 0 to be woken, 1 to time out and 2 to end for no reason.

use std::rc::Rc;

use super::{Kernel, Object, Pending};
use crate::trace::{ObjectId, Operation, ThreadId};

/// A set of ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ways {
    /// All below a number.
    Below(u32),
    /// Those of a wait on a condition variable that are open.
    OfWake([bool; 3]),
    /// Those of an access to an atomic under the language's memory model, newest first: the name of the store that it
    /// reads from, or that its own comes right after.
    OfMemory(Rc<[u32]>),
}

impl Ways {
    /// Returns the ways in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        let (end, open, of_memory): (u32, _, &[u32]) = match self {
            Self::Below(end) => (*end, [true; 3], &[]),
            Self::OfWake(open) => (3, *open, &[]),
            Self::OfMemory(ways) => (0, [true; 3], ways),
        };
        let others = (0..end).filter(move |&way| open.get(way as usize).is_none_or(|&open| open));
        of_memory.iter().copied().chain(others)
    }

    /// Returns the number of the alternative that `way` is among these; none if it is not one of them.
    pub(crate) fn alternative(&self, way: u32) -> Option<u32> {
        match self {
            Self::Below(end) => (way < *end).then_some(way),
            Self::OfWake(open) => {
                let is_open = open.get(way as usize).is_some_and(|&open| open);
                is_open.then(|| (0..way).map(|before| u32::from(open[before as usize])).sum())
            }
            Self::OfMemory(ways) => ways.iter().position(|&other| other == way).map(number),
        }
    }

    /// Returns how many there are.
    pub(crate) fn count(&self) -> u32 {
        match self {
            Self::Below(end) => *end,
            Self::OfWake(open) => open.iter().copied().map(u32::from).sum(),
            Self::OfMemory(ways) => number(ways.len()),
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than 2^32 stores")
}

impl Kernel {
    /// Returns in how many ways `thread` can take its next step: 0 if it has to wait. A timed
    /// operation that may time out has one way more, and a choice as many as it has options.
    pub(crate) fn alternatives(&self, thread: ThreadId) -> u32 {
        self.ways(thread).count()
    }

    /// Returns how many ways a schedule has to choose from: also those that lead to a round of waiting which might as well
    /// be left out, of which not every runtime knows.
    pub(crate) fn options(&self, thread: ThreadId) -> u32 {
        match (&self.memory, self.pending(thread)) {
            (Some(memory), Some(&Pending { object: Some(object), operation, .. })) if self.is_atomic(object) => {
                number(memory.way_names(thread, object, operation).len())
            }
            _ => self.alternatives(thread),
        }
    }

    /// Returns those ways.
    #[inline]
    pub(crate) fn ways(&self, thread: ThreadId) -> Ways {
        let state = &self.threads[thread.index()];
        let Some(Pending { object, operation, .. }) = &state.pending else { return Ways::Below(0) };
        if let (Some(memory), Some(object)) = (&self.memory, *object)
            && self.is_atomic(object)
        {
            if state.reads_newest && !self.is_lenient {
                return Ways::OfMemory(memory.names(object).next_back().into_iter().collect());
            }
            return Ways::OfMemory(memory.way_names(thread, object, *operation));
        }
        let is_open = match (*operation, *object) {
            (operation, Some(object)) if !matches!(operation, Operation::Wake { .. }) => {
                self.objects[object.index()].enabled(thread, operation)
            }
            (Operation::Wake { mutex, timed }, _) => {
                return Ways::OfWake(self.wake_alternatives(thread, *object, mutex, timed));
            }
            (Operation::Choose { options }, _) => return Ways::Below(options),
            (Operation::MayFail, _) => return Ways::Below(2),
            (Operation::Join { thread: other }, _) => self.exited(other),
            (Operation::AwaitFinish { thread: other }, _) => self.finished(other),
            (Operation::Yield | Operation::SpinLoop | Operation::Sleep, _) => {
                self.is_lenient || !self.is_to_wait(thread)
            }
            (Operation::Park { timed }, _) => state.park_token || timed,
            _ => true,
        };
        Ways::Below(u32::from(is_open))
    }

    /// Returns the number of the alternative that `way` is, if it can be taken, of an access whose ways are those of the graph:
    /// their names are not needed for it. None if it is no such access.
    pub(super) fn alternative_of_memory(&self, thread: ThreadId, way: u32) -> Option<Option<u32>> {
        let state = &self.threads[thread.index()];
        let &Pending { object, operation, .. } = state.pending.as_ref()?;
        let (memory, object) = (self.memory.as_ref()?, object.filter(|&object| self.is_atomic(object))?);
        let is_free = !state.reads_newest || self.is_lenient;
        is_free.then(|| memory.alternative(thread, object, operation, way))
    }

    /// Returns, of a thread that can go on only by taking up a notification, on which condition variable it waits, and how many
    /// notifications there are.
    pub(crate) fn notifications(&self, thread: ThreadId) -> Option<(ObjectId, usize)> {
        let &Pending { object: Some(object), operation: Operation::Wake { mutex, timed }, .. } =
            self.pending(thread)?
        else {
            return None;
        };
        let only_woken = self.wake_alternatives(thread, Some(object), mutex, timed) == [true, false, false];
        match &self.objects[object.index()] {
            Object::Condvar(condvar) if only_woken => Some((object, condvar.notifications())),
            _ => None,
        }
    }

    /// Returns whether no thread can take a step.
    pub(crate) fn nobody_is_enabled(&self) -> bool {
        self.thread_ids().all(|thread| self.alternatives(thread) == 0)
    }

    /// Returns whether a thread is about to give up its turn, so that another is no preemption of it.
    pub(crate) fn is_giving_up(&self, thread: ThreadId) -> bool {
        self.pending(thread).is_some_and(|pending| pending.operation.yields())
    }

    /// Fills in the threads that can go on, in order of their numbers, each with its alternatives.
    pub(crate) fn enabled_threads(&self, enabled: &mut Vec<(ThreadId, u32)>) {
        enabled.clear();
        for thread in self.thread_ids() {
            let alternatives = self.alternatives(thread);
            if alternatives > 0 {
                enabled.push((thread, alternatives));
            }
        }
    }

    fn enabled_on(&self, thread: ThreadId, object: ObjectId, operation: Operation) -> bool {
        self.objects[object.index()].enabled(thread, operation)
    }

    /// Returns whether a waiter can be woken, time out, and leave for no reason.
    pub(super) fn wake_alternatives(
        &self,
        thread: ThreadId,
        condvar: Option<ObjectId>,
        mutex: ObjectId,
        timed: bool,
    ) -> [bool; 3] {
        let Some(Object::Condvar(condvar)) = condvar.map(|id| &self.objects[id.index()]) else {
            unreachable!("a wake on no condition variable")
        };
        let free = self.enabled_on(thread, mutex, Operation::Lock);
        let may_leave = condvar.may_time_out(thread);
        let spurious = self.threads[thread.index()].spurious < self.spurious_max && may_leave;
        [condvar.may_wake(thread) && free, timed && may_leave, spurious]
    }
}
