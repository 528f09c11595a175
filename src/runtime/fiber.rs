//! The coroutines that modelled threads are, and their stacks, which are pooled.
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::sync::{Mutex, PoisonError};

use corosensei::{Coroutine, CoroutineResult, Yielder};

use super::stack::{STACK_SIZE_BYTES, Stack};
use crate::execution::panic_count;

pub(super) type Fiber = Coroutine<(), (), (), Stack>;

/// How many stacks are kept that are of no OS thread any more.
const KEPT_MAX: usize = 64;

/// Those, for the next OS thread of an engine: to map memory and give it back costs more than most executions.
static KEPT: Mutex<Vec<Stack>> = Mutex::new(Vec::new());

/// The stacks of an OS thread that no coroutine uses.
struct Stacks(Vec<Stack>);

impl Drop for Stacks {
    fn drop(&mut self) {
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        let room = KEPT_MAX.saturating_sub(kept.len()).min(self.0.len());
        kept.extend(self.0.drain(..room));
    }
}

thread_local! {
    static STACKS: RefCell<Stacks> = const { RefCell::new(Stacks(Vec::new())) };
    /// How the running coroutine suspends itself.
    static YIELDER: Cell<Option<*const Yielder<(), ()>>> = const { Cell::new(None) };
    /// An address on its stack above which there is nothing of the program's.
    static BASE: Cell<usize> = const { Cell::new(0) };
}

fn stack() -> Stack {
    let own = STACKS.with_borrow_mut(|stacks| stacks.0.pop());
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner).pop();
    own.or_else(kept).unwrap_or_else(Stack::new)
}

/// Returns an address on the stack that runs, above which there is nothing of the program's.
pub(super) fn base() -> usize {
    BASE.get()
}

/// Suspends the coroutine that runs, until it is resumed.
#[inline]
pub(super) fn switch() {
    let yielder = YIELDER.get().expect("a thread that runs");
    let base = BASE.get();
    // SAFETY: `YIELDER` was set by `start` or below, on the stack of the very coroutine that runs
    // now, and is valid as long as that coroutine lives. Nobody holds it mutably.
    unsafe { &*yielder }.suspend(());
    YIELDER.set(Some(yielder));
    BASE.set(base);
}

#[inline]
pub(super) fn start(body: Box<dyn FnOnce()>) -> Fiber {
    Coroutine::with_stack(stack(), move |yielder: &Yielder<(), ()>, ()| {
        let base = 0_usize;
        YIELDER.set(Some(std::ptr::from_ref(yielder)));
        BASE.set(std::ptr::from_ref(std::hint::black_box(&base)).expose_provenance());
        body();
    })
}

#[inline]
pub(super) fn resume(fiber: &mut Fiber) {
    match fiber.resume(()) {
        CoroutineResult::Yield(()) => {}
        // A panic that replaced another, which nothing has caught then, leaves that one behind.
        CoroutineResult::Return(()) => drop(panic_count::take()),
    }
}

/// Returns whether `address` lies at the end of the stack of the thread that runs: whether it has overflowed.
pub(super) fn is_beyond_stack(address: usize) -> bool {
    const PAGES: usize = 64 * 1024;
    let depth = BASE.get().wrapping_sub(address);
    (STACK_SIZE_BYTES - PAGES..STACK_SIZE_BYTES + PAGES).contains(&depth)
}

/// Gives back the stacks of threads that have ended. What is on the stack of a thread that has not ended is not dropped:
/// dropping it would run code of the program in a world where nothing can wait any more.
pub(super) fn discard(fibers: &mut Vec<Fiber>) {
    for mut fiber in fibers.drain(..) {
        if !fiber.done() {
            // SAFETY: nothing on this stack is used again. Other threads may hold references into it,
            // but every thread of the execution is discarded here and none of them runs again; and
            // the values that they and this stack own are leaked, not dropped.
            unsafe { fiber.force_reset() };
            // A sanitizer would go on watching what was on this stack: then it is not used again.
            if cfg!(fuzzing) {
                continue;
            }
        }
        STACKS.with_borrow_mut(|stacks| stacks.0.push(fiber.into_stack()));
    }
}
