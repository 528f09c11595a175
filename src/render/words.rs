//! Events and operations in words.

use std::panic::Location;

use super::names::Names;
use super::operation::InWords;
use crate::trace::{AtomicKind, Event, ObjectId, Operation, Response, Trace, Update, sign_extended, updated};

/// Returns the bits of an atomic as its own type prints them.
pub(crate) fn value(kind: AtomicKind, bits: u64) -> String {
    match kind {
        AtomicKind::Signed(width) => sign_extended(bits, width).to_string(),
        AtomicKind::Unsigned(_) => bits.to_string(),
        AtomicKind::Bool => (bits != 0).to_string(),
        AtomicKind::Pointer if bits == 0 => "null".to_owned(),
        AtomicKind::Pointer => format!("pointer {bits}"),
    }
}

/// Returns bits of an object as they are printed.
pub(super) fn value_of(object: Option<ObjectId>, bits: u64, trace: &Trace) -> String {
    trace.atomic_kind(object).map_or_else(|| bits.to_string(), |kind| value(kind, bits))
}

/// Returns the place of a source line, without the folders above the file's own.
pub(crate) fn place(location: &Location<'_>) -> String {
    let file = location.file();
    let short = file.rsplit(['/', '\\']).next().unwrap_or(file);
    format!("{short}:{}", location.line())
}

/// Returns the place of an operation; none of the end of a thread, which has no line of its own.
pub(super) fn place_of(operation: Operation, location: &Location<'_>) -> Option<String> {
    (!matches!(operation, Operation::Exit | Operation::Finish)).then(|| place(location))
}

/// Returns what an event did, with the values that it read and wrote.
pub(crate) fn event(event: &Event, trace: &Trace, names: &Names) -> String {
    let object = event.object.map(|object| names.object(object));
    if let (Some(kind), Some(object)) = (trace.atomic_kind(event.object), object) {
        return atomic_event(event, kind, &object);
    }
    if let Some(text) = recorded(event, trace) {
        return text;
    }
    let result = result(event);
    let text = operation(event.operation, event.object, names);
    if result.is_empty() { text } else { format!("{text} -> {result}") }
}

/// Returns the call or the return of an operation whose history is recorded.
fn recorded(event: &Event, trace: &Trace) -> Option<String> {
    let (Operation::Call { process, number } | Operation::Return { process, number }) = event.operation else {
        return None;
    };
    let call = trace.calls.iter().find(|call| (call.process, call.number) == (process, number))?;
    let is_call = matches!(event.operation, Operation::Call { .. });
    let result = call.result.as_ref().filter(|_| !is_call);
    Some(match result {
        Some(result) => format!("return {result} from {}", call.operation),
        None => format!("call {}", call.operation),
    })
}

fn atomic_event(event: &Event, kind: AtomicKind, object: &str) -> String {
    let show = |bits| value(kind, bits);
    match (event.operation, event.response) {
        (Operation::Load { .. }, Response::Value(read)) => format!("{object} is {}", show(read)),
        (Operation::Store { value, .. }, _) => format!("{object} = {}", show(value)),
        (Operation::Update { update, operand, .. }, Response::Value(old)) => {
            let new = updated(kind, update, old, operand);
            let how = match update {
                Update::Swap => return format!("{object}: {} swapped for {}", show(old), show(new)),
                Update::Add => "+",
                Update::Subtract => "-",
                Update::And => "and",
                Update::Nand => "nand",
                Update::Or => "or",
                Update::Xor => "xor",
                Update::Maximum => "max",
                Update::Minimum => "min",
            };
            format!("{object}: {} {how} {} = {}", show(old), show(operand), show(new))
        }
        (Operation::CompareExchange { current, new, .. }, Response::Value(_)) => {
            format!("{object}: {} exchanged for {}", show(current), show(new))
        }
        (Operation::CompareExchange { current, .. }, Response::Mismatch(found)) => {
            format!("{object} is {}, not {}", show(found), show(current))
        }
        (other, response) => format!("{object}: {other:?} -> {response:?}"),
    }
}

/// Returns an operation in words.
pub(crate) fn operation(operation: Operation, object: Option<ObjectId>, names: &Names) -> String {
    InWords { operation, object, names }.to_string()
}

/// Returns what came of an operation, where its name does not say it.
pub(crate) fn result(event: &Event) -> String {
    match event.response {
        Response::Answer(is_last) if event.operation == Operation::DropArc => {
            if is_last {
                "the last".to_owned()
            } else {
                String::new()
            }
        }
        Response::Done | Response::Acquired { poisoned: false } => String::new(),
        Response::Acquired { poisoned: true } => "poisoned".to_owned(),
        Response::Value(value) => value.to_string(),
        Response::Mismatch(value) => format!("no, {value}"),
        Response::WouldBlock => "would block".to_owned(),
        Response::TimedOut | Response::Late { .. } => "timed out".to_owned(),
        Response::Answer(true) => "yes".to_owned(),
        Response::Answer(false) => "no".to_owned(),
        Response::Initialise { .. } => "begun".to_owned(),
        Response::Poisoned => "poisoned".to_owned(),
        Response::Disconnected => "disconnected".to_owned(),
    }
}
