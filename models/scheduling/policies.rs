//! Policies: in the order of arrival, the shortest first, in turn, by priority, and by how much a job has used.

use super::{Job, Line, Policy};

/// For as long as it takes.
const TO_THE_END: u32 = u32::MAX;

/// First come, first served: each job keeps the processor until it is done or waits.
#[derive(Debug, Default)]
pub struct FirstCome(Line);

impl Policy for FirstCome {
    fn ready(&mut self, job: usize, _now: u32, _used: Option<u32>) {
        self.0.push_back(job);
    }

    fn next(&mut self, _now: u32) -> Option<(usize, u32)> {
        Some((self.0.pop_front()?, TO_THE_END))
    }
}

/// The job that will take the shortest time first. It takes for granted that this is known.
#[derive(Debug)]
pub struct ShortestFirst<'a> {
    jobs: &'a [Job],
    waiting: Vec<(usize, u32)>,
    /// After how many ticks of waiting a job counts as one tick shorter; never, if this is 0.
    ageing: u32,
}

impl<'a> ShortestFirst<'a> {
    /// Returns the policy for these jobs, with ageing after so many ticks, or without if that is 0.
    pub fn new(jobs: &'a [Job], ageing: u32) -> Self {
        Self { jobs, waiting: Vec::new(), ageing }
    }
}

impl Policy for ShortestFirst<'_> {
    fn ready(&mut self, job: usize, now: u32, _used: Option<u32>) {
        self.waiting.push((job, now));
    }

    fn next(&mut self, now: u32) -> Option<(usize, u32)> {
        let length = |&(job, since): &(usize, u32)| {
            let credit = (now - since).checked_div(self.ageing).unwrap_or(0);
            (self.jobs[job].compute.saturating_sub(credit), since, job)
        };
        let at = (0..self.waiting.len()).min_by_key(|&at| length(&self.waiting[at]))?;
        Some((self.waiting.remove(at).0, TO_THE_END))
    }
}

/// In turn, each for a slice of time.
#[derive(Debug)]
pub struct RoundRobin {
    line: Line,
    slice: u32,
}

impl RoundRobin {
    /// Returns the policy with slices of so many ticks.
    pub fn new(slice: u32) -> Self {
        Self { line: Line::new(), slice }
    }
}

impl Policy for RoundRobin {
    fn ready(&mut self, job: usize, _now: u32, _used: Option<u32>) {
        self.line.push_back(job);
    }

    fn next(&mut self, _now: u32) -> Option<(usize, u32)> {
        Some((self.line.pop_front()?, self.slice))
    }
}

/// Levels, of which the first goes first, each with slices twice as long as the one before. A job begins in the first,
/// and goes down when it has used up its slice: so those that compute for long make room for those that ask for little.
#[derive(Debug)]
pub struct MultilevelFeedback {
    levels: [Line; 3],
    /// In which level each job is.
    level_of: Vec<usize>,
    /// After how many ticks all go up to the first level again; never, if this is 0.
    boost: u32,
    next_boost: u32,
}

impl MultilevelFeedback {
    /// Returns the policy for so many jobs, with a boost after so many ticks, or without if that is 0.
    pub fn new(jobs: usize, boost: u32) -> Self {
        Self { levels: Default::default(), level_of: vec![0; jobs], boost, next_boost: boost }
    }

    /// The longest turn, of the last level.
    pub const LONGEST_TURN: u32 = Self::slice(2);

    /// Returns how long a turn is in a level.
    pub const fn slice(level: usize) -> u32 {
        2 << level
    }
}

impl Policy for MultilevelFeedback {
    fn ready(&mut self, job: usize, _now: u32, used: Option<u32>) {
        let level = &mut self.level_of[job];
        if used.is_some_and(|used| used >= Self::slice(*level)) {
            *level = (*level + 1).min(self.levels.len() - 1);
        }
        self.levels[*level].push_back(job);
    }

    fn next(&mut self, now: u32) -> Option<(usize, u32)> {
        if self.boost > 0 && now >= self.next_boost {
            self.next_boost = now + self.boost;
            self.level_of.fill(0);
            let [first, lower @ ..] = &mut self.levels;
            // Those that have waited for longest come first.
            let mut line: Line = lower.iter_mut().rev().flat_map(|level| level.drain(..)).collect();
            line.append(first);
            *first = line;
        }
        let level = self.levels.iter().position(|level| !level.is_empty())?;
        Some((self.levels[level].pop_front()?, Self::slice(level)))
    }
}
