//! Results on their way to standard output, which may be slow to take them, or never do: the master goes on meanwhile.

use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use crate::output::print_line;

/// A thread that prints lines, in order.
pub(super) struct Printer {
    lines: Option<Sender<String>>,
    thread: Option<JoinHandle<()>>,
}

impl Printer {
    pub(super) fn new() -> Self {
        let (lines, to_print) = channel::<String>();
        let thread = std::thread::spawn(move || to_print.iter().for_each(|line| print_line(&line)));
        Self { lines: Some(lines), thread: Some(thread) }
    }

    /// Has a line printed, some time.
    pub(super) fn print(&self, line: String) {
        // The thread ends after this does, or has ended the program.
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
