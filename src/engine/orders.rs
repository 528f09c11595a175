//! Orderings that are tried in place of those that a program declares, line by line.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

use std::sync::atomic::Ordering;

use crate::execution::Operation;
use crate::orderings::{Access, Orders, Site};

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
    pub(super) fn apply(&self, operation: Operation, location: &'static Location<'static>) -> Operation {
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
