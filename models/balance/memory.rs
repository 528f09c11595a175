//! What children share with their parent: processes have a copy of its variables, threads have the variables
//! themselves.

use std::sync::atomic::Ordering::SeqCst;

use selvedge::sync::Arc;
use selvedge::sync::atomic::AtomicI64;
use selvedge::thread;

use super::amounts;

/// The variables of a program.
#[derive(Default)]
pub(super) struct Memory {
    balance: AtomicI64,
}

/// What a child process begins with: a copy of what its parent has at that moment.
pub(super) fn copied(parent: &Arc<Memory>) -> Arc<Memory> {
    Arc::new(Memory { balance: AtomicI64::new(parent.balance.load(SeqCst)) })
}

/// What a thread begins with: what all threads of the program have.
pub(super) fn shared(parent: &Arc<Memory>) -> Arc<Memory> {
    Arc::clone(parent)
}

/// Children pay in, and leave it there. Returns the parent's balance when all have ended, and the balance that each
/// child found after paying.
pub(super) fn pay_in(children: usize, memory_of_a_child: fn(&Arc<Memory>) -> Arc<Memory>) -> (i64, Vec<i64>) {
    let parent = Arc::new(Memory::default());
    let handles: Vec<_> = amounts(children)
        .map(|amount| {
            let memory = memory_of_a_child(&parent);
            thread::spawn(move || {
                memory.balance.fetch_add(amount, SeqCst);
                memory.balance.load(SeqCst)
            })
        })
        .collect();
    let found = handles.into_iter().filter_map(|handle| handle.join().ok()).collect();
    (parent.balance.load(SeqCst), found)
}
