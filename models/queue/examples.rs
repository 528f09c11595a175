//! The examples of the tutorials for queues between processes, to the letter, and beside each the form that is right: a
//! writer and a reader that is terminated, and one sender with several receivers.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::Arc;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::thread::{self, JoinHandle};

use super::blocking::{self, Patience, first_in};
use super::feeder::{Queue, object};
use crate::scenario::{Expectation, Scenario, any_of, only};

/// Says that no more will come.
const SENTINEL: u8 = 0;

/// How a reader is ended. Returns how many items it has handled by then.
type End = fn(JoinHandle<()>, &AtomicUsize) -> usize;

/// `pr.join()`: waits until it has ended.
fn join(reader: JoinHandle<()>, handled: &AtomicUsize) -> usize {
    reader.join().unwrap();
    handled.load(SeqCst)
}

/// `pr.terminate()`: it does nothing more from now on, so what it has handled by now is all.
fn terminate(_reader: JoinHandle<()>, handled: &AtomicUsize) -> usize {
    handled.load(SeqCst)
}

/// One process writes these items and ends; another one reads for ever, or until a sentinel. The parent joins the
/// writer, and then ends the reader. Returns how many the reader has handled.
fn written_and_read(items: &'static [u8], end: End) -> usize {
    let readers = Queue::new(2);
    let mut writers = readers.passed();
    let handled = Arc::new(AtomicUsize::new(0));
    let writer = thread::spawn(move || {
        items.iter().for_each(|item| writers.put(object(*item)).unwrap());
        writers.close();
        writers.join_thread();
    });
    let reader = {
        let handled = handled.clone();
        thread::spawn(move || {
            while readers.get() != SENTINEL {
                handled.fetch_add(1, SeqCst);
            }
        })
    };
    writer.join().unwrap();
    end(reader, &handled)
}

/// How the sender puts an item, if it does.
type Put = fn(&blocking::Queue, u8);

/// Waits for room.
fn put(queue: &blocking::Queue, item: u8) {
    queue.put(item, Patience::Endless).unwrap();
}

/// As the tutorial does: an item for which there is no room is forgotten, with a message and nothing else.
fn put_or_print(queue: &blocking::Queue, item: u8) {
    let _full = queue.put_nowait(item);
}

/// How a receiver takes items, and when it leaves.
type Receive = fn(&blocking::Queue) -> Vec<u8>;

/// Leaves when it is told so.
fn until_sentinel(queue: &blocking::Queue) -> Vec<u8> {
    std::iter::from_fn(|| queue.get(Patience::Endless).ok().filter(|item| *item != SENTINEL)).collect()
}

/// As the tutorial does: leaves when there is nothing; if another receiver was quicker, prints a message and looks
/// again.
fn while_it_has_a_size(queue: &blocking::Queue) -> Vec<u8> {
    let mut received = Vec::new();
    while queue.size() > 0 {
        received.extend(queue.get_nowait());
    }
    received
}

/// One process sends two items through a queue with so much room (0 for any), two receive them, and the sender says
/// that there are no more, or not. Returns what was received, in order of size.
fn sent_and_received(room: usize, put_item: Put, receive: Receive, has_sentinels: bool) -> Vec<u8> {
    let queue = blocking::Queue::new(room, first_in);
    let mut received = thread::scope(|scope| {
        scope.spawn(|| {
            [1, 2].into_iter().for_each(|item| put_item(&queue, item));
            if has_sentinels {
                [(); 2].into_iter().for_each(|()| put(&queue, SENTINEL));
            }
        });
        let receivers = [(); 2].map(|()| scope.spawn(|| receive(&queue)));
        receivers.into_iter().flat_map(|receiver| receiver.join().unwrap()).collect::<Vec<_>>()
    });
    received.sort_unstable();
    received
}

/// A worker is started before its tasks are put, and works while the queue is not empty. Returns what it does.
fn worked_while_not_empty() -> Vec<u8> {
    let queue = blocking::Queue::new(0, first_in);
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            std::iter::from_fn(|| (!queue.is_empty()).then(|| queue.get(Patience::Endless).unwrap())).collect()
        });
        [1, 2].into_iter().for_each(|task| put(&queue, task));
        worker.join().unwrap()
    })
}

/// The scenarios of the examples.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/reader_told",
        summary: "a writer puts a sentinel last, and a reader reads until it comes and is joined",
        shows: "A reader that ends at a sentinel and is joined has handled all that was put.",
        run: |_| Outcome::of(&written_and_read(&[1, SENTINEL], join)),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/reader_terminated",
        summary: "a reader reads for ever and is terminated when the writer has ended",
        shows: "`Process.terminate` right after the writer was joined may come before the reader has handled the last \
                items.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/reader_told"],
        run: |_| Outcome::of(&written_and_read(&[1, 2], terminate)),
        right: |_| only(2),
        possible: |_| any_of([0, 1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/reader_joined",
        summary: "a reader reads for ever and is joined when the writer has ended",
        shows: "`Process.join` waits for ever for a reader that loops for ever around `Queue.get`.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["queue/reader_told"],
        run: |_| Outcome::of(&written_and_read(&[1], join)),
        right: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/receivers_told",
        summary: "a sender waits for room and puts a sentinel for each receiver",
        shows: "With `put` that waits for room, and a sentinel for each receiver, all that is sent is received.",
        run: |_| Outcome::of(&sent_and_received(1, put, until_sentinel, true)),
        right: |_| only([1, 2]),
        possible: |_| only([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/one_to_many",
        summary: "a sender uses `put_nowait` and goes on, receivers loop `while q.qsize()`, in a queue with room for \
                  one",
        shows: "The example of tutorial 003 loses items: `put_nowait` drops what it has no room for, and receivers \
                leave when `qsize` is 0 for a moment.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/receivers_told"],
        run: |_| Outcome::of(&sent_and_received(1, put_or_print, while_it_has_a_size, false)),
        right: |_| only([1, 2]),
        possible: |_| any_of([vec![], vec![1], vec![1, 2]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/receivers_leave_early",
        summary: "receivers loop `while q.qsize()` while a sender puts, and there is always room",
        shows: "A receiver that is started before anything is put sees `qsize` 0 and leaves: items stay in the queue.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/receivers_told"],
        run: |_| Outcome::of(&sent_and_received(0, put, while_it_has_a_size, false)),
        right: |_| only([1, 2]),
        possible: |_| any_of([vec![], vec![1], vec![1, 2]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/refused_and_dropped",
        summary: "a sender uses `put_nowait` and goes on when it is refused; receivers read until a sentinel",
        shows: "A sender that catches the exception of `put_nowait` and goes on with the next item has not sent the \
                refused one.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/receivers_told"],
        run: |_| Outcome::of(&sent_and_received(1, put_or_print, until_sentinel, true)),
        right: |_| only([1, 2]),
        possible: |_| any_of([vec![1], vec![1, 2]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/left_when_empty",
        summary: "`while not q.empty(): q.get()`, by a worker that is started before tasks are put",
        shows: "Between `empty` returning `True` and the worker leaving, items may be put: nobody does them.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/drained"],
        run: |_| Outcome::of(&worked_while_not_empty()),
        right: |_| only([1, 2]),
        possible: |_| any_of([vec![], vec![1], vec![1, 2]]),
        ..Scenario::DEFAULT
    },
];
