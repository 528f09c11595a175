//! Where stores stand in modification order, on the way down a wakeup tree.
//!
//! A plain store is taken in a way that is named by the store before it, of those that are there. So its way depends on
//! which others have been taken: a sequence of steps that is taken in another order has other ways for the same graph.

use super::past::Past;
use crate::kernel::{Access, Target};
use crate::trace::ObjectId;

/// The stores that are there at a place of the tree, atomic by atomic.
pub(super) struct Placement<'a> {
    past: Past<'a>,
    /// The steps before this place have been taken.
    point: usize,
    orders: Vec<(ObjectId, Vec<Placed>)>,
}

/// A store that is there.
#[derive(Clone, Copy)]
struct Placed {
    name: u32,
    /// Whether it is none of the execution, or stands elsewhere there: where it stands among those that are to come,
    /// nothing says.
    is_foreign: bool,
    /// Whether it is a read-modify-write, which reads from the one right before it.
    is_update: bool,
}

impl<'a> Placement<'a> {
    /// Returns the stores that are there before the step at `point`.
    pub(super) fn at(past: Past<'a>, point: usize) -> Self {
        Self { past, point, orders: Vec::new() }
    }

    fn order(&mut self, object: ObjectId) -> &mut Vec<Placed> {
        if let Some(place) = self.orders.iter().position(|(other, _)| *other == object) {
            return &mut self.orders[place].1;
        }
        let is_there =
            |&name: &u32| name == 0 || self.past.steps.of_store(name).is_some_and(|index| index < self.point);
        let there = self.past.modification_order(object).filter(is_there);
        let is_update = |name| {
            let access = self.past.steps.of_store(name).and_then(|index| self.past.steps.get(index).access());
            access.is_some_and(|(_, access)| access.store_read().is_some())
        };
        let order = there.map(|name| Placed { name, is_foreign: false, is_update: is_update(name) }).collect();
        self.orders.push((object, order));
        &mut self.orders.last_mut().expect("the order just added").1
    }

    /// Returns the way in which the store `own` of the execution is taken here.
    pub(super) fn way(&mut self, object: ObjectId, own: u32) -> u32 {
        let past = self.past;
        let order = self.order(object);
        let before = past.modification_order(object).take_while(|&name| name != own);
        before.filter(|&name| order.iter().any(|placed| placed.name == name && !placed.is_foreign)).last().unwrap_or(0)
    }

    /// Returns the way in which a store that comes last is taken here.
    pub(super) fn last(&mut self, object: ObjectId) -> u32 {
        self.order(object).iter().rev().find(|placed| !placed.is_foreign).map_or(0, |placed| placed.name)
    }

    /// Returns the last of the read-modify-writes that have followed on the store `before`, without anything in between.
    pub(super) fn behind_updates(&mut self, object: ObjectId, before: u32) -> u32 {
        let order = self.order(object);
        let Some(place) = order.iter().position(|placed| placed.name == before) else { return before };
        let updates = order[place + 1..].iter().take_while(|placed| placed.is_update);
        updates.last().map_or(before, |placed| placed.name)
    }

    /// Returns whether a store that is taken in the way `way` may be one that comes right after the store `before` of the
    /// sequence.
    pub(super) fn agrees(&mut self, object: ObjectId, before: u32, way: u32) -> bool {
        let order = self.order(object);
        let Some(place) = order.iter().position(|placed| placed.name == before) else { return before == way };
        let mut between = order[place + 1..].iter().take_while(|placed| placed.is_foreign);
        before == way || between.any(|placed| placed.name == way)
    }

    /// Adds what a step that touches this and is taken in the way `way` stores, if it does.
    pub(super) fn add(&mut self, touch: Option<&(Target, Access)>, way: u32, is_foreign: bool) {
        let Some(&(Target::Object(object), access)) = touch else { return };
        let (Some(own), before) = (access.store_made(), access.store_read().unwrap_or(way)) else { return };
        let order = self.order(object);
        let place = order.iter().position(|placed| placed.name == before).map_or(order.len(), |place| place + 1);
        order.insert(place, Placed { name: own, is_foreign, is_update: access.store_read().is_some() });
    }
}
