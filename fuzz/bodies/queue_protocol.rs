//! The queues of a master under several clients that ask, wait, go, and let leases run out: nothing is lost, nothing is
//! handed out twice, and nobody waits who need not.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use selvedge_models::master_worker::queue::{Answer, Client, Leased, Number, Patience, Queue, Request, Ticket};
use selvedge_models::master_worker::wire::value::Value;

const CLIENTS: u64 = 4;

/// Where each item is.
#[derive(Default)]
struct Items {
    next: i64,
    put: usize,
    taken: usize,
    seen: BTreeSet<Number>,
    /// Who has what on a lease, and until when.
    leases: BTreeMap<Ticket, (Client, Duration)>,
    waiting: BTreeMap<Client, Request>,
}

impl Items {
    fn answered(&mut self, client: Client, request: &Request, answer: &Answer, now: Duration) {
        match (request, answer) {
            (Request::Put(_), Answer::Done) => self.put += 1,
            (_, Answer::Item(_)) => self.taken += 1,
            (Request::PutOnce(number, _), Answer::Done) => self.put += usize::from(self.seen.insert(*number)),
            (Request::Lease(time), Answer::Leased(Leased { ticket, .. })) => {
                assert!(self.leases.insert(*ticket, (client, now + *time)).is_none(), "a ticket is given out twice");
            }
            (Request::Acknowledge(ticket), Answer::Done) => {
                assert!(self.leases.remove(ticket).is_some(), "a lease that is over");
                self.taken += 1;
            }
            (Request::Extend(ticket, time), Answer::Done) => {
                let former = self.leases.insert(*ticket, (client, now + *time));
                assert!(former.is_some(), "a lease that is over");
            }
            _ => {}
        }
    }
}

/// Lets clients do what the bytes say: two for each step.
pub(crate) fn body(bytes: &[u8]) {
    let Some((&room, steps)) = bytes.split_first() else { return };
    let (mut queue, mut items, mut now) = (Queue::new(usize::from(room % 4)), Items::default(), Duration::ZERO);
    for step in steps.chunks_exact(2) {
        let (client, detail) = (u64::from(step[0]) % CLIENTS, u64::from(step[1]));
        let request = match step[0] / 4 % 8 {
            0 => {
                items.next += 1;
                Request::Put(Value::Int(items.next))
            }
            1 => Request::PutOnce(1 + detail % 8, Value::Int(-1)),
            2 => Request::Get,
            3 => Request::Lease(Duration::from_secs(detail % 3)),
            4 => Request::Acknowledge(detail % 8),
            5 => {
                queue.forget(client);
                items.waiting.remove(&client);
                items.leases.retain(|_, (holder, _)| *holder != client);
                continue_with(&mut queue, &mut items, now);
                continue;
            }
            6 => {
                now += Duration::from_secs(detail % 3);
                queue.expire(now);
                items.leases.retain(|_, (_, until)| *until > now);
                continue_with(&mut queue, &mut items, now);
                continue;
            }
            _ if detail % 2 == 1 => Request::Extend(detail / 2 % 8, Duration::from_secs(detail % 3)),
            _ => Request::Size,
        };
        // Who waits says nothing.
        if items.waiting.contains_key(&client) {
            continue;
        }
        let patience = if detail % 2 == 0 { Patience::Endless } else { Patience::None };
        match queue.ask(client, request.clone(), patience, now) {
            Some(answer) => items.answered(client, &request, &answer, now),
            None => drop(items.waiting.insert(client, request)),
        }
        continue_with(&mut queue, &mut items, now);
    }
}

/// Answers those who need not wait, and looks whether everything is somewhere.
fn continue_with(queue: &mut Queue, items: &mut Items, now: Duration) {
    for (client, answer) in queue.wake(now) {
        let request = items.waiting.remove(&client).expect("only who waits is woken");
        items.answered(client, &request, &answer, now);
    }
    assert_eq!(items.put, items.taken + queue.len() + queue.leased(), "an item is lost, or there are two of it");
    for (ticket, (holder, _)) in &items.leases {
        let answer = queue.clone().ask(*holder, Request::Acknowledge(*ticket), Patience::None, now);
        assert_eq!(answer, Some(Answer::Done), "a lease is over before its time");
    }
    assert_eq!(items.leases.len(), queue.leased(), "a lease is not over at its time");
    let waits = |wanted: fn(&Request) -> bool| items.waiting.values().any(wanted);
    let is_full = queue.clone().ask(CLIENTS, Request::IsFull, Patience::None, now) == Some(Answer::Is(true));
    assert!(is_full || !waits(|request| matches!(request, Request::Put(_) | Request::PutOnce(..))), "waits in vain");
    assert!(queue.is_empty() || !waits(|request| matches!(request, Request::Get | Request::Lease(_))), "waits in vain");
}
