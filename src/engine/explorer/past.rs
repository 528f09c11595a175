//! The execution that is over, as the search for its races sees it.

use super::identity::Identities;
use super::steps::{Step, Steps};
use crate::kernel::{Footprint, Kernel, access_of_value};
use crate::trace::ObjectId;

/// The steps, and the state in which the execution ended.
#[derive(Clone, Copy)]
pub(super) struct Past<'a> {
    pub(super) steps: &'a Steps,
    pub(super) kernel: &'a Kernel,
    pub(super) identities: &'a Identities,
}

impl Past<'_> {
    /// Returns the state after the steps before `end` that do not happen after `early`.
    pub(super) fn state_then(self, end: usize, early: usize) -> Kernel {
        let mut then = self.kernel.restarted();
        for index in (0..end).filter(|&index| index < early || !self.steps.happens_before(early, index)) {
            self.repeat(&mut then, index);
        }
        then
    }

    /// Lets the step at `index` take effect in `then`.
    pub(super) fn repeat(self, then: &mut Kernel, index: usize) {
        let step = self.steps.get(index);
        then.repeat(step.runtime_thread, self.runtime_way(step, step.way), step.pending, self.kernel);
    }

    /// Returns the runtime's name of a way of a step.
    pub(super) fn runtime_way(self, step: &Step, way: u32) -> u32 {
        step.runtime_way(self.identities, way)
    }

    /// Returns what an access to an atomic would be in another way, under the language's memory model.
    pub(super) fn footprint_in(self, step: &Step, way: u32) -> Footprint {
        let Some((object, _)) = step.access() else { return step.footprint.clone() };
        let value = self.kernel.store_value(object, self.runtime_way(step, way)).unwrap_or(0);
        Self::footprint_of_value(step, way, value)
    }

    /// Returns what it would be if it read this value from the store `way`, or came after that.
    pub(super) fn footprint_of_value(step: &Step, way: u32, value: u64) -> Footprint {
        let mut footprint = step.footprint.clone();
        footprint[0].1 = access_of_value(step.pending.operation, value, way, step.name());
        footprint
    }

    /// Returns the stores of an atomic in modification order, in the explorer's numbers.
    pub(super) fn modification_order(self, object: ObjectId) -> impl Iterator<Item = u32> {
        self.kernel.modification_order(object).map(move |name| self.identities.name(name))
    }
}
