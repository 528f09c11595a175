//! Histories: what was asked of an object by whom and when, and what it answered.

use std::fmt::Debug;

/// How an operation ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Completion<R> {
    /// It returned this, then.
    Returned {
        /// When it returned.
        at: u64,
        /// What it returned.
        result: R,
    },
    /// It was given up then, by a timeout or a cancellation: it may or may not have taken effect before.
    Cancelled {
        /// When it was given up.
        at: u64,
    },
    /// It has not ended: it may take effect at any time, or never.
    Pending,
}

/// One operation of a history.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call<O, R> {
    /// Who asked.
    pub process: u32,
    /// What was asked.
    pub operation: O,
    /// When it was asked. Times mean nothing but their order; of two that are the same, calls are taken to
    /// come before returns.
    pub called_at: u64,
    /// How it ended.
    pub completion: Completion<R>,
}

impl<O, R> Call<O, R> {
    /// Returns when the operation had ended; none if it has not.
    pub fn ended_at(&self) -> Option<u64> {
        match self.completion {
            Completion::Returned { at, .. } | Completion::Cancelled { at } => Some(at),
            Completion::Pending => None,
        }
    }

    /// Returns what the operation returned, if it did.
    pub fn result(&self) -> Option<&R> {
        match &self.completion {
            Completion::Returned { result, .. } => Some(result),
            Completion::Cancelled { .. } | Completion::Pending => None,
        }
    }

    /// Returns whether the operation had ended before `other` was asked.
    pub fn precedes(&self, other: &Self) -> bool {
        self.ended_at().is_some_and(|at| at < other.called_at)
    }
}

/// Why operations are no history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// An operation ended before it was asked.
    #[error("operation {operation} ended at {ended_at}, before it was asked at {called_at}")]
    EndsBeforeCall {
        /// The place of the operation, counted from 0.
        operation: usize,
        /// When it was asked.
        called_at: u64,
        /// When it ended.
        ended_at: u64,
    },
    /// There are more operations than can be numbered.
    #[error("a history has fewer than 2^32 operations, not {0}")]
    TooLong(usize),
}

/// What was asked of one object, in the order of asking.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct History<O, R> {
    calls: Vec<Call<O, R>>,
    is_stuck: bool,
}

impl<O, R> History<O, R> {
    /// Returns the history of these operations, given in any order.
    ///
    /// # Errors
    ///
    /// If an operation ended before it was asked, or there are more than can be numbered.
    pub fn new(mut calls: Vec<Call<O, R>>) -> Result<Self, HistoryError> {
        if u32::try_from(calls.len()).is_err() {
            return Err(HistoryError::TooLong(calls.len()));
        }
        for (operation, call) in calls.iter().enumerate() {
            if let Some(ended_at) = call.ended_at().filter(|&at| at < call.called_at) {
                return Err(HistoryError::EndsBeforeCall { operation, called_at: call.called_at, ended_at });
            }
        }
        calls.sort_by_key(|call| call.called_at);
        Ok(Self { calls, is_stuck: false })
    }

    /// Says that nothing more was going to happen: every operation that is pending waited in vain. Then none
    /// of them has taken effect, and it has to be right that each waits (Burckhardt, Dern, Musuvathi and Tan, "Line-Up", PLDI 2010).
    #[must_use]
    pub fn stuck(mut self) -> Self {
        self.is_stuck = true;
        self
    }

    /// Returns whether every pending operation waited in vain.
    pub fn is_stuck(&self) -> bool {
        self.is_stuck
    }

    /// Returns the operations, in the order of asking.
    pub fn calls(&self) -> &[Call<O, R>] {
        &self.calls
    }

    /// Returns the history with its operations and results in their `Debug` forms.
    pub fn in_words(&self) -> History<String, String>
    where
        O: Debug,
        R: Debug,
    {
        let calls = self.calls.iter().map(|call| Call {
            process: call.process,
            operation: format!("{:?}", call.operation),
            called_at: call.called_at,
            completion: match &call.completion {
                Completion::Returned { at, result } => Completion::Returned { at: *at, result: format!("{result:?}") },
                Completion::Cancelled { at } => Completion::Cancelled { at: *at },
                Completion::Pending => Completion::Pending,
            },
        });
        History { calls: calls.collect(), is_stuck: self.is_stuck }
    }

    /// Returns these of the operations, as a history of their own.
    pub(crate) fn only(&self, places: &[usize]) -> Self
    where
        O: Clone,
        R: Clone,
    {
        Self { calls: places.iter().map(|&place| self.calls[place].clone()).collect(), is_stuck: self.is_stuck }
    }

    /// Returns the history as it was at a time: what had not ended by then is pending, what was asked later
    /// is left out.
    pub(crate) fn until(&self, time: u64) -> Self
    where
        O: Clone,
        R: Clone,
    {
        let known = self.calls.iter().filter(|call| call.called_at <= time);
        let calls = known.map(|call| {
            let is_known = call.ended_at().is_some_and(|at| at <= time);
            let completion = if is_known { call.completion.clone() } else { Completion::Pending };
            Call { process: call.process, operation: call.operation.clone(), called_at: call.called_at, completion }
        });
        Self { calls: calls.collect(), is_stuck: false }
    }
}
