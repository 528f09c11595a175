//! Hints, with the names and signatures of `std::hint`.

use std::panic::Location;

use crate::execution::context;
use crate::trace::Operation;

/// See [`std::hint::spin_loop`]. In an execution it tells the engine that this thread waits for
/// another to do something.
#[inline(always)]
#[track_caller]
pub fn spin_loop() {
    context::spin(Operation::SpinLoop, Location::caller(), std::hint::spin_loop);
}
