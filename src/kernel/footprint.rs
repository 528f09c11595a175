//! What the next step of a thread would touch, and the state of the past that it is asked for in.

use smallvec::smallvec;

use super::access::{Access, Footprint, Target};
use super::cell::Cell;
use super::{Kernel, Memory, Object, Pending, Step};
use crate::trace::{ObjectId, Operation, Response, ThreadId};

impl Object {
    pub(crate) fn access(&self, thread: ThreadId, operation: Operation, fenced: bool) -> Access {
        match self {
            Self::Atomic(atomic) => atomic.access(operation, fenced),
            Self::Cell(_) => Cell::access(operation),
            Self::Mutex(mutex) => mutex.access(operation),
            Self::RwLock(lock) => lock.access(operation),
            Self::Condvar(_) => Access::Notify,
            Self::Barrier(barrier) => barrier.access(thread, operation),
            Self::Once(once) => once.access(operation),
            Self::Channel(channel) => channel.access(operation),
            Self::Arc(arc) => arc.access(operation),
        }
    }
}

impl Kernel {
    /// Returns what `thread`, which is about to do something, would touch if it did it now.
    pub(crate) fn footprint(&self, thread: ThreadId) -> Footprint {
        let Some(Pending { object, operation, .. }) = self.threads[thread.index()].pending else {
            return Footprint::new();
        };
        match (operation, object) {
            (Operation::Exit, _) if self.finished(thread) => smallvec![(Target::End(thread), Access::Write)],
            (Operation::Exit, _) => {
                smallvec![(Target::End(thread), Access::Write), (Target::Finished(thread), Access::Write)]
            }
            (Operation::Finish, _) => smallvec![(Target::Finished(thread), Access::Write)],
            (Operation::Join { thread: other }, _) => smallvec![(Target::End(other), Access::Read)],
            (Operation::AwaitFinish { thread: other } | Operation::IsFinished { thread: other }, _) => {
                smallvec![(Target::Finished(other), Access::Read)]
            }
            (Operation::Call { .. }, _) => smallvec![(Target::History, Access::Call)],
            (Operation::Return { .. }, _) => smallvec![(Target::History, Access::Return)],
            (operation, _) if operation.yields() => self.yield_footprint(thread),
            (Operation::Park { .. }, _) => smallvec![(Target::Token(thread), Access::Leave)],
            (Operation::Unpark { thread: other }, _) => smallvec![(Target::Token(other), Access::Notify)],
            (Operation::Wait { mutex, .. }, Some(condvar)) => {
                smallvec![(Target::Object(mutex), Access::Hold), (Target::Object(condvar), Access::Enter)]
            }
            // One that times out does not take the mutex, but could have been woken had it been free.
            (Operation::Wake { mutex, .. }, Some(condvar)) => {
                smallvec![(Target::Object(mutex), Access::Hold), (Target::Object(condvar), Access::Leave)]
            }
            (operation, Some(object)) if self.memory.is_some() && self.is_atomic(object) => {
                // What a read-modify-write finds depends on the way it is done in.
                let is_load = matches!(operation, Operation::Load { .. });
                smallvec![(Target::Object(object), if is_load { Access::Read } else { Access::Write })]
            }
            (_, Some(object)) => {
                let fenced = self.has_fenced(thread);
                smallvec![(Target::Object(object), self.objects[object.index()].access(thread, operation, fenced))]
            }
            (_, None) => Footprint::new(),
        }
    }

    /// Returns what `thread` would touch if it took its next step in this way.
    pub(crate) fn footprint_in(&self, thread: ThreadId, way: u32) -> Footprint {
        match (&self.memory, self.threads[thread.index()].pending) {
            (Some(memory), Some(Pending { object: Some(object), operation, .. })) if self.is_atomic(object) => {
                let own = memory.next_name(thread);
                smallvec![(Target::Object(object), memory.access_in(object, operation, way, own))]
            }
            _ => self.footprint(thread),
        }
    }

    /// Returns the number of the alternative that the way `way` is now; none if it cannot be taken.
    pub(crate) fn alternative(&self, thread: ThreadId, way: u32) -> Option<u32> {
        self.alternative_of_memory(thread, way).unwrap_or_else(|| self.ways(thread).alternative(way))
    }

    /// Returns whether `thread` has passed a release fence.
    pub(crate) fn has_fenced(&self, thread: ThreadId) -> bool {
        self.threads[thread.index()].fenced
    }

    /// Returns whether there are cells.
    pub(crate) fn has_cells(&self) -> bool {
        self.objects.iter().any(|object| matches!(object, Object::Cell(_)))
    }

    /// Returns whether an object is a mutex.
    pub(crate) fn is_mutex(&self, object: ObjectId) -> bool {
        matches!(self.objects[object.index()], Object::Mutex(_))
    }

    /// Returns how many objects there are.
    pub(crate) fn object_count(&self) -> u32 {
        u32::try_from(self.objects.len()).expect("fewer than 2^32 objects")
    }

    /// Returns the state before the first step, with all objects as they were made and all threads there.
    pub(crate) fn restarted(&self) -> Self {
        Self {
            threads: vec![super::Thread::default(); self.threads.len()],
            objects: self.made.iter().map(|&object| Object::new(object)).collect(),
            made: if self.memory.is_some() { self.made.clone() } else { Vec::new() },
            spurious_max: self.spurious_max,
            failures_max: self.failures_max,
            memory: self.memory.as_ref().map(|_| Box::new(Memory::of(&self.made))),
            ..Self::new()
        }
    }

    /// Returns whether loads may read older stores than the newest.
    pub(crate) fn follows_the_language(&self) -> bool {
        self.memory.is_some()
    }

    /// Lets a step of the past take effect again, if it changes more than who there is. `whole` is the state in which the
    /// execution ended that the step is from.
    pub(crate) fn repeat(&mut self, thread: ThreadId, way: u32, pending: Pending, whole: &Self) {
        if let Operation::Spawn { child } = pending.operation {
            self.note_in_memory(thread, child, pending, Step::Done(Response::Done));
            return;
        }
        self.announce(thread, pending);
        let way = self.way_then(thread, way, pending, whole);
        if let Some(alternative) = self.alternative(thread, way) {
            // Only a cell's access can fail, and one that did was no step.
            let _ = self.step(thread, alternative);
        }
    }

    /// Returns how many `Weak`s there are of an `Arc` of which there is none left.
    pub(crate) fn left_behind(&self, object: ObjectId) -> Option<u32> {
        match &self.objects[object.index()] {
            Object::Arc(arc) => arc.left_behind(),
            _ => None,
        }
    }

    /// Returns whether an object is an atomic.
    pub(crate) fn is_atomic(&self, object: ObjectId) -> bool {
        matches!(self.objects[object.index()], Object::Atomic(_))
    }

    /// Returns the state of an atomic before the first step.
    pub(crate) fn atomic_as_made(&self, object: ObjectId) -> Option<Object> {
        let made = self.made[object.index()];
        matches!(made, crate::execution::backend::NewObject::Atomic(..)).then(|| Object::new(made))
    }
}
