//! The naive twin of the search: it tries every order of every choice of pending operations. What it finds
//! is right by inspection, and the search is compared with it.

use crate::history::{Completion, History};
use crate::spec::{Next, SequentialSpec};

use super::Consistency;

/// Returns whether there is an order that explains the history, by trying all. It takes time that is
/// exponential in the number of operations: ten or so are enough.
pub fn naively<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    consistency: Consistency,
) -> bool {
    let blocks = quiet_blocks(history);
    let comes_before = |first: usize, second: usize| {
        let (one, other) = (&history.calls()[first], &history.calls()[second]);
        match consistency {
            Consistency::Linearizable => one.precedes(other),
            Consistency::Sequential => {
                one.process == other.process && first < second && one.completion != Completion::Pending
            }
            Consistency::Quiescent => one.completion != Completion::Pending && blocks[first] < blocks[second],
        }
    };
    let mut taken = vec![false; history.calls().len()];
    any_order(spec, history, &comes_before, &spec.initial(), &mut taken)
}

/// Returns for each operation how many times of quiet there were before it was asked.
fn quiet_blocks<O, R>(history: &History<O, R>) -> Vec<usize> {
    let calls = history.calls();
    let is_quiet_before = |time: u64| {
        let earlier = calls.iter().filter(|call| call.called_at < time);
        earlier.clone().all(|call| call.ended_at().is_some_and(|at| at < time)) && earlier.count() > 0
    };
    let mut quiet: Vec<u64> = calls.iter().map(|call| call.called_at).filter(|&time| is_quiet_before(time)).collect();
    quiet.dedup();
    calls.iter().map(|call| quiet.iter().filter(|&&time| time <= call.called_at).count()).collect()
}

fn any_order<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    comes_before: &dyn Fn(usize, usize) -> bool,
    state: &S::State,
    taken: &mut Vec<bool>,
) -> bool {
    let calls = history.calls();
    let left: Vec<usize> = (0..calls.len()).filter(|&place| !taken[place]).collect();
    let is_done = left.iter().all(|&place| calls[place].completion == Completion::Pending);
    let waits = |place: usize| spec.step(state, &calls[place].operation, None).is_refused();
    if is_done && (!history.is_stuck() || left.iter().all(|&place| waits(place))) {
        return true;
    }
    for &place in &left {
        if history.is_stuck() && calls[place].completion == Completion::Pending {
            continue;
        }
        if left.iter().any(|&other| other != place && comes_before(other, place)) {
            continue;
        }
        let call = &calls[place];
        let mut states = match spec.step(state, &call.operation, call.result()) {
            Next::Refused => Vec::new(),
            Next::Same => vec![state.clone()],
            Next::To(next) => vec![next],
            Next::AnyOf(all) => all,
        };
        if matches!(call.completion, Completion::Cancelled { .. }) {
            states.push(state.clone());
        }
        taken[place] = true;
        let is_explained = states.iter().any(|next| any_order(spec, history, comes_before, next, taken));
        taken[place] = false;
        if is_explained {
            return true;
        }
    }
    false
}
