//! A history as a part of the document: what was asked and answered, and the order that explains it or does not.

use super::document::{CallView, ContradictionView, HistoryView};
use crate::failure::Inconsistency;
use crate::history::{Call, Completion, History};
use crate::linearizability::{Explanation, Linearizability};
use crate::render;

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
        view
    }

    fn plain(title: &str, history: &History<String, String>) -> Self {
        Self {
            title: title.to_owned(),
            verdict: "inconclusive",
            calls: history.calls().iter().map(call).collect(),
            order: Vec::new(),
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
            state: against.state.clone(),
            expected: against.expected.clone(),
        });
        self.contradictions = against.collect();
        self.words = render::explain(explanation, history);
    }
}

/// Returns the view of a history that a failure is about.
pub(super) fn of_inconsistency(inconsistency: &Inconsistency) -> HistoryView {
    let mut view = HistoryView::plain("the history", &inconsistency.history);
    view.explain(&inconsistency.history, &inconsistency.explanation);
    view
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
