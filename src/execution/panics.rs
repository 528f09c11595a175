//! Panics inside executions are data: a hook, installed once and outside any other, records them
//! instead of printing them.

use std::any::Any;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use super::backend::Execution;
use super::{context, panic_count};
use crate::failure::Failure;
use crate::trace::{PanicRecord, ThreadId};

/// The panics that ended a thread.
#[derive(Debug, Default)]
pub(crate) struct FatalPanics {
    panics: Vec<FatalPanic>,
    /// Threads to which nobody has a handle any more.
    detached: Vec<ThreadId>,
}

#[derive(Clone, Copy, Debug)]
struct FatalPanic {
    thread: ThreadId,
    /// Its index in the records; none for a payload resumed without a panic of its own.
    index: Option<usize>,
    /// Whether a `join` has received it.
    received: bool,
}

impl FatalPanics {
    /// Notes that `thread` ended with a panic, the last that `records` has of it and that did not come in the middle of
    /// another, which a destructor has caught.
    pub(crate) fn note(&mut self, thread: ThreadId, records: &[PanicRecord]) {
        let index = records.iter().rposition(|panic| panic.thread == thread && !panic.nested);
        self.panics.push(FatalPanic { thread, index, received: false });
    }

    /// Notes that a `join` has received what `thread` ended with.
    pub(crate) fn note_received(&mut self, thread: ThreadId) {
        for panic in self.panics.iter_mut().filter(|panic| panic.thread == thread) {
            panic.received = true;
        }
    }

    /// Notes that there is no handle to `thread` any more.
    pub(crate) fn note_detached(&mut self, thread: ThreadId) {
        self.detached.push(thread);
    }

    /// Forgets those that a `join` might yet have received.
    pub(crate) fn forget_those_to_be_received(&mut self) {
        let Self { panics, detached } = self;
        panics.retain(|panic| panic.received || detached.contains(&panic.thread));
    }

    /// Returns the panic that makes an execution fail, if one does: where any was not received by a
    /// `join`, the first that ended a thread, because later ones tend to follow from it.
    pub(crate) fn failure(&self, records: &[PanicRecord]) -> Option<PanicRecord> {
        let first = self.panics.iter().find(|panic| !panic.received)?;
        let record = self.panics.iter().find_map(|panic| panic.index).map(|index| records[index].clone());
        Some(record.unwrap_or_else(|| PanicRecord {
            thread: first.thread,
            message: "a resumed panic".into(),
            location: "an unknown place".into(),
            events_before: 0,
            nested: false,
        }))
    }
}

/// Installs the hook, once in a process. Outside executions it calls the hook that was there before.
/// shuttle installs a hook of its own, once, that prints: it does so now, so that it does not later.
pub(crate) fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let former = panic::take_hook();
        #[cfg(feature = "shuttle")]
        super::shuttle_hook::install();
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
        // Where the state is borrowed, the panic is our own and is to be seen.
        if execution.trace.try_borrow_mut().is_err() {
            return false;
        }
        record_modelled(execution, location, message);
        return true;
    }
    if let Some(real) = context::real() {
        real.record_panic(message, location);
        return true;
    }
    false
}

/// Records a panic of the current thread of `execution`.
fn record_modelled(execution: &Execution, location: String, message: String) {
    let thread = execution.current.get();
    // This panic is counted already.
    let panics = panic_count::take();
    panic_count::put(panics);
    let mut trace = execution.trace.borrow_mut();
    let events_before = trace.events.len();
    if !is_non_unwinding(&message, &location) {
        trace.panics.push(PanicRecord { thread, message, location, events_before, nested: panics > 1 });
        return;
    }
    let first = trace.panics.iter().rposition(|panic| panic.thread == thread && !panic.nested).unwrap_or(0);
    let panics = trace.panics[first..].iter().filter(|panic| panic.thread == thread).cloned().collect();
    execution.aborts.borrow_mut().get_or_insert(Failure::Abort { thread, panics, reason: message });
}

/// Returns whether it is one of those panics with which std aborts the process: another one has come to where it must not
/// unwind.
fn is_non_unwinding(message: &str, location: &str) -> bool {
    let messages = ["panic in a destructor during cleanup", "panic in a function that cannot unwind"];
    messages.contains(&message) && location.replace('\\', "/").contains("core/src/panicking.rs")
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
