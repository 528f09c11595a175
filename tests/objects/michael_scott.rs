//! The queue of Michael and Scott (PODC 1996) over an array of nodes that are used once, and its twin in
//! which the tail moves on before the node is linked.

use selvedge::Subject;
use selvedge::spec::{QueueOperation, QueueResult};
use selvedge::sync::atomic::{AtomicUsize, Ordering::SeqCst};

const NODES: usize = 16;
const NONE: usize = usize::MAX;

/// `IS_RIGHT` tells the queue from its twin.
pub(crate) struct MichaelScott<const IS_RIGHT: bool> {
    head: AtomicUsize,
    tail: AtomicUsize,
    next: [AtomicUsize; NODES],
    value: [AtomicUsize; NODES],
    /// Node 0 is the first dummy.
    used: AtomicUsize,
}

impl<const IS_RIGHT: bool> Default for MichaelScott<IS_RIGHT> {
    fn default() -> Self {
        Self {
            head: AtomicUsize::new(0),
            tail: AtomicUsize::new(0),
            next: [const { AtomicUsize::new(NONE) }; NODES],
            value: [const { AtomicUsize::new(0) }; NODES],
            used: AtomicUsize::new(1),
        }
    }
}

impl<const IS_RIGHT: bool> MichaelScott<IS_RIGHT> {
    fn push(&self, value: u8) {
        let node = self.used.fetch_add(1, SeqCst);
        self.value[node].store(value.into(), SeqCst);
        if !IS_RIGHT {
            let former = self.tail.swap(node, SeqCst);
            self.next[former].store(node, SeqCst);
            return;
        }
        loop {
            let tail = self.tail.load(SeqCst);
            match self.next[tail].compare_exchange(NONE, node, SeqCst, SeqCst) {
                Ok(_) => {
                    let _ = self.tail.compare_exchange(tail, node, SeqCst, SeqCst);
                    return;
                }
                // Somebody has linked a node, and not yet moved the tail on.
                Err(next) => drop(self.tail.compare_exchange(tail, next, SeqCst, SeqCst)),
            }
        }
    }

    fn pop(&self) -> Option<u8> {
        loop {
            let head = self.head.load(SeqCst);
            let next = self.next[head].load(SeqCst);
            if next == NONE {
                return None;
            }
            if head == self.tail.load(SeqCst) {
                let _ = self.tail.compare_exchange(head, next, SeqCst, SeqCst);
            }
            if self.head.compare_exchange(head, next, SeqCst, SeqCst).is_ok() {
                return Some(self.value[next].load(SeqCst) as u8);
            }
        }
    }
}

impl<const IS_RIGHT: bool> Subject for MichaelScott<IS_RIGHT> {
    type Operation = QueueOperation<u8>;
    type Result = QueueResult<u8>;

    fn call(&self, operation: &QueueOperation<u8>) -> QueueResult<u8> {
        match operation {
            QueueOperation::TryPush(value) => {
                self.push(*value);
                QueueResult::Pushed
            }
            QueueOperation::TryPop => self.pop().map_or(QueueResult::Empty, QueueResult::Popped),
            other => unreachable!("{other:?} is not drawn"),
        }
    }
}
