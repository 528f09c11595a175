//! Threads that go round in circles: all do something, and after a while everything is as it was.
//!
//! A loop that has no effect is dealt with in `awaiting`. Here it is about those that have: philosophers who
//! take a fork and put it back, readers who keep a writer waiting. Whenever a thread gives up its turn, the
//! state of everything that is modelled is looked at: the objects, and for each thread where it gives up its
//! turn, or that it has not taken a step. If that state was there before, and every thread that could have
//! gone on in between has (*strong fairness*), with nothing left to choose, the threads may go on like this for
//! ever.
//!
//! As they may count their rounds where nobody looks, the same steps are then taken again and again, as many
//! as the step budget has. Only if each round ends in that state, and what can be seen of the threads' stacks no
//! longer changes, is it a livelock: a loop that counts on its stack never is, one that counts in a box for
//! longer than the budget would be taken for one. Otherwise the execution is run again without.

use std::collections::HashMap;
use std::hash::Hasher;
use std::panic::Location;

use super::awaiting;
use super::cooperative::{Cooperative, Driver, State};
use crate::execution::backend::Stop;
use crate::execution::local_state::LocalDigest;
use crate::failure::{Blocked, Circle, Failure};
use crate::fast::{FastHasher, mix};
use crate::kernel::Kernel;
use crate::trace::ThreadId;

/// The most threads of an execution that is looked at.
const THREADS_MAX: usize = 64;

/// How many rounds in a row have to leave the threads' stacks as they were.
const SAME_ROUNDS_MIN: usize = 3;

/// How many rounds may change what can be seen of the threads' stacks before the round is given up: they count.
const CHANGED_ROUNDS_MAX: usize = 256;

/// A step that was taken.
#[derive(Debug)]
struct Taken {
    thread: ThreadId,
    alternative: u32,
}

/// When something was last so: the number of the step, counted from 1; 0 for never.
type Last = u64;

/// A round that is taken again and again.
#[derive(Debug)]
struct Round {
    /// The steps between which it lies, and the state at both ends.
    first: u64,
    last: u64,
    state: u64,
    /// The thread that gave up its turn when it was found, and where.
    closer: ThreadId,
    location: &'static Location<'static>,
    /// How many steps of repetitions have been taken, and how many when a round was last found to have ended
    /// as it should.
    at: usize,
    confirmed_at: usize,
    /// What could be seen of the stacks then, and for how many rounds it has been the same.
    outline: u64,
    same_rounds: usize,
    /// In how many rounds it has changed.
    changed_rounds: usize,
    /// What all threads were about to do.
    blocked: Vec<Blocked>,
}

impl Round {
    fn length(&self) -> usize {
        usize::try_from(self.last - self.first).expect("few steps")
    }

    fn is_at_end(&self) -> bool {
        self.at.is_multiple_of(self.length())
    }
}

/// The states that an execution was in when a thread gave up its turn.
#[derive(Debug, Default)]
pub(crate) struct Circling {
    /// The step from which on steps are noted; none as long as no thread gives up its turn.
    begun: Option<u64>,
    taken: Vec<Taken>,
    /// For each thread, when it last took a step, and when it last could have gone on to some avail.
    went_on: Vec<Last>,
    could_go_on: Vec<Last>,
    /// When there was last something to choose: an option, a timeout, who is woken.
    was_choice: Last,
    /// By state, the step after which the execution was in it first.
    visited: HashMap<u64, u64>,
    /// For each thread that is about to give up its turn, what is known of its stack.
    local: Vec<Option<LocalDigest>>,
    /// How many steps each thread has taken.
    steps: Vec<u64>,
    round: Option<Round>,
}

impl Circling {
    /// Forgets the last execution.
    pub(crate) fn restart(&mut self) {
        if self.begun.take().is_some() {
            self.taken.clear();
            self.went_on.clear();
            self.could_go_on.clear();
            self.was_choice = 0;
            self.visited.clear();
            self.local.clear();
            self.steps.clear();
            self.round = None;
        }
    }

    /// Returns whether a round is being repeated.
    pub(crate) fn repeats(&self) -> bool {
        self.round.is_some()
    }

    /// Returns whether the round has been repeated for so many steps, and not left in the middle.
    pub(crate) fn is_repeated(&self, steps: u64) -> bool {
        self.round.as_ref().is_some_and(|round| round.at as u64 >= steps && round.is_at_end())
    }

    /// Returns the livelock that the round is which was repeated, and how many steps led to it, itself included;
    /// none if the threads' stacks went on changing.
    pub(crate) fn livelock(&self) -> Option<(Failure, u64)> {
        let round = self.round.as_ref().filter(|round| round.same_rounds >= SAME_ROUNDS_MIN)?;
        let circle = Circle { first: usize::try_from(round.first).expect("few steps"), length: round.length() };
        Some((Failure::Livelock { blocked: round.blocked.clone(), circle: Some(circle) }, round.last))
    }

    /// Notes that `thread` is about to take its step.
    pub(crate) fn note(&mut self, kernel: &Kernel, thread: ThreadId, alternative: u32) {
        let Some(begun) = self.begun else { return };
        self.widen(kernel);
        if let Some(round) = &mut self.round {
            round.at += 1;
        } else {
            self.taken.push(Taken { thread, alternative });
            let number = begun + self.taken.len() as u64;
            if kernel.alternatives(thread) > 1 {
                self.was_choice = number;
            }
            kernel.going_on().for_each(|thread| self.could_go_on[thread.index()] = number);
            self.went_on[thread.index()] = number;
        }
        self.steps[thread.index()] += 1;
        self.local[thread.index()] = None;
    }

    fn widen(&mut self, kernel: &Kernel) {
        let length = self.steps.len().max(kernel.thread_count());
        self.steps.resize(length, 0);
        self.local.resize(length, None);
        self.went_on.resize(length, 0);
        self.could_go_on.resize(length, 0);
    }

    /// Returns the state of everything.
    fn state(&self, kernel: &Kernel) -> u64 {
        let mut hasher = FastHasher::default();
        kernel.hash_state(&mut hasher);
        let mut state = hasher.finish();
        for (local, steps) in self.local.iter().zip(&self.steps) {
            // One who has not taken a step is where it was.
            state = mix(state, local.map_or_else(|| mix(1, *steps), |local| local.depth as u64));
        }
        state
    }

    /// Returns what can be seen, while a round is repeated, of the stacks of those that are about to give up their
    /// turns.
    fn outline(&self) -> u64 {
        self.local.iter().flatten().fold(0, |outline, local| mix(outline, local.digest))
    }

    /// Returns whether all that could have gone on since `first` have, without anything to choose.
    fn is_fair(&self, first: u64) -> bool {
        let mut threads = self.went_on.iter().zip(&self.could_go_on);
        self.was_choice <= first && threads.all(|(&went_on, &could_go_on)| could_go_on <= first || went_on > first)
    }

    /// Returns the step that the repetition is to take next; none if the last round did not end as it should.
    fn next(&self) -> Option<(ThreadId, u32)> {
        let (round, begun) = (self.round.as_ref()?, self.begun?);
        let counts = round.changed_rounds > CHANGED_ROUNDS_MAX;
        if counts || round.is_at_end() && round.at > round.confirmed_at {
            return None;
        }
        let taken = &self.taken[usize::try_from(round.first - begun).ok()? + round.at % round.length()];
        Some((taken.thread, taken.alternative))
    }

    /// Looks, at the end of a round, whether everything is as it was.
    fn confirm(&mut self, kernel: &Kernel, me: ThreadId) {
        let (state, outline) = (self.state(kernel), self.outline());
        let Some(round) = &mut self.round else { return };
        if round.is_at_end() && round.closer == me && round.state == state {
            round.confirmed_at = round.at;
            let is_same = round.outline == outline;
            round.same_rounds = if is_same { round.same_rounds + 1 } else { 0 };
            round.changed_rounds += usize::from(!is_same);
            round.outline = outline;
        }
    }
}

impl<D: Driver> Cooperative<D> {
    /// Looks whether everything is as it was before, now that `me` is about to give up its turn with this local
    /// state, and goes on by itself.
    pub(super) fn look_for_circle(&self, me: ThreadId, local: LocalDigest, location: &'static Location<'static>) {
        let State { kernel, circling, steps, failed, repeated_steps_max, .. } = &self.state;
        let kernel = kernel.borrow();
        // A program that has returned from `main` does not wait for those that are left.
        if kernel.thread_count() > THREADS_MAX || kernel.exited(ThreadId::MAIN) {
            return;
        }
        let mut circling = circling.borrow_mut();
        let now = steps.get();
        circling.begun.get_or_insert(now);
        circling.widen(&kernel);
        circling.local[me.index()] = Some(local);
        if circling.repeats() {
            circling.confirm(&kernel, me);
            return;
        }
        let state = circling.state(&kernel);
        let first = *circling.visited.entry(state).or_insert(now);
        let is_fair = first < now && circling.is_fair(first);
        let is_short = (now - first).saturating_mul(SAME_ROUNDS_MIN as u64 + 1) <= *repeated_steps_max;
        if is_fair && !is_short {
            // It cannot be repeated often enough; what begins here may be shorter.
            circling.visited.insert(state, now);
        }
        if is_fair && is_short && awaiting::is_worth_repeating(location) && !failed.borrow().rounds.contains(&(now, me))
        {
            circling.round = Some(Round {
                first,
                last: now,
                state,
                closer: me,
                location,
                at: 0,
                confirmed_at: 0,
                outline: 0,
                same_rounds: 0,
                changed_rounds: 0,
                blocked: kernel.blocked(),
            });
        }
    }
}

impl State {
    /// Returns the step that the repetition of a round takes next. If that step cannot be taken, or the last round
    /// did not end as it should, the execution is to be run again without the repetition.
    pub(super) fn step_of_circle(&self, kernel: &Kernel) -> Option<(ThreadId, u32)> {
        let next = self.circling.borrow().next();
        if let Some((thread, alternative)) = next
            && alternative < kernel.alternatives(thread)
        {
            return next;
        }
        self.note_round_in_vain();
        self.stop.borrow_mut().get_or_insert(Stop::Restart);
        None
    }

    /// Notes that the round that is being repeated is no livelock.
    pub(super) fn note_round_in_vain(&self) {
        if let Some(round) = &self.circling.borrow().round {
            awaiting::note_round_in_vain(round.location);
            self.failed.borrow_mut().rounds.push((round.last, round.closer));
        }
    }
}
