//! Reversals of accesses to atomics under the language's memory model.
//!
//! There, what a step depends on is the store that it reads from, and no other: where a store goes in modification order,
//! and which of the stores that are there a load reads, are ways to take the step, and each is explored where it is taken.
//! So two executions are equivalent if they have the same graph. What is left to reverse:
//!
//! - a load could read from a store that comes after it, if that can do without the load: it is *revisited*
//!   (Kokologiannakis, Marmanis, Gladstein and Vafeiadis, "Truly Stateless, Optimal Dynamic Partial Order Reduction",
//!   POPL 2022);
//! - a read-modify-write could have read the store that another one read before it, which then comes after it.
//!
//! **Invariant:** what is planned here can be taken: coherence is asked of the graph as it is, which knows what each access
//! knew; the total order of the `SeqCst` operations, where there is one, of the graph as it would be.

use super::past::Past;
use super::race::Reversal;
use super::steps::{Clock, Step};
use crate::kernel::{Access, Target};
use crate::trace::ObjectId;

/// Adds the loads before `late` that could read from it, if it is a store. `index` is its place, and `waiting` that
/// among the steps that were not taken, and what happens before it, if it is one of those.
pub(super) fn find(
    past: Past<'_>,
    late: &Step,
    index: usize,
    waiting: Option<(usize, &Clock)>,
    reversals: &mut Vec<Reversal>,
) {
    let steps = past.steps;
    let Some((object, access)) = late.access() else { return };
    let Some(store) = access.store_made() else { return };
    let Some(value) = (match waiting {
        Some(_) => past.kernel.value_to_store(late.runtime_thread),
        None => past.kernel.store_value(object, past.runtime_way(late, store)),
    }) else {
        return;
    };
    let clock = waiting.map_or_else(|| steps.clock(index), |(_, clock)| clock);
    for touch in steps.touching(Target::Object(object)).iter().rev() {
        let early = touch.step as usize;
        if early >= index || steps.is_in(early, clock) {
            continue;
        }
        let load = steps.get(early);
        if load.thread == late.thread || load.access().is_none_or(|(_, access)| access.store_read().is_none()) {
            continue;
        }
        let mut reversal = Reversal {
            way: store,
            footprint: Past::footprint_of_value(load, store, value),
            first: waiting.map(|(place, _)| place),
            ..Reversal::of(early, index, load)
        };
        if fit(past, load, &mut reversal) || waiting.is_some() {
            reversals.push(reversal);
        }
    }
}

/// Returns the reversals of `step`, at `index`, with itself: the other ways in which it could have been taken.
pub(super) fn ways(past: Past<'_>, step: &Step, index: usize, reversals: &mut Vec<Reversal>) {
    for way in step.ways.iter().filter(|&way| way != step.way) {
        let mut reversal =
            Reversal { way, footprint: past.footprint_in(step, way), ..Reversal::of(index, index, step) };
        fit(past, step, &mut reversal);
        reversals.push(reversal);
    }
}

/// Fits a reversal of steps that this execution shares with another one to this one; returns whether it is possible here.
pub(super) fn refresh(past: Past<'_>, reversal: &mut Reversal) -> bool {
    let Some(index) = past.steps.of_thread(reversal.thread, reversal.number) else { return true };
    let step = past.steps.get(index);
    step.access().is_none() || fit(past, step, reversal)
}

/// Returns the read-modify-write that reads from a store: no other one can beside it.
fn updated_by(past: Past<'_>, object: ObjectId, store: u32) -> Option<usize> {
    let touching = past.steps.touching(Target::Object(object)).iter().map(|touch| touch.step as usize);
    let is_update = |&index: &usize| {
        let access = past.steps.get(index).access();
        matches!(access, Some((_, Access::Updates { from, .. })) if from == store)
    };
    touching.filter(|&index| index < past.steps.ordered()).find(is_update)
}

/// Returns the reversal in which the access `late` at `index` reads what the read-modify-write `early`, from which it reads,
/// read before it.
pub(super) fn before_update(past: Past<'_>, late: &Step, index: usize, early: usize) -> Option<Reversal> {
    let (_, access) = late.access()?;
    let Some((_, Access::Updates { from, own })) = past.steps.get(early).access() else { return None };
    let footprint = past.footprint_in(late, from);
    // As a load, it could have read it as it is.
    let is_update = matches!(footprint[0].1, Access::Updates { .. });
    if access.store_read() != Some(own) || !is_update {
        return None;
    }
    let mut reversal = Reversal { way: from, footprint, ..Reversal::of(early, index, late) };
    fit(past, late, &mut reversal).then_some(reversal)
}

/// Leaves out of what comes before `step` in the reversal what cannot stand beside it, and shortens it so that the graph is
/// consistent; returns whether that can be.
fn fit(past: Past<'_>, step: &Step, reversal: &mut Reversal) -> bool {
    let Some((object, _)) = step.access() else { return false };
    let is_update = matches!(reversal.footprint[0].1, Access::Updates { .. });
    reversal.without = is_update.then(|| updated_by(past, object, reversal.way)).flatten();
    let way = past.runtime_way(step, reversal.way);
    let is_taken = past.steps.of_thread(step.thread, step.number).is_some();
    if is_taken && !past.kernel.could_read(object, past.runtime_way(step, step.name()), way) {
        return false;
    }
    if !past.kernel.has_total_order() {
        return true;
    }
    let mut then = past.kernel.restarted();
    let mut end = None;
    for index in 0..=past.steps.ordered() {
        if index > reversal.early {
            then.announce(step.runtime_thread, step.pending);
            if then.alternative(step.runtime_thread, way).is_some() {
                end = Some(index);
            }
        }
        if index < past.steps.ordered() && reversal.keeps(past.steps, index) {
            past.repeat(&mut then, index);
        }
    }
    reversal.until = end;
    end.is_some()
}
