//! The check of histories against its naive twin, on histories made of bytes: four for each operation.

use selvedge::history::{Call, Completion, History};
use selvedge::linearizability::{Consistency, Effort, check_within, naively};
use selvedge::spec::{
    FifoSpec, QueueOperation, QueueResult, RegisterOperation, RegisterResult, RegisterSpec, SequentialSpec,
};

/// The most operations: the naive twin tries every order.
const OPERATIONS_MAX: usize = 7;

fn compare<S: SequentialSpec>(
    spec: &S,
    bytes: &[u8],
    operation: impl Fn(u8) -> S::Operation,
    result: impl Fn(u8) -> S::Result,
) {
    let calls = bytes.chunks_exact(4).take(OPERATIONS_MAX).map(|bytes| {
        let called_at = u64::from(bytes[1] % 16);
        let at = called_at + u64::from(bytes[1] / 16);
        let completion = match bytes[3] % 8 {
            0 => Completion::Pending,
            1 => Completion::Cancelled { at },
            _ => Completion::Returned { at, result: result(bytes[3] / 8) },
        };
        Call { process: u32::from(bytes[0] % 3), operation: operation(bytes[2]), called_at, completion }
    });
    let history = History::new(calls.collect()).expect("every operation ends after its call");
    let history = if bytes.first().is_some_and(|first| first & 0x80 != 0) { history.stuck() } else { history };
    for consistency in [Consistency::Linearizable, Consistency::Sequential, Consistency::Quiescent] {
        let found = check_within(spec, &history, consistency, Effort::default());
        assert_eq!(found.is_linearizable(), naively(spec, &history, consistency), "{consistency:?} {history:#?}");
    }
}

/// Checks one input.
pub(crate) fn body(bytes: &[u8]) {
    let Some((&kind, bytes)) = bytes.split_first() else { return };
    if kind % 2 == 0 {
        let operation = |byte: u8| match byte % 3 {
            0 => RegisterOperation::Read,
            1 => RegisterOperation::Write(byte / 3 % 3),
            _ => RegisterOperation::CompareAndSet(byte / 3 % 3, byte / 9 % 3),
        };
        let result = |byte: u8| match byte % 3 {
            0 => RegisterResult::Value(byte / 3 % 3),
            1 => RegisterResult::Written,
            _ => RegisterResult::Swapped(byte & 0x10 != 0),
        };
        compare(&RegisterSpec::new(0), bytes, operation, result);
    } else {
        let operation = |byte: u8| match byte % 5 {
            0 => QueueOperation::Push(byte / 5 % 3),
            1 => QueueOperation::TryPush(byte / 5 % 3),
            2 => QueueOperation::Pop,
            3 => QueueOperation::TryPop,
            _ => QueueOperation::Length,
        };
        let result = |byte: u8| match byte % 5 {
            0 => QueueResult::Pushed,
            1 => QueueResult::Full,
            2 => QueueResult::Empty,
            3 => QueueResult::Length(usize::from(byte / 5 % 3)),
            _ => QueueResult::Popped(byte / 5 % 3),
        };
        compare(&FifoSpec::bounded(2), bytes, operation, result);
    }
}
