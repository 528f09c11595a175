//! A counter.

use super::SequentialSpec;

/// What can be asked of a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CounterOperation {
    /// Adds to it, and returns what it was before, as `fetch_add` does.
    Add(i64),
    /// Returns what it is.
    Get,
}

/// A counter that begins at 0. Its results are numbers; where an implementation of `Add` returns nothing,
/// let it return 0 and say so by [`without_results`](Self::without_results).
#[derive(Clone, Copy, Debug, Default)]
pub struct CounterSpec {
    hides_former: bool,
}

impl CounterSpec {
    /// Returns a counter whose `Add` returns the former value.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a counter whose `Add` always returns 0.
    pub fn without_results() -> Self {
        Self { hides_former: true }
    }
}

impl SequentialSpec for CounterSpec {
    type State = i64;
    type Operation = CounterOperation;
    type Result = i64;

    fn initial(&self) -> i64 {
        0
    }

    fn apply(&self, state: &mut i64, operation: &CounterOperation) -> Option<i64> {
        let former = *state;
        Some(match operation {
            CounterOperation::Add(more) => {
                *state = state.wrapping_add(*more);
                if self.hides_former { 0 } else { former }
            }
            CounterOperation::Get => former,
        })
    }

    fn never_changes(&self, operation: &CounterOperation, _result: Option<&i64>) -> bool {
        matches!(operation, CounterOperation::Get | CounterOperation::Add(0))
    }
}
