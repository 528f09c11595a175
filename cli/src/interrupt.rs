//! What happens when the user interrupts the program, or the system ends it: it ends, or a server or a worker is told to end.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

/// Who is to be told: a flag, and what wakes who looks at it.
type Told = (Arc<AtomicBool>, Box<dyn Fn() + Send>);

static TOLD: Mutex<Option<Told>> = Mutex::new(None);

/// The process group of the command that a worker runs; 0 for none.
static COMMAND: AtomicI32 = AtomicI32::new(0);

/// Has somebody be told by a flag, and woken, instead of ending the program. A second interrupt ends it all the same.
pub(crate) fn tells(is_interrupted: &Arc<AtomicBool>, wake: impl Fn() + Send + 'static) {
    *TOLD.lock().unwrap_or_else(PoisonError::into_inner) = Some((is_interrupted.clone(), Box::new(wake)));
}

/// Notes the process group that ends with the program, or that it has ended.
pub(crate) fn runs(group: Option<u32>) {
    COMMAND.store(group.map_or(0, u32::cast_signed), SeqCst);
}

/// Does what an interrupt asks for.
pub(crate) fn interrupted() {
    match &*TOLD.lock().unwrap_or_else(PoisonError::into_inner) {
        Some((is_interrupted, wake)) if !is_interrupted.swap(true, SeqCst) => wake(),
        _ => {
            end_command();
            std::process::exit(130)
        }
    }
}

/// Ends the command that runs, with all that it has started.
pub(crate) fn end_command() {
    #[cfg(unix)]
    match COMMAND.load(SeqCst) {
        0 => {}
        group => {
            let group = nix::unistd::Pid::from_raw(group);
            let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
        }
    }
}
