//! How many panics std counts as being unwound by an OS thread, and how that is made to be about one modelled thread.
//!
//! std counts panics for each OS thread: one more where a panic begins, one less where it is caught. Modelled threads share
//! one, and are suspended in the middle of an unwinding: what std then counts is that of all together, so that it says of
//! each that it is panicking, and of none when it no longer is. So a thread that is suspended takes its panics along, and
//! puts them back when it goes on.
//!
//! std has no function for that. But it counts where a panic begins and where it is caught, and with coroutines these can be
//! on different OS threads: a *token* is a coroutine in the middle of an unwinding. Where it goes on and catches its panic,
//! there is one panic less; where it begins one, there is one more. The first tokens begin theirs on an OS thread that ends.
#![allow(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, Yielder};

/// Enough for an unwinding through a few frames.
const STACK_SIZE_BYTES: usize = 64 * 1024;

/// A coroutine that begins a panic when it is resumed, then catches it when it is resumed again, and so on.
struct Token(Coroutine<(), (), ()>);

// SAFETY: all that is on its stack is what `Token::new` puts there, which refers to no OS thread; and what std and the
// unwinder keep of a panic that is under way is on that stack and on the heap, but for the count, which is what this is for.
unsafe impl Send for Token {}

/// Tokens in the middle of a panic, and tokens at rest. They are never dropped, which would unwind them.
static PANICKING: Mutex<Vec<Token>> = Mutex::new(Vec::new());
static AT_REST: Mutex<Vec<Token>> = Mutex::new(Vec::new());

impl Token {
    fn new() -> Self {
        struct Pauses<'a>(&'a Yielder<(), ()>);
        impl Drop for Pauses<'_> {
            fn drop(&mut self) {
                self.0.suspend(());
            }
        }
        let stack = DefaultStack::new(STACK_SIZE_BYTES).expect("memory for a small stack");
        Self(Coroutine::with_stack(stack, |yielder: &Yielder<(), ()>, ()| {
            loop {
                let unwinds = || {
                    let _pauses = Pauses(yielder);
                    resume_unwind(Box::new(()));
                };
                let _ = catch_unwind(AssertUnwindSafe(unwinds));
                yielder.suspend(());
            }
        }))
    }

    fn resume(&mut self) {
        let _ = self.0.resume(());
    }
}

fn pop(tokens: &Mutex<Vec<Token>>) -> Option<Token> {
    tokens.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

fn push(tokens: &Mutex<Vec<Token>>, token: Token) {
    tokens.lock().unwrap_or_else(PoisonError::into_inner).push(token);
}

/// Counts one panic more on this OS thread.
fn add_one() {
    let mut token = pop(&AT_REST).unwrap_or_else(Token::new);
    token.resume();
    push(&PANICKING, token);
}

/// Counts one panic less on this OS thread, which is panicking.
fn subtract_one() {
    let mut token = pop(&PANICKING).unwrap_or_else(|| {
        // The OS thread ends as one that is panicking, which nobody sees.
        std::thread::spawn(|| {
            let mut token = pop(&AT_REST).unwrap_or_else(Token::new);
            token.resume();
            token
        })
        .join()
        .expect("a thread that does next to nothing")
    });
    token.resume();
    push(&AT_REST, token);
}

/// Leaves this OS thread without panics, and returns how many it had.
#[inline]
pub(crate) fn take() -> u32 {
    if std::thread::panicking() { take_all() } else { 0 }
}

#[cold]
fn take_all() -> u32 {
    let mut count = 0;
    while std::thread::panicking() {
        subtract_one();
        count += 1;
    }
    count
}

/// Counts so many panics on this OS thread, which has none.
#[inline]
pub(crate) fn put(count: u32) {
    if count > 0 {
        put_all(count);
    }
}

#[cold]
fn put_all(count: u32) {
    for _ in 0..count {
        add_one();
    }
}

#[cfg(test)]
mod tests {
    use super::{put, take};

    #[test]
    fn the_panics_of_an_os_thread_are_taken_and_put_back() {
        struct Looks;
        impl Drop for Looks {
            fn drop(&mut self) {
                assert!(std::thread::panicking());
                let count = take();
                assert_eq!((count, std::thread::panicking(), take()), (1, false, 0));
                // Panics begin and are caught meanwhile as if there were no other.
                assert!(std::panic::catch_unwind(|| std::panic::resume_unwind(Box::new(()))).is_err());
                assert!(!std::thread::panicking());
                put(count);
                assert!(std::thread::panicking());
            }
        }
        for _ in 0..3 {
            let unwinds = || {
                let _looks = Looks;
                std::panic::resume_unwind(Box::new(()));
            };
            assert!(std::panic::catch_unwind(unwinds).is_err());
            assert!(!std::thread::panicking());
        }
        put(3);
        assert_eq!((std::thread::panicking(), take(), std::thread::panicking()), (true, 3, false));
    }
}
