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
    /// How often it was to be tried again at first.
    retries: usize,
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
    /// What has changed since it was last kept; none if it is not.
    changes: Option<Vec<TallyChange>>,
}

/// A change of what is known of the tasks.
pub(crate) enum TallyChange {
    /// The tasks are those of a file, which is known by this.
    File { digest: String },
    /// A task has no result yet.
    Open { number: Number, place: usize, retries_left: usize, retries: usize, task: Value },
    /// It has one, or was given up, or has another number.
    Closed(Number),
    /// A result, as it is printed, of the task with this place.
    Result { place: Option<usize>, line: String },
    /// A task was given up, that is to be tried so often if it is put once more.
    DeadLetter { place: Option<usize>, task: Option<String>, why: String, value: Option<Value>, retries: usize },
}

/// What was kept of a tally.
#[derive(Default)]
pub(crate) struct KeptTally {
    /// The tasks without a result.
    pub(crate) open: Vec<KeptTask>,
    pub(crate) dead_letters: Vec<KeptLetter>,
    pub(crate) results: usize,
    pub(crate) unnamed: usize,
}

/// What was kept of a task without a result.
pub(crate) struct KeptTask {
    pub(crate) number: Number,
    pub(crate) place: usize,
    pub(crate) retries_left: usize,
    pub(crate) retries: usize,
    pub(crate) task: Value,
}

/// What was kept of a task that was given up.
pub(crate) struct KeptLetter {
    pub(crate) place: Option<usize>,
    pub(crate) task: Option<String>,
    pub(crate) why: String,
    /// Whether its last failure is among the results.
    pub(crate) has_result: bool,
}

/// A task that was given up.
#[derive(Serialize)]
pub(crate) struct DeadLetter {
    /// Which of the tasks it is, from 1, and the task; none if its worker does not say.
    number: Option<usize>,
    task: Option<Box<RawValue>>,
    why: String,
}

impl From<KeptLetter> for DeadLetter {
    fn from(kept: KeptLetter) -> Self {
        let KeptLetter { place, task, why, has_result: _ } = kept;
        Self { number: place, task: task.and_then(|task| RawValue::from_string(task).ok()), why }
    }
}

/// Why a task is given up that was handed out on a lease too often.
pub(crate) const TOO_OFTEN: &str = "its workers went, or were late, too often";

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
        self.insert(number, Open { task, place: self.count, retries_left: retries, retries });
    }

    /// Counts a task that was put once more.
    pub(crate) fn again(&mut self, number: Number, again: Again) {
        self.insert(number, again.0);
    }

    fn insert(&mut self, number: Number, open: Open) {
        let &Open { ref task, place, retries_left, retries } = &open;
        self.note(|| TallyChange::Open { number, place, retries_left, retries, task: task.clone() });
        self.open.insert(number, open);
    }

    fn remove(&mut self, number: Number) -> Option<Open> {
        let open = self.open.remove(&number)?;
        self.note(|| TallyChange::Closed(number));
        Some(open)
    }

    /// Notes by what the file is known that has the tasks.
    pub(crate) fn is_of(&mut self, digest: String) {
        self.note(|| TallyChange::File { digest });
    }

    /// Returns what has changed since this was last asked, in order.
    pub(crate) fn take_changes(&mut self) -> Vec<TallyChange> {
        self.changes.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// From now on says what changes.
    pub(crate) fn journal(&mut self) {
        self.changes = Some(Vec::new());
    }

    /// Notes a change, if somebody wants to know it.
    fn note(&mut self, change: impl FnOnce() -> TallyChange) {
        if let Some(changes) = &mut self.changes {
            changes.push(change());
        }
    }

    /// Returns what was kept: the tasks without a result, those that were given up, how many results there are, and how many of
    /// these do not say of which task they are.
    pub(crate) fn restored(kept: KeptTally) -> Self {
        let KeptTally { open, dead_letters, results, unnamed } = kept;
        // A task that was given up for its last failure has a result, too.
        let without = dead_letters.iter().filter(|letter| !letter.has_result).count();
        let count = open.len() + results.saturating_sub(unnamed) + without;
        let open = open.into_iter().map(|KeptTask { number, place, retries_left, retries, task }| {
            (number, Open { task, place, retries_left, retries })
        });
        Self {
            open: open.collect(),
            count,
            unnamed,
            dead_letters: dead_letters.into_iter().map(DeadLetter::from).collect(),
            changes: Some(Vec::new()),
        }
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
                self.put_letter(DeadLetter { number: None, task: None, why: AsJson(result).text() }, None);
            }
            return self.print(None, AsJson(result).text());
        };
        let Some(mut open) = self.remove(number) else { return Verdict::Other };
        let Some(status) = failure else { return self.print(Some(open.place), AsJson(result).text()) };
        if open.retries_left > 0 {
            open.retries_left -= 1;
            tracing::warn!(task = open.place, status, "failed, and is tried again");
            return Verdict::Retry(open.task.clone(), Again(open));
        }
        let (number, task, result) = (open.place, AsJson(&open.task), AsJson(result));
        let line = format!(r#"{{"number":{number},"task":{task},"result":{result}}}"#);
        self.give_up_open(&open, &status);
        self.print(Some(number), line)
    }

    fn print(&mut self, place: Option<usize>, line: String) -> Verdict {
        self.note(|| TallyChange::Result { place, line: line.clone() });
        Verdict::Print(line)
    }

    /// Gives up a task that came back too often.
    pub(crate) fn give_up(&mut self, number: Number) {
        if let Some(open) = self.remove(number) {
            self.give_up_open(&open, TOO_OFTEN);
        }
    }

    fn give_up_open(&mut self, open: &Open, why: &str) {
        let (number, task) = (Some(open.place), Some(AsJson(&open.task).raw()));
        self.put_letter(DeadLetter { number, task, why: why.to_owned() }, Some(open));
    }

    fn put_letter(&mut self, letter: DeadLetter, open: Option<&Open>) {
        let DeadLetter { number, task, why } = &letter;
        self.note(|| TallyChange::DeadLetter {
            place: *number,
            task: task.as_ref().map(|task| task.get().to_owned()),
            why: why.clone(),
            value: open.map(|open| open.task.clone()),
            retries: open.map_or(0, |open| open.retries),
        });
        self.dead_letters.push(letter);
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
