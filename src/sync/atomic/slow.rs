//! The way of an atomic operation inside an execution; outside any, the types in this folder do it
//! themselves.

use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::execution::backend::NewObject;
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::trace::{AtomicKind, ObjectKind, Operation, Response, updated};

/// An atomic as the slow way needs it.
pub(super) struct Site<'a> {
    pub(super) header: &'a Header,
    pub(super) kind: AtomicKind,
    pub(super) initial: u64,
    /// Does the operation on the std atomic.
    pub(super) native: &'a dyn Fn(Operation) -> Response,
}

/// Returns whether a `compare_exchange_weak` fails for no reason, and notes that there is one.
pub(super) fn fails_for_no_reason(location: &'static Location<'static>) -> bool {
    let Some(backend) = context::modelled() else { return false };
    backend.execution().trace.borrow_mut().remarks.weak_exchanges = true;
    backend.perform(None, Operation::MayFail, location) == Response::Answer(true)
}

/// Does `operation` where the running code is.
#[cold]
pub(super) fn perform(site: &Site<'_>, operation: Operation, location: &'static Location<'static>) -> Response {
    check_order(operation);
    match context::mode() {
        Mode::Outside => (site.native)(operation),
        Mode::Modelled => {
            let backend = context::backend();
            let new = || NewObject::Atomic(site.kind, site.initial);
            let id = site.header.resolve(&backend, location, new);
            backend.perform(Some(id), operation, location)
        }
        Mode::Real => {
            let kind = ObjectKind::Atomic(site.kind);
            let Some(real) = context::real() else { return (site.native)(operation) };
            if site.header.resolve_real(&real, location, kind) {
                let cell = real.static_cell(site.header.address(), site.initial);
                return context::observed(operation, Some(kind), location, || on_cell(&cell, site.kind, operation));
            }
            context::observed(operation, Some(kind), location, || (site.native)(operation))
        }
    }
}

/// Does `operation` on the bits of a static, of which a real execution has its own.
fn on_cell(cell: &AtomicU64, kind: AtomicKind, operation: Operation) -> Response {
    match operation {
        Operation::Load { order } => Response::Value(cell.load(order)),
        Operation::Store { value, order } => {
            cell.store(value, order);
            Response::Done
        }
        Operation::Update { update, operand, order } => {
            let old = cell.fetch_update(order, load_part(order), |old| Some(updated(kind, update, old, operand)));
            Response::Value(old.unwrap_or_else(|old| old))
        }
        Operation::CompareExchange { current, new, success, failure } => {
            exchanged(cell.compare_exchange(current, new, success, failure))
        }
        other => unreachable!("{other:?} is not an operation of an atomic"),
    }
}

/// The ordering of the load in a read-modify-write of ordering `order`.
fn load_part(order: Ordering) -> Ordering {
    match order {
        Ordering::Release | Ordering::Relaxed => Ordering::Relaxed,
        Ordering::SeqCst => Ordering::SeqCst,
        _ => Ordering::Acquire,
    }
}

/// Returns the response of a compare-and-exchange.
pub(super) fn exchanged(result: Result<u64, u64>) -> Response {
    match result {
        Ok(old) => Response::Value(old),
        Err(found) => Response::Mismatch(found),
    }
}

/// Returns the value that an atomic operation responded with.
pub(super) fn value(response: Response) -> u64 {
    match response {
        Response::Value(value) | Response::Mismatch(value) => value,
        other => unreachable!("an atomic responded with {other:?}"),
    }
}

/// Panics as std does on orderings that do not exist for the operation.
fn check_order(operation: Operation) {
    use Ordering::{AcqRel, Acquire, Release};
    match operation {
        Operation::Load { order: Release } => panic!("there is no such thing as a release load"),
        Operation::Load { order: AcqRel } => panic!("there is no such thing as an acquire-release load"),
        Operation::Store { order: Acquire, .. } => panic!("there is no such thing as an acquire store"),
        Operation::Store { order: AcqRel, .. } => panic!("there is no such thing as an acquire-release store"),
        Operation::CompareExchange { failure: Release, .. } => {
            panic!("there is no such thing as a release failure ordering")
        }
        Operation::CompareExchange { failure: AcqRel, .. } => {
            panic!("there is no such thing as an acquire-release failure ordering")
        }
        _ => {}
    }
}
