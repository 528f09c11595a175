//! What happens when the user interrupts the program, or the system ends it: it ends, or a server or a worker is told to end.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

/// Who is to be told, and what wakes it.
static TOLD: Mutex<Option<(Option<mio::Waker>, Arc<AtomicBool>)>> = Mutex::new(None);

/// The process group of the command that a worker runs; 0 for none.
static COMMAND: AtomicI32 = AtomicI32::new(0);

/// Has somebody be told by a flag, and woken, instead of ending the program. A second interrupt ends it all the same.
pub(crate) fn wakes(waker: Option<mio::Waker>, is_interrupted: &Arc<AtomicBool>) {
    *TOLD.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((waker, is_interrupted.clone()));
}

/// Notes the process group that ends with the program, or that it has ended.
pub(crate) fn runs(group: Option<u32>) {
    COMMAND.store(group.map_or(0, u32::cast_signed), SeqCst);
}

/// Does what an interrupt asks for.
pub(crate) fn interrupted() {
    match &*TOLD.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
        Some((waker, is_interrupted)) if !is_interrupted.swap(true, SeqCst) => {
            if let Some(waker) = waker {
                let _ = waker.wake();
            }
        }
        _ => {
            end_command();
            std::process::exit(130)
        }
    }
}

/// Ends the command that runs, with all that it has started.
fn end_command() {
    #[cfg(unix)]
    match COMMAND.load(SeqCst) {
        0 => {}
        group => {
            let group = nix::unistd::Pid::from_raw(group);
            let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
        }
    }
}
