//! OS threads that a scenario starts by itself, with `std::thread::spawn` say: nothing of what they do is modelled.
//!
//! An OS thread of Linux begins with the name of the one that started it, and those of engines have names of their own. So
//! others of the same name were born of the scenario, unless they were named. They are looked for at the first steps of the
//! first executions that are recorded.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

/// How often an OS thread looks.
const LOOKS_MAX: u32 = 8;

/// Among more OS threads than these it is not looked: each costs a file to read, and each look is one of many.
const OS_THREADS_MAX: u64 = 128;

thread_local! {
    static LOOKS: Cell<u32> = const { Cell::new(0) };
    /// How many OS threads the process had at the last look, and how many of them this one had started.
    static LAST: Cell<Option<(u64, u32)>> = const { Cell::new(None) };
}

/// Returns a name that no other OS thread of an engine has.
pub(super) fn name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("selvedge-{}", NEXT.fetch_add(1, Ordering::Relaxed) % 1_000_000)
}

/// Lets this OS thread not look: another one does, which runs the same program.
pub(crate) fn look_no_more() {
    LOOKS.set(LOOKS_MAX);
}

/// Returns how many OS threads there are now that this one has started, as far as it is still looked and the system tells.
#[cold]
pub(super) fn born() -> u32 {
    if LOOKS.get() >= LOOKS_MAX {
        return 0;
    }
    LOOKS.set(LOOKS.get() + 1);
    count().unwrap_or(0)
}

/// Names are read only where there are more or fewer OS threads than at the last look.
fn count() -> Option<u32> {
    let all = all().filter(|all| *all <= OS_THREADS_MAX)?;
    if let Some((_, born)) = LAST.get().filter(|(before, _)| *before == all) {
        return Some(born);
    }
    let name = std::fs::read_to_string("/proc/thread-self/comm").ok()?;
    if !name.starts_with("selvedge-") {
        return None;
    }
    let same = std::fs::read_dir("/proc/self/task")
        .ok()?
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok())
        .filter(|other| *other == name);
    let born = u32::try_from(same.count().saturating_sub(1)).ok()?;
    LAST.set(Some((all, born)));
    Some(born)
}

/// Returns how many OS threads the process has, if the system tells.
#[cfg(unix)]
fn all() -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    // A folder has a link for each folder in it, and two of its own.
    std::fs::metadata("/proc/self/task").ok()?.nlink().checked_sub(2)
}

#[cfg(not(unix))]
fn all() -> Option<u64> {
    None
}
