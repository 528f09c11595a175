//! The work-stealing deque of Chase and Lev (SPAA 2005), and its twin in which the owner takes the last value
//! without asking whether a thief takes it too.

use selvedge::Subject;
use selvedge::spec::{DequeOperation, QueueResult};
use selvedge::sync::atomic::{AtomicIsize, AtomicUsize, Ordering::SeqCst};

const ROOM: usize = 16;

/// `IS_RIGHT` tells the deque from its twin.
pub(crate) struct ChaseLev<const IS_RIGHT: bool> {
    top: AtomicIsize,
    bottom: AtomicIsize,
    values: [AtomicUsize; ROOM],
}

impl<const IS_RIGHT: bool> Default for ChaseLev<IS_RIGHT> {
    fn default() -> Self {
        let values = [const { AtomicUsize::new(0) }; ROOM];
        Self { top: AtomicIsize::new(0), bottom: AtomicIsize::new(0), values }
    }
}

impl<const IS_RIGHT: bool> ChaseLev<IS_RIGHT> {
    fn push(&self, value: u8) {
        let bottom = self.bottom.load(SeqCst);
        self.values[bottom as usize % ROOM].store(value.into(), SeqCst);
        self.bottom.store(bottom + 1, SeqCst);
    }

    /// For the owner alone, like [`push`](Self::push).
    fn pop(&self) -> Option<u8> {
        let bottom = self.bottom.load(SeqCst) - 1;
        self.bottom.store(bottom, SeqCst);
        let top = self.top.load(SeqCst);
        if top > bottom {
            self.bottom.store(bottom + 1, SeqCst);
            return None;
        }
        let value = self.values[bottom as usize % ROOM].load(SeqCst) as u8;
        if top < bottom {
            return Some(value);
        }
        // It is the last one: whoever moves the top on has it.
        let is_mine = if IS_RIGHT {
            self.top.compare_exchange(top, top + 1, SeqCst, SeqCst).is_ok()
        } else {
            self.top.store(top + 1, SeqCst);
            true
        };
        self.bottom.store(bottom + 1, SeqCst);
        is_mine.then_some(value)
    }

    fn steal(&self) -> Option<u8> {
        loop {
            let top = self.top.load(SeqCst);
            if top >= self.bottom.load(SeqCst) {
                return None;
            }
            let value = self.values[top as usize % ROOM].load(SeqCst) as u8;
            if self.top.compare_exchange(top, top + 1, SeqCst, SeqCst).is_ok() {
                return Some(value);
            }
        }
    }
}

impl<const IS_RIGHT: bool> Subject for ChaseLev<IS_RIGHT> {
    type Operation = DequeOperation<u8>;
    type Result = QueueResult<u8>;

    fn call(&self, operation: &DequeOperation<u8>) -> QueueResult<u8> {
        let popped = match operation {
            DequeOperation::PushBack(value) => {
                self.push(*value);
                return QueueResult::Pushed;
            }
            DequeOperation::PopBack => self.pop(),
            DequeOperation::PopFront => self.steal(),
            other => unreachable!("{other:?} is not drawn"),
        };
        popped.map_or(QueueResult::Empty, QueueResult::Popped)
    }
}
