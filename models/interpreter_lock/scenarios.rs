//! What is shown of the interpreter lock, and what is expected of each model.

use selvedge::Outcome;
use selvedge::failure::FailureKind;

use super::Bytecode::Append;
use super::{
    APPEND_IN_PYTHON, Interpreter, PAY_IN_AND_OUT, PAY_IN_AND_OUT_BY_CALLS, balance_with_calls,
    hash_with_lock_released, meet, on_two_threads, processors_used, run_loop, waiting,
};
use crate::scenario::{Expectation, Parameter, Scenario, any_of, only};

const SHORT: &[Parameter] = &[Parameter {
    name: "interval",
    summary: "after how many bytecodes others may run",
    default: 1,
    least: 1,
    most: 100,
}];

const LONG: &[Parameter] = &[Parameter {
    name: "statements",
    summary: "after how many statements, of three bytecodes each, others may run",
    default: 1,
    least: 1,
    most: 100,
}];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "interpreter_lock/bytecode",
        summary: "two threads append to a list, by a method that is one bytecode",
        shows: "`list.append` is called by one bytecode that runs no Python code: under an interpreter lock nothing \
                is lost.",
        literature: Some("CPython documentation, Library and Extension FAQ: thread-safe mutations"),
        parameters: SHORT,
        run: |parameters| Outcome::of(&on_two_threads(&[Append(1), Append(2)], parameters.get("interval")).list.len()),
        right: |_| only(4),
        possible: |_| only(4),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/two_bytecodes",
        summary: "two threads append to a list, by a method written in Python",
        shows: "A method written in Python is called by one bytecode, too, and may be interrupted between its own \
                bytecodes.",
        literature: Some("CPython documentation, Library and Extension FAQ: thread-safe mutations"),
        parameters: SHORT,
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/bytecode"],
        run: |parameters| Outcome::of(&on_two_threads(&APPEND_IN_PYTHON, parameters.get("interval")).list.len()),
        right: |_| only(4),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/statement",
        summary: "two threads pay in and out, and may be interrupted after every bytecode",
        shows: "If threads may be switched after any bytecode, as in CPython before 3.10, `balance = balance + n` \
                loses changes.",
        parameters: SHORT,
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/long_interval", "interpreter_lock/no_call_inside"],
        run: |parameters| Outcome::of(&on_two_threads(&PAY_IN_AND_OUT, parameters.get("interval")).balance),
        right: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/long_interval",
        summary: "two threads pay in and out, and are interrupted between statements only",
        shows: "If threads are switched between statements only, `balance = balance + n` loses nothing without a lock.",
        literature: Some("CPython, Python/ceval.c"),
        parameters: LONG,
        run: |parameters| Outcome::of(&on_two_threads(&PAY_IN_AND_OUT, 3 * parameters.get("statements")).balance),
        right: |_| only(0),
        possible: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/no_call_inside",
        summary: "two threads pay in and out, and are interrupted at calls only, of which there are none",
        shows: "If threads are switched at calls and ends of loops only, as since CPython 3.10, `balance = balance + \
                n` loses nothing.",
        literature: Some("CPython 3.10, Python/ceval.c"),
        run: |_| Outcome::of(&balance_with_calls(&PAY_IN_AND_OUT)),
        right: |_| only(0),
        possible: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/call_inside",
        summary: "two threads pay in and out, and are interrupted at the call inside the statement",
        shows: "With a call inside, `balance = balance + amount(n)` loses changes also where threads are switched at \
                calls only.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/no_call_inside"],
        run: |_| Outcome::of(&balance_with_calls(&PAY_IN_AND_OUT_BY_CALLS)),
        right: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/one_processor",
        summary: "two threads run `x = x ^ 1` in a loop on one interpreter",
        shows: "Two threads that compute in Python on one interpreter with a lock never use more than one processor \
                at a time.",
        run: |_| Outcome::of(&processors_used(true, run_loop)),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/no_lock",
        summary: "two threads run `x = x ^ 1` in a loop on an interpreter without a lock",
        shows: "Without an interpreter lock, as in C or in a free-threaded build, two threads that compute may use \
                two processors.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/one_processor"],
        run: |_| Outcome::of(&processors_used(false, run_loop)),
        right: |_| only(1),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/released_in_c",
        summary: "two threads hash: a function in C that releases the lock",
        shows: "A function in C that releases the interpreter lock, as `hashlib` does, lets two threads use two \
                processors.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["interpreter_lock/one_processor"],
        run: |_| Outcome::of(&processors_used(true, hash_with_lock_released)),
        right: |_| only(1),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/processes",
        summary: "two processes, with an interpreter each, meet in the middle of a bytecode",
        shows: "Two processes have an interpreter lock each, so that both can be in the middle of a bytecode at the \
                same time.",
        run: |_| Outcome::of(&meet(true, Interpreter::meet_in_a_bytecode)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/threads",
        summary: "two threads, with one interpreter, are to meet in the middle of a bytecode",
        shows: "Two threads that share an interpreter lock are never both in the middle of a bytecode.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["interpreter_lock/processes", "interpreter_lock/meet_in_c"],
        run: |_| Outcome::of(&meet(false, Interpreter::meet_in_a_bytecode)),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/meet_in_c",
        summary: "two threads, with one interpreter, meet in a function in C that has released the lock",
        shows: "Two threads that share an interpreter lock can both be in functions in C that have released it.",
        literature: Some("CPython C API, Py_BEGIN_ALLOW_THREADS"),
        run: |_| Outcome::of(&meet(false, Interpreter::meet_in_c)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/given_back_while_waiting",
        summary: "a thread gives the lock back while it waits for input",
        shows: "A thread releases the interpreter lock while it waits for input, so that others run meanwhile.",
        literature: Some("CPython C API, Py_BEGIN_ALLOW_THREADS"),
        run: |_| Outcome::of(&waiting(true)),
        right: |_| only(3),
        possible: |_| only(3),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "interpreter_lock/kept_while_waiting",
        summary: "a thread keeps the lock while it waits for input",
        shows: "An extension that waits for input with the interpreter lock held keeps the thread that would send it \
                from running.",
        literature: Some("CPython C API, Py_BEGIN_ALLOW_THREADS"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["interpreter_lock/given_back_while_waiting"],
        run: |_| Outcome::of(&waiting(false)),
        right: |_| only(3),
        ..Scenario::DEFAULT
    },
];
