//! A one-time initialisation: not begun, running, done, or poisoned by a panic.

use super::access::Access;
use crate::trace::{Operation, Response, ThreadId};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum State {
    #[default]
    New,
    Running(ThreadId),
    Done,
    Poisoned,
}

/// The state of a `Once`, `OnceLock` or `LazyLock`.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Once {
    state: State,
}

impl Once {
    pub(crate) fn enabled(&self, operation: Operation) -> bool {
        !matches!(operation, Operation::Begin { .. }) || !matches!(self.state, State::Running(_))
    }

    /// Returns the thread that runs the initialisation now.
    pub(crate) fn runner(&self) -> Option<ThreadId> {
        match self.state {
            State::Running(thread) => Some(thread),
            _ => None,
        }
    }

    pub(crate) fn access(&self, operation: Operation) -> Access {
        match (operation, self.state) {
            (Operation::Begin { .. }, State::Done) | (Operation::Begin { force: false }, State::Poisoned) => {
                Access::Read
            }
            (Operation::Begin { .. }, _) => Access::Hold,
            (Operation::IsCompleted, _) => Access::Poll,
            _ => Access::Write,
        }
    }

    pub(crate) fn apply(&mut self, thread: ThreadId, operation: Operation) -> Response {
        match (operation, self.state) {
            (Operation::Begin { .. }, State::Done) => Response::Done,
            (Operation::Begin { force: false }, State::Poisoned) => Response::Poisoned,
            (Operation::Begin { .. }, state) => {
                self.state = State::Running(thread);
                Response::Initialise { poisoned: state == State::Poisoned }
            }
            (Operation::Unlock { poison }, _) => {
                self.state = if poison { State::Poisoned } else { State::Done };
                Response::Done
            }
            (Operation::IsCompleted, state) => Response::Answer(state == State::Done),
            (other, _) => unreachable!("{other:?} is not an operation of a one-time initialisation"),
        }
    }
}
