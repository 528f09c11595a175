//! What a server with a process for each client does, and what its clients see: that nobody waits for another client,
//! who sees the end of a connection, and what one `recv` returns.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, thread};

use super::{Connection, Listener, connection};
use crate::scenario::{Expectation, Parameters, Scenario, any_of, only};

/// `talk` of the tutorial's chat server: answers what it receives in capitals, until the client has closed.
fn talk(connection: &Connection) {
    loop {
        let message = connection.receive(1024);
        if message.is_empty() {
            break;
        }
        connection.send(&message.to_ascii_uppercase());
    }
}

/// How a server serves the connections that it accepts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Serving {
    /// `Process(target=talk, args=(conn, client_addr)).start()`
    ProcessForEach,
    /// The twin: the process that accepts serves as well.
    OneAfterAnother,
}

/// Two clients connect. The first one says nothing until the second one has been answered. Returns what both are
/// answered.
fn answers(serving: Serving) -> [Vec<u8>; 2] {
    let listener = Listener::default();
    let (first, second) = (listener.connect(), listener.connect());
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..2 {
                let connection = listener.accept();
                match serving {
                    Serving::ProcessForEach => drop(scope.spawn(move || talk(&connection))),
                    Serving::OneAfterAnother => talk(&connection),
                }
            }
        });
        let ask = |client: Connection| {
            client.send(b"a");
            client.receive(1024)
        };
        let second = ask(second);
        [ask(first), second]
    })
}

/// A server accepts a connection, starts a child that serves it, and closes its own copy, or keeps it until the next
/// client has come, as the tutorial's does: its variable `conn` is overwritten then. The child ends after one answer.
/// Returns what the client receives after that.
fn after_the_child(parent_closes: bool, another_client_comes: bool) -> Vec<u8> {
    let listener = Listener::default();
    let client = listener.connect();
    thread::scope(|scope| {
        scope.spawn(|| {
            let conn = listener.accept();
            let childs = conn.clone();
            scope.spawn(move || childs.send(&childs.receive(1024).to_ascii_uppercase()));
            let kept = (!parent_closes).then_some(conn);
            if !parent_closes {
                let _next = listener.accept();
                drop(kept);
            }
        });
        client.send(b"a");
        assert_eq!(client.receive(1024), b"A");
        let _another = another_client_comes.then(|| listener.connect());
        client.receive(1024)
    })
}

/// A client sends two messages, and the server takes what one call returns for one message; or each message is two
/// bytes long, and the server receives until it has them. Returns the messages that the server sees.
fn messages(receive: fn(&Connection) -> Vec<u8>) -> Vec<Vec<u8>> {
    let (client, server) = connection();
    thread::scope(|scope| {
        scope.spawn(move || {
            client.send(b"ab");
            client.send(b"cd");
        });
        std::iter::from_fn(|| Some(receive(&server)).filter(|message| !message.is_empty())).collect()
    })
}

/// A client sends a message that is longer than what the server receives at once, and receives one answer, as the
/// tutorial's chat does with `recv(1024)`. Returns that.
fn long_message(receive: fn(&Connection) -> Vec<u8>) -> Vec<u8> {
    let (client, server) = connection();
    thread::scope(|scope| {
        scope.spawn(move || server.send(&receive(&server).to_ascii_uppercase()));
        client.send(b"abc");
        client.receive(1024)
    })
}

fn two_messages(_: &Parameters) -> Option<Vec<Outcome>> {
    only([b"ab", b"cd"])
}

/// The scenarios of servers with a process for each client.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "socket/process_per_client",
        summary: "a server starts a process for each connection, and the first client says nothing for a time",
        shows: "With a process for each connection that `accept()` returns, a client that says nothing keeps no \
                other one waiting.",
        run: |_| Outcome::of(&answers(Serving::ProcessForEach)),
        right: |_| only([b"A", b"A"]),
        possible: |_| only([b"A", b"A"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "socket/one_after_another",
        summary: "a server serves a connection to its end before it accepts the next one",
        shows: "A server that serves each client itself before it calls `accept()` again keeps the others waiting.",
        literature: Some(
            "broken variant of `socket/process_per_client`: an iterative server (Stevens, UNIX Network Programming)",
        ),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["socket/process_per_client"],
        run: |_| Outcome::of(&answers(Serving::OneAfterAnother)),
        right: |_| only([b"A", b"A"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "socket/parent_closes",
        summary: "the parent closes its copy of the connection when the child has been started, and the child ends",
        shows: "Where the parent closes its copy of the connection after `Process.start()`, the client's `recv` \
                returns `b''` when the child has ended.",
        run: |_| Outcome::of(&after_the_child(true, false)),
        right: |_| only(b""),
        possible: |_| only(b""),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "socket/parent_keeps_until_the_next",
        summary: "the parent keeps its copy of the connection until another client comes, and one does",
        shows: "The parent of the tutorial's chat keeps its copy of a connection until `accept()` returns the next \
                one: only then does the first client see that its child has ended.",
        run: |_| Outcome::of(&after_the_child(false, true)),
        right: |_| only(b""),
        possible: |_| only(b""),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "socket/parent_keeps",
        summary: "the parent keeps its copy of the connection, as in the tutorial's chat, and no other client comes",
        shows: "While the parent has a copy of the connection open, a client whose child has ended waits in `recv` \
                for ever.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["socket/parent_closes", "socket/parent_keeps_until_the_next"],
        run: |_| Outcome::of(&after_the_child(false, false)),
        right: |_| only(b""),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "socket/messages_of_known_length",
        summary: "a client sends two messages, and the server receives until it has a whole one",
        shows: "A server that calls `recv` until it has all bytes of a message sees the messages as they were sent.",
        literature: Some("what `recv` needs: `readn` in Stevens, UNIX Network Programming"),
        run: |_| Outcome::of(&messages(|server| server.receive_exactly(2))),
        right: two_messages,
        possible: two_messages,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "socket/recv_as_message",
        summary: "a client sends two messages, and the server takes what one `recv(1024)` returns for a message",
        shows: "One `recv(1024)` may return the bytes of two calls of `send`.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["socket/messages_of_known_length"],
        run: |_| Outcome::of(&messages(|server| server.receive(1024))),
        right: two_messages,
        possible: |_| any_of([vec![b"ab".to_vec(), b"cd".to_vec()], vec![b"abcd".to_vec()]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "socket/long_message",
        summary: "a client sends more bytes than one `recv` of the server may return",
        shows: "`recv(2)` returns two bytes of a message of three: the answer is not that to the whole message.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["socket/messages_of_known_length"],
        run: |_| Outcome::of(&long_message(|server| server.receive(2))),
        right: |_| only(b"ABC"),
        possible: |_| only(b"AB"),
        ..Scenario::DEFAULT
    },
];
