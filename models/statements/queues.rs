//! Queues between threads and between processes: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::{EACH, ONCE, Script, Start, script_file};

mod examples;
mod feeder;
mod joinable;
mod one_to_many;
mod put_and_get;

pub(super) const CHAPTER: Chapter = Chapter {
    name: "queues",
    title: "Queues between threads and between processes",
    statements: PARTS,
    scripts: SCRIPTS,
};

/// The parts of the chapter, in the order of the tutorials.
const PARTS: &[&[Statement]] =
    &[examples::STATEMENTS, put_and_get::STATEMENTS, feeder::STATEMENTS, one_to_many::STATEMENTS, joinable::STATEMENTS];

const SCRIPTS: &[Script] = &[
    script_file!("bare_except", ONCE, |_, _| &["the queue is empty with 1 item, the queue is full and is closed"]),
    script_file!("blocking", ONCE, |_, _| &["returns, waits, waits"]),
    script_file!("cancel_join_thread", ONCE, |_, _| &["waits, returns"]),
    script_file!("changed_after_put", ONCE, |_, _| &["changed after"]),
    script_file!("close_leaves_the_feeder", EACH, |_, _| &["goes on, all, has ended"]),
    script_file!("close_of_a_queue", EACH, |_, _| &["ValueError, another's"]),
    script_file!("close_tells_nobody", EACH, |_, _| &["waits"]),
    script_file!("consumer_not_daemon", EACH, |_, _| &["waits, ends"]),
    script_file!("full", ONCE, |_, _| &["False, True, False"]),
    script_file!("get_nowait", ONCE, |_, _| &["Empty"]),
    script_file!("get_nowait_waits", EACH, |_, _| &["waits"]),
    script_file!("join_before_put", EACH, |_, _| &["0, 3"]),
    script_file!("join_then_get", EACH, |_, _| &["ends, waits"]),
    script_file!("join_thread_returns_first", EACH, |_, _| &["before, item"]),
    script_file!("join_waits_for_task_done", ONCE, |_, _| &["empty and waits, empty and waits, returns"]),
    script_file!("joinable_example", EACH, |_, _| &["10 eaten, 1 made and 0 eaten first"]),
    script_file!("joinable_queue", ONCE, |_, _| &["none missing, join, task_done"]),
    script_file!("one_to_many", EACH, |_, _| &["0, 5"]),
    script_file!("put_nowait", ONCE, |_, _| &["Full"]),
    script_file!("put_nowait_is_put", ONCE, |_, _| &["adds, Empty, TypeError"]),
    script_file!("qsize_and_empty", ONCE, |_, _| &["0 and empty, 1 and empty, 1 and not empty"]),
    script_file!("queue_bound", ONCE, |_, _| &["no bound, bound"]),
    script_file!("queue_collected", ONCE, |_, _| &["goes on, ends"]),
    script_file!("queue_made_of", ONCE, |_, _| &["pipe, pipe, Lock, Lock, BoundedSemaphore"]),
    script_file!("reader_never_ends", EACH, |_, _| &["waits, is killed, ends"]),
    script_file!("reader_terminated", EACH, |_, _| &["A, ABC"]),
    script_file!("sent_copy", EACH, |_, _| &["a copy, the next"]),
    script_file!("task_done", ONCE, |_, _| &["nothing, ValueError"]),
    script_file!("thread_queue_between_processes", EACH, |_, start| match start {
        Start::Fork => &["Empty, item"],
        Start::Spawn => &["TypeError, item"],
    }),
    script_file!("where_empty_is", ONCE, |_, _| &["ModuleNotFoundError, AttributeError, found"]),
    script_file!("who_shares_a_queue", EACH, |_, _| &["child, sibling, grandchild, RuntimeError"]),
    script_file!("who_waits_at_exit", EACH, |_, _| &["waits, waits, ends, ends"]),
];
