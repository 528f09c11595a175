//! Reversible races: pairs of steps that are next to each other in *happens before*, of which the
//! second could also have come first. Each is a reason to explore another execution.
//!
//! A step that waits could come first only if it did not have to wait then: so for the taking of a
//! lock the race is with the former taking of it, not with its release, and for a wake it is with
//! whoever took the permit. Steps that a thread waits to take when the execution is over race too.

use super::past::Past;
use super::revisit;
use super::steps::{Clock, Rival, Step, Steps};
use super::wakeup::Sleeper;
use crate::kernel::{Access, Footprint, Object, Target, atomic, dependent};
use crate::trace::Operation;

/// What has to happen instead of a step that came too early.
#[derive(Clone, Debug)]
pub(super) struct Reversal {
    /// The place of the step that came too early, and of the one that is to come earlier: that after the last for one
    /// that was not taken.
    pub(super) early: usize,
    pub(super) late: usize,
    /// The step that is to come earlier than it did, or at all: whose it is, and which of its steps.
    pub(super) thread: u32,
    pub(super) number: u32,
    /// In which way, and with which footprint, the late step is taken then.
    pub(super) way: u32,
    pub(super) footprint: Footprint,
    /// Before which place the steps end that come before it, if not with the execution.
    pub(super) until: Option<usize>,
    /// The step that cannot be taken beside it.
    pub(super) without: Option<usize>,
    /// The step that comes right before it, as its place among those that were not taken.
    pub(super) first: Option<usize>,
}

impl Reversal {
    /// Returns the reversal of the steps at `early` and `late` in which `step` is taken as it was.
    pub(super) fn of(early: usize, late: usize, step: &Step) -> Self {
        Self {
            early,
            late,
            thread: step.thread,
            number: step.number,
            way: step.way,
            footprint: step.footprint.clone(),
            until: None,
            without: None,
            first: None,
        }
    }

    /// Returns whether the step at `index` is taken before the one that is to come earlier.
    pub(super) fn keeps(&self, steps: &Steps, index: usize) -> bool {
        let is_after = |other: usize| index >= other && steps.happens_before(other, index);
        !is_after(self.early) && !self.without.is_some_and(is_after)
    }

    /// Returns whether the late step, taken earlier, would be another one than it was: then more may conflict with it
    /// there.
    pub(super) fn changes_step(&self, steps: &Steps) -> bool {
        let is_graph = self.footprint.iter().any(|(_, access)| access.is_of_graph());
        !is_graph && self.late < steps.len() && self.footprint != steps.get(self.late).footprint
    }

    /// Returns whether a step from `from` on could come before the late step, taken earlier, and conflicts with it
    /// only there.
    pub(super) fn has_new_rival(&self, steps: &Steps, from: usize) -> bool {
        let late = &steps.get(self.late).footprint;
        (from..steps.len()).any(|index| {
            let footprint = &steps.get(index).footprint;
            dependent(footprint, &self.footprint)
                && !dependent(footprint, late)
                && !steps.happens_before(self.early, index)
        })
    }

    /// Returns whether the late step is the sleeper's and could come first of all, which is the most common
    /// reason why a reversal is not needed.
    pub(super) fn begins_with_late(&self, steps: &Steps, sleeper: &Sleeper) -> bool {
        if (sleeper.thread, sleeper.way) != (self.thread, self.way) {
            return false;
        }
        let is_between = |index: usize| index > self.early && !steps.happens_before(self.early, index);
        // The thread's own steps before, and those that the step depends on.
        let last_own = self.number.checked_sub(1).and_then(|number| steps.of_thread(self.thread, number));
        if last_own.is_some_and(is_between) {
            return false;
        }
        self.footprint.iter().all(|&(target, access)| {
            let touching = steps.touching(target).iter().rev().map(|touch| touch.step as usize);
            let mut after = touching.take_while(|&index| index > self.early);
            !after.any(|index| is_between(index) && access.conflicts(steps.access(index, target)))
        })
    }
}

/// Whether a step with this operation may have to wait for others.
pub(super) fn waits(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::Join { .. }
            | Operation::AwaitFinish { .. }
            | Operation::Park { timed: false }
            | Operation::Lock
            | Operation::Read
            | Operation::Write
            | Operation::Wake { .. }
            | Operation::Leave
            | Operation::Begin { .. }
            | Operation::Send
            | Operation::Handover
            | Operation::Receive { timed: false }
            | Operation::CellRead
            | Operation::CellWrite
            | Operation::Yield
            | Operation::SpinLoop
            | Operation::Sleep
    )
}

/// Finds the races of `late` with earlier steps, and adds to `clock`, which holds what happens before
/// it within its thread, what else does. `index` is its place among the steps; that after the last for
/// one that was not taken.
pub(super) fn find(
    past: Past<'_>,
    late: &Step,
    index: usize,
    clock: &mut Clock,
    scratch: &mut Scratch,
    reversals: &mut Vec<Reversal>,
) {
    let steps = past.steps;
    let waits = waits(late.pending.operation);
    steps.rivals(&late.footprint, clock, index, waits, &mut scratch.rivals);
    if scratch.rivals.is_empty() {
        return;
    }
    scratch.covered.clone_from(clock);
    for &Rival { index: rival, is_dependent } in &scratch.rivals {
        let rival = rival as usize;
        if !steps.is_in(rival, &scratch.covered) && rival != index && !steps.would_be_held(late, rival) {
            let before = reversals.len();
            reverse(past, late, index, rival, reversals);
            for reversal in &mut reversals[before..] {
                keep_orders(&late.footprint, &mut reversal.footprint);
            }
            if !is_dependent {
                // It matters only if the late step would have been another one before it.
                let early = &steps.get(rival).footprint;
                let matters = reversals[before..].iter().any(|reversal| dependent(early, &reversal.footprint));
                if !matters {
                    reversals.truncate(before);
                }
            }
            if reversals.len() > before {
                steps.join(&mut scratch.covered, rival);
            }
        }
        if is_dependent {
            steps.join(clock, rival);
        }
    }
}

/// Memory that is used again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    rivals: Vec<Rival>,
    covered: Clock,
}

/// Adds the ways in which `late` could be taken if step `early` and all that happens after it had not
/// been.
fn reverse(past: Past<'_>, late: &Step, index: usize, early: usize, reversals: &mut Vec<Reversal>) {
    let Past { steps, kernel, .. } = past;
    let footprint = &late.footprint;
    let mut add = |way, footprint| reversals.push(Reversal { way, footprint, ..Reversal::of(early, index, late) });
    match (late.pending.operation, footprint.first()) {
        // A thread's end is not to be had earlier.
        (Operation::Join { .. } | Operation::AwaitFinish { .. }, _) => {}
        (Operation::Call { .. } | Operation::Return { .. }, _) => add(0, footprint.clone()),
        _ if late.access().is_some() => {
            reversals.extend(revisit::before_update(past, late, index, early));
        }
        (Operation::Lock, _) => {
            let Some(&(target, _)) = footprint.first() else { return };
            // Whoever took it found it free, and nobody has taken it since who does not come after.
            match steps.get(early).pending.operation {
                Operation::Lock => add(0, footprint.clone()),
                Operation::Wake { .. } if steps.get(early).way == 0 => add(0, footprint.clone()),
                Operation::TryLock if steps.access(early, target) == Access::Hold => add(0, footprint.clone()),
                _ => add_ways_then(past, late, index, early, add),
            }
        }
        (operation, _) if operation.yields() => {
            let then = |sights| past.state_then(index, early).would_go_on(late.runtime_thread, sights);
            if late.awaits.as_deref().is_none_or(then) {
                add(0, footprint.clone());
            }
        }
        (operation, Some(&(Target::Object(object), _))) if kernel.is_atomic(object) => {
            let fenced = kernel.has_fenced(late.runtime_thread);
            let mut footprint = footprint.clone();
            footprint[0].1 = atomic::always(operation, fenced).unwrap_or_else(|| {
                let atomic = atomic_then(past, object, early, index);
                atomic.access(late.runtime_thread, operation, fenced)
            });
            add(0, footprint);
        }
        _ => add_ways_then(past, late, index, early, add),
    }
}

/// Adds to the footprint of a step that is to come earlier what the orders that are imposed on it add.
fn keep_orders(late: &Footprint, reversed: &mut Footprint) {
    for touch in late.iter().filter(|(target, _)| matches!(target, Target::Order(_))) {
        if !reversed.contains(touch) {
            reversed.push(*touch);
        }
    }
}

/// Returns an atomic as it is after the steps before `end` that do not happen after `early`.
fn atomic_then(past: Past<'_>, object: crate::trace::ObjectId, early: usize, end: usize) -> Object {
    let Past { steps, kernel, .. } = past;
    let mut atomic = kernel.atomic_as_made(object).expect("an atomic");
    for touch in steps.touching(Target::Object(object)) {
        let index = touch.step as usize;
        if index < end && !(index >= early && steps.happens_before(early, index)) {
            let step = steps.get(index);
            // One that gives up its turn depends on it, but does nothing to it.
            if step.pending.object != Some(object) {
                continue;
            }
            let _ = atomic.apply(step.runtime_thread, object, step.pending.operation, step.pending.location);
        }
    }
    atomic
}

/// Adds the ways that are open then.
fn add_ways_then(past: Past<'_>, late: &Step, index: usize, early: usize, mut add: impl FnMut(u32, Footprint)) {
    let mut then = past.state_then(index, early);
    then.announce(late.runtime_thread, late.pending);
    for way in then.ways(late.runtime_thread).iter() {
        add(way, then.footprint(late.runtime_thread));
    }
}
