//! Programs run by a program: `subprocess`: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::Script;

pub(super) const CHAPTER: Chapter = Chapter {
    name: "subprocess",
    title: "Programs run by a program: `subprocess`",
    statements: STATEMENTS,
    scripts: SCRIPTS,
};

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] = &[];
