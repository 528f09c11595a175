//! A barrier. To wait at one is no matter of one thread at a time, so its two halves are two operations:
//! to arrive, which never waits and tells the round, and to depart from that round, which waits until it is
//! full.

use super::SequentialSpec;

/// What can be asked of a barrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BarrierOperation {
    /// Arrives, in the round that is open.
    Arrive,
    /// Departs from a round, and waits until it is full.
    Depart(usize),
}

/// What it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BarrierResult {
    /// The round, counted from 0, and whether it is full now.
    Arrived(usize, bool),
    /// The round is full.
    Departed,
}

/// A barrier that can be used again.
#[derive(Clone, Copy, Debug)]
pub struct BarrierSpec(usize);

impl BarrierSpec {
    /// Returns a barrier for so many threads; for none it is as for one.
    pub fn new(threads: usize) -> Self {
        Self(threads.max(1))
    }
}

impl SequentialSpec for BarrierSpec {
    /// How many threads have arrived in all.
    type State = usize;
    type Operation = BarrierOperation;
    type Result = BarrierResult;

    fn initial(&self) -> usize {
        0
    }

    fn apply(&self, arrived: &mut usize, operation: &BarrierOperation) -> Option<BarrierResult> {
        match operation {
            BarrierOperation::Arrive => {
                let round = *arrived / self.0;
                *arrived += 1;
                Some(BarrierResult::Arrived(round, arrived.is_multiple_of(self.0)))
            }
            BarrierOperation::Depart(round) => (*arrived / self.0 > *round).then_some(BarrierResult::Departed),
        }
    }

    fn never_changes(&self, operation: &BarrierOperation, _result: Option<&BarrierResult>) -> bool {
        matches!(operation, BarrierOperation::Depart(_))
    }
}
