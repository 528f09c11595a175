//! The claims about the bank balance, and what is expected of each model.

use selvedge::Outcome;
use selvedge::failure::FailureKind;

use super::{
    compare_exchange, fetch_add, interpreter_lock, locked, per_process, read_outside_lock, released_on_panic,
    two_locks, unlocked, unreleased,
};
use crate::scenario::{Expectation, Parameter, Parameters, Scenario};

const PARAMETERS: &[Parameter] = &[
    Parameter { name: "threads", summary: "how many threads change the balance", default: 2, least: 1, most: 8 },
    Parameter { name: "iterations", summary: "how often each does", default: 1, least: 1, most: 1_000 },
];

/// The scenarios with a failing thread pay in once.
const PARAMETERS_ONCE: &[Parameter] =
    &[Parameter { name: "threads", summary: "how many threads change the balance", default: 2, least: 2, most: 8 }];

/// Runs a model with the parameters of the scenario.
macro_rules! run {
    ($model:ident, once) => {
        |parameters| Outcome::of(&$model(parameters.get("threads"), 1))
    };
    ($model:ident) => {
        |parameters| Outcome::of(&$model(parameters.get("threads"), parameters.get("iterations")))
    };
}

fn zero(_: &Parameters) -> Option<Vec<Outcome>> {
    Some(vec![Outcome::of(&0)])
}

fn five(_: &Parameters) -> Option<Vec<Outcome>> {
    Some(vec![Outcome::of(&5)])
}

/// What two threads that change the balance once, unprotected, can leave.
fn seven(parameters: &Parameters) -> Option<Vec<Outcome>> {
    let is_default = parameters.get("threads") == 2 && parameters.get("iterations") == 1;
    is_default.then(|| [-8, -5, -3, 0, 3, 5, 8].iter().map(Outcome::of).collect())
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "balance/unlocked",
        summary: "threads change the balance with nothing to protect it",
        shows: "Changing a shared variable takes several steps, so threads that do it at the same time lose changes.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked", "balance/fetch_add", "balance/per_process"],
        parameters: PARAMETERS,
        run: run!(unlocked),
        right: zero,
        possible: seven,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/locked",
        summary: "a lock is held for the whole change",
        shows: "With a lock around the change, only one thread changes the balance at a time, and it is always right.",
        parameters: PARAMETERS,
        run: run!(locked),
        right: zero,
        possible: zero,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/fetch_add",
        summary: "each change is one atomic step",
        shows: "Where adding is a single indivisible step, no lock is needed.",
        parameters: PARAMETERS,
        run: run!(fetch_add),
        right: zero,
        possible: zero,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/compare_exchange",
        summary: "a change is written only if nobody wrote since the read",
        shows: "Reading, computing, and writing only if nothing has changed is as good as a lock.",
        parameters: PARAMETERS,
        run: run!(compare_exchange),
        right: zero,
        possible: zero,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/read_outside_lock",
        summary: "the lock is taken after the read",
        shows: "A lock protects only what is done while it is held: a value read before may be out of date.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked", "balance/compare_exchange"],
        parameters: PARAMETERS,
        run: run!(read_outside_lock),
        right: zero,
        possible: seven,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/two_locks",
        summary: "the threads take different locks",
        shows: "A lock only excludes those who take the same lock.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked"],
        parameters: PARAMETERS,
        run: run!(two_locks),
        right: zero,
        possible: seven,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/unreleased",
        summary: "a thread fails between acquire and release",
        shows: "A lock that is acquired and, because of an error, never released makes the others wait for ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["balance/released_on_panic"],
        parameters: PARAMETERS_ONCE,
        run: run!(unreleased, once),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/released_on_panic",
        summary: "a thread fails, and the lock is released all the same",
        shows: "With `try .. finally` the lock is released even after an error, and nobody waits for ever.",
        parameters: PARAMETERS_ONCE,
        run: run!(released_on_panic, once),
        right: five,
        possible: five,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/interpreter_lock",
        summary: "a global interpreter lock is held for each bytecode",
        shows: "An interpreter lock does not save a statement that is several bytecodes: it may be interrupted between them.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked"],
        parameters: PARAMETERS,
        run: run!(interpreter_lock),
        right: zero,
        possible: seven,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/per_process",
        summary: "each process has a copy of its own",
        shows: "Processes share no variables: each has a copy, and the parent's is not touched by its children.",
        parameters: PARAMETERS,
        run: run!(per_process),
        right: zero,
        possible: zero,
        ..Scenario::DEFAULT
    },
];
