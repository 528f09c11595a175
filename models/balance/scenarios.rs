//! What is shown of the bank balance, and what is expected of each model.

use selvedge::Outcome;
use selvedge::failure::FailureKind;

use super::memory::{copied, pay_in, shared};
use super::orders::{ALTERNATING, NORMAL, in_order};
use super::{
    amounts, compare_exchange, fetch_add, interpreter_lock, locked, one_without_lock, read_outside_lock,
    released_on_panic, two_locks, unlocked, unreleased,
};
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

const PARAMETERS: &[Parameter] = &[
    Parameter { name: "threads", summary: "how many threads change the balance", default: 2, least: 1, most: 8 },
    Parameter { name: "iterations", summary: "how often each does", default: 1, least: 1, most: 1_000 },
];

/// The scenarios with a failing thread pay in once.
const PARAMETERS_ONCE: &[Parameter] =
    &[Parameter { name: "threads", summary: "how many threads change the balance", default: 2, least: 2, most: 8 }];

/// Each child pays in once.
const PARAMETERS_OF_CHILDREN: &[Parameter] =
    &[Parameter { name: "threads", summary: "how many children pay in", default: 2, least: 1, most: 8 }];

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

/// What processes leave: the parent's balance is what it was, and each child finds what it has paid in itself.
fn each_its_own(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only((0, amounts(parameters.get("threads")).collect::<Vec<_>>()))
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "balance/unlocked",
        summary: "threads change the balance with nothing to protect it",
        shows: "`balance = balance + n` is a read and a write: without a lock, what another thread writes between the \
                two is lost.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked", "balance/fetch_add"],
        parameters: PARAMETERS,
        run: run!(unlocked),
        right: zero,
        possible: seven,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/locked",
        summary: "a lock is held for the whole change",
        shows: "With a `Lock` held from the first read to the last write, the balance is 0 in every execution.",
        parameters: PARAMETERS,
        run: run!(locked),
        right: zero,
        possible: zero,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/fetch_add",
        summary: "each change is one atomic step",
        shows: "With an atomic `fetch_add` for each change, the balance is 0 in every execution, without a lock.",
        literature: Some("std::sync::atomic"),
        parameters: PARAMETERS,
        run: run!(fetch_add),
        right: zero,
        possible: zero,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/compare_exchange",
        summary: "a change is written only if nobody wrote since the read",
        shows: "With a `compare_exchange` that is tried again until it succeeds, the balance is 0 in every execution.",
        literature: Some("Herlihy, Wait-free synchronization, TOPLAS 1991"),
        parameters: PARAMETERS,
        run: run!(compare_exchange),
        right: zero,
        possible: zero,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/read_outside_lock",
        summary: "the lock is taken after the read",
        shows: "A lock that is acquired after the balance was read does not keep the balance right.",
        literature: Some("broken variant of balance/locked"),
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
        shows: "Two threads that hold two different locks change the balance at the same time.",
        literature: Some("broken variant of balance/locked"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked"],
        parameters: PARAMETERS,
        run: run!(two_locks),
        right: zero,
        possible: seven,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/one_without_lock",
        summary: "one thread takes the lock before it calls `change_it`, and another one does not",
        shows: "A lock that one thread holds does not keep another thread from calling `change_it` without it.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/locked"],
        parameters: PARAMETERS,
        run: run!(one_without_lock),
        right: zero,
        possible: seven,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/normal_order",
        summary: "the first order that the tutorials print: one thread after the other",
        shows: "In the order t1, t1, t1, t1, t2, t2, t2, t2 of reads and writes the balance is 0.",
        run: |_| Outcome::of(&in_order(NORMAL)),
        right: zero,
        possible: zero,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/alternating_order",
        summary: "the second order that the tutorials print: the threads alternate",
        shows: "In the order t1, t2, t2, t1, t1, t1, t2, t2 of reads and writes the balance is -8.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/normal_order"],
        run: |_| Outcome::of(&in_order(ALTERNATING)),
        right: zero,
        possible: |_| only(-8),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/unreleased",
        summary: "a thread fails between acquire and release",
        shows: "An exception between `Lock.acquire` and `Lock.release` leaves the lock held: who acquires it then \
                waits \
                for ever.",
        literature: Some("broken variant of balance/released_on_panic"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["balance/released_on_panic"],
        parameters: PARAMETERS_ONCE,
        run: run!(unreleased, once),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/released_on_panic",
        summary: "a thread fails, and the lock is released all the same",
        shows: "With `try .. finally` the lock is released after an exception too; what was half done stays (5 here).",
        parameters: PARAMETERS_ONCE,
        run: run!(released_on_panic, once),
        right: five,
        possible: five,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/interpreter_lock",
        summary: "a global interpreter lock is held for each bytecode",
        shows: "An interpreter lock that is released after any bytecode does not keep `balance = balance + n` \
                together.",
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
        summary: "processes pay in, each into a copy of the variable",
        shows: "What a child process assigns to a global variable, neither its parent nor another child finds there.",
        parameters: PARAMETERS_OF_CHILDREN,
        run: |parameters| Outcome::of(&pay_in(parameters.get("threads"), copied)),
        right: each_its_own,
        possible: each_its_own,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "balance/in_threads",
        summary: "threads pay in, all into the same variable",
        shows: "What a thread assigns to a global variable, the thread that started it finds there, and others may.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["balance/per_process"],
        parameters: PARAMETERS_OF_CHILDREN,
        run: |parameters| Outcome::of(&pay_in(parameters.get("threads"), shared)),
        right: each_its_own,
        ..Scenario::DEFAULT
    },
];
