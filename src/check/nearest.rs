//! Of a failure the nearest execution that passes, asked of a checker.

use std::fmt;
use std::time::Duration;

use super::{Checker, program};
use crate::engine::{Engine, Explorer, explore_after};
use crate::exploration::{Exploration, LOOK_EXECUTIONS_MAX, Nearest, Program, Task, assert_outside};
use crate::failure::{Counterexample, Failure};
use crate::report::Report;
use crate::runtime::replay::steps_of;
use crate::schedule::Token;
use crate::shell;

/// The most time of one look at what can still come: in programs whose executions are long, fewer of them are looked at.
const LOOK_TIME_MAX: Duration = Duration::from_secs(1);

impl Checker {
    /// Returns the execution that passes and shares the longest beginning with one that fails: where they part, the failure
    /// became certain. None if there is none within 2,000 executions that begin alike and a second, or the failure has no schedule.
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
        self.nearest_of_program(found, program(scenario))
    }

    /// Returns what is told of a check that does not pass, with the nearest execution that does.
    pub(super) fn told(&self, report: &Report, program: Program) -> String {
        let nearest = report.counterexample().and_then(|found| match found.failure {
            // What is done otherwise each time has no place where it went wrong.
            Failure::Nondeterminism { .. } => None,
            _ => self.nearest_of_program(found, program),
        });
        shell::told(report, nearest.as_ref(), self.memory, &|token| self.line(token))
    }

    fn nearest_of_program(&self, found: &Counterexample, program: Program) -> Option<Nearest> {
        let Some(Token::Schedule(schedule)) = &found.token else { return None };
        let mut task = self.task(program);
        task.keep_going = true;
        task.budget.time = Some(task.budget.time.map_or(LOOK_TIME_MAX, |time| time.min(LOOK_TIME_MAX)));
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
