//! How many bytes states hold on the heap, about: of what the standard library does not tell, what its present
//! version does is assumed.

use std::hash::{Hash, Hasher};
use std::mem::needs_drop;

/// Counts the bytes that are hashed.
struct Count(usize);

impl Hasher for Count {
    fn write(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }

    fn finish(&self) -> u64 {
        self.0 as u64
    }
}

/// Returns how many bytes are hashed of a value that has something to drop; of another, which holds nothing on the
/// heap, 0.
pub(super) fn hashed<T: Hash>(value: &T) -> usize {
    if !needs_drop::<T>() {
        return 0;
    }
    let mut count = Count(0);
    value.hash(&mut count);
    count.0
}

/// Returns how many bytes an allocator takes for so many: a word of its own, in steps of two words.
pub(super) fn allocated(bytes: usize) -> usize {
    if bytes == 0 { 0 } else { (bytes + 8).next_multiple_of(16).max(32) }
}

/// Returns how many bytes a list has on the heap whose values are `all` and that has room for `capacity`.
pub(super) fn list<'a, T: Hash + 'a>(all: impl Iterator<Item = &'a T>, capacity: usize) -> usize {
    let values = if needs_drop::<T>() { all.map(|value| allocated(hashed(value))).sum() } else { 0 };
    allocated(capacity * size_of::<T>()) + values
}

/// Returns how many bytes the nodes of a `BTreeMap` of so many have: each has room for 11, and most are half full.
pub(super) fn nodes<K, V>(count: usize) -> usize {
    const IN_NODE: usize = 11;
    let node = IN_NODE * (size_of::<K>() + size_of::<V>()) + 16;
    let nodes = if count <= IN_NODE { count.min(1) } else { count.div_ceil(IN_NODE / 2 + 1) };
    nodes * allocated(node)
}

/// Returns how many bytes the nodes and the keys and values of a `BTreeMap` have.
pub(super) fn tree<'a, K: Hash + 'a, V: Hash + 'a>(all: impl ExactSizeIterator<Item = (&'a K, &'a V)>) -> usize {
    let nodes = nodes::<K, V>(all.len());
    let entries = |(key, value): (&K, &V)| allocated(hashed(key)) + allocated(hashed(value));
    nodes + if needs_drop::<(K, V)>() { all.map(entries).sum() } else { 0 }
}
