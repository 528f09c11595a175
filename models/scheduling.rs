//! Scheduling: one processor, many jobs, and the question which of them goes on.
//!
//! Time is counted in ticks and nothing takes place by chance, so what a policy does can be computed, and compared
//! with what it promises.

use std::collections::VecDeque;

use crate::scenario::Scenario;

pub mod policies;
mod scenarios;

/// The scenarios of scheduling.
pub const SCENARIOS: &[Scenario] = scenarios::SCENARIOS;

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

/// A time in which one job has the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Which job, by its place.
    pub job: usize,
    /// From which tick on.
    pub from: u32,
    /// Up to which tick.
    pub to: u32,
}

/// Which jobs have the processor when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// One after the other.
    pub slices: Vec<Slice>,
    /// When each job was ready, and not on the processor: for how many ticks in all.
    pub waited: Vec<u32>,
}

impl Timeline {
    /// Returns for how many ticks a job had the processor.
    pub fn work(&self, job: usize) -> u32 {
        self.of(job).map(|slice| slice.to - slice.from).sum()
    }

    /// Returns when a job first had the processor.
    pub fn begin(&self, job: usize) -> Option<u32> {
        self.of(job).map(|slice| slice.from).next()
    }

    /// Returns when all was done.
    pub fn end(&self) -> u32 {
        self.slices.last().map_or(0, |slice| slice.to)
    }

    /// Returns for how many ticks all jobs have waited: what the mean is of.
    pub fn total_wait(&self) -> u32 {
        self.waited.iter().sum()
    }

    fn of(&self, job: usize) -> impl Iterator<Item = &Slice> {
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

/// What is not ready yet, or waits for something outside: when it will be ready, which job it is, and how many ticks it had
/// in its last turn.
type Outside = Vec<(u32, usize, Option<u32>)>;

/// Lets jobs have the processor as a policy says. To give it to another job takes `switch` ticks.
pub fn simulate(jobs: &[Job], policy: &mut dyn Policy, switch: u32) -> Timeline {
    let mut timeline = Timeline { slices: Vec::new(), waited: vec![0; jobs.len()] };
    let mut outside: Outside = jobs.iter().enumerate().map(|(job, of)| (of.arrival, job, None)).collect();
    let mut rounds: Vec<u32> = jobs.iter().map(|job| job.rounds).collect();
    let mut rest: Vec<u32> = jobs.iter().map(|job| job.compute).collect();
    let mut ready_since: Vec<u32> = jobs.iter().map(|job| job.arrival).collect();
    let (mut now, mut last) = (0, None);
    loop {
        arrive(&mut outside, now, policy);
        let Some((job, ticks)) = policy.next(now) else {
            let Some(&(time, ..)) = outside.iter().min() else { return timeline };
            now = now.max(time);
            continue;
        };
        if last.is_some_and(|last| last != job) {
            now += switch;
        }
        last = Some(job);
        let used = ticks.min(rest[job]).max(1);
        timeline.waited[job] += now - ready_since[job];
        timeline.slices.push(Slice { job, from: now, to: now + used });
        now += used;
        rest[job] -= used;
        ready_since[job] = now;
        // Who came in the meantime comes before who is interrupted now.
        arrive(&mut outside, now, policy);
        if rest[job] > 0 {
            policy.ready(job, now, Some(used));
        } else if rounds[job] > 1 {
            rounds[job] -= 1;
            rest[job] = jobs[job].compute;
            ready_since[job] = now + jobs[job].wait;
            outside.push((ready_since[job], job, Some(used)));
        }
    }
}

fn arrive(outside: &mut Outside, now: u32, policy: &mut dyn Policy) {
    outside.sort_unstable();
    let count = outside.iter().take_while(|(time, ..)| *time <= now).count();
    for (time, job, used) in outside.drain(..count) {
        policy.ready(job, time, used);
    }
}

/// Jobs in the order in which they became ready.
pub type Line = VecDeque<usize>;
