//! *Happens before*, as C++20 defines it and Rust takes it over, by vector clocks: what each thread knows
//! of the others after every event, by spawn and join, and by what objects hand on from one thread to another.
//!
//! A release store synchronises with an acquire load that reads from it or from its release sequence (the
//! read-modify-writes that follow it), and fences do the same by way of relaxed accesses. Which store a load reads
//! from is not known here: who keeps the stores keeps with each what it hands on.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::Ordering;

use super::clock::Clock;
use crate::trace::{ObjectId, ObjectKind, Operation, Response, ThreadId};

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
    /// By those that held a lock exclusively, or dropped a `Weak`.
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
}

/// An event, as far as what it orders is concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occurrence {
    pub(crate) thread: ThreadId,
    pub(crate) object: Option<ObjectId>,
    /// The kind of the object, and its initial value, capacity or size, if it has one.
    pub(crate) kind: Option<(ObjectKind, Option<u64>)>,
    pub(crate) operation: Operation,
    pub(crate) response: Response,
}

/// What every thread knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct HappensBefore {
    threads: Vec<Known>,
    objects: Vec<Handed>,
    /// What the drops of `Arc`s hand on to the last, where they are no steps.
    arcs: HashMap<u32, Clock>,
}

/// Returns whether a read with this ordering acquires.
pub(crate) fn acquires(order: Ordering) -> bool {
    matches!(order, Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
}

/// Returns whether a write with this ordering releases.
pub(crate) fn releases(order: Ordering) -> bool {
    matches!(order, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
}

impl HappensBefore {
    /// Goes back to before the first event.
    pub(crate) fn restart(&mut self) {
        self.threads.clear();
        self.objects.clear();
        self.arcs.clear();
    }

    /// Returns what a thread knows.
    pub(crate) fn known(&self, thread: ThreadId) -> &Clock {
        const NOTHING: &Clock = &Clock::new();
        self.threads.get(thread.index()).map_or(NOTHING, |known| &known.clock)
    }

    fn thread(&mut self, thread: ThreadId) -> &mut Known {
        if self.threads.len() <= thread.index() {
            self.threads.resize(thread.index() + 1, Known::default());
        }
        &mut self.threads[thread.index()]
    }

    fn object(&mut self, object: ObjectId) -> &mut Handed {
        if self.objects.len() <= object.index() {
            self.objects.resize(object.index() + 1, Handed::default());
        }
        &mut self.objects[object.index()]
    }

    /// Begins an event of `thread`; returns its number among those of the thread, counted from 1.
    pub(crate) fn advance(&mut self, thread: ThreadId) -> u32 {
        self.thread(thread).clock.advance(thread)
    }

    /// Lets an event that has begun, and that is none of an atomic, hand on and take over what it does.
    pub(crate) fn step(&mut self, event: Occurrence) {
        let me = event.thread;
        match (event.operation, event.object) {
            (Operation::Spawn { child }, _) => self.thread(child).clock = self.thread(me).clock.clone(),
            (Operation::Exit, _) => self.thread(me).end = self.thread(me).clock.clone(),
            (Operation::Finish, _) => self.thread(me).finish = Some(self.thread(me).clock.clone()),
            (Operation::AwaitFinish { thread }, _) => {
                let other = self.thread(thread);
                let finish = other.finish.as_ref().unwrap_or(&other.end).clone();
                self.thread(me).clock.join(&finish);
            }
            (Operation::Join { thread }, _) => {
                let end = self.thread(thread).end.clone();
                self.thread(me).clock.join(&end);
            }
            (Operation::Unpark { thread }, _) => {
                let clock = self.thread(me).clock.clone();
                self.thread(thread).token.join(&clock);
            }
            (Operation::Park { .. }, _) if event.response == Response::Done => {
                let token = std::mem::take(&mut self.thread(me).token);
                self.thread(me).clock.join(&token);
            }
            (Operation::Fence { order }, _) => self.fence(me, order),
            (operation, Some(object)) => match event.kind {
                Some((ObjectKind::Cell | ObjectKind::Atomic(_), _)) | None => {}
                Some((ObjectKind::Arc, code)) => self.count(me, object, operation, event.response, code),
                Some((_, size)) => self.hand_over(event, object, size),
            },
            _ => {}
        }
    }

    fn fence(&mut self, me: ThreadId, order: Ordering) {
        let known = self.thread(me);
        if acquires(order) {
            let read = known.before_acquire_fence.clone();
            known.clock.join(&read);
        }
        if releases(order) {
            known.release_fence = known.clock.clone();
        }
    }

    /// Lets a thread read from a store that hands on `handed`.
    pub(crate) fn read(&mut self, me: ThreadId, order: Ordering, handed: &Clock) {
        let known = self.thread(me);
        if acquires(order) {
            known.clock.join(handed);
        }
        known.before_acquire_fence.join(handed);
    }

    /// Returns what a store of `me` with this ordering hands on; a read-modify-write hands on what the store that it
    /// reads from does as well.
    pub(crate) fn published(&mut self, me: ThreadId, order: Ordering) -> Clock {
        let known = self.thread(me);
        if releases(order) { known.clock.clone() } else { known.release_fence.clone() }
    }

    /// Notes a drop of an `Arc` that is no step.
    pub(crate) fn drop_arc(&mut self, thread: ThreadId, arc: u32, is_last: bool) {
        let clock = &mut self.thread(thread).clock.clone();
        let released = self.arcs.entry(arc).or_default();
        released.join(clock);
        if is_last {
            let released = released.clone();
            self.thread(thread).clock.join(&released);
        }
    }

    /// Hands on what is known through a lock, a barrier, a one-time initialisation or a channel.
    fn hand_over(&mut self, event: Occurrence, object: ObjectId, size: Option<u64>) {
        if let Operation::Wait { mutex, .. } | Operation::Wake { mutex, .. } = event.operation {
            self.object(mutex);
        }
        self.object(object);
        let clock = &mut self.threads[event.thread.index()].clock;
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
                let size = size.unwrap_or(1).max(1);
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
                let capacity = size.and_then(|size| usize::try_from(size).ok());
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

    /// Hands on what is known by the counts of an `Arc`: drops release, which asides tell of, and who finds that
    /// there is no other, or makes an `Arc` of a `Weak`, acquires.
    fn count(&mut self, me: ThreadId, object: ObjectId, operation: Operation, response: Response, code: Option<u64>) {
        self.object(object);
        let clock = &mut self.threads[me.index()].clock;
        if operation == Operation::DropWeak {
            self.objects[object.index()].clock.join(clock);
        }
        if response != Response::Answer(true) {
            return;
        }
        let number = code.and_then(|code| u32::try_from(code / 2).ok());
        if let Some(dropped) = number.and_then(|number| self.arcs.get(&number)) {
            clock.join(dropped);
        }
        if operation == Operation::IsUnique {
            clock.join(&self.objects[object.index()].clock);
        }
    }
}
