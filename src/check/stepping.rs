//! Stepping through a scenario, asked of a checker.

use std::fmt;

use super::{Checker, program};
use crate::exploration::assert_outside;
use crate::stepper::Stepper;

impl Checker {
    /// Returns `scenario` before its first step, so that its reader may be the scheduler. The budget is that of one look at
    /// what can still come, of which there is one for each step that is possible.
    ///
    /// # Panics
    ///
    /// If called inside an execution.
    pub fn step<T: fmt::Debug>(&self, scenario: impl Fn() -> T + Send + Sync + 'static) -> Stepper {
        assert_outside();
        Stepper::new(self.task(program(scenario)))
    }
}
