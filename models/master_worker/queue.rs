//! A queue of tasks or results as the master keeps it: who waits for what is data, so that nothing here blocks, and the
//! same queue serves threads, a simulated network and sockets.
//!
//! Those that wait are served in the order in which they came. A task can also be taken on a lease: it comes back if its
//! worker does not acknowledge it in time, or goes. Then somebody else does it too, and both results say of which task they
//! are: the queue of results takes the first one.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use super::held::{Item, Lease, Leases, Seen};
use super::journal::{Change, Counters, Kept, Place};
use super::memory::{Held, Memory};
use super::request::Line;
pub use super::request::{Answer, Client, Leased, Number, Patience, Request, Ticket};
use super::wire::value::Value;

/// How many bits of a task's number count the tasks of one run of the master.
pub const RUN_BITS: u32 = 32;

/// Somebody who waits.
#[derive(Clone, Debug)]
struct Waiter {
    client: Client,
    request: Request,
    patience: Patience,
    /// The memory that the item takes that it wants to put.
    _held: Option<Held>,
}

/// A queue, and who waits for it.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// How many items there is room for; 0 for any number.
    room: usize,
    pub(super) items: VecDeque<Item>,
    /// The number of the item that was put last.
    pub(super) last: Number,
    /// The number before that of the first task of this run of the master.
    pub(super) before_run: Number,
    /// The tasks whose results were put.
    pub(super) seen: Seen,
    pub(super) unfinished: usize,
    pub(super) is_shut_down: bool,
    waiting: [VecDeque<Waiter>; 3],
    pub(super) leases: Leases,
    pub(super) last_ticket: Ticket,
    /// How often an item may be handed out on a lease; 0 for any number.
    deliveries_max: usize,
    pub(super) given_up: Vec<(Number, Value)>,
    pub(super) own_taken: usize,
    has_ended: bool,
    /// Who has taken something on a lease, or has tried to.
    leasers: BTreeSet<Client>,
    /// Whether answers go out later than they are given, and the items that were taken for good and may not have gone out yet:
    /// if who has taken them is gone before, nobody has them.
    sends: bool,
    pub(super) on_the_way: Vec<(Client, Item)>,
    /// What its items are counted in.
    pub(super) memory: Memory,
    /// What has changed since it was last kept elsewhere; none if it is not.
    pub(super) changes: Option<Vec<Change>>,
    /// What it counted then.
    pub(super) counted: Option<Counters>,
}

impl Queue {
    /// Returns an empty queue with room for so many items, or any number if that is 0.
    pub fn new(room: usize) -> Self {
        Self { room, ..Self::default() }
    }

    /// Counts its items in this memory, which other queues may share, and takes no more than there is room for.
    pub fn count_in(&mut self, memory: &Memory) {
        self.memory = memory.clone();
        let leased = self.leases.by_ticket.values_mut().map(|lease| &mut lease.item);
        self.items.iter_mut().chain(leased).for_each(|item| item.held = memory.hold(item.value.bytes()));
    }

    /// From now on items that are taken for good are kept until [`went_out`](Self::went_out) says that they have gone out.
    pub fn keep_what_is_sent(&mut self) {
        self.sends = true;
    }

    /// All that a client was answered has gone out.
    pub fn went_out(&mut self, client: Client) {
        let out: Vec<Number> =
            self.on_the_way.extract_if(.., |(taker, _)| *taker == client).map(|(_, item)| item.number).collect();
        out.into_iter().for_each(|number| self.note(|| Change::Removed(number)));
    }

    /// Returns how many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns the items: those that can be taken, and then those on a lease.
    pub fn items(&self) -> impl Iterator<Item = &Value> {
        let leased = self.leases.by_ticket.values().map(|lease| &lease.item);
        self.items.iter().chain(leased).map(|item| &item.value)
    }

    /// Returns how many items are on a lease.
    pub fn leased(&self) -> usize {
        self.leases.by_ticket.len()
    }

    /// Adds an item, whether there is room or not: what the master itself has to do.
    pub fn add(&mut self, value: Value) -> Number {
        self.push(value, None, true)
    }

    /// Numbers tasks from there on, and takes no results of tasks of other runs of the master, unless that is 0. Those of one
    /// run are fewer than 2³², and runs are told apart by what stands above.
    pub fn number_after(&mut self, number: Number) {
        (self.last, self.before_run) = (number, number);
        self.seen = Seen::after(number);
    }

    fn is_of_this_run(&self, task: Number) -> bool {
        self.before_run == 0 || (task > self.before_run && task >> RUN_BITS == self.before_run >> RUN_BITS)
    }

    /// Returns the answer to a result that adds nothing: its task is of another run, or has one.
    fn settled(&self, request: &Request) -> Option<Answer> {
        match *request {
            Request::PutOnce(task, _) if !self.is_of_this_run(task) => Some(Answer::OtherRun),
            Request::PutOnce(task, _) if self.seen.contains(task) => Some(Answer::Done),
            _ => None,
        }
    }

    fn push(&mut self, value: Value, task: Option<Number>, is_own: bool) -> Number {
        self.last += 1;
        let held = self.memory.hold(value.bytes());
        let item = Item { number: self.last, value, task, is_own, deliveries: 0, held };
        self.note(|| Change::Put(Kept::of(&item, Place::Line)));
        self.items.push_back(item);
        self.unfinished += 1;
        self.last
    }

    /// Gives up what was handed out on a lease so often and came back each time; 0 for never.
    pub fn limit_deliveries(&mut self, most: usize) {
        self.deliveries_max = most;
    }

    /// Returns whether something was given up since that was last taken.
    pub fn has_given_up(&self) -> bool {
        !self.given_up.is_empty()
    }

    /// Returns what was given up since that was last taken.
    pub fn given_up(&self) -> &[(Number, Value)] {
        &self.given_up
    }

    /// Takes what was given up since it was last asked.
    pub fn take_given_up(&mut self) -> Vec<(Number, Value)> {
        let given_up = std::mem::take(&mut self.given_up);
        given_up.iter().for_each(|&(number, _)| self.note(|| Change::Removed(number)));
        given_up
    }

    /// Returns how many items of the master itself were taken for good, without a lease.
    pub fn own_taken(&self) -> usize {
        self.own_taken
    }

    /// Takes the first item, with the task that it is the result of, if that was said.
    pub fn take(&mut self) -> Option<(Option<Number>, Value)> {
        let item = self.items.pop_front()?;
        self.note(|| Change::Removed(item.number));
        Some((item.task, item.value))
    }

    /// Hands out nothing on a lease any more: who asks for that is told that there will be no more tasks.
    pub fn end(&mut self) {
        self.has_ended = true;
    }

    /// Returns whether somebody is there who takes items on a lease.
    pub fn has_leasers(&self) -> bool {
        !self.leasers.is_empty()
    }

    /// Answers a request, or remembers who waits. Who waits with [`Patience::None`] is answered in any case.
    pub fn ask(&mut self, client: Client, request: Request, patience: Patience, now: Duration) -> Option<Answer> {
        if matches!(request, Request::Lease(_)) {
            self.leasers.insert(client);
        }
        if let Some(answer) = self.settled(&request) {
            return Some(answer);
        }
        let bytes = request.item().map(Value::bytes);
        if bytes.is_some_and(|bytes| !self.is_shut_down && !self.memory.has_room_for(bytes)) {
            return Some(Answer::Full);
        }
        let line = request.line();
        let is_first = line.is_none_or(|line| self.waiting[line as usize].is_empty());
        let request = match if is_first { self.answer(client, request, now) } else { Err(request) } {
            Ok(answer) => return Some(answer),
            Err(request) => request,
        };
        match line {
            Some(line) if patience != Patience::None => {
                let _held = bytes.map(|bytes| self.memory.hold(bytes));
                self.waiting[line as usize].push_back(Waiter { client, request, patience, _held });
                None
            }
            _ => Some(request.in_vain()),
        }
    }

    /// Answers those who wait and need not wait any longer.
    pub fn wake(&mut self, now: Duration) -> Vec<(Client, Answer)> {
        let mut answers = Vec::new();
        loop {
            let before = answers.len();
            for line in [Line::Item, Line::Room, Line::End] {
                while let Some(Waiter { client, request, patience, _held }) = self.waiting[line as usize].pop_front() {
                    match self.answer(client, request, now) {
                        Ok(answer) => answers.push((client, answer)),
                        Err(request) => {
                            self.waiting[line as usize].push_front(Waiter { client, request, patience, _held });
                            break;
                        }
                    }
                }
            }
            // What one has changed may let others go on.
            if answers.len() == before {
                return answers;
            }
        }
    }

    /// Answers somebody whose time is up, unless it waits as long as others have items on a lease, and they have.
    pub fn give_up(&mut self, client: Client) -> Option<Answer> {
        let may_come_back = !self.leases.by_ticket.is_empty();
        self.waiting.iter_mut().find_map(|line| {
            let at = line.iter().position(|waiter| waiter.client == client)?;
            if may_come_back && matches!(line[at].patience, Patience::WithOthers(_)) {
                return None;
            }
            line.remove(at).map(|waiter| waiter.request.in_vain())
        })
    }

    /// Returns whether somebody has something on a lease.
    pub fn is_held_by(&self, client: Client) -> bool {
        self.leases.of(client).next().is_some()
    }

    /// Returns who waits.
    pub fn waiting(&self) -> Vec<Client> {
        self.waiting.iter().flatten().map(|waiter| waiter.client).collect()
    }

    /// Forgets somebody who is gone. What it had on a lease comes first again, and what had not gone out to it before that.
    pub fn forget(&mut self, client: Client) {
        self.leave(client);
        let lost: Vec<Item> =
            self.on_the_way.extract_if(.., |(taker, _)| *taker == client).map(|(_, item)| item).collect();
        for item in lost.into_iter().rev() {
            self.own_taken -= usize::from(item.is_own);
            self.items.push_front(item);
        }
    }

    /// Forgets somebody who asks for nothing more. What is on its way to it may still arrive.
    pub fn leave(&mut self, client: Client) {
        self.leasers.remove(&client);
        self.waiting.iter_mut().for_each(|line| line.retain(|waiter| waiter.client != client));
        let held: BTreeSet<Ticket> = self.leases.of(client).collect();
        self.take_back(held);
    }

    /// Takes back what was not acknowledged in time.
    pub fn expire(&mut self, now: Duration) {
        let over: BTreeSet<Ticket> = self.leases.over(now).collect();
        self.take_back(over);
    }

    /// Returns when the next lease is over; none if there is no lease.
    pub fn next_expiry(&self) -> Option<Duration> {
        self.leases.by_end.first().map(|(until, _)| *until)
    }

    /// Puts items before all others, in the order in which they were leased.
    fn take_back(&mut self, tickets: BTreeSet<Ticket>) {
        for ticket in tickets.into_iter().rev() {
            if let Some(item) = self.leases.remove(ticket) {
                if self.deliveries_max > 0 && item.deliveries >= self.deliveries_max {
                    self.unfinished = self.unfinished.saturating_sub(1);
                    self.note(|| Change::GivenUp(item.number));
                    self.given_up.push((item.number, item.value));
                } else {
                    self.note(|| Change::Returned(item.number));
                    self.items.push_front(item);
                }
            }
        }
    }

    /// Returns the answer, if there is one at the moment, and otherwise the request.
    fn answer(&mut self, client: Client, request: Request, now: Duration) -> Result<Answer, Request> {
        if let Some(answer) = self.settled(&request) {
            return Ok(answer);
        }
        let has_room = self.room == 0 || self.items.len() < self.room;
        Ok(match request {
            Request::Put(_) | Request::PutOnce(..) if self.is_shut_down => Answer::ShutDown,
            Request::Put(_) | Request::PutOnce(..) if !has_room => return Err(request),
            Request::Put(item) => {
                self.push(item, None, false);
                Answer::Done
            }
            Request::PutOnce(number, item) => {
                self.seen.add(number);
                self.push(item, Some(number), false);
                Answer::Done
            }
            Request::Lease(_) if self.has_ended => Answer::Ended,
            Request::Get | Request::Lease(_) => match (self.items.pop_front(), request) {
                // What is on a lease may come back.
                (None, _) if self.is_shut_down && self.leases.by_ticket.is_empty() => Answer::ShutDown,
                (None, request) => return Err(request),
                (Some(item), Request::Lease(time)) => Answer::Leased(self.lease(client, item, now, time)),
                (Some(item), _) => {
                    self.own_taken += usize::from(item.is_own);
                    if self.sends {
                        self.on_the_way.push((client, item.clone()));
                    } else {
                        self.note(|| Change::Removed(item.number));
                    }
                    Answer::Item(item.value)
                }
            },
            // Whoever has the ticket: in Python each thread has a connection of its own.
            Request::Acknowledge(ticket) => match self.leases.remove(ticket) {
                Some(item) => {
                    self.unfinished = self.unfinished.saturating_sub(1);
                    self.note(|| Change::Removed(item.number));
                    Answer::Done
                }
                None => Answer::LeaseIsOver,
            },
            Request::Extend(ticket, time) => match self.leases.remove(ticket) {
                Some(item) => {
                    self.note(|| Change::Leased { number: item.number, deliveries: item.deliveries, ticket, time });
                    self.leases.add(ticket, Lease { client, item, until: now + time });
                    Answer::Done
                }
                None => Answer::LeaseIsOver,
            },
            Request::TaskDone if self.unfinished == 0 => Answer::TooMany,
            Request::TaskDone => {
                self.unfinished -= 1;
                Answer::Done
            }
            Request::Join if self.unfinished > 0 => return Err(request),
            Request::Join => Answer::Done,
            Request::Shutdown(throws_away) => {
                self.shut_down(throws_away);
                Answer::Done
            }
            Request::Size => Answer::Size(self.items.len()),
            Request::IsEmpty => Answer::Is(self.items.is_empty()),
            Request::IsFull => Answer::Is(!has_room),
        })
    }

    fn lease(&mut self, client: Client, mut item: Item, now: Duration, time: Duration) -> Leased {
        self.last_ticket += 1;
        item.deliveries += 1;
        let (number, deliveries, ticket) = (item.number, item.deliveries, self.last_ticket);
        self.note(|| Change::Leased { number, deliveries, ticket, time });
        let leased = Leased { ticket, number, item: item.value.clone() };
        self.leases.add(ticket, Lease { client, item, until: now + time });
        leased
    }

    fn shut_down(&mut self, throws_away: bool) {
        self.is_shut_down = true;
        if throws_away {
            self.unfinished = self.unfinished.saturating_sub(self.items.len() + self.leased());
            self.items.clear();
            self.on_the_way.clear();
            self.leases = Leases::default();
            self.note(|| Change::Cleared);
        }
    }
}
