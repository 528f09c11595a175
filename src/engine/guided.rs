//! One execution whose schedule is read from bytes: what lets proptest and a fuzzer choose, and
//! shrink, schedules.
//!
//! A byte of 0 goes on with the thread that ran last, if it can; so shorter and smaller inputs are
//! schedules with fewer switches, which is the direction in which proptest shrinks.

use crate::exploration::{Replayed, Task};
use crate::runtime::coroutine::{self, Strategy, Turn};
use crate::runtime::replay::{replayed, schedule_of};
use crate::schedule::{Prefix, Token};
use crate::trace::ThreadId;

/// Runs single executions whose schedule is read from bytes.
#[derive(Clone, Debug)]
pub struct Guided(Vec<u8>);

impl Guided {
    /// Returns an engine for the schedule that `bytes` choose: at each step that has several
    /// options, the next byte chooses, and when no bytes are left, the option with the fewest
    /// switches.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Runs the execution, and returns what it showed: every sequence of bytes leads to one.
    pub fn run(&self, task: &Task) -> Replayed {
        let bytes = self.0.clone();
        let ended = crate::runtime::isolate::on_fresh_thread(task, move |task| {
            let mut guide = Guide { all: &bytes, bytes: bytes.iter() };
            coroutine::run(task, &mut guide, task.budget.steps_per_execution)
        });
        let ended = match ended {
            Ok(ended) => ended,
            Err(stalled) => {
                let token = Token::Prefix(Prefix(stalled.steps.clone().unwrap_or_default()));
                return crate::runtime::stall::replayed(task, &stalled, &token);
            }
        };
        let token = schedule_of(&ended.trace, ended.choices.clone()).expect("every execution has a schedule");
        replayed(task, &token, ended)
    }
}

struct Guide<'a> {
    all: &'a [u8],
    bytes: std::slice::Iter<'a, u8>,
}

impl Strategy for Guide<'_> {
    fn restart(&mut self) {
        self.bytes = self.all.iter();
    }

    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        let mut options: Vec<(ThreadId, u32)> =
            turn.enabled.iter().flat_map(|&(thread, count)| (0..count).map(move |way| (thread, way))).collect();
        // Those that go on with the running thread come first.
        options.sort_by_key(|&(thread, _)| Some(thread) != turn.running);
        if options.len() == 1 {
            return options.pop();
        }
        let byte = usize::from(self.bytes.next().copied().unwrap_or(0));
        options.get(byte % options.len()).copied()
    }
}
