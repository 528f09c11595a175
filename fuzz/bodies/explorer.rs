//! Bytes are a random program and a memory model: the explorer and the oracle that enumerates must see the same
//! outcomes and the same number of classes of equivalent executions, which are graphs under the language's model.

#[path = "../../tests/random/program.rs"]
#[allow(dead_code)]
mod program;

use program::{Flavour, Program};
use selvedge::Checker;
use selvedge::engine::{Budget, Explorer, MemoryModel};

/// Checks one input.
pub(crate) fn body(data: &[u8]) {
    let [flavour, actions, rest @ ..] = data else { return };
    let flavours = [Flavour::All, Flavour::Atomics, Flavour::Locks, Flavour::Channels, Flavour::Spinning];
    let flavour = flavours[usize::from(*flavour) % flavours.len()];
    let program = Program::random(&mut rest.iter(), flavour, 2 + usize::from(actions % 6));
    let budget = Budget { executions: Some(2_000), steps_per_execution: 200, time: None, ..Budget::default() };
    let (memory, waits) = match actions {
        128.. => (MemoryModel::Language, matches!(flavour, Flavour::All | Flavour::Spinning)),
        _ => (MemoryModel::SequentiallyConsistent, false),
    };
    let checker = || Checker::new().budget(budget).memory(memory).keep_going(true).workers(1);
    let scenario = || {
        let program = program.clone();
        move || program::run(&program)
    };
    let naive = checker().traces(scenario());
    // A round of waiting that leads to nothing is none of the explorer's under the language's model.
    assert!(waits || naive.contradiction.is_none(), "{program:?}");
    if naive.exploration.limit.is_some() {
        return;
    }
    let report = checker().engine(Explorer).run(scenario());
    let ours = &report.engines[0].exploration;
    assert_eq!(ours.limit, None, "{program:?}");
    assert!(ours.outcomes.keys().eq(naive.exploration.outcomes.keys()), "{program:?}");
    assert!(waits || ours.executions == naive.count, "{} of {}: {program:?}", ours.executions, naive.count);
}
