//! What a search remembers, in few bytes, and how many they are: things that it met, each once, numbered in the
//! order of meeting.
//!
//! The things lie in chunks that stay where they are, so that to grow never takes twice the room; an index has a
//! byte of the hash and a number for each of them, and is made anew from the things when it is full. Nothing is
//! left out of what is compared: a hash that two things share costs time, and changes no verdict.

use std::hash::{BuildHasher, Hash};

use crate::fast::{Fast, mix};

/// About how many bytes a chunk has.
const CHUNK_BYTES: usize = 1 << 16;

/// Things of the same size, in chunks.
struct Pile<T> {
    chunks: Vec<Vec<T>>,
    /// How many values a thing is.
    width: usize,
    /// How many things are in a chunk: two to this.
    shift: u32,
    count: usize,
}

impl<T> Pile<T> {
    fn new(width: usize) -> Self {
        let bytes = (width * size_of::<T>()).max(1);
        Self { chunks: Vec::new(), width, shift: (CHUNK_BYTES / bytes).max(16).ilog2(), count: 0 }
    }

    fn get(&self, number: u32) -> &[T] {
        let (chunk, place) = (number as usize >> self.shift, number as usize & ((1 << self.shift) - 1));
        &self.chunks[chunk][place * self.width..][..self.width]
    }

    fn all(&self) -> impl Iterator<Item = &[T]> {
        self.chunks.iter().flat_map(|chunk| chunk.chunks_exact(self.width))
    }

    /// Returns how many values more there is room for after the next thing is added, than there is now.
    fn more(&self) -> usize {
        let whole = self.width << self.shift;
        match self.chunks.last() {
            None => whole.min(16 * self.width),
            Some(last) if last.len() < last.capacity() => 0,
            Some(last) if last.len() < whole => last.len().min(whole - last.len()),
            Some(_) => whole,
        }
    }

    fn add(&mut self, thing: impl IntoIterator<Item = T>) {
        let (more, whole) = (self.more(), self.width << self.shift);
        match self.chunks.last_mut() {
            Some(last) if last.len() < whole => last.reserve_exact(more),
            _ => self.chunks.push(Vec::with_capacity(more)),
        }
        self.chunks.last_mut().expect("a chunk with room").extend(thing);
        self.count += 1;
    }

    /// Returns how many bytes the chunks have.
    fn bytes(&self) -> usize {
        // Only the first chunk grows, and it is whole when there is another.
        let last = self.chunks.last().map_or(0, Vec::capacity);
        (self.chunks.len().saturating_sub(1) * (self.width << self.shift) + last) * size_of::<T>()
    }
}

/// Finds the numbers of things by their hashes: an open table, searched from one slot to the next.
#[derive(Default)]
struct Index {
    /// For each slot a byte of the hash; 0 where there is nothing.
    tags: Vec<u8>,
    numbers: Vec<u32>,
    count: usize,
}

/// How many bytes a slot has.
const SLOT_BYTES: usize = size_of::<u8>() + size_of::<u32>();

impl Index {
    fn tag(hash: u64) -> u8 {
        hash.to_le_bytes()[0].max(1)
    }

    /// Returns the number of the thing with this hash that is the one; else the slot that is free for it.
    fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Result<u32, usize> {
        let (slots, tag) = (self.tags.len(), Self::tag(hash));
        let mut slot = usize::try_from(((hash >> 32) * slots as u64) >> 32).expect("a slot of the table");
        loop {
            match self.tags[slot] {
                0 => return Err(slot),
                other if other == tag && is_it(self.numbers[slot]) => return Ok(self.numbers[slot]),
                _ => slot = if slot + 1 == slots { 0 } else { slot + 1 },
            }
        }
    }

    fn add(&mut self, slot: usize, hash: u64, number: u32) {
        (self.tags[slot], self.numbers[slot]) = (Self::tag(hash), number);
        self.count += 1;
    }

    /// Returns how many slots there are more after the next thing is added, than there are now: at most seven
    /// of eight are taken. A small table is doubled, a large one grows by half.
    fn more(&self) -> usize {
        const LARGE: usize = 1 << 12;
        match self.tags.len() {
            slots if self.count * 8 < slots * 7 => 0,
            slots if slots < LARGE => slots.max(16),
            slots => slots / 2,
        }
    }

    /// Makes room for one more, if there is none; `hashes` are those of all things in the order of their numbers.
    fn make_room(&mut self, hashes: impl Iterator<Item = u64>) {
        let slots = self.tags.len() + self.more();
        if slots == self.tags.len() {
            return;
        }
        // The old table goes before there is a new one.
        *self = Self::default();
        *self = Self { tags: vec![0; slots], numbers: vec![0; slots], count: 0 };
        for (number, hash) in (0..).zip(hashes) {
            let Err(slot) = self.find(hash, |_| false) else { unreachable!("nothing is looked for") };
            self.add(slot, hash, number);
        }
    }

    fn bytes(&self) -> usize {
        self.tags.len() * SLOT_BYTES
    }
}

/// The configurations that were met: positions packed into words, and the numbers of states.
pub(super) struct Seen {
    records: Pile<u32>,
    index: Index,
    /// Room for one.
    record: Vec<u32>,
}

/// Returns the hash of a record.
fn hash_of(record: &[u32]) -> u64 {
    let words = record.chunks(2).map(|pair| u64::from(pair[0]) | pair.get(1).map_or(0, |&word| u64::from(word) << 32));
    words.fold(0, mix)
}

impl Seen {
    /// Returns one for positions of so many words.
    pub(super) fn new(words: usize) -> Self {
        Self { records: Pile::new(words + 1), index: Index::default(), record: vec![0; words + 1] }
    }

    /// Adds a configuration, of which `pack` writes the position into words that are 0; returns whether it is
    /// new.
    pub(super) fn insert(&mut self, state: u32, pack: impl FnOnce(&mut [u32])) -> bool {
        self.record.fill(0);
        let (last, words) = self.record.split_last_mut().expect("a word for the state");
        pack(words);
        *last = state;
        let hash = hash_of(&self.record);
        self.index.make_room(self.records.all().map(hash_of));
        let Err(slot) = self.index.find(hash, |number| self.records.get(number) == self.record) else { return false };
        self.index.add(slot, hash, number_of(self.records.count));
        self.records.add(self.record.iter().copied());
        true
    }

    pub(super) fn count(&self) -> u64 {
        self.records.count as u64
    }

    /// Returns how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.records.bytes() + self.index.bytes()
    }

    /// Returns how many bytes more they may take after one is added; more than there are, if there is no number
    /// left for it.
    pub(super) fn more_bytes(&self) -> usize {
        more_bytes(&self.records, &self.index)
    }
}

/// The states that were met.
pub(super) struct States<T> {
    all: Pile<T>,
    index: Index,
    heap_bytes: usize,
}

impl<T: Eq + Hash> States<T> {
    pub(super) fn new() -> Self {
        Self { all: Pile::new(1), index: Index::default(), heap_bytes: 0 }
    }

    /// Returns the number of a state, which holds as many bytes on the heap as `heap_bytes` says.
    pub(super) fn number(&mut self, state: T, heap_bytes: impl FnOnce(&T) -> usize) -> u32 {
        let hash_of = |state: &T| Fast::default().hash_one(state);
        let hash = hash_of(&state);
        self.index.make_room(self.all.all().map(|state| hash_of(&state[0])));
        match self.index.find(hash, |number| self.all.get(number)[0] == state) {
            Ok(number) => number,
            Err(slot) => {
                let number = number_of(self.all.count);
                self.index.add(slot, hash, number);
                self.heap_bytes += heap_bytes(&state);
                self.all.add([state]);
                number
            }
        }
    }

    pub(super) fn get(&self, number: u32) -> &T {
        &self.all.get(number)[0]
    }

    /// Returns how many bytes they take, with what they hold on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.all.bytes() + self.index.bytes() + self.heap_bytes
    }

    /// Returns how many bytes more they may take after one is added, without what it holds on the heap.
    pub(super) fn more_bytes(&self) -> usize {
        more_bytes(&self.all, &self.index)
    }
}

/// The most things that are numbered; a step may lead to several states, so some numbers are left.
const THINGS_MAX: usize = (u32::MAX - (1 << 20)) as usize;

fn more_bytes<T>(pile: &Pile<T>, index: &Index) -> usize {
    match pile.count < THINGS_MAX {
        true => pile.more() * size_of::<T>() + index.more() * SLOT_BYTES,
        false => usize::MAX,
    }
}

fn number_of(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than 2^32 configurations and states")
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::{Seen, States};

    /// Returns what is really allocated for what was seen.
    fn allocated(seen: &Seen) -> usize {
        let chunks: usize = seen.records.chunks.iter().map(|chunk| chunk.capacity() * size_of::<u32>()).sum();
        chunks + seen.index.tags.capacity() + seen.index.numbers.capacity() * size_of::<u32>()
    }

    #[test]
    fn what_was_seen_is_known_and_nothing_else_and_counted() {
        let mut random = StdRng::seed_from_u64(5);
        for words in 0..4 {
            let (mut seen, mut known) = (Seen::new(words), HashSet::new());
            for _ in 0..200_000 {
                let position: Vec<u32> = (0..words).map(|_| random.random_range(0..40)).collect();
                let state = random.random_range(0..if words == 0 { 100_000 } else { 50 });
                let most = seen.bytes() + seen.more_bytes();
                let is_new = seen.insert(state, |words| words.copy_from_slice(&position));
                assert_eq!(is_new, known.insert((position, state)));
                assert!(seen.bytes() <= most && seen.bytes() == allocated(&seen));
            }
            assert_eq!(seen.count(), known.len() as u64);
            // A record, and between one and two slots' bytes for it; the last chunk may be empty.
            let record = (words + 1) * size_of::<u32>();
            let most = known.len() * (record + 9) + super::CHUNK_BYTES;
            assert!(seen.bytes() <= most, "{} bytes for {} records of {record}", seen.bytes(), known.len());
        }
    }

    #[test]
    fn every_state_has_one_number() {
        let mut random = StdRng::seed_from_u64(6);
        let (mut states, mut numbers) = (States::new(), HashMap::new());
        for _ in 0..50_000 {
            let state = random.random_range(0..20_000_u64).to_string();
            let number = states.number(state.clone(), String::len);
            assert_eq!(*numbers.entry(state.clone()).or_insert(number), number);
            assert_eq!(states.get(number), &state);
        }
        assert_eq!(numbers.values().collect::<HashSet<_>>().len(), numbers.len());
        let heap: usize = numbers.keys().map(String::len).sum();
        assert_eq!(states.heap_bytes, heap);
        let mut nothing = States::new();
        assert_eq!([nothing.number((), |()| 0), nothing.number((), |()| 0)], [0, 0]);
    }
}
