//! Which operations may take effect next, given those that have: what a search asks, and the answer by real time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use smallvec::SmallVec;

use crate::history::{Completion, History};

/// A rule by which operations follow each other.
pub(super) trait Frontier {
    /// Which operations have taken effect.
    type Position: Clone;

    /// Whether the first of the candidates is the operation that has to be back soonest.
    const IS_TIMED: bool;

    /// Returns the position before all operations.
    fn start(&self) -> Self::Position;

    /// Sets `candidates` to the operations that may take effect next, those that are best tried first in
    /// front.
    fn candidates(&self, position: &Self::Position, candidates: &mut Candidates);

    /// Returns the position after `operation`, a candidate, has taken effect.
    fn after(&self, position: &Self::Position, operation: u32) -> Self::Position;

    /// Returns whether every operation that has to take effect has.
    fn is_done(&self, position: &Self::Position) -> bool;

    /// Returns how many words a position is packed into.
    fn words(&self) -> usize;

    /// Packs a position into words that are 0: different positions into different words.
    fn pack(&self, position: &Self::Position, words: &mut [u32]);

    /// Returns how many bytes a position holds on the heap.
    fn heap_bytes(position: &Self::Position) -> usize;

    /// Sets `others` to the operations that may yet take effect before `operation`, a candidate; returns
    /// whether that is known.
    fn before(&self, _position: &Self::Position, _operation: u32, _others: &mut Candidates) -> bool {
        false
    }
}

/// Operations that may come next.
pub(super) type Candidates = SmallVec<[u32; 8]>;

/// Returns how many bytes a list holds on the heap.
pub(super) fn spilled<A: smallvec::Array>(list: &SmallVec<A>) -> usize {
    if list.spilled() { list.capacity() * size_of::<A::Item>() } else { 0 }
}

/// Returns how many bits the numbers up to `most` have.
pub(super) fn bits_of(most: usize) -> usize {
    (usize::BITS - most.leading_zeros()) as usize
}

/// Sets the bits of `value` from the bit `at` on.
pub(super) fn put(words: &mut [u32], at: usize, value: u32) {
    let wide = (u64::from(value) << (at % 32)).to_le_bytes();
    let half = |from: usize| u32::from_le_bytes([wide[from], wide[from + 1], wide[from + 2], wide[from + 3]]);
    for (place, part) in [(at / 32, half(0)), (at / 32 + 1, half(4))] {
        if part != 0 {
            words[place] |= part;
        }
    }
}

/// A set of operations of which most of the first are in it, and none of the last.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// None from this one on is in it, and the one before is.
    top: u32,
    /// Those before that are not in it, in their order: as many as went on at a time, at most.
    holes: SmallVec<[u32; 8]>,
    /// Which of the pending ones are.
    pending: SmallVec<[u64; 1]>,
}

fn is_set(words: &[u64], place: usize) -> bool {
    words.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}

/// What is known of one operation.
#[derive(Clone, Copy, Debug)]
struct Span {
    /// Its number in the history.
    operation: u32,
    called_at: u64,
    ended_at: u64,
}

/// Real time: what had ended before another was asked comes first.
#[derive(Debug)]
pub(super) struct RealTime {
    /// The operations that have to take effect, in the order of asking; and those that need not.
    spans: Vec<Span>,
    pending: Vec<Span>,
    /// For each operation, its place there.
    places: Vec<u32>,
    /// For each of those that have to take effect, a lane: no two that overlap have the same.
    lanes: Vec<u32>,
    /// How many lanes there are.
    lane_count: usize,
}

impl RealTime {
    pub(super) fn of<O, R>(history: &History<O, R>) -> Self {
        Self::from_times(history, |times| times)
    }

    /// Takes operations to overlap between any two times at which nothing was going on.
    pub(super) fn between_quiet_times<O, R>(history: &History<O, R>) -> Self {
        let mut quiet: Vec<u64> = Vec::new();
        let (mut latest, mut goes_on) = (None, false);
        for call in history.calls() {
            if !goes_on && latest.is_none_or(|latest| latest < call.called_at) {
                quiet.push(call.called_at);
            }
            latest = latest.max(call.ended_at());
            goes_on |= call.ended_at().is_none();
        }
        Self::from_times(history, move |(called_at, ended_at)| {
            let block = quiet.partition_point(|&begin| begin <= called_at).saturating_sub(1);
            let begin = quiet.get(block).copied().unwrap_or(called_at);
            let end = quiet.get(block + 1).map_or(u64::MAX - 1, |next| next - 1);
            (begin, if ended_at == u64::MAX { ended_at } else { end.max(begin) })
        })
    }

    fn from_times<O, R>(history: &History<O, R>, times: impl Fn((u64, u64)) -> (u64, u64)) -> Self {
        let (mut spans, mut pending) = (Vec::new(), Vec::new());
        for (place, call) in history.calls().iter().enumerate() {
            let (called_at, ended_at) = times((call.called_at, call.ended_at().unwrap_or(u64::MAX)));
            let operation = u32::try_from(place).expect("fewer than 2^32 operations");
            let span = Span { operation, called_at, ended_at };
            match call.completion {
                Completion::Pending => pending.push(span),
                _ => spans.push(span),
            }
        }
        spans.sort_by_key(|span| span.called_at);
        let mut places = vec![0; history.calls().len()];
        for (place, span) in spans.iter().enumerate().chain(pending.iter().enumerate()) {
            places[span.operation as usize] = u32::try_from(place).expect("fewer than 2^32 operations");
        }
        let (lanes, lane_count) = lanes(&spans);
        Self { spans, pending, places, lanes, lane_count }
    }

    /// Returns the operations that have to take effect and have not, in the order of asking.
    fn left(&self, position: &Taken) -> impl Iterator<Item = &Span> {
        let holes = position.holes.iter().map(|&place| &self.spans[place as usize]);
        holes.chain(&self.spans[position.top as usize..])
    }

    /// Returns the pending ones that were asked by then and have not taken effect.
    fn open(&self, position: &Taken, time: u64) -> impl Iterator<Item = &Span> {
        let open = self.pending.iter().enumerate().take_while(move |(_, span)| span.called_at <= time);
        open.filter(|(place, _)| !is_set(&position.pending, *place)).map(|(_, span)| span)
    }

    fn is_pending(&self, operation: u32) -> bool {
        let place = self.places[operation as usize] as usize;
        self.pending.get(place).is_some_and(|span| span.operation == operation)
    }
}

/// Gives each operation a lane that is free while it goes on, and returns how many lanes that takes: as many as
/// operations went on at a time.
fn lanes(spans: &[Span]) -> (Vec<u32>, usize) {
    let (mut taken, mut free) = (BinaryHeap::new(), BinaryHeap::new());
    let (mut lanes, mut count) = (Vec::new(), 0);
    for span in spans {
        while let Some(&Reverse((ended_at, lane))) = taken.peek() {
            if ended_at >= span.called_at {
                break;
            }
            taken.pop();
            free.push(Reverse(lane));
        }
        let lane = free.pop().map_or(count, |Reverse(lane)| lane);
        count = count.max(lane + 1);
        taken.push(Reverse((span.ended_at, lane)));
        lanes.push(lane);
    }
    (lanes, count as usize)
}

impl Frontier for RealTime {
    type Position = Taken;

    const IS_TIMED: bool = true;

    fn start(&self) -> Taken {
        Taken { top: 0, holes: SmallVec::new(), pending: SmallVec::new() }
    }

    fn candidates(&self, position: &Taken, candidates: &mut Candidates) {
        candidates.clear();
        let mut first_end = u64::MAX;
        let mut ends: SmallVec<[(u64, u32); 8]> = SmallVec::new();
        for span in self.left(position) {
            if span.called_at > first_end {
                break;
            }
            first_end = first_end.min(span.ended_at);
            ends.push((span.ended_at, span.operation));
        }
        // Whoever has to be back first is the likeliest to have been first. An end found late may
        // rule out none that were found before: those were asked earlier.
        ends.sort_unstable();
        candidates.extend(ends.iter().map(|&(_, operation)| operation));
        candidates.extend(self.open(position, first_end).map(|span| span.operation));
    }

    fn after(&self, position: &Taken, operation: u32) -> Taken {
        let mut after = position.clone();
        let place = self.places[operation as usize];
        if self.is_pending(operation) {
            let word = place as usize / 64;
            if after.pending.len() <= word {
                after.pending.resize(word + 1, 0);
            }
            after.pending[word] |= 1 << (place % 64);
        } else if place < position.top {
            after.holes.retain(|hole| *hole != place);
        } else {
            after.holes.extend(position.top..place);
            after.top = place + 1;
        }
        after
    }

    fn before(&self, position: &Taken, operation: u32, others: &mut Candidates) -> bool {
        others.clear();
        let ended_at = self.spans[self.places[operation as usize] as usize].ended_at;
        let left = self.left(position).take_while(|span| span.called_at <= ended_at);
        let all = left.chain(self.open(position, ended_at)).map(|span| span.operation);
        others.extend(all.filter(|&other| other != operation));
        true
    }

    fn is_done(&self, position: &Taken) -> bool {
        position.top as usize == self.spans.len() && position.holes.is_empty()
    }

    fn words(&self) -> usize {
        (bits_of(self.spans.len()) + self.lane_count + self.pending.len()).div_ceil(32)
    }

    /// When the last operation that is in the set was asked, each that is not and was asked before still went on:
    /// else they could not have come in this order. So they overlap, and their lanes tell which they are.
    fn pack(&self, position: &Taken, words: &mut [u32]) {
        put(words, 0, position.top);
        let lanes = bits_of(self.spans.len());
        for &hole in &position.holes {
            debug_assert!(self.spans[hole as usize].ended_at >= self.spans[position.top as usize - 1].called_at);
            put(words, lanes + self.lanes[hole as usize] as usize, 1);
        }
        let taken = (0..self.pending.len()).filter(|&place| is_set(&position.pending, place));
        taken.for_each(|place| put(words, lanes + self.lane_count + place, 1));
    }

    fn heap_bytes(position: &Taken) -> usize {
        spilled(&position.holes) + spilled(&position.pending)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::super::program_order::ProgramOrder;
    use super::{Candidates, Frontier, RealTime};
    use crate::history::{Call, Completion, History};

    /// Goes to all positions, up to some number, and asserts that each set of operations that have taken effect is
    /// packed into words of its own, whatever the order; returns how many sets there were.
    fn assert_packs<F: Frontier>(frontier: &F) -> usize {
        const SETS_MAX: usize = 2_000;
        let mut words_of: HashMap<BTreeSet<u32>, Vec<u32>> = HashMap::new();
        let mut sets: HashMap<Vec<u32>, BTreeSet<u32>> = HashMap::new();
        let mut open = vec![(frontier.start(), BTreeSet::new())];
        while let Some((position, set)) = open.pop() {
            let mut words = vec![0; frontier.words()];
            frontier.pack(&position, &mut words);
            assert_eq!(sets.entry(words.clone()).or_insert_with(|| set.clone()), &set);
            if let Some(known) = words_of.insert(set.clone(), words.clone()) {
                assert_eq!(known, words, "{set:?}");
                continue;
            }
            let mut candidates = Candidates::new();
            frontier.candidates(&position, &mut candidates);
            for &operation in candidates.iter().filter(|_| words_of.len() < SETS_MAX) {
                let mut after = set.clone();
                assert!(after.insert(operation), "{operation} takes effect once");
                open.push((frontier.after(&position, operation), after));
            }
        }
        words_of.len()
    }

    #[test]
    fn different_positions_are_packed_into_different_words() {
        let mut random = StdRng::seed_from_u64(3);
        let (mut sets, mut words_max) = (0, 0);
        for round in 0..24 {
            let processes = if round % 3 == 0 { 40 } else { 4 };
            let mut free = vec![0; processes];
            let calls = (0..60_usize).map(|index| {
                let process = index % processes;
                let called_at = free[process] + random.random_range(0..4);
                // One lasts long, and some never return.
                let at = called_at + if index == 3 { 200 } else { random.random_range(0..6) };
                free[process] = at + 1;
                let is_pending = random.random_range(0..12) == 0;
                let completion = if is_pending { Completion::Pending } else { Completion::Returned { at, result: () } };
                Call { process: process as u32, operation: (), called_at, completion }
            });
            let history = History::new(calls.collect()).unwrap();
            let real_time = RealTime::of(&history);
            words_max = words_max.max(real_time.words());
            sets += assert_packs(&real_time);
            sets += assert_packs(&RealTime::between_quiet_times(&history));
            sets += assert_packs(&ProgramOrder::of(&history));
        }
        assert!(sets > 40_000 && words_max > 1, "{sets} sets, {words_max} words");
    }
}
