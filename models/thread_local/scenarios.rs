//! What is shown of thread-local values, and what is expected of each model.

use selvedge::Outcome;
use selvedge::failure::FailureKind;

use super::{
    EACH_ITS_OWN, STUDENT, Student, dropped, global, handed_down, identity_reused, in_a_map, in_a_nested_function,
    in_an_unlocked_map, inherited, isolated, over_one_connection, over_own_connections, passed_by_hand, pooled,
};
use crate::scenario::{Expectation, Scenario, any_of, only};

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "thread_local/isolated",
        summary: "two threads each say in a thread-local whom they handle, and look there",
        shows: "An attribute of a `threading.local` that a thread has bound is what that thread finds there, whatever \
                others bind.",
        run: |_| Outcome::of(&isolated()),
        right: |_| only(EACH_ITS_OWN),
        possible: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/passed_by_hand",
        summary: "each call has a local variable, which it hands from function to function",
        shows: "Two threads that call one function have a local variable each.",
        run: |_| Outcome::of(&passed_by_hand()),
        right: |_| only(EACH_ITS_OWN),
        possible: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/in_a_nested_function",
        summary: "two threads run a nested function that assigns to a variable of the function around it",
        shows: "A local variable that a nested function assigns to (`nonlocal`) is shared by the threads that run \
                that function.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/passed_by_hand"],
        run: |_| Outcome::of(&in_a_nested_function()),
        right: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/global",
        summary: "two threads each say in a global variable whom they handle, and look there",
        shows: "What a thread has assigned to a global variable, another thread may have overwritten when it looks.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/isolated", "thread_local/passed_by_hand"],
        run: |_| Outcome::of(&global()),
        right: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/in_a_map",
        summary: "a map from threads to students, each operation under a lock",
        shows: "With a global `dict` whose key is `current_thread()`, each thread finds its own entry, if an \
                operation is one step.",
        run: |_| Outcome::of(&in_a_map()),
        right: |_| only(EACH_ITS_OWN),
        possible: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/in_an_unlocked_map",
        summary: "a map from threads to students, without a lock",
        shows: "A map whose operations take several steps loses entries without a lock, though each thread has its \
                own key.",
        literature: Some("broken variant of thread_local/in_a_map"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/in_a_map"],
        run: |_| Outcome::of(&in_an_unlocked_map()),
        right: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/entry_removed",
        summary: "a thread removes its entry from the map when it ends",
        shows: "If a thread removes its entry under `get_ident()` when it ends, a new thread with that number finds \
                nothing.",
        literature: Some("CPython documentation, threading.get_ident"),
        run: |_| {
            Outcome::of(&identity_reused(|students, me| {
                students.lock().unwrap().remove(&me);
            }))
        },
        right: |_| only(None::<Student>),
        possible: |_| only(None::<Student>),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/identity_reused",
        summary: "a thread has the number of one that has ended, and finds its entry",
        shows: "A new thread may have the `get_ident()` of one that has ended, and finds what that one has left under \
                it.",
        literature: Some("CPython documentation, threading.get_ident"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/entry_removed"],
        run: |_| Outcome::of(&identity_reused(|_, _| ())),
        right: |_| only(None::<Student>),
        possible: |_| any_of([None, Some("Alice")]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/pooled_and_reset",
        summary: "a worker resets its thread-local after each task",
        shows: "A worker of a pool that resets its `threading.local` after each task begins the next one without a \
                student.",
        literature: Some("Goetz and others, Java Concurrency in Practice, 2006"),
        run: |_| Outcome::of(&pooled(|| STUDENT.set(None))),
        right: |_| only(None::<Student>),
        possible: |_| only(None::<Student>),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/pooled",
        summary: "a worker does a second task, and finds what the first one left",
        shows: "A worker of a pool finds in its `threading.local` what the task before has bound.",
        literature: Some("Goetz and others, Java Concurrency in Practice, 2006"),
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/pooled_and_reset"],
        run: |_| Outcome::of(&pooled(|| ())),
        right: |_| only(None::<Student>),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/dropped",
        summary: "a thread leaves a value in a thread-local, and ends",
        shows: "The values in a thread's thread-locals are dropped before `join` returns.",
        literature: Some("std::thread::LocalKey"),
        run: |_| Outcome::of(&dropped(true)),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/not_dropped_yet",
        summary: "a thread leaves a value in a thread-local, and is not waited for",
        shows: "The values in a thread's thread-locals are there as long as the thread runs.",
        literature: Some("std::thread::LocalKey"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/dropped"],
        run: |_| Outcome::of(&dropped(false)),
        right: |_| only(1),
        possible: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/connection",
        summary: "each thread makes a connection of its own when it first needs one",
        shows: "A connection in a `threading.local` is used by one thread, which gets the answers to its own \
                questions.",
        run: |_| Outcome::of(&over_own_connections()),
        right: |_| only(4),
        possible: |_| only(4),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/one_connection",
        summary: "all threads use one connection",
        shows: "Over one connection that threads use without a lock, a thread may get the answer to another thread's \
                question.",
        literature: Some("broken variant of thread_local/connection"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/connection"],
        run: |_| Outcome::of(&over_one_connection()),
        right: |_| only(4),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/handed_down",
        summary: "a thread tells the one that it starts whom it handles",
        shows: "A thread that binds what it was handed as an argument finds it in its `threading.local`.",
        literature: Some("Python documentation, contextvars"),
        run: |_| Outcome::of(&handed_down()),
        right: |_| only(Some("Alice")),
        possible: |_| only(Some("Alice")),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/inherited",
        summary: "a thread looks for what the one that started it has in its thread-local",
        shows: "A new thread finds nothing of what the thread that started it has bound to a `threading.local`: \
                `AttributeError`.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/handed_down"],
        run: |_| Outcome::of(&inherited()),
        right: |_| only(Some("Alice")),
        possible: |_| only(None::<Student>),
        ..Scenario::DEFAULT
    },
];
