//! Histories, and why they are not linearizable.

use comfy_table::{ContentArrangement, Table, presets};

use crate::failure::Inconsistency;
use crate::history::{Call, Completion, History};
use crate::linearizability::{Bound, Consistency, Explanation};

/// Returns a history as a table: a column for each process, a row for each operation in the order of
/// calls, with the times of its call and its return.
pub fn history(history: &History<String, String>) -> String {
    let mut processes: Vec<u32> = history.calls().iter().map(|call| call.process).collect();
    processes.sort_unstable();
    processes.dedup();
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Disabled);
    let mut header: Vec<String> = processes.iter().map(|process| format!("process {process}")).collect();
    header.push("called".to_owned());
    header.push("returned".to_owned());
    table.set_header(header);
    for call in history.calls() {
        let cell = |process: &u32| if *process == call.process { operation(call) } else { String::new() };
        let mut row: Vec<String> = processes.iter().map(cell).collect();
        row.push(call.called_at.to_string());
        row.push(call.ended_at().map_or_else(String::new, |at| at.to_string()));
        table.add_row(row);
    }
    table.to_string()
}

/// Returns an operation with what came of it.
fn operation(call: &Call<String, String>) -> String {
    match &call.completion {
        Completion::Returned { result, .. } => format!("{} -> {result}", call.operation),
        Completion::Cancelled { .. } => format!("{} was given up", call.operation),
        Completion::Pending => format!("{} waits", call.operation),
    }
}

/// Returns why a history is wrong.
pub(super) fn inconsistency(inconsistency: &Inconsistency) -> String {
    let Inconsistency { consistency, history: of, explanation } = inconsistency;
    let what = match consistency {
        Consistency::Linearizable => "not linearizable",
        Consistency::Sequential => "not sequentially consistent",
        Consistency::Quiescent => "not quiescently consistent",
    };
    format!("what the operations answered is {what}\n{}\n{}", history(of), explain(explanation, of))
}

/// The most operations of an order that are named.
const SHOWN_MAX: usize = 16;

/// Returns an explanation in words; the operations are those of `of`.
pub fn explain(explanation: &Explanation, of: &History<String, String>) -> String {
    let named = |order: &[usize]| {
        let shown = order.len().saturating_sub(SHOWN_MAX);
        let mut all: Vec<String> = order[shown..].iter().map(|&place| operation(&of.calls()[place])).collect();
        if shown > 0 {
            all.insert(0, format!("{shown} others"));
        }
        if all.is_empty() { "nothing".to_owned() } else { all.join(", ") }
    };
    let mut lines = Vec::new();
    match explanation.operation {
        Some(place) => {
            let call = &of.calls()[place];
            lines.push(format!("{}, of process {}, fits nowhere:", operation(call), call.process));
            for contradiction in &explanation.contradictions {
                let expected = match &contradiction.expected {
                    Some(expected) => format!("it would return {expected}"),
                    None => "it would have to wait".to_owned(),
                };
                lines.push(format!(
                    "  after {} the state is {}, and {expected}",
                    named(&contradiction.order),
                    shortened(&contradiction.state)
                ));
            }
        }
        None if of.is_stuck() => {
            lines.push("operations wait that would not have to, in whatever order the others came".to_owned());
        }
        None => lines.push("no order explains it".to_owned()),
    }
    lines.push(format!("the longest order that can be explained: {}", named(&explanation.prefix)));
    lines.join("\n")
}

/// Returns why it is not known whether a history is right: what was spent, and what was searched until then.
pub fn undecided(bound: Bound, configurations: u64) -> String {
    let spent = match bound {
        Bound::Configurations => "the number of configurations",
        Bound::Time => "the time",
        Bound::Memory => "the memory",
    };
    let searched = if configurations == 1 { "configuration" } else { "configurations" };
    format!("no order was found, and not every one was tried: {spent} was spent after {configurations} {searched}")
}

/// Returns a text, or as much of it as one wants to read.
fn shortened(text: &str) -> String {
    const LETTERS_MAX: usize = 200;
    let mut short: String = text.chars().take(LETTERS_MAX).collect();
    if short.len() < text.len() {
        short.push_str("..");
    }
    short
}
