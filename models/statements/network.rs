//! Processes on several machines: master and worker: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::Script;

pub(super) const CHAPTER: Chapter = Chapter {
    name: "network",
    title: "Processes on several machines: master and worker",
    statements: STATEMENTS,
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] = &[];
