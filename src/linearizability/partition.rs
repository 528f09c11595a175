//! Objects with parts that have nothing to do with each other are checked part by part: a history is
//! linearizable if and only if it is for each (Herlihy and Wing's *locality*).

use std::collections::BTreeMap;

use super::turns::{self, Turns};
use super::{Limits, Linearizability};
use crate::history::{Completion, History};
use crate::spec::SequentialSpec;

/// Checks a history by real time, part by part where the object has parts.
pub(super) fn check<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    limits: &Limits,
    turns: &Turns,
) -> Linearizability {
    match turns::take(spec, history, parts(spec, history), limits, turns) {
        Ok(orders) => Linearizability::Linearizable(merged(history, orders)),
        Err(other) => other,
    }
}

/// Returns the places of the operations of each part, in the order of asking; all in one, if an operation
/// concerns several.
fn parts<S: SequentialSpec>(spec: &S, history: &History<S::Operation, S::Result>) -> Vec<Vec<usize>> {
    let mut parts: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (place, call) in history.calls().iter().enumerate() {
        match spec.part(&call.operation) {
            Some(part) => parts.entry(part).or_default().push(place),
            None => return vec![(0..history.calls().len()).collect()],
        }
    }
    parts.into_values().collect()
}

/// Puts the orders of the parts together: each operation takes effect as early as it can after it was asked
/// and after those before it in its part, which is never too late.
fn merged<O, R: PartialEq>(history: &History<O, R>, orders: Vec<Vec<usize>>) -> Vec<usize> {
    if orders.len() == 1 {
        return orders.into_iter().next().unwrap_or_default();
    }
    let mut moments: Vec<(u64, usize, usize)> = Vec::new();
    for (part, order) in orders.iter().enumerate() {
        let mut moment = 0;
        for &place in order {
            let call = &history.calls()[place];
            moment = call.called_at.max(moment);
            debug_assert!(call.completion == Completion::Pending || call.ended_at().is_none_or(|end| moment <= end));
            moments.push((moment, part, place));
        }
    }
    // A stable sort keeps the order within each part.
    moments.sort_by_key(|&(moment, part, _)| (moment, part));
    moments.into_iter().map(|(_, _, place)| place).collect()
}
