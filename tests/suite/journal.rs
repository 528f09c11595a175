//! A queue whose changes are kept elsewhere, restored from them after every step: it has what the queue has, and answers alike.

use std::time::Duration;

use selvedge_models::master_worker::journal::Image;
use selvedge_models::master_worker::queue::{Answer, Patience, Queue, Request, Ticket};
use selvedge_models::master_worker::wire::value::Value;

use crate::program::{Seeded, Source};

/// The times at which things happen, and how long leases are.
const SECOND: Duration = Duration::from_secs(1);

/// How often an item is handed out on a lease at most.
const DELIVERIES_MAX: usize = 3;

/// A queue, what is kept of it, and who asks.
struct Journaled {
    queue: Queue,
    image: Image,
    tickets: Vec<Ticket>,
    now: Duration,
}

impl Journaled {
    fn new() -> Self {
        let mut queue = Queue::new(0);
        queue.limit_deliveries(DELIVERIES_MAX);
        queue.journal();
        queue.keep_what_is_sent();
        Self { queue, image: Image::default(), tickets: Vec::new(), now: Duration::ZERO }
    }

    /// Does one thing at random; returns in words what it was.
    fn step(&mut self, draw: &mut Seeded) -> String {
        let client = 1 + draw.draw(3) as u64;
        let request = match draw.draw(12) {
            0..=2 => Request::Put(Value::Int(draw.draw(100) as i64)),
            3 => Request::PutOnce(1 + draw.draw(6) as u64, Value::text("a result")),
            4 => Request::Get,
            5 | 6 => Request::Lease(SECOND * (1 + draw.draw(3) as u32)),
            7 => Request::Acknowledge(self.ticket(draw)),
            8 => Request::Extend(self.ticket(draw), SECOND),
            9 if draw.draw(8) == 0 => Request::Shutdown(draw.draw(2) == 0),
            9 => Request::TaskDone,
            10 => {
                self.now += SECOND;
                self.queue.expire(self.now);
                return "time passes".to_owned();
            }
            _ => {
                match draw.draw(4) {
                    0 => drop(self.queue.take()),
                    1 => drop(self.queue.take_given_up()),
                    2 => drop(self.queue.add(Value::text("a task"))),
                    _ => self.queue.forget(client),
                }
                return format!("the master does something, or client {client} goes");
            }
        };
        let answer = self.queue.ask(client, request.clone(), Patience::None, self.now).expect("nobody waits");
        if let Answer::Leased(leased) = &answer {
            self.tickets.push(leased.ticket);
        }
        // What was taken for good has gone out, or not yet.
        if draw.draw(2) == 0 {
            self.queue.went_out(client);
        }
        format!("{client}: {request:?} -> {answer:?}")
    }

    fn ticket(&self, draw: &mut Seeded) -> Ticket {
        if self.tickets.is_empty() { 1 } else { self.tickets[draw.draw(self.tickets.len())] }
    }

    fn keep(&mut self) {
        self.queue.take_changes().iter().for_each(|change| self.image.apply(change));
        self.image.counters = self.queue.counters();
    }
}

/// Returns what a queue has, whatever its order: its items, how many are on a lease, what it counts, and what it gives up.
fn has(queue: &mut Queue) -> (Vec<String>, usize, String, Vec<String>) {
    let sorted = |mut items: Vec<String>| {
        items.sort();
        items
    };
    let items = sorted(queue.items().map(|item| format!("{item:?}")).collect());
    let given_up = queue.clone().take_given_up().iter().map(|item| format!("{item:?}")).collect();
    (items, queue.leased(), format!("{:?}", queue.counters()), sorted(given_up))
}

#[test]
fn a_queue_that_is_restored_has_what_it_had() {
    let (mut leased, mut given_up) = (0, 0);
    for seed in 0..300 {
        let mut draw = Seeded(seed);
        let mut journaled = Journaled::new();
        let mut told = Vec::new();
        for _ in 0..60 {
            told.push(journaled.step(&mut draw));
            journaled.keep();
            let mut restored = Queue::restored(0, journaled.image.clone(), journaled.now);
            let mut queue = journaled.queue.clone();
            // A lease that the end of the master has cut is none that counts.
            queue.limit_deliveries(0);
            assert_eq!(queue.leased(), restored.leased(), "seed {seed}: {told:#?}");
            // What had not gone out comes back when a master is killed, as it does when who was to have it goes.
            (1..=3).for_each(|client| queue.forget(client));
            // Leases of connections are over then, and those of an earlier master last for their time.
            restored.expire(Duration::MAX);
            let (was, is) = (has(&mut queue), has(&mut restored));
            assert_eq!((&was.0, was.1, &was.2), (&is.0, is.1, &is.2), "seed {seed}: {told:#?}");
            leased += is.1;
            given_up += is.3.len();
            for task in 1..=6 {
                let put = Request::PutOnce(task, Value::None);
                let ask = |queue: &mut Queue| queue.ask(9, put.clone(), Patience::None, journaled.now);
                assert_eq!(ask(&mut queue), ask(&mut restored), "seed {seed}: of task {task}: {told:#?}");
            }
        }
        leased += journaled.queue.leased();
    }
    assert!(leased > 0 && given_up > 0, "{leased} leases, {given_up} given up");
}
