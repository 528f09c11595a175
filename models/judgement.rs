//! Whether what an engine found of a scenario is what was expected, given what the engine can see; and
//! where it is not what the scenario's expectation says, why that is as it should be.

use selvedge::engine::{Coverage, DISTINCT_MAX, Limit, MemoryModel};
use selvedge::failure::FailureKind;
use selvedge::{EngineReport, Reason, Verdict};

use crate::scenario::{DependsOn, Expectation, Scenario};

/// What is to be thought of what an engine found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether nothing that was found contradicts the expectation.
    pub as_expected: bool,
    /// Whether what was found is what is expected, and not merely no contradiction.
    pub decides: bool,
    /// Why an engine that looked at everything, or found something, did not find what the scenario's
    /// expectation says, where that is no contradiction.
    pub remark: Option<&'static str>,
}

/// Why no interleaving shows a failure.
const INTERLEAVINGS: &str = "no interleaving shows this failure: it needs accesses that overtake each other";

/// Why an engine falsifies what holds.
const WEAKER: &str = "SeqCst accesses are weaker in this engine's memory model than in the language's";

/// Why an engine that draws does not find a livelock.
const LONG: &str = "this engine cannot tell a livelock from an execution that is merely long";

impl Judgement {
    const CONTRADICTS: Self = Self { as_expected: false, decides: false, remark: None };
    const UNDECIDED: Self = Self { as_expected: true, decides: false, remark: None };
    const DECIDES: Self = Self { as_expected: true, decides: true, remark: None };

    fn because(remark: &'static str) -> Self {
        Self { as_expected: true, decides: false, remark: Some(remark) }
    }
}

impl Scenario {
    /// Returns what is to be thought of what an engine found of this scenario.
    pub fn judge(&self, report: &EngineReport) -> Judgement {
        let capabilities = &report.capabilities;
        let interleaves = capabilities.memory_model == MemoryModel::SequentiallyConsistent;
        match (self.expectation, &report.verdict) {
            (Expectation::Holds, Verdict::Verified) => Judgement::DECIDES,
            (Expectation::Holds, Verdict::Falsified(_))
                if self.depends_on == DependsOn::OneOrderOfSeqCst && !capabilities.orders_seqcst =>
            {
                Judgement::because(WEAKER)
            }
            (Expectation::Fails(_), Verdict::Verified) if self.depends_on == DependsOn::WeakMemory && interleaves => {
                Judgement::because(INTERLEAVINGS)
            }
            (Expectation::Holds, Verdict::Falsified(_))
            | (Expectation::Fails(_) | Expectation::AlwaysFails(_), Verdict::Verified) => Judgement::CONTRADICTS,
            (Expectation::Fails(kind), Verdict::Falsified(counterexample)) => {
                if kind.admits(counterexample.failure.kind()) { Judgement::DECIDES } else { Judgement::CONTRADICTS }
            }
            (Expectation::AlwaysFails(kind), Verdict::Falsified(_)) => judge_each(kind, report),
            (
                Expectation::Fails(FailureKind::Livelock) | Expectation::AlwaysFails(FailureKind::Livelock),
                Verdict::Inconclusive(Reason::Limited(Limit::Steps { .. }) | Reason::NothingExplored),
            ) if capabilities.coverage == Coverage::Sampling => Judgement::because(LONG),
            // Nothing found by an engine that does not look at everything, or cannot run it.
            (_, Verdict::Inconclusive(Reason::Sampled | Reason::PartialSearch)) => Judgement::UNDECIDED,
            (_, Verdict::Inconclusive(Reason::Limited(Limit::Unsupported(_)))) => Judgement::UNDECIDED,
            // One part of the whole was asked for, and had no failure in it; `merge` decides.
            (_, Verdict::Inconclusive(Reason::Limited(Limit::Shard(..)))) => Judgement::DECIDES,
            (_, Verdict::Inconclusive(Reason::Limited(_))) if capabilities.coverage == Coverage::Partial => {
                Judgement::UNDECIDED
            }
            (_, Verdict::Inconclusive(_)) => Judgement::CONTRADICTS,
        }
    }
}

/// Returns what is to be thought of it if every execution is to fail in this way.
fn judge_each(kind: FailureKind, report: &EngineReport) -> Judgement {
    let exploration = &report.exploration;
    let mut found = exploration.counterexample.iter().chain(&exploration.others);
    if !found.all(|found| kind.admits(found.failure.kind())) {
        return Judgement::CONTRADICTS;
    }
    if report.capabilities.coverage != Coverage::Exhaustive {
        return Judgement::DECIDES;
    }
    match exploration.limit {
        None if exploration.failures < exploration.executions => Judgement::CONTRADICTS,
        None if exploration.others.len() < DISTINCT_MAX => Judgement::DECIDES,
        // Those that were not looked at may be right.
        _ => Judgement::UNDECIDED,
    }
}
