//! A queue that threads wait for, with the methods of Python's `queue.Queue`: a list, a lock, and a condition for
//! each kind of those who wait.
//!
//! In which order things come out is one function, so the same queue is first in first out, last in first out, or
//! by priority.

use std::time::Duration;

use selvedge::Subject;
use selvedge::spec::{QueueOperation, QueueResult};
use selvedge::sync::{Condvar, Mutex, MutexGuard};

/// Why a queue that is asked not to wait does not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// There is no room.
    Full,
    /// There is nothing to take.
    Empty,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Not at all: `block=False`.
    None,
    /// For some time: `timeout=..`. In a model no time is long: it may be over at any moment.
    Some(Duration),
    /// For ever.
    Endless,
}

/// A time to wait for.
pub const A_WHILE: Patience = Patience::Some(Duration::from_millis(1));

/// Says which of the items, in the order in which they were put, is the next to be taken.
pub type Order = fn(&[u8]) -> usize;

/// `queue.Queue`: the first in is the first out.
pub fn first_in(_items: &[u8]) -> usize {
    0
}

/// `queue.LifoQueue`: the last in is the first out.
pub fn last_in(items: &[u8]) -> usize {
    items.len() - 1
}

/// `queue.PriorityQueue`: the lowest comes first.
pub fn lowest(items: &[u8]) -> usize {
    (0..items.len()).min_by_key(|&at| items[at]).expect("there are items")
}

/// A queue.
pub struct Queue {
    /// How many items there is room for; 0 for any number.
    room: usize,
    order: Order,
    items: Mutex<Vec<u8>>,
    has_items: Condvar,
    has_room: Condvar,
}

impl Queue {
    /// Returns an empty queue.
    pub fn new(room: usize, order: Order) -> Self {
        let items = Mutex::new(Vec::new());
        Self { room, order, items, has_items: Condvar::new(), has_room: Condvar::new() }
    }

    fn has_room(&self, items: &[u8]) -> bool {
        self.room == 0 || items.len() < self.room
    }

    /// Adds an item, as soon as there is room.
    pub fn put(&self, item: u8, patience: Patience) -> Result<(), Refusal> {
        let items = self.items.lock().unwrap();
        let mut items = wait(&self.has_room, items, patience, |items| self.has_room(items)).ok_or(Refusal::Full)?;
        items.push(item);
        self.has_items.notify_one();
        Ok(())
    }

    /// Takes the next item, as soon as there is one.
    pub fn get(&self, patience: Patience) -> Result<u8, Refusal> {
        let items = self.items.lock().unwrap();
        let mut items = wait(&self.has_items, items, patience, |items| !items.is_empty()).ok_or(Refusal::Empty)?;
        let next = (self.order)(&items);
        let item = items.remove(next);
        self.has_room.notify_one();
        Ok(item)
    }

    /// Adds an item, or says that there is no room.
    pub fn put_nowait(&self, item: u8) -> Result<(), Refusal> {
        self.put(item, Patience::None)
    }

    /// Takes the next item, or says that there is none.
    pub fn get_nowait(&self) -> Result<u8, Refusal> {
        self.get(Patience::None)
    }

    /// Returns how many items there are at the moment.
    pub fn size(&self) -> usize {
        self.items.lock().unwrap().len()
    }

    /// Returns whether there is nothing to take at the moment.
    pub fn is_empty(&self) -> bool {
        self.size() == 0
    }

    /// Returns whether there is no room at the moment.
    pub fn is_full(&self) -> bool {
        !self.has_room(&self.items.lock().unwrap())
    }

    /// The twin: there is room for one more than there is to be.
    pub fn put_one_too_many(&self, item: u8) -> Result<(), Refusal> {
        let items = self.items.lock().unwrap();
        let has_room = |items: &[u8]| self.room == 0 || items.len() <= self.room;
        let mut items = wait(&self.has_room, items, Patience::Endless, has_room).ok_or(Refusal::Full)?;
        items.push(item);
        self.has_items.notify_one();
        Ok(())
    }

    /// The twin: looks whether there is room, and then adds the item, whatever happened in between.
    pub fn put_nowait_in_two_steps(&self, item: u8) -> Result<(), Refusal> {
        if self.is_full() {
            return Err(Refusal::Full);
        }
        self.items.lock().unwrap().push(item);
        self.has_items.notify_one();
        Ok(())
    }
}

/// Waits until the items are as wanted, and returns nothing if they are not when the time is up.
fn wait<'a>(
    changed: &Condvar,
    items: MutexGuard<'a, Vec<u8>>,
    patience: Patience,
    is_ready: impl Fn(&[u8]) -> bool,
) -> Option<MutexGuard<'a, Vec<u8>>> {
    let items = match patience {
        Patience::None => items,
        Patience::Some(time) => changed.wait_timeout_while(items, time, |items| !is_ready(items)).unwrap().0,
        Patience::Endless => changed.wait_while(items, |items| !is_ready(items)).unwrap(),
    };
    is_ready(&items).then_some(items)
}

/// What can be asked of it, by the names that all queues have.
impl Subject for Queue {
    type Operation = QueueOperation<u8>;
    type Result = QueueResult<u8>;

    fn call(&self, operation: &QueueOperation<u8>) -> QueueResult<u8> {
        let put = |patience, item| self.put(item, patience).map_or(QueueResult::Full, |()| QueueResult::Pushed);
        let get = |patience| self.get(patience).map_or(QueueResult::Empty, QueueResult::Popped);
        match operation {
            QueueOperation::Push(item) => put(Patience::Endless, *item),
            QueueOperation::TryPush(item) => put(Patience::None, *item),
            QueueOperation::Pop => get(Patience::Endless),
            QueueOperation::TryPop => get(Patience::None),
            QueueOperation::Length => QueueResult::Length(self.size()),
        }
    }
}
