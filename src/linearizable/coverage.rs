//! What was seen of an object while it was checked, so that nobody takes for checked what never happened.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Debug;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::history::History;
use crate::spec::SequentialSpec;

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many programs were run.
    pub programs: u64,
    /// Of how many of them every execution was looked at.
    pub exhausted: u64,
    /// How many executions came to their ends, those that shrank a schedule or replayed it among them.
    pub executions: u64,
    /// How many histories differed.
    pub histories: u64,
    /// How many lists of results differed.
    pub results: u64,
    /// How often each kind of answer occurred in histories that differ, by the operation's name and its
    /// result's.
    pub answers: BTreeMap<(String, String), u64>,
    /// What the specification can answer, and never occurred.
    pub missing: Vec<(String, String)>,
    /// How many histories could not be decided with the effort of a check.
    pub undecided: u64,
}

/// Collects what is seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) coverage: Coverage,
    histories: HashSet<u64>,
    results: HashSet<u64>,
}

impl Seen {
    /// Notes a history that a program has not had before.
    pub(super) fn note<O: Debug, R: Debug>(&mut self, history: &History<O, R>, text: &str) {
        if self.histories.insert(digest(text)) {
            self.coverage.histories += 1;
        }
        let mut results: Vec<String> = Vec::new();
        for call in history.calls() {
            let result = call.result().map_or_else(|| "waits".to_owned(), |result| format!("{result:?}"));
            let answer = (class(&format!("{:?}", call.operation)), class(&result));
            *self.coverage.answers.entry(answer).or_default() += 1;
            results.push(format!("{} {:?} {result}", call.process, call.operation));
        }
        // By process, whatever the order.
        results.sort_unstable();
        if self.results.insert(digest(&results.join("\n"))) {
            self.coverage.results += 1;
        }
    }

    /// Names the answers that the specification gives one thread to the same operations, and that never
    /// occurred.
    pub(super) fn finish<S: SequentialSpec>(
        mut self,
        spec: &S,
        operations: &impl Strategy<Value = S::Operation>,
        runner: &mut TestRunner,
    ) -> Coverage {
        let mut possible: BTreeSet<(String, String)> = BTreeSet::new();
        for _ in 0..64 {
            let mut state = spec.initial();
            for _ in 0..32 {
                let Ok(drawn) = operations.new_tree(runner) else { continue };
                let operation = drawn.current();
                if let Some(result) = spec.apply(&mut state, &operation) {
                    possible.insert((class(&format!("{operation:?}")), class(&format!("{result:?}"))));
                }
            }
        }
        possible.retain(|answer| !self.coverage.answers.contains_key(answer));
        self.coverage.missing = possible.into_iter().collect();
        self.coverage
    }
}

/// Returns the name of a value in its `Debug` form, without what is in it; of a number, that it is one.
fn class(text: &str) -> String {
    let name: String = text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    if name.is_empty() || name.starts_with(|letter: char| letter.is_ascii_digit()) {
        "a value".to_owned()
    } else {
        name
    }
}

fn digest(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
