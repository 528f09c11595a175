//! What is done with the two ends of `multiprocessing.Pipe`: which of them sends, who has which, and when it ends.

use selvedge::failure::FailureKind;
use selvedge::sync::{Arc, Mutex};
use selvedge::{Outcome, thread};

use super::connection::{Connection, Refusal};
use crate::scenario::{Expectation, Scenario, any_of, only};

/// A message that is longer than a pipe holds.
const LONG: &[u8] = b"abc";

/// Two processes send each other a message. Returns what each receives.
fn exchanged(first: fn(&Connection) -> Vec<u8>, second: fn(&Connection) -> Vec<u8>) -> [Vec<u8>; 2] {
    let [parent, child] = Connection::duplex();
    let child = thread::spawn(move || second(&child));
    let received = first(&parent);
    [received, child.join().unwrap()]
}

fn send_and_receive(connection: &Connection) -> Vec<u8> {
    connection.send(LONG).unwrap();
    connection.recv().unwrap()
}

fn receive_and_send(connection: &Connection) -> Vec<u8> {
    let received = connection.recv().unwrap();
    connection.send(LONG).unwrap();
    received
}

/// A child sends a greeting through `Pipe(duplex=False)`, and the parent answers, if it can. Returns what it is told.
fn answered(answer: fn(&Connection) -> Result<(), Refusal>) -> (Vec<u8>, Result<(), Refusal>) {
    let [parent, child] = Connection::simplex();
    let child = thread::spawn(move || child.send(LONG).unwrap());
    let received = parent.recv().unwrap();
    child.join().unwrap();
    (received, answer(&parent))
}

/// A child sends two messages, and the parent receives twice. Returns what it receives.
fn two_messages(
    send: fn(&Connection, &[u8]) -> Result<(), Refusal>,
    recv: fn(&Connection) -> Result<Vec<u8>, Refusal>,
) -> [Vec<u8>; 2] {
    let [parent, child] = Connection::simplex();
    thread::spawn(move || {
        for message in [b"a", b"b"] {
            send(&child, message).unwrap();
        }
    });
    [(); 2].map(|()| recv(&parent).unwrap())
}

/// The producer and the consumer of tutorial 003. The consumer has the receiving end, and what it is given of the
/// sending end, which it does not use: a copy, as `fork` does, or nothing, as `spawn`. Returns what it has received
/// when it is told of the end.
fn produced_and_consumed(unused: fn(&Connection) -> Option<Connection>) -> Vec<Vec<u8>> {
    let [receiving, sending] = Connection::simplex();
    let producer = {
        let sending = sending.clone();
        thread::spawn(move || sending.send(b"a").unwrap())
    };
    let consumer = {
        let (receiving, unused) = (receiving.clone(), unused(&sending));
        thread::spawn(move || {
            let received = std::iter::from_fn(|| receiving.recv().ok()).collect();
            drop(unused);
            received
        })
    };
    drop((receiving, sending));
    producer.join().unwrap();
    consumer.join().unwrap()
}

fn forked(end: &Connection) -> Option<Connection> {
    Some(end.clone())
}

fn spawned(_end: &Connection) -> Option<Connection> {
    None
}

/// A parent sends two messages to a consumer, closes both ends, and joins the consumer, or terminates it before.
/// Returns what the consumer has handled: after `terminate` it does nothing more.
fn consumed(terminates: bool) -> Vec<Vec<u8>> {
    let [receiving, sending] = Connection::simplex();
    let handled = Arc::new(Mutex::new(Vec::new()));
    let consumer = {
        let (receiving, handled) = (receiving.clone(), handled.clone());
        thread::spawn(move || {
            while let Ok(message) = receiving.recv() {
                handled.lock().unwrap().push(message);
            }
        })
    };
    for message in [b"a", b"b"] {
        sending.send(message).unwrap();
    }
    drop((receiving, sending));
    if !terminates {
        consumer.join().unwrap();
    }
    handled.lock().unwrap().clone()
}

/// A child sends one message and ends; somebody else has its end open, or nobody. The parent receives twice, if `poll`
/// says so each time. Returns what it has received.
fn polled(stays_open: bool) -> [Option<Vec<u8>>; 2] {
    let [parent, child] = Connection::simplex();
    let open = stays_open.then(|| child.clone());
    thread::spawn(move || {
        // The parent may have ended.
        let _ = child.send(b"a");
    });
    let received = [(); 2].map(|()| parent.poll().unwrap().then(|| parent.recv().unwrap()));
    drop(open);
    received
}

/// What is right: the message, or nothing if it has not been sent yet.
fn nothing_or_the_message() -> Option<Vec<Outcome>> {
    any_of([[None, None], [None, Some(b"a")], [Some(b"a"), None]])
}

/// The scenarios of connections.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "pipe/duplex",
        summary: "one process sends and receives, the other receives and sends",
        shows: "Both ends of `Pipe()` can send and receive.",
        run: |_| Outcome::of(&exchanged(send_and_receive, receive_and_send)),
        right: |_| only([LONG, LONG]),
        possible: |_| only([LONG, LONG]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/both_send_first",
        summary: "two processes send each other more than a pipe holds, and then receive",
        shows: "Two processes that both `send` more than the channel holds before they `recv` wait for each other.",
        literature: Some("Stevens, UNIX Network Programming: deadlock of two blocking writers"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["pipe/duplex"],
        run: |_| Outcome::of(&exchanged(send_and_receive, send_and_receive)),
        right: |_| only([LONG, LONG]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/simplex",
        summary: "one process sends through `Pipe(duplex=False)`, and the other one tries to answer",
        shows: "Of `Pipe(duplex=False)` the first end only receives and the second one only sends; else `OSError` is \
                raised.",
        run: |_| Outcome::of(&answered(|end| end.send(b"a"))),
        right: |_| only((LONG, Err::<(), _>(Refusal::WrongEnd))),
        possible: |_| only((LONG, Err::<(), _>(Refusal::WrongEnd))),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/simplex_taken_for_duplex",
        summary: "one process sends through `Pipe(duplex=False)`, and the other one answers",
        shows: "A process that answers through the receiving end of `Pipe(duplex=False)` fails with an `OSError`.",
        expectation: Expectation::AlwaysFails(FailureKind::Panic),
        twin_of: &["pipe/simplex"],
        run: |_| {
            let answer = |end: &Connection| {
                end.send(b"a").unwrap();
                Ok(())
            };
            Outcome::of(&answered(answer))
        },
        right: |_| only((LONG, Err::<(), _>(Refusal::WrongEnd))),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/messages",
        summary: "a child sends two messages, and the parent receives two",
        shows: "Each `recv` of a connection returns the whole of one message that was sent, and nothing of another.",
        run: |_| Outcome::of(&two_messages(Connection::send, Connection::recv)),
        right: |_| only([b"a", b"b"]),
        possible: |_| only([b"a", b"b"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/bytes_taken_for_messages",
        summary: "a child writes twice, and the parent reads twice, without lengths",
        shows: "Without the length before each message one read returns the bytes of several writes.",
        literature: Some("broken variant of `pipe/messages`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pipe/messages"],
        run: |_| Outcome::of(&two_messages(Connection::send_without_length, Connection::recv_without_length)),
        right: |_| only([b"a", b"b"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/poll",
        summary: "a child sends a message, and the parent receives twice, each time if `poll` says so",
        shows: "As long as the other end is open, `recv` after `poll` has returned `True` returns a message, and does \
                not wait.",
        run: |_| Outcome::of(&polled(true)),
        right: |_| nothing_or_the_message(),
        possible: |_| nothing_or_the_message(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/poll_at_the_end",
        summary: "a child sends a message and ends, and the parent receives twice, each time if `poll` says so",
        literature: Some("broken variant of `pipe/poll`"),
        shows: "`poll` returns `True` at the end of the file as well, and then `recv` raises `EOFError`.",
        expectation: Expectation::Fails(FailureKind::Panic),
        twin_of: &["pipe/poll"],
        run: |_| Outcome::of(&polled(false)),
        right: |_| nothing_or_the_message(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/example_under_spawn",
        summary: "the producer and the consumer of tutorial 003, each with the end that it is passed",
        shows: "A consumer that has only the receiving end is told `EOFError` when the producer has ended and the \
                parent has closed its ends.",
        run: |_| Outcome::of(&produced_and_consumed(spawned)),
        right: |_| only([b"a"]),
        possible: |_| only([b"a"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/example_under_fork",
        summary: "the producer and the consumer of tutorial 003, which has a copy of the sending end",
        shows: "A consumer that was forked has a copy of the sending end, and waits for ever in `recv` when the \
                producer has ended.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["pipe/example_under_spawn"],
        run: |_| Outcome::of(&produced_and_consumed(forked)),
        right: |_| only([b"a"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/closed_and_joined",
        summary: "a parent closes both ends, and joins the consumer",
        shows: "A consumer that is joined after the parent has closed its ends has handled all that was sent.",
        run: |_| Outcome::of(&consumed(false)),
        right: |_| only([b"a", b"b"]),
        possible: |_| only([b"a", b"b"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/closed_and_terminated",
        summary: "a parent closes both ends, and terminates the consumer",
        shows: "A consumer that is terminated right after the parent has closed its ends may not have handled all that \
                was sent.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pipe/closed_and_joined"],
        run: |_| Outcome::of(&consumed(true)),
        right: |_| only([b"a", b"b"]),
        possible: |_| any_of([vec![], vec![b"a"], vec![b"a", b"b"]]),
        ..Scenario::DEFAULT
    },
];
