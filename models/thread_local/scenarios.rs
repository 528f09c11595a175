//! The claims about thread-local values, and what is expected of each model.

use selvedge::Outcome;
use selvedge::failure::FailureKind;

use super::{
    EACH_ITS_OWN, STUDENT, Student, dropped, global, handed_down, identity_reused, in_a_map, in_an_unlocked_map,
    inherited, isolated, over_one_connection, over_own_connections, passed_by_hand, pooled,
};
use crate::scenario::{Expectation, Scenario, any_of, only};

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "thread_local/isolated",
        summary: "two threads each say in a thread-local whom they handle, and look there",
        shows: "A thread-local is a global variable of which each thread has its own: none sees another's.",
        run: |_| Outcome::of(&isolated()),
        right: |_| only(EACH_ITS_OWN),
        possible: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/passed_by_hand",
        summary: "each function hands the student to the next",
        shows: "A local variable is seen by its own thread only, but has to be handed from function to function.",
        run: |_| Outcome::of(&passed_by_hand()),
        right: |_| only(EACH_ITS_OWN),
        possible: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/global",
        summary: "two threads each say in a global variable whom they handle, and look there",
        shows: "A global variable is shared by all threads: one overwrites what another one has written.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/isolated", "thread_local/passed_by_hand"],
        run: |_| Outcome::of(&global()),
        right: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/in_a_map",
        summary: "a map from threads to students, with a lock",
        shows: "A global map with the thread as the key does what a thread-local does, if it is locked.",
        run: |_| Outcome::of(&in_a_map()),
        right: |_| only(EACH_ITS_OWN),
        possible: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/in_an_unlocked_map",
        summary: "a map from threads to students, without a lock",
        shows: "That each thread uses its own key does not make the map its own.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/in_a_map"],
        run: |_| Outcome::of(&in_an_unlocked_map()),
        right: |_| only(EACH_ITS_OWN),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/entry_removed",
        summary: "a thread removes its entry from the map when it ends",
        shows: "Who keeps values by thread removes them when the thread ends.",
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
        shows: "The number of a thread that has ended is given to a new one, which finds what the old one left.",
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
        shows: "In a pool a thread-local has to be reset after each task.",
        run: |_| Outcome::of(&pooled(|| STUDENT.set(None))),
        right: |_| only(None::<Student>),
        possible: |_| only(None::<Student>),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/pooled",
        summary: "a worker does a second task, and finds what the first one left",
        shows: "A thread-local belongs to the thread, not to the task: the next task on that thread finds it.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/pooled_and_reset"],
        run: |_| Outcome::of(&pooled(|| ())),
        right: |_| only(None::<Student>),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/dropped",
        summary: "a thread leaves a value in a thread-local, and ends",
        shows: "What a thread has in its thread-locals goes when it ends, before `join` returns.",
        run: |_| Outcome::of(&dropped(true)),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/not_dropped_yet",
        summary: "a thread leaves a value in a thread-local, and is not waited for",
        shows: "As long as a thread runs, so long are its thread-locals there.",
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
        shows: "A connection in a thread-local is made once for each thread, and used by no other.",
        run: |_| Outcome::of(&over_own_connections()),
        right: |_| only(4),
        possible: |_| only(4),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/one_connection",
        summary: "all threads use one connection",
        shows: "Over a connection that is shared, one thread gets the answer to another one's question.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/connection"],
        run: |_| Outcome::of(&over_one_connection()),
        right: |_| only(4),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/handed_down",
        summary: "a thread tells the one that it starts whom it handles",
        shows: "What a new thread is to find in its thread-locals, it has to be given.",
        run: |_| Outcome::of(&handed_down()),
        right: |_| only(Some("Alice")),
        possible: |_| only(Some("Alice")),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "thread_local/inherited",
        summary: "a thread looks for what the one that started it has in its thread-local",
        shows: "A new thread begins with thread-locals of its own: nothing is inherited.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["thread_local/handed_down"],
        run: |_| Outcome::of(&inherited()),
        right: |_| only(Some("Alice")),
        possible: |_| only(None::<Student>),
        ..Scenario::DEFAULT
    },
];
