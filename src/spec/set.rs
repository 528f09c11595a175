//! A set, each of whose values is a part of its own.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use super::{SequentialSpec, Value, heap, part_of};

/// What can be asked of a set; each answers whether the value was there before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SetOperation<T> {
    /// Adds a value.
    Insert(T),
    /// Removes a value.
    Remove(T),
    /// Looks whether a value is there.
    Contains(T),
}

/// A set that is empty at first.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetSpec<T>(PhantomData<T>);

impl<T> SetSpec<T> {
    /// Returns an empty one.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Value> SequentialSpec for SetSpec<T> {
    type State = BTreeSet<T>;
    type Operation = SetOperation<T>;
    type Result = bool;

    fn initial(&self) -> BTreeSet<T> {
        BTreeSet::new()
    }

    fn apply(&self, state: &mut BTreeSet<T>, operation: &SetOperation<T>) -> Option<bool> {
        Some(match operation {
            SetOperation::Insert(value) => !state.insert(value.clone()),
            SetOperation::Remove(value) => state.remove(value),
            SetOperation::Contains(value) => state.contains(value),
        })
    }

    fn never_changes(&self, operation: &SetOperation<T>, result: Option<&bool>) -> bool {
        match operation {
            SetOperation::Insert(_) => result == Some(&true),
            SetOperation::Remove(_) => result == Some(&false),
            SetOperation::Contains(_) => true,
        }
    }

    fn part(&self, operation: &SetOperation<T>) -> Option<u64> {
        match operation {
            SetOperation::Insert(value) | SetOperation::Remove(value) | SetOperation::Contains(value) => {
                Some(part_of(value))
            }
        }
    }

    fn heap_bytes(&self, state: &BTreeSet<T>) -> usize {
        heap::tree(state.iter().map(|value| (value, &())))
    }
}
