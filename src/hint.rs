//! Hints, with the names and signatures of `std::hint`.

use std::panic::Location;

use crate::execution::Operation;
use crate::execution::context::{self, Mode};

/// See [`std::hint::spin_loop`]. In an execution it tells the engine that this thread waits for
/// another to do something.
#[inline]
#[track_caller]
pub fn spin_loop() {
    match context::mode() {
        Mode::Outside => std::hint::spin_loop(),
        Mode::Real => context::observed(Operation::SpinLoop, None, Location::caller(), std::hint::spin_loop),
        Mode::Modelled => {
            context::backend().perform(None, Operation::SpinLoop, Location::caller());
        }
    }
}
