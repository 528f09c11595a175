//! What a queue remembers beside its line of items: who has which on a lease, and of which tasks there have been results.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::memory::Held;
use super::queue::{Client, Number, Ticket};
use super::wire::value::Value;

/// An item of a queue.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub(super) number: Number,
    pub(super) value: Value,
    /// The task that it is the result of, if that was said.
    pub(super) task: Option<Number>,
    /// Whether the master itself has put it.
    pub(super) is_own: bool,
    /// How often it was handed out on a lease.
    pub(super) deliveries: usize,
    /// The memory that it takes.
    pub(super) held: Held,
}

/// An item on a lease.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lease {
    pub(super) client: Client,
    pub(super) item: Item,
    pub(super) until: Duration,
}

/// The items on a lease, found by ticket, by who has them, and by when that is over.
#[derive(Clone, Debug, Default)]
pub(super) struct Leases {
    pub(super) by_ticket: BTreeMap<Ticket, Lease>,
    pub(super) by_client: BTreeSet<(Client, Ticket)>,
    pub(super) by_end: BTreeSet<(Duration, Ticket)>,
}

impl Leases {
    pub(super) fn add(&mut self, ticket: Ticket, lease: Lease) {
        self.by_client.insert((lease.client, ticket));
        self.by_end.insert((lease.until, ticket));
        self.by_ticket.insert(ticket, lease);
    }

    pub(super) fn remove(&mut self, ticket: Ticket) -> Option<Item> {
        let lease = self.by_ticket.remove(&ticket)?;
        self.by_client.remove(&(lease.client, ticket));
        self.by_end.remove(&(lease.until, ticket));
        Some(lease.item)
    }

    /// Returns the tickets of a client.
    pub(super) fn of(&self, client: Client) -> impl Iterator<Item = Ticket> {
        self.by_client.range((client, Ticket::MIN)..=(client, Ticket::MAX)).map(|(_, ticket)| *ticket)
    }

    /// Returns the tickets of what is over by then.
    pub(super) fn over(&self, now: Duration) -> impl Iterator<Item = Ticket> {
        self.by_end.range(..=(now, Ticket::MAX)).map(|(_, ticket)| *ticket)
    }
}

/// Numbers that were seen, as few as can be kept: all from 1 up to one, and some above.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    all_up_to: Number,
    above: BTreeSet<Number>,
}

impl Seen {
    /// Returns those up to this one.
    pub(super) fn after(number: Number) -> Self {
        Self { all_up_to: number, above: BTreeSet::new() }
    }

    pub(super) fn contains(&self, number: Number) -> bool {
        number <= self.all_up_to || self.above.contains(&number)
    }

    pub(super) fn add(&mut self, number: Number) {
        if !self.contains(number) {
            self.above.insert(number);
        }
        while self.above.first() == Some(&(self.all_up_to + 1)) {
            self.above.pop_first();
            self.all_up_to += 1;
        }
    }
}
