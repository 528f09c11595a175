//! Input and output, waiting and not waiting: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::{ONCE, Script, script_file};

pub(super) const CHAPTER: Chapter = Chapter {
    name: "input_output",
    title: "Input and output, waiting and not waiting",
    statements: STATEMENTS,
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] = &[script_file!("across_await", ONCE, |_, _| &["wrong"])];
