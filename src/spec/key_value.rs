//! A store of texts by key, with get, put and append: the one that distributed systems are often tested
//! with, because what was appended tells in which order.

use std::collections::BTreeMap;

use super::{Next, SequentialSpec, part_of};

/// What can be asked of a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyValueOperation {
    /// Returns the text of a key, empty if it has none.
    Get(String),
    /// Sets the text of a key; answers with an empty text.
    Put(String, String),
    /// Appends to the text of a key; answers with an empty text.
    Append(String, String),
}

/// A store that is empty at first, each of whose keys is a part of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyValueSpec;

impl SequentialSpec for KeyValueSpec {
    type State = BTreeMap<String, String>;
    type Operation = KeyValueOperation;
    type Result = String;

    fn initial(&self) -> Self::State {
        BTreeMap::new()
    }

    fn apply(&self, state: &mut Self::State, operation: &KeyValueOperation) -> Option<String> {
        match operation {
            KeyValueOperation::Get(key) => return Some(state.get(key).cloned().unwrap_or_default()),
            KeyValueOperation::Put(key, value) => drop(state.insert(key.clone(), value.clone())),
            KeyValueOperation::Append(key, value) => state.entry(key.clone()).or_default().push_str(value),
        }
        Some(String::new())
    }

    fn step(&self, state: &Self::State, operation: &KeyValueOperation, result: Option<&String>) -> Next<Self::State> {
        if let KeyValueOperation::Get(key) = operation {
            let own = state.get(key).map_or("", String::as_str);
            return if result.is_none_or(|result| result == own) { Next::Same } else { Next::Refused };
        }
        if result.is_some_and(|result| !result.is_empty()) {
            return Next::Refused;
        }
        let mut next = state.clone();
        self.apply(&mut next, operation);
        Next::To(next)
    }

    /// What is read is what is there and what is appended to it, or begins with what is put in its place.
    fn can_still(
        &self,
        state: &Self::State,
        operation: &KeyValueOperation,
        result: &String,
        others: &[&KeyValueOperation],
    ) -> bool {
        let KeyValueOperation::Get(key) = operation else { return true };
        let rest = result.strip_prefix(state.get(key).map_or("", String::as_str));
        let leads = |other: &KeyValueOperation| match other {
            KeyValueOperation::Get(_) => false,
            KeyValueOperation::Put(other, text) => other == key && result.starts_with(text),
            KeyValueOperation::Append(other, text) => {
                other == key && rest.is_some_and(|rest| !text.is_empty() && rest.starts_with(text))
            }
        };
        rest == Some("") || others.iter().any(|other| leads(other))
    }

    fn never_changes(&self, operation: &KeyValueOperation, _result: Option<&String>) -> bool {
        matches!(operation, KeyValueOperation::Get(_))
    }

    fn part(&self, operation: &KeyValueOperation) -> Option<u64> {
        match operation {
            KeyValueOperation::Get(key) | KeyValueOperation::Put(key, _) | KeyValueOperation::Append(key, _) => {
                Some(part_of(key))
            }
        }
    }
}
