//! How queues between processes are used: when what was put is written, who waits for it, and what `close` says to
//! whom.

use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::{Outcome, thread};

use super::feeder::{Closed, Object, Queue, object};
use crate::scenario::{Expectation, Scenario, any_of, only};

/// Says that no more will come.
const SENTINEL: u8 = 0;

fn put(queue: &mut Queue, items: &[u8]) {
    items.iter().for_each(|item| queue.put(object(*item)).unwrap());
}

/// Takes what is in the pipe, and does not wait for more.
fn taken(queue: &Queue) -> Vec<u8> {
    std::iter::from_fn(|| queue.get_nowait()).collect()
}

/// A child puts two items, for which the pipe has room, and ends. Returns what the parent then finds there.
fn flushed(end: fn(Queue)) -> Vec<u8> {
    let queue = Queue::new(2);
    let mut childs = queue.passed();
    let child = thread::spawn(move || {
        put(&mut childs, &[1, 2]);
        childs.close();
        end(childs);
    });
    child.join().unwrap();
    taken(&queue)
}

/// A child puts two items, more than the pipe holds, and ends when it has come to an end with them. The parent gets
/// them, and joins the child; or the other way round.
fn child_joined(gets_first: bool) -> Vec<u8> {
    let queue = Queue::new(1);
    let mut childs = queue.passed();
    let child = thread::spawn(move || {
        put(&mut childs, &[1, 2]);
        childs.close();
        childs.join_thread();
    });
    let get_all = || (0..2).map(|_| queue.get()).collect();
    if gets_first {
        let items = get_all();
        child.join().unwrap();
        items
    } else {
        child.join().unwrap();
        get_all()
    }
}

/// A child puts more than the pipe holds and ends without waiting; the parent joins it, and takes nothing. Returns
/// whether it came so far.
fn cancelled_and_joined() -> bool {
    let queue = Queue::new(1);
    let mut childs = queue.passed();
    let child = thread::spawn(move || {
        put(&mut childs, &[1, 2]);
        childs.cancel_join_thread();
    });
    child.join().is_ok()
}

/// A process puts an item, and asks at once for it. Returns what it gets.
fn there_at_once(get: fn(&Queue) -> Option<u8>) -> Option<u8> {
    let mut queue = Queue::new(1);
    put(&mut queue, &[1]);
    get(&queue)
}

/// A process closes its queue, and puts another item. Returns what it is told, and what comes out.
fn put_after_close(put_late: fn(&mut Queue, Object) -> Result<(), Closed>) -> (Result<(), Closed>, Vec<u8>) {
    let parents = Queue::new(2);
    let mut queue = parents.passed();
    put(&mut queue, &[1]);
    queue.close();
    let told = put_late(&mut queue, object(2));
    queue.join_thread();
    (told, taken(&parents))
}

/// What is right: what was accepted comes out.
fn all_that_was_accepted() -> [(Result<(), Closed>, Vec<u8>); 2] {
    [(Err(Closed), vec![1]), (Ok(()), vec![1, 2])]
}

/// A parent closes its queue, and then a child puts an item. Returns what the child is told, and what comes out.
fn put_by_another_after_close() -> (Result<(), Closed>, Vec<u8>) {
    let mut queue = Queue::new(2);
    let (mut childs, others) = (queue.passed(), queue.passed());
    put(&mut queue, &[1]);
    queue.close();
    queue.join_thread();
    let child = thread::spawn(move || {
        let told = childs.put(object(2));
        childs.close();
        childs.join_thread();
        told
    });
    let told = child.join().unwrap();
    (told, taken(&others))
}

/// A producer puts one item, and a sentinel or not, closes its queue and ends. A consumer takes until it is told that
/// there is no more. Returns what it took.
fn taken_until_told(has_sentinel: bool) -> Vec<u8> {
    let queue = Queue::new(1);
    let mut producers = queue.passed();
    let producer = thread::spawn(move || {
        put(&mut producers, if has_sentinel { &[1, SENTINEL] } else { &[1] });
        producers.close();
        producers.join_thread();
    });
    let items = std::iter::from_fn(|| Some(queue.get()).filter(|item| *item != SENTINEL)).collect();
    producer.join().unwrap();
    items
}

/// A producer puts an item and waits in `join_thread`; a consumer takes it. Returns how many were taken when that
/// returned.
fn taken_at_join_thread() -> usize {
    let taken = AtomicUsize::new(0);
    let queue = Queue::new(1);
    let mut producers = queue.passed();
    thread::scope(|scope| {
        scope.spawn(|| {
            queue.get();
            taken.fetch_add(1, SeqCst);
        });
        put(&mut producers, &[1]);
        producers.close();
        producers.join_thread();
        taken.load(SeqCst)
    })
}

/// A process puts more than the pipe holds, and closes its queue. Returns whether the feeder has ended then.
fn feeder_has_ended_at_close() -> bool {
    let mut queue = Queue::new(1);
    put(&mut queue, &[1, 2]);
    queue.close();
    queue.feeder_has_ended()
}

/// A process puts what it has, or a copy of it, and then changes it. Returns what comes out.
fn changed_after_put(copy: fn(&Object) -> Object) -> u8 {
    let mut queue = Queue::new(1);
    let item = object(1);
    queue.put(copy(&item)).unwrap();
    item.store(2, SeqCst);
    queue.get()
}

/// The scenarios of queues with a feeder.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/join_thread",
        summary: "a process puts, closes, and waits until all is in the pipe",
        shows: "After `Queue.close` and `Queue.join_thread` all that the process has put is in the pipe.",
        run: |_| Outcome::of(&flushed(Queue::join_thread)),
        right: |_| only([1, 2]),
        possible: |_| only([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/cancel_join_thread",
        summary: "a process puts, and ends at once",
        shows: "`Queue.put` only hands an item to the feeder thread: a process that ends without waiting for that \
                thread, as after `cancel_join_thread`, may lose what it has put.",
        literature: Some("Python documentation of `Queue.cancel_join_thread`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/join_thread"],
        run: |_| Outcome::of(&flushed(Queue::cancel_join_thread)),
        right: |_| only([1, 2]),
        possible: |_| any_of([vec![], vec![1], vec![1, 2]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/join_thread_before_taken",
        summary: "a process waits in `join_thread`, and counts what was taken",
        shows: "`Queue.join_thread` returns when all is in the pipe, which may be before any of it is taken.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/join_thread"],
        run: |_| Outcome::of(&taken_at_join_thread()),
        right: |_| only(1),
        possible: |_| any_of([0, 1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/feeder_after_close",
        summary: "a process puts more than the pipe holds, closes, and looks whether the feeder has ended",
        shows: "`Queue.close` returns at once; the feeder thread goes on until all that was put is in the pipe.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/join_thread"],
        run: |_| Outcome::of(&feeder_has_ended_at_close()),
        right: |_| only(true),
        possible: |_| only(false),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/get_then_join",
        summary: "the parent gets all that a child has put, and joins it",
        shows: "A child that has put into a `multiprocessing.Queue` can be joined when that has been taken.",
        run: |_| Outcome::of(&child_joined(true)),
        right: |_| only([1, 2]),
        possible: |_| only([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/cancelled_and_joined",
        summary: "a child puts more than the pipe holds, cancels, and is joined before anything is taken",
        shows: "A process that has called `Queue.cancel_join_thread` ends without waiting for its feeder thread.",
        run: |_| Outcome::of(&cancelled_and_joined()),
        right: |_| only(true),
        possible: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/join_then_get",
        summary: "the parent joins a child, and gets what it has put after",
        shows: "A process that has put more than the pipe holds waits at its end for its feeder thread; a parent that \
                calls `Process.join` before it takes the items waits for ever.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["queue/get_then_join", "queue/cancelled_and_joined"],
        run: |_| Outcome::of(&child_joined(false)),
        right: |_| only([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/get_what_was_put",
        summary: "a process puts an item, and waits until it comes out",
        shows: "`Queue.get` waits until the feeder thread has written what was put, and returns it.",
        run: |_| Outcome::of(&there_at_once(|queue| Some(queue.get()))),
        right: |_| only(Some(1)),
        possible: |_| only(Some(1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/empty_after_put",
        summary: "a process puts an item, and asks at once whether there is one",
        shows: "Right after `Queue.put` of `multiprocessing`, `empty` may return `True` and `get_nowait` raise \
                `Empty`: the item is still in the buffer.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/get_what_was_put"],
        run: |_| Outcome::of(&there_at_once(Queue::get_nowait)),
        right: |_| only(Some(1)),
        possible: |_| any_of([None, Some(1)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_after_close",
        summary: "a process closes its queue, and puts",
        shows: "`Queue.put` after `Queue.close` in the same process raises `ValueError`.",
        run: |_| Outcome::of(&put_after_close(Queue::put)),
        right: |_| any_of(all_that_was_accepted()),
        possible: |_| any_of([&all_that_was_accepted()[0]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_after_close_unchecked",
        summary: "a process closes its queue, and puts, and is not told that it is too late",
        shows: "Without the check in `Queue.put` an item that is put after `Queue.close` is lost: the feeder has \
                ended.",
        literature: Some("broken variant of `queue/put_after_close`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/put_after_close"],
        run: |_| Outcome::of(&put_after_close(Queue::put_unchecked)),
        right: |_| any_of(all_that_was_accepted()),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_by_another_after_close",
        summary: "a process closes its queue, and another one puts",
        shows: "`Queue.close` closes the queue of the process that calls it: another process can still put.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/put_after_close"],
        run: |_| Outcome::of(&put_by_another_after_close()),
        right: |_| only(&all_that_was_accepted()[0]),
        possible: |_| only(&all_that_was_accepted()[1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/sentinel",
        summary: "a producer puts a sentinel last, and a consumer takes until it comes",
        shows: "A consumer learns by a sentinel, an item with that meaning, that no more will be put.",
        run: |_| Outcome::of(&taken_until_told(true)),
        right: |_| only([1]),
        possible: |_| only([1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/get_after_close",
        summary: "a producer closes its queue and ends, and a consumer takes until it is told that there is no more",
        shows: "`Queue.close` tells consumers nothing: one that waits in `get` waits for ever.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["queue/sentinel"],
        run: |_| Outcome::of(&taken_until_told(false)),
        right: |_| only([1]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_a_copy",
        summary: "a process puts a copy of what it has, and then changes what it has",
        shows: "What nobody changes after `Queue.put` comes out as it was put.",
        run: |_| Outcome::of(&changed_after_put(|item| object(item.load(SeqCst)))),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/changed_after_put",
        summary: "a process puts what it has, and then changes it",
        shows: "The feeder thread pickles an item some time after `Queue.put` has returned: a change meanwhile is \
                sent.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/put_a_copy"],
        run: |_| Outcome::of(&changed_after_put(Object::clone)),
        right: |_| only(1),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
];
