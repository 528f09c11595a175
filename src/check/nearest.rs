//! Of a failure the nearest execution that passes, asked of a checker.

use std::fmt;

use super::{Checker, program};
use crate::engine::{Engine, Explorer, explore_after};
use crate::exploration::{Exploration, LOOK_EXECUTIONS_MAX, Nearest, Task, assert_outside};
use crate::failure::Counterexample;
use crate::runtime::replay::steps_of;
use crate::schedule::Token;

impl Checker {
    /// Returns the execution that passes and shares the longest beginning with one that fails: where they part, the failure
    /// became certain. None if there is none within 2,000 executions that begin alike, or the failure has no schedule.
    ///
    /// What cannot come right any more does not come right later, so that the place is found by halving.
    ///
    /// # Panics
    ///
    /// If called inside an execution.
    pub fn nearest<T: fmt::Debug>(
        &self,
        found: &Counterexample,
        scenario: impl Fn() -> T + Send + Sync + 'static,
    ) -> Option<Nearest> {
        assert_outside();
        let Some(Token::Schedule(schedule)) = &found.token else { return None };
        let mut task = self.task(program(scenario));
        task.keep_going = true;
        task.budget.executions = Some(LOOK_EXECUTIONS_MAX);
        let steps = steps_of(&task, schedule)?;
        // A failure may be told as an interleaving, and what passes need be none.
        let mut token = passing(&task, &task.explore_settled(|task| explore_after(task, &[])))?;
        task.arcs = task.arcs.freeze();
        let (mut shared, mut lost) = (0, steps.len());
        while lost - shared > 1 {
            let middle = shared + (lost - shared) / 2;
            let seen = explore_after(&task, &steps[..middle]);
            if seen.executions == 0 {
                // What a thread that waits may read is counted otherwise where a schedule is followed.
                return None;
            }
            match passing(&task, &seen) {
                Some(better) => (shared, token) = (middle, better),
                None => lost = middle,
            }
        }
        let passing = Explorer.replay(&task, &token).ok()?;
        Some(Nearest { shared, passing })
    }
}

/// Returns the token of an execution that is right.
fn passing(task: &Task, seen: &Exploration) -> Option<Token> {
    seen.witnesses.iter().find(|(outcome, _)| (task.judge)(outcome).is_none()).map(|(_, token)| token.clone())
}
