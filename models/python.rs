//! What CPython itself says: scripts that do for real what scenarios model, each of which prints one answer.
//!
//! A script is a file that is run with one argument, the method by which `multiprocessing` starts processes (see
//! [`Start`]). It needs nothing but the standard library, and ends within seconds. What counts of the last line that it
//! prints is what stands before the first colon: the rest is for people, as figures that were measured.

use std::fmt;

/// An interpreter of Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// 3, as in 3.11.
    pub major: u32,
    /// 11, as in 3.11.
    pub minor: u32,
    /// Whether it has no interpreter lock.
    pub is_free_threaded: bool,
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { major, minor, is_free_threaded } = self;
        let lock = if *is_free_threaded { " without an interpreter lock" } else { "" };
        write!(formatter, "CPython {major}.{minor}{lock}")
    }
}

/// How `multiprocessing` starts a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Start {
    /// As a copy of its parent, as on Unix.
    Fork,
    /// As a new interpreter, which imports the program and is sent what it needs, as on Windows.
    Spawn,
}

impl Start {
    /// Returns its name in Python.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::Spawn => "spawn",
        }
    }
}

/// A script of which statements of the tutorials are evidence.
#[derive(Debug)]
pub struct Script {
    /// Its file in `models/python`, without the ending.
    pub name: &'static str,
    /// The methods under which it is run: one where it does not depend on it, or is about that one.
    pub starts: &'static [Start],
    /// The text.
    pub source: &'static str,
    /// Returns the answers that agree with what the statements say of it.
    pub agree: fn(Version, Start) -> &'static [&'static str],
    /// Whether it measures times: it is not run where nothing may depend on them, as in tests.
    pub measures: bool,
}

/// Prints what a process object answers to each line of requests: for tests that compare many.
pub const LIFE_CYCLE: &str = include_str!("python/life_cycle.py");

/// For a script that starts no process, or is about that method only.
pub(crate) const ONCE: &[Start] = &[Start::Fork];

/// For a script that is run under each method.
pub(crate) const EACH: &[Start] = &[Start::Fork, Start::Spawn];

/// A script with its name, the methods under which it is run, and what agrees.
macro_rules! script_file {
    ($name:literal, $starts:expr, $agree:expr) => {
        $crate::python::Script {
            name: $name,
            starts: $starts,
            source: include_str!(concat!("../python/", $name, ".py")),
            agree: $agree,
            measures: false,
        }
    };
}
pub(crate) use script_file;

/// Returns all scripts but [`LIFE_CYCLE`].
pub fn scripts() -> impl Iterator<Item = &'static Script> {
    crate::statements::CHAPTERS.iter().flat_map(|chapter| chapter.scripts)
}

/// Returns the script of that name.
pub fn script(name: &str) -> Option<&'static Script> {
    scripts().find(|script| script.name == name)
}
