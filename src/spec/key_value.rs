//! A store of texts by key, with get, put and append: the one that distributed systems are often tested
//! with, because what was appended tells in which order.

use std::fmt;

use smallvec::SmallVec;

use super::{Next, SequentialSpec, heap, part_of};

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

/// What a store holds. A search meets many, so all is in one text.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct KeyValueState {
    /// The keys in their order, each followed by its text.
    texts: Box<str>,
    /// Where each of them ends.
    ends: SmallVec<[u32; 2]>,
}

impl KeyValueState {
    /// Returns the text of a key; none if there is no such key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries().find(|&(other, _)| other == key).map(|(_, text)| text)
    }

    /// Returns the keys with their texts, in the order of the keys.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut begin = 0;
        self.ends.chunks_exact(2).map(move |ends| {
            let (key, text) = (begin..ends[0] as usize, ends[0] as usize..ends[1] as usize);
            begin = text.end;
            (&self.texts[key], &self.texts[text])
        })
    }

    /// Returns it with this text after what is `kept` of the key's.
    fn with(&self, key: &str, kept: &str, text: &str) -> Self {
        let mut next = Self::default();
        let mut texts = String::with_capacity(self.texts.len() + key.len() + text.len());
        let mut add = |parts: [&str; 3]| {
            texts.push_str(parts[0]);
            next.ends.push(end_of(&texts));
            texts.push_str(parts[1]);
            texts.push_str(parts[2]);
            next.ends.push(end_of(&texts));
        };
        self.entries().filter(|&(other, _)| other < key).for_each(|(other, own)| add([other, own, ""]));
        add([key, kept, text]);
        self.entries().filter(|&(other, _)| other > key).for_each(|(other, own)| add([other, own, ""]));
        next.texts = texts.into_boxed_str();
        next
    }
}

fn end_of(texts: &str) -> u32 {
    u32::try_from(texts.len()).expect("texts of fewer than 2^32 bytes")
}

impl fmt::Debug for KeyValueState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.entries()).finish()
    }
}

/// A store that is empty at first, each of whose keys is a part of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyValueSpec;

impl SequentialSpec for KeyValueSpec {
    type State = KeyValueState;
    type Operation = KeyValueOperation;
    type Result = String;

    fn initial(&self) -> KeyValueState {
        KeyValueState::default()
    }

    fn apply(&self, state: &mut KeyValueState, operation: &KeyValueOperation) -> Option<String> {
        match operation {
            KeyValueOperation::Get(key) => return Some(state.get(key).unwrap_or("").to_owned()),
            KeyValueOperation::Put(key, text) => *state = state.with(key, "", text),
            KeyValueOperation::Append(key, text) => *state = state.with(key, state.get(key).unwrap_or(""), text),
        }
        Some(String::new())
    }

    fn step(
        &self,
        state: &KeyValueState,
        operation: &KeyValueOperation,
        result: Option<&String>,
    ) -> Next<KeyValueState> {
        if result.is_some_and(|result| match operation {
            KeyValueOperation::Get(key) => result != state.get(key).unwrap_or(""),
            KeyValueOperation::Put(..) | KeyValueOperation::Append(..) => !result.is_empty(),
        }) {
            return Next::Refused;
        }
        match operation {
            KeyValueOperation::Get(_) => Next::Same,
            KeyValueOperation::Put(key, text) => Next::To(state.with(key, "", text)),
            KeyValueOperation::Append(key, text) => Next::To(state.with(key, state.get(key).unwrap_or(""), text)),
        }
    }

    /// What is read is what is there and what is appended to it, or begins with what is put in its place.
    fn can_still(
        &self,
        state: &KeyValueState,
        operation: &KeyValueOperation,
        result: &String,
        others: &[&KeyValueOperation],
    ) -> bool {
        let KeyValueOperation::Get(key) = operation else { return true };
        let rest = result.strip_prefix(state.get(key).unwrap_or(""));
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

    fn heap_bytes(&self, state: &KeyValueState) -> usize {
        let ends = if state.ends.spilled() { heap::allocated(state.ends.capacity() * size_of::<u32>()) } else { 0 };
        heap::allocated(state.texts.len()) + ends
    }
}
