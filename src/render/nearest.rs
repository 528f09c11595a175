//! Where a failure and the nearest execution that passes part, in a sentence.

use super::names::Names;
use super::words::{event, place};
use crate::exploration::Nearest;
use crate::trace::Trace;

/// Returns what would have to be otherwise for the execution of `failing` to pass.
pub fn nearest(nearest: &Nearest, failing: &Trace) -> String {
    let step = |trace: &Trace| {
        let happened = trace.events.get(nearest.shared)?;
        let names = Names::of(trace);
        let words = format!("`{}` of {}", event(happened, trace, &names), names.thread(happened.thread));
        Some((happened.thread, format!("{words} ({})", place(happened.location))))
    };
    let after = match nearest.shared {
        0 => "at the beginning".to_owned(),
        shared => format!("after step {}", shared - 1),
    };
    match (step(failing), step(&nearest.passing.trace)) {
        (Some((thread, wrong)), Some((other, right))) if thread == other => {
            format!("it passes if {after} there is {right} instead of {wrong}")
        }
        (Some((_, wrong)), Some((_, right))) => format!("it passes if {after} comes {right} before {wrong}"),
        _ => format!("another execution, which passes, shares {} steps with it", nearest.shared),
    }
}
