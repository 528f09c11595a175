//! OS threads for the engines' own work. A program that is discarded in the middle of a panic leaves
//! its OS thread in the belief that it is panicking, for good: so no check runs on a thread that
//! another has used.

/// Runs `work` on an OS thread of its own, and returns what it returns.
///
/// # Panics
///
/// If `work` panics, with its payload.
pub(crate) fn on_fresh_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    super::assert_outside();
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().name("selvedge".into()).spawn_scoped(scope, work);
        match worker.expect("a thread for the engine").join() {
            Ok(result) => result,
            Err(payload) => std::panic::resume_unwind(payload),
        }
    })
}

/// Returns whether a program that was discarded has left this OS thread panicking, so that nothing
/// more can be run on it.
pub(crate) fn is_spoilt() -> bool {
    std::thread::panicking()
}

/// Why an exploration ends on a spoilt thread.
pub(crate) const SPOILT: &str = "an execution ended in the middle of a panic, and no other can follow it";
