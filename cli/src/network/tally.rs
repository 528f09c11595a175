//! What has become of the tasks of `selvedge master --tasks`: which have a result, which are tried again, and which are
//! given up. Only results of these tasks count.

use std::collections::BTreeMap;
use std::fmt;

use selvedge_models::master_worker::queue::Number;
use selvedge_models::master_worker::wire::value::Value;
use serde::Serialize;
use serde_json::value::RawValue;

use super::task::AsJson;

/// A task that has no result yet.
struct Open {
    task: Value,
    /// Which of the tasks it is, from 1.
    place: usize,
    retries_left: usize,
}

/// What is to be done about a result.
pub(crate) enum Verdict {
    /// It is to be printed.
    Print(String),
    /// The task is to be put once more.
    Retry(Value, Again),
    /// It is of no task that has none yet.
    Other,
}

/// A task that is tried again.
pub(crate) struct Again(Open);

/// The tasks, by the numbers that the queue has given them.
#[derive(Default)]
pub(crate) struct Tally {
    open: BTreeMap<Number, Open>,
    count: usize,
    /// How many results have come that do not say of which task they are.
    unnamed: usize,
    dead_letters: Vec<DeadLetter>,
}

/// A task that was given up.
#[derive(Serialize)]
pub(crate) struct DeadLetter {
    /// Which of the tasks it is, from 1, and the task; none if its worker does not say.
    number: Option<usize>,
    task: Option<Box<RawValue>>,
    why: String,
}

impl fmt::Display for DeadLetter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.number, &self.task) {
            (Some(number), Some(task)) => write!(formatter, "task {number}, {task}: {}", self.why),
            _ => write!(formatter, "a task that its worker does not name: {}", self.why),
        }
    }
}

impl Tally {
    /// Counts a task that was put.
    pub(crate) fn add(&mut self, number: Number, task: Value, retries: usize) {
        self.count += 1;
        self.open.insert(number, Open { task, place: self.count, retries_left: retries });
    }

    /// Counts a task that was put once more.
    pub(crate) fn again(&mut self, number: Number, again: Again) {
        self.open.insert(number, again.0);
    }

    /// Returns whether there is no task without a result, but for those that were given up.
    pub(crate) fn is_done(&self) -> bool {
        self.left() == 0
    }

    /// Returns how many tasks there were.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Returns how many have no result, and were not given up.
    pub(crate) fn left(&self) -> usize {
        self.open.len().saturating_sub(self.unnamed)
    }

    /// Judges a result. One that does not say of which task it is counts as long as there are tasks that were taken for
    /// good, without a lease.
    pub(crate) fn judge(&mut self, number: Option<Number>, result: &Value, taken_for_good: usize) -> Verdict {
        let failure = failure(result);
        let Some(number) = number else {
            if self.unnamed >= taken_for_good || self.is_done() {
                return Verdict::Other;
            }
            self.unnamed += 1;
            if failure.is_some() {
                self.dead_letters.push(DeadLetter { number: None, task: None, why: AsJson(result).text() });
            }
            return Verdict::Print(AsJson(result).text());
        };
        let Some(mut open) = self.open.remove(&number) else { return Verdict::Other };
        let Some(status) = failure else { return Verdict::Print(AsJson(result).text()) };
        if open.retries_left > 0 {
            open.retries_left -= 1;
            tracing::warn!(task = open.place, status, "failed, and is tried again");
            return Verdict::Retry(open.task.clone(), Again(open));
        }
        let (number, task, result) = (open.place, AsJson(&open.task), AsJson(result));
        let line = format!(r#"{{"number":{number},"task":{task},"result":{result}}}"#);
        self.give_up_open(&open, &status);
        Verdict::Print(line)
    }

    /// Gives up a task that came back too often.
    pub(crate) fn give_up(&mut self, number: Number) {
        if let Some(open) = self.open.remove(&number) {
            self.give_up_open(&open, "its workers went, or were late, too often");
        }
    }

    fn give_up_open(&mut self, open: &Open, why: &str) {
        let (number, task) = (Some(open.place), Some(AsJson(&open.task).raw()));
        self.dead_letters.push(DeadLetter { number, task, why: why.to_owned() });
    }

    /// Returns the tasks that were given up, and why.
    pub(crate) fn dead_letters(&self) -> &[DeadLetter] {
        &self.dead_letters
    }
}

/// Returns how a task has failed, if its result says so.
fn failure(result: &Value) -> Option<String> {
    let Value::Dict(parts) = result else { return None };
    let part = |name: &str| parts.iter().find(|(key, _)| *key == Value::text(name)).map(|(_, value)| value);
    if part("status") != Some(&Value::text("failed")) {
        return None;
    }
    match part("exit_code") {
        Some(Value::Int(code)) => Some(format!("failed with exit code {code}")),
        _ => Some("failed".to_owned()),
    }
}
