//! Which execution an OS thread runs, for a handler of signals and whoever else looks from outside.

use std::cell::Cell;

use super::cooperative::State;

thread_local! {
    /// The execution that this OS thread runs, or null. Without a destructor, so that a handler of signals may look.
    static RUNNING: Cell<*const State> = const { Cell::new(std::ptr::null()) };
}

/// Returns the state of the execution that this OS thread runs, or null.
pub(crate) fn running() -> *const State {
    RUNNING.get()
}

/// Notes that the execution whose state is `state` begins on this OS thread.
pub(crate) fn begin(state: &State) {
    state.pulse.begin();
    RUNNING.set(state);
}

/// Notes that it is over.
pub(crate) fn end(state: &State) {
    RUNNING.set(std::ptr::null());
    state.pulse.leave();
}

/// Runs the execution whose state is `state`.
pub(crate) fn during<R>(state: &State, run: impl FnOnce() -> R) -> R {
    struct Over<'a>(&'a State);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            end(self.0);
        }
    }
    begin(state);
    let _over = Over(state);
    run()
}
