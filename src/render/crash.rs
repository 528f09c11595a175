//! The words for a crash. They are written by a handler of signals: nothing here may take memory or a lock.

use std::fmt::{self, Display, Formatter};

use super::ShellLine;
use super::operation::{InWords, Naming};
use crate::exploration::Label;
use crate::kernel::Pending;
use crate::trace::{ObjectId, ThreadId, Trace};

/// What is known of a crash.
pub(crate) struct Crash<'a> {
    /// The signal's name.
    pub(crate) signal: &'static str,
    /// What was being done.
    pub(crate) label: &'a Label,
    /// The execution, where it was one that can be replayed.
    pub(crate) execution: Option<Crashed<'a>>,
}

/// What is known of an execution that crashed.
pub(crate) struct Crashed<'a> {
    /// The thread whose code ran.
    pub(crate) thread: ThreadId,
    /// How many steps had been taken, by all threads together.
    pub(crate) steps: usize,
    /// The last step, and who took it.
    pub(crate) last: Option<(ThreadId, Pending)>,
    /// Whether the thread's stack has overflowed.
    pub(crate) overflow: bool,
    /// What is known of threads and objects.
    pub(crate) trace: Option<&'a Trace>,
    /// What replays it; none if it has too many steps.
    pub(crate) token: Option<&'a dyn Display>,
}

/// Names that can be told without looking at any source file.
struct Plain<'a>(Option<&'a Trace>);

impl Naming for Plain<'_> {
    fn write_thread(&self, formatter: &mut Formatter<'_>, thread: ThreadId) -> fmt::Result {
        let Some(record) = self.0.and_then(|trace| trace.threads.get(thread.index())) else {
            return write!(formatter, "thread number {}", thread.0);
        };
        match (&record.name, record.parent) {
            (Some(name), _) => formatter.write_str(name),
            (None, None) => formatter.write_str("t"),
            (None, Some((ThreadId::MAIN, index))) => write!(formatter, "t{}", index + 1),
            (None, Some((parent, index))) => {
                self.write_number(formatter, parent)?;
                write!(formatter, ".{}", index + 1)
            }
        }
    }

    fn write_object(&self, formatter: &mut Formatter<'_>, object: ObjectId) -> fmt::Result {
        let Some(record) = self.0.and_then(|trace| trace.objects.get(object.index())) else {
            return write!(formatter, "object number {}", object.0);
        };
        match &record.name {
            Some(name) => write!(formatter, "`{name}`"),
            None => write!(formatter, "the {} made at {}", super::names::kind(record.kind), Place(record.made_at)),
        }
    }
}

impl Plain<'_> {
    /// Writes a thread's number, even if it has a name.
    fn write_number(&self, formatter: &mut Formatter<'_>, thread: ThreadId) -> fmt::Result {
        match self.0.and_then(|trace| trace.threads.get(thread.index())?.parent) {
            None => formatter.write_str("t"),
            Some((ThreadId::MAIN, index)) => write!(formatter, "t{}", index + 1),
            Some((parent, index)) => {
                self.write_number(formatter, parent)?;
                write!(formatter, ".{}", index + 1)
            }
        }
    }
}

/// A source line.
struct Place(&'static std::panic::Location<'static>);

impl Display for Place {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.0.file(), self.0.line())
    }
}

struct Thread<'a>(&'a Plain<'a>, ThreadId);

impl Display for Thread<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.write_thread(formatter, self.1)
    }
}

impl Display for Crash<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Label { scenario, engine } = self.label;
        let Some(crashed) = &self.execution else {
            return writeln!(
                formatter,
                "\nselvedge: {} while `{scenario}` was run (engine {engine}), which cannot be replayed",
                self.signal
            );
        };
        let names = Plain(crashed.trace);
        let thread = Thread(&names, crashed.thread);
        write!(formatter, "\nselvedge: {} in an execution of `{scenario}` (engine {engine}): ", self.signal)?;
        if crashed.overflow {
            write!(formatter, "the stack of {thread}, of 2 MiB, has overflowed (a recursion without an end?), ")?;
        } else {
            write!(formatter, "in the code of {thread}, ")?;
        }
        match &crashed.last {
            Some((last, Pending { object, operation, location })) => {
                let what = InWords { operation: *operation, object: *object, names: &names };
                write!(formatter, "after step {}", crashed.steps)?;
                if *last != crashed.thread {
                    write!(formatter, ", of {}", Thread(&names, *last))?;
                }
                writeln!(formatter, ": {what} at {}", Place(location))?;
            }
            None => writeln!(formatter, "before its first step")?,
        }
        match crashed.token {
            Some(token) => {
                let line = ShellLine { token, test: scenario };
                writeln!(formatter, "replay it with:\n  {line}")
            }
            None => writeln!(formatter, "it has too many steps for a token: give the budget fewer steps an execution"),
        }
    }
}
