//! Which orderings a scenario needs, asked of a checker.

use std::fmt;
use std::sync::Arc;

use super::{Checker, program};
use crate::engine::{Engine, Explorer};
use crate::exploration::{Orders, Program, Site, Task, Tried, assert_outside};
use crate::orderings::{self, Orderings, OrderingsError};
use crate::report::Report;

impl Checker {
    /// Returns the weakest orderings of the atomic operations, all together, with which `scenario` passes on the explorer:
    /// no single one of them can be weaker. Where it fails with the orderings that it declares, they are strengthened as
    /// little as it takes.
    ///
    /// Sites are told apart by their places in the source. What is needed is needed by this scenario: others may need more.
    ///
    /// # Errors
    ///
    /// If it does not pass with all orderings `SeqCst` either.
    ///
    /// # Panics
    ///
    /// If called inside an execution.
    pub fn orderings<T: fmt::Debug>(
        &self,
        scenario: impl Fn() -> T + Send + Sync + 'static,
    ) -> Result<Orderings, OrderingsError> {
        assert_outside();
        orderings::search(self, program(scenario))
    }

    /// Returns whether `scenario` passes on the explorer with these orderings in place of those that it declares.
    ///
    /// # Panics
    ///
    /// If called inside an execution.
    pub fn passes_with<T: fmt::Debug>(
        &self,
        orders: &[(Site, Orders)],
        scenario: impl Fn() -> T + Send + Sync + 'static,
    ) -> bool {
        assert_outside();
        let orders = Arc::new(Tried::of(orders.iter().copied().collect()));
        self.run_with_orders(program(scenario), &Explorer, orders).passes()
    }

    /// Runs the program with these orderings in place of those that it declares.
    pub(crate) fn run_with_orders(&self, program: Program, engine: &dyn Engine, orders: Arc<Tried>) -> Report {
        let task = Task { orders: Some(orders), ..self.task(program) };
        Report { name: self.name_or_default(), engines: vec![self.run_on(engine, &task, true)] }
    }
}
