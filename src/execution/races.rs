//! Data races: two accesses to an `UnsafeCell` that nothing orders, found in the trace of an
//! execution by vector clocks that honour the declared memory orderings. And uses of an object that nothing
//! orders before the end of its life, which is a write to it.
//!
//! That one access came first in this execution says nothing: only *happens before* orders them, as
//! C++20 defines it and Rust takes it over. A release store synchronises with an acquire load that
//! reads from it or from its release sequence (the read-modify-writes that follow it), and fences do the
//! same by way of relaxed accesses. The clocks are those of FastTrack's ancestors (Mattern 1989;
//! Flanagan and Freund, PLDI 2009).

mod ends;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::Ordering;

use super::operation::{Operation, Response};
use super::trace::{Event, ObjectId, ObjectKind, ThreadId, Trace};
use crate::failure::{Access, Failure};
pub(crate) use ends::Suspicion;
use ends::Use;

/// For each thread, how many of its events are known to have happened before.
#[derive(Clone, Debug, Default)]
struct Clock(Vec<u32>);

impl Clock {
    fn of(&self, thread: ThreadId) -> u32 {
        self.0.get(thread.index()).copied().unwrap_or(0)
    }

    fn advance(&mut self, thread: ThreadId) -> u32 {
        if self.0.len() <= thread.index() {
            self.0.resize(thread.index() + 1, 0);
        }
        self.0[thread.index()] += 1;
        self.0[thread.index()]
    }

    fn join(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own = (*own).max(*other);
        }
    }
}

/// What a thread knows.
#[derive(Clone, Debug, Default)]
struct Known {
    clock: Clock,
    /// What relaxed loads have read from: an acquire fence would make it known.
    before_acquire_fence: Clock,
    /// What was known at the last release fence: relaxed stores publish it.
    release_fence: Clock,
    /// What an unpark has left for the next park.
    token: Clock,
    /// What was known at the thread's end, and when its closure returned if thread-locals were dropped in between.
    end: Clock,
    finish: Option<Clock>,
}

/// What an object hands on from one thread to another.
#[derive(Clone, Debug, Default)]
struct Handed {
    /// By the store that an atomic's value is of; by those that held a lock exclusively.
    clock: Clock,
    /// By those that held a lock together.
    shared: Clock,
    /// By those that arrived in each round of a barrier, and the round that each thread is in, or the
    /// number of the message that it sent last.
    rounds: Vec<Clock>,
    arrived: u64,
    inside: HashMap<ThreadId, usize>,
    /// With each message of a channel, by each receipt to the sender for whom it made room, and by
    /// dropped ends.
    messages: VecDeque<Clock>,
    receipts: Vec<Clock>,
    sent: usize,
    receiver_gone: Clock,
    senders_gone: Clock,
    /// The accesses to a cell: when each began, and when it ended.
    accesses: Vec<Made>,
    /// The last use by each thread.
    uses: Vec<Use>,
}

/// What was found in an execution.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// The first data race, with the number of the event that is its second access.
    pub(crate) race: Option<(usize, Failure)>,
    /// The suspicions, in the order of the ends.
    pub(crate) suspicions: Vec<Suspicion>,
}

/// One access to a cell.
#[derive(Clone, Debug)]
struct Made {
    access: Access,
    /// The number of the event with which it ended; none as long as it goes on.
    end: Option<u32>,
}

/// Returns the first data race of an execution, and up to there what ended without being known to come
/// after all uses; the latter only if `is_suspect`.
pub(crate) fn find(trace: &Trace, is_suspect: bool) -> Found {
    let mut found = Found::default();
    if !is_suspect && !trace.objects.iter().any(|object| object.kind == ObjectKind::Cell) {
        return found;
    }
    let mut races = Races {
        trace,
        threads: vec![Known::default(); trace.threads.len()],
        objects: vec![Handed::default(); trace.objects.len()],
        arcs: HashMap::new(),
        is_suspect,
    };
    let mut asides = trace.asides.iter().peekable();
    for (index, event) in trace.events.iter().enumerate() {
        while let Some(aside) = asides.next_if(|aside| aside.events_before <= index) {
            races.aside(aside, &mut found.suspicions);
        }
        if let Some(race) = races.step(index, event) {
            found.race = Some((index, race));
            return found;
        }
    }
    for aside in asides {
        races.aside(aside, &mut found.suspicions);
    }
    found
}

struct Races<'a> {
    trace: &'a Trace,
    threads: Vec<Known>,
    objects: Vec<Handed>,
    /// What the drops of `Arc`s hand on to the last, where they are no steps.
    arcs: HashMap<u32, Clock>,
    /// Whether uses are noted.
    is_suspect: bool,
}

fn acquires(order: Ordering) -> bool {
    matches!(order, Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
}

fn releases(order: Ordering) -> bool {
    matches!(order, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
}

impl Races<'_> {
    fn step(&mut self, index: usize, event: &Event) -> Option<Failure> {
        let me = event.thread.index();
        let now = self.threads[me].clock.advance(event.thread);
        if self.is_suspect {
            self.note_use(event, index, now);
        }
        match (event.operation, event.object) {
            (Operation::Spawn { child }, _) => self.threads[child.index()].clock = self.threads[me].clock.clone(),
            (Operation::Exit, _) => self.threads[me].end = self.threads[me].clock.clone(),
            (Operation::Finish, _) => self.threads[me].finish = Some(self.threads[me].clock.clone()),
            (Operation::AwaitFinish { thread }, _) => {
                let other = &self.threads[thread.index()];
                let finish = other.finish.as_ref().unwrap_or(&other.end).clone();
                self.threads[me].clock.join(&finish);
            }
            (Operation::Join { thread }, _) => {
                let end = self.threads[thread.index()].end.clone();
                self.threads[me].clock.join(&end);
            }
            (Operation::Unpark { thread }, _) => {
                let clock = self.threads[me].clock.clone();
                self.threads[thread.index()].token.join(&clock);
            }
            (Operation::Park { .. }, _) if event.response == Response::Done => {
                let token = std::mem::take(&mut self.threads[me].token);
                self.threads[me].clock.join(&token);
            }
            (Operation::Fence { order }, _) => {
                let known = &mut self.threads[me];
                if acquires(order) {
                    let read = known.before_acquire_fence.clone();
                    known.clock.join(&read);
                }
                if releases(order) {
                    known.release_fence = known.clock.clone();
                }
            }
            (operation, Some(object)) => match self.trace.objects[object.index()].kind {
                ObjectKind::Cell => return self.access(event, object, now),
                ObjectKind::Arc => self.count(me, object, operation, event.response),
                ObjectKind::Atomic(_) => self.atomic(me, object, operation, event.response),
                _ => self.hand_over(event, object),
            },
            _ => {}
        }
        None
    }

    fn read(&mut self, me: usize, object: ObjectId, order: Ordering) {
        let store = &self.objects[object.index()].clock;
        let known = &mut self.threads[me];
        if acquires(order) {
            known.clock.join(store);
        }
        known.before_acquire_fence.join(store);
    }

    fn published(&self, me: usize, order: Ordering) -> Clock {
        let known = &self.threads[me];
        if releases(order) { known.clock.clone() } else { known.release_fence.clone() }
    }

    fn atomic(&mut self, me: usize, object: ObjectId, operation: Operation, response: Response) {
        match operation {
            Operation::Load { order } => self.read(me, object, order),
            Operation::Store { order, .. } => self.objects[object.index()].clock = self.published(me, order),
            Operation::CompareExchange { failure, .. } if matches!(response, Response::Mismatch(_)) => {
                self.read(me, object, failure);
            }
            Operation::Update { order, .. } | Operation::CompareExchange { success: order, .. } => {
                self.read(me, object, order);
                // It continues the release sequence, whatever its own ordering.
                let published = self.published(me, order);
                self.objects[object.index()].clock.join(&published);
            }
            _ => {}
        }
    }

    /// Hands on what is known through a lock, a barrier, a one-time initialisation or a channel.
    fn hand_over(&mut self, event: &Event, object: ObjectId) {
        let me = event.thread.index();
        let clock = &mut self.threads[me].clock;
        let handed = &mut self.objects[object.index()];
        match (event.operation, event.response) {
            (_, Response::WouldBlock | Response::TimedOut) => {}
            // The condition variable hands on nothing itself, the mutex does.
            (Operation::Wait { mutex, .. }, _) => self.objects[mutex.index()].clock.join(clock),
            (Operation::Wake { mutex, .. }, _) => clock.join(&self.objects[mutex.index()].clock),
            (Operation::Lock | Operation::TryLock | Operation::Read | Operation::TryRead, _) => {
                clock.join(&handed.clock);
            }
            (Operation::Write | Operation::TryWrite, _) => {
                clock.join(&handed.clock);
                clock.join(&handed.shared);
            }
            (Operation::Unread, _) => handed.shared.join(clock),
            (Operation::Unlock { .. }, _) => handed.clock.join(clock),
            (Operation::Begin { .. } | Operation::IsCompleted, response) if response != Response::Answer(false) => {
                clock.join(&handed.clock);
            }
            (Operation::Arrive, _) => {
                let size = self.trace.objects[object.index()].initial.unwrap_or(1).max(1);
                let round = usize::try_from(handed.arrived / size).expect("fewer rounds than events");
                handed.arrived += 1;
                handed.rounds.resize(handed.rounds.len().max(round + 1), Clock::default());
                handed.rounds[round].join(clock);
                handed.inside.insert(event.thread, round);
            }
            (Operation::Leave, _) => {
                if let Some(round) = handed.inside.remove(&event.thread) {
                    clock.join(&handed.rounds[round]);
                }
            }
            (Operation::Send | Operation::TrySend | Operation::Handover, Response::Disconnected) => {
                clock.join(&handed.receiver_gone);
            }
            (Operation::Receive { .. } | Operation::TryReceive, Response::Disconnected) => {
                clock.join(&handed.senders_gone);
            }
            (Operation::Send | Operation::TrySend, _) => {
                // An unbounded channel never makes a sender wait, and tells it nothing.
                let capacity = self.trace.objects[object.index()].initial.and_then(|size| usize::try_from(size).ok());
                let room = capacity.and_then(|capacity| handed.sent.checked_sub(capacity));
                if let Some(receipt) = room.and_then(|room| handed.receipts.get(room)) {
                    clock.join(receipt);
                }
                handed.inside.insert(event.thread, handed.sent);
                handed.sent += 1;
                handed.messages.push_back(clock.clone());
            }
            (Operation::Handover, _) => {
                let sent = handed.inside.get(&event.thread);
                if let Some(receipt) = sent.and_then(|&sent| handed.receipts.get(sent)) {
                    clock.join(receipt);
                }
            }
            (Operation::Receive { .. } | Operation::TryReceive, _) => {
                if let Some(message) = handed.messages.pop_front() {
                    clock.join(&message);
                }
                handed.receipts.push(clock.clone());
            }
            (Operation::DropSender, _) => handed.senders_gone.join(clock),
            (Operation::DropReceiver, _) => handed.receiver_gone.join(clock),
            _ => {}
        }
    }

    fn access(&mut self, event: &Event, object: ObjectId, now: u32) -> Option<Failure> {
        let clock = &self.threads[event.thread.index()].clock;
        let accesses = &mut self.objects[object.index()].accesses;
        let exclusive = matches!(event.operation, Operation::CellWrite | Operation::CellWriteEnd);
        if matches!(event.operation, Operation::CellReadEnd | Operation::CellWriteEnd) {
            let open = accesses.iter_mut().rev().find(|made| {
                made.access.thread == event.thread && made.access.exclusive == exclusive && made.end.is_none()
            });
            if let Some(open) = open {
                open.end = Some(now);
            }
            return None;
        }
        let second = Access { thread: event.thread, exclusive, location: event.location };
        let unordered = |made: &&Made| {
            let ordered = made.end.is_some_and(|end| clock.of(made.access.thread) >= end);
            (made.access.exclusive || exclusive) && !ordered
        };
        if let Some(first) = accesses.iter().find(unordered) {
            return Some(Failure::DataRace { object, first: first.access.clone(), second });
        }
        // What this access comes after, later ones that come after this one do too.
        if exclusive {
            accesses.clear();
        } else {
            accesses.retain(|made| made.access.thread != event.thread || made.end.is_none() || made.access.exclusive);
        }
        accesses.push(Made { access: second, end: None });
        None
    }
}
