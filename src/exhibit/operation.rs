//! An operation as data: its name, its ordering, its values and what came of it.

use std::fmt::Debug;

use super::document::OperationView;
use crate::render::atomic_value;
use crate::trace::{Event, Operation, Response, Trace};

/// Returns what an event did, for programs.
pub(super) fn operation(event: &Event, trace: &Trace) -> OperationView {
    let kind = trace.atomic_kind(event.object);
    let show = |bits: u64| kind.map_or_else(|| bits.to_string(), |kind| atomic_value(kind, bits));
    let mut view = OperationView { name: name(&event.operation), ..OperationView::default() };
    match event.operation {
        Operation::Load { order } | Operation::Fence { order } => view.order = Some(format!("{order:?}")),
        Operation::Store { value, order } => {
            view.order = Some(format!("{order:?}"));
            view.operands = vec![show(value)];
        }
        Operation::Update { update, operand, order } => {
            view.name = name(&update);
            view.order = Some(format!("{order:?}"));
            view.operands = vec![show(operand)];
        }
        Operation::CompareExchange { current, new, success, .. } => {
            view.order = Some(format!("{success:?}"));
            view.operands = vec![show(current), show(new)];
        }
        Operation::Spawn { child: thread }
        | Operation::Join { thread }
        | Operation::AwaitFinish { thread }
        | Operation::IsFinished { thread }
        | Operation::Unpark { thread } => view.other_thread = Some(thread.index()),
        _ => {}
    }
    view.result = match event.response {
        Response::Done => None,
        Response::Value(value) => Some(show(value)),
        Response::Mismatch(value) => Some(format!("mismatch {}", show(value))),
        Response::Answer(answer) => Some(answer.to_string()),
        Response::Acquired { poisoned: false } => Some("acquired".to_owned()),
        Response::Acquired { poisoned: true } => Some("acquired, poisoned".to_owned()),
        other => Some(name(&other)),
    };
    view
}

/// Returns the name of a variant in lower case, words joined by underlines.
fn name(variant: &impl Debug) -> String {
    let text = format!("{variant:?}");
    let word = text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    let mut name = String::new();
    for (place, letter) in word.char_indices() {
        if letter.is_uppercase() && place > 0 {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
