//! A sequence lock: readers take no lock. They look at a number before and after, and read again if it has
//! changed.
//!
//! The number is odd while a writer is at work. What is read may be torn; that is why it is looked at
//! again, and why the words are atomics. The orderings are those of H.-J. Boehm, "Can seqlocks get along
//! with programming language memory models?", 2012.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::{AtomicU32, fence};
use selvedge::thread;

use crate::scenario::{DependsOn, Expectation, Scenario, any_of};

/// Two words that belong together, and the number of their version.
#[derive(Default)]
struct SeqLock {
    version: AtomicU32,
    words: [AtomicU32; 2],
}

impl SeqLock {
    /// Writes both words. There is one writer.
    fn write(&self, value: u32) {
        let version = self.version.load(Relaxed);
        self.version.store(version + 1, Relaxed);
        // Who sees a word that is written below sees also that the version is odd.
        fence(Release);
        for word in &self.words {
            word.store(value, Relaxed);
        }
        self.version.store(version + 2, Release);
    }

    /// Reads both words as they were at one time.
    fn read(&self) -> [u32; 2] {
        loop {
            let before = self.version.load(Acquire);
            let words = self.look();
            // Who has seen a word of a writer at work sees below that the version has changed.
            fence(Acquire);
            if before.is_multiple_of(2) && self.version.load(Relaxed) == before {
                return words;
            }
            hint::spin_loop();
        }
    }

    fn look(&self) -> [u32; 2] {
        [self.words[0].load(Relaxed), self.words[1].load(Relaxed)]
    }

    /// The twin: looks at the version before, and not again.
    fn read_without_second_look(&self) -> [u32; 2] {
        while self.version.load(Acquire) % 2 == 1 {
            hint::spin_loop();
        }
        self.look()
    }

    /// The twin: has no fence between the words and the second look, which may so come before them.
    fn read_unfenced(&self) -> [u32; 2] {
        loop {
            let before = self.version.load(Acquire);
            let words = self.look();
            if before.is_multiple_of(2) && self.version.load(Relaxed) == before {
                return words;
            }
            hint::spin_loop();
        }
    }
}

/// One thread writes while another reads. Returns what is read.
fn read_while_written(read: fn(&SeqLock) -> [u32; 2]) -> [u32; 2] {
    let lock = SeqLock::default();
    thread::scope(|scope| {
        scope.spawn(|| lock.write(1));
        read(&lock)
    })
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/seqlock",
        summary: "a reader looks at the version before and after",
        shows: "A reader of a seqlock that finds the same even number before and after has read both words of one \
                version.",
        literature: Some("Boehm, Can seqlocks get along with programming language memory models?, MSPC 2012"),
        run: |_| Outcome::of(&read_while_written(SeqLock::read)),
        right: |_| any_of([[0, 0], [1, 1]]),
        possible: |_| any_of([[0, 0], [1, 1]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/seqlock_torn",
        summary: "a reader looks at the version before, and not after",
        shows: "A reader of a seqlock that checks the number only before it reads may get words of two versions.",
        literature: Some("Boehm, MSPC 2012; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["sync/seqlock"],
        run: |_| Outcome::of(&read_while_written(SeqLock::read_without_second_look)),
        right: |_| any_of([[0, 0], [1, 1]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/seqlock_unfenced",
        summary: "the second look at the version may come before what is read",
        shows: "Without an acquire fence before the second load of the number, a reader of a seqlock may get words of \
                two versions.",
        literature: Some("Boehm, MSPC 2012; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["sync/seqlock"],
        depends_on: DependsOn::WeakMemory,
        run: |_| Outcome::of(&read_while_written(SeqLock::read_unfenced)),
        right: |_| any_of([[0, 0], [1, 1]]),
        ..Scenario::DEFAULT
    },
];
