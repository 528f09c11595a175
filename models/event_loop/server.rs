//! A server that answers in upper case: one thread that asks which of its clients have sent something, a thread for
//! each client, and, as the twin, one thread that serves one client after the other.

use std::collections::VecDeque;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::mpsc::{Receiver, Sender, channel};
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread::{self, JoinHandle};

use crate::scenario::{Expectation, Scenario, only};

const CLIENTS: usize = 2;

/// What the system tells the server: which clients have sent something. `select`, `epoll`, `kqueue`.
#[derive(Default)]
struct Readiness {
    clients: Mutex<VecDeque<usize>>,
    changed: Condvar,
}

impl Readiness {
    fn add(&self, client: usize) {
        self.clients.lock().unwrap().push_back(client);
        self.changed.notify_one();
    }

    /// Waits until one of the clients has sent something, and returns which.
    fn wait(&self) -> usize {
        let clients = self.changed.wait_while(self.clients.lock().unwrap(), |clients| clients.is_empty()).unwrap();
        { clients }.pop_front().expect("one of them is ready")
    }
}

/// The server's end of a connection.
struct Connection {
    requests: Receiver<char>,
    answers: Sender<char>,
}

impl Connection {
    /// Waits for a request, and answers it; returns whether there was one.
    fn serve(&self) -> bool {
        let request = self.requests.recv();
        request.is_ok_and(|request| self.answers.send(request.to_ascii_uppercase()).is_ok())
    }
}

/// Serves whoever has sent something.
fn serve_the_ready(connections: Vec<Connection>, readiness: &Readiness) {
    let mut served = 0;
    while served < CLIENTS {
        // What is there is read, and never waited for.
        served += usize::from(connections[readiness.wait()].serve());
    }
}

/// Has a thread for each.
fn serve_in_threads(connections: Vec<Connection>, _readiness: &Readiness) {
    let serve = |connection: Connection| thread::spawn(move || while connection.serve() {});
    let threads: Vec<_> = connections.into_iter().map(serve).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// The twin: serves one client until it goes, and then the next.
fn serve_one_after_the_other(connections: Vec<Connection>, _readiness: &Readiness) {
    for connection in connections {
        while connection.serve() {}
    }
}

/// Two clients send a letter each. The first is slow: it sends when the second one has its answer. Returns the answers.
fn answers(serve: fn(Vec<Connection>, &Readiness)) -> Vec<char> {
    let readiness = Arc::<Readiness>::default();
    let (second_is_done, first_waits) = channel();
    let mut turns = [(None, Some(first_waits)), (Some(second_is_done), None)].into_iter();
    let mut connections = Vec::new();
    let clients: Vec<JoinHandle<char>> = (0..CLIENTS)
        .map(|client| {
            let ((to_server, requests), (answers, from_server)) = (channel(), channel());
            connections.push(Connection { requests, answers });
            let (done, waits) = turns.next().expect("as many as there are clients");
            let readiness = readiness.clone();
            thread::spawn(move || {
                if let Some(waits) = waits {
                    waits.recv().unwrap();
                }
                to_server.send(['a', 'b'][client]).unwrap();
                readiness.add(client);
                let answer = from_server.recv().unwrap();
                if let Some(done) = done {
                    done.send(()).unwrap();
                }
                answer
            })
        })
        .collect();
    serve(connections, &readiness);
    clients.into_iter().map(|client| client.join().unwrap()).collect()
}

/// The scenarios of the server.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "event_loop/readiness",
        summary: "one thread serves those clients that have sent something",
        shows: "One thread can serve many slow clients, if it only reads what is there.",
        run: |_| Outcome::of(&answers(serve_the_ready)),
        right: |_| only(['A', 'B']),
        possible: |_| only(['A', 'B']),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/thread_per_client",
        summary: "each client has a thread of the server",
        shows: "With a thread for each client a slow one holds up nobody.",
        run: |_| Outcome::of(&answers(serve_in_threads)),
        right: |_| only(['A', 'B']),
        possible: |_| only(['A', 'B']),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/one_after_the_other",
        summary: "one thread serves a client until it goes, and then the next",
        shows: "A server that waits for one client lets all others wait for it.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["event_loop/readiness", "event_loop/thread_per_client"],
        run: |_| Outcome::of(&answers(serve_one_after_the_other)),
        right: |_| only(['A', 'B']),
        ..Scenario::DEFAULT
    },
];
