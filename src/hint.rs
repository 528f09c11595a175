//! Hints, with the names and signatures of `std::hint`.

use std::panic::Location;

use crate::execution::Operation;
use crate::execution::context::{self, Mode};
use crate::execution::local_state::LocalState;

/// See [`std::hint::spin_loop`]. In an execution it tells the engine that this thread waits for
/// another to do something.
#[inline(always)]
#[track_caller]
pub fn spin_loop() {
    match context::mode() {
        Mode::Outside => std::hint::spin_loop(),
        Mode::Real => context::observed(Operation::SpinLoop, None, Location::caller(), std::hint::spin_loop),
        Mode::Modelled => {
            let here = LocalState::capture();
            context::backend().spin(Operation::SpinLoop, Location::caller(), &here);
        }
    }
}
