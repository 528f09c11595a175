//! Orderings that are tried in place of those that a program declares, line by line.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use crate::trace::Operation;

/// What is done to an atomic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// A load.
    Load,
    /// A store.
    Store,
    /// A read-modify-write other than a compare-and-exchange.
    ReadModifyWrite,
    /// A compare-and-exchange.
    CompareExchange,
    /// A fence.
    Fence,
}

/// A line of a program that has an ordering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// Where it is.
    pub location: &'static Location<'static>,
    /// What is done there.
    pub access: Access,
}

/// The orderings of an operation. A fence that is `Relaxed` is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Orders {
    /// The ordering; of a compare-and-exchange that of a success.
    pub order: Ordering,
    /// The ordering of a failure, of a compare-and-exchange.
    pub failure: Option<Ordering>,
}

/// What is declared, and what is tried in its place.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    /// In place of what is declared there.
    orders: BTreeMap<Site, Orders>,
    /// What was seen to be declared.
    declared: Mutex<BTreeMap<Site, Orders>>,
}

impl Tried {
    /// Returns these orderings, in place of what is declared.
    pub(crate) fn of(orders: BTreeMap<Site, Orders>) -> Self {
        Self { orders, ..Self::default() }
    }

    /// Returns the operation with the orderings that are tried, and notes those that it declares.
    pub(crate) fn apply(&self, operation: Operation, location: &'static Location<'static>) -> Operation {
        let Some((access, declared)) = declared_by(operation) else { return operation };
        let site = Site { location, access };
        self.declared.lock().unwrap_or_else(PoisonError::into_inner).entry(site).or_insert(declared);
        match self.orders.get(&site) {
            Some(&orders) => with(operation, orders),
            None => operation,
        }
    }

    /// Returns what was seen to be declared.
    pub(crate) fn declared(&self) -> BTreeMap<Site, Orders> {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn declared_by(operation: Operation) -> Option<(Access, Orders)> {
    let one = |access, order| Some((access, Orders { order, failure: None }));
    match operation {
        Operation::Load { order } => one(Access::Load, order),
        Operation::Store { order, .. } => one(Access::Store, order),
        Operation::Update { order, .. } => one(Access::ReadModifyWrite, order),
        Operation::Fence { order } => one(Access::Fence, order),
        Operation::CompareExchange { success, failure, .. } => {
            Some((Access::CompareExchange, Orders { order: success, failure: Some(failure) }))
        }
        _ => None,
    }
}

fn with(operation: Operation, orders: Orders) -> Operation {
    let Orders { order, failure } = orders;
    match operation {
        Operation::Load { .. } => Operation::Load { order },
        Operation::Store { value, .. } => Operation::Store { value, order },
        Operation::Update { update, operand, .. } => Operation::Update { update, operand, order },
        Operation::Fence { .. } => Operation::Fence { order },
        Operation::CompareExchange { current, new, .. } => {
            let failure = failure.unwrap_or(Ordering::Relaxed);
            Operation::CompareExchange { current, new, success: order, failure }
        }
        other => other,
    }
}

/// Returns whether the first of two orderings is the second, or weaker.
fn is_at_most(order: Ordering, other: Ordering) -> bool {
    match (order, other) {
        (Relaxed, _) | (_, SeqCst) => true,
        (Acquire | Release, AcqRel) => true,
        (order, other) => order == other,
    }
}

impl Orders {
    /// Returns whether these are at most as strong as others.
    pub fn are_at_most(self, other: Self) -> bool {
        let of_failure = match (self.failure, other.failure) {
            (Some(own), Some(other)) => is_at_most(own, other),
            _ => true,
        };
        is_at_most(self.order, other.order) && of_failure
    }
}

impl Access {
    /// Returns all orderings that such an operation can have, the weaker before the stronger.
    pub fn orders(self) -> Vec<Orders> {
        let all = [Relaxed, Acquire, Release, AcqRel, SeqCst];
        let is_possible = |order: &Ordering| match self {
            Self::Load => !matches!(order, Release | AcqRel),
            Self::Store => !matches!(order, Acquire | AcqRel),
            Self::ReadModifyWrite | Self::CompareExchange | Self::Fence => true,
        };
        let possible = all.into_iter().filter(is_possible);
        if self != Self::CompareExchange {
            return possible.map(|order| Orders { order, failure: None }).collect();
        }
        let with = |order| [Relaxed, Acquire, SeqCst].map(|failure| Orders { order, failure: Some(failure) });
        possible.flat_map(with).collect()
    }
}

impl fmt::Display for Orders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.failure {
            Some(failure) => write!(formatter, "{:?}, {failure:?}", self.order),
            None => write!(formatter, "{:?}", self.order),
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Load => "load",
            Self::Store => "store",
            Self::ReadModifyWrite => "read-modify-write",
            Self::CompareExchange => "compare_exchange",
            Self::Fence => "fence",
        })
    }
}
