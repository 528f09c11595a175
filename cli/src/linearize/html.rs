//! A verdict as an HTML page that needs nothing else: the operations as bars in the lanes of their
//! processes, and the explanation.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use selvedge::history::{Call, Completion, History};
use selvedge::linearizability::Linearizability;

/// How many operations are drawn at most: around the one that fits nowhere, if there is one.
const DRAWN_MAX: usize = 400;

const STYLE: &str = "body{font:14px/1.4 system-ui,sans-serif;margin:2em;color:#222;background:#fff}\
    .right{color:#176b2c}.wrong{color:#a3121f}.open{color:#8a5a00}\
    pre{background:#f4f4f4;padding:1em;overflow:auto}svg{border:1px solid #ddd}";

const LANE_HEIGHT: usize = 30;
const LEFT: usize = 100;
const TURN_WIDTH: usize = 26;

/// Returns the page for one object's history.
pub(super) fn page(sections: &[Section]) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "selvedge linearize" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Is it linearizable?" }
                @for section in sections { (part(section)) }
            }
        }
    };
    markup.into_string()
}

/// One object's history with its verdict.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) history: History<String, String>,
    pub(super) found: Linearizability,
    pub(super) explanation: String,
}

fn part(section: &Section) -> Markup {
    let class = match section.found {
        Linearizability::Linearizable(_) => "right",
        Linearizability::NotLinearizable(_) => "wrong",
        Linearizability::Inconclusive { .. } => "open",
    };
    html! {
        h2 class=(class) { (section.title) }
        (drawing(section))
        @if !section.explanation.is_empty() { pre { (section.explanation) } }
    }
}

/// Returns which operations are drawn.
fn drawn(section: &Section) -> std::ops::Range<usize> {
    let count = section.history.calls().len();
    let culprit = match &section.found {
        Linearizability::NotLinearizable(explanation) => explanation.operation.unwrap_or(0),
        _ => 0,
    };
    let begin = culprit.saturating_sub(DRAWN_MAX / 2).min(count.saturating_sub(DRAWN_MAX));
    begin..(begin + DRAWN_MAX).min(count)
}

fn drawing(section: &Section) -> Markup {
    let range = drawn(section);
    let calls = &section.history.calls()[range.clone()];
    let mut processes: Vec<u32> = calls.iter().map(|call| call.process).collect();
    processes.sort_unstable();
    processes.dedup();
    let mut times: Vec<u64> = calls.iter().flat_map(|call| [Some(call.called_at), call.ended_at()]).flatten().collect();
    times.sort_unstable();
    times.dedup();
    let place = |time: u64| LEFT + times.partition_point(|&known| known < time) * TURN_WIDTH;
    let width = LEFT + (times.len() + 2) * TURN_WIDTH;
    let height = processes.len() * LANE_HEIGHT + 10;
    let lane = |process: u32| 5 + processes.partition_point(|&known| known < process) * LANE_HEIGHT;
    html! {
        @if range.len() < section.history.calls().len() {
            p { "Operations " (range.start) " to " (range.end - 1) " of " (section.history.calls().len()) ":" }
        }
        svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) {
            @for &process in &processes {
                text x="4" y=(lane(process) + 18) font-size="12" { "process " (process) }
            }
            @for (index, call) in calls.iter().enumerate() {
                @let begin = place(call.called_at);
                @let end = call.ended_at().map_or(width, place).max(begin + TURN_WIDTH / 2);
                rect x=(begin) y=(lane(call.process)) width=(end - begin) height=(LANE_HEIGHT - 6) rx="3"
                    fill=(colour(section, range.start + index)) stroke="#555" {
                    title { (words(call)) }
                }
                text x=(begin + 3) y=(lane(call.process) + 16) font-size="10" { (number(section, range.start + index)) }
            }
        }
        p { "Each bar lasts from call to return; its number is its place in the order. Point at it to see what it is." }
    }
}

fn order(section: &Section) -> &[usize] {
    match &section.found {
        Linearizability::Linearizable(order) => order,
        Linearizability::NotLinearizable(explanation) => &explanation.prefix,
        Linearizability::Inconclusive { .. } => &[],
    }
}

fn number(section: &Section, place: usize) -> String {
    let number = order(section).iter().position(|&other| other == place);
    number.map_or_else(String::new, |number| (number + 1).to_string())
}

fn colour(section: &Section, place: usize) -> &'static str {
    match &section.found {
        Linearizability::NotLinearizable(explanation) if explanation.operation == Some(place) => "#f2a3aa",
        _ if order(section).contains(&place) => "#b9e2c3",
        _ => "#e4e4e4",
    }
}

fn words(call: &Call<String, String>) -> String {
    match &call.completion {
        Completion::Returned { result, .. } => format!("{} -> {result}", call.operation),
        Completion::Cancelled { .. } => format!("{} was given up", call.operation),
        Completion::Pending => format!("{} has not returned", call.operation),
    }
}
