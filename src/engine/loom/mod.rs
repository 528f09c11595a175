//! The engine over loom: its model of weak memory, its search, and what the facade needs besides,
//! derived from its primitives.
//!
//! loom never verifies here: its search is known to miss outcomes that are possible, and it takes
//! sequentially consistent accesses to be weaker than they are (its issues #166, #180, #392). What it
//! finds is real under its memory model, and it finds what no interleaving shows.
//!
//! loom runs on an OS thread of its own. An execution that cannot end well, a deadlock say, is never
//! unwound, since that can abort the process: its thread reports and then stays where it is.

mod backend;
mod objects;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::Engine;
use crate::execution::context;
use crate::exploration::end::{End, Ended};
use crate::exploration::{Capabilities, Collector, Coverage, Exploration, Limit, MemoryModel, Replayed, Task};
use crate::runtime::coroutine::{self, Strategy, Turn};
use crate::runtime::isolate::on_fresh_thread;
use crate::runtime::{main_thread, stall};
use crate::schedule::{Divergence, Schedule, Token};
use crate::trace::{ThreadId, Trace};
use backend::LoomBackend;
use objects::Plan;

/// Explores with loom.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loom {
    /// The most preemptions in an execution; none for no limit. With 2, loom finds most bugs much
    /// sooner.
    pub preemption_bound: Option<usize>,
}

/// loom's own limit on the branches of one execution: it allocates room for all of them.
const BRANCHES_MAX: usize = 20_000;

/// What the thread that runs loom tells the one that waits for it.
enum Message {
    /// An execution is over, and loom goes on.
    Ended(Ended),
    /// An execution is over, and loom cannot go on.
    Halted(Ended),
    /// loom has no more executions, or has spent the budget.
    Done,
    /// loom itself failed.
    Broken,
}

/// Why loom goes no further.
const ENDED: &str = "loom cannot go on after an execution that did not end";
const ENDLESS: &str = "in loom a loop may try for ever: a store can stay unseen for as long as it likes";
const BROKEN: &str = "loom itself failed, which says nothing of the scenario";

thread_local! {
    /// The execution that this OS thread runs.
    static CURRENT: RefCell<Option<Rc<LoomBackend>>> = const { RefCell::new(None) };
}

impl Engine for Loom {
    fn name(&self) -> &'static str {
        "loom"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            memory_model: MemoryModel::Loom,
            coverage: Coverage::Partial,
            replays: true,
            times_out: false,
            chooses: false,
            sees_data_races: true,
            orders_seqcst: false,
            limits: &[
                "its search misses outcomes that are possible, so that it never verifies",
                "SeqCst loads and stores are weaker in it than they are",
                "at most 5 threads, main included",
                "no timeouts and no choices: a scenario that needs one is not run",
                "notify_one wakes the thread that has waited longest",
                "it cannot go on after a deadlock or a data race",
                "it does not look for uses after the end of an object's life, and the counts of an Arc are std's: who \
                 drops the last is not explored, and a drop orders nothing",
                "a store can stay unseen by another thread's read-modify-writes for ever, so that a loop of those need \
                 not end",
            ],
        }
    }

    fn explore(&self, task: &Task) -> Exploration {
        let mut collector = Collector::new(task);
        if !collector.goes_on() {
            return collector.finish();
        }
        let plan = match on_fresh_thread(task, plan) {
            Ok(plan) => plan,
            Err(stalled) => return stall::exploration(task, stalled, Duration::ZERO),
        };
        let messages = self.start(task, plan, task.budget.executions, task.budget.time);
        loop {
            let message = match collector.time_left() {
                // loom looks at the time between executions; this is for an execution without end.
                Some(left) => messages.recv_timeout(left.saturating_add(GRACE)),
                None => messages.recv().map_err(Into::into),
            };
            match message {
                Ok(Message::Ended(ended)) => {
                    let number = collector.executions() + 1;
                    collector.add(ended, |trace, _| Some(token(number, trace)));
                    if !collector.goes_on() {
                        break;
                    }
                }
                Ok(Message::Halted(ended)) => {
                    let number = collector.executions() + 1;
                    let reason = if matches!(ended.end, End::StepLimit) { ENDLESS } else { ENDED };
                    collector.add(ended, |trace, _| Some(token(number, trace)));
                    collector.limit(Limit::Unsupported(reason));
                    break;
                }
                Ok(Message::Done) | Err(mpsc::RecvTimeoutError::Timeout) => {
                    collector.goes_on();
                    break;
                }
                Ok(Message::Broken) | Err(mpsc::RecvTimeoutError::Disconnected) => {
                    collector.limit(Limit::Unsupported(BROKEN));
                    break;
                }
            }
        }
        collector.finish()
    }

    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
        crate::execution::panics::install_hook();
        let &Token::Loom { execution: wanted, digest } = token else { return Err(None) };
        let time = task.budget.time.unwrap_or(REPLAY_TIME_MAX);
        let begun = Instant::now();
        let plan = match on_fresh_thread(task, plan) {
            Ok(plan) => plan,
            Err(stalled) => return Ok(stall::replayed(task, &stalled, token)),
        };
        let messages = self.start(task, plan, Some(wanted), Some(time));
        let mut number = 0;
        while let Ok(message) = messages.recv_timeout(time.saturating_add(GRACE).saturating_sub(begun.elapsed())) {
            // After one that has halted there are no others.
            let (ended, is_last) = match message {
                Message::Ended(ended) => (ended, false),
                Message::Halted(ended) => (ended, true),
                Message::Done | Message::Broken => break,
            };
            number += 1;
            if number == wanted {
                if self::token(number, &ended.trace) != (Token::Loom { execution: wanted, digest }) {
                    let last_event = ended.trace.events.len().saturating_sub(1);
                    return Err(Some(Divergence::Differs { first_event: 0, last_event, thread: ThreadId::MAIN }));
                }
                return Ok(crate::runtime::replay::replayed(task, token, ended));
            }
            if is_last {
                break;
            }
        }
        Err(Some(Divergence::FewerExecutions { engine: "loom", executions: number, wanted }))
    }
}

/// How long a replay may take where the budget has no limit: it runs all executions before the one.
const REPLAY_TIME_MAX: Duration = Duration::from_secs(600);

/// How much longer than the budget's time an execution may take before it is left behind.
const GRACE: Duration = Duration::from_secs(2);

/// Returns the token of loom's execution number `execution`.
fn token(execution: u64, trace: &Trace) -> Token {
    Token::Loom { execution, digest: Schedule::of(trace, Vec::new()).digest.to_le_bytes()[0] }
}

impl Loom {
    /// Starts loom on an OS thread of its own.
    fn start(
        self,
        task: &Task,
        plan: Plan,
        executions: Option<u64>,
        time: Option<Duration>,
    ) -> mpsc::Receiver<Message> {
        let (sender, receiver) = mpsc::channel();
        #[cfg(unix)]
        crate::runtime::crash::runs_elsewhere(&task.label);
        let (program, steps_max) = (task.program.clone(), task.budget.steps_per_execution);
        let mut builder = ::loom::model::Builder::new();
        builder.max_branches = BRANCHES_MAX;
        builder.preemption_bound = self.preemption_bound;
        // With an interval of 1 loom looks at its limits before each execution. It counts the one
        // that it is about to begin.
        builder.checkpoint_interval = 1;
        builder.checkpoint_file = None;
        let executions = executions.map(|executions| usize::try_from(executions).unwrap_or(usize::MAX));
        builder.max_permutations = executions.map(|executions| executions.saturating_add(1));
        builder.max_duration = time;
        builder.location = false;
        builder.log = false;
        let run = move || {
            let ends = sender.clone();
            let each = move || {
                collect(&ends);
                let backend = Rc::new(LoomBackend::new(steps_max, &plan, ends.clone()));
                CURRENT.set(Some(Rc::clone(&backend)));
                context::set_modelled(Some(backend.clone()));
                backend.enter_main();
                main_thread(&program)();
            };
            let result = catch_unwind(AssertUnwindSafe(|| builder.check(each)));
            context::set_modelled(None);
            if result.is_ok() {
                collect(&sender);
            }
            let _ = sender.send(if result.is_ok() { Message::Done } else { Message::Broken });
        };
        std::thread::Builder::new().name("loom".into()).spawn(run).expect("a thread for loom");
        receiver
    }
}

/// Sends the execution that has come to its end, if there is one.
fn collect(sender: &mpsc::Sender<Message>) {
    context::set_modelled(None);
    let Some(backend) = CURRENT.take() else { return };
    if sender.send(Message::Ended(backend.ended(None))).is_err() {
        // Nobody listens any more, and loom cannot be stopped otherwise.
        loop {
            std::thread::park();
        }
    }
}

/// How many executions are run to find out which objects there are: some are used first where threads
/// meet in a certain way, as that which those sleep on who find a lock held.
const PLANNING_EXECUTIONS: u64 = 64;

/// Finds out which objects the program makes, by running it a few times: loom wants atomics and cells made
/// by a thread that has done so before all others use them, and the facade does not know who made
/// what. Always runs the same executions, so that a replay finds the same.
fn plan(task: &Task) -> Plan {
    /// Threads in order, or drawn.
    struct Drawn(Option<StdRng>);
    impl Strategy for Drawn {
        fn restart(&mut self) {}

        fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
            let drawn = self.0.as_mut().map_or(0, |rng| rng.random_range(0..turn.enabled.len()));
            turn.enabled.get(drawn).map(|&(thread, _)| (thread, 0))
        }
    }
    let mut plan = Plan::default();
    for seed in 0..PLANNING_EXECUTIONS {
        let rng = (seed > 0).then(|| StdRng::seed_from_u64(seed));
        let ended = coroutine::run(task, &mut Drawn(rng), PLANNING_STEPS_MAX.min(task.budget.steps_per_execution));
        plan.add(&ended.trace);
    }
    plan
}

/// The most steps of such an execution.
const PLANNING_STEPS_MAX: u64 = 1_000;
