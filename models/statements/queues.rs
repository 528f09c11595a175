//! Queues between threads and between processes: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::{ONCE, Script, script_file};

pub(super) const CHAPTER: Chapter = Chapter {
    name: "queues",
    title: "Queues between threads and between processes",
    statements: STATEMENTS,
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] = &[
    script_file!("join_then_get", ONCE, |_, _| &["ends, waits"]),
    script_file!("put_nowait", ONCE, |_, _| &["Full"]),
    script_file!("task_done", ONCE, |_, _| &["ValueError"]),
];
