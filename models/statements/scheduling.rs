//! Scheduling, and how many tasks at once: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::Script;

pub(super) const CHAPTER: Chapter = Chapter {
    name: "scheduling",
    title: "Scheduling, and how many tasks at once",
    statements: STATEMENTS,
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] = &[];
