//! What an interleaving does not have: loads that do not read the newest store, and stores that do not become the newest, in
//! sentences below the table.

use super::names::Names;
use super::words;
use crate::execution::happens_before::{acquires, releases};
use crate::execution::known::Known;
use crate::trace::{Departure, Event, ModificationOrder, ObjectId, Operation, Trace};

/// The most sentences; the rest are counted.
const SENTENCES_MAX: usize = 12;

/// Returns a sentence for each step of a trace that departs from an interleaving, a line each.
pub fn departures(trace: &Trace) -> String {
    if trace.departures.is_empty() {
        return String::new();
    }
    let (names, known) = (Names::of(trace), Known::of(trace));
    let mut text = String::new();
    for &(index, departure) in trace.departures.iter().take(SENTENCES_MAX) {
        let Some(event) = trace.events.get(index) else { continue };
        text += &match departure {
            Departure::Read { store } => read(trace, &names, &known, index, store),
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

/// Tells of a load that read an older store: the newest, which it did not see, that nothing orders it, and what would.
fn read(trace: &Trace, names: &Names, known: &Known<'_>, index: usize, store: Option<usize>) -> String {
    let event = &trace.events[index];
    let from = match store {
        Some(step) => format!("from step {step}"),
        None => "the initial value".to_owned(),
    };
    let missed = newest(trace, event.object, index).map_or_else(String::new, |step| {
        let other = &trace.events[step];
        let (thread, what) = (names.thread(other.thread), words::event(other, trace, names));
        let remedy = remedy(trace, known, step, index).map_or_else(String::new, |remedy| format!("; {remedy}"));
        format!(": {thread} did `{what}` at step {step}, but nothing orders that before this load{remedy}")
    });
    format!("step {index}: {} still, {from}{missed}\n", words::event(event, trace, names))
}

/// Returns which orderings would order the store `missed` before the load: those of a store that comes after the first, and of
/// a read of it that comes before the second. None if there is no such read, as in store buffering, where only a total order
/// helps.
fn remedy(trace: &Trace, known: &Known<'_>, missed: usize, load: usize) -> Option<String> {
    let pairs = (0..load).filter(|&read| known.is_known_before(read, load)).filter_map(|read| {
        let store = known.reads_from(read)??;
        let is_other = trace.events[store].thread != trace.events[read].thread;
        (is_other && known.is_known_after(missed, store)).then_some((store, read))
    });
    let lacks = |(store, read): (usize, usize)| {
        let (store, read) = (&trace.events[store], &trace.events[read]);
        let lacks_release = store.write_order().is_some_and(|order| !releases(order));
        let lacks_acquire = read.read_order().is_some_and(|order| !acquires(order));
        let release = lacks_release.then(|| needed(store, "Release", acquires));
        let acquire = lacks_acquire.then(|| needed(read, "Acquire", releases));
        release.into_iter().chain(acquire).collect::<Vec<_>>()
    };
    // As few as possible, as late as possible.
    let fewest = pairs
        .map(lacks)
        .filter(|lacks| !lacks.is_empty())
        .reduce(|one, later| if later.len() <= one.len() { later } else { one })?;
    Some(format!("{} would order them", fewest.join(" and ")))
}

/// Returns the ordering that an access needs, and where it is. A read-modify-write keeps the other half of what it has.
fn needed(event: &Event, half: &str, has_other_half: fn(std::sync::atomic::Ordering) -> bool) -> String {
    let orders = [event.read_order(), event.write_order()];
    let is_update = matches!(event.operation, Operation::Update { .. } | Operation::CompareExchange { .. });
    let keeps = is_update && orders.into_iter().flatten().any(has_other_half);
    let ordering = if keeps { "AcqRel" } else { half };
    let article = if ordering == "Release" { "a" } else { "an" };
    format!("{article} `{ordering}` at {}", words::place(event.location))
}
