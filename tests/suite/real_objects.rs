//! Concurrent types that are not built with the facade, on real threads: those of std, crossbeam, parking_lot
//! and dashmap against their specifications, each beside a wrapper that uses it wrongly in one realistic way
//! and has to be caught.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, mpsc};
use std::time::Duration;

use crate::common::is_deep;
use crossbeam::channel;
use crossbeam::deque::{Injector, Steal};
use crossbeam::epoch::{self, Atomic, Owned};
use crossbeam::queue::{ArrayQueue, SegQueue};
use dashmap::DashMap;
use selvedge::engine::{Budget, Threads};
use selvedge::failure::FailureKind;
use selvedge::spec::*;
use selvedge::{Linearizable, Subject, linearizable};

type Do = QueueOperation<u8>;
type Answer = QueueResult<u8>;

/// Lets others in, where a race is: what a preemption does by chance. On a busy machine to yield is not enough.
fn window() {
    std::thread::sleep(Duration::from_micros(20));
}

fn budget(executions: u64) -> Budget {
    Budget { executions: Some(executions), time: Some(Duration::from_secs(5)), ..Budget::default() }
}

/// Asserts that an object is right as far as real threads show, and that all kinds of answers were seen.
fn assert_right<T, S>(check: Linearizable<T, S>)
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let (executions, programs) = if is_deep() { (150, 12) } else { (40, 6) };
    let report = check.engine(Threads).budget(budget(executions)).programs(programs).persists(false).check();
    assert_eq!(report.coverage.missing, [], "{report}");
    assert!(report.coverage.histories > report.coverage.programs, "{report}");
}

/// Asserts that a wrapper is caught.
fn assert_wrong<T, S>(check: Linearizable<T, S>)
where
    T: Subject,
    S: SequentialSpec<Operation = T::Operation, Result = T::Result> + Send + Sync + 'static,
{
    let report = check.engine(Threads).budget(budget(1_000)).programs(256).persists(false).run();
    let Some(hunted) = &report.failure else { panic!("{report}") };
    assert_eq!(hunted.counterexample.failure.kind(), FailureKind::NotLinearizable);
}

/// Defines a queue by how a value is added, which may fail, and how one is taken.
macro_rules! queue {
    ($(#[$doc:meta])* $name:ident($inner:ty), |$this:ident, $value:ident| $push:expr, |$that:ident| $pop:expr) => {
        $(#[$doc])*
        struct $name($inner);

        impl Subject for $name {
            type Operation = Do;
            type Result = Answer;

            fn call(&self, operation: &Do) -> Answer {
                match operation {
                    Do::TryPush(value) => {
                        let ($this, $value) = (&self.0, *value);
                        if $push { Answer::Pushed } else { Answer::Full }
                    }
                    Do::TryPop => {
                        let $that = &self.0;
                        $pop.map_or(Answer::Empty, Answer::Popped)
                    }
                    other => unreachable!("{other:?} is not drawn"),
                }
            }
        }
    };
}

queue!(Array(ArrayQueue<u8>), |queue, value| queue.push(value).is_ok(), |queue| queue.pop());
queue!(
    /// Asks whether there is room, and then does not look whether the value went in.
    ArrayThatAsks(ArrayQueue<u8>),
    |queue, value| {
        let has_room = !queue.is_full();
        window();
        let _ = queue.push(value);
        has_room
    },
    |queue| queue.pop()
);
queue!(
    Seg(SegQueue<u8>),
    |queue, value| {
        queue.push(value);
        true
    },
    |queue| queue.pop()
);
queue!(
    /// Asks whether there is room before it pushes.
    SegWithRoomForOne(SegQueue<u8>),
    |queue, value| {
        let has_room = queue.is_empty();
        window();
        if has_room {
            queue.push(value);
        }
        has_room
    },
    |queue| queue.pop()
);
queue!(Channel((channel::Sender<u8>, channel::Receiver<u8>)), |ends, value| ends.0.try_send(value).is_ok(), |ends| {
    ends.1.try_recv().ok()
});
queue!(
    /// Counts what is in the channel to bound it.
    ChannelThatCounts((channel::Sender<u8>, channel::Receiver<u8>)),
    |ends, value| {
        let has_room = ends.1.len() < 2;
        window();
        has_room && ends.0.send(value).is_ok()
    },
    |ends| ends.1.try_recv().ok()
);
queue!(Mpsc((mpsc::SyncSender<u8>, Mutex<mpsc::Receiver<u8>>)), |ends, value| ends.0.try_send(value).is_ok(), |ends| {
    ends.1.lock().unwrap().try_recv().ok()
});
queue!(
    /// Holds the lock of the receiver no longer than it takes to look, and answers from an old look.
    MpscThatPeeks((mpsc::SyncSender<u8>, Mutex<(mpsc::Receiver<u8>, Option<u8>)>)),
    |ends, value| ends.0.try_send(value).is_ok(),
    |ends| {
        let seen = {
            let mut receiver = ends.1.lock().unwrap();
            if receiver.1.is_none() {
                receiver.1 = receiver.0.try_recv().ok();
            }
            receiver.1
        };
        window();
        ends.1.lock().unwrap().1 = None;
        seen
    }
);
queue!(
    Injected(Injector<u8>),
    |queue, value| {
        queue.push(value);
        true
    },
    |queue| {
        loop {
            match queue.steal() {
                Steal::Success(value) => break Some(value),
                Steal::Empty => break None,
                Steal::Retry => {}
            }
        }
    }
);
queue!(
    /// Takes a value that somebody else took first for an empty queue.
    InjectedThatGivesUp((Injector<u8>, Mutex<()>)),
    |queue, value| {
        queue.0.push(value);
        true
    },
    |queue| match queue.1.try_lock() {
        Ok(_guard) => {
            window();
            queue.0.steal().success()
        }
        Err(_) => None,
    }
);

/// The bounded queue that everybody writes first.
struct Waiting {
    values: Mutex<VecDeque<u8>>,
    changed: Condvar,
    is_right: bool,
}

impl Waiting {
    fn new(is_right: bool) -> Self {
        Self { values: Mutex::default(), changed: Condvar::new(), is_right }
    }
}

impl Subject for Waiting {
    type Operation = Do;
    type Result = Answer;

    fn call(&self, operation: &Do) -> Answer {
        match operation {
            Do::TryPush(value) => {
                let is_full = || self.values.lock().unwrap().len() >= 2;
                // The twin looks with one hold of the lock and acts with another.
                let was_full = is_full();
                if !self.is_right {
                    window();
                }
                let mut values = self.values.lock().unwrap();
                let is_full = if self.is_right { values.len() >= 2 } else { was_full };
                if is_full {
                    return Answer::Full;
                }
                values.push_back(*value);
                self.changed.notify_all();
                Answer::Pushed
            }
            _ => self.values.lock().unwrap().pop_front().map_or(Answer::Empty, Answer::Popped),
        }
    }
}

/// Treiber's stack with crossbeam's epochs.
struct Stack {
    head: Atomic<Node>,
    is_right: bool,
}

struct Node {
    value: u8,
    next: Atomic<Node>,
}

impl Stack {
    fn new(is_right: bool) -> Self {
        Self { head: Atomic::null(), is_right }
    }
}

impl Subject for Stack {
    type Operation = Do;
    type Result = Answer;

    fn call(&self, operation: &Do) -> Answer {
        use std::sync::atomic::Ordering::SeqCst;
        let guard = epoch::pin();
        if let Do::TryPush(value) = operation {
            let mut node = Owned::new(Node { value: *value, next: Atomic::null() });
            loop {
                let head = self.head.load(SeqCst, &guard);
                node.next.store(head, SeqCst);
                if !self.is_right {
                    // The twin takes the head for unchanged.
                    window();
                    self.head.store(node, SeqCst);
                    return Answer::Pushed;
                }
                match self.head.compare_exchange(head, node, SeqCst, SeqCst, &guard) {
                    Ok(_) => return Answer::Pushed,
                    Err(error) => node = error.new,
                }
            }
        }
        loop {
            let head = self.head.load(SeqCst, &guard);
            // SAFETY: nodes are freed only when no thread that was pinned before can see them any more.
            let Some(node) = (unsafe { head.as_ref() }) else { return Answer::Empty };
            let next = node.next.load(SeqCst, &guard);
            if self.head.compare_exchange(head, next, SeqCst, SeqCst, &guard).is_ok() {
                let value = node.value;
                if self.is_right {
                    // SAFETY: nobody can reach it from the head any more.
                    unsafe { guard.defer_destroy(head) };
                }
                return Answer::Popped(value);
            }
        }
    }
}

/// A counter behind a lock of parking_lot, and its twin that reads and writes under two holds of it.
struct Locked {
    value: parking_lot::Mutex<i64>,
    is_right: bool,
}

impl Subject for Locked {
    type Operation = CounterOperation;
    type Result = i64;

    fn call(&self, operation: &CounterOperation) -> i64 {
        let former = *self.value.lock();
        match operation {
            CounterOperation::Get => former,
            CounterOperation::Add(more) if self.is_right => {
                let mut value = self.value.lock();
                *value += more;
                *value - more
            }
            CounterOperation::Add(more) => {
                window();
                *self.value.lock() = former + more;
                former
            }
        }
    }
}

/// A map of dashmap, and its twin that looks a key up before it inserts.
struct Mapped {
    map: DashMap<u8, u8>,
    is_right: bool,
}

impl Subject for Mapped {
    type Operation = MapOperation<u8, u8>;
    type Result = Option<u8>;

    fn call(&self, operation: &MapOperation<u8, u8>) -> Option<u8> {
        match operation {
            MapOperation::Insert(key, value) => self.map.insert(*key, *value),
            MapOperation::InsertIfAbsent(key, value) if self.is_right => {
                let mut former = None;
                let entry = self.map.entry(*key).and_modify(|value| former = Some(*value));
                entry.or_insert(*value);
                former
            }
            MapOperation::InsertIfAbsent(key, value) => {
                let former = self.map.get(key).map(|value| *value);
                window();
                if former.is_none() {
                    self.map.insert(*key, *value);
                }
                former
            }
            MapOperation::Remove(key) => self.map.remove(key).map(|(_, value)| value),
            MapOperation::Get(key) => self.map.get(key).map(|value| *value),
        }
    }
}

#[test]
fn queues_of_crossbeam() {
    assert_right(linearizable(|| Array(ArrayQueue::new(2))).spec(FifoSpec::bounded(2)));
    assert_wrong(linearizable(|| ArrayThatAsks(ArrayQueue::new(2))).spec(FifoSpec::bounded(2)));
    assert_right(linearizable(|| Seg(SegQueue::new())).spec(FifoSpec::unbounded()));
    assert_wrong(linearizable(|| SegWithRoomForOne(SegQueue::new())).spec(FifoSpec::bounded(1)));
}

#[test]
fn channels_of_crossbeam() {
    assert_right(linearizable(|| Channel(channel::bounded(2))).spec(FifoSpec::bounded(2)));
    assert_right(linearizable(|| Channel(channel::unbounded())).spec(FifoSpec::unbounded()));
    assert_wrong(linearizable(|| ChannelThatCounts(channel::unbounded())).spec(FifoSpec::bounded(2)));
}

#[test]
fn the_injector_of_crossbeam() {
    assert_right(linearizable(|| Injected(Injector::new())).spec(FifoSpec::unbounded()));
    let wrong = linearizable(|| InjectedThatGivesUp((Injector::new(), Mutex::new(()))));
    assert_wrong(wrong.spec(FifoSpec::unbounded()));
}

#[test]
fn a_stack_with_the_epochs_of_crossbeam() {
    assert_right(linearizable(|| Stack::new(true)).spec(LifoSpec::unbounded()));
    assert_wrong(linearizable(|| Stack::new(false)).spec(LifoSpec::unbounded()));
}

#[test]
fn channels_of_std() {
    let new = || {
        let (sender, receiver) = mpsc::sync_channel(2);
        Mpsc((sender, Mutex::new(receiver)))
    };
    assert_right(linearizable(new).spec(FifoSpec::bounded(2)));
    let new = || {
        let (sender, receiver) = mpsc::sync_channel(16);
        MpscThatPeeks((sender, Mutex::new((receiver, None))))
    };
    assert_wrong(linearizable(new).spec(FifoSpec::unbounded()));
}

#[test]
fn a_queue_of_a_mutex_and_a_condition_variable() {
    assert_right(linearizable(|| Waiting::new(true)).spec(FifoSpec::bounded(2)));
    assert_wrong(linearizable(|| Waiting::new(false)).spec(FifoSpec::bounded(2)));
}

#[test]
fn locks_of_parking_lot() {
    let new = |is_right| move || Locked { value: parking_lot::Mutex::new(0), is_right };
    assert_right(linearizable(new(true)).spec(CounterSpec::new()));
    assert_wrong(linearizable(new(false)).spec(CounterSpec::new()));
}

#[test]
fn a_map_of_dashmap() {
    let new = |is_right| move || Mapped { map: DashMap::new(), is_right };
    assert_right(linearizable(new(true)).spec(MapSpec::new()));
    assert_wrong(linearizable(new(false)).spec(MapSpec::new()));
}
