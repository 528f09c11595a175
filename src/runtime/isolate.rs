//! OS threads for the engines' own work, and who waits for them.
//!
//! All threads of an execution share one OS thread. If the code of one of them waits for something that another is to
//! do, and not by an operation of the facade, nothing moves any more, for ever. So whoever waits for the work looks
//! whether steps are taken, and gives up an OS thread on which none has been for as long as the watchdog allows. That
//! OS thread stays where it is: everything that it uses is its own.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::stall;
use crate::exploration::pulse::{self, Pulse};
use crate::exploration::{Exploration, Task};
use crate::trace::ThreadId;

/// How often it is looked whether anything moves.
const GLANCE: Duration = Duration::from_millis(100);

/// Where an OS thread was given up.
pub(crate) struct Stalled {
    /// The modelled thread whose code ran.
    pub(crate) thread: ThreadId,
    /// The steps of the execution; none if there were more than are noted.
    pub(crate) steps: Option<Vec<(ThreadId, u32)>>,
    /// How many executions had begun.
    pub(crate) executions: u64,
    /// What had been found before.
    pub(crate) known: Option<Exploration>,
}

/// Runs `work` on an OS thread of its own, and returns what it returns, or where it stands still.
///
/// # Panics
///
/// If `work` panics, with its payload.
pub(crate) fn on_fresh_thread<R: Send + 'static>(
    task: &Task,
    work: impl FnOnce(&Task) -> R + Send + 'static,
) -> Result<R, Box<Stalled>> {
    crate::exploration::assert_outside();
    let (sender, receiver) = mpsc::channel();
    let worker = spawn(&super::os_threads::name(), task, move |task| {
        // Whoever gave this OS thread up does not listen.
        let _ = sender.send(work(task));
    });
    Worker { ends: true, ..worker }.wait(task, &receiver)
}

/// Does the same with a whole exploration: if it stands still, that is the failure.
pub(crate) fn explore_on_fresh_thread(
    task: &Task,
    work: impl FnOnce(&Task) -> Exploration + Send + 'static,
) -> Exploration {
    let begun = Instant::now();
    on_fresh_thread(task, work).unwrap_or_else(|stalled| stall::exploration(task, stalled, begun.elapsed()))
}

/// An OS thread for an engine.
pub(crate) struct Worker {
    handle: std::thread::JoinHandle<()>,
    pulse: Arc<Pulse>,
    /// Whether it is sure to end once it has sent its result. shuttle's may stay in the middle of a panic.
    ends: bool,
}

/// Starts an OS thread of that name for `run`.
pub(crate) fn spawn(name: &str, task: &Task, run: impl FnOnce(&Task) + Send + 'static) -> Worker {
    crate::execution::panics::install_hook();
    let pulse = Pulse::new(task);
    let (its_pulse, task) = (Arc::clone(&pulse), task.clone());
    let run = move || {
        pulse::set(its_pulse);
        run(&task);
    };
    #[cfg(unix)]
    let run = || super::crash::on_signal_stack(run);
    let handle = std::thread::Builder::new().name(name.into()).spawn(run).expect("a thread for the engine");
    Worker { handle, pulse, ends: false }
}

impl Worker {
    /// Waits for what the OS thread sends.
    ///
    /// # Panics
    ///
    /// If it panics before, with its payload.
    pub(crate) fn wait<R>(self, task: &Task, receiver: &Receiver<R>) -> Result<R, Box<Stalled>> {
        let glance = GLANCE.min(task.watchdog / 4).max(Duration::from_millis(1));
        let begun = Instant::now();
        // Where it stood at the last look, and for how long it has by now.
        let (mut stood, mut still) = (None, Duration::ZERO);
        loop {
            match receiver.recv_timeout(glance) {
                Ok(result) => {
                    if self.ends {
                        // What it holds of the program is dropped before the check returns.
                        let _ = self.handle.join();
                    }
                    return Ok(result);
                }
                Err(RecvTimeoutError::Disconnected) => match self.handle.join() {
                    Err(payload) => std::panic::resume_unwind(payload),
                    Ok(()) => unreachable!("the worker reports before it ends"),
                },
                Err(RecvTimeoutError::Timeout) => {}
            }
            if task.budget.time.is_some_and(|time| begun.elapsed() >= time) {
                self.pulse.be_late();
            }
            // It is looks that are counted: a process that was stopped has not been looked at.
            let stands = self.pulse.stand();
            still = if stands.is_some() && stands == stood { still + glance } else { Duration::ZERO };
            stood = stands;
            if still < task.watchdog {
                continue;
            }
            let stalled = Stalled {
                thread: self.pulse.running(),
                steps: self.pulse.steps().map(Iterator::collect),
                executions: self.pulse.executions(),
                known: self.pulse.take_known(),
            };
            if self.pulse.stand() == stood {
                self.pulse.abandon();
                return Err(Box::new(stalled));
            }
        }
    }
}
