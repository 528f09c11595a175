//! Whether a program has orderings that are weaker than `SeqCst`. As long as none has been seen, all its executions under
//! the language's memory model are interleavings (C++20, [atomics.order]; data races are failures), and are explored as
//! such, which costs less. Once one is seen, the execution goes on to its end, and then what was
//! explored before is explored again, with the graph of stores and loads.

use std::sync::atomic::Ordering;

use super::cooperative::State;
use crate::exploration::{MemoryModel, Task};
use crate::kernel::Kernel;
use crate::trace::Operation;

/// Lets `kernel` follow the memory model of the task.
pub(super) fn set_up(kernel: &mut Kernel, task: &Task) {
    if task.memory == MemoryModel::Language {
        if task.arcs.weakness.frozen.unwrap_or(true) {
            kernel.follow_the_language();
        } else if !task.arcs.weakness.is_settled {
            kernel.look_for_weak_orderings();
        }
    }
}

/// Returns whether an operation has a weaker ordering. A fence among `SeqCst` accesses makes no difference.
pub(crate) fn is_weak(operation: Operation) -> bool {
    let is_weak = |order| order != Ordering::SeqCst;
    match operation {
        Operation::Load { order } | Operation::Store { order, .. } | Operation::Update { order, .. } => is_weak(order),
        Operation::CompareExchange { success, failure, .. } => is_weak(success) || is_weak(failure),
        _ => false,
    }
}

/// Returns whether the next weak exchange of the thread that runs may fail for no reason.
pub(super) fn may_fail(state: &State) -> bool {
    state.kernel.borrow().may_fail(state.execution.current.get())
}
