//! The oracle that the explorer is compared with: every schedule, one after the other, and the classes
//! of equivalent executions that they fall into. It uses the same dependency relation, but none of the
//! explorer's search; and it checks the relation itself: equivalent executions must end alike.

use std::collections::HashMap;
use std::time::Instant;

use super::enumerate::DepthFirst;
use super::explorer::{Identities, Steps};
use crate::exploration::end::{End, Ended};
use crate::exploration::{Collector, Exploration, Task};
use crate::kernel::{Access, Kernel, Pending};
use crate::runtime::coroutine::{self, Strategy, Turn};
use crate::runtime::isolate::on_fresh_thread;
use crate::runtime::{schedule_of, stall};
use crate::trace::{Operation, Response, ThreadId};

/// What the oracle saw.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Traces {
    /// What an engine would report.
    pub exploration: Exploration,
    /// How many classes of equivalent executions there are.
    pub count: u64,
    /// Two ways in which equivalent executions ended: none if the dependency relation is sound.
    pub contradiction: Option<(String, String)>,
}

/// Runs every schedule of the task's program within its budget, and tells equivalent ones apart.
///
/// # Panics
///
/// If called inside an execution.
pub fn traces(task: &Task) -> Traces {
    let begun = Instant::now();
    let seen = on_fresh_thread(task, |task| {
        let mut collector = Collector::new(task);
        let mut observer = Observer::default();
        let mut seen: HashMap<Vec<u32>, String> = HashMap::new();
        let mut contradiction = None;
        while collector.goes_on() {
            observer.begin();
            let (ended, kernel) = coroutine::run_to_end(task, &mut observer, task.budget.steps_per_execution, true);
            // One that was cut off is the beginning of a class, not one of it.
            if ended.end != End::StepLimit {
                let end = describe(&ended);
                let known = seen.entry(observer.signature(&kernel)).or_insert_with(|| end.clone());
                if *known != end {
                    contradiction.get_or_insert((known.clone(), end));
                }
            }
            collector.add(ended, schedule_of);
            if collector.is_late() {
                break;
            }
            if !observer.search.advance() {
                break;
            }
        }
        Traces { exploration: collector.finish(), count: seen.len() as u64, contradiction }
    });
    seen.unwrap_or_else(|stalled| {
        let exploration = stall::exploration(task, stalled, begun.elapsed());
        Traces { exploration, count: 0, contradiction: None }
    })
}

fn describe(ended: &Ended) -> String {
    match &ended.end {
        End::Finished(outcome) => outcome.as_str().to_owned(),
        End::Failed(failure) => failure.kind().name().to_owned(),
        other => format!("{other:?}"),
    }
}

/// Searches depth first, and keeps the order of the steps taken.
#[derive(Default)]
struct Observer {
    search: DepthFirst,
    identities: Identities,
    steps: Steps,
}

impl Observer {
    fn begin(&mut self) {
        self.identities.restart();
        self.steps = Steps::default();
    }

    fn note(&mut self, kernel: &Kernel, runtime_thread: ThreadId, alternative: u32) {
        let way = self
            .identities
            .ways(kernel, runtime_thread)
            .iter()
            .nth(alternative as usize)
            .expect("an alternative that is open");
        self.steps.push(kernel, &self.identities, runtime_thread, way);
    }

    /// Returns what all equivalent executions have in common: for each thread, in which way it took each of
    /// its steps and what happened before. A plain store under the language's memory model takes its place in modification
    /// order among those that are there: all that counts is where it is in the end.
    fn signature(&mut self, kernel: &Kernel) -> Vec<u32> {
        self.steps.order_all(self.identities.count());
        let mut places: Vec<usize> = (0..self.steps.len()).collect();
        places.sort_by_key(|&place| (self.steps.get(place).thread, self.steps.get(place).number));
        let mut signature = Vec::new();
        for index in places {
            let step = self.steps.get(index);
            let place = match step.access() {
                Some((object, Access::Stores(own))) => {
                    let mut order = kernel.modification_order(object).map(|name| self.identities.name(name));
                    order.position(|name| name == own).map_or(0, |place| u32::try_from(place).expect("few stores"))
                }
                _ => step.way,
            };
            signature.extend([u32::MAX, step.thread, place]);
            let clock = self.steps.clock(index);
            let length = clock.iter().rposition(|&count| count > 0).map_or(0, |last| last + 1);
            signature.extend_from_slice(&clock[..length]);
        }
        signature
    }
}

impl Strategy for Observer {
    fn restart(&mut self) {
        Strategy::restart(&mut self.search);
        self.begin();
    }

    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        let choice = self.search.choose(turn);
        if let Some((thread, alternative)) = choice {
            self.note(turn.kernel, thread, alternative);
        }
        choice
    }

    fn stepped(&mut self, thread: ThreadId, pending: &Pending, _response: Response) {
        if let Operation::Spawn { child } = pending.operation {
            self.identities.spawn(self.identities.number(thread), child);
            self.steps.spawned(self.identities.number(child), child);
        }
    }
}
