//! A bounded queue of a mutex and two condition variables; its twin that looks whether there is room before
//! it takes the lock, and its twin that wakes nobody who waits for a value.

use std::collections::VecDeque;

use selvedge::Subject;
use selvedge::spec::{QueueOperation, QueueResult};
use selvedge::sync::{Condvar, Mutex};

/// Which mistake there is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    None,
    ChecksThenActs,
    WakesNobody,
}

pub(crate) struct Bounded {
    values: Mutex<VecDeque<u8>>,
    not_empty: Condvar,
    not_full: Condvar,
    capacity: usize,
    mistake: Mistake,
}

impl Bounded {
    pub(crate) fn new(capacity: usize, mistake: Mistake) -> Self {
        let values = Mutex::new(VecDeque::new());
        Self { values, not_empty: Condvar::new(), not_full: Condvar::new(), capacity, mistake }
    }

    fn push(&self, value: u8) {
        let full = |values: &mut VecDeque<u8>| values.len() >= self.capacity;
        let mut values = self.not_full.wait_while(self.values.lock().unwrap(), full).unwrap();
        values.push_back(value);
        drop(values);
        if self.mistake != Mistake::WakesNobody {
            self.not_empty.notify_one();
        }
    }

    fn pop(&self) -> u8 {
        let mut values = self.not_empty.wait_while(self.values.lock().unwrap(), |values| values.is_empty()).unwrap();
        let value = values.pop_front().expect("a value");
        drop(values);
        self.not_full.notify_one();
        value
    }

    fn try_push(&self, value: u8) -> bool {
        let mut has_room = self.values.lock().unwrap().len() < self.capacity;
        let mut values = self.values.lock().unwrap();
        if self.mistake != Mistake::ChecksThenActs {
            has_room = values.len() < self.capacity;
        }
        if has_room {
            values.push_back(value);
        }
        has_room
    }
}

impl Subject for Bounded {
    type Operation = QueueOperation<u8>;
    type Result = QueueResult<u8>;

    fn call(&self, operation: &QueueOperation<u8>) -> QueueResult<u8> {
        match operation {
            QueueOperation::Push(value) => {
                self.push(*value);
                QueueResult::Pushed
            }
            QueueOperation::Pop => QueueResult::Popped(self.pop()),
            QueueOperation::TryPush(value) if self.try_push(*value) => QueueResult::Pushed,
            QueueOperation::TryPush(_) => QueueResult::Full,
            QueueOperation::TryPop => {
                let value = self.values.lock().unwrap().pop_front();
                value.map_or(QueueResult::Empty, QueueResult::Popped)
            }
            QueueOperation::Length => QueueResult::Length(self.values.lock().unwrap().len()),
        }
    }
}
