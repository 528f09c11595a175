//! The engines over shuttle: its runtime switches the threads, its schedulers choose between them,
//! and the kernel says what each operation means and who can go on.
//!
//! So timed waits do time out, `notify_one` may wake any waiter, and a schedule found here is the
//! same on every runtime of the kernel. Each thread is a shuttle task that shuttle never sees
//! blocked: an [`Adapter`] offers its scheduler the tasks that the kernel lets go on, and ends an
//! execution in which there are none. No panic and no deadlock ever reaches shuttle, which would
//! print it.

mod adapter;

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Instant;

use shuttle::scheduler::{DfsScheduler, PctScheduler, RandomScheduler, Scheduler, UrwRandomScheduler};
use shuttle::{Config, MaxSteps, Runner};

use super::Engine;
use super::sampler::reduction::Reduction;
use crate::execution::{context, shuttle_hook};
use crate::exploration::capabilities::ORDERINGS;
use crate::exploration::{Capabilities, Collector, Coverage, Exploration, Replayed, Task};
use crate::runtime::{isolate, main_thread, replay_schedule, stall};
use crate::schedule::{Divergence, Token};
use adapter::{Adapter, CURRENT, Kind, Shared};

const STACK_SIZE_BYTES: usize = 2 * 1024 * 1024;

/// The reason given where shuttle's depth-first search meets a choice that is no schedule.
const NO_CHOICES: &str =
    "shuttle's depth-first search does not look at choices (`choose`, or a wait that may be notified or time out)";

fn config() -> Config {
    let mut config = shuttle_hook::config();
    config.stack_size = STACK_SIZE_BYTES;
    config.max_steps = MaxSteps::None;
    config
}

/// Runs the task under the scheduler that `make` makes, on an OS thread of its own: shuttle cannot tear
/// down an execution that ends in the middle of a panic, so that thread then reports and stays where
/// it is (see [`Adapter::abandon_if_spoilt`]).
fn explore<S: Scheduler + 'static>(
    task: &Task,
    make: impl FnOnce() -> S + Send + 'static,
    draws: bool,
    kind: Kind,
) -> Exploration {
    crate::exploration::assert_outside();
    let begun = Instant::now();
    let (sender, receiver) = mpsc::channel();
    let worker = isolate::spawn("shuttle", task, move |task| {
        let exploration = explore_here(task, make(), draws, kind, sender.clone());
        let _ = sender.send(exploration);
    });
    worker.wait(task, &receiver).unwrap_or_else(|stalled| stall::exploration(task, stalled, begun.elapsed()))
}

fn explore_here<S: Scheduler + 'static>(
    task: &Task,
    scheduler: S,
    draws: bool,
    kind: Kind,
    sender: mpsc::Sender<Exploration>,
) -> Exploration {
    let collector = Collector::new(task);
    let shared = Shared {
        task: task.clone(),
        collector: Some(collector),
        concurrent: false,
        decided: false,
        draws,
        chose: false,
    };
    let shared = Rc::new(RefCell::new(shared));
    let adapter = Adapter {
        scheduler: ManuallyDrop::new(scheduler),
        shared: Rc::clone(&shared),
        task: task.clone(),
        steps_max: task.budget.steps_per_execution,
        kind,
        // PCT changes priorities as often as it is told, at decisions that differ: with few left, always at the same.
        reduction: (draws && kind != Kind::NeedsConcurrency).then(Reduction::default),
        introduced: 0,
        sender,
    };
    let program = task.program.clone();
    Runner::new(adapter, config()).run(move || {
        let backend = CURRENT.with_borrow(Clone::clone).expect("an execution that has begun");
        context::set_modelled(Some(backend));
        main_thread(&program)();
    });
    shared.borrow_mut().finish()
}

const LIMITS_DFS: &[&str] =
    &[ORDERINGS, NO_CHOICES, "a loop that waits by spinning is cut off at the step budget in some schedules"];

/// Defines an engine over one of shuttle's schedulers.
macro_rules! sampler {
    ($engine:ident, $name:literal, $kind:ident, |$self:ident, $seed:ident| $scheduler:expr) => {
        impl Engine for $engine {
            fn name(&self) -> &'static str {
                $name
            }

            fn capabilities(&self) -> Capabilities {
                Capabilities::of_kernel(Coverage::Sampling, &[ORDERINGS])
            }

            fn explore(&self, task: &Task) -> Exploration {
                let ($self, $seed) = (*self, task.seed);
                explore(task, move || $scheduler, true, Kind::$kind)
            }

            fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
                replay_schedule(task, token)
            }
        }
    };
}

/// At each step, any thread that can go on, with equal chances.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShuttleRandom;
sampler!(ShuttleRandom, "shuttle-random", Plain, |_engine, seed| RandomScheduler::new_from_seed(seed, usize::MAX));

/// Probabilistic concurrency testing: random priorities, and a few random changes of them
/// (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010).
#[derive(Clone, Copy, Debug)]
pub struct ShuttlePct {
    /// How many ordering constraints the bugs that it is to find have.
    pub depth: usize,
}

impl Default for ShuttlePct {
    /// A depth of 3.
    fn default() -> Self {
        Self { depth: 3 }
    }
}
sampler!(ShuttlePct, "shuttle-pct", NeedsConcurrency, |engine, seed| PctScheduler::new_from_seed(
    seed,
    engine.depth,
    usize::MAX
));

/// A random walk weighted by the work each thread has left, so that interleavings are drawn
/// uniformly (Zhao, Wolff, Mathur, Roychoudhury, ASPLOS 2025).
#[derive(Clone, Copy, Debug, Default)]
pub struct ShuttleUrw;
sampler!(ShuttleUrw, "shuttle-urw", CountsTasks, |_engine, seed| UrwRandomScheduler::new_from_seed(seed, usize::MAX));

/// shuttle's depth-first search over all schedules, without any reduction.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShuttleDfs;

impl Engine for ShuttleDfs {
    fn name(&self) -> &'static str {
        "shuttle-dfs"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { chooses: false, ..Capabilities::of_kernel(Coverage::Exhaustive, LIMITS_DFS) }
    }

    fn explore(&self, task: &Task) -> Exploration {
        explore(task, || DfsScheduler::new(None, false), false, Kind::Plain)
    }

    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
        replay_schedule(task, token)
    }
}
