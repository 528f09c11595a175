//! The parts of an object take turns: each is searched for a while, and those that are not decided then for twice
//! as long, and so on. So a violation that is easy to see is found soon, however hard the other parts are.
//!
//! What is found does not depend on the number of cores: a round ends when each part has had its turn, what a part
//! may spend in it is settled before it begins, and of several violations the one of the first part is reported.
//! The parts share the memory. Where it does not suffice for all at once, they are searched one after another
//! from then on, each with all of it.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::frontier::RealTime;
use super::search::{Allowance, Found, Search};
use super::{Bound, Limits, Linearizability, explain};
use crate::history::History;
use crate::spec::SequentialSpec;

/// How turns are taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turns {
    /// How many configurations the first turn of each part is.
    pub(super) first: u64,
    /// On how many OS threads; none for as many as there are cores.
    pub(super) workers: Option<usize>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { first: 1_000, workers: None }
    }
}

/// The shortest turns, in configurations, for which it is worth starting threads.
const TURN_ON_THREADS_MIN: u64 = 4_000;

/// One part.
struct Part<'a, S: SequentialSpec> {
    /// The places of its operations in the whole history.
    places: Vec<usize>,
    /// None before its first turn, and when it is decided or given up.
    search: Option<Search<'a, S, RealTime>>,
    /// What its last turn found.
    found: Option<Found>,
}

impl<'a, S: SequentialSpec> Part<'a, S> {
    /// Returns whether there is something to search yet.
    fn is_open(&self) -> bool {
        self.search.is_some() || self.found.is_none()
    }

    fn begin(&mut self, spec: &'a S, history: &History<S::Operation, S::Result>) {
        self.search.get_or_insert_with(|| {
            let part = history.only(&self.places);
            let frontier = RealTime::of(&part);
            Search::new(spec, part, frontier)
        });
    }

    fn configurations(&self) -> u64 {
        self.search.as_ref().map_or(0, Search::configurations)
    }

    fn bytes(&self) -> usize {
        self.search.as_ref().map_or(0, Search::bytes)
    }

    fn has_spent(&self, bound: Bound) -> bool {
        self.found == Some(Found::Spent(bound))
    }
}

/// A turn of a part.
struct Turn<'t, 'a, S: SequentialSpec> {
    part: &'t mut Part<'a, S>,
    allowance: Allowance,
    /// How many configurations were met in it.
    met: u64,
}

impl<S: SequentialSpec> Turn<'_, '_, S> {
    /// Searches on; returns whether the part is seen to be wrong.
    fn take(&mut self) -> bool {
        let search = self.part.search.as_mut().expect("a part that has begun");
        let before = search.configurations();
        let found = search.run(&self.allowance);
        self.met = search.configurations() - before;
        if matches!(found, Found::Order(_)) {
            self.part.search = None;
        }
        self.part.found.insert(found) == &Found::Nothing
    }
}

/// Searches the parts, given by the places of their operations; returns an order for each, or else the verdict.
pub(super) fn take<S: SequentialSpec>(
    spec: &S,
    history: &History<S::Operation, S::Result>,
    parts: Vec<Vec<usize>>,
    limits: &Limits,
    turns: &Turns,
) -> Result<Vec<Vec<usize>>, Linearizability> {
    let part = |places| Part { places, search: None, found: None };
    let mut parts: Vec<Part<'_, S>> = parts.into_iter().map(part).collect();
    let (mut length, mut configurations, mut is_one_by_one) = (turns.first, 0, false);
    let inconclusive = |configurations, bound| Err(Linearizability::Inconclusive { configurations, bound });
    loop {
        let mut open: Vec<&mut Part<'_, S>> = parts.iter_mut().filter(|part| part.is_open()).collect();
        open.truncate(if is_one_by_one { 1 } else { usize::MAX });
        let (left, is_alone) = (limits.configurations.saturating_sub(configurations), open.len() == 1);
        match (open.is_empty(), left) {
            (true, _) => break,
            (false, 0) => return inconclusive(configurations, Bound::Configurations),
            (false, _) => {}
        }
        let mut round = settle(open, left, length, limits);
        let is_long = length >= TURN_ON_THREADS_MIN && round.len() > 1;
        // To find out how many cores there are takes longer than a short turn.
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        let workers = if is_long { turns.workers.unwrap_or_else(cores) } else { 1 };
        let wrong = run(spec, history, &mut round, workers);
        configurations += round.iter().map(|turn| turn.met).sum::<u64>();
        if let Some(wrong) = wrong {
            let search = round[wrong].part.search.take().expect("what has just been searched");
            let places = std::mem::take(&mut round[wrong].part.places);
            // What the other parts remember makes room for the explanation.
            drop(round);
            drop(parts);
            let explanation = explain::of_real_time(search, &limits.all()).in_whole(&places);
            return Err(Linearizability::NotLinearizable(Box::new(explanation)));
        }
        if round.iter().any(|turn| turn.part.has_spent(Bound::Time)) {
            return inconclusive(configurations, Bound::Time);
        }
        if round.iter().all(|turn| turn.part.has_spent(Bound::Memory)) {
            for turn in &mut round {
                // One that had all of the memory is given up, the others begin anew when it is their turn.
                turn.part.search = None;
                turn.part.found = turn.part.found.take().filter(|_| is_alone);
            }
            is_one_by_one = true;
        }
        length = length.saturating_mul(2);
    }
    if parts.iter().any(|part| part.has_spent(Bound::Memory)) {
        return inconclusive(configurations, Bound::Memory);
    }
    let order = |part: Part<'_, S>| match part.found {
        Some(Found::Order(order)) => order.into_iter().map(|place| part.places[place]).collect(),
        other => unreachable!("a part that is decided and not wrong has an order: {other:?}"),
    };
    Ok(parts.into_iter().map(order).collect())
}

/// Settles what each part may spend in a round, of which turns are so long and in which so many configurations are
/// left.
fn settle<'t, 'a, S: SequentialSpec>(
    open: Vec<&'t mut Part<'a, S>>,
    left: u64,
    length: u64,
    limits: &Limits,
) -> Vec<Turn<'t, 'a, S>> {
    let count = open.len() as u64;
    let held: usize = open.iter().map(|part| part.bytes()).sum();
    let more_bytes = limits.bytes.saturating_sub(held) / open.len();
    let turn = |(place, part): (u64, &'t mut Part<'a, S>)| {
        let more = length.min(left / count + u64::from(place < left % count));
        let configurations = part.configurations().saturating_add(more);
        let bytes = part.bytes().saturating_add(more_bytes);
        let turn = Turn { part, allowance: Allowance { configurations, bytes, until: limits.until }, met: 0 };
        (more > 0).then_some(turn)
    };
    (0..).zip(open).filter_map(turn).collect()
}

/// Lets each part take its turn; returns the place of the first that is seen to be wrong, after which no other
/// needs one.
fn run<'a, S: SequentialSpec>(
    spec: &'a S,
    history: &History<S::Operation, S::Result>,
    round: &mut [Turn<'_, 'a, S>],
    workers: usize,
) -> Option<usize> {
    if workers.min(round.len()) == 1 {
        return round.iter_mut().position(|turn| {
            turn.part.begin(spec, history);
            turn.take()
        });
    }
    round.iter_mut().for_each(|turn| turn.part.begin(spec, history));
    let helpers = workers.min(round.len()) - 1;
    let (first_wrong, turns) = (AtomicUsize::new(usize::MAX), Mutex::new(round.iter_mut().enumerate()));
    let work = || {
        loop {
            let next = turns.lock().unwrap_or_else(PoisonError::into_inner).next();
            match next {
                Some((place, turn)) if place < first_wrong.load(Ordering::Relaxed) => {
                    if turn.take() {
                        first_wrong.fetch_min(place, Ordering::Relaxed);
                    }
                }
                _ => return,
            }
        }
    };
    thread::scope(|scope| {
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(work)).collect();
        work();
        for helper in helpers {
            helper.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
    Some(first_wrong.into_inner()).filter(|&place| place != usize::MAX)
}
