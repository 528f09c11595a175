//! A counter, and its twin that loses updates.

use selvedge::Subject;
use selvedge::spec::CounterOperation;
use selvedge::sync::atomic::{AtomicI64, Ordering::SeqCst};

/// `IS_RIGHT` tells the counter from its twin, which adds in two steps.
#[derive(Default)]
pub(crate) struct Counter<const IS_RIGHT: bool>(AtomicI64);

impl<const IS_RIGHT: bool> Subject for Counter<IS_RIGHT> {
    type Operation = CounterOperation;
    type Result = i64;

    fn call(&self, operation: &CounterOperation) -> i64 {
        match operation {
            CounterOperation::Add(more) if IS_RIGHT => self.0.fetch_add(*more, SeqCst),
            CounterOperation::Add(more) => {
                let former = self.0.load(SeqCst);
                self.0.store(former + more, SeqCst);
                former
            }
            CounterOperation::Get => self.0.load(SeqCst),
        }
    }
}
