//! The state of every object after each step, and which threads could go on, computed from the trace.

use std::collections::{BTreeSet, VecDeque};

use super::document::StateView;
use crate::failure::Blocked;
use crate::render::{Names, atomic_value};
use crate::trace::{Event, ObjectId, ObjectKind, ObjectRecord, Operation, Response, ThreadId, Trace};

/// What a thread is about to do: its next step, or that in which it is stuck.
type Pending = (Operation, Option<ObjectId>);

/// One object.
#[derive(Clone, Debug)]
struct Live {
    kind: ObjectKind,
    size: Option<u64>,
    value: u64,
    holders: Vec<ThreadId>,
    is_shared: bool,
    is_poisoned: bool,
    is_done: bool,
    items: VecDeque<usize>,
    sleepers: Vec<ThreadId>,
    notified: usize,
    arrived: u64,
    inside: Vec<(ThreadId, u64)>,
    is_receiver_gone: bool,
    senders: i64,
}

/// All objects and threads of an execution, as far as it has come.
pub(super) struct Machine<'a> {
    names: &'a Names,
    objects: Vec<Live>,
    /// What each thread has yet to do, with the places of its steps.
    pending: Vec<VecDeque<Pending>>,
    begun: Vec<bool>,
    ended: Vec<bool>,
    returned: Vec<bool>,
    tokens: Vec<bool>,
}

impl Live {
    fn of(record: &ObjectRecord) -> Self {
        let value = if matches!(record.kind, ObjectKind::Atomic(_)) { record.initial.unwrap_or(0) } else { 0 };
        Self {
            kind: record.kind,
            size: record.initial,
            value,
            holders: Vec::new(),
            is_shared: false,
            is_poisoned: false,
            is_done: false,
            items: VecDeque::new(),
            sleepers: Vec::new(),
            notified: 0,
            arrived: 0,
            inside: Vec::new(),
            is_receiver_gone: false,
            senders: 1,
        }
    }

    fn is_free(&self) -> bool {
        self.holders.is_empty()
    }

    fn round(&self) -> u64 {
        self.arrived / self.size.unwrap_or(1).max(1)
    }

    /// Returns whether an operation on it needs no waiting.
    fn is_possible(&self, thread: ThreadId, operation: Operation) -> bool {
        match operation {
            Operation::Lock | Operation::Write => self.is_free(),
            Operation::Read => self.is_free() || self.is_shared,
            Operation::Begin { .. } => self.is_free(),
            Operation::Leave => self.inside.iter().all(|&(other, round)| other != thread || round < self.round()),
            Operation::Wake { timed, .. } => timed || self.notified > 0 || !self.sleepers.contains(&thread),
            Operation::Receive { timed } => timed || !self.items.is_empty() || self.senders <= 0,
            Operation::Send => {
                let room = self.size.is_none_or(|size| (self.items.len() as u64) < size.max(1));
                room || self.is_receiver_gone
            }
            _ => true,
        }
    }
}

impl<'a> Machine<'a> {
    /// Returns the objects before the first step of a trace, after which the threads that have not ended are about to do that.
    pub(super) fn new(trace: &Trace, names: &'a Names, about_to: &[Blocked]) -> Self {
        let count = trace.threads.len();
        let mut pending = vec![VecDeque::new(); count];
        for event in &trace.events {
            pending[event.thread.index()].push_back((event.operation, event.object));
        }
        for Blocked { thread, operation, object, .. } in about_to {
            if let Some(queue) = pending.get_mut(thread.index()) {
                queue.push_back((*operation, *object));
            }
        }
        let mut begun = vec![false; count];
        if let Some(main) = begun.first_mut() {
            *main = true;
        }
        let (ended, returned, tokens) = (vec![false; count], vec![false; count], vec![false; count]);
        Self { names, objects: trace.objects.iter().map(Live::of).collect(), pending, begun, ended, returned, tokens }
    }

    fn is_possible(&self, thread: ThreadId, (operation, object): Pending) -> bool {
        let is = |list: &[bool], thread: ThreadId| list.get(thread.index()).copied().unwrap_or(false);
        match operation {
            Operation::Join { thread } => is(&self.ended, thread),
            Operation::AwaitFinish { thread } => is(&self.returned, thread) || is(&self.ended, thread),
            Operation::Park { timed } => timed || is(&self.tokens, thread),
            Operation::Wake { mutex, .. } => {
                let is_free = self.objects.get(mutex.index()).is_none_or(Live::is_free);
                is_free && self.object(object).is_none_or(|live| live.is_possible(thread, operation))
            }
            _ => self.object(object).is_none_or(|live| live.is_possible(thread, operation)),
        }
    }

    fn object(&self, object: Option<ObjectId>) -> Option<&Live> {
        self.objects.get(object?.index())
    }

    /// Returns the threads that could take their next step now.
    pub(super) fn enabled(&self) -> Vec<usize> {
        let can = |&index: &usize| {
            let thread = ThreadId(u32::try_from(index).unwrap_or(u32::MAX));
            self.begun[index] && self.pending[index].front().is_some_and(|&next| self.is_possible(thread, next))
        };
        (0..self.pending.len()).filter(can).collect()
    }

    /// Returns the threads that wait for an object.
    fn waiting(&self, object: usize) -> Vec<usize> {
        let waits = |&index: &usize| {
            let thread = ThreadId(u32::try_from(index).unwrap_or(u32::MAX));
            let Some(&next) = self.pending[index].front() else { return false };
            let is_about_it = next.1.is_some_and(|other| other.index() == object);
            self.begun[index] && is_about_it && !self.is_possible(thread, next)
        };
        (0..self.pending.len()).filter(waits).collect()
    }

    /// Returns the state of an object.
    pub(super) fn view(&self, object: usize) -> StateView {
        let live = &self.objects[object];
        let value = match live.kind {
            ObjectKind::Atomic(kind) => Some(atomic_value(kind, live.value)),
            _ => None,
        };
        let holders: Vec<usize> = live.holders.iter().map(|thread| thread.index()).collect();
        let mut waiting = self.waiting(object);
        waiting.extend(live.sleepers.iter().map(|thread| thread.index()));
        waiting.sort_unstable();
        waiting.dedup();
        let items = live.items.iter().copied().collect();
        let words = self.words(live, &waiting, value.as_deref());
        StateView { object, words, value, holders, waiting, items }
    }

    fn words(&self, live: &Live, waiting: &[usize], value: Option<&str>) -> String {
        let named = |threads: &mut dyn Iterator<Item = ThreadId>| {
            threads.map(|thread| self.names.thread(thread).into_owned()).collect::<Vec<_>>().join(", ")
        };
        let held = named(&mut live.holders.iter().copied());
        let mut words = match live.kind {
            ObjectKind::Atomic(_) => value.unwrap_or_default().to_owned(),
            ObjectKind::Cell if held.is_empty() => "not in use".to_owned(),
            ObjectKind::Cell => format!("in use by {held}"),
            ObjectKind::Mutex | ObjectKind::RwLock if held.is_empty() => "free".to_owned(),
            ObjectKind::RwLock if live.is_shared => format!("read by {held}"),
            ObjectKind::Mutex | ObjectKind::RwLock => format!("held by {held}"),
            ObjectKind::Once | ObjectKind::OnceLock | ObjectKind::LazyLock => match (live.is_done, held.is_empty()) {
                (true, _) => "initialised".to_owned(),
                (false, true) => "not initialised".to_owned(),
                (false, false) => format!("being initialised by {held}"),
            },
            ObjectKind::Channel => format!("{} in it", live.items.len()),
            ObjectKind::Barrier => {
                let size = live.size.unwrap_or(1).max(1);
                format!("{} of {size} have arrived", live.arrived % size)
            }
            ObjectKind::Condvar if waiting.is_empty() => "nobody waits".to_owned(),
            ObjectKind::Condvar | ObjectKind::Arc => String::new(),
        };
        if live.is_poisoned {
            words += ", poisoned";
        }
        if live.is_receiver_gone {
            words += ", receiver gone";
        }
        if !waiting.is_empty() {
            let waiting = named(&mut waiting.iter().map(|&index| ThreadId(u32::try_from(index).unwrap_or(u32::MAX))));
            let comma = if words.is_empty() { "" } else { "; " };
            words += &format!("{comma}{waiting} waits")
                .replace("waits", if waiting.contains(", ") { "wait" } else { "waits" });
        }
        words
    }

    /// Lets an event take effect, and returns the objects whose states it changed.
    pub(super) fn step(&mut self, index: usize, event: &Event) -> Vec<usize> {
        let before: Vec<StateView> = self.touched(event).into_iter().map(|object| self.view(object)).collect();
        self.pending[event.thread.index()].pop_front();
        self.apply(index, event);
        let mut touched: BTreeSet<usize> = self.touched(event).into_iter().collect();
        touched.retain(|&object| before.iter().all(|old| old.object != object || *old != self.view(object)));
        touched.into_iter().collect()
    }

    /// Returns the objects that an event, or what its thread does next, may change.
    fn touched(&self, event: &Event) -> Vec<usize> {
        let mutex = match event.operation {
            Operation::Wait { mutex, .. } | Operation::Wake { mutex, .. } => Some(mutex),
            _ => None,
        };
        let next = self.pending[event.thread.index()].iter().take(2).filter_map(|&(_, object)| object);
        let all = event.object.into_iter().chain(mutex).chain(next);
        let places: BTreeSet<usize> = all.map(ObjectId::index).filter(|&place| place < self.objects.len()).collect();
        places.into_iter().collect()
    }

    fn apply(&mut self, index: usize, event: &Event) {
        let thread = event.thread;
        let set = |list: &mut Vec<bool>, thread: ThreadId, value: bool| {
            if let Some(entry) = list.get_mut(thread.index()) {
                *entry = value;
            }
        };
        match event.operation {
            Operation::Spawn { child } => set(&mut self.begun, child, true),
            Operation::Exit => set(&mut self.ended, thread, true),
            Operation::Finish => set(&mut self.returned, thread, true),
            Operation::Unpark { thread: other } => set(&mut self.tokens, other, true),
            Operation::Park { .. } => set(&mut self.tokens, thread, false),
            Operation::Wait { mutex, .. } => {
                if let Some(lock) = self.objects.get_mut(mutex.index()) {
                    lock.holders.clear();
                }
            }
            Operation::Wake { mutex, .. } => {
                if let Some(lock) = self.objects.get_mut(mutex.index()) {
                    lock.holders = vec![thread];
                }
            }
            _ => {}
        }
        if let Some(live) = event.object.and_then(|object| self.objects.get_mut(object.index())) {
            live.apply(index, event);
        }
    }
}

impl Live {
    fn apply(&mut self, index: usize, event: &Event) {
        let thread = event.thread;
        if let ObjectKind::Atomic(kind) = self.kind {
            self.value = event.stored(kind).unwrap_or(self.value);
        }
        let refused = matches!(event.response, Response::WouldBlock | Response::TimedOut | Response::Disconnected);
        match event.operation {
            Operation::Wait { .. } => self.sleepers.push(thread),
            Operation::Wake { .. } => {
                self.sleepers.retain(|&other| other != thread);
                self.notified = self.notified.saturating_sub(1).min(self.sleepers.len());
            }
            Operation::NotifyOne => self.notified = (self.notified + 1).min(self.sleepers.len()),
            Operation::NotifyAll => self.notified = self.sleepers.len(),
            Operation::DropSender => self.senders -= 1,
            Operation::CloneSender => self.senders += 1,
            Operation::DropReceiver => self.is_receiver_gone = true,
            _ if refused => {}
            Operation::Lock | Operation::TryLock | Operation::Write | Operation::TryWrite | Operation::CellWrite => {
                (self.holders, self.is_shared) = (vec![thread], false);
            }
            Operation::Read | Operation::TryRead | Operation::CellRead => {
                self.holders.push(thread);
                self.is_shared = true;
            }
            Operation::Unread | Operation::CellReadEnd | Operation::CellWriteEnd => self.release(thread),
            Operation::Unlock { poison } => {
                self.release(thread);
                self.is_poisoned |= poison;
                self.is_done = !poison;
            }
            Operation::ClearPoison => self.is_poisoned = false,
            Operation::Begin { .. } if matches!(event.response, Response::Initialise { .. }) => {
                self.holders = vec![thread];
            }
            Operation::Arrive => {
                self.inside.push((thread, self.round()));
                self.arrived += 1;
            }
            Operation::Leave => self.inside.retain(|&(other, _)| other != thread),
            Operation::Send | Operation::TrySend => self.items.push_back(index),
            Operation::Receive { .. } | Operation::TryReceive => drop(self.items.pop_front()),
            _ => {}
        }
    }

    fn release(&mut self, thread: ThreadId) {
        if let Some(place) = self.holders.iter().position(|&other| other == thread) {
            self.holders.remove(place);
        }
        self.is_shared &= !self.holders.is_empty();
    }
}
