//! A queue that can be joined: `join` waits until as many tasks are done as were put, as in Python's
//! `queue.Queue` and `multiprocessing.JoinableQueue`.

use std::collections::VecDeque;
use std::marker::PhantomData;

use super::{SequentialSpec, Value, heap};

/// What can be asked of a joinable queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum JoinableOperation<T> {
    /// Adds a task.
    Put(T),
    /// Takes a task, and waits as long as there is none.
    Get,
    /// Says that a task is done.
    TaskDone,
    /// Waits until no task is left undone.
    Join,
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum JoinableResult<T> {
    /// What was asked has been done.
    Done,
    /// The task.
    Task(T),
    /// More tasks were called done than had been put.
    TooMany,
}

/// A joinable queue that is empty at first.
#[derive(Clone, Copy, Debug, Default)]
pub struct JoinableSpec<T>(PhantomData<T>);

impl<T> JoinableSpec<T> {
    /// Returns an empty one.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Value> SequentialSpec for JoinableSpec<T> {
    /// The tasks, and how many are not done.
    type State = (VecDeque<T>, usize);
    type Operation = JoinableOperation<T>;
    type Result = JoinableResult<T>;

    fn initial(&self) -> Self::State {
        (VecDeque::new(), 0)
    }

    fn apply(&self, state: &mut Self::State, operation: &JoinableOperation<T>) -> Option<JoinableResult<T>> {
        let (tasks, undone) = state;
        Some(match operation {
            JoinableOperation::Put(task) => {
                tasks.push_back(task.clone());
                *undone += 1;
                JoinableResult::Done
            }
            JoinableOperation::Get => JoinableResult::Task(tasks.pop_front()?),
            JoinableOperation::TaskDone if *undone == 0 => JoinableResult::TooMany,
            JoinableOperation::TaskDone => {
                *undone -= 1;
                JoinableResult::Done
            }
            JoinableOperation::Join if *undone > 0 => return None,
            JoinableOperation::Join => JoinableResult::Done,
        })
    }

    fn never_changes(&self, operation: &JoinableOperation<T>, result: Option<&JoinableResult<T>>) -> bool {
        matches!(operation, JoinableOperation::Join) || result == Some(&JoinableResult::TooMany)
    }

    fn heap_bytes(&self, (tasks, _): &Self::State) -> usize {
        heap::list(tasks.iter(), tasks.capacity())
    }
}
