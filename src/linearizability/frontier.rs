//! Which operations may take effect next, given those that have: by real time, or by the order in which
//! each process asked.

use std::hash::{Hash, Hasher};

use smallvec::SmallVec;

use crate::history::{Completion, History};

/// A rule by which operations follow each other.
pub(super) trait Frontier {
    /// Which operations have taken effect.
    type Position: Clone + Eq + Hash;

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

    /// Sets `others` to the operations that may yet take effect before `operation`, a candidate; returns
    /// whether that is known.
    fn before(&self, _position: &Self::Position, _operation: u32, _others: &mut Candidates) -> bool {
        false
    }
}

/// Operations that may come next.
pub(super) type Candidates = SmallVec<[u32; 8]>;

/// A set of operations of which most of the first are in it, and few of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// All before this one are in it, and this one is not.
    base: u32,
    /// Which of those from the base on are, without zeros at the end.
    window: SmallVec<[u64; 2]>,
    /// Which of the pending ones are.
    pending: SmallVec<[u64; 1]>,
}

impl Hash for Taken {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.base);
        self.window.iter().chain(&self.pending).for_each(|&word| state.write_u64(word));
    }
}

fn is_set(words: &[u64], place: usize) -> bool {
    words.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}

fn set(words: &mut SmallVec<impl smallvec::Array<Item = u64>>, place: u32) {
    let word = place as usize / 64;
    if words.len() <= word {
        words.resize(word + 1, 0);
    }
    words[word] |= 1 << (place % 64);
}

impl Taken {
    /// Moves the base on over what is taken.
    fn settle(&mut self) {
        while self.window.first().is_some_and(|&word| word & 1 == 1) {
            let run = self.window[0].trailing_ones();
            self.base += run;
            let words = self.window.len();
            for place in 0..words {
                let above = self.window.get(place + 1).copied().unwrap_or(0);
                self.window[place] = match run {
                    64 => above,
                    _ => self.window[place] >> run | above << (64 - run),
                };
            }
            while self.window.last() == Some(&0) {
                self.window.pop();
            }
        }
    }
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
        Self { spans, pending, places }
    }

    /// Returns the operations that have to take effect and have not, in the order of asking.
    fn left(&self, position: &Taken) -> impl Iterator<Item = &Span> {
        let left = self.spans[position.base as usize..].iter().enumerate();
        left.filter(|(offset, _)| !is_set(&position.window, *offset)).map(|(_, span)| span)
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

impl Frontier for RealTime {
    type Position = Taken;

    const IS_TIMED: bool = true;

    fn start(&self) -> Taken {
        Taken { base: 0, window: SmallVec::new(), pending: SmallVec::new() }
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
            set(&mut after.pending, place);
        } else {
            set(&mut after.window, place - position.base);
            after.settle();
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
        position.base as usize == self.spans.len()
    }
}

/// Program order: each process's operations in the order of asking.
#[derive(Debug)]
pub(super) struct ProgramOrder {
    lines: Vec<Line>,
    /// The line of each operation.
    line_of: Vec<u32>,
}

/// Operations that follow each other.
#[derive(Debug)]
struct Line {
    operations: Vec<u32>,
    /// How many of them have to take effect.
    needed: u32,
    /// If they come after operations of another line: of which, and how many.
    after: Option<(usize, u32)>,
}

impl ProgramOrder {
    pub(super) fn of<O, R: PartialEq>(history: &History<O, R>) -> Self {
        let mut names: Vec<u32> = history.calls().iter().map(|call| call.process).collect();
        names.sort_unstable();
        names.dedup();
        let line = |after| Line { operations: Vec::new(), needed: 0, after };
        let mut lines: Vec<Line> = names.iter().map(|_| line(None)).collect();
        let mut line_of = Vec::new();
        for (operation, call) in history.calls().iter().enumerate() {
            let mut own = names.binary_search(&call.process).expect("a process of the history");
            let goes_on = history.calls()[operation + 1..].iter().any(|later| later.process == call.process);
            if call.completion == Completion::Pending && goes_on {
                // What comes after it did not wait for it.
                let before = u32::try_from(lines[own].operations.len()).expect("fewer than 2^32 operations");
                lines.push(line(Some((own, before))));
                own = lines.len() - 1;
            }
            lines[own].operations.push(u32::try_from(operation).expect("fewer than 2^32 operations"));
            if call.completion != Completion::Pending {
                lines[own].needed = u32::try_from(lines[own].operations.len()).expect("fewer than 2^32 operations");
            }
            line_of.push(u32::try_from(own).expect("fewer than 2^32 lines"));
        }
        Self { lines, line_of }
    }
}

impl Frontier for ProgramOrder {
    /// How many operations of each line have taken effect.
    type Position = SmallVec<[u32; 8]>;

    const IS_TIMED: bool = false;

    fn start(&self) -> Self::Position {
        SmallVec::from_elem(0, self.lines.len())
    }

    fn candidates(&self, position: &Self::Position, candidates: &mut Candidates) {
        candidates.clear();
        for (&taken, line) in position.iter().zip(&self.lines) {
            if line.after.is_none_or(|(other, count)| position[other] >= count) {
                candidates.extend(line.operations.get(taken as usize).copied());
            }
        }
    }

    fn after(&self, position: &Self::Position, operation: u32) -> Self::Position {
        let mut after = position.clone();
        after[self.line_of[operation as usize] as usize] += 1;
        after
    }

    fn is_done(&self, position: &Self::Position) -> bool {
        position.iter().zip(&self.lines).all(|(&taken, line)| taken >= line.needed)
    }
}
