//! `selvedge linearize`: whether a history that was recorded elsewhere is linearizable.

mod lines;
mod specs;

use std::collections::BTreeMap;

use selvedge::exhibit::{Document, HistoryView};
use selvedge::history::{Call, Completion, History};
use selvedge::linearizability::{Bound, Consistency, Effort, Explanation, Linearizability, check_within};
use selvedge::render;
use selvedge::spec::*;
use serde::Serialize;

use crate::CallError;
use crate::arguments::{Linearize, PageFormat, SpecName};
use crate::output::{print, print_line};
use lines::Line;
pub(crate) use lines::LinearizeError;
use specs::{Decode, Text};

/// Runs the command; returns whether the history is what it should be.
pub(crate) fn run(call: &Linearize) -> Result<bool, CallError> {
    let capacity = call.capacity.map(usize::from);
    let is_all_right = match call.spec {
        SpecName::Register => {
            let initial = call.initial.as_ref().unwrap_or(&serde_json::Value::Null);
            check(call, &RegisterSpec::new(Text::of(initial)))
        }
        SpecName::Counter => check(call, &CounterSpec::new()),
        SpecName::Fifo => check(call, &capacity.map_or_else(FifoSpec::<Text>::unbounded, FifoSpec::bounded)),
        SpecName::Lifo => check(call, &capacity.map_or_else(LifoSpec::<Text>::unbounded, LifoSpec::bounded)),
        SpecName::Priority => {
            check(call, &capacity.map_or_else(PrioritySpec::<Text>::unbounded, PrioritySpec::bounded))
        }
        SpecName::Deque => check(call, &DequeSpec::<Text>::new()),
        SpecName::Set => check(call, &SetSpec::<Text>::new()),
        SpecName::Map => check(call, &MapSpec::<Text, Text>::new()),
        SpecName::KeyValue => check(call, &KeyValueSpec),
        SpecName::Mutex => check(call, &MutexSpec),
        SpecName::Semaphore => check(call, &SemaphoreSpec::bounded(capacity.unwrap_or(1))),
        SpecName::JoinableQueue => check(call, &JoinableSpec::<Text>::new()),
    }?;
    Ok(is_all_right)
}

/// What is known of one object: its operations, and the line of each.
type Recorded<S> = Vec<(Call<<S as SequentialSpec>::Operation, <S as SequentialSpec>::Result>, usize)>;

fn check<S: Decode>(call: &Linearize, spec: &S) -> Result<bool, LinearizeError> {
    let mut objects: BTreeMap<Option<String>, Recorded<S>> = BTreeMap::new();
    lines::read(&call.file, |line| {
        let Line { number, process, operation, arguments, call, end, result, key } = line;
        let operation = spec.operation(&operation, &arguments)?;
        let completion = match (end, result) {
            (None, _) => Completion::Pending,
            (Some(at), None) => Completion::Cancelled { at },
            (Some(at), Some(value)) => Completion::Returned { at, result: spec.result(&operation, &value)? },
        };
        let recorded = Call { process, operation, called_at: call, completion };
        objects.entry(key).or_default().push((recorded, number));
        Ok(())
    })?;
    if objects.is_empty() {
        return Err(LinearizeError::Empty { file: call.file.clone() });
    }
    let effort = Effort { configurations: None, time: Some(call.seconds), memory_bytes: Some(call.memory << 20) };
    let (mut sections, mut results) = (Vec::new(), Vec::new());
    for (key, mut recorded) in objects {
        // As the history sorts them.
        recorded.sort_by_key(|(call, _)| call.called_at);
        let (calls, numbers): (Vec<_>, Vec<usize>) = recorded.into_iter().unzip();
        let history = History::new(calls).map_err(|error| LinearizeError::Setting(error.to_string()))?;
        let found = check_within(spec, &history, call.consistency.into(), effort);
        results.push(Found::of(key.clone(), &found, &numbers));
        let words = history.in_words();
        let explanation = match &found {
            Linearizability::NotLinearizable(explanation) => render::explain(explanation, &words),
            &Linearizability::Inconclusive { configurations, bound } => undecided(bound, configurations),
            Linearizability::Linearizable(_) => String::new(),
        };
        let title = title(key.as_deref(), &found, words.calls().len());
        let name = key.map_or_else(|| "the history".to_owned(), |key| format!("the history of {key}"));
        sections.push(Section { title, name, history: words, found, explanation });
    }
    report(call, &sections, &results)?;
    let is_right = |section: &Section| section.found.is_linearizable();
    Ok(sections.iter().all(is_right))
}

fn report(call: &Linearize, sections: &[Section], results: &[Found]) -> Result<(), LinearizeError> {
    match call.format {
        PageFormat::Text => {
            for section in sections {
                print_line(&section.title);
                if let Linearizability::NotLinearizable(explanation) = &section.found {
                    let near = near(explanation, &section.history);
                    print_line(&render::history(&near));
                }
                if !section.explanation.is_empty() {
                    print_line(&section.explanation);
                }
            }
        }
        PageFormat::Json => {
            for result in results {
                print_line(&serde_json::to_string(result).expect("plain data"));
            }
        }
        PageFormat::Html => print(&page(call, sections).to_html()),
    }
    Ok(())
}

/// One object's history with its verdict.
struct Section {
    /// Its name, its verdict and its size.
    title: String,
    name: String,
    history: History<String, String>,
    found: Linearizability,
    explanation: String,
}

/// Returns the document of all histories.
fn page(call: &Linearize, sections: &[Section]) -> Document {
    let mut document = Document::new(&call.file.display().to_string(), "linearize", "");
    let count = |is: fn(&Linearizability) -> bool| sections.iter().filter(|section| is(&section.found)).count();
    let (right, wrong) =
        (count(Linearizability::is_linearizable), count(|found| matches!(found, Linearizability::NotLinearizable(_))));
    document.verdict = match (right, wrong) {
        (right, 0) if right == sections.len() => "linearizable".to_owned(),
        (_, 0) => "inconclusive".to_owned(),
        _ if sections.len() == 1 => "not linearizable".to_owned(),
        (_, wrong) => format!("{wrong} of {} histories are not linearizable", sections.len()),
    };
    let view = |section: &Section| {
        let view = HistoryView::of(&section.name, &section.history, &section.found);
        HistoryView { words: section.explanation.clone(), ..view }
    };
    document.histories = sections.iter().map(view).collect();
    document
}

/// One line of JSON output. Operations are named by their lines.
#[derive(Default, Serialize)]
struct Found {
    key: Option<String>,
    verdict: &'static str,
    operations: usize,
    /// The order that explains the history, or as much of it as can be explained.
    order: Vec<usize>,
    /// The operation that fits nowhere.
    operation: Option<usize>,
    contradictions: Vec<Against>,
    /// Where there is no verdict, how many configurations were looked at, and what was spent.
    configurations: Option<u64>,
    spent: Option<&'static str>,
}

/// Why the operation does not fit after others.
#[derive(Serialize)]
struct Against {
    order: Vec<usize>,
    state: String,
    expected: Option<String>,
}

impl Found {
    fn of(key: Option<String>, found: &Linearizability, numbers: &[usize]) -> Self {
        let named = |order: &[usize]| order.iter().map(|&place| numbers[place]).collect::<Vec<_>>();
        let (verdict, operations) = (verdict(found), numbers.len());
        let mut result = Self { key, verdict, operations, ..Self::default() };
        match found {
            Linearizability::Linearizable(order) => result.order = named(order),
            Linearizability::NotLinearizable(explanation) => {
                result.order = named(&explanation.prefix);
                result.operation = explanation.operation.map(|place| numbers[place]);
                let against = explanation.contradictions.iter().map(|contradiction| Against {
                    order: named(&contradiction.order),
                    state: contradiction.state.clone(),
                    expected: contradiction.expected.clone(),
                });
                result.contradictions = against.collect();
            }
            &Linearizability::Inconclusive { configurations, bound } => {
                result.configurations = Some(configurations);
                result.spent = Some(match bound {
                    Bound::Configurations => "configurations",
                    Bound::Time => "time",
                    Bound::Memory => "memory",
                });
            }
        }
        result
    }
}

/// Returns why there is no verdict, and what option helps.
fn undecided(bound: Bound, configurations: u64) -> String {
    let why = render::undecided(bound, configurations);
    match bound {
        Bound::Configurations => why,
        Bound::Time => format!("{why}; `--seconds` gives it more"),
        Bound::Memory => format!("{why}; `--memory` gives it more"),
    }
}

fn verdict(found: &Linearizability) -> &'static str {
    match found {
        Linearizability::Linearizable(_) => "linearizable",
        Linearizability::NotLinearizable(_) => "not linearizable",
        Linearizability::Inconclusive { .. } => "inconclusive",
    }
}

/// Returns the operations around the one that fits nowhere: those that it overlaps, and some before.
fn near(explanation: &Explanation, history: &History<String, String>) -> History<String, String> {
    const SHOWN_MAX: usize = 40;
    let Some(culprit) = explanation.operation else { return history.clone() };
    let begin = (culprit + 1).saturating_sub(SHOWN_MAX);
    let ended = history.calls()[culprit].ended_at().unwrap_or(u64::MAX);
    let shown = history.calls()[begin..].iter().filter(|call| call.called_at <= ended);
    History::new(shown.cloned().collect()).unwrap_or_else(|_| history.clone())
}

fn title(key: Option<&str>, found: &Linearizability, operations: usize) -> String {
    let of = key.map_or_else(String::new, |key| format!("{key}: "));
    format!("{of}{}, {operations} operations", verdict(found))
}

impl From<crate::arguments::ConsistencyName> for Consistency {
    fn from(name: crate::arguments::ConsistencyName) -> Self {
        use crate::arguments::ConsistencyName;
        match name {
            ConsistencyName::Linearizable => Self::Linearizable,
            ConsistencyName::Sequential => Self::Sequential,
            ConsistencyName::Quiescent => Self::Quiescent,
        }
    }
}
