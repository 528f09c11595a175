//! Shared memory and managers: what the tutorials say.

use super::{Chapter, Statement};
use crate::python::{ONCE, Script, script_file};

pub(super) const CHAPTER: Chapter =
    Chapter { name: "managers", title: "Shared memory and managers", statements: STATEMENTS, scripts: SCRIPTS };

const STATEMENTS: &[Statement] = &[];

const SCRIPTS: &[Script] = &[
    script_file!("managed_append", ONCE, |_, _| &["right"]),
    script_file!("managed_increment", ONCE, |_, _| &["wrong"]),
    script_file!("managed_nested", ONCE, |_, _| &["wrong"]),
    script_file!("proxy_on_its_way", ONCE, |_, _| &["42, nothing"]),
    script_file!("value", ONCE, |_, _| &["right, wrong, wrong"]),
];
