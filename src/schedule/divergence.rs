//! Where and how an execution could not follow the schedule that it was to replay.

use crate::trace::{Operation, ThreadId};

/// The first difference between a schedule and the execution that was to follow it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Divergence {
    /// The schedule goes on with a thread that does not exist, or not yet.
    #[error("at step {step} the token goes on with thread number {}, and there are only {threads} threads", thread.0)]
    NoSuchThread {
        /// The step, counted from 0.
        step: usize,
        /// The thread it names.
        thread: ThreadId,
        /// How many threads there are at that step.
        threads: usize,
    },
    /// The schedule goes on with a thread that has to wait.
    #[error(
        "at step {step} the token goes on with thread number {}, which cannot go on there: it waits in {operation:?}",
        thread.0
    )]
    CannotGoOn {
        /// The step, counted from 0.
        step: usize,
        /// The thread it names.
        thread: ThreadId,
        /// What that thread waits in.
        operation: Operation,
    },
    /// The schedule goes on with a thread that has ended.
    #[error("at step {step} the token goes on with thread number {}, which has ended by then", thread.0)]
    HasEnded {
        /// The step, counted from 0.
        step: usize,
        /// The thread it names.
        thread: ThreadId,
    },
    /// The schedule takes an option that the step does not have, or names none where one is needed.
    #[error("at step {step} the token's choice does not fit: the step has {options} options")]
    NoSuchChoice {
        /// The step, counted from 0.
        step: usize,
        /// How many options there are.
        options: u32,
    },
    /// The execution ended before the schedule did.
    #[error("the program ended after {steps} steps, and the token has {scheduled}")]
    EndedEarly {
        /// The steps the execution had.
        steps: usize,
        /// The steps the schedule has.
        scheduled: usize,
    },
    /// The schedule ended before the execution did.
    #[error("the token ends after {steps} steps, and the program does not")]
    GoesOn {
        /// The steps the schedule has.
        steps: usize,
    },
    /// The thread did something else there, or something else came of it.
    #[error(
        "between events {first_event} and {last_event} thread number {} did something else than when the token was made",
        thread.0
    )]
    Differs {
        /// The first event that may differ, counted from 0.
        first_event: usize,
        /// The last event that may differ.
        last_event: usize,
        /// The thread that did them.
        thread: ThreadId,
    },
    /// The execution followed the schedule, and its end was another.
    #[error("the same events ended otherwise: {0}")]
    EndsOtherwise(String),
    /// The engine that the token is for made fewer executions than the token counts.
    #[error("{engine} came to its end after {executions} executions, and the token is for execution {wanted}")]
    FewerExecutions {
        /// The engine.
        engine: &'static str,
        /// The executions it made.
        executions: u64,
        /// The execution wanted, counted from 1.
        wanted: u64,
    },
}
