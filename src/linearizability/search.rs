//! The search for an order that explains a history: depth first, with a memory of the configurations that
//! lead nowhere (Wing and Gong, JPDC 1993; the memory: Lowe, "Testing for linearizability", CCPE 2017).
//!
//! A configuration is which operations have taken effect, and the state that they have led to. Beyond the
//! papers: an operation that fits and never changes anything is taken at once, without trying others in its
//! place, because whatever order there is, it can also come first there; and operations that have to be
//! back soonest are tried first; and a configuration in which one of them can no longer give the result that
//! it gave is given up at once, where the specification can tell ([`SequentialSpec::can_still`]).

use std::time::Instant;

use smallvec::SmallVec;

use super::Bound;
use super::frontier::{Candidates, Frontier, spilled};
use super::memory::{Seen, States};
use crate::history::{Completion, History};
use crate::spec::{Next, SequentialSpec};

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An order.
    Order(Vec<usize>),
    /// There is none.
    Nothing,
    /// Nothing so far, and it may spend no more of this: it can go on when it may.
    Spent(Bound),
}

/// What a search may spend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    /// How many configurations, with those that it has met before.
    pub(super) configurations: u64,
    /// How many bytes, with those that it has.
    pub(super) bytes: usize,
    pub(super) until: Option<Instant>,
}

/// A search.
pub(super) struct Search<'a, S: SequentialSpec, F: Frontier> {
    pub(super) spec: &'a S,
    pub(super) history: History<S::Operation, S::Result>,
    pub(super) frontier: F,
    states: States<S::State>,
    seen: Seen,
    frames: Vec<Frame<F::Position>>,
    /// How many bytes the frames hold on the heap.
    frame_bytes: usize,
    /// The longest order of operations that was found, and what it led to.
    pub(super) longest: Vec<u32>,
    pub(super) longest_state: u32,
    /// How far in time the search has come: before this, all can be explained.
    pub(super) reached: u64,
    /// If set, the operation that is to be explained; and configurations at which it does not fit: the orders
    /// that led there, and the states.
    pub(super) culprit: Option<u32>,
    pub(super) refusals: Vec<(Vec<u32>, u32)>,
}

/// A configuration on the way, and what is still to be tried there.
struct Frame<P> {
    position: P,
    state: u32,
    candidates: Candidates,
    tried: usize,
    /// The operation tried last, and the states it may also lead to.
    taken: u32,
    others: SmallVec<[u32; 2]>,
}

/// Returns how many bytes a frame holds on the heap.
fn heap_bytes<F: Frontier>(frame: &Frame<F::Position>) -> usize {
    F::heap_bytes(&frame.position) + spilled(&frame.candidates) + spilled(&frame.others)
}

/// How many steps there are from one look at the clock to the next.
const STEPS_UNTIL_CLOCK: u64 = 1 << 10;

/// How many refusals are kept.
const REFUSALS_MAX: usize = 4;

impl<'a, S: SequentialSpec, F: Frontier> Search<'a, S, F> {
    pub(super) fn new(spec: &'a S, history: History<S::Operation, S::Result>, frontier: F) -> Self {
        Self {
            spec,
            history,
            states: States::new(),
            seen: Seen::new(frontier.words()),
            frontier,
            frames: Vec::new(),
            frame_bytes: 0,
            longest: Vec::new(),
            longest_state: 0,
            reached: 0,
            culprit: None,
            refusals: Vec::new(),
        }
    }

    /// Returns how many configurations have been met.
    pub(super) fn configurations(&self) -> u64 {
        self.seen.count()
    }

    /// Returns how many bytes the search has: configurations, states, and the way to the newest.
    pub(super) fn bytes(&self) -> usize {
        let frames = self.frames.capacity() * size_of::<Frame<F::Position>>() + self.frame_bytes;
        self.seen.bytes() + self.states.bytes() + frames
    }

    /// Returns how many bytes more it may have after the next configuration.
    fn more_bytes(&self) -> usize {
        let is_full = self.frames.len() == self.frames.capacity();
        let frames = if is_full { self.frames.len() * size_of::<Frame<F::Position>>() } else { 0 };
        self.seen.more_bytes().saturating_add(self.states.more_bytes()).saturating_add(frames)
    }

    pub(super) fn state(&self, number: u32) -> &S::State {
        self.states.get(number)
    }

    /// Looks for an order, from where it stopped before.
    pub(super) fn run(&mut self, allowance: &Allowance) -> Found {
        let mut arrived = self.configurations() == 0 && {
            let initial = self.spec.initial();
            let start = self.states.number(initial, |state| self.spec.heap_bytes(state));
            self.arrive(self.frontier.start(), start)
        };
        for step in 0_u64.. {
            if arrived {
                return Found::Order(self.order().into_iter().map(|operation| operation as usize).collect());
            }
            if let Some(bound) = self.spent(allowance, step) {
                return Found::Spent(bound);
            }
            let Some((position, state)) = self.next() else { return Found::Nothing };
            arrived = self.arrive(position, state);
        }
        unreachable!("2^64 steps")
    }

    /// Returns what is spent, if something is.
    fn spent(&self, allowance: &Allowance, step: u64) -> Option<Bound> {
        let is_late = || allowance.until.is_some_and(|until| Instant::now() >= until);
        if self.configurations() >= allowance.configurations {
            Some(Bound::Configurations)
        } else if self.bytes().saturating_add(self.more_bytes()) > allowance.bytes {
            Some(Bound::Memory)
        } else if step.is_multiple_of(STEPS_UNTIL_CLOCK) && is_late() {
            Some(Bound::Time)
        } else {
            None
        }
    }

    /// Returns the order of the operations that have taken effect so far.
    fn order(&self) -> Vec<u32> {
        let (_, before) = self.frames.split_last().expect("a configuration");
        before.iter().map(|frame| frame.taken).collect()
    }

    /// Comes to a configuration, unless it is known; returns whether all is explained there.
    fn arrive(&mut self, position: F::Position, state: u32) -> bool {
        if !self.seen.insert(state, |words| self.frontier.pack(&position, words)) {
            return false;
        }
        let mut candidates = Candidates::new();
        self.frontier.candidates(&position, &mut candidates);
        let is_done = self.frontier.is_done(&position) && self.may_stop(&candidates, state);
        let soonest = candidates.first().copied();
        if !is_done {
            self.choose_free(&mut candidates, state);
        }
        let (tried, taken, others) = (0, u32::MAX, SmallVec::new());
        let frame = Frame { position, state, candidates, tried, taken, others };
        self.frame_bytes += heap_bytes::<F>(&frame);
        self.frames.push(frame);
        if self.frames.len() > self.longest.len() + 1 {
            self.longest = self.order();
            self.longest_state = state;
        }
        if !is_done {
            self.note_refusal();
            self.note_time(soonest);
            if self.is_doomed() {
                self.frames.last_mut().expect("the configuration just come to").candidates.clear();
            }
        }
        is_done
    }

    /// Returns whether an operation that may come next can never give its result any more.
    fn is_doomed(&self) -> bool {
        let frame = self.frames.last().expect("the configuration just come to");
        let calls = self.history.calls();
        let mut others = Candidates::new();
        frame.candidates.iter().any(|&operation| {
            let call = &calls[operation as usize];
            let Some(result) = call.result() else { return false };
            let state = self.state(frame.state);
            // Most can at once.
            if self.spec.can_still(state, &call.operation, result, &[])
                || !self.frontier.before(&frame.position, operation, &mut others)
            {
                return false;
            }
            let others: SmallVec<[&S::Operation; 16]> =
                others.iter().map(|&other| &calls[other as usize].operation).collect();
            !self.spec.can_still(state, &call.operation, result, &others)
        })
    }

    /// Returns whether the history may end here: if nothing more was going to happen, everything that is
    /// still pending has to wait.
    fn may_stop(&self, candidates: &Candidates, state: u32) -> bool {
        !self.history.is_stuck()
            || candidates.iter().all(|&operation| {
                let call = &self.history.calls()[operation as usize];
                self.spec.step(self.state(state), &call.operation, None).is_refused()
            })
    }

    /// Leaves only an operation that fits and changes nothing, if there is one; and none that is pending
    /// and changes nothing, or that waited in vain.
    fn choose_free(&self, candidates: &mut Candidates, state: u32) {
        let calls = self.history.calls();
        let is_free = |&operation: &u32| {
            let call = &calls[operation as usize];
            matches!(call.completion, Completion::Returned { .. })
                && self.spec.never_changes(&call.operation, call.result())
                && !self.spec.step(self.state(state), &call.operation, call.result()).is_refused()
        };
        if let Some(free) = candidates.iter().copied().find(is_free) {
            candidates.clear();
            candidates.push(free);
            return;
        }
        candidates.retain(|&mut operation| {
            let call = &calls[operation as usize];
            let is_useless = self.history.is_stuck() || self.spec.never_changes(&call.operation, None);
            call.completion != Completion::Pending || !is_useless
        });
    }

    /// Returns the next configuration to come to, going back as far as there is none.
    fn next(&mut self) -> Option<(F::Position, u32)> {
        loop {
            let frame = self.frames.last_mut()?;
            if let Some(state) = frame.others.pop() {
                return Some((self.frontier.after(&frame.position, frame.taken), state));
            }
            let Some(&operation) = frame.candidates.get(frame.tried) else {
                self.frame_bytes -= heap_bytes::<F>(frame);
                self.frames.pop();
                continue;
            };
            frame.tried += 1;
            frame.taken = operation;
            let call = &self.history.calls()[operation as usize];
            let next = self.spec.step(self.states.get(frame.state), &call.operation, call.result());
            let mut number = |state| self.states.number(state, |state| self.spec.heap_bytes(state));
            let mut others: SmallVec<[u32; 2]> = match next {
                Next::Refused => SmallVec::new(),
                Next::Same => SmallVec::from_elem(frame.state, 1),
                Next::To(state) => SmallVec::from_elem(number(state), 1),
                Next::AnyOf(states) => states.into_iter().map(number).collect(),
            };
            if matches!(call.completion, Completion::Cancelled { .. }) && !others.contains(&frame.state) {
                // It may have been given up before it took effect.
                others.push(frame.state);
            }
            self.frame_bytes = self.frame_bytes - spilled(&frame.others) + spilled(&others);
            frame.others = others;
        }
    }

    /// Notes how far in time the search has come: nothing that has to be back sooner than `soonest` is left.
    fn note_time(&mut self, soonest: Option<u32>) {
        let call = soonest.filter(|_| F::IS_TIMED).map(|soonest| &self.history.calls()[soonest as usize]);
        self.reached = self.reached.max(call.and_then(|call| call.ended_at()).unwrap_or(0));
    }

    /// Notes that the operation which is to be explained does not fit at the newest configuration.
    fn note_refusal(&mut self) {
        let Some(culprit) = self.culprit else { return };
        let frame = self.frames.last().expect("the configuration just come to");
        let (state, length) = (frame.state, self.frames.len() - 1);
        let known = self.refusals.iter().find(|(_, known)| *known == state);
        let is_known = known.is_some_and(|(order, _)| order.len() >= length);
        if is_known || !frame.candidates.contains(&culprit) {
            return;
        }
        let call = &self.history.calls()[culprit as usize];
        if self.spec.step(self.state(state), &call.operation, call.result()).is_refused() {
            // Those that explain the most are the most telling, and one of each state is enough.
            self.refusals.retain(|(_, known)| *known != state);
            self.refusals.push((self.order(), state));
            self.refusals.sort_by_key(|(order, _)| std::cmp::Reverse(order.len()));
            self.refusals.truncate(REFUSALS_MAX);
        }
    }
}
