//! The stack on which an OS thread handles signals: a handler cannot run on one that has overflowed, and the one that
//! std gives its threads, where it does, is small.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;

const SIZE_BYTES: usize = 64 * 1024;

/// Runs `work` on this OS thread with a stack for its signals.
pub(crate) fn on_signal_stack<R>(work: impl FnOnce() -> R) -> R {
    struct Former(libc::stack_t, #[allow(dead_code)] Box<[MaybeUninit<u8>]>);
    impl Drop for Former {
        fn drop(&mut self) {
            // SAFETY: the stack that this thread had before is put back; ours, which is given back after that, is
            // not in use, as no handler runs.
            unsafe { libc::sigaltstack(&self.0, std::ptr::null_mut()) };
        }
    }
    let mut memory = Box::new_uninit_slice(SIZE_BYTES);
    let ours = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: SIZE_BYTES };
    // SAFETY: a `stack_t` of zeros is one.
    let mut former: libc::stack_t = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: the memory is ours and outlives its use; this thread runs no handler now.
    let is_set = unsafe { libc::sigaltstack(&ours, &mut former) } == 0;
    let _former = is_set.then(|| Former(former, memory));
    work()
}
