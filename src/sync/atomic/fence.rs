//! Fences.

use std::panic::Location;
use std::sync::atomic::Ordering;

pub use std::sync::atomic::compiler_fence;

use crate::execution::context::{self, Mode};
use crate::trace::Operation;

/// See [`std::sync::atomic::fence`].
///
/// # Panics
///
/// If `order` is `Relaxed`.
#[track_caller]
pub fn fence(order: Ordering) {
    assert!(order != Ordering::Relaxed, "there is no such thing as a relaxed fence");
    let operation = Operation::Fence { order };
    let native = || std::sync::atomic::fence(order);
    match context::mode() {
        Mode::Outside => native(),
        Mode::Real => context::observed(operation, None, Location::caller(), native),
        Mode::Modelled => {
            context::backend().perform(None, operation, Location::caller());
        }
    }
}
