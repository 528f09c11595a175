//! The engine that models nothing: real threads, a random delay here and there, and a watchdog that
//! turns a hang into a failure.
//!
//! Each execution runs on a thread of its own, so that thread-locals start afresh and a hang cannot
//! take the caller along. Every facade object is its std counterpart; the facade only tells, before
//! and after each operation, what the thread is doing, in a place that no other thread contends for.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::Engine;
use crate::execution::real::RealExecution;
use crate::exploration::end::{End, Ended};
use crate::exploration::{Capabilities, Collector, Coverage, Exploration, Limit, MemoryModel, Program, Replayed, Task};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::schedule::{Divergence, Token};
use crate::thread::body;
use crate::trace::Trace;

/// Runs the program on real threads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Threads;

impl Engine for Threads {
    fn name(&self) -> &'static str {
        "threads"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            memory_model: MemoryModel::Hardware,
            coverage: Coverage::Sampling,
            replays: false,
            times_out: true,
            chooses: true,
            sees_data_races: false,
            orders_seqcst: true,
            limits: &[
                "what happened cannot be replayed, and events are not recorded",
                "a hang leaves its threads behind",
                "it does not look for uses after the end of an object's life",
            ],
        }
    }

    fn explore(&self, task: &Task) -> Exploration {
        let mut collector = Collector::new(task);
        #[cfg(unix)]
        crate::runtime::crash::runs_elsewhere(&task.label);
        let mut seeds = StdRng::seed_from_u64(task.seed);
        while collector.goes_on() {
            let (end, has_ended) = run(&task.program, seeds.random(), task.watchdog);
            collector.add(Ended::of(end, Trace::default()), |_, _| None);
            if !has_ended {
                // Its threads are still there, and would disturb the next.
                collector.limit(Limit::Failure);
            }
        }
        collector.finish()
    }

    fn replay(&self, _task: &Task, _token: &Token) -> Result<Replayed, Option<Divergence>> {
        Err(None)
    }
}

/// How often the engine looks whether an execution was stopped from within.
const GLANCE: Duration = Duration::from_millis(20);

/// Runs one execution. A hang is one that lasts longer than `watchdog`, whatever the budget: the last
/// execution that it admits is seen to its end. Returns also whether the main thread came to its end.
fn run(program: &Program, seed: u64, watchdog: Duration) -> (End, bool) {
    let execution = Arc::new(RealExecution::new(seed));
    let (sender, receiver) = mpsc::channel::<Option<Outcome>>();
    let main = execution.add_thread(Some("main".into()));
    let handle = {
        let (execution, program) = (Arc::clone(&execution), Arc::clone(program));
        let body = move || {
            let mut outcome = None;
            let shared = Arc::clone(&execution);
            shared.run_thread(main, || body::run_main(|| outcome = Some(program())));
            drop(program);
            let _ = sender.send(outcome);
        };
        thread::Builder::new().name("main".into()).spawn(body).expect("a thread for the execution")
    };
    let begun = Instant::now();
    let outcome = loop {
        match receiver.recv_timeout(GLANCE.min(watchdog)) {
            Ok(outcome) => break Some(outcome),
            Err(_) if execution.is_stopped() || begun.elapsed() >= watchdog => break None,
            Err(_) => {}
        }
    };
    let has_ended = outcome.is_some();
    if has_ended {
        execution.await_stragglers();
    }
    let end = match (execution.failure(), outcome) {
        (Some(failure), _) => End::Failed(failure),
        (None, Some(Some(outcome))) => End::Finished(outcome),
        (None, Some(None)) => End::Abandoned,
        (None, None) => End::Failed(Failure::Hang { threads: execution.last_seen() }),
    };
    if has_ended {
        // Destructors of the main thread's thread-locals belong to the execution.
        let _ = handle.join();
    }
    execution.abandon();
    (end, has_ended)
}
