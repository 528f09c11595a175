//! What is checked: an object that several threads use at once.

use std::fmt::Debug;

/// An object whose operations are called by several threads at once, and compared with a
/// [`SequentialSpec`](crate::spec::SequentialSpec).
pub trait Subject: Send + Sync + 'static {
    /// What can be asked of it.
    type Operation: Clone + Debug + Send + Sync + 'static;
    /// What it answers.
    type Result: Clone + PartialEq + Debug + Send + 'static;

    /// Does `operation`, and returns what the object answers.
    fn call(&self, operation: &Self::Operation) -> Self::Result;
}
