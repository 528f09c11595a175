//! Pipes: bytes that go in at one end and come out at the other, as `os.pipe` and `multiprocessing.Pipe` make them.
//!
//! A pipe holds little, so who writes waits for who reads. It ends when nobody is left who could write: not when
//! somebody says so. Most that goes wrong with pipes comes of one of the two.

use std::collections::VecDeque;

use selvedge::sync::{Arc, Condvar, Mutex};

use crate::scenario::Scenario;

pub mod connection;
mod connections;
mod scenarios;

/// The scenarios of pipes, and of the connections that `multiprocessing.Pipe` returns.
pub const SCENARIOS: &[&[Scenario]] = &[scenarios::SCENARIOS, connections::SCENARIOS];

/// How many bytes a pipe holds: 65,536 on Linux.
const ROOM: usize = 2;

/// How many bytes are written at once, with nothing of others in between: `PIPE_BUF`, 4,096 on Linux.
const ATOMIC: usize = 2;

/// There is nobody left who could read: `BrokenPipeError` in Python, and `SIGPIPE` for who does not expect it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

#[derive(Default)]
struct State {
    bytes: VecDeque<u8>,
    /// How many ends are open.
    writers: usize,
    readers: usize,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    /// Changes how many ends are open. Only who closes the last one changes something for those who wait.
    fn count_ends(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap();
        change(&mut state);
        if state.writers == 0 || state.readers == 0 {
            self.changed.notify_all();
        }
    }
}

/// The end that bytes go in at. A copy of it, as a child process gets one, is an end too.
pub struct Writer(Arc<Shared>);

/// The end that bytes come out at.
pub struct Reader(Arc<Shared>);

/// Returns the two ends of a pipe.
pub fn pipe() -> (Reader, Writer) {
    let shared = Arc::<Shared>::default();
    shared.count_ends(|state| (state.readers, state.writers) = (1, 1));
    (Reader(shared.clone()), Writer(shared))
}

impl Writer {
    /// Writes all the bytes, and waits for room. Few bytes are written at once; of more, as many as there is room
    /// for, and the others when there is room again.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Broken> {
        let least = if bytes.len() <= ATOMIC { bytes.len() } else { 1 };
        let mut rest = bytes;
        while !rest.is_empty() {
            let full = |state: &mut State| state.readers > 0 && state.bytes.len() + least > ROOM;
            let mut state = self.0.changed.wait_while(self.0.state.lock().unwrap(), full).unwrap();
            if state.readers == 0 {
                return Err(Broken);
            }
            let (now, later) = rest.split_at(rest.len().min(ROOM - state.bytes.len()));
            state.bytes.extend(now);
            rest = later;
            self.0.changed.notify_all();
        }
        Ok(())
    }
}

impl Reader {
    /// Returns the next bytes, up to `most`, as soon as there are any; none at the end of the file.
    pub fn read(&self, most: usize) -> Vec<u8> {
        let empty = |state: &mut State| state.writers > 0 && state.bytes.is_empty();
        let mut state = self.0.changed.wait_while(self.0.state.lock().unwrap(), empty).unwrap();
        let count = most.min(state.bytes.len());
        let bytes = state.bytes.drain(..count).collect();
        self.0.changed.notify_all();
        bytes
    }

    /// Returns whether `read` would return at once: with bytes, or at the end of the file.
    pub fn poll(&self) -> bool {
        let state = self.0.state.lock().unwrap();
        !state.bytes.is_empty() || state.writers == 0
    }

    /// Returns `count` bytes, or fewer at the end of the file.
    pub fn read_exactly(&self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let more = self.read(count - bytes.len());
            if more.is_empty() {
                break;
            }
            bytes.extend(more);
        }
        bytes
    }

    /// Returns all bytes until the end of the file.
    pub fn read_all(&self) -> Vec<u8> {
        self.read_exactly(usize::MAX)
    }
}

impl Clone for Writer {
    fn clone(&self) -> Self {
        self.0.count_ends(|state| state.writers += 1);
        Self(self.0.clone())
    }
}

impl Clone for Reader {
    fn clone(&self) -> Self {
        self.0.count_ends(|state| state.readers += 1);
        Self(self.0.clone())
    }
}

/// Closes it: what waits for the other end has to be told.
impl Drop for Writer {
    fn drop(&mut self) {
        self.0.count_ends(|state| state.writers -= 1);
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.count_ends(|state| state.readers -= 1);
    }
}
