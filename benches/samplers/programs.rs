// The programs of the bench: each has a bug that some schedules show, as a call of `fail` or as a deadlock. The file
// is included twice, with the facade and with shuttle as the `library`, so that steps have places in the source.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use library::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize};
use library::sync::{Condvar, Mutex};
use library::thread;

/// Spawns a thread for each of `bodies`, in order, and joins them.
fn all(bodies: Vec<Box<dyn FnOnce() + Send>>) {
    let handles: Vec<_> = bodies.into_iter().map(|body| thread::spawn(body)).collect();
    handles.into_iter().for_each(|handle| handle.join().unwrap());
}

fn expect(right: bool) {
    if !right {
        fail();
    }
}

fn boxed(body: impl FnOnce() + Send + 'static) -> Box<dyn FnOnce() + Send> {
    Box::new(body)
}

/// `threads - 1` writers store to `a` and then to `b`; a checker that was spawned last sees the first
/// store of one and the second of none (`reorder` of SCTBench).
pub(crate) fn reorder(threads: usize) {
    let pair = Arc::new((AtomicI64::new(0), AtomicI64::new(0)));
    let mut bodies = Vec::new();
    for _ in 1..threads {
        let pair = Arc::clone(&pair);
        bodies.push(boxed(move || {
            pair.0.store(1, SeqCst);
            pair.1.store(-1, SeqCst);
        }));
    }
    bodies.push(boxed(move || {
        let (a, b) = (pair.0.load(SeqCst), pair.1.load(SeqCst));
        expect((a, b) == (0, 0) || (a, b) == (1, -1));
    }));
    all(bodies);
}

/// `threads - 1` writers write in two critical sections what belongs together; the last thread reads both
/// (`twostage` of SCTBench).
pub(crate) fn two_stages(threads: usize) {
    let data = Arc::new((Mutex::new(0), Mutex::new(0)));
    let bodies = (0..threads).map(|index| {
        let data = Arc::clone(&data);
        if index + 1 < threads {
            return boxed(move || {
                *data.0.lock().unwrap() = 1;
                *data.1.lock().unwrap() = 2;
            });
        }
        boxed(move || {
            let first = *data.0.lock().unwrap();
            if first != 0 {
                expect(*data.1.lock().unwrap() == first + 1);
            }
        })
    });
    all(bodies.collect());
}

/// A buffer of one place, whose producers and consumers wait on one condition variable and wake only
/// one waiter: which may be the wrong one, and then all wait.
pub(crate) fn buffer(pairs: usize) {
    let shared = Arc::new((Mutex::new(0), Condvar::new()));
    let bodies = (0..2 * pairs).map(|index| {
        let shared = Arc::clone(&shared);
        let (before, after) = if index < pairs { (1, 0) } else { (0, 1) };
        boxed(move || {
            for _ in 0..2 {
                let mut count = shared.0.lock().unwrap();
                while *count != before {
                    count = shared.1.wait(count).unwrap();
                }
                *count = after;
                shared.1.notify_one();
            }
        })
    });
    all(bodies.collect());
}

/// A Treiber stack of nodes that are used again, without a counter beside the head.
struct Stack {
    head: AtomicUsize,
    next: Vec<AtomicUsize>,
}

const NONE: usize = usize::MAX;

impl Stack {
    fn push(&self, node: usize) {
        loop {
            let head = self.head.load(SeqCst);
            self.next[node].store(head, SeqCst);
            if self.head.compare_exchange(head, node, SeqCst, SeqCst).is_ok() {
                return;
            }
        }
    }

    fn pop(&self) -> Option<usize> {
        loop {
            let head = self.head.load(SeqCst);
            if head == NONE {
                return None;
            }
            let next = self.next[head].load(SeqCst);
            if self.head.compare_exchange(head, next, SeqCst, SeqCst).is_ok() {
                return Some(head);
            }
        }
    }
}

/// One thread takes two nodes from the stack; the others take two and give back the first: no node is
/// ever had by two.
pub(crate) fn stack(others: usize) {
    let nodes = 3;
    let next = (0..nodes).map(|node| AtomicUsize::new(if node + 1 < nodes { node + 1 } else { NONE }));
    let stack = Arc::new(Stack { head: AtomicUsize::new(0), next: next.collect() });
    let used: Arc<Vec<AtomicBool>> = Arc::new((0..nodes).map(|_| AtomicBool::new(false)).collect());
    let bodies = (0..=others).map(|index| {
        let (stack, used) = (Arc::clone(&stack), Arc::clone(&used));
        boxed(move || {
            let take = || {
                let node = stack.pop();
                node.inspect(|&node| expect(!used[node].swap(true, SeqCst)))
            };
            let (first, _second) = (take(), take());
            if let Some(node) = first.filter(|_| index > 0) {
                used[node].store(false, SeqCst);
                stack.push(node);
            }
        })
    });
    all(bodies.collect());
}

/// A deque whose owner takes its last item without asking whether a thief is about to.
pub(crate) fn stealing(thieves: usize) {
    let items = 3;
    // Where thieves steal, and where the owner pushes and pops.
    let deque = Arc::new((AtomicI64::new(0), AtomicI64::new(0)));
    let taken: Arc<Vec<AtomicBool>> = Arc::new((0..items).map(|_| AtomicBool::new(false)).collect());
    let take = |taken: &[AtomicBool], item: i64| {
        expect(!taken[usize::try_from(item).unwrap()].swap(true, SeqCst));
    };
    let mut bodies = Vec::new();
    let (owned, owner_taken) = (Arc::clone(&deque), Arc::clone(&taken));
    bodies.push(boxed(move || {
        for item in 0..items {
            owned.1.store(item + 1, SeqCst);
        }
        for _ in 0..items {
            let bottom = owned.1.load(SeqCst) - 1;
            owned.1.store(bottom, SeqCst);
            if owned.0.load(SeqCst) <= bottom {
                take(&owner_taken, bottom);
            } else {
                owned.1.store(bottom + 1, SeqCst);
            }
        }
    }));
    for _ in 0..thieves {
        let (deque, taken) = (Arc::clone(&deque), Arc::clone(&taken));
        bodies.push(boxed(move || {
            let (top, bottom) = (deque.0.load(SeqCst), deque.1.load(SeqCst));
            if top < bottom && deque.0.compare_exchange(top, top + 1, SeqCst, SeqCst).is_ok() {
                take(&taken, top);
            }
        }));
    }
    all(bodies);
}

/// A waiter that looks at the flag before it has the lock under which it waits; others do some work.
pub(crate) fn signal(others: usize) {
    let shared = Arc::new((AtomicBool::new(false), Mutex::new(()), Condvar::new(), AtomicUsize::new(0)));
    let mut bodies = Vec::new();
    for _ in 0..others {
        let shared = Arc::clone(&shared);
        bodies.push(boxed(move || {
            for _ in 0..4 {
                shared.3.fetch_add(1, SeqCst);
            }
        }));
    }
    let signalled = Arc::clone(&shared);
    bodies.push(boxed(move || {
        signalled.0.store(true, SeqCst);
        signalled.2.notify_one();
    }));
    bodies.push(boxed(move || {
        if !shared.0.load(SeqCst) {
            drop(shared.2.wait(shared.1.lock().unwrap()).unwrap());
        }
    }));
    all(bodies);
}

/// Many threads that work on what is theirs, and each once on what is shared: two updates are lost only
/// if three threads have read before any has written.
pub(crate) fn wide(threads: usize) {
    let total = Arc::new(AtomicUsize::new(0));
    let bodies = (0..threads).map(|_| {
        let total = Arc::clone(&total);
        boxed(move || {
            let own = AtomicUsize::new(0);
            for _ in 0..5 {
                own.fetch_add(1, SeqCst);
            }
            let seen = total.load(SeqCst);
            total.store(seen + 1, SeqCst);
        })
    });
    all(bodies.collect());
    expect(total.load(SeqCst) > 2);
}

/// A tree of threads: each spawns two, works, and joins them. A leaf that was spawned early is to be late.
pub(crate) fn tree(depth: usize) {
    fn grow(depth: usize, last: &Arc<AtomicUsize>, path: usize) {
        if depth == 0 {
            last.store(path, SeqCst);
            return;
        }
        let children = [0, 1].map(|side| {
            let last = Arc::clone(last);
            thread::spawn(move || grow(depth - 1, &last, 2 * path + side))
        });
        children.into_iter().for_each(|child| child.join().unwrap());
    }
    let last = Arc::new(AtomicUsize::new(0));
    grow(depth, &last, 1);
    // The first leaf was the last to store.
    expect(last.load(SeqCst) != 1 << depth);
}
