//! What a check found: a verdict that never says more than was seen, and what it rests on.

use crate::exploration::{Capabilities, Coverage, Exploration, Limit, Notice};
use crate::failure::Counterexample;

/// Why neither proof nor counterexample was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// No execution came to its end, so nothing at all is known.
    NothingExplored,
    /// There were several threads besides the main thread, and in the one execution there was none of them did anything
    /// that the engine sees, so that nothing was checked.
    NothingVisible,
    /// The engine looks at a random part only, and saw no failure in it.
    Sampled,
    /// The engine has run all that it runs, which is not everything, and saw no failure in it.
    PartialSearch,
    /// Something kept the engine from looking at everything that it looks at.
    Limited(Limit),
}

/// What an engine can say of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every execution that the engine's memory model admits was looked at, and is right. That is said of the program
    /// as it is compiled: without debug assertions, reaching `unreachable_unchecked` and its kind is undefined
    /// behaviour that no engine sees.
    Verified,
    /// An execution is wrong, and here it is.
    Falsified(Box<Counterexample>),
    /// Neither. Never a pass, unless the caller asked for a sampling engine by name.
    Inconclusive(Reason),
}

impl Verdict {
    /// Returns the verdict that `exploration` supports.
    pub(crate) fn of(exploration: &Exploration, coverage: Coverage) -> Self {
        if let Some(counterexample) = &exploration.counterexample {
            return Self::Falsified(Box::new(counterexample.clone()));
        }
        let finished: u64 = exploration.outcomes.values().sum();
        match (&exploration.limit, coverage) {
            (Some(limit @ Limit::Unsupported(_)), _) => Self::Inconclusive(Reason::Limited(limit.clone())),
            // There may be fewer parts than were asked for.
            (Some(limit @ Limit::Shard(..)), _) if exploration.executions == 0 => {
                Self::Inconclusive(Reason::Limited(limit.clone()))
            }
            _ if finished == 0 => Self::Inconclusive(Reason::NothingExplored),
            // An execution that was cut off may be the one that is wrong.
            (Some(limit @ (Limit::Steps { .. } | Limit::Nondeterminism)), _) => {
                Self::Inconclusive(Reason::Limited(limit.clone()))
            }
            (_, Coverage::Sampling) => Self::Inconclusive(Reason::Sampled),
            (Some(limit), _) => Self::Inconclusive(Reason::Limited(limit.clone())),
            (None, Coverage::Partial) => Self::Inconclusive(Reason::PartialSearch),
            (None, Coverage::Exhaustive) if exploration.executions == 1 && is_blind(exploration) => {
                Self::Inconclusive(Reason::NothingVisible)
            }
            (None, Coverage::Exhaustive) => Self::Verified,
        }
    }
}

/// Returns whether there were several threads to be checked and nothing was seen of them.
fn is_blind(exploration: &Exploration) -> bool {
    exploration.notices.iter().any(|notice| match notice {
        Notice::NothingVisible { threads } => *threads > 1,
        // Nothing of what they do is modelled, and there is no other thread.
        Notice::OsThreads { .. } => exploration.threads < 2,
        _ => false,
    })
}

/// What one engine found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineReport {
    /// The engine's name.
    pub engine: &'static str,
    /// What it can and cannot do.
    pub capabilities: Capabilities,
    /// What it can say.
    pub verdict: Verdict,
    /// What it saw.
    pub exploration: Exploration,
    /// Whether the caller asked for this engine by name.
    pub named: bool,
}

impl EngineReport {
    /// Returns whether the engine looked at everything that it looks at.
    pub fn is_complete(&self) -> bool {
        self.exploration.limit.is_none() && self.capabilities.coverage != Coverage::Sampling
    }

    /// Returns whether this counts as a pass: the scenario was verified, or the caller asked by name
    /// for an engine that cannot verify or for one part of the whole, and no failure was seen in what was to be looked at.
    pub fn passes(&self) -> bool {
        match &self.verdict {
            Verdict::Verified => true,
            Verdict::Falsified(_) => false,
            // Who asks for one part of the whole is content with it.
            Verdict::Inconclusive(Reason::Limited(Limit::Shard(..))) => true,
            Verdict::Inconclusive(reason) => self.named && matches!(reason, Reason::Sampled | Reason::PartialSearch),
        }
    }
}

/// What a check found, engine by engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The scenario's name.
    pub name: String,
    /// What each engine found, in the order in which they ran.
    pub engines: Vec<EngineReport>,
}

impl Report {
    /// Returns whether the check passes: at least one engine ran, and each passes. A sample that accompanies an
    /// exploration and was not asked for by name counts only if it shows a failure.
    pub fn passes(&self) -> bool {
        let counts = |report: &&EngineReport| {
            let is_sample = report.capabilities.coverage == Coverage::Sampling;
            report.named || !is_sample || matches!(report.verdict, Verdict::Falsified(_))
        };
        let mut counted = self.engines.iter().filter(counts).peekable();
        counted.peek().is_some() && counted.all(EngineReport::passes)
    }

    /// Returns what the engine of that name found; none if it did not run. If it ran more than once, as a sampler may
    /// before and after an exploration, this is the last.
    pub fn of(&self, engine: &str) -> Option<&EngineReport> {
        self.engines.iter().rfind(|report| report.engine == engine)
    }

    /// Returns the first counterexample.
    pub fn counterexample(&self) -> Option<&Counterexample> {
        self.engines.iter().find_map(|report| match &report.verdict {
            Verdict::Falsified(counterexample) => Some(&**counterexample),
            _ => None,
        })
    }

    /// Returns the verdict of all engines together: falsified if any found a counterexample, else
    /// verified if any verified, else what the last one said.
    pub fn verdict(&self) -> Verdict {
        if let Some(counterexample) = self.counterexample() {
            return Verdict::Falsified(Box::new(counterexample.clone()));
        }
        if self.engines.iter().any(|report| report.verdict == Verdict::Verified) {
            return Verdict::Verified;
        }
        let decisive = self.engines.iter().rfind(|report| report.verdict != Verdict::Inconclusive(Reason::Sampled));
        decisive
            .or(self.engines.last())
            .map_or(Verdict::Inconclusive(Reason::NothingExplored), |report| report.verdict.clone())
    }
}
