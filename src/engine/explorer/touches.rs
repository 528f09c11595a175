//! Which steps touch each target, in order.

use crate::kernel::{Access, Target};

/// A step that touches a target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Touch {
    pub(crate) step: u32,
    pub(super) access: Access,
    /// The place of the last touch, up to this one, that is no read: a read depends on no others.
    pub(super) last_change: Option<u32>,
}

/// The steps that touch each target, in order.
#[derive(Debug, Default)]
pub(super) struct Touches {
    objects: Vec<Vec<Touch>>,
    ends: Vec<Vec<Touch>>,
    finished: Vec<Vec<Touch>>,
    tokens: Vec<Vec<Touch>>,
    history: Vec<Vec<Touch>>,
    orders: Vec<Vec<Touch>>,
}

impl Touches {
    pub(super) fn of(&self, target: Target) -> &[Touch] {
        let (all, place) = match target {
            Target::Object(object) => (&self.objects, object.index()),
            Target::End(thread) => (&self.ends, thread.index()),
            Target::Finished(thread) => (&self.finished, thread.index()),
            Target::Token(thread) => (&self.tokens, thread.index()),
            Target::History => (&self.history, 0),
            Target::Order(order) => (&self.orders, order as usize),
        };
        all.get(place).map_or(&[], Vec::as_slice)
    }

    pub(super) fn of_mut(&mut self, target: Target) -> &mut Vec<Touch> {
        let (all, place) = match target {
            Target::Object(object) => (&mut self.objects, object.index()),
            Target::End(thread) => (&mut self.ends, thread.index()),
            Target::Finished(thread) => (&mut self.finished, thread.index()),
            Target::Token(thread) => (&mut self.tokens, thread.index()),
            Target::History => (&mut self.history, 0),
            Target::Order(order) => (&mut self.orders, order as usize),
        };
        if all.len() <= place {
            all.resize_with(place + 1, Vec::new);
        }
        &mut all[place]
    }

    pub(super) fn push(&mut self, target: Target, access: Access, step: u32) {
        let touches = self.of_mut(target);
        let last_change = if access == Access::Read {
            touches.last().and_then(|last| last.last_change)
        } else {
            u32::try_from(touches.len()).ok()
        };
        touches.push(Touch { step, access, last_change });
    }
}
