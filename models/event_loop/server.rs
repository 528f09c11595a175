//! A server that answers in upper case: one thread that asks which of its clients have sent something, a thread for
//! each client, and, as the twin, one thread that serves one client after the other.
//!
//! There are two clients. The first connects first and is slow: it sends nothing before the second has its answer. So a
//! server that waits for the first one keeps the second from being answered, for ever.

use std::collections::VecDeque;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::mpsc::{Receiver, Sender, channel};
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Parameters, Scenario, only};

/// What the system tells the server: which connections there is something to read from. `select`, `epoll`, `kqueue`.
#[derive(Default)]
struct Readiness {
    connections: Mutex<VecDeque<usize>>,
    changed: Condvar,
}

impl Readiness {
    fn add(&self, connection: usize) {
        self.connections.lock().unwrap().push_back(connection);
        self.changed.notify_one();
    }

    /// `selector.select()`: waits until there is something to read from one of them, and returns which.
    fn wait(&self) -> usize {
        let mut connections = self.connections.lock().unwrap();
        loop {
            match connections.pop_front() {
                Some(connection) => return connection,
                None => connections = self.changed.wait(connections).unwrap(),
            }
        }
    }
}

/// The server's end of a connection.
struct Connection {
    requests: Receiver<char>,
    answers: Sender<char>,
}

impl Connection {
    /// Waits for a request, and answers it. Returns whether there was one: if not, the client is gone.
    fn serve(&self) -> bool {
        let request = self.requests.recv();
        request.is_ok_and(|request| self.answers.send(request.to_ascii_uppercase()).is_ok())
    }
}

/// The client's end of a connection.
struct Client {
    number: usize,
    requests: Sender<char>,
    answers: Receiver<char>,
    readiness: Arc<Readiness>,
}

impl Client {
    /// Sends a letter, and returns the answer.
    fn ask(&self, letter: char) -> char {
        self.requests.send(letter).unwrap();
        self.readiness.add(self.number);
        self.answers.recv().unwrap()
    }
}

/// Connects a client to the server, and returns both ends.
fn connect(number: usize, readiness: &Arc<Readiness>) -> (Client, Connection) {
    let (requests, to_read) = channel();
    let (to_answer, answers) = channel();
    let client = Client { number, requests, answers, readiness: readiness.clone() };
    (client, Connection { requests: to_read, answers: to_answer })
}

/// How a server serves its connections.
type Serve = fn([Connection; 2], &Readiness);

/// Serves whoever has sent something, until each has had an answer.
fn serve_the_ready(connections: [Connection; 2], readiness: &Readiness) {
    for _ in &connections {
        // There is something to read, so that nobody is waited for.
        connections[readiness.wait()].serve();
    }
}

/// Has a thread for each.
fn serve_in_threads(connections: [Connection; 2], _readiness: &Readiness) {
    let serve = |connection: Connection| thread::spawn(move || while connection.serve() {});
    for thread in connections.map(serve) {
        thread.join().unwrap();
    }
}

/// The twin: serves one client until it goes, and then the next.
fn serve_one_after_the_other(connections: [Connection; 2], _readiness: &Readiness) {
    for connection in connections {
        while connection.serve() {}
    }
}

/// Two clients ask for a letter each, the slow one when the quick one has its answer. Returns the answers.
fn answers(serve: Serve) -> [char; 2] {
    let readiness = Arc::default();
    let (slow, slow_connection) = connect(0, &readiness);
    let (quick, quick_connection) = connect(1, &readiness);
    let (quick_is_done, wait_for_quick) = channel();
    let quick = thread::spawn(move || {
        let answer = quick.ask('b');
        quick_is_done.send(()).unwrap();
        answer
    });
    let slow = thread::spawn(move || {
        wait_for_quick.recv().unwrap();
        slow.ask('a')
    });
    serve([slow_connection, quick_connection], &readiness);
    [slow, quick].map(|client| client.join().unwrap())
}

fn both(_: &Parameters) -> Option<Vec<Outcome>> {
    only(['A', 'B'])
}

/// The scenarios of the server.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "event_loop/readiness",
        summary: "one thread serves those clients that have sent something",
        shows: "One thread that asks `select` whom it can read from serves several clients, also slow ones.",
        run: |_| Outcome::of(&answers(serve_the_ready)),
        right: both,
        possible: both,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/thread_per_client",
        summary: "each client has a thread of the server",
        shows: "With a thread for each client a slow client keeps no other one waiting.",
        run: |_| Outcome::of(&answers(serve_in_threads)),
        right: both,
        possible: both,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/one_after_the_other",
        summary: "one thread serves a client until it goes, and then the next",
        shows: "One thread that blocks in `recv` of one client serves no other one meanwhile.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["event_loop/readiness", "event_loop/thread_per_client"],
        run: |_| Outcome::of(&answers(serve_one_after_the_other)),
        right: both,
        ..Scenario::DEFAULT
    },
];
