//! A queue between processes, as Python's `multiprocessing.Queue`: `put` only adds to a buffer of one's own, and a
//! thread, the feeder, writes from there into a pipe, which holds little.

use std::collections::VecDeque;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicBool;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::mpsc::{Receiver, SyncSender, sync_channel};
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread::{self, JoinHandle};

use crate::scenario::{Expectation, Scenario, any_of, only};

type Item = u8;

/// The queue was closed: a `ValueError` in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Closed;

#[derive(Default)]
struct Buffer {
    items: VecDeque<Item>,
    is_closed: bool,
}

/// The end of a queue that one process puts into.
struct Queue {
    buffer: Arc<(Mutex<Buffer>, Condvar)>,
    /// Whether the process has ended, and its feeder with it.
    is_over: Arc<AtomicBool>,
    feeder: JoinHandle<()>,
}

impl Queue {
    /// Returns the end to put into and the end to get from, with a pipe that holds one item.
    fn new() -> (Self, Receiver<Item>) {
        let (pipe, other_end) = sync_channel(1);
        let buffer = Arc::<(Mutex<Buffer>, Condvar)>::default();
        let is_over = Arc::new(AtomicBool::new(false));
        let feeder = {
            let (buffer, is_over) = (buffer.clone(), is_over.clone());
            thread::spawn(move || feed(&buffer, &is_over, &pipe))
        };
        (Self { buffer, is_over, feeder }, other_end)
    }

    /// Adds an item to the buffer, and never waits.
    fn put(&self, item: Item) -> Result<(), Closed> {
        let (buffer, changed) = &*self.buffer;
        let mut buffer = buffer.lock().unwrap();
        if buffer.is_closed {
            return Err(Closed);
        }
        buffer.items.push_back(item);
        changed.notify_one();
        Ok(())
    }

    /// The twin: adds an item to the buffer, whether anybody still looks there or not.
    fn put_unchecked(&self, item: Item) -> Result<(), Closed> {
        let (buffer, changed) = &*self.buffer;
        buffer.lock().unwrap().items.push_back(item);
        changed.notify_one();
        Ok(())
    }

    /// Says that this process will put no more.
    fn close(&self) {
        let (buffer, changed) = &*self.buffer;
        buffer.lock().unwrap().is_closed = true;
        changed.notify_one();
    }

    /// Waits until all that was put is in the pipe.
    fn join_thread(self) {
        self.feeder.join().unwrap();
    }

    /// The twin: ends the process without waiting (`cancel_join_thread`), and with it the feeder, wherever it is.
    fn cancel_join_thread(self) {
        self.is_over.store(true, SeqCst);
    }
}

/// Writes what is put into the pipe, and closes the pipe when no more will come.
fn feed((buffer, changed): &(Mutex<Buffer>, Condvar), is_over: &AtomicBool, pipe: &SyncSender<Item>) {
    loop {
        let waits = |buffer: &mut Buffer| buffer.items.is_empty() && !buffer.is_closed;
        let next = changed.wait_while(buffer.lock().unwrap(), waits).unwrap().items.pop_front();
        let Some(item) = next else { return };
        if is_over.load(SeqCst) || pipe.send(item).is_err() {
            return;
        }
    }
}

/// A process puts two items and ends; another gets what comes until there is no more.
fn flushed(end: fn(Queue)) -> Vec<Item> {
    let (queue, pipe) = Queue::new();
    let reader = thread::spawn(move || pipe.iter().collect());
    [1, 2].into_iter().for_each(|item| queue.put(item).unwrap());
    queue.close();
    end(queue);
    reader.join().unwrap()
}

/// A child puts three items, more than the pipe holds, and ends when they are in the pipe. The parent gets them,
/// and joins the child; or the other way round.
fn child_joined(gets_first: bool) -> Vec<Item> {
    let (queue, pipe) = Queue::new();
    let child = thread::spawn(move || {
        [1, 2, 3].into_iter().for_each(|item| queue.put(item).unwrap());
        queue.close();
        queue.join_thread();
    });
    if gets_first {
        let items = pipe.iter().collect();
        child.join().unwrap();
        items
    } else {
        child.join().unwrap();
        pipe.iter().collect()
    }
}

/// A process puts an item, and asks at once for it. Returns whether there was one.
fn there_at_once(get: fn(&Receiver<Item>) -> Option<Item>) -> Option<Item> {
    let (queue, pipe) = Queue::new();
    queue.put(1).unwrap();
    let item = get(&pipe);
    queue.close();
    drop(pipe);
    queue.join_thread();
    item
}

/// A process closes its end, and puts another item. Returns what it is told, and what comes out.
fn put_after_close(put: fn(&Queue, Item) -> Result<(), Closed>) -> (Result<(), Closed>, Vec<Item>) {
    let (queue, pipe) = Queue::new();
    let reader = thread::spawn(move || pipe.iter().collect());
    queue.put(1).unwrap();
    queue.close();
    let told = put(&queue, 2);
    queue.join_thread();
    (told, reader.join().unwrap())
}

/// What is right: what was accepted comes out.
fn all_that_was_accepted() -> [(Result<(), Closed>, Vec<Item>); 2] {
    [(Err(Closed), vec![1]), (Ok(()), vec![1, 2])]
}

/// The scenarios of queues with a feeder.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/join_thread",
        summary: "a process puts, closes, and waits until all is in the pipe",
        shows: "`close` and `join_thread` see to it that what was put is written before the process ends.",
        run: |_| Outcome::of(&flushed(Queue::join_thread)),
        right: |_| only([1, 2]),
        possible: |_| only([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/cancel_join_thread",
        summary: "a process puts, and ends at once",
        shows: "`put` only hands an item to the feeder: a process that does not wait for it may lose what it has put.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/join_thread"],
        run: |_| Outcome::of(&flushed(Queue::cancel_join_thread)),
        right: |_| only([1, 2]),
        possible: |_| any_of([vec![], vec![1], vec![1, 2]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/get_then_join",
        summary: "the parent gets all that a child has put, and joins it",
        shows: "A child that has put into a queue ends when that has been taken.",
        run: |_| Outcome::of(&child_joined(true)),
        right: |_| only([1, 2, 3]),
        possible: |_| only([1, 2, 3]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/join_then_get",
        summary: "the parent joins a child, and gets what it has put after",
        shows: "Who joins a process before taking what it has put waits for ever, as soon as that is more than the pipe holds.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["queue/get_then_join"],
        run: |_| Outcome::of(&child_joined(false)),
        right: |_| only([1, 2, 3]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/get_what_was_put",
        summary: "a process puts an item, and waits until it comes out",
        shows: "What was put into a queue between processes comes out some time later.",
        run: |_| Outcome::of(&there_at_once(|pipe| pipe.recv().ok())),
        right: |_| only(Some(1)),
        possible: |_| only(Some(1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/empty_after_put",
        summary: "a process puts an item, and asks at once whether there is one",
        shows: "Right after `put` a queue between processes may still be empty.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/get_what_was_put"],
        run: |_| Outcome::of(&there_at_once(|pipe| pipe.try_recv().ok())),
        right: |_| only(Some(1)),
        possible: |_| any_of([None, Some(1)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_after_close",
        summary: "a process closes its end, and puts",
        shows: "To put into a queue that one has closed is an error.",
        run: |_| Outcome::of(&put_after_close(Queue::put)),
        right: |_| any_of(all_that_was_accepted()),
        possible: |_| any_of([&all_that_was_accepted()[0]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_after_close_unchecked",
        summary: "a process closes its end, and puts, and is not told that it is too late",
        shows: "Who accepts what nobody will look at loses it.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/put_after_close"],
        run: |_| Outcome::of(&put_after_close(Queue::put_unchecked)),
        right: |_| any_of(all_that_was_accepted()),
        ..Scenario::DEFAULT
    },
];
