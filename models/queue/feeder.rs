//! A queue between processes, as Python's `multiprocessing.Queue`: `put` only adds to a buffer of the process, and a
//! thread of the process, the feeder, pickles what is there and writes it into a pipe, which holds little.
//!
//! Each process has a queue object of its own, with a buffer and a feeder, around the one pipe that they share. It has
//! both ends of that pipe, so whoever reads is never told that nobody will write any more.

use std::collections::VecDeque;

use selvedge::sync::atomic::AtomicU8;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread::{self, JoinHandle};

/// Something to put: a reference to it, as every variable of Python is.
pub type Object = Arc<AtomicU8>;

/// Returns a new object with this value.
pub fn object(value: u8) -> Object {
    Arc::new(AtomicU8::new(value))
}

/// The queue was closed by this process: a `ValueError` in Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// Where all feeders write, and all processes read.
struct Pipe {
    /// How many messages it holds.
    room: usize,
    messages: Mutex<VecDeque<u8>>,
    changed: Condvar,
}

impl Pipe {
    fn write(&self, message: u8) {
        let full = |messages: &mut VecDeque<u8>| messages.len() == self.room;
        self.changed.wait_while(self.messages.lock().unwrap(), full).unwrap().push_back(message);
        self.changed.notify_all();
    }

    fn read(&self) -> u8 {
        let empty = |messages: &mut VecDeque<u8>| messages.is_empty();
        let mut messages = self.changed.wait_while(self.messages.lock().unwrap(), empty).unwrap();
        self.changed.notify_all();
        messages.pop_front().expect("there are messages")
    }

    fn try_read(&self) -> Option<u8> {
        let message = self.messages.lock().unwrap().pop_front();
        self.changed.notify_all();
        message
    }
}

#[derive(Default)]
struct Buffer {
    objects: VecDeque<Object>,
    is_closed: bool,
    /// Whether the process has ended, and its feeder with it.
    is_over: bool,
}

/// The queue, as one process has it.
pub struct Queue {
    pipe: Arc<Pipe>,
    buffer: Arc<(Mutex<Buffer>, Condvar)>,
    feeder: Option<JoinHandle<()>>,
}

impl Queue {
    /// Returns a queue with a pipe that holds that many items.
    pub fn new(room: usize) -> Self {
        let messages = Mutex::default();
        Self::around(Arc::new(Pipe { room, messages, changed: Condvar::new() }))
    }

    fn around(pipe: Arc<Pipe>) -> Self {
        Self { pipe, buffer: Arc::default(), feeder: None }
    }

    /// Returns the queue as another process has it, to which it was passed.
    pub fn passed(&self) -> Self {
        Self::around(self.pipe.clone())
    }

    /// Adds an object to the buffer, and never waits. The first call starts the feeder.
    pub fn put(&mut self, object: Object) -> Result<(), Closed> {
        if self.buffer.0.lock().unwrap().is_closed {
            return Err(Closed);
        }
        self.put_unchecked(object)
    }

    /// The twin: adds an object to the buffer, whether anybody still looks there or not.
    pub fn put_unchecked(&mut self, object: Object) -> Result<(), Closed> {
        if self.feeder.is_none() {
            let (buffer, pipe) = (self.buffer.clone(), self.pipe.clone());
            self.feeder = Some(thread::spawn(move || feed(&buffer, &pipe)));
        }
        self.change(|buffer| buffer.objects.push_back(object));
        Ok(())
    }

    fn change(&self, change: impl FnOnce(&mut Buffer)) {
        let (buffer, changed) = &*self.buffer;
        change(&mut buffer.lock().unwrap());
        changed.notify_one();
    }

    /// Takes the next item, as soon as there is one in the pipe.
    pub fn get(&self) -> u8 {
        self.pipe.read()
    }

    /// Takes the next item, if there is one in the pipe.
    pub fn get_nowait(&self) -> Option<u8> {
        self.pipe.try_read()
    }

    /// Says that this process will put no more. The feeder ends when it has written what is in the buffer.
    pub fn close(&self) {
        self.change(|buffer| buffer.is_closed = true);
    }

    /// Returns whether the feeder has nothing to do any more.
    pub fn feeder_has_ended(&self) -> bool {
        self.feeder.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until all that was put is in the pipe. A process that ends does so too.
    pub fn join_thread(self) {
        if let Some(feeder) = self.feeder {
            feeder.join().unwrap();
        }
    }

    /// Ends the process without waiting, as after `cancel_join_thread`, and with it the feeder, wherever it is.
    pub fn cancel_join_thread(self) {
        self.change(|buffer| buffer.is_over = true);
    }
}

/// Writes what is put into the pipe, until the queue is closed.
fn feed((buffer, changed): &(Mutex<Buffer>, Condvar), pipe: &Pipe) {
    loop {
        let waits = |buffer: &mut Buffer| buffer.objects.is_empty() && !buffer.is_closed && !buffer.is_over;
        let mut buffer = changed.wait_while(buffer.lock().unwrap(), waits).unwrap();
        let next = if buffer.is_over { None } else { buffer.objects.pop_front() };
        drop(buffer);
        let Some(object) = next else { return };
        // It is pickled now, not when it was put.
        let message = object.load(SeqCst);
        pipe.write(message);
    }
}
