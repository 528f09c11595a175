//! What an interleaving does not have: loads that do not read the newest store, and stores that do not become the newest, in
//! sentences below the table.

use super::names::Names;
use super::words;
use crate::trace::{Departure, Event, ModificationOrder, ObjectId, Trace};

/// The most sentences; the rest are counted.
const SENTENCES_MAX: usize = 12;

/// Returns a sentence for each step of a trace that departs from an interleaving, a line each.
pub fn departures(trace: &Trace) -> String {
    let names = Names::of(trace);
    let mut text = String::new();
    for &(index, departure) in trace.departures.iter().take(SENTENCES_MAX) {
        let Some(event) = trace.events.get(index) else { continue };
        text += &match departure {
            Departure::Read { store } => read(trace, &names, index, event, store),
            Departure::Placed { before } => format!(
                "step {index}: {}, and yet the store of step {before} by {} comes later in the modification order\n",
                words::event(event, trace, &names),
                names.thread(trace.events[before].thread)
            ),
        };
    }
    if let Some(more @ 1..) = trace.departures.len().checked_sub(SENTENCES_MAX) {
        text += &format!("and {more} more steps that depart from an interleaving\n");
    }
    text
}

/// Returns the newest store to an atomic before that step, in modification order; none if that is the initial value.
fn newest(trace: &Trace, object: Option<ObjectId>, until: usize) -> Option<usize> {
    let mut order = ModificationOrder::default();
    let is_store = |event: &Event| event.object == object && event.write_order().is_some();
    for (index, _) in trace.events.iter().enumerate().take(until).filter(|(_, event)| is_store(event)) {
        order.insert(order.place(trace.departure(index)), index, ());
    }
    order.events().last()
}

/// Tells of a load that read an older store: the newest, which it did not see, and that nothing orders it.
fn read(trace: &Trace, names: &Names, index: usize, event: &Event, store: Option<usize>) -> String {
    let from = match store {
        Some(step) => format!("from step {step}"),
        None => "the initial value".to_owned(),
    };
    let missed = newest(trace, event.object, index).map_or_else(String::new, |step| {
        let other = &trace.events[step];
        let (thread, what) = (names.thread(other.thread), words::event(other, trace, names));
        format!(": {thread} did `{what}` at step {step}, but nothing orders that before this load")
    });
    format!("step {index}: {} still, {from}{missed}\n", words::event(event, trace, names))
}
