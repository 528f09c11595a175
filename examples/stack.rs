//! A stack without a lock against the specification of a stack: programs of a few threads are drawn, every execution of
//! each is run, and every history is checked. `cargo run --example stack`

use std::ptr;

use selvedge::spec::{LifoSpec, QueueOperation, QueueResult};
use selvedge::sync::atomic::{AtomicPtr, Ordering::SeqCst};

struct Node {
    value: u8,
    next: *mut Node,
}

/// Treiber's stack. Nodes are never freed, so that no address is used twice. If it `is_hasty`, it pops without looking
/// whether the top is still the one that it has read.
struct Stack {
    top: AtomicPtr<Node>,
    is_hasty: bool,
}

impl Stack {
    fn new(is_hasty: bool) -> Self {
        Self { top: AtomicPtr::new(ptr::null_mut()), is_hasty }
    }

    fn push(&self, value: u8) {
        let node = Box::leak(Box::new(Node { value, next: ptr::null_mut() }));
        loop {
            node.next = self.top.load(SeqCst);
            if self.top.compare_exchange(node.next, node, SeqCst, SeqCst).is_ok() {
                return;
            }
        }
    }

    fn pop(&self) -> Option<u8> {
        loop {
            let top = self.top.load(SeqCst);
            // SAFETY: `top` is null or a node that was pushed: nobody changes it any more, and it is never freed.
            let node = unsafe { top.as_ref() }?;
            if self.is_hasty {
                self.top.store(node.next, SeqCst);
                return Some(node.value);
            }
            if self.top.compare_exchange(top, node.next, SeqCst, SeqCst).is_ok() {
                return Some(node.value);
            }
        }
    }
}

impl selvedge::Subject for Stack {
    type Operation = QueueOperation<u8>;
    type Result = QueueResult<u8>;

    fn call(&self, operation: &Self::Operation) -> Self::Result {
        match operation {
            QueueOperation::Push(value) | QueueOperation::TryPush(value) => {
                self.push(*value);
                QueueResult::Pushed
            }
            _ => self.pop().map_or(QueueResult::Empty, QueueResult::Popped),
        }
    }
}

fn main() {
    for is_hasty in [true, false] {
        let report = selvedge::linearizable(move || Stack::new(is_hasty))
            .spec(LifoSpec::unbounded())
            .threads(2)
            .operations(2)
            .prefix_and_suffix(1, 0)
            .persists(false)
            .run();
        assert_eq!(report.passes(), !is_hasty);
        print!("{report}");
    }
}
