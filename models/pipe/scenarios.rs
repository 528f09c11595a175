//! What is done with pipes, right and wrong: who reads, who writes, and who has an end that is not needed.

use selvedge::failure::FailureKind;
use selvedge::sync::Mutex;
use selvedge::{Outcome, thread};

use super::{Broken, Reader, Writer, pipe};
use crate::scenario::{Expectation, Scenario, any_of, only};

/// More than a pipe holds.
const LONG: &[u8] = b"abcd";

/// A child writes, and the parent reads until the end. The parent has an end to write at as well, from the time
/// before it had a child: it closes that, or not.
fn read_to_the_end(closes_unused_end: bool) -> Vec<u8> {
    let (reader, writer) = pipe();
    let childs_end = writer.clone();
    let child = thread::spawn(move || childs_end.write(LONG).unwrap());
    let unused = (!closes_unused_end).then_some(writer);
    let bytes = reader.read_all();
    child.join().unwrap();
    drop(unused);
    bytes
}

/// A child writes more than the pipe holds, and the parent closes its end without reading. The child has an end to
/// read at as well: it closes that, or not.
fn written_for_nobody(closes_unused_end: bool) -> Result<(), Broken> {
    let (reader, writer) = pipe();
    let childs_end = reader.clone();
    let child = thread::spawn(move || {
        let unused = (!closes_unused_end).then_some(childs_end);
        let result = writer.write(LONG);
        drop(unused);
        result
    });
    drop(reader);
    child.join().unwrap()
}

/// Something that can be sent to and received from: the two ends of `Pipe()`, each of a pipe of its own.
struct Connection {
    from: Reader,
    to: Writer,
}

fn connections() -> [Connection; 2] {
    let ((here, to_here), (there, to_there)) = (pipe(), pipe());
    [Connection { from: here, to: to_there }, Connection { from: there, to: to_here }]
}

/// Two processes send each other a message. Returns what each receives.
fn exchanged(first: fn(&Connection) -> Vec<u8>, second: fn(&Connection) -> Vec<u8>) -> [Vec<u8>; 2] {
    let [parent, child] = connections();
    let child = thread::spawn(move || second(&child));
    let received = first(&parent);
    [received, child.join().unwrap()]
}

fn send_and_receive(connection: &Connection) -> Vec<u8> {
    connection.to.write(LONG).unwrap();
    connection.from.read_exactly(LONG.len())
}

fn receive_and_send(connection: &Connection) -> Vec<u8> {
    let received = connection.from.read_exactly(LONG.len());
    connection.to.write(LONG).unwrap();
    received
}

/// The two ends of `Pipe(duplex=False)`: one is for receiving, and the other for sending.
struct End {
    from: Option<Reader>,
    to: Option<Writer>,
}

/// That an end is not for that: an `OSError` in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct WrongEnd;

impl End {
    fn send(&self, bytes: &[u8]) -> Result<(), WrongEnd> {
        self.to.as_ref().ok_or(WrongEnd)?.write(bytes).expect("somebody reads");
        Ok(())
    }

    fn receive(&self, count: usize) -> Result<Vec<u8>, WrongEnd> {
        Ok(self.from.as_ref().ok_or(WrongEnd)?.read_exactly(count))
    }
}

/// A child sends a greeting through such a pipe, and the parent answers, if it can. Returns what it is told.
fn answered(answer: fn(&End) -> Result<(), WrongEnd>) -> (Vec<u8>, Result<(), WrongEnd>) {
    let (reader, writer) = pipe();
    let (parent, child) = (End { from: Some(reader), to: None }, End { from: None, to: Some(writer) });
    let child = thread::spawn(move || child.send(LONG).unwrap());
    let received = parent.receive(LONG.len()).unwrap();
    child.join().unwrap();
    (received, answer(&parent))
}

/// How a parent hands a child its input, and takes what it writes.
type Communicate = fn(Writer, &Reader) -> Vec<u8>;

/// Writes in a thread of its own, and reads meanwhile, as `subprocess.communicate` does on Windows. Elsewhere one thread
/// waits for whichever can go on.
fn write_while_reading(input: Writer, output: &Reader) -> Vec<u8> {
    let writer = thread::spawn(move || input.write(LONG).unwrap());
    let answer = output.read_all();
    writer.join().unwrap();
    answer
}

/// The twin: writes everything, and then reads.
fn write_then_read(input: Writer, output: &Reader) -> Vec<u8> {
    input.write(LONG).unwrap();
    drop(input);
    output.read_all()
}

/// A child writes a greeting that is longer than a pipe holds, and then reads all of its input. Returns the greeting
/// and how much the child has read.
fn communicated(communicate: Communicate) -> (Vec<u8>, usize) {
    let ((childs_input, input), (output, childs_output)) = (pipe(), pipe());
    let child = thread::spawn(move || {
        childs_output.write(b"hello").unwrap();
        drop(childs_output);
        childs_input.read_all().len()
    });
    (communicate(input, &output), child.join().unwrap())
}

/// Two processes write a line each to the same pipe. Returns what comes out.
fn lines(lines: [&'static [u8]; 2]) -> String {
    let (reader, writer) = pipe();
    for line in lines {
        let writer = writer.clone();
        thread::spawn(move || writer.write(line).unwrap());
    }
    drop(writer);
    String::from_utf8_lossy(&reader.read_all()).into_owned()
}

/// Two processes receive a message each from the same end: its length in one byte, and then its bytes. Returns
/// what they receive, in order.
fn received_by_two(has_lock: bool) -> Vec<Vec<u8>> {
    let (reader, writer) = pipe();
    let lock = Mutex::new(());
    let mut messages = thread::scope(|scope| {
        let receivers = [(); 2].map(|()| {
            scope.spawn(|| {
                let _alone = has_lock.then(|| lock.lock().unwrap());
                let length = reader.read_exactly(1)[0];
                reader.read_exactly(length.into())
            })
        });
        for message in [b"\x01a", b"\x01b"] {
            writer.write(message).unwrap();
        }
        drop(writer);
        receivers.into_iter().map(|receiver| receiver.join().unwrap()).collect::<Vec<_>>()
    });
    messages.sort();
    messages
}

/// The scenarios of pipes.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "pipe/end_of_file",
        summary: "a child writes and ends, and the parent reads until there is no more",
        shows: "A pipe ends when the last process that could write has closed its end.",
        run: |_| Outcome::of(&read_to_the_end(true)),
        right: |_| only(LONG),
        possible: |_| only(LONG),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/writers_end_left_open",
        summary: "the parent reads until there is no more, and could itself still write",
        shows: "Who reads closes the end for writing first, or waits for ever for what it might write itself.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["pipe/end_of_file"],
        run: |_| Outcome::of(&read_to_the_end(false)),
        right: |_| only(LONG),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/broken",
        summary: "a child writes into a pipe that nobody reads any more",
        shows: "Who writes what nobody can read is told so.",
        run: |_| Outcome::of(&written_for_nobody(true)),
        right: |_| only(Err::<(), _>(Broken)),
        possible: |_| only(Err::<(), _>(Broken)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/readers_end_left_open",
        summary: "a child writes into a pipe that only it could read",
        shows: "Who writes closes the end for reading first, or waits for ever for room that only it could make.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["pipe/broken"],
        run: |_| Outcome::of(&written_for_nobody(false)),
        right: |_| only(Err::<(), _>(Broken)),
        ..Scenario::DEFAULT
    },
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
        shows: "Two who both send before they receive wait for each other, as soon as what they send is long.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["pipe/duplex"],
        run: |_| Outcome::of(&exchanged(send_and_receive, send_and_receive)),
        right: |_| only([LONG, LONG]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/simplex",
        summary: "one process sends through `Pipe(duplex=False)`, and the other one tries to answer",
        shows: "With `duplex=False` one end is for receiving and the other for sending; anything else is an error.",
        run: |_| Outcome::of(&answered(|end| end.send(b"a"))),
        right: |_| only((LONG, Err::<(), _>(WrongEnd))),
        possible: |_| only((LONG, Err::<(), _>(WrongEnd))),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/simplex_taken_for_duplex",
        summary: "one process sends through `Pipe(duplex=False)`, and the other one answers",
        shows: "Who is to answer needs a pipe for both directions.",
        expectation: Expectation::Fails(FailureKind::Panic),
        twin_of: &["pipe/simplex"],
        run: |_| {
            let answer = |end: &End| {
                end.send(b"a").unwrap();
                Ok(())
            };
            Outcome::of(&answered(answer))
        },
        right: |_| only((LONG, Err::<(), _>(WrongEnd))),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/communicate",
        summary: "the parent writes a child's input while it reads its output",
        shows: "`communicate` sends the input and reads the output, however long they are.",
        run: |_| Outcome::of(&communicated(write_while_reading)),
        right: |_| only((b"hello", LONG.len())),
        possible: |_| only((b"hello", LONG.len())),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/write_then_read",
        summary: "the parent writes all of a child's input before it reads its output",
        shows: "A parent that writes everything before it reads waits for a child that waits for it to read.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["pipe/communicate"],
        run: |_| Outcome::of(&communicated(write_then_read)),
        right: |_| only((b"hello", LONG.len())),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/short_lines",
        summary: "two processes write a short line each",
        shows: "A short write is done at once: lines of several processes do not mix.",
        run: |_| Outcome::of(&lines([b"ab", b"AB"])),
        right: |_| any_of(["abAB", "ABab"]),
        possible: |_| any_of(["abAB", "ABab"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/long_lines",
        summary: "two processes write a line each that is longer than what is written at once",
        shows: "What one process writes in one call is not mixed with what others write.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pipe/short_lines"],
        run: |_| Outcome::of(&lines([b"abc", b"ABC"])),
        right: |_| any_of(["abcABC", "ABCabc"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/received_with_a_lock",
        summary: "two processes receive a message each from one end, one at a time",
        shows: "An end that several receive from needs a lock for the whole of a message.",
        run: |_| Outcome::of(&received_by_two(true)),
        right: |_| only([b"a", b"b"]),
        possible: |_| only([b"a", b"b"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/received_by_two",
        summary: "two processes receive a message each from one end, at the same time",
        shows: "When two processes read from one end at the same time, the data may be corrupted.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pipe/received_with_a_lock"],
        run: |_| Outcome::of(&received_by_two(false)),
        right: |_| only([b"a", b"b"]),
        ..Scenario::DEFAULT
    },
];
