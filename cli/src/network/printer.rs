//! Results on their way to standard output, which may be slow to take them, or never do: the master goes on meanwhile.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// A thread that prints lines, in order.
pub(super) struct Printer {
    lines: Option<Sender<String>>,
    thread: Option<JoinHandle<()>>,
    is_closed: Arc<AtomicBool>,
}

impl Printer {
    pub(super) fn new() -> Self {
        let (lines, to_print) = channel::<String>();
        let is_closed = Arc::new(AtomicBool::new(false));
        let closes = Arc::clone(&is_closed);
        let thread = std::thread::spawn(move || {
            for line in to_print {
                let mut output = std::io::stdout().lock();
                if writeln!(output, "{line}").and_then(|()| output.flush()).is_err() {
                    // Nobody reads it any more.
                    closes.store(true, SeqCst);
                    return;
                }
            }
        });
        Self { lines: Some(lines), thread: Some(thread), is_closed }
    }

    /// Returns whether standard output takes nothing more.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(SeqCst)
    }

    /// Has a line printed, some time.
    pub(super) fn print(&self, line: String) {
        if let Some(lines) = &self.lines {
            let _ = lines.send(line);
        }
    }
}

impl Drop for Printer {
    /// Waits until all is printed.
    fn drop(&mut self) {
        self.lines = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
