//! Whether a history of concurrent use could have come of using the object by one thread at a time.
//!
//! *Linearizable* (Herlihy and Wing, TOPLAS 1990): in an order in which every operation takes effect at some
//! moment between its call and its return. `search` looks for that order, `frontier` and `program_order` say who
//! may come next, `memory` holds what was met, `partition` takes an object apart, `turns` lets the parts take turns,
//! `explain` says why there is no order, and `naive` is what all of it is compared with.

mod explain;
mod frontier;
mod memory;
mod naive;
mod partition;
mod program_order;
mod search;
mod turns;

use std::time::{Duration, Instant};

pub use explain::{Contradiction, Explanation};
pub use naive::naively;

use crate::history::History;
use crate::spec::SequentialSpec;
use frontier::{Frontier, RealTime};
use program_order::ProgramOrder;
use search::{Allowance, Found, Search};
use turns::Turns;

/// What order a history is to be explained by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Consistency {
    /// Every operation takes effect between its call and its return.
    #[default]
    Linearizable,
    /// The operations of each process take effect in their order, whatever the times (Lamport 1979).
    Sequential,
    /// Operations take effect in the order of the times at which nothing was going on (Aspnes, Herlihy and
    /// Shavit 1994).
    Quiescent,
}

/// How much a check may spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How many configurations may be looked at: which operations have taken effect, and the state.
    pub configurations: Option<u64>,
    /// How long it may take.
    pub time: Option<Duration>,
    /// How many bytes of memory the search may take for what it remembers: the configurations and the states
    /// that it met, and the way to the newest. States are counted as [`SequentialSpec::heap_bytes`] says. The
    /// parts of an object share them.
    pub memory_bytes: Option<u64>,
}

impl Default for Effort {
    /// 20 million configurations, a minute, 1 GiB.
    fn default() -> Self {
        Self { configurations: Some(20_000_000), time: Some(Duration::from_secs(60)), memory_bytes: Some(1 << 30) }
    }
}

/// What bounds a check: a part of its [`Effort`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// [`Effort::configurations`].
    Configurations,
    /// [`Effort::time`].
    Time,
    /// [`Effort::memory_bytes`].
    Memory,
}

/// What a check found. Operations are named by their places in [`History::calls`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linearizability {
    /// There is an order: these operations, of which pending ones are those that took effect.
    Linearizable(Vec<usize>),
    /// There is none.
    NotLinearizable(Box<Explanation>),
    /// What it could spend did not suffice.
    Inconclusive {
        /// How many configurations were looked at.
        configurations: u64,
        /// What was spent.
        bound: Bound,
    },
}

impl Linearizability {
    /// Returns whether there is an order.
    pub fn is_linearizable(&self) -> bool {
        matches!(self, Self::Linearizable(_))
    }
}

/// Checks whether a history is linearizable, with the default [`Effort`].
///
/// ```
/// use selvedge::history::{Call, Completion, History};
/// use selvedge::linearizability::check;
/// use selvedge::spec::{RegisterOperation::{Read, Write}, RegisterResult::{Value, Written}, RegisterSpec};
///
/// let call = |process, operation, called_at, at, result| {
///     Call { process, operation, called_at, completion: Completion::Returned { at, result } }
/// };
/// let late = History::new(vec![call(0, Write(1), 0, 1, Written), call(1, Read, 2, 3, Value(0))]).unwrap();
/// assert!(!check(&RegisterSpec::new(0), &late).is_linearizable());
/// ```
pub fn check<S: SequentialSpec>(spec: &S, history: &History<S::Operation, S::Result>) -> Linearizability {
    check_within(spec, history, Consistency::Linearizable, Effort::default())
}

/// Checks a history against a weaker or the same condition, within some effort.
///
/// The parts of an object ([`SequentialSpec::part`]) take turns on all cores, so a violation that is easy to see
/// is found soon however hard other parts are. What is found does not depend on the number of cores, and depends
/// on time only if that is spent.
pub fn check_within<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    consistency: Consistency,
    effort: Effort,
) -> Linearizability {
    let limits = Limits::of(effort);
    match consistency {
        Consistency::Linearizable => partition::check(spec, history, &limits, &Turns::default()),
        Consistency::Sequential => {
            verdict(Search::new(spec, history.clone(), ProgramOrder::of(history)), &limits.all())
        }
        Consistency::Quiescent => {
            verdict(Search::new(spec, history.clone(), RealTime::between_quiet_times(history)), &limits.all())
        }
    }
}

/// Checks whether a history is linearizable, with a first turn of so many configurations for each part, and on so
/// many OS threads: for tests, which show that what is found depends on neither.
#[doc(hidden)]
pub fn check_in_turns<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    effort: Effort,
    first: u64,
    workers: usize,
) -> Linearizability {
    partition::check(spec, history, &Limits::of(effort), &Turns { first: first.max(1), workers: Some(workers) })
}

/// Returns what a search finds.
fn verdict<S: SequentialSpec, F: Frontier>(mut search: Search<'_, S, F>, allowance: &Allowance) -> Linearizability {
    match search.run(allowance) {
        Found::Order(order) => Linearizability::Linearizable(order),
        Found::Nothing => Linearizability::NotLinearizable(Box::new(explain::of_search(&search))),
        Found::Spent(bound) => Linearizability::Inconclusive { configurations: search.configurations(), bound },
    }
}

/// What a check may spend; as much as there is, where nothing is set.
#[derive(Clone, Copy, Debug)]
struct Limits {
    configurations: u64,
    bytes: usize,
    until: Option<Instant>,
}

impl Limits {
    fn of(effort: Effort) -> Self {
        Self {
            configurations: effort.configurations.unwrap_or(u64::MAX),
            // Less than what does not exist.
            bytes: effort.memory_bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usize::MAX - 1),
            until: effort.time.and_then(|time| Instant::now().checked_add(time)),
        }
    }

    /// Returns what one search alone may spend.
    fn all(&self) -> Allowance {
        Allowance { configurations: self.configurations, bytes: self.bytes, until: self.until }
    }
}
