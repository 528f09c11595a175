//! How the kernel keeps the graph of the language's memory model, where it follows that.

use super::{Kernel, Object, Pending, Step};
use crate::execution::backend::NewObject;
use crate::execution::happens_before::Occurrence;
use crate::execution::{Departure, ObjectId, Operation, Response, ThreadId};

impl Kernel {
    /// Lets atomics behave as the language's memory model has it; there must be no objects yet.
    pub(crate) fn follow_the_language(&mut self) {
        self.memory = Some(Box::default());
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
