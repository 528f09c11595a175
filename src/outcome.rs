//! The value that a scenario reports at its end, and how often each was seen.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

/// What one execution reported: the `Debug` form of what the scenario's closure returned.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Outcome(String);

impl Outcome {
    /// Returns the outcome that a closure returning `value` reports.
    pub fn of(value: &impl fmt::Debug) -> Self {
        Self(format!("{value:?}"))
    }

    /// Returns the outcome's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Ord for Outcome {
    /// Integers by value and before everything else, the rest by text.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0.parse::<i128>(), other.0.parse::<i128>()) {
            (Ok(mine), Ok(theirs)) => mine.cmp(&theirs).then_with(|| self.0.cmp(&other.0)),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => self.0.cmp(&other.0),
        }
    }
}

impl PartialOrd for Outcome {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How many executions reported each outcome, in the order of the outcomes.
pub type Histogram = BTreeMap<Outcome, u64>;

#[cfg(test)]
mod tests {
    use super::Outcome;

    #[test]
    fn integers_are_ordered_by_value() {
        let mut outcomes = [Outcome::of(&8), Outcome::of(&"x"), Outcome::of(&-13), Outcome::of(&-8)];
        outcomes.sort();
        assert_eq!(outcomes.map(|outcome| outcome.to_string()), ["-13", "-8", "8", "\"x\""]);
    }
}
