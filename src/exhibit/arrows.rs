//! The arrows between steps of different threads: what hands on from the one to the other.

use std::collections::{HashMap, VecDeque};

use super::document::Arrow;
use super::order::{Ordered, synchronises};
use crate::trace::{Event, ObjectId, Operation, Response, ThreadId, Trace};

/// What of the trace so far may be the beginning of an arrow.
#[derive(Default)]
struct Ends {
    spawned: HashMap<ThreadId, usize>,
    ended: HashMap<ThreadId, usize>,
    unparked: HashMap<ThreadId, usize>,
    released: HashMap<ObjectId, usize>,
    arrived: HashMap<ObjectId, usize>,
    notified: HashMap<ObjectId, usize>,
    sent: HashMap<ObjectId, VecDeque<usize>>,
}

/// Returns the arrows of a trace, in the order of their ends.
pub(super) fn arrows(trace: &Trace, ordered: &[Ordered]) -> Vec<Arrow> {
    let mut ends = Ends::default();
    let mut arrows: Vec<Arrow> = Vec::new();
    for (to, event) in trace.events.iter().enumerate() {
        let mut add = |from: Option<usize>, kind: &'static str| {
            if let Some(from) = from.filter(|&from| trace.events[from].thread != event.thread) {
                arrows.push(Arrow { from, to, kind });
            }
        };
        add(ends.spawned.remove(&event.thread), "spawn");
        if let Some(Some(from)) = ordered[to].reads_from
            && synchronises(trace, from, to)
        {
            add(Some(from), "release");
        }
        ends.arrive(event, &mut add);
        ends.leave(to, event);
    }
    arrows
}

impl Ends {
    /// Adds the arrows that end at an event.
    fn arrive(&mut self, event: &Event, add: &mut dyn FnMut(Option<usize>, &'static str)) {
        let refused = matches!(event.response, Response::WouldBlock | Response::TimedOut | Response::Disconnected);
        match (event.operation, event.object) {
            (Operation::Join { thread } | Operation::AwaitFinish { thread }, _) => {
                add(self.ended.get(&thread).copied(), "join");
            }
            (Operation::Park { .. }, _) if !refused => add(self.unparked.remove(&event.thread), "unpark"),
            (Operation::Wake { mutex, .. }, Some(object)) => {
                if !refused && !matches!(event.response, Response::Late { .. }) {
                    add(self.notified.get(&object).copied(), "notify");
                }
                add(self.released.get(&mutex).copied(), "lock");
            }
            (_, Some(_)) if refused => {}
            (
                Operation::Lock
                | Operation::TryLock
                | Operation::Read
                | Operation::TryRead
                | Operation::Write
                | Operation::TryWrite,
                Some(object),
            ) => add(self.released.get(&object).copied(), "lock"),
            (Operation::Begin { .. } | Operation::IsCompleted, Some(object))
                if event.response != Response::Answer(false) =>
            {
                add(self.released.get(&object).copied(), "once");
            }
            (Operation::Leave, Some(object)) => add(self.arrived.get(&object).copied(), "barrier"),
            (Operation::Receive { .. } | Operation::TryReceive, Some(object)) => {
                add(self.sent.entry(object).or_default().pop_front(), "message");
            }
            _ => {}
        }
    }

    /// Notes what may be the beginning of an arrow.
    fn leave(&mut self, step: usize, event: &Event) {
        match (event.operation, event.object) {
            (Operation::Spawn { child }, _) => drop(self.spawned.insert(child, step)),
            (Operation::Exit | Operation::Finish, _) => drop(self.ended.insert(event.thread, step)),
            (Operation::Unpark { thread }, _) => drop(self.unparked.insert(thread, step)),
            (Operation::Wait { mutex, .. }, _) => drop(self.released.insert(mutex, step)),
            (Operation::Unlock { .. } | Operation::Unread, Some(object)) => drop(self.released.insert(object, step)),
            (Operation::NotifyOne | Operation::NotifyAll, Some(object)) => drop(self.notified.insert(object, step)),
            (Operation::Arrive, Some(object)) => drop(self.arrived.insert(object, step)),
            (Operation::Send | Operation::TrySend, Some(object)) if event.response == Response::Done => {
                self.sent.entry(object).or_default().push_back(step);
            }
            _ => {}
        }
    }
}
