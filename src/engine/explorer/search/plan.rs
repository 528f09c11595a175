//! Planning: what reverses the races of an execution is added to the wakeup trees of the points before.
//!
//! Under the language's memory model that is done again after each execution that shares the steps: with other steps after them a
//! reversal may be needed that was not. Most are planned already, by the same steps as before, and are passed over.

use super::Search;
use crate::engine::explorer::past::Past;
use crate::engine::explorer::race::Reversal;
use crate::engine::explorer::revisit;
use crate::engine::explorer::wakeup::Sequence;
use crate::kernel::Kernel;

/// A reversal that is planned again.
#[derive(Debug)]
pub(super) struct Again {
    reversal: Reversal,
    /// The last of the steps because of which it is planned already: so it is as long as executions share them.
    is_there_by: Option<usize>,
}

impl Search {
    /// Returns the reversals of the last execution, and those of steps that it shares with the ones before.
    pub(in crate::engine::explorer) fn all_reversals(&self) -> impl Iterator<Item = &Reversal> {
        self.reversals.iter().chain(self.again.iter().map(|again| &again.reversal))
    }

    /// Adds what reverses the races to what is to be explored. The steps before `first` are shared with the execution before.
    pub(super) fn plan(&mut self, kernel: &Kernel, first: usize) {
        let Self { nodes, steps, identities, pending, reversals, again, given, .. } = self;
        let past = Past { steps, kernel, identities };
        let mut plan = |reversal: &Reversal| {
            let node = &mut nodes[reversal.early];
            if node.sleep.iter().any(|sleeper| reversal.begins_with_late(steps, sleeper)) {
                return None;
            }
            let sequence = Sequence::of(past, reversal, node.objects, pending);
            let is_asleep = sequence.is_asleep(&node.sleep);
            Some(if is_asleep { None } else { sequence.insert(&mut node.branches) })
        };
        let (known, mut places) = (again.len(), 0..);
        // Steps that are given come in no other order.
        for reversal in reversals.iter().filter(|reversal| reversal.early >= given.len()) {
            // Also what is inserted: in 1 of 10,000 random programs an execution is missed otherwise.
            if let Some(is_there_by) = plan(reversal).filter(|_| kernel.follows_the_language()) {
                again.push(Again { reversal: reversal.clone(), is_there_by });
            }
        }
        again.retain_mut(|Again { reversal, is_there_by }| {
            if places.next() >= Some(known) {
                return true;
            }
            if reversal.late >= first {
                return false;
            }
            let is_there = is_there_by.is_some_and(|last| last < first) && !kernel.has_total_order();
            if is_there || !revisit::refresh(past, reversal) {
                return true;
            }
            let planned = plan(reversal);
            *is_there_by = planned.flatten();
            planned.is_some()
        });
    }
}
