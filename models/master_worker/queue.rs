//! A queue of tasks or results as the master keeps it: who waits for what is data, so that nothing here blocks, and the
//! same queue serves threads, a simulated network and sockets.
//!
//! Those that wait are served in the order in which they came. A task can also be taken on a lease: it comes back if its
//! worker does not acknowledge it in time, or goes.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::wire::value::Value;

/// Who asks: a connection.
pub type Client = u64;

/// What a lease is known by.
pub type Ticket = u64;

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Not at all.
    None,
    /// For so long.
    Some(Duration),
    /// For ever.
    Endless,
}

/// What can be asked of a queue.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Adds an item, when there is room.
    Put(Value),
    /// Takes the first item, when there is one.
    Get,
    /// Takes the first item, when there is one, and has to acknowledge it within so long.
    Lease(Duration),
    /// Says that a leased item has been dealt with.
    Acknowledge(Ticket),
    /// Says that an item has been dealt with.
    TaskDone,
    /// Waits until all items that were put have been dealt with.
    Join,
    /// Takes no more items; with `true` it also throws away those that there are.
    Shutdown(bool),
    /// How many items there are.
    Size,
    /// Whether there are none.
    IsEmpty,
    /// Whether there is no room.
    IsFull,
}

/// What a queue answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It has been done.
    Done,
    /// The item.
    Item(Value),
    /// The item, and what its lease is known by.
    Leased(Ticket, Value),
    /// How many items there are.
    Size(usize),
    /// Whether it is so.
    Is(bool),
    /// There was no item in time.
    Empty,
    /// There was no room in time.
    Full,
    /// The queue takes no more items, or has no more.
    ShutDown,
    /// More items were called done than had been put.
    TooMany,
    /// The lease is over: somebody else has the item, or has dealt with it.
    LeaseIsOver,
}

/// An item on a lease.
#[derive(Clone, Debug, PartialEq)]
struct Lease {
    client: Client,
    item: Value,
    until: Duration,
}

/// A queue, and who waits for it.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// How many items there is room for; 0 for any number.
    room: usize,
    items: VecDeque<Value>,
    unfinished: usize,
    is_shut_down: bool,
    waiting: VecDeque<(Client, Request)>,
    leases: BTreeMap<Ticket, Lease>,
    next_ticket: Ticket,
}

impl Queue {
    /// Returns an empty queue with room for so many items, or any number if that is 0.
    pub fn new(room: usize) -> Self {
        Self { room, ..Self::default() }
    }

    /// Returns how many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns how many items are on a lease.
    pub fn leased(&self) -> usize {
        self.leases.len()
    }

    /// Adds an item, whether there is room or not: what the master itself has to do.
    pub fn add(&mut self, item: Value) {
        self.items.push_back(item);
        self.unfinished += 1;
    }

    /// Answers a request, or remembers who waits. Who waits with [`Patience::None`] is answered in any case.
    pub fn ask(&mut self, client: Client, request: Request, patience: Patience, now: Duration) -> Option<Answer> {
        // Who comes later does not overtake those that wait for the same.
        let is_overtaking = self.waiting.iter().any(|(_, waiting)| wants_same(waiting, &request));
        if !is_overtaking && let Some(answer) = self.answer(client, &request, now) {
            return Some(answer);
        }
        if patience == Patience::None {
            return Some(in_vain(&request));
        }
        self.waiting.push_back((client, request));
        None
    }

    /// Answers those who wait and need not wait any longer.
    pub fn wake(&mut self, now: Duration) -> Vec<(Client, Answer)> {
        let mut answers = Vec::new();
        let mut at = 0;
        while let Some((client, request)) = self.waiting.get(at).cloned() {
            let is_overtaking = self.waiting.iter().take(at).any(|(_, waiting)| wants_same(waiting, &request));
            match if is_overtaking { None } else { self.answer(client, &request, now) } {
                Some(answer) => {
                    self.waiting.remove(at);
                    answers.push((client, answer));
                    // What has changed may let those go on that come before.
                    at = 0;
                }
                None => at += 1,
            }
        }
        answers
    }

    /// Answers somebody whose time is up.
    pub fn give_up(&mut self, client: Client) -> Option<Answer> {
        let at = self.waiting.iter().position(|(waiting, _)| *waiting == client)?;
        self.waiting.remove(at).map(|(_, request)| in_vain(&request))
    }

    /// Returns who waits.
    pub fn waiting(&self) -> Vec<Client> {
        self.waiting.iter().map(|(client, _)| *client).collect()
    }

    /// Forgets somebody who is gone. What it had on a lease comes first again.
    pub fn forget(&mut self, client: Client) {
        self.waiting.retain(|(waiting, _)| *waiting != client);
        self.take_back(|lease| lease.client == client);
    }

    /// Takes back what was not acknowledged in time.
    pub fn expire(&mut self, now: Duration) {
        self.take_back(|lease| lease.until <= now);
    }

    /// Returns when the next lease is over.
    pub fn next_expiry(&self) -> Option<Duration> {
        self.leases.values().map(|lease| lease.until).min()
    }

    fn take_back(&mut self, is_over: impl Fn(&Lease) -> bool) {
        let over: Vec<Ticket> =
            self.leases.iter().filter(|(_, lease)| is_over(lease)).map(|(ticket, _)| *ticket).collect();
        for ticket in over.into_iter().rev() {
            if let Some(lease) = self.leases.remove(&ticket) {
                self.items.push_front(lease.item);
            }
        }
    }

    /// Returns the answer, if there is one at the moment.
    fn answer(&mut self, client: Client, request: &Request, now: Duration) -> Option<Answer> {
        let has_room = self.room == 0 || self.items.len() < self.room;
        Some(match request {
            Request::Put(_) if self.is_shut_down => Answer::ShutDown,
            Request::Get | Request::Lease(_) if self.is_shut_down && self.items.is_empty() => Answer::ShutDown,
            Request::Shutdown(throws_away) => {
                self.is_shut_down = true;
                if *throws_away {
                    self.unfinished = self.unfinished.saturating_sub(self.items.len());
                    self.items.clear();
                }
                Answer::Done
            }
            Request::Put(item) if has_room => {
                self.add(item.clone());
                Answer::Done
            }
            Request::Put(_) => return None,
            Request::Get => Answer::Item(self.items.pop_front()?),
            Request::Lease(time) => {
                let item = self.items.pop_front()?;
                self.next_ticket += 1;
                self.leases.insert(self.next_ticket, Lease { client, item: item.clone(), until: now + *time });
                Answer::Leased(self.next_ticket, item)
            }
            Request::Acknowledge(ticket) => match self.leases.get(ticket) {
                Some(lease) if lease.client == client => {
                    self.leases.remove(ticket);
                    self.unfinished = self.unfinished.saturating_sub(1);
                    Answer::Done
                }
                _ => Answer::LeaseIsOver,
            },
            Request::TaskDone if self.unfinished == 0 => Answer::TooMany,
            Request::TaskDone => {
                self.unfinished -= 1;
                Answer::Done
            }
            Request::Join if self.unfinished > 0 => return None,
            Request::Join => Answer::Done,
            Request::Size => Answer::Size(self.items.len()),
            Request::IsEmpty => Answer::Is(self.items.is_empty()),
            Request::IsFull => Answer::Is(!has_room),
        })
    }
}

/// Returns whether two requests wait for the same, so that the first to come is the first to be served.
fn wants_same(one: &Request, other: &Request) -> bool {
    let takes = |request: &Request| matches!(request, Request::Get | Request::Lease(_));
    let puts = |request: &Request| matches!(request, Request::Put(_));
    (takes(one) && takes(other)) || (puts(one) && puts(other))
}

/// Returns the answer to a request that could not be met in time.
fn in_vain(request: &Request) -> Answer {
    match request {
        Request::Put(_) => Answer::Full,
        _ => Answer::Empty,
    }
}
