//! Data of a thread of its own: `threading.local`: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::Script;

pub(super) const CHAPTER: Chapter = Chapter {
    name: "thread_local",
    title: "Data of a thread of its own: `threading.local`",
    statements: STATEMENTS,
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] = &[];
