//! A store of texts by key, with get, put and append: the one that distributed systems are often tested
//! with, because what was appended tells in which order.

use std::collections::BTreeMap;

use super::{SequentialSpec, part_of};

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
