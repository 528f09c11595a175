//! Strategies for proptest: schedules that it draws, and shrinks towards fewer switches.

use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::engine::Guided;

/// Returns a strategy for schedules: each value runs one execution, and is shrunk towards schedules
/// with fewer switches. `decisions_max` is the most decisions that are drawn; past those, threads run
/// on as long as they can.
///
/// ```
/// use proptest::prelude::*;
///
/// proptest!(|(schedule in selvedge::program::schedules(20))| {
///     let replayed = selvedge::Checker::new().follow(&schedule, || 1 + 1);
///     prop_assert!(replayed.counterexample.is_none());
/// });
/// ```
pub fn schedules(decisions_max: usize) -> impl Strategy<Value = Guided> {
    // Most decisions go on with the running thread.
    let decision = proptest::prop_oneof![3 => 0..1_u8, 2 => 1..8_u8];
    vec(decision, 0..=decisions_max).prop_map(Guided::new)
}
