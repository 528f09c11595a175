//! A straight-line program explored, beside what the naive twin says of it.

use std::collections::BTreeSet;

use selvedge::Checker;
use selvedge::engine::{Budget, Explorer, MemoryModel};

use crate::axioms::{self, Seen};
use crate::straight_line::Program;

/// What the explorer has seen of a program under the language's memory model, and what the axioms allow.
#[derive(Debug)]
pub struct Comparison {
    /// What the axioms allow.
    pub known: Seen,
    /// The outcomes that the explorer has seen.
    pub outcomes: BTreeSet<String>,
    /// How many executions it counts.
    pub executions: u64,
    /// How many it ran in vain.
    pub redundant: u64,
}

impl Comparison {
    /// Returns whether both have the same outcomes, and there was one execution for each graph, and none in vain.
    pub fn agrees(&self) -> bool {
        self.outcomes == self.known.outcomes && (self.executions, self.redundant) == (self.known.graphs, 0)
    }
}

/// Compares a program; none if it has more than 20,000 executions.
pub fn compare(program: &Program) -> Option<Comparison> {
    let budget = Budget { executions: Some(20_000), time: None, ..Budget::default() };
    let checker = Checker::new().engine(Explorer).memory(MemoryModel::Language).budget(budget).keep_going(true);
    let scenario = {
        let program = program.clone();
        move || program.run_on_known_atomics()
    };
    let seen = checker.workers(1).run(scenario).engines.remove(0).exploration;
    let outcomes = seen.outcomes.keys().map(|outcome| outcome.as_str().trim_matches('"').to_owned()).collect();
    let (executions, redundant) = (seen.executions, seen.redundant);
    let comparison = || Comparison { known: axioms::enumerate(program), outcomes, executions, redundant };
    seen.limit.is_none().then(comparison)
}
