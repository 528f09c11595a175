//! How the kernel keeps the graph of the language's memory model, where it follows that.

use super::memory::StoreName;
use super::{Kernel, Object, Pending, Step};
use crate::execution::backend::NewObject;
use crate::execution::happens_before::Occurrence;
use crate::trace::{Departure, ObjectId, Operation, Response, ThreadId};

impl Kernel {
    /// Lets atomics behave as the language's memory model has it; there must be no objects yet.
    pub(crate) fn follow_the_language(&mut self) {
        let mut memory = self.former_memory.take().unwrap_or_default();
        memory.restart();
        self.memory = Some(memory);
    }

    /// Lets whoever runs the program look out for orderings that are weaker than `SeqCst`.
    pub(crate) fn look_for_weak_orderings(&mut self) {
        self.looks_for_weak_orderings = true;
    }

    pub(crate) fn looks_for_weak_orderings(&self) -> bool {
        self.looks_for_weak_orderings
    }

    /// Returns how the last step departs from an interleaving, once: a step that fails before it takes effect has none.
    pub(crate) fn take_departure(&mut self) -> Option<Departure> {
        self.memory.as_mut()?.take_departure()
    }

    /// Notes in the graph a step that was no access to an atomic. `child` is the thread that it made, if it made one.
    pub(super) fn note_in_memory(&mut self, thread: ThreadId, child: ThreadId, pending: Pending, step: Step) {
        let Some(memory) = &mut self.memory else { return };
        let Pending { object, operation, .. } = pending;
        let made = object.map(|object| self.made[object.index()]);
        if matches!(made, Some(NewObject::Atomic(..))) {
            return;
        }
        let (Step::Done(response) | Step::Continue(response, _)) = step;
        let operation = if let Operation::Spawn { .. } = operation { Operation::Spawn { child } } else { operation };
        let kind = made.map(|made| (made.kind(), made.initial()));
        memory.note(Occurrence { thread, object, kind, operation, response });
    }

    /// Returns whether the next step of `thread` is an access whose ways are named by stores.
    pub(crate) fn names_stores(&self, thread: ThreadId) -> bool {
        let object = self.pending(thread).and_then(|pending| pending.object);
        self.memory.is_some() && object.is_some_and(|object| self.is_atomic(object))
    }

    /// Returns the value of a store; none if there is none of that name.
    pub(crate) fn store_value(&self, object: ObjectId, store: u32) -> Option<u64> {
        self.memory.as_ref()?.value_of(object, store)
    }

    /// Returns the value of the newest store of an atomic; none if it is none.
    pub(crate) fn newest_value(&self, object: ObjectId) -> Option<u64> {
        match &self.objects[object.index()] {
            Object::Atomic(atomic) => Some(atomic.value()),
            _ => None,
        }
    }

    /// Returns the value that the store of `thread` that is about to come would have; none if it is none.
    pub(crate) fn value_to_store(&self, thread: ThreadId) -> Option<u64> {
        let &Pending { object, operation, .. } = self.pending(thread)?;
        let Object::Atomic(atomic) = &self.objects[object?.index()] else { return None };
        let mut after = atomic.clone();
        match after.apply(operation) {
            Response::Mismatch(_) => None,
            _ if matches!(operation, Operation::Load { .. }) => None,
            _ => Some(after.value()),
        }
    }

    /// Returns the stores of an atomic in modification order.
    pub(crate) fn modification_order(&self, object: ObjectId) -> impl DoubleEndedIterator<Item = u32> + '_ {
        let memory = self.memory.iter().filter(move |_| self.is_atomic(object));
        memory.flat_map(move |memory| memory.names(object))
    }

    /// Returns whether coherence lets the access `reader`, which has been made, read from `store` instead.
    pub(crate) fn could_read(&self, object: ObjectId, reader: u32, store: u32) -> bool {
        self.memory.as_ref().is_some_and(|memory| memory.could_read(object, StoreName(reader), store))
    }

    /// Returns whether the `SeqCst` operations restrict what may be read.
    pub(crate) fn has_total_order(&self) -> bool {
        self.memory.as_ref().is_some_and(|memory| memory.has_total_order())
    }

    /// Returns the way in which a step of `whole` is to be taken here, where some of its stores are missing.
    pub(super) fn way_then(&self, thread: ThreadId, way: u32, pending: Pending, whole: &Self) -> u32 {
        match (&self.memory, pending.object, pending.operation) {
            (Some(memory), Some(object), Operation::Store { .. }) if self.is_atomic(object) => {
                let own = memory.next_name(thread);
                let before = whole.modification_order(object).take_while(|&name| name != own);
                before.filter(|&name| memory.names(object).any(|other| other == name)).last().unwrap_or(way)
            }
            _ => way,
        }
    }

    pub(super) fn access_memory(
        &mut self,
        thread: ThreadId,
        object: ObjectId,
        operation: Operation,
        alternative: u32,
    ) -> Response {
        let memory = self.memory.as_mut().expect("a graph");
        let response = memory.step(thread, object, operation, alternative);
        if let Object::Atomic(atomic) = &mut self.objects[object.index()] {
            atomic.set(memory.newest(object));
        }
        response
    }
}
