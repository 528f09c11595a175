//! Scheduling: one processor or several, many jobs, and the question which of them goes on.
//!
//! Time is counted in ticks and nothing takes place by chance, so what a policy does can be computed, and compared
//! with what it promises.

use std::collections::VecDeque;

use crate::scenario::Scenario;

mod language;
pub mod memory;
pub mod policies;
mod processors;
mod promises;
pub mod states;
mod switching;

/// The scenarios of scheduling.
pub const SCENARIOS: &[&[Scenario]] = &[
    states::SCENARIOS,
    promises::SCENARIOS,
    processors::SCENARIOS,
    switching::SCENARIOS,
    memory::SCENARIOS,
    language::SCENARIOS,
];

/// A job: it computes, and waits for something outside, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// When it comes.
    pub arrival: u32,
    /// How many times it computes.
    pub rounds: u32,
    /// For how many ticks it computes each time; at least 1.
    pub compute: u32,
    /// For how many ticks it waits in between, without needing the processor.
    pub wait: u32,
}

impl Job {
    /// Returns a job that only computes.
    pub fn computing(arrival: u32, compute: u32) -> Self {
        Self { arrival, rounds: 1, compute, wait: 0 }
    }

    /// Returns for how many ticks it needs the processor.
    pub fn work(&self) -> u32 {
        self.rounds * self.compute
    }
}

/// A time in which one job has a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Which job, by its place.
    pub job: usize,
    /// Which processor, by its place.
    pub processor: usize,
    /// From which tick on.
    pub from: u32,
    /// Up to which tick.
    pub to: u32,
}

/// Which jobs have a processor when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// In the order in which they begin.
    pub slices: Vec<Slice>,
    /// When each job was ready, and not on a processor: for how many ticks in all.
    pub waited: Vec<u32>,
}

impl Timeline {
    /// Returns for how many ticks a job had a processor.
    pub fn work(&self, job: usize) -> u32 {
        self.of(job).map(|slice| slice.to - slice.from).sum()
    }

    /// Returns when a job first had a processor.
    pub fn begin(&self, job: usize) -> Option<u32> {
        self.of(job).map(|slice| slice.from).next()
    }

    /// Returns when a job was done.
    pub fn done(&self, job: usize) -> Option<u32> {
        self.of(job).map(|slice| slice.to).last()
    }

    /// Returns when all was done.
    pub fn end(&self) -> u32 {
        self.slices.iter().map(|slice| slice.to).max().unwrap_or(0)
    }

    /// Returns for how many ticks all jobs have waited: what the mean is of.
    pub fn total_wait(&self) -> u32 {
        self.waited.iter().sum()
    }

    /// Returns whether two jobs had a processor each at the same time.
    pub fn is_parallel(&self) -> bool {
        let overlap = |one: &Slice, other: &Slice| one.job != other.job && one.from < other.to && other.from < one.to;
        self.slices.iter().any(|one| self.slices.iter().any(|other| overlap(one, other)))
    }

    /// Returns the times in which a job had a processor.
    pub fn of(&self, job: usize) -> impl Iterator<Item = &Slice> {
        self.slices.iter().filter(move |slice| slice.job == job)
    }
}

/// Says who is next.
pub trait Policy {
    /// A job is ready. `used` is how many ticks it had in its last turn, if it had one.
    fn ready(&mut self, job: usize, now: u32, used: Option<u32>);

    /// Takes the next job, and says for how many ticks it may have the processor.
    fn next(&mut self, now: u32) -> Option<(usize, u32)>;
}

/// A job that will be ready at some time: it has not come yet, waits for something outside, or will be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Coming {
    time: u32,
    /// Who comes from outside comes before who is interrupted at the same time.
    is_interrupted: bool,
    job: usize,
    /// How many ticks it had in its last turn, if it had one.
    used: Option<u32>,
}

/// A processor: when it is free, and which job it had last.
#[derive(Clone, Copy, Debug, Default)]
struct Processor {
    free: u32,
    last: Option<usize>,
}

/// Lets jobs have one processor as a policy says. To give it to another job takes `switch` ticks.
pub fn simulate(jobs: &[Job], policy: &mut dyn Policy, switch: u32) -> Timeline {
    simulate_on(1, jobs, policy, switch)
}

/// Lets jobs have so many processors as a policy says. To give one of them to another job takes `switch` ticks.
pub fn simulate_on(processors: usize, jobs: &[Job], policy: &mut dyn Policy, switch: u32) -> Timeline {
    let mut timeline = Timeline { slices: Vec::new(), waited: vec![0; jobs.len()] };
    let mut processors = vec![Processor::default(); processors];
    let arrival = |(job, of): (usize, &Job)| Coming { time: of.arrival, is_interrupted: false, job, used: None };
    let mut coming: Vec<Coming> = jobs.iter().enumerate().map(arrival).collect();
    let mut rounds: Vec<u32> = jobs.iter().map(|job| job.rounds).collect();
    let mut rest: Vec<u32> = jobs.iter().map(|job| job.compute).collect();
    let mut ready_since: Vec<u32> = jobs.iter().map(|job| job.arrival).collect();
    while let Some(at) = (0..processors.len()).min_by_key(|&at| processors[at].free) {
        let Processor { free: now, last } = processors[at];
        arrive(&mut coming, now, policy);
        let Some((job, ticks)) = policy.next(now) else {
            let Some(next) = coming.iter().min() else { break };
            processors[at].free = next.time;
            continue;
        };
        let from = if last.is_some_and(|last| last != job) { now + switch } else { now };
        let used = ticks.min(rest[job]).max(1);
        let to = from + used;
        timeline.waited[job] += from - ready_since[job];
        timeline.slices.push(Slice { job, processor: at, from, to });
        processors[at] = Processor { free: to, last: Some(job) };
        rest[job] -= used;
        ready_since[job] = to;
        let is_interrupted = rest[job] > 0;
        if is_interrupted || rounds[job] > 1 {
            if !is_interrupted {
                rounds[job] -= 1;
                rest[job] = jobs[job].compute;
                ready_since[job] += jobs[job].wait;
            }
            coming.push(Coming { time: ready_since[job], is_interrupted, job, used: Some(used) });
        }
    }
    timeline
}

/// Tells the policy who is ready by now.
fn arrive(coming: &mut Vec<Coming>, now: u32, policy: &mut dyn Policy) {
    coming.sort_unstable();
    let count = coming.iter().take_while(|next| next.time <= now).count();
    for Coming { time, job, used, .. } in coming.drain(..count) {
        policy.ready(job, time, used);
    }
}

/// Jobs in the order in which they became ready.
pub type Line = VecDeque<usize>;
