//! Panics inside executions are data: a hook, installed once and outside any other, records them
//! instead of printing them.

use std::any::Any;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use super::context;
use super::trace::{PanicRecord, ThreadId};

/// The panics that ended a thread.
#[derive(Debug, Default)]
pub(crate) struct FatalPanics(Vec<FatalPanic>);

#[derive(Clone, Copy, Debug)]
struct FatalPanic {
    thread: ThreadId,
    /// Its index in the records; none for a payload resumed without a panic of its own.
    index: Option<usize>,
    /// Whether a `join` has received it.
    received: bool,
}

impl FatalPanics {
    /// Notes that `thread` ended with a panic, the last that `records` has of it.
    pub(crate) fn note(&mut self, thread: ThreadId, records: &[PanicRecord]) {
        let index = records.iter().rposition(|panic| panic.thread == thread);
        self.0.push(FatalPanic { thread, index, received: false });
    }

    /// Notes that a `join` has received what `thread` ended with; returns whether that was a panic.
    pub(crate) fn note_received(&mut self, thread: ThreadId) -> bool {
        let mut panicked = false;
        for panic in self.0.iter_mut().filter(|panic| panic.thread == thread) {
            panic.received = true;
            panicked = true;
        }
        panicked
    }

    /// Returns the panic that makes an execution fail, if one does: where any was not received by a
    /// `join`, the first that ended a thread, because later ones tend to follow from it.
    pub(crate) fn failure(&self, records: &[PanicRecord]) -> Option<PanicRecord> {
        let first = self.0.iter().find(|panic| !panic.received)?;
        let record = self.0.iter().find_map(|panic| panic.index).map(|index| records[index].clone());
        Some(record.unwrap_or_else(|| PanicRecord {
            thread: first.thread,
            message: "a resumed panic".into(),
            location: "an unknown place".into(),
            events_before: 0,
        }))
    }
}

/// Installs the hook, once in a process. Outside executions it calls the hook that was there before.
/// `others` has other crates install theirs, which are dropped.
pub(crate) fn install_hook(others: impl FnOnce()) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let former = panic::take_hook();
        others();
        panic::set_hook(Box::new(move |information| {
            if !record(information) {
                former(information);
            }
        }));
    });
}

/// Records a panic inside an execution. Returns whether it was one.
fn record(information: &PanicHookInfo<'_>) -> bool {
    let location = information.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let message = message(information.payload());
    if let Some(backend) = context::modelled() {
        let execution = backend.execution();
        if execution.ignores_panics.get() {
            return true;
        }
        let thread = execution.current.get();
        if let Ok(mut unwinding) = execution.unwinding.try_borrow_mut() {
            // A panic while one unwinds may abort the process: let it be seen.
            if std::mem::replace(&mut unwinding[thread.index()], true) {
                return false;
            }
        }
        // Where the state is borrowed, the panic is our own and is to be seen.
        let Ok(mut trace) = execution.trace.try_borrow_mut() else { return false };
        let events_before = trace.events.len();
        trace.panics.push(PanicRecord { thread, message, location, events_before });
        return true;
    }
    if let Some(real) = context::real() {
        real.record_panic(message, location);
        return true;
    }
    false
}

/// Returns the text of a panic's payload, where it has one.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic with a payload that is no text".to_owned()
    }
}
