//! Treiber's stack over an array of nodes that are used again, with a tag beside the index of the head; and
//! its twin without the tag, which takes a node that is there again for one that was there all the time.

use selvedge::Subject;
use selvedge::spec::{QueueOperation, QueueResult};
use selvedge::sync::Mutex;
use selvedge::sync::atomic::{AtomicUsize, Ordering::SeqCst};

const NODES: usize = 6;
const NONE: usize = 0xff;

/// `IS_RIGHT` tells the stack from its twin.
pub(crate) struct Treiber<const IS_RIGHT: bool> {
    /// The index of the first node, and above it how often the head has changed.
    head: AtomicUsize,
    next: [AtomicUsize; NODES],
    value: [AtomicUsize; NODES],
    free: Mutex<Vec<usize>>,
}

impl<const IS_RIGHT: bool> Default for Treiber<IS_RIGHT> {
    fn default() -> Self {
        Self {
            head: AtomicUsize::new(NONE),
            next: [const { AtomicUsize::new(NONE) }; NODES],
            value: [const { AtomicUsize::new(0) }; NODES],
            free: Mutex::new((0..NODES).collect()),
        }
    }
}

impl<const IS_RIGHT: bool> Treiber<IS_RIGHT> {
    fn replace(&self, head: usize, node: usize) -> bool {
        let tag = if IS_RIGHT { (head >> 8) + 1 } else { 0 };
        self.head.compare_exchange(head, tag << 8 | node, SeqCst, SeqCst).is_ok()
    }

    fn push(&self, value: u8) {
        let node = self.free.lock().unwrap().pop().expect("as many nodes as there are values");
        self.value[node].store(value.into(), SeqCst);
        loop {
            let head = self.head.load(SeqCst);
            self.next[node].store(head & 0xff, SeqCst);
            if self.replace(head, node) {
                return;
            }
        }
    }

    fn pop(&self) -> Option<u8> {
        loop {
            let head = self.head.load(SeqCst);
            let node = head & 0xff;
            if node == NONE {
                return None;
            }
            let (next, value) = (self.next[node].load(SeqCst), self.value[node].load(SeqCst));
            if self.replace(head, next) {
                self.free.lock().unwrap().push(node);
                return Some(value as u8);
            }
        }
    }
}

impl<const IS_RIGHT: bool> Subject for Treiber<IS_RIGHT> {
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
