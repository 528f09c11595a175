//! What a long item does to `get_nowait`: a queue between processes writes it into its pipe piece by piece, and reads
//! it so.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, thread};

use crate::pipe::{Reader, Writer, pipe};
use crate::scenario::{Expectation, Scenario, any_of};

/// `get_nowait`: nothing if there is nothing in the pipe; otherwise it reads the whole item, its length first.
fn get_nowait(reader: &Reader) -> Option<Vec<u8>> {
    reader.poll().then(|| {
        let length = reader.read_exactly(1)[0];
        reader.read_exactly(length.into())
    })
}

/// A feeder writes an item with its length, or only its beginning: then its process is stopped for good. Another
/// process, which has both ends of the pipe as all that share a queue, takes without waiting. Returns what it gets.
fn got(written: &'static [u8]) -> Option<Vec<u8>> {
    let (reader, writer): (Reader, Writer) = pipe();
    let feeders = writer.clone();
    let feeder = thread::spawn(move || feeders.write(written).unwrap());
    let item = get_nowait(&reader);
    feeder.join().unwrap();
    item
}

/// The scenarios of long items.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/get_nowait_of_a_short_item",
        summary: "a feeder writes an item at once, and another process takes without waiting",
        shows: "`Queue.get_nowait` returns an item that is written at once, or raises `Empty`, and does not wait.",
        run: |_| Outcome::of(&got(b"\x01a")),
        right: |_| any_of([None, Some(b"a")]),
        possible: |_| any_of([None, Some(b"a")]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/get_nowait_of_half_an_item",
        summary: "a process is stopped while its feeder writes a long item, and another one takes without waiting",
        shows: "`Queue.get_nowait` waits for the rest of an item whose first bytes are in the pipe: for ever if the \
                process that writes it was stopped or killed.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["queue/get_nowait_of_a_short_item"],
        run: |_| Outcome::of(&got(b"\x03a")),
        right: |_| any_of([None, Some(b"abc")]),
        ..Scenario::DEFAULT
    },
];
