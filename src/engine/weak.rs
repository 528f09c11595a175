//! Whether a program has orderings that are weaker than `SeqCst`. As long as none has been seen, all its executions under
//! the language's memory model are interleavings (C++20, [atomics.order]; data races are failures), and are explored as
//! such, which costs less. Once one is seen, the execution goes on to its end, and then what was
//! explored before is explored again, with the graph of stores and loads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{MemoryModel, Task};
use crate::execution::Operation;
use crate::kernel::Kernel;

/// What is known of the orderings.
#[derive(Clone, Debug, Default)]
pub(super) struct Weakness {
    /// Shared by all who explore one task.
    seen: Arc<AtomicBool>,
    /// What was known when the exploration began; none where that is not asked, and weak ones are to be expected.
    frozen: Option<bool>,
    /// Whether a schedule is followed, which says it.
    is_settled: bool,
}

impl Weakness {
    /// Returns what a token says.
    pub(super) fn of_token(is_weak: bool) -> Self {
        Self { frozen: Some(is_weak), is_settled: true, ..Self::default() }
    }

    /// Returns what is known now, for an exploration.
    pub(super) fn freeze(&self) -> Self {
        Self { frozen: Some(self.is_seen()), ..self.clone() }
    }

    pub(super) fn is_seen(&self) -> bool {
        self.seen.load(Ordering::Relaxed)
    }

    pub(super) fn show(&self) {
        self.seen.store(true, Ordering::Relaxed);
    }
}

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
