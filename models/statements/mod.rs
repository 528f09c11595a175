//! The ledger: every statement of the tutorials that can be checked, as its author made it, with what is to be
//! thought of it and what shows that.
//!
//! One file for each chapter. A statement says in our words what the tutorial says, not what would be true instead;
//! where it is wrong, [`Statement::explanation`] says what is so. It has the lines of the tutorials that it comes from,
//! so that a reader can go from a sentence there to its statement, and from the statement to the scenario or script.
//!
//! **Invariant:** a statement is never made weaker to be true. What is true of it stands in its verdict.

mod input_output;
mod interpreter_lock;
mod locks;
mod managers;
mod network;
mod pipes;
mod pools;
mod processes;
mod queues;
mod scheduling;
mod sections;
mod subprocess;
mod thread_local;
mod threads;

use std::fmt;

use crate::python::Script;
pub use sections::{SECTIONS, Section};

/// One of the tutorials, by the first three digits of the name of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tutorial {
    /// Notes on the chapter of Liao Xuefeng's tutorial, with remarks on Windows.
    T000,
    /// The chapter with its examples, and emphasis added.
    T001,
    /// Notes on the chapter, with distributed processes step by step.
    T002,
    /// A guide to `multiprocessing`, module by module.
    T003,
    /// Short notes on the chapter.
    T004,
}

impl Tutorial {
    /// All tutorials.
    pub const ALL: [Self; 5] = [Self::T000, Self::T001, Self::T002, Self::T003, Self::T004];

    /// Returns the first three digits of the name of its file.
    pub const fn number(self) -> &'static str {
        match self {
            Self::T000 => "000",
            Self::T001 => "001",
            Self::T002 => "002",
            Self::T003 => "003",
            Self::T004 => "004",
        }
    }
}

/// Where a tutorial makes a statement: these lines of its file, counted from 1, the last one included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The tutorial.
    pub tutorial: Tutorial,
    /// The first line.
    pub first_line: u32,
    /// The last line.
    pub last_line: u32,
}

impl Place {
    /// Returns the sections that these lines belong to, in order.
    pub fn sections(self) -> impl Iterator<Item = &'static Section> {
        SECTIONS.iter().filter(move |section| {
            let place = section.place;
            place.tutorial == self.tutorial && place.first_line <= self.last_line && self.first_line <= place.last_line
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tutorial, first_line, last_line } = self;
        match last_line {
            last if last == first_line => write!(formatter, "{}, line {first_line}", tutorial.number()),
            last => write!(formatter, "{}, lines {first_line} to {last}", tutorial.number()),
        }
    }
}

/// Returns lines of a tutorial.
pub(crate) const fn lines(tutorial: Tutorial, first_line: u32, last_line: u32) -> Place {
    Place { tutorial, first_line, last_line }
}

/// Returns lines of tutorial 000.
pub(crate) const fn in_000(first_line: u32, last_line: u32) -> Place {
    lines(Tutorial::T000, first_line, last_line)
}

/// Returns lines of tutorial 001.
pub(crate) const fn in_001(first_line: u32, last_line: u32) -> Place {
    lines(Tutorial::T001, first_line, last_line)
}

/// Returns lines of tutorial 002.
pub(crate) const fn in_002(first_line: u32, last_line: u32) -> Place {
    lines(Tutorial::T002, first_line, last_line)
}

/// Returns lines of tutorial 003.
pub(crate) const fn in_003(first_line: u32, last_line: u32) -> Place {
    lines(Tutorial::T003, first_line, last_line)
}

/// Returns lines of tutorial 004.
pub(crate) const fn in_004(first_line: u32, last_line: u32) -> Place {
    lines(Tutorial::T004, first_line, last_line)
}

/// Whether a statement is true as it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It is.
    Confirmed,
    /// It is not.
    Refuted,
    /// It is where this is so, and not elsewhere.
    OnlyWhen(&'static str),
    /// It is about something that is not modelled and not asked, for this reason.
    OutOfScope(&'static str),
}

/// How much a statement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modality {
    /// That it is so in every execution.
    Always,
    /// That it may be so: one execution shows it.
    May,
}

/// What shows whether a statement is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The scenario of that name does what the statement says: it holds, or it fails as the statement says that
    /// something goes wrong.
    Shows(&'static str),
    /// An execution of the scenario of that name contradicts the statement.
    Contradicts(&'static str),
    /// The script of that name in `models/python` asks CPython.
    Script(&'static str),
}

/// A statement of the tutorials.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// Its chapter, a slash, and its own name.
    pub name: &'static str,
    /// Where it is made.
    pub places: &'static [Place],
    /// What is said, as the author says it, in our words.
    pub says: &'static str,
    /// Whether it is said to be always so.
    pub modality: Modality,
    /// Whether it is true.
    pub truth: Truth,
    /// What is so instead, or how the evidence shows it.
    pub explanation: &'static str,
    /// What shows it.
    pub evidence: &'static [Evidence],
}

impl Statement {
    /// One that is confirmed and said to be always so: what a declaration leaves out.
    pub const DEFAULT: Self = Self {
        name: "",
        places: &[],
        says: "",
        modality: Modality::Always,
        truth: Truth::Confirmed,
        explanation: "",
        evidence: &[],
    };

    /// Returns where it is made, in words.
    pub fn places_in_words(&self) -> String {
        self.places.iter().map(Place::to_string).collect::<Vec<_>>().join("; ")
    }

    /// Returns the chapter it belongs to: its name up to the slash.
    pub fn chapter(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(chapter, _)| chapter)
    }
}

/// A chapter of the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Chapter {
    /// Its name, with which the names of its statements begin.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its statements, in parts that belong together.
    pub statements: &'static [&'static [Statement]],
    /// The scripts that are evidence for them.
    pub scripts: &'static [Script],
}

impl Chapter {
    /// Returns its statements, in order.
    pub fn statements(&self) -> impl Iterator<Item = &'static Statement> + use<> {
        self.statements.iter().copied().flatten()
    }
}

/// The ledger.
pub const CHAPTERS: &[Chapter] = &[
    processes::CHAPTER,
    subprocess::CHAPTER,
    pools::CHAPTER,
    queues::CHAPTER,
    pipes::CHAPTER,
    managers::CHAPTER,
    threads::CHAPTER,
    locks::CHAPTER,
    thread_local::CHAPTER,
    interpreter_lock::CHAPTER,
    scheduling::CHAPTER,
    input_output::CHAPTER,
    network::CHAPTER,
];

/// Returns the statements that rest on the scenario of this name.
pub fn about(scenario: &str) -> impl Iterator<Item = &'static Statement> {
    statements().filter(move |statement| {
        statement.evidence.iter().any(|evidence| match evidence {
            Evidence::Shows(name) | Evidence::Contradicts(name) => *name == scenario,
            Evidence::Script(_) => false,
        })
    })
}

/// Returns every statement.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    CHAPTERS.iter().flat_map(Chapter::statements)
}
