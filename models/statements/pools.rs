//! Pools of processes: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::{ONCE, Script, script_file};

pub(super) const CHAPTER: Chapter =
    Chapter { name: "pools", title: "Pools of processes", statements: STATEMENTS, scripts: SCRIPTS };

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] = &[
    script_file!("callbacks", ONCE, |_, _| &["callback, error_callback"]),
    script_file!("join_before_close", ONCE, |_, _| &["ValueError"]),
    script_file!("pool_results", ONCE, |_, _| &["right"]),
    script_file!("worker_dies", ONCE, |_, _| &["waits, done"]),
    script_file!("worker_dies_and_is_missed", ONCE, |_, _| &["known"]),
];
