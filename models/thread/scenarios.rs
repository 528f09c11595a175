//! What is shown of threads, and what is expected of each model.

use selvedge::Outcome;
use selvedge::failure::FailureKind;

use super::{
    counted, counted_in_two_steps, current, current_in_a_global, detached, failure_unnoticed, joined, lines_written,
    loop_thread, named, one_raises, order, program_with_a_server, results,
};
use crate::scenario::{Expectation, Scenario, any_of, only};

/// One has done it, and one has failed.
const RESULTS: (usize, usize) = (1, 1);

/// What the example of a thread that counts prints.
const PRINTED: [&str; 6] = ["main is running", "loop is running", "loop 1", "loop 2", "loop ended", "main ended"];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "thread/join",
        summary: "the main thread waits for another one",
        shows: "`Thread.join` returns when the thread has ended, and what the thread did is seen after it.",
        run: |_| Outcome::of(&joined()),
        right: |_| only(42),
        possible: |_| only(42),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/detached",
        summary: "the main thread does not wait for another one",
        shows: "Without `Thread.join`, what the thread does may be seen or not.",
        literature: Some("CPython documentation, threading"),
        run: |_| Outcome::of(&detached()),
        right: |_| any_of([0, 42]),
        possible: |_| any_of([0, 42]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/not_joined",
        summary: "the main thread does not wait, and expects the work to be done",
        shows: "After `Thread.start` and without `Thread.join`, the thread may not have run yet.",
        literature: Some("broken variant of thread/join"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/join", "thread/detached"],
        run: |_| Outcome::of(&detached()),
        right: |_| only(42),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/loop",
        summary: "the example of a thread that counts, waited for before the last line is printed",
        shows: "With `Thread.join` before it, the last line of the main thread comes after all lines of the other \
                thread.",
        run: |_| Outcome::of(&loop_thread(true)),
        right: |_| only(PRINTED),
        possible: |_| only(PRINTED),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/loop_not_joined",
        summary: "the same, and the last line is printed without waiting",
        shows: "Without `Thread.join`, the last line of the main thread may come before lines of the other thread.",
        literature: Some("broken variant of thread/loop"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/loop"],
        run: |_| Outcome::of(&loop_thread(false)),
        right: |_| only(PRINTED),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/names",
        summary: "threads without a name are given one with a number",
        shows: "Threads without a name get `Thread-1` and `Thread-2`: the number is counted up in one step.",
        run: |_| Outcome::of(&named(counted)),
        right: |_| only(["Thread-1", "Thread-2", "main"]),
        possible: |_| only(["Thread-1", "Thread-2", "main"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/names_in_two_steps",
        summary: "the number for a name is read in one step and counted up in another",
        shows: "If the number for a name is read and counted up in two steps, two threads may get the same name.",
        literature: Some("broken variant of thread/names"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/names"],
        run: |_| Outcome::of(&named(counted_in_two_steps)),
        right: |_| only(["Thread-1", "Thread-2", "main"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/current",
        summary: "each thread asks who it is",
        shows: "`current_thread()` returns in each thread the instance of that thread.",
        run: |_| Outcome::of(&current()),
        right: |_| only(true),
        possible: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/current_in_a_global",
        summary: "each thread writes who it is into a global variable, and looks there",
        shows: "A global variable that each thread sets to itself says who has set it last, not who asks.",
        literature: Some("broken variant of thread/current"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/current"],
        run: |_| Outcome::of(&current_in_a_global()),
        right: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/one_by_one",
        summary: "each thread is waited for before the next one starts",
        shows: "With `Thread.join` after each `Thread.start`, threads run in the order in which they are started.",
        run: |_| Outcome::of(&order(true)),
        right: |_| only([0, 1, 2]),
        possible: |_| only([0, 1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/start_order",
        summary: "threads are started one after the other, and expected to run so",
        shows: "Threads that are started one after the other may run in any order.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/one_by_one"],
        run: |_| Outcome::of(&order(false)),
        right: |_| only([0, 1, 2]),
        possible: |_| any_of([[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/result",
        summary: "one thread returns something, another one panics",
        shows: "`JoinHandle::join` returns what the thread has returned, or the panic that it ended with.",
        literature: Some("std::thread::JoinHandle"),
        run: |_| Outcome::of(&results()),
        right: |_| only(RESULTS),
        possible: |_| only(RESULTS),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/failure_of_one",
        summary: "one of three threads raises an exception",
        shows: "An exception ends the thread that raises it: the other threads do their work, and the main thread \
                goes on.",
        literature: Some("CPython documentation, threading.excepthook"),
        run: |_| Outcome::of(&one_raises()),
        right: |_| only((2, 1)),
        possible: |_| only((2, 1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/failure_unnoticed",
        summary: "one of three threads raises an exception, and the main thread counts on three results",
        shows: "`Thread.join` does not raise what the thread has raised: results are missing, and nothing says so.",
        literature: Some("CPython documentation, threading.excepthook"),
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/result", "thread/failure_of_one"],
        run: |_| Outcome::of(&failure_unnoticed()),
        right: |_| only(3),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/daemon",
        summary: "a program ends while a daemon thread waits for requests",
        shows: "At its end a program waits for its threads, but not for those with `daemon=True`.",
        literature: Some("CPython documentation, threading.Thread.daemon"),
        run: |_| Outcome::of(&program_with_a_server(true)),
        right: |_| only(42),
        possible: |_| only(42),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/not_a_daemon",
        summary: "a program ends while a thread that is no daemon waits for requests",
        shows: "A program does not end as long as a thread without `daemon=True` runs.",
        literature: Some("CPython documentation, threading.Thread.daemon"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["thread/daemon"],
        run: |_| Outcome::of(&program_with_a_server(false)),
        right: |_| only(42),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/finishes_its_work",
        summary: "an ordinary thread writes two lines, and the program waits for it at its end",
        shows: "A thread without `daemon=True` comes to its end before the program does.",
        literature: Some("CPython documentation, threading.Thread.daemon"),
        run: |_| Outcome::of(&lines_written(false)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread/daemon_cut_short",
        summary: "a daemon writes two lines, and the program ends",
        shows: "A thread with `daemon=True` may be stopped between any two of its steps when the program ends.",
        literature: Some("CPython documentation, threading.Thread.daemon"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread/finishes_its_work"],
        run: |_| Outcome::of(&lines_written(true)),
        right: |_| only(2),
        possible: |_| any_of([0, 1, 2]),
        ..Scenario::DEFAULT
    },
];
