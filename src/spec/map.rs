//! A map, each of whose keys is a part of its own.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use super::{SequentialSpec, Value, heap, part_of};

/// What can be asked of a map; each answers with the value that the key had before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MapOperation<K, V> {
    /// Binds a key to a value.
    Insert(K, V),
    /// Binds a key to a value, unless it is bound.
    InsertIfAbsent(K, V),
    /// Removes a key.
    Remove(K),
    /// Looks a key up.
    Get(K),
}

/// A map that is empty at first.
#[derive(Clone, Copy, Debug, Default)]
pub struct MapSpec<K, V>(PhantomData<(K, V)>);

impl<K, V> MapSpec<K, V> {
    /// Returns an empty one.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<K: Value, V: Value> SequentialSpec for MapSpec<K, V> {
    type State = BTreeMap<K, V>;
    type Operation = MapOperation<K, V>;
    type Result = Option<V>;

    fn initial(&self) -> BTreeMap<K, V> {
        BTreeMap::new()
    }

    fn apply(&self, state: &mut BTreeMap<K, V>, operation: &MapOperation<K, V>) -> Option<Option<V>> {
        Some(match operation {
            MapOperation::Insert(key, value) => state.insert(key.clone(), value.clone()),
            MapOperation::InsertIfAbsent(key, value) => {
                let former = state.get(key).cloned();
                if former.is_none() {
                    state.insert(key.clone(), value.clone());
                }
                former
            }
            MapOperation::Remove(key) => state.remove(key),
            MapOperation::Get(key) => state.get(key).cloned(),
        })
    }

    fn never_changes(&self, operation: &MapOperation<K, V>, result: Option<&Option<V>>) -> bool {
        match operation {
            MapOperation::Get(_) => true,
            MapOperation::Remove(_) => result == Some(&None),
            MapOperation::InsertIfAbsent(..) => matches!(result, Some(Some(_))),
            MapOperation::Insert(..) => false,
        }
    }

    fn part(&self, operation: &MapOperation<K, V>) -> Option<u64> {
        match operation {
            MapOperation::Insert(key, _)
            | MapOperation::InsertIfAbsent(key, _)
            | MapOperation::Remove(key)
            | MapOperation::Get(key) => Some(part_of(key)),
        }
    }

    fn heap_bytes(&self, state: &BTreeMap<K, V>) -> usize {
        heap::tree(state.iter())
    }
}
