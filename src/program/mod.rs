//! Strategies for proptest: schedules, and concurrent programs of the operations of one object.

mod operations;
mod schedules;

use std::fmt;

use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};

pub use schedules::schedules;

/// A program: what is called on an object, and by which thread.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Program<O> {
    /// What is called before the threads start.
    pub prefix: Vec<O>,
    /// What each thread calls, in order.
    pub threads: Vec<Vec<O>>,
    /// What is called after all threads have ended.
    pub suffix: Vec<O>,
}

impl<O> Program<O> {
    /// Returns all operations.
    pub fn operations(&self) -> impl Iterator<Item = &O> {
        self.prefix.iter().chain(self.threads.iter().flatten()).chain(&self.suffix)
    }

    /// Returns the programs that have one operation less, or one thread less that does nothing.
    pub fn smaller(&self) -> Vec<Self>
    where
        O: Clone,
    {
        let mut smaller = Vec::new();
        for index in 0..self.prefix.len() {
            let mut less = self.clone();
            less.prefix.remove(index);
            smaller.push(less);
        }
        for thread in 0..self.threads.len() {
            for index in 0..self.threads[thread].len() {
                let mut less = self.clone();
                less.threads[thread].remove(index);
                less.threads.retain(|thread| !thread.is_empty());
                smaller.push(less);
            }
        }
        for index in 0..self.suffix.len() {
            let mut less = self.clone();
            less.suffix.remove(index);
            smaller.push(less);
        }
        smaller
    }
}

impl<O: fmt::Debug> fmt::Debug for Program<O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut program = formatter.debug_struct("Program");
        if !self.prefix.is_empty() {
            program.field("before", &self.prefix);
        }
        program.field("threads", &self.threads);
        if !self.suffix.is_empty() {
            program.field("after", &self.suffix);
        }
        program.finish()
    }
}

/// How large generated programs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// The most threads; there are at least two, if this is no less.
    pub threads_max: usize,
    /// The most operations of each thread.
    pub operations_max: usize,
    /// The most operations before the threads start.
    pub prefix_max: usize,
    /// The most operations after they have ended.
    pub suffix_max: usize,
}

impl Default for Size {
    /// Two or three threads with up to three operations each, up to two before and two after.
    fn default() -> Self {
        Self { threads_max: 3, operations_max: 3, prefix_max: 2, suffix_max: 2 }
    }
}

/// Returns a strategy for programs, whose operations are drawn from `operation`. They are shrunk towards
/// fewer threads and operations.
pub fn programs<O: Clone + fmt::Debug + 'static>(operation: BoxedStrategy<O>, size: Size) -> BoxedStrategy<Program<O>> {
    let threads_min = size.threads_max.min(2);
    let prefix = vec(operation.clone(), 0..=size.prefix_max);
    let threads = vec(vec(operation.clone(), 1..=size.operations_max.max(1)), threads_min..=size.threads_max);
    let suffix = vec(operation, 0..=size.suffix_max);
    (prefix, threads, suffix).prop_map(|(prefix, threads, suffix)| Program { prefix, threads, suffix }).boxed()
}
