//! Where an execution stands that its reader steps through, and what can still come, in words.

use std::panic::Location;

use super::names::Names;
use super::words::{event, operation, place_of, value_of};
use crate::exploration::{Decided, Ending, Exploration, Position, Possible, Way, is_lost};
use crate::schedule::Token;
use crate::trace::{Operation, Trace};

/// How many of the last steps are shown.
const STEPS_SHOWN_MAX: usize = 8;

/// How many outcomes are shown beside a choice.
const OUTCOMES_SHOWN_MAX: usize = 10;

/// Returns the last steps, what can still come, and the choices; `token` replays the steps up to here.
pub fn position(position: &Position, token: &Token) -> String {
    let Position { trace, reachable, choices, end, .. } = position;
    let names = Names::of(trace);
    let mut text = String::from("\n");
    let hidden = trace.events.len().saturating_sub(STEPS_SHOWN_MAX);
    if hidden > 0 {
        text += &format!("  .. {hidden} steps before\n");
    }
    for (number, happened) in trace.events.iter().enumerate().skip(hidden) {
        let thread = names.thread(happened.thread);
        let source = source(happened.operation, happened.location);
        text += &format!("  {number:>3}  {thread}: {}{source}\n", event(happened, trace, &names));
    }
    if let Some(end) = end {
        let since = decided(position).map(|since| format!("{since}\n")).unwrap_or_default();
        return text + &format!("{}\n{since}token: {token}\n", ending(end, trace));
    }
    text += &format!("from here: {}\n", to_come(reachable));
    if let Some(since) = decided(position) {
        text += &format!("{since}\n");
    }
    for (number, choice) in choices.iter().enumerate() {
        let (possible, number) = (&choice.step, number + 1);
        let thread = names.thread(possible.thread);
        let (what, source) = (step(possible, trace, &names), source(possible.operation, possible.location));
        text += &format!("  {number:>2}  {thread}: {what}{source}\n      {}\n", to_come(&choice.reachable));
    }
    text + &format!("token: {token}\n")
}

/// Returns how an execution has ended, in words.
pub(crate) fn ending(end: &Ending, trace: &Trace) -> String {
    match end {
        Ending::Outcome(outcome) => format!("the execution is over, and right: the outcome is {outcome}"),
        Ending::Failure(failure) => format!("the execution is over, and wrong: {}", super::failure(failure, trace)),
        Ending::Other(what) => format!("the execution is over: {what}"),
    }
}

/// Returns since when it is certain how the execution ends, in words; none if it is not, or if there was never a choice.
pub(crate) fn decided(position: &Position) -> Option<String> {
    let Decided { steps, is_wrong } = position.decided?;
    let what = if is_wrong { "wrong" } else { "right" };
    let trace = &position.trace;
    let Some(steps) = steps else { return Some(format!("it is {what} whatever comes")) };
    let Some((step, number)) = steps.checked_sub(1).and_then(|number| Some((trace.events.get(number)?, number))) else {
        return is_wrong.then(|| "it is wrong whatever comes: every execution is".to_owned());
    };
    let names = Names::of(trace);
    let thread = names.thread(step.thread);
    Some(format!("it is {what} whatever comes, since step {number} ({thread}: {})", event(step, trace, &names)))
}

/// Returns a step that is possible in words, without its thread and its place.
pub(crate) fn step(step: &Possible, trace: &Trace, names: &Names) -> String {
    let replaced = match step.way {
        Way::After { newer: 0 } => ", the newest",
        Way::After { .. } => ", although there is a newer one",
        Way::IsWoken => ", is woken",
        Way::TimesOut => ", times out",
        Way::EndsForNoReason => ", ends for no reason",
        Way::Only | Way::Takes(_) => "",
    };
    let bits = |bits| value_of(step.object, bits, trace);
    let what = match step.operation {
        Operation::Spawn { .. } => "spawn a thread".to_owned(),
        other => operation(other, step.object, names),
    };
    let values = match (step.finds, step.stores, step.way) {
        (_, Some(stored), Way::After { newer: 1.. }) => format!(" = {}, before a newer store", bits(stored)),
        (_, Some(stored), _) => format!(" = {}", bits(stored)),
        (Some(found), None, _) => format!(", finds {}{replaced}", bits(found)),
        (None, None, Way::Takes(option)) => format!(", option {option}"),
        (None, None, _) => replaced.to_owned(),
    };
    format!("{what}{values}")
}

/// Returns the place of an operation in brackets, if it has one.
fn source(operation: Operation, location: &Location<'_>) -> String {
    place_of(operation, location).map_or_else(String::new, |place| format!("  ({place})"))
}

/// Returns what can still come, in words.
pub(crate) fn to_come(reachable: &Exploration) -> String {
    let Exploration { executions, failures, outcomes, .. } = reachable;
    let is_all = reachable.limit.is_none();
    let wrong = match is_lost(reachable) {
        _ if *executions == 1 && is_all => if *failures == 0 { "right" } else { "wrong" }.to_owned(),
        Some(true) => "each of them wrong".to_owned(),
        _ if *failures == 0 && is_all => "none of them wrong".to_owned(),
        _ if *failures == 0 => "none of them wrong so far".to_owned(),
        _ => format!("{failures} of them wrong"),
    };
    let s = if *executions == 1 { "" } else { "s" };
    let more = if is_all { "" } else { " and more" };
    let mut text = format!("{executions}{more} execution{s}, {wrong}");
    let shown: Vec<String> = outcomes.keys().take(OUTCOMES_SHOWN_MAX).map(ToString::to_string).collect();
    if !shown.is_empty() {
        let rest = outcomes.len().saturating_sub(OUTCOMES_SHOWN_MAX);
        let rest = if rest > 0 { format!(" and {rest} others") } else { String::new() };
        text += &format!("; outcomes: {}{rest}", shown.join(", "));
    }
    text
}
