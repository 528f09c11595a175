//! The tests of the program, one module a subject, in one program of their own: what takes long runs beside the rest. The soak
//! test, which loads the machine, and the test of the pages, which calls cargo, stand beside this folder.

#[path = "../master/mod.rs"]
mod master;
#[path = "../../../tests/common/python.rs"]
mod python;

use std::process::{Command, Output};

mod abuse;
mod catalogue;
mod claims;
mod endings;
mod linearize;
mod network;
mod printing;
mod program;
mod redis;
mod state;
mod values;

/// Runs the program with these arguments to its end.
fn selvedge(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_selvedge")).args(arguments).output().expect("the program runs")
}
