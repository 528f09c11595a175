//! The interpreter lock, and several cores: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::{ONCE, Script, Start, Version, script_file};

pub(super) const CHAPTER: Chapter = Chapter {
    name: "interpreter_lock",
    title: "The interpreter lock, and several cores",
    statements: STATEMENTS,
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] =
    &[script_file!("balance", ONCE, right_since_3_10), script_file!("balance_call", ONCE, |_, _| &["wrong"])];

/// An interpreter that lets others run at any bytecode, or has no lock, may be right or wrong.
fn right_since_3_10(version: Version, _: Start) -> &'static [&'static str] {
    if version.is_free_threaded || (version.major, version.minor) < (3, 10) { &["right", "wrong"] } else { &["right"] }
}
