//! A queue that outlives its master: each change of it is data, and kept elsewhere before anybody is told of it. A master that
//! was killed begins again from what was kept: with the same tasks, the same leases, and the same results.
//!
//! Where it is kept is the business of who calls: a list in the scenarios, a database in `selvedge master --state`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::config::Effect;
use super::held::{Item, Lease, Leases, Seen};
use super::queue::{Client, Number, Queue, Ticket};
use super::server::Server;
use super::wire::value::Value;

/// Who has an item on a lease of an earlier master: no connection of this one.
const NOBODY: Client = Client::MAX;

/// A change of a queue.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// An item was put.
    Put(Kept),
    /// An item is on a lease, and was handed out so often by now.
    Leased {
        /// The item.
        number: Number,
        /// How often it was handed out on a lease.
        deliveries: usize,
        /// What the lease is known by.
        ticket: Ticket,
        /// How long it lasts.
        time: Duration,
    },
    /// A lease is over, and the item can be taken again.
    Returned(Number),
    /// An item was handed out too often.
    GivenUp(Number),
    /// An item is no longer the queue's.
    Removed(Number),
    /// All items were thrown away.
    Cleared,
}

/// Where an item of a queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It can be taken.
    Line,
    /// Somebody has it for so long.
    Lease {
        /// What the lease is known by.
        ticket: Ticket,
        /// How long it lasts.
        time: Duration,
    },
    /// It was handed out too often.
    GivenUp,
}

/// An item as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// What it is known by.
    pub number: Number,
    /// The item.
    pub value: Value,
    /// The task that it is the result of, if that was said.
    pub task: Option<Number>,
    /// Whether the master itself has put it.
    pub is_own: bool,
    /// How often it was handed out on a lease.
    pub deliveries: usize,
    /// Where it is.
    pub place: Place,
}

/// What a queue counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// The number of the item that was put last.
    pub last: Number,
    /// The number before that of the first task.
    pub before_run: Number,
    /// What the last lease is known by.
    pub last_ticket: Ticket,
    /// How many items were put and not dealt with.
    pub unfinished: usize,
    /// How many items of the master itself were taken for good.
    pub own_taken: usize,
    /// Whether the queue takes no more items.
    pub is_shut_down: bool,
}

/// A queue as it is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    /// The items, by their numbers.
    pub items: BTreeMap<Number, Kept>,
    /// The tasks whose results were put.
    pub seen: BTreeSet<Number>,
    /// What it counts.
    pub counters: Counters,
}

impl Kept {
    pub(super) fn of(item: &Item, place: Place) -> Self {
        let Item { number, value, task, is_own, deliveries, held: _ } = item.clone();
        Self { number, value, task, is_own, deliveries, place }
    }
}

impl Image {
    /// Makes a change. One of an item that is not there changes nothing.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Put(kept) => {
                self.seen.extend(kept.task);
                self.items.insert(kept.number, kept.clone());
            }
            &Change::Leased { number, deliveries, ticket, time } => {
                if let Some(kept) = self.items.get_mut(&number) {
                    (kept.deliveries, kept.place) = (deliveries, Place::Lease { ticket, time });
                }
            }
            Change::Returned(number) => self.put_in(*number, Place::Line),
            Change::GivenUp(number) => self.put_in(*number, Place::GivenUp),
            Change::Removed(number) => drop(self.items.remove(number)),
            Change::Cleared => self.items.clear(),
        }
    }

    fn put_in(&mut self, number: Number, place: Place) {
        if let Some(kept) = self.items.get_mut(&number) {
            kept.place = place;
        }
    }
}

impl Queue {
    /// From now on says what changes.
    pub fn journal(&mut self) {
        self.changes = Some(Vec::new());
    }

    /// Notes a change, if somebody wants to know it.
    pub(super) fn note(&mut self, change: impl FnOnce() -> Change) {
        if let Some(changes) = &mut self.changes {
            changes.push(change());
        }
    }

    /// Returns what has changed since this was last asked, in order.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.changes.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Returns what it counts. Items that have not gone out to who has taken them are not taken yet.
    pub fn counters(&self) -> Counters {
        let on_the_way = self.on_the_way.iter().filter(|(_, item)| item.is_own).count();
        Counters {
            last: self.last,
            before_run: self.before_run,
            last_ticket: self.last_ticket,
            unfinished: self.unfinished,
            own_taken: self.own_taken - on_the_way,
            is_shut_down: self.is_shut_down,
        }
    }

    /// Returns the queue that was kept, with room for so many items, or any number if that is 0. Leases go on for as long as
    /// they were given for: how long nobody was there, nobody knows.
    pub fn restored(room: usize, image: Image, now: Duration) -> Self {
        let Image { items, seen, counters } = image;
        let mut queue = Self::new(room);
        (queue.last, queue.before_run, queue.last_ticket) = (counters.last, counters.before_run, counters.last_ticket);
        (queue.unfinished, queue.own_taken) = (counters.unfinished, counters.own_taken);
        queue.is_shut_down = counters.is_shut_down;
        queue.seen = Seen::after(counters.before_run);
        seen.into_iter().for_each(|task| queue.seen.add(task));
        let (mut line, mut leases) = (VecDeque::new(), Leases::default());
        for Kept { number, value, task, is_own, deliveries, place } in items.into_values() {
            // It was the master that went, and not who had it.
            let is_leased = matches!(place, Place::Lease { .. });
            let deliveries = deliveries.saturating_sub(usize::from(is_leased));
            let held = queue.memory.hold(value.bytes());
            let item = Item { number, value, task, is_own, deliveries, held };
            match place {
                Place::Line => line.push_back(item),
                Place::Lease { ticket, time } => leases.add(ticket, Lease { client: NOBODY, item, until: now + time }),
                Place::GivenUp => queue.given_up.push((item.number, item.value)),
            }
        }
        (queue.items, queue.leases) = (line, leases);
        queue.journal();
        queue
    }
}

impl Server {
    /// Begins with what the queues have that it was given: leases are over in time, and who waits is answered.
    pub fn begin(&mut self, now: Duration) {
        for ident in self.objects.idents() {
            self.wake(ident, now);
        }
    }

    /// Returns whether something is to be sent to a connection that has not been done yet.
    pub fn has_more_for(&self, client: Client) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Send(other, _) if *other == client))
    }

    /// Returns what has changed of each queue that the master was given since this was last asked, with what it counts now;
    /// those of which nothing has changed are left out.
    pub fn take_changes(&mut self) -> Vec<(String, Vec<Change>, Counters)> {
        let mut all = Vec::new();
        for (kind, queue) in self.objects.kept_queues() {
            let changes = queue.take_changes();
            let counters = queue.counters();
            if queue.changes.is_some() && (!changes.is_empty() || queue.counted != Some(counters)) {
                queue.counted = Some(counters);
                all.push((kind.to_owned(), changes, counters));
            }
        }
        all
    }
}
