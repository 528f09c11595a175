//! Threads: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::Script;

pub(super) const CHAPTER: Chapter =
    Chapter { name: "threads", title: "Threads", statements: STATEMENTS, scripts: SCRIPTS };

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] = &[];
