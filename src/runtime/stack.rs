//! The stack of a coroutine.
#![allow(unsafe_code)]

use corosensei::stack::DefaultStack;

/// As much as std gives a thread; only what is touched takes memory. A guard page turns an overflow into a fault, not into damage.
pub(super) const STACK_SIZE_BYTES: usize = 2 * 1024 * 1024;

/// A stack whose used end does not lie at the same place in its page as that of every other: all would share the few
/// places of the cache that such addresses have.
#[cfg(unix)]
pub(super) struct Stack {
    whole: DefaultStack,
    /// How much of its end is left out.
    left_out_bytes: usize,
}

#[cfg(not(unix))]
pub(super) type Stack = DefaultStack;

#[cfg(unix)]
impl Stack {
    pub(super) fn new() -> Self {
        use std::cell::Cell;

        /// A few lines of the cache.
        const STEP_BYTES: usize = 7 * 64;
        const PAGE_BYTES: usize = 4096;

        thread_local! {
            static MADE: Cell<usize> = const { Cell::new(0) };
        }
        let made = MADE.replace(MADE.get() + 1);
        let left_out_bytes = made * STEP_BYTES % PAGE_BYTES;
        let whole = DefaultStack::new(STACK_SIZE_BYTES).expect("memory for the stack of a thread");
        Self { whole, left_out_bytes }
    }
}

// SAFETY: it is a stack without less than a page at its base, and that page is far from the guard page at its limit.
#[cfg(unix)]
unsafe impl corosensei::stack::Stack for Stack {
    fn base(&self) -> corosensei::stack::StackPointer {
        let base = self.whole.base().get() - self.left_out_bytes;
        corosensei::stack::StackPointer::new(base).expect("an address within the stack")
    }

    fn limit(&self) -> corosensei::stack::StackPointer {
        self.whole.limit()
    }
}
