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

/// A child writes and closes its end; then the parent reads on until the end, or closes its own end too. Returns what
/// it has read.
fn read_after_the_other_closed(closes_too: bool) -> Vec<u8> {
    let (reader, writer) = pipe();
    thread::spawn(move || writer.write(b"ab").unwrap()).join().unwrap();
    let open = (!closes_too).then_some(reader);
    open.map_or(vec![], |reader| reader.read_all())
}

/// How a parent hands a child its input, and takes what it writes.
type Communicate = fn(Writer, &Reader) -> Vec<u8>;

/// Writes in a thread of its own, and reads meanwhile, as `subprocess.communicate` does on Windows. Elsewhere one
/// thread waits for whichever can go on.
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
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "pipe/end_of_file",
        summary: "a child writes and ends, and the parent reads until there is no more",
        shows: "A reader is told of the end of a pipe when every process that could write has closed its writing end.",
        run: |_| Outcome::of(&read_to_the_end(true)),
        right: |_| only(LONG),
        possible: |_| only(LONG),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/writers_end_left_open",
        summary: "the parent reads until there is no more, and could itself still write",
        shows: "A process that reads until the end of a pipe, and has a writing end of it itself, waits for ever.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["pipe/end_of_file"],
        run: |_| Outcome::of(&read_to_the_end(false)),
        right: |_| only(LONG),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/read_on",
        summary: "a child writes and closes its end, and the parent reads on",
        shows: "What was written before the other side closed its end is read after.",
        run: |_| Outcome::of(&read_after_the_other_closed(false)),
        right: |_| only(b"ab"),
        possible: |_| only(b"ab"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/closed_too",
        summary: "a child writes and closes its end, and the parent closes its own at once",
        shows: "A side that closes its end because the other one has closed its own loses what is still in the pipe.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["pipe/read_on"],
        run: |_| Outcome::of(&read_after_the_other_closed(true)),
        right: |_| only(b"ab"),
        possible: |_| only([0; 0]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/broken",
        summary: "a child writes into a pipe that nobody reads any more",
        shows: "A process that writes into a pipe whose reading ends are all closed is told so: `BrokenPipeError`.",
        run: |_| Outcome::of(&written_for_nobody(true)),
        right: |_| only(Err::<(), _>(Broken)),
        possible: |_| only(Err::<(), _>(Broken)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/readers_end_left_open",
        summary: "a child writes into a pipe that only it could read",
        shows: "A process that writes more than a pipe holds, and has the only reading end itself, waits for ever for \
                room.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["pipe/broken"],
        run: |_| Outcome::of(&written_for_nobody(false)),
        right: |_| only(Err::<(), _>(Broken)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/communicate",
        summary: "the parent writes a child's input while it reads its output",
        shows: "`Popen.communicate` writes the input and reads the output at the same time, however long they are.",
        run: |_| Outcome::of(&communicated(write_while_reading)),
        right: |_| only((b"hello", LONG.len())),
        possible: |_| only((b"hello", LONG.len())),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/write_then_read",
        summary: "the parent writes all of a child's input before it reads its output",
        shows: "A parent that writes all input before it reads any output waits for a child that waits for its output \
                to be read.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["pipe/communicate"],
        run: |_| Outcome::of(&communicated(write_then_read)),
        right: |_| only((b"hello", LONG.len())),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/short_lines",
        summary: "two processes write a short line each",
        shows: "A write of at most `PIPE_BUF` bytes is done at once: lines of several processes do not mix.",
        literature: Some("POSIX, `write`: `PIPE_BUF`"),
        run: |_| Outcome::of(&lines([b"ab", b"AB"])),
        right: |_| any_of(["abAB", "ABab"]),
        possible: |_| any_of(["abAB", "ABab"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/long_lines",
        summary: "two processes write a line each that is longer than what is written at once",
        shows: "A write of more than `PIPE_BUF` bytes is done in pieces: lines of several processes mix.",
        literature: Some("POSIX, `write`: `PIPE_BUF`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pipe/short_lines"],
        run: |_| Outcome::of(&lines([b"abc", b"ABC"])),
        right: |_| any_of(["abcABC", "ABCabc"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/received_with_a_lock",
        summary: "two processes receive a message each from one end, one at a time",
        shows: "A lock around the whole of `recv` keeps messages whole when several processes receive from one end, as \
                `multiprocessing.Queue` has it.",
        run: |_| Outcome::of(&received_by_two(true)),
        right: |_| only([b"a", b"b"]),
        possible: |_| only([b"a", b"b"]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pipe/received_by_two",
        summary: "two processes receive a message each from one end, at the same time",
        shows: "Without a lock two processes that `recv` from one end may each get bytes of the same message.",
        literature: Some("Python documentation of `multiprocessing.Pipe`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pipe/received_with_a_lock"],
        run: |_| Outcome::of(&received_by_two(false)),
        right: |_| only([b"a", b"b"]),
        ..Scenario::DEFAULT
    },
];
