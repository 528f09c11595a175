//! Memory and too many tasks: what takes turns on a processor takes turns in memory too, and what does not fit is read
//! from the disk again.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose};

use crate::scenario::{Expectation, Scenario, only};

/// How many pages fit into memory.
const ROOM: usize = 12;

/// How many pages a task uses in each of its turns.
const PAGES: usize = 3;

/// How many tasks fit into memory.
const TASKS: usize = ROOM / PAGES;

/// Memory. If there is no room, the page goes that has not been used for longest.
#[derive(Default)]
pub struct Memory {
    /// The page that was used last comes last.
    pages: Vec<(usize, usize)>,
}

impl Memory {
    /// Uses a page, and returns whether it had to be read from the disk.
    fn read(&mut self, page: (usize, usize)) -> bool {
        let at = self.pages.iter().position(|there| *there == page);
        match at {
            Some(at) => drop(self.pages.remove(at)),
            None if self.pages.len() == ROOM => drop(self.pages.remove(0)),
            None => {}
        }
        self.pages.push(page);
        at.is_none()
    }
}

/// Tasks take turns, in each of which they use all their pages. Returns what part of these uses needs the disk, in
/// percent, when each task has had its first turn.
fn from_disk(tasks: usize) -> usize {
    let mut memory = Memory::default();
    let mut round = || -> usize {
        let pages = (0..tasks).flat_map(|task| (0..PAGES).map(move |page| (task, page)));
        pages.map(|page| usize::from(memory.read(page))).sum()
    };
    round();
    let read: usize = (0..3).map(|_| round()).sum();
    100 * read / (3 * tasks * PAGES)
}

/// The scenarios of memory.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "scheduling/memory_suffices",
        summary: "as many tasks as fit into memory, or fewer, take turns",
        shows: "As long as all tasks fit into memory, switching between them needs no disk, however many they are.",
        run: |_| Outcome::of(&from_disk(1 + choose(TASKS))),
        right: |_| only(0),
        possible: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/memory_exhausted",
        summary: "more tasks than fit into memory take turns, one more or several",
        shows: "With one task more than fits into memory, every page is read from the disk in every turn: thrashing.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/memory_suffices"],
        run: |_| Outcome::of(&from_disk(TASKS + 1 + choose(3))),
        right: |_| only(0),
        possible: |_| only(100),
        ..Scenario::DEFAULT
    },
];
