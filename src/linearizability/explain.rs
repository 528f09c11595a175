//! Why a history is not linearizable: how far it can be explained, the first operation that fits nowhere,
//! and what stands against it in each order of the others.

use super::frontier::{Frontier, RealTime};
use super::search::{Allowance, Found, Search};
use crate::history::{Call, History};
use crate::spec::SequentialSpec;

/// Why there is no order. Operations are named by their places in [`History::calls`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The longest order of operations that can be explained.
    pub prefix: Vec<usize>,
    /// The operation that fits nowhere: up to the moment before it returned, all can be explained, as far as
    /// the effort sufficed to look for an earlier one. None if that makes no sense, because times do not matter, or because what is wrong is that operations wait.
    pub operation: Option<usize>,
    /// What stands against it, in orders of as many others as possible.
    pub contradictions: Vec<Contradiction>,
}

/// Why an operation does not fit after others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The others, in the order in which they took effect.
    pub order: Vec<usize>,
    /// The state that they lead to, in its `Debug` form.
    pub state: String,
    /// What the operation would have returned there, in its `Debug` form; none if it would have to wait.
    pub expected: Option<String>,
}

impl Explanation {
    /// Names the operations by their places in the whole history, of which `places` are the part.
    pub(super) fn in_whole(mut self, places: &[usize]) -> Self {
        let name = |all: &mut Vec<usize>| all.iter_mut().for_each(|place| *place = places[*place]);
        name(&mut self.prefix);
        self.operation = self.operation.map(|place| places[place]);
        self.contradictions.iter_mut().for_each(|contradiction| name(&mut contradiction.order));
        self
    }
}

/// How many times the configurations that showed that there is no order, or else how many, each search for the
/// reason may look at.
const EXPLANATION_FACTOR: u64 = 16;
const EXPLANATION_MIN: u64 = 100_000;

/// Explains a history of which a search by real time has found nothing; each of the searches for that may spend
/// so much. The memory of the first is given back before.
pub(super) fn of_real_time<S: SequentialSpec>(search: Search<'_, S, RealTime>, allowance: &Allowance) -> Explanation {
    let (spec, whole) = (search.spec, of_search(&search));
    // Whoever has seen soon that there is none should not be kept waiting for the reason.
    let most = search.configurations().saturating_mul(EXPLANATION_FACTOR).max(EXPLANATION_MIN);
    let allowance = &Allowance { configurations: allowance.configurations.min(most), ..*allowance };
    let (history, reached) = {
        let search = search;
        (search.history, search.reached)
    };
    let ends = history.calls().iter().filter_map(Call::ended_at);
    let mut ends: Vec<u64> = ends.filter(|&end| end >= reached).collect();
    ends.sort_unstable();
    ends.dedup();
    // What has happened until a time stays wrong if it is, so the first such time can be found by halving; it
    // tends to be near to how far the search came.
    let (mut right, mut step) = (0, 1);
    let mut wrong: Option<(usize, Explanation)> = None;
    while wrong.as_ref().map_or(right < ends.len(), |&(first, _)| right < first) {
        let middle = match &wrong {
            Some((first, _)) => right + (first - right) / 2,
            None => (right + step - 1).min(ends.len() - 1),
        };
        match wrong_until(spec, &history, ends[middle], allowance) {
            Some(explanation) => wrong = Some((middle, explanation)),
            None => (right, step) = (middle + 1, step * 2),
        }
    }
    // Else all of it can be explained, but not that nothing more happened.
    wrong.map_or(whole, |(_, explanation)| explanation)
}

/// Returns why what has happened until a time cannot be explained, and the operation that returned then does
/// not fit; none if it can.
fn wrong_until<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    time: u64,
    allowance: &Allowance,
) -> Option<Explanation> {
    let until = history.until(time);
    let ends_then = |call: &Call<S::Operation, S::Result>| call.ended_at() == Some(time);
    let returns_then = |call: &Call<S::Operation, S::Result>| ends_then(call) && call.result().is_some();
    let culprit = until.calls().iter().rposition(returns_then).or(until.calls().iter().rposition(ends_then));
    let frontier = RealTime::of(&until);
    let mut search = Search::new(spec, until, frontier);
    search.culprit = culprit.and_then(|culprit| u32::try_from(culprit).ok());
    (search.run(allowance) == Found::Nothing).then(|| of_search(&search))
}

/// Explains what a search that found nothing has come to.
pub(super) fn of_search<S: SequentialSpec, F: Frontier>(search: &Search<'_, S, F>) -> Explanation {
    let places = |order: &[u32]| order.iter().map(|&operation| operation as usize).collect::<Vec<_>>();
    let contradictions = search.refusals.iter().map(|(order, state)| {
        let state = search.state(*state);
        let culprit = search.culprit.expect("refusals are of the culprit");
        let mut next = state.clone();
        let expected = search.spec.apply(&mut next, &search.history.calls()[culprit as usize].operation);
        let (order, state) = (places(order), format!("{state:?}"));
        Contradiction { order, state, expected: expected.map(|result| format!("{result:?}")) }
    });
    Explanation {
        contradictions: contradictions.collect(),
        operation: search.culprit.map(|culprit| culprit as usize),
        prefix: places(&search.longest),
    }
}
