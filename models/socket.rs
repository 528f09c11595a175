//! A server with a process for each client, as the tutorials' socket chat and Apache have one: the parent accepts
//! connections, and a child serves each. Both have a copy of the connection.
//!
//! A connection carries bytes, not messages: what is sent in one call may be received in two, and the other way
//! round. It ends for the other side when every copy of it is closed.

use std::collections::VecDeque;

use selvedge::sync::{Arc, Condvar, Mutex};

mod scenarios;

pub use scenarios::SCENARIOS;

/// What is on its way to one side, and how many copies there are of the other side's end.
#[derive(Default)]
struct State {
    bytes: VecDeque<u8>,
    senders: usize,
}

#[derive(Default)]
struct Direction {
    state: Mutex<State>,
    changed: Condvar,
}

impl Direction {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }
}

/// An end of a connection. A child process gets a copy of it, which is a clone here.
pub struct Connection {
    incoming: Arc<Direction>,
    outgoing: Arc<Direction>,
}

/// Returns the two ends of a connection: `connect()` returns the one to a client, and `accept()` the other one to the
/// server.
pub fn connection() -> (Connection, Connection) {
    let (to_server, to_client) = (Arc::<Direction>::default(), Arc::<Direction>::default());
    to_server.change(|state| state.senders = 1);
    to_client.change(|state| state.senders = 1);
    let client = Connection { incoming: to_client.clone(), outgoing: to_server.clone() };
    (client, Connection { incoming: to_server, outgoing: to_client })
}

impl Connection {
    /// `connection.sendall(bytes)`. There is room for as many as the scenarios send.
    pub fn send(&self, bytes: &[u8]) {
        self.outgoing.change(|state| state.bytes.extend(bytes));
    }

    /// `connection.recv(most)`: waits for bytes, and returns those that there are; none when the other side is closed.
    pub fn receive(&self, most: usize) -> Vec<u8> {
        let nothing = |state: &mut State| state.bytes.is_empty() && state.senders > 0;
        let state = self.incoming.state.lock().unwrap();
        let mut state = self.incoming.changed.wait_while(state, nothing).unwrap();
        let count = most.min(state.bytes.len());
        state.bytes.drain(..count).collect()
    }

    /// Receives until there are so many bytes, or the other side is closed.
    pub fn receive_exactly(&self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let more = self.receive(count - bytes.len());
            if more.is_empty() {
                break;
            }
            bytes.extend(more);
        }
        bytes
    }
}

impl Clone for Connection {
    fn clone(&self) -> Self {
        self.outgoing.change(|state| state.senders += 1);
        Self { incoming: self.incoming.clone(), outgoing: self.outgoing.clone() }
    }
}

/// Closes this copy.
impl Drop for Connection {
    fn drop(&mut self) {
        self.outgoing.change(|state| state.senders -= 1);
    }
}

/// A socket that listens: connections that have been made, and wait for `accept()`.
#[derive(Default)]
pub struct Listener {
    backlog: Mutex<VecDeque<Connection>>,
    connected: Condvar,
}

impl Listener {
    /// `client.connect(address)`
    pub fn connect(&self) -> Connection {
        let (client, server) = connection();
        self.backlog.lock().unwrap().push_back(server);
        self.connected.notify_one();
        client
    }

    /// `server.accept()`
    pub fn accept(&self) -> Connection {
        let waits = |backlog: &mut VecDeque<Connection>| backlog.is_empty();
        let mut backlog = self.connected.wait_while(self.backlog.lock().unwrap(), waits).unwrap();
        backlog.pop_front().expect("it was waited for")
    }
}
