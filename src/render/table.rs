//! The interleaving as a table: a row for each event, a column for each thread, as the tutorials
//! draw it.

use comfy_table::{ContentArrangement, Table, presets};

use super::names::Names;
use super::words;
use crate::trace::{Event, Switch, ThreadId, Trace};

/// Returns the table of a trace's events.
pub fn table(trace: &Trace) -> String {
    let names = Names::of(trace);
    let threads = threads_in(trace);
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Disabled);
    let mut header = vec!["step".to_owned()];
    header.extend(threads.iter().map(|&thread| names.thread(thread).into_owned()));
    header.extend(["source".to_owned(), "switch".to_owned()]);
    table.set_header(header);
    let mut last: Option<&Event> = None;
    for (step, event) in trace.events.iter().enumerate() {
        let mut row = vec![step.to_string()];
        for &thread in &threads {
            row.push(if thread == event.thread { words::event(event, trace, &names) } else { String::new() });
        }
        row.push(words::place_of(event.operation, event.location).unwrap_or_default());
        row.push(last.map_or_else(String::new, |last| why(event.switch, &names.thread(last.thread))));
        table.add_row(row);
        for panic in trace.panics.iter().filter(|panic| panic.events_before == step + 1) {
            let mut row = vec![String::new()];
            let text = format!("panic: {}", panic.message.lines().next().unwrap_or_default());
            row.extend(threads.iter().map(|&thread| if thread == panic.thread { text.clone() } else { String::new() }));
            row.push(panic.location.rsplit('/').next().unwrap_or_default().to_owned());
            table.add_row(row);
        }
        last = Some(event);
    }
    table.to_string()
}

fn threads_in(trace: &Trace) -> Vec<ThreadId> {
    (0..trace.threads.len()).map(|index| ThreadId(u32::try_from(index).expect("fewer than 2^32 threads"))).collect()
}

fn why(switch: Switch, former: &str) -> String {
    match switch {
        Switch::None => String::new(),
        Switch::Exited => format!("{former} ended"),
        Switch::Blocked => format!("{former} has to wait"),
        Switch::Yielded => format!("{former} yielded"),
        Switch::Preempted => format!("{former} is preempted"),
    }
}
