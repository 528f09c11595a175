//! Connecting again when a connection is lost, for a worker of a master's and for one of a broker's.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// How long to wait before connecting again: first, and at most.
pub(super) const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Connects again, with growing pauses, the last time when all the time for it is over. None if that fails, or if somebody asks for
/// the end.
pub(super) fn connected_again<T, E: Display>(
    time: Duration,
    is_interrupted: &AtomicBool,
    open: impl Fn() -> Result<T, E>,
) -> Option<T> {
    let end = Instant::now() + time;
    let mut pause = PAUSE_MIN;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || sleeps_interrupted(pause.min(left), is_interrupted) {
            return None;
        }
        pause = (2 * pause).min(PAUSE_MAX);
        match open() {
            Ok(connection) => return Some(connection),
            Err(error) => tracing::info!(%error, "not connected yet"),
        }
    }
}

/// Sleeps; returns at once, with `true`, when somebody asks for the end.
fn sleeps_interrupted(time: Duration, is_interrupted: &AtomicBool) -> bool {
    let end = Instant::now() + time;
    while !is_interrupted.load(SeqCst) {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        std::thread::sleep(left.min(PAUSE_MIN));
    }
    true
}
