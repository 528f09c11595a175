//! Nondeterminism of the program's own: faults, crashes, inputs.

use std::panic::Location;

use crate::execution::context::{self, Mode};
use crate::trace::{Operation, Response};

/// The most options of a choice.
const OPTIONS_MAX: u32 = 1 << 16;

/// Chooses one of `options` numbers, from 0 up. An engine that explores choices looks at each of
/// them; the `threads` engine draws one; outside any execution it is always 0.
///
/// # Panics
///
/// If `options` is 0, or more than 65,536.
///
/// ```
/// // A message that may get lost.
/// let lost = selvedge::choose(2) == 1;
/// # assert!(!lost);
/// ```
#[track_caller]
pub fn choose(options: usize) -> usize {
    let count = u32::try_from(options).expect("fewer than 2^32 options");
    assert!(count > 0, "a choice among no options");
    assert!(count <= OPTIONS_MAX, "a choice among more than {OPTIONS_MAX} options");
    match context::mode() {
        Mode::Outside => 0,
        Mode::Real => context::real().map_or(0, |real| real.choose(count) as usize),
        Mode::Modelled => {
            match context::backend().perform(None, Operation::Choose { options: count }, Location::caller()) {
                Response::Value(chosen) => usize::try_from(chosen).expect("less than the options"),
                other => unreachable!("a choice responded with {other:?}"),
            }
        }
    }
}
