//! A schedule is data: the decisions that lead to one execution, and the token that carries them.
//!
//! A schedule names, step by step, the thread that takes its next visible operation, and which
//! option was taken where an operation had several. It means the same on every runtime of the
//! kernel, and can be made, printed, parsed and replayed without any engine.

mod divergence;
mod prefix;
mod token;

pub use divergence::Divergence;
pub use prefix::Prefix;
pub(crate) use prefix::Written;
pub use token::{Token, TokenError};

use crate::trace::{Event, ObjectKind, ThreadId, Trace};

/// Some steps in a row by one thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Run {
    /// The thread.
    pub thread: ThreadId,
    /// How many visible operations it took, at least 1.
    pub length: u32,
    /// A digest of those operations and their results, by which a replay notices where it differs.
    pub digest: u8,
}

/// What stands among the `Arc`s of a schedule under the language's memory model.
pub(crate) const WEAK: u32 = u32::MAX;

/// The decisions that lead to one execution.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Schedule {
    /// Which thread went on, in order.
    pub runs: Vec<Run>,
    /// The option taken at each step that had several, in order.
    pub choices: Vec<u32>,
    /// A digest of all operations and their results.
    pub digest: u16,
    /// The `Arc`s whose counts could be seen, so that to clone one and to drop it are steps: of each twice its number
    /// in the order of making, and one more if what its last drop does can be seen. And `u32::MAX` if there were
    /// orderings weaker than `SeqCst`, so that which store a load reads is an option.
    pub arcs: Vec<u32>,
}

impl Schedule {
    /// Returns the schedule of the execution that left `trace`, in which `choices` were taken.
    pub fn of(trace: &Trace, choices: Vec<u32>) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for events in trace.events.chunk_by(|left, right| left.thread == right.thread) {
            runs.push(Run {
                thread: events[0].thread,
                length: u32::try_from(events.len()).expect("fewer than 2^32 events"),
                digest: hash(events).fold().to_le_bytes()[0],
            });
        }
        let arcs = trace.objects.iter().filter(|object| object.kind == ObjectKind::Arc);
        let arcs = arcs.filter_map(|arc| u32::try_from(arc.initial?).ok());
        let arcs = arcs.chain(trace.remarks.is_weak.then_some(WEAK)).collect();
        Self { runs, choices, digest: hash(&trace.events).fold(), arcs }
    }

    /// Returns how many steps the schedule has.
    pub fn len(&self) -> usize {
        self.runs.iter().map(|run| run.length as usize).sum()
    }

    /// Returns whether the schedule has no steps.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Returns the first event at which `trace`, of an execution that followed this schedule,
    /// differs from what was recorded. Runs are compared by their digests, so the event named is the
    /// first of the run that differs.
    pub fn compare(&self, trace: &Trace) -> Option<Divergence> {
        let mut start = 0;
        for run in &self.runs {
            let end = start + run.length as usize;
            let events = trace.events.get(start..end)?;
            if hash(events).fold().to_le_bytes()[0] != run.digest {
                return Some(Divergence::Differs { first_event: start, last_event: end - 1, thread: run.thread });
            }
            start = end;
        }
        None
    }

    /// Returns a divergence if `trace`, of an execution that followed this schedule to its end, is not
    /// the one that was recorded, even though no run shows it.
    pub(crate) fn compare_whole(&self, trace: &Trace) -> Option<Divergence> {
        let last_event = trace.events.len().saturating_sub(1);
        let differs = Divergence::Differs { first_event: 0, last_event, thread: ThreadId::MAIN };
        (hash(&trace.events).fold() != self.digest).then_some(differs)
    }
}

/// Returns a hash of what `events` did, which does not depend on source lines, so that moving code
/// leaves a token valid.
fn hash(events: &[Event]) -> Fnv {
    let mut hash = Fnv::new();
    for event in events {
        hash.write(format!("{:?} {:?} {:?};", event.object, event.operation, event.response).as_bytes());
    }
    hash
}

/// FNV-1a with 64 bits (Fowler, Noll, Vo): small, and the same on every platform and version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fnv(u64);

impl Fnv {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(crate) fn fold(self) -> u16 {
        let [a, b, c, d, e, f, g, h] = self.0.to_le_bytes();
        u16::from_le_bytes([a ^ c ^ e ^ g, b ^ d ^ f ^ h])
    }
}
