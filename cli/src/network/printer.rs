//! Results on their way to standard output, which may be slow to take them, or never do: the master goes on meanwhile. It has only so
//! many of them wait here; others wait in their queue, where they are counted.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// When lines of so many bytes wait to be printed, there are to be no more.
const WAITING_BYTES_MAX: usize = 16 << 20;

/// A thread that prints lines, in order.
pub(super) struct Printer {
    lines: Option<Sender<String>>,
    thread: Option<JoinHandle<()>>,
    is_closed: Arc<AtomicBool>,
    waiting_bytes: Arc<AtomicUsize>,
}

impl Printer {
    /// Returns one that calls `goes_on` when more can be printed after it was behind, or nothing ever can.
    pub(super) fn new(goes_on: impl Fn() + Send + 'static) -> Self {
        let (lines, to_print) = channel::<String>();
        let (is_closed, waiting_bytes) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (closes, waiting) = (Arc::clone(&is_closed), Arc::clone(&waiting_bytes));
        let thread = std::thread::spawn(move || {
            for line in to_print {
                let mut output = std::io::stdout().lock();
                if writeln!(output, "{line}").and_then(|()| output.flush()).is_err() {
                    // Nobody reads it any more.
                    closes.store(true, SeqCst);
                    goes_on();
                    return;
                }
                let before = waiting.fetch_sub(line.len(), SeqCst);
                if before > WAITING_BYTES_MAX && before - line.len() <= WAITING_BYTES_MAX {
                    goes_on();
                }
            }
        });
        Self { lines: Some(lines), thread: Some(thread), is_closed, waiting_bytes }
    }

    /// Returns whether standard output takes nothing more.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(SeqCst)
    }

    /// Returns whether so much waits to be printed, with these bytes, that more has to wait elsewhere.
    pub(super) fn is_behind_with(&self, bytes: usize) -> bool {
        !self.is_closed() && self.waiting_bytes.load(SeqCst) + bytes > WAITING_BYTES_MAX
    }

    /// Has a line printed, some time.
    pub(super) fn print(&self, line: String) {
        if let Some(lines) = &self.lines {
            self.waiting_bytes.fetch_add(line.len(), SeqCst);
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
