//! What happens when the user interrupts the program: it ends, or a server is told to end.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

/// A server that is to be told.
static SERVER: Mutex<Option<(mio::Waker, Arc<AtomicBool>)>> = Mutex::new(None);

/// Has a server be told by a flag, and woken, instead of ending the program. A second interrupt ends it all the same.
pub(crate) fn wakes(waker: mio::Waker, is_interrupted: &Arc<AtomicBool>) {
    *SERVER.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((waker, is_interrupted.clone()));
}

/// Does what an interrupt asks for.
pub(crate) fn interrupted() {
    match &*SERVER.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
        Some((waker, is_interrupted)) if !is_interrupted.swap(true, SeqCst) => {
            let _ = waker.wake();
        }
        _ => std::process::exit(130),
    }
}
