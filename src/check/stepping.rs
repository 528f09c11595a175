//! Stepping through a scenario, asked of a checker.

use std::fmt;
use std::io::{self, stdin, stdout};

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

/// Opens the stepper for `scenario` on this terminal: the reader picks each step among those that are possible, and sees beside
/// each what can still come of it. `?` lists the commands.
///
/// # Errors
///
/// If the terminal cannot be read or written.
///
/// # Panics
///
/// If called inside an execution.
pub fn step<T: fmt::Debug>(scenario: impl Fn() -> T + Send + Sync + 'static) -> io::Result<()> {
    let budget = crate::exploration::Budget::executions(LOOK_EXECUTIONS_MAX);
    Checker::new().budget(budget).step(scenario).converse(stdin().lock(), &mut stdout().lock())
}

/// The most executions of one look at what can still come.
const LOOK_EXECUTIONS_MAX: u64 = 2_000;
