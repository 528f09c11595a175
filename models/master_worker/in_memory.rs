//! A master whose network is memory: clients are threads, and a call is a function. The queues are those that the master
//! over TCP has.

use std::collections::BTreeMap;
use std::time::Duration;

use selvedge::sync::{Condvar, Mutex};

use super::queue::{Answer, Client, Patience, Queue, Request};
use super::worker::Name;

/// Nothing takes any time here, but for what is said to.
pub const NOW: Duration = Duration::ZERO;

/// How many clients there may be, the master itself among them.
pub const CLIENTS_MAX: usize = 5;

/// The connection is gone: `EOFError` in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// A queue, and what those who wait for it have been answered.
#[derive(Default)]
struct State {
    queue: Queue,
    answers: BTreeMap<Client, Answer>,
    is_over: bool,
}

/// A queue that threads wait for.
#[derive(Default)]
struct Served {
    state: Mutex<State>,
    /// Who waits is told by a condition of its own.
    answered: [Condvar; CLIENTS_MAX],
}

impl Served {
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap();
        let result = change(&mut state);
        for (client, answer) in state.queue.wake(NOW) {
            state.answers.insert(client, answer);
            self.answered[client as usize].notify_one();
        }
        result
    }

    fn wait(&self, client: Client) -> Result<Answer, Gone> {
        let mut state = self.state.lock().unwrap();
        loop {
            if let Some(answer) = state.answers.remove(&client) {
                return Ok(answer);
            }
            if state.is_over {
                return Err(Gone);
            }
            state = self.answered[client as usize].wait(state).unwrap();
        }
    }
}

/// A master.
#[derive(Default)]
pub struct Master {
    tasks: Served,
    results: Served,
}

impl Master {
    fn served(&self, name: Name) -> &Served {
        match name {
            Name::Tasks => &self.tasks,
            Name::Results => &self.results,
        }
    }

    /// Asks a queue for something, and waits for the answer.
    pub fn call(&self, client: Client, name: Name, request: Request) -> Result<Answer, Gone> {
        self.begin(client, name, request).map_or_else(|| self.served(name).wait(client), Ok)
    }

    /// Asks a queue for something; returns the answer, if it need not be waited for.
    pub fn begin(&self, client: Client, name: Name, request: Request) -> Option<Answer> {
        self.served(name).change(|state| state.queue.ask(client, request, Patience::Endless, NOW))
    }

    /// A client is gone: what it waits for it will not get, and what it had on a lease comes back.
    pub fn disconnected(&self, client: Client) {
        for served in [&self.tasks, &self.results] {
            served.change(|state| state.queue.forget(client));
        }
    }

    /// Time has passed, up to then: leases that last no longer are over.
    pub fn expire(&self, now: Duration) {
        self.tasks.change(|state| state.queue.expire(now));
    }

    /// Has items given up that were handed out on a lease so often, and came back.
    pub fn limit_deliveries(&self, most: usize) {
        self.tasks.change(|state| state.queue.limit_deliveries(most));
    }

    /// Tells those that lease tasks that there will be no more.
    pub fn end(&self) {
        self.tasks.change(|state| state.queue.end());
    }

    /// Closes all connections.
    pub fn shutdown(&self) {
        for served in [&self.tasks, &self.results] {
            served.change(|state| state.is_over = true);
            served.answered.iter().for_each(Condvar::notify_one);
        }
    }
}
