//! Processes: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::{ONCE, Script, script_file};

pub(super) const CHAPTER: Chapter =
    Chapter { name: "processes", title: "Processes", statements: STATEMENTS, scripts: SCRIPTS };

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] = &[
    script_file!("daemon_of_a_killed_master", ONCE, |_, _| { &["is terminated, lives"] }),
    script_file!("ended_in_get", ONCE, |_, _| &["got it, waits"]),
    script_file!("fork_of_a_held_lock", ONCE, |_, _| &["takes it, waits"]),
    script_file!("fork_unflushed", ONCE, |_, _| &["twice"]),
    script_file!("own_memory", ONCE, |_, _| &["as it was"]),
];
