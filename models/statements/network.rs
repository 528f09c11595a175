//! Processes on several machines: master and worker: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::{EACH, ONCE, Script, Start, script_file};

mod classes;
mod programs;
mod spread;

pub(super) const CHAPTER: Chapter = Chapter {
    name: "network",
    title: "Processes on several machines: master and worker",
    statements: PARTS,
    scripts: SCRIPTS,
};

const PARTS: &[&[Statement]] = &[spread::SPREAD, programs::PROGRAMS, classes::CLASSES];

const SCRIPTS: &[Script] = &[
    script_file!("manager_parameters", ONCE, |_, _| &["address=None, authkey=None, serializer=pickle, ctx=None"]),
    script_file!("tutorial_master_and_worker", EACH, |_, _| &["in order, (0, 0, 0, 0) left, code 0"]),
    script_file!("multiprocessing_queue_served", EACH, |_, _| &["0, 10"]),
    script_file!("three_parties", EACH, |_, _| &["hello, hello, serves, has ended"]),
    Script { measures: true, ..script_file!("large_task", EACH, |_, _| &["slower"]) },
    script_file!("queue_lives_in", EACH, |_, _| &["another process, this process"]),
    script_file!("put_directly", EACH, |_, _| &["nothing, nothing, task, task"]),
    script_file!("two_kinds_of_queue", EACH, |_, start| match start {
        Start::Fork => &["item, nothing, first in first out"],
        Start::Spawn => &["item, cannot be pickled, first in first out"],
    }),
    script_file!("manager_names", EACH, |_, _| &["a queue, KeyError, AttributeError"]),
    script_file!("connection_refused", EACH, |_, _| &["ConnectionRefusedError, connected"]),
    script_file!("master_gives_up", EACH, |_, _| &["queue.Empty, 2 * 2 = 4, at once"]),
    script_file!("worker_as_printed", ONCE, |_, _| &["NameError, worker exit."]),
    script_file!("shutdown_while_waiting", EACH, |_, _| &["connection lost, connection lost, refused"]),
    script_file!("no_shutdown", EACH, |_, _| {
        &["code 0, nothing said, server ended; code 1, _queue.Empty, server ended"]
    }),
    script_file!("shutdown_needs_start", EACH, |_, _| {
        &["AttributeError, AttributeError, serves, shut down, has ended"]
    }),
    script_file!("manager_key", EACH, |_, _| &["AuthenticationError, task read, key not read"]),
    script_file!("key_must_be_bytes", ONCE, |_, _| &["TypeError, made"]),
    script_file!("addresses", ONCE, |_, _| &["EADDRINUSE, EADDRNOTAVAIL, 0.0.0.0"]),
    script_file!("lambda_callable", EACH, |_, start| match start {
        Start::Fork => &["serves, serves"],
        Start::Spawn => &["cannot be pickled, serves"],
    }),
    script_file!("freeze_support_is_no_guard", ONCE, |_, _| &["RuntimeError, RuntimeError, RuntimeError, ended"]),
    script_file!("register_options", EACH, |_, _| {
        &["TypeError, put/all, put, copy, proxy, proxy, AttributeError, TypeError, used"]
    }),
    script_file!("base_manager_from_multiprocessing", ONCE, |_, _| &["ImportError"]),
    script_file!("results_are_tasks", EACH, |_, _| &["5 times, shutdown not reached"]),
    script_file!("chat_server", EACH, |_, start| match start {
        Start::Fork => &["HELLO"],
        Start::Spawn => &["EADDRINUSE"],
    }),
    script_file!("chat_recv", ONCE, |_, _| &["helloworld, 1024 bytes"]),
    script_file!("chat_parent_keeps", EACH, |_, _| &["HELLO, waits, ends"]),
];
