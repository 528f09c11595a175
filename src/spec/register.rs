//! A register that is read, written, and compared and set.

use super::{Next, SequentialSpec, Value};

/// What can be asked of a register.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RegisterOperation<T> {
    /// Reads the value.
    Read,
    /// Overwrites the value.
    Write(T),
    /// Overwrites the value if it is the first of these, by the second.
    CompareAndSet(T, T),
}

/// What a register answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RegisterResult<T> {
    /// What was read.
    Value(T),
    /// The value has been written.
    Written,
    /// Whether the value was as expected.
    Swapped(bool),
}

/// A register: who does not compare and set has a plain one.
#[derive(Clone, Debug)]
pub struct RegisterSpec<T>(T);

impl<T: Value> RegisterSpec<T> {
    /// Returns a register that holds `initial`.
    pub fn new(initial: T) -> Self {
        Self(initial)
    }
}

impl<T: Value> SequentialSpec for RegisterSpec<T> {
    type State = T;
    type Operation = RegisterOperation<T>;
    type Result = RegisterResult<T>;

    fn initial(&self) -> T {
        self.0.clone()
    }

    fn apply(&self, state: &mut T, operation: &Self::Operation) -> Option<Self::Result> {
        Some(match operation {
            RegisterOperation::Read => RegisterResult::Value(state.clone()),
            RegisterOperation::Write(value) => {
                state.clone_from(value);
                RegisterResult::Written
            }
            RegisterOperation::CompareAndSet(expected, new) => {
                let is_expected = state == expected;
                if is_expected {
                    state.clone_from(new);
                }
                RegisterResult::Swapped(is_expected)
            }
        })
    }

    fn step(&self, state: &T, operation: &Self::Operation, result: Option<&Self::Result>) -> Next<T> {
        match (operation, result) {
            (RegisterOperation::Read, Some(RegisterResult::Value(value))) if state == value => Next::Same,
            (RegisterOperation::Write(value), None | Some(RegisterResult::Written)) => Next::To(value.clone()),
            (RegisterOperation::CompareAndSet(expected, new), result) => {
                let is_expected = state == expected;
                match result {
                    Some(RegisterResult::Swapped(swapped)) if *swapped != is_expected => Next::Refused,
                    None | Some(RegisterResult::Swapped(_)) => {
                        if is_expected {
                            Next::To(new.clone())
                        } else {
                            Next::Same
                        }
                    }
                    Some(_) => Next::Refused,
                }
            }
            (RegisterOperation::Read, None) => Next::Same,
            _ => Next::Refused,
        }
    }

    fn can_still(
        &self,
        state: &T,
        operation: &Self::Operation,
        result: &Self::Result,
        others: &[&Self::Operation],
    ) -> bool {
        let needed = match (operation, result) {
            (RegisterOperation::Read, RegisterResult::Value(value)) => value,
            (RegisterOperation::CompareAndSet(expected, _), RegisterResult::Swapped(true)) => expected,
            _ => return true,
        };
        let makes = |other: &RegisterOperation<T>| match other {
            RegisterOperation::Write(value) | RegisterOperation::CompareAndSet(_, value) => value == needed,
            RegisterOperation::Read => false,
        };
        state == needed || others.iter().any(|other| makes(other))
    }

    fn never_changes(&self, operation: &Self::Operation, result: Option<&Self::Result>) -> bool {
        matches!(operation, RegisterOperation::Read) || result == Some(&RegisterResult::Swapped(false))
    }
}
