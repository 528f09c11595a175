//! Bytes are a straight-line program on a few atomics: under the language's memory model the explorer must see the outcomes of
//! all graphs that the axioms allow, and run one execution for each.

use selvedge::Checker;
use selvedge::engine::{Budget, Explorer, MemoryModel};
use selvedge_axioms::{axioms, straight_line};

/// So many operations have few enough graphs to enumerate.
const OPERATIONS_MAX: usize = 6;

/// Checks one input.
pub(crate) fn body(data: &[u8]) {
    let mut bytes = data.iter();
    let program = straight_line::random(|bound| usize::from(bytes.next().copied().unwrap_or(0)) % bound);
    if program.threads.iter().map(Vec::len).sum::<usize>() > OPERATIONS_MAX {
        return;
    }
    let known = axioms::enumerate(&program);
    let budget = Budget { executions: Some(20_000), time: None, ..Budget::default() };
    let checker = Checker::new().engine(Explorer).memory(MemoryModel::Language).budget(budget).workers(1);
    let scenario = {
        let program = program.clone();
        move || program.run_on_known_atomics()
    };
    let seen = checker.keep_going(true).run(scenario).engines.remove(0).exploration;
    if seen.limit.is_some() {
        return;
    }
    let outcomes = seen.outcomes.keys().map(|outcome| outcome.as_str().trim_matches('"'));
    assert!(outcomes.eq(&known.outcomes), "{:?} and not {:?}: {program:?}", seen.outcomes.keys(), known.outcomes);
    let counts = (seen.executions, seen.redundant);
    assert_eq!(counts, (known.graphs, 0), "executions and those in vain, for the graphs: {program:?}");
}
