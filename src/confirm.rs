//! What is done with what an engine found before it is reported: it is replayed once; and
//! why something cannot be replayed.

use crate::engine::Engine;
use crate::exploration::{Exploration, Task};
use crate::failure::{Counterexample, Failure};
use crate::outcome::Outcome;
use crate::render;
use crate::schedule::{Divergence, Token, TokenError};
use crate::shorten::shorten;

/// Why a token could not be replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The text is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The text stands for no program of the check.
    #[cfg(feature = "proptest")]
    #[error(transparent)]
    Program(#[from] ProgramTokenError),
    /// The program does not do what it did when the token was made.
    #[error("the token does not fit this program: {0}")]
    Diverges(#[from] Divergence),
    /// The token is for an engine that this build does not have.
    #[error("this build has no engine that can replay the token")]
    NoEngine,
}

/// Why a text stands for no program of a check.
#[cfg(feature = "proptest")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramTokenError {
    /// It is not made as such texts are.
    #[error("the text of a program and its schedule is made like `p1__0_3s1__5f2a.s1..`, and this one is not")]
    Malformed,
    /// The operations of the check are others than when the text was made.
    #[error(
        "the program that the text stands for is not the one that it was made of: are its operations drawn otherwise now?"
    )]
    OtherProgram,
}

/// Replays what was found, and makes it as short as may be.
pub(crate) fn settle(engine: &dyn Engine, task: &Task, exploration: &mut Exploration) {
    if let Some(difference) = confirm(engine, task, exploration) {
        exploration.counterexample = Some(difference);
    } else if let Some(found) = &exploration.counterexample
        && matches!(found.token, Some(Token::Schedule(_)))
    {
        let shortest = shorten(task, found);
        let replays = |counterexample: &Counterexample| {
            let again = counterexample.token.as_ref().map(|token| engine.replay(task, token));
            matches!(again, Some(Ok(again)) if again.counterexample.as_ref() == Some(counterexample))
        };
        if replays(&shortest) {
            exploration.counterexample = Some(shortest);
        } else if let Failure::ForeignObject(_) = found.failure {
            // What shows only after other executions has nothing that replays it.
            exploration.counterexample = Some(Counterexample { token: None, ..found.clone() });
        }
    }
}

/// Replays the counterexample, or the only execution there was, and returns the failure that it is
/// if the program did not do the same again.
fn confirm(engine: &dyn Engine, task: &Task, exploration: &Exploration) -> Option<Counterexample> {
    let (token, first) = match &exploration.counterexample {
        Some(counterexample) => (counterexample.token.clone()?, Some(counterexample)),
        None if exploration.executions == 1 => (exploration.witnesses.first()?.1.clone(), None),
        None => return None,
    };
    let different = |divergence: Divergence, event: usize, trace| {
        let failure = Failure::Nondeterminism { event, divergence };
        Some(Counterexample { failure, trace, token: None })
    };
    if let Some(Counterexample { failure: Failure::ForeignObject(_), .. }) = first {
        // It depends on the executions before, so that it need not show on its own.
        return None;
    }
    let trace = || first.map(|first| first.trace.clone()).unwrap_or_default();
    match engine.replay(task, &token) {
        Ok(again) => {
            // What a replay alone brings to light, such as an object from outside, is the failure.
            let Some(first) = first else {
                let before = exploration.witnesses.first().map(|(outcome, _)| outcome);
                if again.counterexample.is_none() && again.outcome.as_ref() != before {
                    let ends = |outcome: Option<&Outcome>| {
                        format!("the outcome was {}", outcome.map_or("none", Outcome::as_str))
                    };
                    let divergence = Divergence::EndsOtherwise(ends(again.outcome.as_ref()));
                    return different(divergence, again.trace.events.len(), again.trace);
                }
                return again.counterexample;
            };
            let again_failure = again.counterexample.as_ref().map(|again| &again.failure);
            let differs = (first.trace.events.iter().zip(&again.trace.events)).position(|(left, right)| left != right);
            if let Some(event) = differs {
                let thread = first.trace.events[event].thread;
                return different(
                    Divergence::Differs { first_event: event, last_event: event, thread },
                    event,
                    trace(),
                );
            }
            if again_failure == Some(&first.failure) && again.trace == first.trace {
                return None;
            }
            if let Some(Failure::ForeignObject(_)) = again_failure {
                return again.counterexample;
            }
            let end = match &again.counterexample {
                Some(again) => render::failure(&again.failure, &again.trace),
                None => "the execution was right".to_owned(),
            };
            different(Divergence::EndsOtherwise(end), first.trace.events.len(), trace())
        }
        Err(Some(divergence)) => different(divergence, 0, trace()),
        Err(None) => None,
    }
}
