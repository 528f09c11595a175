//! Samplers: random schedules on our own runtime, for programs that are too large to be exhausted.
//!
//! Each sampler is a way to choose; all are seeded, so that a run can be repeated, and every failure has
//! a token. None dominates the others, so [`Portfolio`](SamplerKind::Portfolio) has several take turns.
//!
//! None is asked about a step whose order makes no difference (`reduction`): it is taken at once. Where it says *step* of
//! a sampler, one is meant that it is asked about.

mod lockstep;
mod partial_order;
mod priorities;
pub(super) mod reduction;
mod uniform;
mod waiters;
mod walk;

use rand::SeedableRng;
use rand::rngs::StdRng;

use self::lockstep::Lockstep;
use self::priorities::Priorities;
use self::reduction::Reduction;
use self::walk::Walk;
use super::Engine;
use crate::exploration::capabilities::ORDERINGS;
use crate::exploration::end::Ended;
use crate::exploration::{Capabilities, Collector, Coverage, Exploration, Limit, Replayed, Task};
use crate::fast::mix;
use crate::kernel::Pending;
use crate::runtime::coroutine::{self, Strategy, Turn};
use crate::runtime::isolate::explore_on_fresh_thread;
use crate::runtime::{replay_schedule, schedule_of};
use crate::schedule::{Divergence, Token};
use crate::trace::{Operation, Response, ThreadId};

/// How a sampler chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SamplerKind {
    /// Every step that is possible is equally likely.
    Uniform,
    /// Probabilistic concurrency testing with this many changes of priority (Burckhardt, Kothari, Musuvathi
    /// and Nagarakatte, ASPLOS 2010).
    Priorities(usize),
    /// Partial order sampling (Yuan, Yang and Gu, CAV 2018).
    PartialOrder,
    /// A random walk in which a thread is the likelier the more steps are left to it and to those that it has yet to
    /// spawn, so that interleavings are equally likely (Zhao, Wolff, Mathur and Roychoudhury, ASPLOS 2025).
    Walk,
    /// Several take turns. In ten executions there are four with one to three changes of priority; three of the walk, in two of
    /// which only the steps count that touch one object; two of partial order sampling; and one in lockstep, in which every
    /// thread takes as many steps as any other.
    Portfolio,
}

/// Runs random schedules.
#[derive(Clone, Copy, Debug)]
pub struct Sampler(pub SamplerKind);

impl Engine for Sampler {
    fn name(&self) -> &'static str {
        match self.0 {
            SamplerKind::Uniform => "random",
            SamplerKind::Priorities(_) => "pct",
            SamplerKind::PartialOrder => "pos",
            SamplerKind::Walk => "walk",
            SamplerKind::Portfolio => "portfolio",
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_kernel(Coverage::Sampling, &[ORDERINGS])
    }

    fn explore(&self, task: &Task) -> Exploration {
        let kind = self.0;
        explore_on_fresh_thread(task, move |task| {
            let mut collector = Collector::new(task);
            let mut choosers = choosers(kind);
            let mut records = false;
            while collector.goes_on() {
                let number = collector.executions();
                let mut sample = Sample::of(&mut choosers, task.seed, number);
                let steps_max = task.budget.steps_per_execution;
                let (mut ended, kernel) = coroutine::run_to_end(task, &mut sample, steps_max, records);
                coroutine::recycle(kernel);
                if collector.is_late() {
                    break;
                }
                if !records && (ended.needs_record || collector.is_new(&ended)) {
                    records |= ended.needs_record;
                    sample.restart();
                    let (recorded, is_the_same) = ended.recorded(coroutine::run(task, &mut sample, steps_max));
                    ended = recorded;
                    if !is_the_same {
                        collector.limit(Limit::Nondeterminism);
                    }
                }
                sample.learn();
                collector.add(ended, schedule_of);
            }
            collector.finish()
        })
    }

    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
        replay_schedule(task, token)
    }
}

fn mix_seed(seed: u64, number: u64) -> u64 {
    // Seeds that are near to each other draw from different numbers.
    mix(mix(0, seed.wrapping_add(1)), number.wrapping_add(1))
}

fn choosers(kind: SamplerKind) -> Choosers {
    let choosers: Vec<Box<dyn Chooser>> = match kind {
        SamplerKind::Uniform => vec![Box::new(uniform::Uniform)],
        SamplerKind::Priorities(changes) => vec![Box::new(Priorities::new(changes..=changes))],
        SamplerKind::PartialOrder => vec![Box::new(partial_order::PartialOrder::default())],
        SamplerKind::Walk => vec![Box::new(Walk::default())],
        SamplerKind::Portfolio => vec![
            Box::new(Walk::selective()),
            Box::new(Priorities::new(1..=3)),
            Box::new(partial_order::PartialOrder::default()),
            Box::new(Lockstep::default()),
            Box::new(Walk::default()),
        ],
    };
    let turns = if choosers.len() > 1 { &TURNS[..] } else { &[0] };
    Choosers { choosers, turns, reduction: Reduction::default() }
}

/// The turns of the portfolio's choosers, as measured best with `benches/samplers.rs`: most for changes of priority, which alone
/// find some bugs, and first what finds many at once.
const TURNS: [usize; 10] = [2, 0, 4, 1, 2, 1, 0, 1, 3, 1];

/// Ways to choose that take turns, and what they know together.
struct Choosers {
    choosers: Vec<Box<dyn Chooser>>,
    turns: &'static [usize],
    reduction: Reduction,
}

/// Runs so many executions of the portfolio, as long as it `goes_on`, and returns the first that ends as is
/// `wanted`, with its events.
pub(super) fn probe(
    task: &Task,
    executions: u64,
    wanted: impl Fn(&Ended) -> bool,
    mut goes_on: impl FnMut() -> bool,
) -> Option<Ended> {
    let mut choosers = choosers(SamplerKind::Portfolio);
    let steps_max = task.budget.steps_per_execution;
    for number in (0..executions).take_while(|_| goes_on()) {
        let mut sample = Sample::of(&mut choosers, task.seed, number);
        let (ended, kernel) = coroutine::run_to_end(task, &mut sample, steps_max, false);
        coroutine::recycle(kernel);
        if wanted(&ended) {
            sample.restart();
            return Some(coroutine::run(task, &mut sample, steps_max)).filter(wanted);
        }
        sample.learn();
    }
    None
}

/// A way to choose among the steps that are possible.
trait Chooser {
    /// Begins an execution.
    fn begin(&mut self, _known: &Reduction, _random: &mut StdRng) {}

    /// Returns the place in `turn.enabled` of the thread that goes next.
    fn choose(&mut self, turn: &Turn<'_>, random: &mut StdRng) -> usize;

    /// Is told that it has chosen `thread`, which takes its step.
    fn chosen(&mut self, _thread: ThreadId, _turn: &Turn<'_>) {}

    /// Is told that `parent` has spawned `child`.
    fn spawned(&mut self, _parent: ThreadId, _child: ThreadId) {}

    /// Is told that the execution is over, and is not begun again.
    fn learn(&mut self) {}
}

/// One execution of a chooser.
struct Sample<'a> {
    chooser: &'a mut dyn Chooser,
    reduction: &'a mut Reduction,
    seed: u64,
    random: StdRng,
}

impl<'a> Sample<'a> {
    /// Returns the execution of that number, for which the choosers take turns.
    fn of(choosers: &'a mut Choosers, seed: u64, number: u64) -> Self {
        let Choosers { choosers, turns, reduction } = choosers;
        let turn = usize::try_from(number).unwrap_or(0) % turns.len();
        let (chooser, seed) = (&mut *choosers[turns[turn]], mix_seed(seed, number));
        let mut random = StdRng::seed_from_u64(seed);
        reduction.begin();
        chooser.begin(reduction, &mut random);
        Self { chooser, reduction, seed, random }
    }

    fn learn(self) {
        self.chooser.learn();
        self.reduction.learn();
    }
}

impl Strategy for Sample<'_> {
    fn restart(&mut self) {
        self.random = StdRng::seed_from_u64(self.seed);
        self.reduction.begin();
        self.chooser.begin(self.reduction, &mut self.random);
    }

    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        use rand::RngExt;
        if let Some(thread) = self.reduction.at_once(turn.kernel, turn.enabled) {
            return Some((thread, 0));
        }
        let candidates = waiters::candidates(turn.kernel, turn.enabled, &mut self.random);
        let place = self.chooser.choose(&Turn { enabled: &candidates, ..*turn }, &mut self.random);
        let (thread, alternatives) = candidates[place];
        self.chooser.chosen(thread, turn);
        self.reduction.chosen(turn.kernel, thread);
        let alternative = if alternatives > 1 { self.random.random_range(0..alternatives) } else { 0 };
        Some((thread, alternative))
    }

    fn stepped(&mut self, thread: ThreadId, pending: &Pending, _response: Response) {
        if let Operation::Spawn { child } = pending.operation {
            self.chooser.spawned(thread, child);
        }
    }
}
