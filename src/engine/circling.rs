//! Threads that go round in circles: all do something, and after a while everything is as it was.
//!
//! A loop that has no effect is dealt with in `awaiting`. Here it is about those that have: philosophers who
//! take a fork and put it back, readers who keep a writer waiting. Whenever a thread gives up its turn, the
//! state of everything that is modelled is looked at: the objects, and for each thread where it gives up its
//! turn, or that it has not taken a step. If that state was there before, and every thread that could have
//! gone on in between has (*strong fairness*), the threads may go on like this for ever. As they may count
//! their rounds where nobody looks, the same steps are then taken again and again, as many as the step budget
//! has: only if each round ends in that state is it a livelock. Otherwise the execution is run again without.

use std::collections::HashMap;
use std::fmt::{self, Write};

use super::cooperative::{Cooperative, Driver, State, enabled_threads};
use crate::execution::ThreadId;
use crate::execution::backend::{Backend, Stop};
use crate::execution::local_state::mix;
use crate::failure::{Blocked, Circle, Failure};
use crate::kernel::Kernel;

/// A step that was taken, and who could have gone on instead.
#[derive(Debug)]
struct Taken {
    thread: ThreadId,
    alternative: u32,
    enabled: Vec<ThreadId>,
}

/// A round that is taken again and again.
#[derive(Debug)]
struct Round {
    /// The steps between which it lies, and the state at both ends.
    first: u64,
    last: u64,
    state: u64,
    /// The thread that gave up its turn when it was found.
    closer: ThreadId,
    /// How far the repetitions have come.
    at: usize,
    /// What all threads were about to do.
    blocked: Vec<Blocked>,
}

/// The states that an execution was in when a thread gave up its turn.
#[derive(Debug, Default)]
pub(crate) struct Circling {
    /// The step from which on steps are noted; none as long as no thread gives up its turn.
    begun: Option<u64>,
    taken: Vec<Taken>,
    /// By state, the step after which the execution was in it first.
    visited: HashMap<u64, u64>,
    /// For each thread that is about to give up its turn, how deep its stack is.
    depths: Vec<Option<usize>>,
    /// How many steps each thread has taken.
    steps: Vec<u64>,
    round: Option<Round>,
}

impl Circling {
    /// Forgets the last execution.
    pub(crate) fn restart(&mut self) {
        if self.begun.take().is_some() {
            *self = Self::default();
        }
    }

    /// Returns whether a round is being repeated.
    pub(crate) fn repeats(&self) -> bool {
        self.round.is_some()
    }

    /// Returns how many steps of repetitions were taken, if a round is being repeated.
    pub(crate) fn repeated_steps(&self) -> Option<u64> {
        self.round.as_ref().map(|round| round.at as u64)
    }

    /// Returns the livelock that the round is which was repeated, and how many steps led to it, itself included.
    pub(crate) fn livelock(&self) -> Option<(Failure, u64)> {
        let Round { first, last, blocked, .. } = self.round.as_ref()?;
        let index = |step: u64| usize::try_from(step).expect("few steps");
        let circle = Circle { first: index(*first), length: index(last - first) };
        Some((Failure::Livelock { blocked: blocked.clone(), circle: Some(circle) }, *last))
    }

    /// Notes that `thread` is about to take its step.
    pub(crate) fn note(&mut self, kernel: &Kernel, thread: ThreadId, alternative: u32) {
        let Some(_) = self.begun else { return };
        if let Some(round) = &mut self.round {
            round.at += 1;
        } else {
            let mut enabled = Vec::new();
            enabled_threads(kernel, &mut enabled);
            let enabled = enabled.into_iter().map(|(thread, _)| thread).collect();
            self.taken.push(Taken { thread, alternative, enabled });
        }
        let length = self.steps.len().max(kernel.thread_count());
        self.steps.resize(length, 0);
        self.depths.resize(length, None);
        self.steps[thread.index()] += 1;
        self.depths[thread.index()] = None;
    }

    /// Returns the state of everything, with `me` about to give up its turn.
    fn state(&self, kernel: &Kernel) -> u64 {
        let mut state = Digest(0);
        kernel.describe(&mut state);
        for (depth, steps) in self.depths.iter().zip(&self.steps) {
            // One who has not taken a step is where it was.
            state.0 = mix(state.0, depth.map_or_else(|| mix(1, *steps), |depth| depth as u64));
        }
        state.0
    }

    /// Returns whether all that could have gone on since `first` have.
    fn is_fair(&self, first: u64) -> bool {
        let begun = self.begun.expect("steps are noted");
        let round = &self.taken[usize::try_from(first - begun).expect("few steps")..];
        let has_gone_on = |thread: &ThreadId| round.iter().any(|taken| taken.thread == *thread);
        !round.is_empty() && round.iter().flat_map(|taken| &taken.enabled).all(has_gone_on)
    }

    /// Returns the step that the repetition is to take next.
    fn next(&self) -> Option<(ThreadId, u32)> {
        let round = self.round.as_ref()?;
        let begun = self.begun?;
        let length = usize::try_from(round.last - round.first).ok()?;
        let taken = &self.taken[usize::try_from(round.first - begun).ok()? + round.at % length];
        Some((taken.thread, taken.alternative))
    }

    /// Returns whether the repetition of a round, which `me` may have come to the end of, is not as the round
    /// was.
    fn differs(&self, kernel: &Kernel, me: ThreadId) -> bool {
        let Some(round) = &self.round else { return false };
        let at_end = (round.at as u64).is_multiple_of(round.last - round.first);
        at_end && round.closer == me && self.state(kernel) != round.state
    }
}

/// A digest of text.
struct Digest(u64);

impl Write for Digest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = mix(self.0, u64::from_le_bytes(word));
        }
        Ok(())
    }
}

impl<D: Driver> Cooperative<D> {
    /// Looks whether everything is as it was before, now that `me` is about to give up its turn with a stack of
    /// that depth, and goes on by itself.
    pub(super) fn look_for_circle(&self, me: ThreadId, depth: usize) {
        let State { kernel, circling, steps, failed, .. } = &self.state;
        let kernel = kernel.borrow();
        let mut circling = circling.borrow_mut();
        let now = steps.get();
        circling.begun.get_or_insert(now);
        let length = circling.depths.len().max(kernel.thread_count());
        circling.depths.resize(length, None);
        circling.steps.resize(length, 0);
        circling.depths[me.index()] = Some(depth);
        if circling.repeats() {
            if circling.differs(&kernel, me) {
                drop((kernel, circling));
                self.break_circle();
            }
            return;
        }
        let state = circling.state(&kernel);
        let first = *circling.visited.entry(state).or_insert(now);
        if first < now && !failed.borrow().rounds.contains(&(now, me)) && circling.is_fair(first) {
            circling.round = Some(Round { first, last: now, state, closer: me, at: 0, blocked: kernel.blocked() });
        }
    }

    /// Ends a repetition that is not as the round was: the execution is run again without it.
    fn break_circle(&self) -> ! {
        self.state.note_broken_circle();
        self.halt(Stop::Restart)
    }
}

impl State {
    /// Returns the step that the repetition of a round takes next, if a round is being repeated. If that step
    /// cannot be taken, the execution is to be run again without the repetition.
    pub(super) fn step_of_circle(&self, kernel: &Kernel) -> Option<(ThreadId, u32)> {
        let (thread, alternative) = self.circling.borrow().next()?;
        if alternative < kernel.alternatives(thread) {
            return Some((thread, alternative));
        }
        self.note_broken_circle();
        self.stop.borrow_mut().get_or_insert(Stop::Restart);
        None
    }

    fn note_broken_circle(&self) {
        let circling = self.circling.borrow();
        let round = circling.round.as_ref().expect("a round");
        self.failed.borrow_mut().rounds.push((round.last, round.closer));
    }
}
