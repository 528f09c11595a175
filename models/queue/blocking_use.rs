//! How queues that threads wait for are used, and how the tutorials use them: a queue that is safe does not make
//! safe what is done with it in two calls.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::thread;

use super::blocking::{A_WHILE, Order, Patience, Queue, Refusal, first_in, last_in, lowest};
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, any_of, only};

/// How an item is put, and there may be no room.
type Put = fn(&Queue, u8) -> Result<(), Refusal>;

fn put(queue: &Queue, item: u8) -> Result<(), Refusal> {
    queue.put(item, Patience::Endless)
}

/// Producers put items into a queue with room for one, and a consumer takes them all. Returns what it took, in
/// order of size, and the most that were in the queue when it looked.
fn bounded(parameters: &Parameters, put: Put) -> (Vec<u8>, usize) {
    let producers = parameters.get("producers") as u8;
    let queue = Queue::new(1, first_in);
    let most = AtomicUsize::new(0);
    let mut taken = thread::scope(|scope| {
        for item in 0..producers {
            let queue = &queue;
            scope.spawn(move || put(queue, item).unwrap());
        }
        let take = |_| {
            most.fetch_max(queue.size(), SeqCst);
            queue.get(Patience::Endless).unwrap()
        };
        (0..producers).map(take).collect::<Vec<_>>()
    });
    taken.sort_unstable();
    (taken, most.into_inner())
}

fn all_and_one_at_a_time(parameters: &Parameters) -> Option<Vec<Outcome>> {
    let all: Vec<u8> = (0..parameters.get("producers") as u8).collect();
    any_of([(all.clone(), 0), (all, 1)])
}

/// Items are put, and then taken while nobody puts any. Returns them in the order in which they were taken.
fn filled_first(order: Order) -> Vec<u8> {
    let queue = Queue::new(0, order);
    thread::scope(|scope| {
        scope.spawn(|| [2, 1, 3].map(|item| put(&queue, item).unwrap())).join().unwrap();
        scope.spawn(|| (0..3).map(|_| queue.get_nowait().unwrap()).collect()).join().unwrap()
    })
}

/// Items are taken while they are put.
fn while_filled(order: Order) -> Vec<u8> {
    let queue = Queue::new(0, order);
    thread::scope(|scope| {
        scope.spawn(|| [2, 1, 3].map(|item| put(&queue, item).unwrap()));
        (0..3).map(|_| queue.get(Patience::Endless).unwrap()).collect()
    })
}

/// One thread takes what another one puts. Returns what it did in which order.
fn one_consumer() -> Vec<u8> {
    while_filled(first_in)
}

/// The twin: two threads take, and each does what it took. The queue is in order, and what is done is not.
fn two_consumers() -> Vec<u8> {
    let (queue, done) = (Queue::new(0, first_in), Queue::new(0, first_in));
    [2, 1, 3].into_iter().for_each(|item| put(&queue, item).unwrap());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Ok(item) = queue.get_nowait() {
                    put(&done, item).unwrap();
                }
            });
        }
    });
    (0..3).map(|_| done.get_nowait().unwrap()).collect()
}

/// Takes what there is.
type Drain = fn(&Queue) -> Vec<u8>;

/// Takes until it is told that there is nothing.
fn until_empty(queue: &Queue) -> Vec<u8> {
    std::iter::from_fn(|| queue.get_nowait().ok()).collect()
}

/// The twin: asks for the size, and takes.
fn while_it_has_a_size(queue: &Queue) -> Vec<u8> {
    std::iter::from_fn(|| (queue.size() > 0).then(|| queue.get_nowait().unwrap())).collect()
}

/// The twin: asks whether it is empty, and takes, and waits if there is nothing.
fn while_it_is_not_empty(queue: &Queue) -> Vec<u8> {
    std::iter::from_fn(|| (!queue.is_empty()).then(|| queue.get(Patience::Endless).unwrap())).collect()
}

/// Two workers share what is in a queue. Returns what they took, in order of size.
fn drained(parameters: &Parameters, drain: Drain) -> Vec<u8> {
    let queue = Queue::new(0, first_in);
    (0..parameters.get("items")).for_each(|item| put(&queue, item as u8).unwrap());
    let mut taken = thread::scope(|scope| {
        let workers = [(); 2].map(|()| scope.spawn(|| drain(&queue)));
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    taken.sort_unstable();
    taken
}

fn each_once(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only((0..parameters.get("items")).collect::<Vec<_>>())
}

/// Two threads put into a queue with room for one, and none of them waits. Returns what they are told.
fn refused(put: Put) -> Vec<Result<(), Refusal>> {
    let queue = Queue::new(1, first_in);
    let mut told = thread::scope(|scope| {
        let producers = [1, 2].map(|item| {
            let queue = &queue;
            scope.spawn(move || put(queue, item))
        });
        producers.into_iter().map(|producer| producer.join().unwrap()).collect::<Vec<_>>()
    });
    told.sort_unstable();
    told
}

fn one_is_told_that_it_is_full(_: &Parameters) -> Option<Vec<Outcome>> {
    only([Ok(()), Err(Refusal::Full)])
}

/// The twin: takes `Empty` for what is raised if there is no room. Any other exception ends the thread.
fn put_and_catch_empty(queue: &Queue, item: u8) -> Result<(), Refusal> {
    match queue.put_nowait(item) {
        Err(Refusal::Full) => panic!("queue.Full"),
        caught => caught,
    }
}

/// The twin: asks whether it is full, and puts, and waits if it is.
fn put_if_it_is_not_full(queue: &Queue, item: u8) -> Result<(), Refusal> {
    if queue.is_full() { Err(Refusal::Full) } else { put(queue, item) }
}

/// One thread waits for some time for what another one puts. Returns what it got, and how many are left.
fn waited_for(get: fn(&Queue) -> Result<u8, Refusal>) -> (Result<u8, Refusal>, usize) {
    let queue = Queue::new(0, first_in);
    let got = thread::scope(|scope| {
        scope.spawn(|| put(&queue, 1).unwrap());
        get(&queue)
    });
    (got, queue.size())
}

/// Two threads put into a queue with room for one, for some time. Returns how many were told that there was no room,
/// and how many items came through or are still there.
fn put_for_a_while(put: fn(&Queue, u8) -> Result<(), Refusal>) -> (usize, usize) {
    let queue = Queue::new(1, first_in);
    let refused = thread::scope(|scope| {
        let producers = [1, 2].map(|item| {
            let queue = &queue;
            scope.spawn(move || put(queue, item))
        });
        // One of them may be told in time that there is room again.
        let taken = queue.get_nowait().is_ok();
        let refused = producers.into_iter().filter_map(|producer| producer.join().unwrap().err()).count();
        (refused, usize::from(taken))
    });
    (refused.0, refused.1 + queue.size())
}

/// What is right: it has the item, or the item is still there.
fn taken_or_left(_: &Parameters) -> Option<Vec<Outcome>> {
    any_of([(Ok(1), 0), (Err(Refusal::Empty), 1)])
}

const PRODUCERS: &[Parameter] =
    &[Parameter { name: "producers", summary: "how many put an item each", default: 2, least: 1, most: 4 }];

const ITEMS: &[Parameter] =
    &[Parameter { name: "items", summary: "how many are in the queue", default: 3, least: 1, most: 6 }];

/// The scenarios of waiting queues.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/bounded",
        summary: "producers wait for room in a queue with room for one",
        shows: "A queue with a size never holds more items; `Queue.put` waits until there is room, and `Queue.get` \
                until there is an item.",
        parameters: PRODUCERS,
        run: |parameters| Outcome::of(&bounded(parameters, put)),
        right: all_and_one_at_a_time,
        possible: all_and_one_at_a_time,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/bounded_off_by_one",
        summary: "a queue takes one item more than it has room for",
        shows: "A `put` that waits only while there are more items than the size puts one item too many.",
        literature: Some("broken variant of `queue/bounded`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/bounded"],
        parameters: &[Parameter { least: 2, ..PRODUCERS[0] }],
        run: |parameters| Outcome::of(&bounded(parameters, Queue::put_one_too_many)),
        right: all_and_one_at_a_time,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/first_in_first_out",
        summary: "one thread takes what another one puts",
        shows: "`Queue.get` returns items in the order in which they were put.",
        run: |_| Outcome::of(&one_consumer()),
        right: |_| only([2, 1, 3]),
        possible: |_| only([2, 1, 3]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/two_consumers",
        summary: "two threads take in order, and finish out of order",
        shows: "With two consumers items are taken in the order in which they were put, and may be finished in \
                another.",
        literature: Some("Herlihy and Shavit, The Art of Multiprocessor Programming: concurrent queues"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/first_in_first_out"],
        run: |_| Outcome::of(&two_consumers()),
        right: |_| only([2, 1, 3]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/last_in_first_out",
        summary: "a `LifoQueue` is filled, and then emptied",
        shows: "`LifoQueue.get` returns the item that was put last, of those that are there.",
        literature: Some("Python documentation of `queue.LifoQueue`"),
        run: |_| Outcome::of(&filled_first(last_in)),
        right: |_| only([3, 1, 2]),
        possible: |_| only([3, 1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/last_in_while_filled",
        summary: "a `LifoQueue` is emptied while it is filled",
        shows: "A `LifoQueue` that is emptied while it is filled need not return the items in reverse order.",
        literature: Some("Python documentation of `queue.LifoQueue`; broken expectation"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/last_in_first_out"],
        run: |_| Outcome::of(&while_filled(last_in)),
        right: |_| only([3, 1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/priority",
        summary: "a `PriorityQueue` is filled, and then emptied",
        shows: "`PriorityQueue.get` returns the lowest item of those that are there.",
        literature: Some("Python documentation of `queue.PriorityQueue`"),
        run: |_| Outcome::of(&filled_first(lowest)),
        right: |_| only([1, 2, 3]),
        possible: |_| only([1, 2, 3]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/priority_while_filled",
        summary: "a `PriorityQueue` is emptied while it is filled",
        shows: "A `PriorityQueue` that is emptied while it is filled need not return the items in sorted order.",
        literature: Some("Python documentation of `queue.PriorityQueue`; broken expectation"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/priority"],
        run: |_| Outcome::of(&while_filled(lowest)),
        right: |_| only([1, 2, 3]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/drained",
        summary: "two workers take without waiting, until they are told that there is nothing",
        shows: "If nobody puts any more, workers that call `get_nowait` until it raises `Empty` do each task once, and \
                end.",
        parameters: ITEMS,
        run: |parameters| Outcome::of(&drained(parameters, until_empty)),
        right: each_once,
        possible: each_once,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/drained_by_size",
        summary: "`while q.qsize(): q.get_nowait()`, by two workers",
        shows: "Between `qsize` and `get_nowait` another worker may take the last item: `get_nowait` raises `Empty`, \
                which nobody catches here.",
        expectation: Expectation::Fails(FailureKind::Panic),
        twin_of: &["queue/drained"],
        parameters: ITEMS,
        run: |parameters| Outcome::of(&drained(parameters, while_it_has_a_size)),
        right: each_once,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/drained_unless_empty",
        summary: "`while not task.empty(): task.get()`, by two workers",
        shows: "Between `empty` returning `False` and `get` another worker may take the last item: `get` waits for \
                ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["queue/drained"],
        parameters: ITEMS,
        run: |parameters| Outcome::of(&drained(parameters, while_it_is_not_empty)),
        right: each_once,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_nowait",
        summary: "two threads put into a queue with room for one, and do not wait",
        shows: "`put_nowait` on a queue that is full raises `Full`, and adds nothing.",
        run: |_| Outcome::of(&refused(Queue::put_nowait)),
        right: one_is_told_that_it_is_full,
        possible: one_is_told_that_it_is_full,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/full_not_caught",
        summary: "two threads put into a queue with room for one, do not wait, and catch `Empty`",
        shows: "A handler of `Empty` around `put(block=False)`, as tutorial 003 has it, does not catch what is raised: \
                `Full`.",
        expectation: Expectation::AlwaysFails(FailureKind::Panic),
        twin_of: &["queue/put_nowait"],
        run: |_| Outcome::of(&refused(put_and_catch_empty)),
        right: one_is_told_that_it_is_full,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_nowait_in_two_steps",
        summary: "whether there is room is looked at in one step, and the item added in another",
        shows: "A `put_nowait` that looks for room in one step and adds the item in another lets two threads pass the \
                size.",
        literature: Some("broken variant of `queue/put_nowait`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/put_nowait"],
        run: |_| Outcome::of(&refused(Queue::put_nowait_in_two_steps)),
        right: one_is_told_that_it_is_full,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_unless_full",
        summary: "`if not q.full(): q.put(item)`, by two threads",
        shows: "Between `full` returning `False` and `put` another thread may take the last room: `put` waits for \
                ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["queue/put_nowait"],
        run: |_| Outcome::of(&refused(put_if_it_is_not_full)),
        right: one_is_told_that_it_is_full,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/get_timeout",
        summary: "one thread waits for some time for what another one puts",
        shows: "`get` with a timeout returns an item or raises `Empty`; an item that came too late is still there.",
        run: |_| Outcome::of(&waited_for(|queue| queue.get(A_WHILE))),
        right: taken_or_left,
        possible: taken_or_left,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/get_timeout_ignored",
        summary: "one thread waits for some time, and takes it for given that something came",
        shows: "Who takes it for given that `get` with a timeout has returned an item fails when it has raised \
                `Empty`.",
        literature: Some("broken variant of `queue/get_timeout`"),
        expectation: Expectation::Fails(FailureKind::Panic),
        twin_of: &["queue/get_timeout"],
        run: |_| Outcome::of(&waited_for(|queue| Ok(queue.get(A_WHILE).unwrap()))),
        right: taken_or_left,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_timeout",
        summary: "two threads put for some time into a queue with room for one, from which one item is taken perhaps",
        shows: "`put` with a timeout adds the item or raises `Full`, and then the item was not added.",
        run: |_| Outcome::of(&put_for_a_while(|queue, item| queue.put(item, A_WHILE))),
        right: |_| any_of([(0, 2), (1, 1)]),
        possible: |_| any_of([(0, 2), (1, 1)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/put_timeout_ignored",
        summary: "two threads put for some time, and take it for given that there was room",
        shows: "Who takes it for given that `put` with a timeout has added the item loses it when it has raised \
                `Full`.",
        literature: Some("broken variant of `queue/put_timeout`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/put_timeout"],
        run: |_| Outcome::of(&put_for_a_while(|queue, item| queue.put(item, A_WHILE).or(Ok(())))),
        right: |_| any_of([(0, 2), (1, 1)]),
        ..Scenario::DEFAULT
    },
];
