//! Bytes are a straight-line program on a few atomics: under the language's memory model the explorer must see the outcomes of
//! all graphs that the axioms allow, and run one execution for each.

use selvedge_axioms::comparison::compare;
use selvedge_axioms::straight_line;

/// So many operations have few enough graphs to enumerate.
const OPERATIONS_MAX: usize = 6;

/// Checks one input.
pub(crate) fn body(data: &[u8]) {
    let mut bytes = data.iter();
    let program = straight_line::random(|bound| usize::from(bytes.next().copied().unwrap_or(0)) % bound);
    if program.threads.iter().map(Vec::len).sum::<usize>() > OPERATIONS_MAX {
        return;
    }
    if let Some(comparison) = compare(&program) {
        assert!(comparison.agrees(), "{comparison:?}: {program:?}");
    }
}
