//! Whether a history of concurrent use could have come of using the object by one thread at a time.
//!
//! *Linearizable* (Herlihy and Wing, TOPLAS 1990): in an order in which every operation takes effect at some
//! moment between its call and its return. `search` looks for that order, `frontier` says who may come
//! next, `partition` takes an object apart, `explain` says why there is none, and `naive` is what all
//! of it is compared with.

mod explain;
mod frontier;
mod naive;
mod partition;
mod search;

use std::time::{Duration, Instant};

pub use explain::{Contradiction, Explanation};
pub use naive::naively;

use crate::history::History;
use crate::spec::SequentialSpec;
use frontier::{Frontier, ProgramOrder, RealTime};
use search::{Found, Search};

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
}

impl Default for Effort {
    /// 20 million configurations, a minute.
    fn default() -> Self {
        Self { configurations: Some(20_000_000), time: Some(Duration::from_secs(60)) }
    }
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
pub fn check_within<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    consistency: Consistency,
    effort: Effort,
) -> Linearizability {
    let limits = Limits {
        configurations: effort.configurations,
        until: effort.time.and_then(|time| Instant::now().checked_add(time)),
    };
    match consistency {
        Consistency::Linearizable => partition::check(spec, history, &limits),
        Consistency::Sequential => verdict(Search::new(spec, history, ProgramOrder::of(history)), &limits),
        Consistency::Quiescent => verdict(Search::new(spec, history, RealTime::between_quiet_times(history)), &limits),
    }
}

/// Returns what a search finds.
fn verdict<S: SequentialSpec, F: Frontier>(mut search: Search<'_, S, F>, limits: &Limits) -> Linearizability {
    match search.run(limits) {
        Found::Order(order) => Linearizability::Linearizable(order),
        Found::Nothing => Linearizability::NotLinearizable(Box::new(explain::of_search(search))),
        Found::Limit => Linearizability::Inconclusive { configurations: search.configurations() },
    }
}

/// What a search may spend.
#[derive(Clone, Copy, Debug)]
struct Limits {
    configurations: Option<u64>,
    until: Option<Instant>,
}

impl Limits {
    fn is_spent(&self, configurations: u64) -> bool {
        self.configurations.is_some_and(|most| configurations >= most)
            || (configurations.is_multiple_of(1 << 12) && self.until.is_some_and(|until| Instant::now() >= until))
    }
}
