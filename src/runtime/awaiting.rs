//! Loops that wait: what is found out about a thread that gives up its turn (`yield_now`,
//! `spin_loop`, `sleep`).
//!
//! When it does so for the first time in a state, it is let run ahead on trial, without steps, in a
//! world that stands still: what it saw before, it sees again. As soon as it would change anything,
//! the trial has shown that it does not merely wait, and the execution is run again without the trial.
//! If instead it comes back to the same place with the same registers and the same stack, again and again, it
//! waits until something that it saw on trial is otherwise. As nothing was changed meanwhile, it is as if it had
//! not run ahead at all. What a loop counts on its stack shows at once; what it counts where nobody looks, in a
//! box or in an atomic of std's, shows only when it gives up: so the first trials at each source line go on for
//! [`ROUNDS_LONG`] rounds.
//!
//! What a trial shows depends on the thread's past alone, if all that it saw is what it had seen before;
//! then it is remembered for the exploration.

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::Location;

use crate::kernel::Sight;
use crate::trace::{ObjectId, Operation, ThreadId};

/// The most operations of a round of a trial.
const ROUND_MAX: u32 = 512;

/// How many rounds have to be alike: of the first trials at a source line that show a thread to wait, and of others.
const ROUNDS_LONG: u32 = 1_000;
const ROUNDS_SHORT: u32 = 2;

/// How many trials at a source line are long.
const LONG_TRIALS: u32 = 2;

/// How often a thread may come back on trial to where it gave up its turn, and be in another state there: who waits
/// is soon in the same state again.
const RETURNS_MAX: u32 = 16;

/// How many pasts are remembered.
const KNOWN_MAX: usize = 1 << 20;

/// Turns that are given up in a row with nothing seen in between, before a trial is made.
const IDLE_MAX: u32 = 16;

/// What a thread does after giving up its turn.
#[derive(Clone, Debug)]
pub(crate) enum Known {
    /// It goes on.
    GoesOn,
    /// It waits for a change of what it has seen: these of its sights.
    Waits(Vec<usize>),
}

/// What was tried in an execution and did not hold, so that it is run again without: by the step before which it
/// was, and the thread.
#[derive(Debug, Default)]
pub(crate) struct Failed {
    /// Trials of threads that went on.
    pub(crate) trials: Vec<(u64, ThreadId)>,
    /// Rounds that could not be repeated, see `circling`.
    pub(crate) rounds: Vec<(u64, ThreadId)>,
}

/// What is known in the exploration that this OS thread runs.
#[derive(Debug, Default)]
struct Knowledge {
    /// Whether threads give up their turns at all.
    spins: bool,
    /// Whether any thread was found to go on after one.
    goes_on: bool,
    /// By the digest of a thread's past.
    known: HashMap<u64, Known>,
    /// How many trials were made for each source line at which turns are given up, and how many have shown that a
    /// thread waits there.
    trials: HashMap<&'static Location<'static>, (u32, u32)>,
    /// How many rounds that begin at each line were repeated in vain, see `circling`.
    rounds_in_vain: HashMap<&'static Location<'static>, u32>,
}

thread_local! {
    static KNOWLEDGE: RefCell<Knowledge> = RefCell::default();
}

/// Returns whether threads are known to give up their turns.
pub(crate) fn spins() -> bool {
    KNOWLEDGE.with_borrow(|knowledge| knowledge.spins)
}

/// Notes that they do.
pub(crate) fn note_spins() {
    KNOWLEDGE.with_borrow_mut(|knowledge| knowledge.spins = true);
}

/// Returns what a thread with that past does, if that is known.
pub(crate) fn known(past: u64) -> Option<Known> {
    KNOWLEDGE.with_borrow(|knowledge| knowledge.known.get(&past).cloned())
}

/// How many trials are made for a source line where no thread has ever been found to wait.
const TRIALS_IN_VAIN_MAX: u32 = 128;

/// Returns whether a trial of a thread that gives up its turn there may show anything: at some lines threads
/// do something in every round.
pub(crate) fn is_worthwhile(location: &'static Location<'static>) -> bool {
    KNOWLEDGE.with_borrow(|knowledge| {
        knowledge.trials.get(location).is_none_or(|&(trials, waits)| waits > 0 || trials < TRIALS_IN_VAIN_MAX)
    })
}

/// Returns whether a thread was found to go on after giving up its turn.
pub(crate) fn someone_goes_on() -> bool {
    KNOWLEDGE.with_borrow(|knowledge| knowledge.goes_on)
}

/// Returns how many rounds a trial there has to have.
fn rounds_wanted(location: &'static Location<'static>) -> u32 {
    KNOWLEDGE.with_borrow(|knowledge| {
        let waits = knowledge.trials.get(location).map_or(0, |&(_, waits)| waits);
        if waits < LONG_TRIALS { ROUNDS_LONG } else { ROUNDS_SHORT }
    })
}

/// How many rounds that begin at one source line are repeated in vain.
const ROUNDS_IN_VAIN_MAX: u32 = 64;

/// Returns whether a round that begins there is worth being repeated: at some lines threads count what they do.
pub(crate) fn is_worth_repeating(location: &'static Location<'static>) -> bool {
    KNOWLEDGE.with_borrow(|knowledge| {
        knowledge.rounds_in_vain.get(location).is_none_or(|&rounds| rounds < ROUNDS_IN_VAIN_MAX)
    })
}

/// Notes that a round which begins there was repeated in vain.
pub(crate) fn note_round_in_vain(location: &'static Location<'static>) {
    KNOWLEDGE.with_borrow_mut(|knowledge| *knowledge.rounds_in_vain.entry(location).or_default() += 1);
}

/// A trial that is going on.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) thread: ThreadId,
    /// How many steps had been taken.
    pub(crate) step: u64,
    /// The thread's local state at its beginning, where that was, and the digest of its past.
    local: u64,
    location: &'static Location<'static>,
    past: u64,
    /// What the thread had seen before, and what it has seen on trial.
    before: Vec<Sight>,
    seen: Vec<Sight>,
    /// How many operations this round has had; how many rounds have ended where they began, and how many are to; and
    /// how often the thread has come back in another state.
    operations: u32,
    rounds: u32,
    rounds_wanted: u32,
    returns: u32,
    /// Whether the thread has panicked, so that all that is left is to end the trial.
    pub(crate) has_failed: bool,
}

impl Trial {
    /// Returns a trial, if one is called for: the thread has seen something before, or has been idle for
    /// long.
    pub(crate) fn begin(
        thread: ThreadId,
        step: u64,
        (local, location): (u64, &'static Location<'static>),
        (before, past): (Vec<Sight>, u64),
        idle: u32,
    ) -> Option<Self> {
        let calls_for = !before.is_empty() || idle >= IDLE_MAX;
        calls_for.then(|| Self {
            thread,
            step,
            local,
            location,
            past,
            before,
            seen: Vec::new(),
            operations: 0,
            rounds: 0,
            rounds_wanted: rounds_wanted(location),
            returns: 0,
            has_failed: false,
        })
    }

    /// Returns what the thread saw when it last did this.
    pub(crate) fn remembers(&self, object: Option<ObjectId>, operation: Operation) -> Option<Sight> {
        let is_same = |sight: &&Sight| sight.object == object && sight.operation == operation;
        self.before.iter().find(is_same).copied()
    }

    /// Notes what the thread has seen; returns whether the trial may go on.
    pub(crate) fn see(&mut self, sight: Option<Sight>) -> bool {
        self.operations += 1;
        if let Some(sight) = sight
            && !self.seen.contains(&sight)
        {
            self.seen.push(sight);
        }
        self.operations < ROUND_MAX
    }

    /// Notes that the thread gives up its turn where it did, in another state; returns whether the trial may go on.
    pub(crate) fn come_back(&mut self) -> bool {
        self.returns += 1;
        self.returns < RETURNS_MAX
    }

    /// Returns whether the thread is where it was.
    pub(crate) fn is_back(&self, local: u64) -> bool {
        self.local == local
    }

    /// Ends a round after which it is; returns whether that was the last one.
    pub(crate) fn end_round(&mut self) -> bool {
        self.rounds += 1;
        self.operations = 0;
        self.rounds >= self.rounds_wanted
    }

    /// Returns the places, among what the thread had seen before, of what it has seen on trial; none if it
    /// has seen more.
    fn places(&self) -> Option<Vec<usize>> {
        self.seen.iter().map(|sight| self.before.iter().position(|before| before == sight)).collect()
    }

    fn note(&self, known: Known) {
        KNOWLEDGE.with_borrow_mut(|knowledge| {
            if knowledge.known.len() >= KNOWN_MAX {
                knowledge.known.clear();
            }
            knowledge.known.insert(self.past, known);
        });
    }

    fn count(&self, waits: bool) {
        KNOWLEDGE.with_borrow_mut(|knowledge| {
            let Knowledge { trials, goes_on, .. } = knowledge;
            let (trials, ever_waits) = trials.entry(self.location).or_default();
            *trials += 1;
            *ever_waits += u32::from(waits);
            *goes_on |= !waits;
        });
    }

    /// Ends a trial in which the thread came back, and returns what it waits to see changed.
    pub(crate) fn waits(self) -> Vec<Sight> {
        self.count(true);
        if let Some(places) = self.places() {
            self.note(Known::Waits(places));
        }
        self.seen
    }

    /// Ends a trial in which it did not.
    pub(crate) fn goes_on(self) {
        self.count(false);
        if self.places().is_some() {
            self.note(Known::GoesOn);
        }
    }
}
