//! What an exploration has seen so far, and whether it goes on: the same for every engine.

use std::time::{Duration, Instant};

use super::cut_off::{self, Loop};
use super::end::{End, Ended};
use super::unseen::{Notice, Unseen, Untried};
use super::{Budget, Judge, StuckJudge, Task, pulse};
use crate::execution::context::{self, Mode};
use crate::failure::{Counterexample, Failure};
use crate::outcome::{Histogram, Outcome};
use crate::schedule::Token;
use crate::trace::Trace;

/// What kept an exploration from looking at everything that its engine looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// The budget's executions are spent.
    Executions(u64),
    /// The budget's time is spent.
    Time(Duration),
    /// The budget's memory, in bytes, is spent.
    Memory(u64),
    /// So many executions were cut off, because they took as many steps as one may.
    Steps {
        /// How many were cut off.
        executions: u64,
        /// The most steps one may take.
        steps: u64,
        /// The loop that one of them was in, if it is one that never gives up its turn.
        in_loop: Option<Loop>,
    },
    /// Only one part of the whole was asked for: the one of this number, counted from 0, of so many. It
    /// has been looked at to its end.
    Shard(u32, u32),
    /// A failure was found, and the search was not asked to go on.
    Failure,
    /// The program did not do the same again on the same schedule, so that the search is not complete.
    Nondeterminism,
    /// The program asked for something that the engine cannot do.
    Unsupported(&'static str),
}

/// What an engine saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exploration {
    /// How many executions were run.
    pub executions: u64,
    /// How many more were run and are not counted, or were given up, because they are equivalent to one that was run or
    /// belong to another part.
    pub redundant: u64,
    /// How many visible operations they had together, where the engine counts them.
    pub events: u64,
    /// What was reported at the end of executions that came to it.
    pub outcomes: Histogram,
    /// For each outcome, the first execution that reported it, where the engine can replay it.
    pub witnesses: Vec<(Outcome, Token)>,
    /// The first failure.
    pub counterexample: Option<Counterexample>,
    /// The first of each other failure, where the engine went on, up to [`DISTINCT_MAX`].
    pub others: Vec<Counterexample>,
    /// How many executions failed.
    pub failures: u64,
    /// What kept the engine from looking at everything that it looks at; none if nothing did.
    pub limit: Option<Limit>,
    /// The most threads of an execution, the main thread counted, of those whose events were recorded.
    pub threads: usize,
    /// What suggests that the scenario does something where the harness does not look.
    pub notices: Vec<Notice>,
    /// What std allows, the scenario could meet, and was not tried.
    pub untried: Vec<Untried>,
    /// How long it took.
    pub elapsed: Duration,
}

/// The most failures that are kept besides the first.
pub const DISTINCT_MAX: usize = 32;

/// How many executions go by between two looks at the memory.
const MEMORY_INTERVAL: u64 = 1 << 12;

/// Returns how much memory this process holds, if the system tells.
pub fn memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = resident.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes << 10)
}

impl Limit {
    /// Returns whether an exploration that comes to this limit goes no further.
    pub(crate) fn ends(&self) -> bool {
        !matches!(self, Self::Steps { .. } | Self::Shard(..))
    }
}

impl Exploration {
    /// Returns what is known before anything was run.
    pub(crate) fn nothing() -> Self {
        Self {
            executions: 0,
            redundant: 0,
            events: 0,
            outcomes: Histogram::new(),
            witnesses: Vec::new(),
            counterexample: None,
            others: Vec::new(),
            failures: 0,
            limit: None,
            threads: 0,
            notices: Vec::new(),
            untried: Vec::new(),
            elapsed: Duration::ZERO,
        }
    }

    /// Returns whether the failure is among those that are kept.
    fn knows(&self, failure: &Failure) -> bool {
        let mut known = self.counterexample.iter().chain(&self.others);
        known.any(|known| known.failure.is_same(failure))
    }

    pub(crate) fn keep(&mut self, counterexample: Counterexample) {
        if self.counterexample.is_none() {
            self.counterexample = Some(counterexample);
        } else if self.others.len() < DISTINCT_MAX && !self.knows(&counterexample.failure) {
            self.others.push(counterexample);
        }
    }

    /// Adds what was seen of another part of the same exploration, one that comes later.
    pub(crate) fn add(&mut self, other: Self) {
        // What is said of a part is said of the whole only if it is true of every part.
        if self.executions == 0 {
            self.notices = other.notices;
        } else if other.executions > 0 {
            self.notices.retain(|notice| other.notices.contains(notice));
        }
        self.threads = self.threads.max(other.threads);
        self.untried
            .extend(other.untried.iter().filter(|what| !self.untried.contains(what)).copied().collect::<Vec<_>>());
        self.executions += other.executions;
        self.redundant += other.redundant;
        self.events += other.events;
        // An engine that has a witness of one outcome has one of each.
        let outcomes = &self.outcomes;
        self.witnesses.extend(other.witnesses.into_iter().filter(|(outcome, _)| !outcomes.contains_key(outcome)));
        for (outcome, count) in other.outcomes {
            *self.outcomes.entry(outcome).or_default() += count;
        }
        for counterexample in other.counterexample.into_iter().chain(other.others) {
            self.keep(counterexample);
        }
        self.failures += other.failures;
        self.limit = match (self.limit.take(), other.limit) {
            (
                Some(Limit::Steps { executions, steps, in_loop }),
                Some(Limit::Steps { executions: more, in_loop: other, .. }),
            ) => Some(Limit::Steps { executions: executions + more, steps, in_loop: in_loop.or(other) }),
            (limit, other) => limit.or(other),
        };
        self.elapsed = self.elapsed.max(other.elapsed);
    }
}

/// Panics inside an execution: another cannot run there.
pub(crate) fn assert_outside() {
    let is_outside = context::mode() == Mode::Outside;
    assert!(is_outside, "a check cannot run inside an execution of another check");
}

/// Collects what an engine sees.
pub(crate) struct Collector {
    budget: Budget,
    judge: Judge,
    stuck: Option<StuckJudge>,
    keep_going: bool,
    begun: Instant,
    cut_off: u64,
    /// The loop that an execution which was cut off was in.
    in_loop: Option<Loop>,
    unseen: Unseen,
    spurious: (u32, u32),
    memory_before_bytes: u64,
    /// How often it was asked whether to go on.
    looks: u64,
    seen: Exploration,
}

impl Collector {
    pub(crate) fn new(task: &Task) -> Self {
        assert_outside();
        crate::execution::panics::install_hook();
        Self {
            budget: task.budget,
            judge: task.judge.clone(),
            stuck: task.stuck.clone(),
            keep_going: task.keep_going,
            begun: Instant::now(),
            cut_off: 0,
            in_loop: None,
            unseen: Unseen::default(),
            spurious: (task.spurious_wakeups, task.spurious_failures),
            memory_before_bytes: task.memory_before_bytes.unwrap_or(0),
            looks: 0,
            seen: Exploration::nothing(),
        }
    }

    pub(crate) fn executions(&self) -> u64 {
        self.seen.executions
    }

    /// Returns how much of the budget's time is left; none if it has no limit.
    #[cfg(feature = "loom")]
    pub(crate) fn time_left(&self) -> Option<Duration> {
        self.budget.time.map(|time| time.saturating_sub(self.begun.elapsed()))
    }

    /// Returns whether another execution may be run, and notes what forbids it otherwise. However short the time is, one is
    /// begun, unless there is none.
    pub(crate) fn goes_on(&mut self) -> bool {
        if self.seen.limit.is_some() || pulse::is_abandoned() {
            return false;
        }
        if let Some(executions) = self.budget.executions
            && self.seen.executions >= executions
        {
            self.seen.limit = Some(Limit::Executions(executions));
        } else if let Some(time) = self.budget.time
            && (self.looks > 0 || time.is_zero())
            && self.begun.elapsed() >= time
        {
            self.seen.limit = Some(Limit::Time(time));
        }
        if let Some(most) = self.budget.memory_bytes
            && self.looks.is_multiple_of(MEMORY_INTERVAL)
            && memory_bytes().is_some_and(|held| held.saturating_sub(self.memory_before_bytes) > most)
        {
            self.seen.limit.get_or_insert(Limit::Memory(most));
        }
        self.looks += 1;
        self.seen.limit.is_none()
    }

    /// Returns whether the execution shows something that none before did, so that its events are wanted.
    pub(crate) fn is_new(&self, ended: &Ended) -> bool {
        match &ended.end {
            End::Finished(outcome) => !self.seen.outcomes.contains_key(outcome),
            End::Failed(failure) => !self.seen.knows(failure),
            End::StepLimit | End::Unsupported(_) | End::Abandoned => false,
        }
    }

    /// Adds an execution. `token` makes the token of an execution that is worth keeping.
    pub(crate) fn add(&mut self, mut ended: Ended, token: impl FnOnce(&Trace, Vec<u32>) -> Option<Token>) {
        ended.settle(self.stuck.as_ref());
        self.unseen.look_at(&ended.trace);
        self.seen.executions += 1;
        self.seen.events += ended.steps;
        match ended.end {
            End::Finished(outcome) => {
                let known = self.seen.outcomes.get_mut(&outcome);
                let is_new = known.is_none();
                match known {
                    Some(count) => *count += 1,
                    None => drop(self.seen.outcomes.insert(outcome.clone(), 1)),
                }
                let failure = (self.judge)(&outcome);
                if is_new && let Some(token) = token(&ended.trace, ended.choices) {
                    self.seen.witnesses.push((outcome.clone(), token.clone()));
                    self.fail(failure, ended.trace, Some(token));
                } else {
                    // Of an outcome seen before, the failure is known already.
                    self.fail(failure, ended.trace, None);
                }
            }
            End::Failed(failure) => {
                let is_new = !self.seen.knows(&failure);
                let token = if is_new { token(&ended.trace, ended.choices) } else { None };
                self.fail(Some(failure), ended.trace, token);
            }
            End::StepLimit => {
                self.cut_off += 1;
                if self.in_loop.is_none() {
                    self.in_loop = cut_off::find(&ended.trace);
                }
            }
            End::Unsupported(reason) => self.seen.limit = Some(Limit::Unsupported(reason)),
            End::Abandoned => {}
        }
    }

    /// Adds the failure of an execution that is none of those that are counted.
    pub(crate) fn add_sampled(&mut self, ended: Ended, token: impl FnOnce(&Trace, Vec<u32>) -> Option<Token>) {
        let Self { seen: Exploration { executions, events, failures, .. }, .. } = self;
        let counted = (*executions, *events, *failures);
        self.add(ended, token);
        let Exploration { executions, events, failures, .. } = &mut self.seen;
        (*executions, *events, *failures) = counted;
    }

    fn fail(&mut self, failure: Option<Failure>, trace: Trace, token: Option<Token>) {
        let Some(failure) = failure else { return };
        self.seen.failures += 1;
        if !self.keep_going {
            self.seen.limit = Some(Limit::Failure);
        }
        let kept = self.seen.others.len();
        self.seen.keep(Counterexample { failure, trace, token });
        if self.keep_going && (self.seen.failures == 1 || self.seen.others.len() > kept) {
            pulse::keep(&self.seen);
        }
    }

    /// Returns whether the time was over before the last execution was, so that nothing follows from its end.
    pub(crate) fn is_late(&mut self) -> bool {
        let is_late = pulse::is_late();
        if is_late {
            self.limit(Limit::Time(self.budget.time.unwrap_or_default()));
        }
        is_late
    }

    pub(crate) fn redundant(&self) -> u64 {
        self.seen.redundant
    }

    /// Returns whether an execution was cut off in a loop that never gives up its turn: there is no end to such.
    pub(crate) fn goes_round(&self) -> bool {
        self.in_loop.is_some()
    }

    /// Returns whether this is the first execution to be cut off, so that its events are wanted.
    pub(crate) fn is_first_cut_off(&self, ended: &Ended) -> bool {
        self.cut_off == 0 && ended.end == End::StepLimit
    }

    /// Notes that an execution is not counted because it is equivalent to another.
    pub(crate) fn note_redundant(&mut self) {
        self.seen.redundant += 1;
    }

    /// Notes what kept the engine from looking at everything.
    pub(crate) fn limit(&mut self, limit: Limit) {
        self.seen.limit.get_or_insert(limit);
    }

    pub(crate) fn finish(mut self) -> Exploration {
        if self.cut_off > 0 {
            let steps = self.budget.steps_per_execution;
            let cut_off = Limit::Steps { executions: self.cut_off, steps, in_loop: self.in_loop.take() };
            // Of a spent budget and executions that were cut off, the latter matters more.
            match &self.seen.limit {
                None | Some(Limit::Executions(_) | Limit::Time(_) | Limit::Memory(_)) => {
                    self.seen.limit = Some(cut_off)
                }
                Some(_) => {}
            }
        }
        self.seen.threads = self.unseen.threads();
        self.seen.notices = self.unseen.notices();
        self.seen.untried = self.unseen.untried(self.spurious);
        self.seen.elapsed = self.begun.elapsed();
        self.seen
    }
}
