//! A history as a part of the document: what was asked and answered, and the order that explains it or does not.

use super::document::{CallView, ContradictionView, HistoryView};
use crate::failure::Inconsistency;
use crate::history::{Call, Completion, History};
use crate::linearizability::{Explanation, Linearizability};
use crate::render;

/// How many operations a document shows of a history at most: around the one that fits nowhere, if there is one.
const CALLS_MAX: usize = 400;

impl HistoryView {
    /// Returns the view of a history with the verdict on it.
    pub fn of(title: &str, history: &History<String, String>, found: &Linearizability) -> Self {
        let mut view = Self::plain(title, history);
        match found {
            Linearizability::Linearizable(order) => (view.verdict, view.order) = ("linearizable", order.clone()),
            Linearizability::NotLinearizable(explanation) => view.explain(history, explanation),
            Linearizability::Inconclusive { configurations, bound } => {
                view.verdict = "inconclusive";
                view.words = render::undecided(*bound, *configurations);
            }
        }
        view.near(CALLS_MAX)
    }

    fn plain(title: &str, history: &History<String, String>) -> Self {
        Self {
            title: title.to_owned(),
            verdict: "inconclusive",
            calls: history.calls().iter().map(call).collect(),
            left_out: 0,
            order: Vec::new(),
            numbers: Vec::new(),
            ordered: 0,
            misfit: None,
            contradictions: Vec::new(),
            words: String::new(),
        }
    }

    fn explain(&mut self, history: &History<String, String>, explanation: &Explanation) {
        self.verdict = "not linearizable";
        self.order.clone_from(&explanation.prefix);
        self.misfit = explanation.operation;
        let against = explanation.contradictions.iter().map(|against| ContradictionView {
            order: against.order.clone(),
            left_out: 0,
            state: against.state.clone(),
            expected: against.expected.clone(),
        });
        self.contradictions = against.collect();
        self.words = render::explain(explanation, history);
    }

    /// Leaves out all but so many operations, those around the one that fits nowhere; what is said of the others goes, too.
    fn near(mut self, calls_max: usize) -> Self {
        let count = self.calls.len();
        let first = self.misfit.unwrap_or(0).saturating_sub(calls_max / 2).min(count.saturating_sub(calls_max));
        let last = (first + calls_max).min(count);
        let kept = |place: usize| (first..last).contains(&place).then(|| place - first);
        self.calls.truncate(last);
        self.calls.drain(..first);
        self.left_out = count - self.calls.len();
        self.misfit = self.misfit.and_then(kept);
        let order = self.order.iter().zip(1..).filter_map(|(&place, number)| Some((kept(place)?, number)));
        self.ordered = self.order.len();
        (self.order, self.numbers) = order.unzip();
        for contradiction in &mut self.contradictions {
            let count = contradiction.order.len();
            contradiction.order = contradiction.order.iter().filter_map(|&place| kept(place)).collect();
            contradiction.left_out = count - contradiction.order.len();
        }
        self
    }
}

/// Returns the view of a history that a failure is about.
pub(super) fn of_inconsistency(inconsistency: &Inconsistency) -> HistoryView {
    let mut view = HistoryView::plain("the history", &inconsistency.history);
    view.explain(&inconsistency.history, &inconsistency.explanation);
    view.near(CALLS_MAX)
}

fn call(call: &Call<String, String>) -> CallView {
    let completion = match call.completion {
        Completion::Returned { .. } => "returned",
        Completion::Cancelled { .. } => "cancelled",
        Completion::Pending => "pending",
    };
    CallView {
        process: call.process,
        operation: call.operation.clone(),
        result: call.result().cloned(),
        completion,
        called_at: call.called_at,
        ended_at: call.ended_at(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(count: u64) -> History<String, String> {
        let call = |at: u64| Call {
            process: 0,
            operation: format!("op {at}"),
            called_at: 2 * at,
            completion: Completion::Returned { at: 2 * at + 1, result: "done".to_owned() },
        };
        History::new((0..count).map(call).collect()).expect("a history")
    }

    #[test]
    fn of_a_long_history_what_is_near_the_misfit_is_shown() {
        let count = 5_000;
        let explanation = Explanation {
            prefix: (0..3_000).collect(),
            operation: Some(3_000),
            contradictions: vec![crate::linearizability::Contradiction {
                order: (0..3_000).collect(),
                state: "s".to_owned(),
                expected: None,
            }],
        };
        let history = history(count);
        let view = HistoryView::of("long", &history, &Linearizability::NotLinearizable(Box::new(explanation)));
        assert_eq!((view.calls.len(), view.left_out), (CALLS_MAX, 4_600));
        let misfit = view.misfit.expect("it is there");
        assert_eq!(view.calls[misfit].operation, "op 3000");
        // Each number is that which the operation has in the whole order.
        let shown: Vec<(String, usize)> = view
            .order
            .iter()
            .zip(&view.numbers)
            .map(|(&place, &number)| (view.calls[place].operation.clone(), number))
            .collect();
        assert_eq!(shown.len(), 200);
        assert_eq!((&shown[0], &shown[199]), (&("op 2800".to_owned(), 2_801), &("op 2999".to_owned(), 3_000)));
        assert_eq!((view.ordered, &view.contradictions[0].order), (3_000, &view.order));
        assert_eq!(view.contradictions[0].left_out, 2_800);
    }

    #[test]
    fn a_short_history_is_shown_whole() {
        let view = HistoryView::of("short", &history(3), &Linearizability::Linearizable(vec![2, 0, 1]));
        assert_eq!((view.calls.len(), view.left_out), (3, 0));
        assert_eq!((view.order, view.numbers), (vec![2, 0, 1], vec![1, 2, 3]));
    }
}
