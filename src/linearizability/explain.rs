//! Why a history is not linearizable: how far it can be explained, the first operation that fits nowhere,
//! and what stands against it in each order of the others.

use super::Limits;
use super::frontier::{Frontier, RealTime};
use super::search::{Found, Search};
use crate::history::History;
use crate::spec::SequentialSpec;

/// Why there is no order. Operations are named by their places in [`History::calls`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The longest order of operations that can be explained.
    pub prefix: Vec<usize>,
    /// The operation that fits nowhere: up to the moment before it returned, all can be explained. None if
    /// that makes no sense, because times do not matter, or because what is wrong is that operations wait.
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

/// Explains a history that is not linearizable.
pub(super) fn of_real_time<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    limits: &Limits,
) -> Explanation {
    // What has happened until a time stays wrong if it is: the time can be found by halving.
    let mut ends: Vec<u64> = history.calls().iter().filter_map(|call| call.ended_at()).collect();
    ends.sort_unstable();
    ends.dedup();
    let is_wrong = |time: u64| {
        let until = history.until(time);
        Search::new(spec, &until, RealTime::of(&until)).run(limits) == Found::Nothing
    };
    let first_wrong = ends.partition_point(|&time| !is_wrong(time));
    let Some(&time) = ends.get(first_wrong) else {
        // All of it can be explained, but not that nothing more happened.
        let mut search = Search::new(spec, history, RealTime::of(history));
        search.run(limits);
        return of_search(search);
    };
    let until = history.until(time);
    let is_culprit = |call: &crate::history::Call<_, _>| call.ended_at() == Some(time);
    let culprit = until.calls().iter().rposition(is_culprit).expect("the operation that ended then");
    let mut search = Search::new(spec, &until, RealTime::of(&until));
    search.culprit = u32::try_from(culprit).ok();
    search.run(limits);
    of_search(search)
}

/// Explains what a search that found nothing has come to.
pub(super) fn of_search<S: SequentialSpec, F: Frontier>(search: Search<'_, S, F>) -> Explanation {
    let places = |order: &[u32]| order.iter().map(|&operation| operation as usize).collect::<Vec<_>>();
    let contradictions = search.refusals.iter().map(|(order, state)| {
        let state = search.state(*state);
        let culprit = search.culprit.expect("refusals are of the culprit") as usize;
        let mut next = state.clone();
        let expected = search.spec.apply(&mut next, &search.history.calls()[culprit].operation);
        let (order, state) = (places(order), format!("{state:?}"));
        Contradiction { order, state, expected: expected.map(|result| format!("{result:?}")) }
    });
    Explanation {
        contradictions: contradictions.collect(),
        operation: search.culprit.map(|culprit| culprit as usize),
        prefix: places(&search.longest),
    }
}
