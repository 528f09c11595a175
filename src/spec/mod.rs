//! What an object does when it is used by one thread at a time: the specification that histories of
//! concurrent use are compared with.
//!
//! A specification is a state and what each operation does to it. An operation may have to wait (the `pop`
//! of an empty queue), and may be free in what it does ([`SequentialSpec::step`]). The reference
//! specifications, one in each file, are also examples of how to write one.

mod barrier;
mod counter;
mod deque;
mod fifo;
mod heap;
mod joinable;
mod key_value;
mod lifo;
mod lock;
mod map;
mod priority;
mod queue;
mod register;
mod semaphore;
mod set;

use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};

pub use barrier::{BarrierOperation, BarrierResult, BarrierSpec};
pub use counter::{CounterOperation, CounterSpec};
pub use deque::{DequeOperation, DequeSpec};
pub use fifo::FifoSpec;
pub use joinable::{JoinableOperation, JoinableResult, JoinableSpec};
pub use key_value::{KeyValueOperation, KeyValueSpec, KeyValueState};
pub use lifo::LifoSpec;
pub use lock::{LockOperation, LockResult, MutexSpec};
pub use map::{MapOperation, MapSpec};
pub use priority::PrioritySpec;
pub use queue::{Container, QueueOperation, QueueResult, QueueSpec};
pub use register::{RegisterOperation, RegisterResult, RegisterSpec};
pub use semaphore::{SemaphoreOperation, SemaphoreResult, SemaphoreSpec};
pub use set::{SetOperation, SetSpec};

/// The states in which an object may be after an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<S> {
    /// The operation could not have given that result in that state, or has to wait.
    Refused,
    /// It leaves the state as it is.
    Same,
    /// It leads to this state.
    To(S),
    /// It leads to one of these.
    AnyOf(Vec<S>),
}

impl<S> Next<S> {
    /// Returns whether there is no such state.
    pub fn is_refused(&self) -> bool {
        match self {
            Self::Refused => true,
            Self::Same | Self::To(_) => false,
            Self::AnyOf(states) => states.is_empty(),
        }
    }
}

/// A sequential specification. Histories are searched on several OS threads, so what it is made of can be sent from
/// one to another.
///
/// ```
/// use selvedge::spec::SequentialSpec;
///
/// struct Tally;
/// #[derive(Clone, Debug, PartialEq)]
/// enum Do { Add(i64), Read }
///
/// impl SequentialSpec for Tally {
///     type State = i64;
///     type Operation = Do;
///     type Result = i64;
///
///     fn initial(&self) -> i64 { 0 }
///
///     fn apply(&self, state: &mut i64, operation: &Do) -> Option<i64> {
///         if let Do::Add(more) = operation { *state += more }
///         Some(*state)
///     }
/// }
/// ```
pub trait SequentialSpec: Sync {
    /// The state of the object.
    type State: Clone + Eq + Hash + Debug + Send;
    /// What can be asked of it.
    type Operation: Clone + Debug + Send;
    /// What it answers.
    type Result: Clone + PartialEq + Debug + Send;

    /// Returns the state in which the object is made.
    fn initial(&self) -> Self::State;

    /// Lets `operation` take effect, and returns its result; none if it has to wait, and then `state` is
    /// left as it is.
    fn apply(&self, state: &mut Self::State, operation: &Self::Operation) -> Option<Self::Result>;

    /// Returns the states to which `operation` may lead from `state`, where it gave `result`; or, if the
    /// result is not known, where it took effect. A specification that leaves something open says so here,
    /// and its [`apply`](Self::apply) then returns one possibility.
    fn step(
        &self,
        state: &Self::State,
        operation: &Self::Operation,
        result: Option<&Self::Result>,
    ) -> Next<Self::State> {
        let mut next = state.clone();
        match self.apply(&mut next, operation) {
            Some(own) if result.is_none_or(|result| *result == own) => Next::To(next),
            _ => Next::Refused,
        }
    }

    /// Returns whether `operation`, where it gives this result, never changes any state. To say so saves
    /// time; to say so wrongly makes verdicts wrong.
    fn never_changes(&self, _operation: &Self::Operation, _result: Option<&Self::Result>) -> bool {
        false
    }

    /// Returns whether `operation` could still give `result`, now or after some of `others`, in any order:
    /// all those that may yet come before it. To say that it cannot saves time, often a lot; to say so
    /// wrongly makes verdicts wrong.
    fn can_still(
        &self,
        _state: &Self::State,
        _operation: &Self::Operation,
        _result: &Self::Result,
        _others: &[&Self::Operation],
    ) -> bool {
        true
    }

    /// Returns a number of the part of the object that `operation` concerns, if the object has parts that
    /// have nothing to do with each other, such as the keys of a map: each is then checked by itself.
    /// Parts with the same number are checked together.
    fn part(&self, _operation: &Self::Operation) -> Option<u64> {
        None
    }

    /// Returns about how many bytes `state` holds on the heap, which are counted towards
    /// [`Effort::memory_bytes`](crate::linearizability::Effort::memory_bytes). Unless a specification knows better,
    /// they are taken to be as many as are hashed of a state that has something to drop.
    fn heap_bytes(&self, state: &Self::State) -> usize {
        heap::hashed(state)
    }
}

/// Returns the number of the part that a key is.
fn part_of(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// What values of the reference specifications can be.
pub trait Value: Clone + Eq + Ord + Hash + Debug + Send + Sync {}

impl<T: Clone + Eq + Ord + Hash + Debug + Send + Sync> Value for T {}
