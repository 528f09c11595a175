//! The programs of the tutorials' chapter on distributed processes, `task_master.py` and `task_worker.py`, line by
//! line: what they wait for, how long, and which exceptions they catch. Their loops have fewer rounds than ten.
//!
//! The server that `manager.start()` makes is memory here, and a call of a proxy is a method. A `get` with a timeout
//! that finds nothing may raise `queue.Empty` at any moment.

use std::collections::VecDeque;
use std::time::Duration;

use selvedge::choose;
use selvedge::sync::atomic::AtomicBool;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Condvar, Mutex, MutexGuard};

mod queues;
mod scenarios;

pub(super) use queues::QUEUES;
pub(super) use scenarios::{ENDING, EXAMPLES_OF_003, STARTING, WAITING};

/// The exceptions of Python with which a call of these programs ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exception {
    /// `queue.Empty`: there was no item in time.
    Empty,
    /// `ConnectionRefusedError`: nobody listens at the address.
    ConnectionRefused,
    /// `EOFError`, or `ConnectionResetError`: the server has ended.
    Eof,
    /// `NameError`: the program has no such name.
    Name,
    /// No exception: the worker's process was killed.
    Killed,
}

/// The timeout of every `get` that has one, on real threads. In a modelled execution it may be over at any moment.
const TIMEOUT: Duration = Duration::from_millis(1);

/// How long a `get` waits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Timeout {
    /// `get(timeout=..)`.
    Some,
    /// `get()`.
    None,
}

/// A `queue.Queue` in the server's process, called through proxies.
#[derive(Default)]
struct Served {
    items: Mutex<VecDeque<u32>>,
    changed: Condvar,
    /// Whether the server has ended.
    is_over: AtomicBool,
}

impl Served {
    fn lock(&self) -> MutexGuard<'_, VecDeque<u32>> {
        self.items.lock().unwrap()
    }

    /// Returns an error if the server has ended: it answers nobody then.
    fn answers(&self) -> Result<(), Exception> {
        if self.is_over.load(SeqCst) { Err(Exception::Eof) } else { Ok(()) }
    }

    /// `proxy.put(item)`. The server may end after it has added the item, and before it has answered.
    fn put(&self, item: u32) -> Result<(), Exception> {
        self.answers()?;
        self.lock().push_back(item);
        self.changed.notify_all();
        self.answers()
    }

    /// `proxy.get(timeout=..)`
    fn get(&self, timeout: Timeout) -> Result<u32, Exception> {
        let waits = |items: &mut VecDeque<u32>| items.is_empty() && self.answers().is_ok();
        let mut items = match timeout {
            Timeout::Some => self.changed.wait_timeout_while(self.lock(), TIMEOUT, waits).unwrap().0,
            Timeout::None => self.changed.wait_while(self.lock(), waits).unwrap(),
        };
        self.answers()?;
        items.pop_front().ok_or(Exception::Empty)
    }

    /// `proxy.empty()`
    fn is_empty(&self) -> Result<bool, Exception> {
        self.answers()?;
        Ok(self.lock().is_empty())
    }

    fn shutdown(&self) {
        let _items = self.lock();
        self.is_over.store(true, SeqCst);
        self.changed.notify_all();
    }
}

/// The process that serves the two queues.
#[derive(Default)]
struct Server {
    is_listening: Mutex<bool>,
    task: Served,
    result: Served,
}

impl Server {
    /// `manager.start()`
    fn start(&self) {
        *self.is_listening.lock().unwrap() = true;
    }

    /// Returns a server that has been started.
    fn started() -> Self {
        let server = Self::default();
        server.start();
        server
    }

    /// `m.connect()`
    fn connect(&self) -> Result<(), Exception> {
        if *self.is_listening.lock().unwrap() { Ok(()) } else { Err(Exception::ConnectionRefused) }
    }

    /// `manager.shutdown()`. A master that ends does that too, whatever it ends with: the manager has it done at exit.
    fn shutdown(&self) {
        self.task.shutdown();
        self.result.shutdown();
    }
}

/// The first half of `task_master.py`: puts tasks.
fn put_tasks(server: &Server, tasks: u32) {
    (1..=tasks).for_each(|n| server.task.put(n).expect("only the master ends the server"));
}

/// Its second half: `for i in range(10): r = result.get(timeout=10)`. Nothing is caught.
fn get_results(server: &Server, tasks: u32, timeout: Timeout) -> Result<Vec<u32>, Exception> {
    (0..tasks).map(|_| server.result.get(timeout)).collect()
}

/// The same with `try:` around the loop, and `except queue.Empty:`. Returns the results that there were until then.
fn get_results_until_empty(server: &Server, tasks: u32) -> Vec<u32> {
    (0..tasks).map_while(|_| server.result.get(Timeout::Some).ok()).collect()
}

/// `task_worker.py` of 002: `for i in range(10)`, and a round in which there is no task is over.
fn worker(server: &Server, rounds: u32) -> Result<(), Exception> {
    server.connect()?;
    for _ in 0..rounds {
        match server.task.get(Timeout::Some) {
            Ok(n) => server.result.put(n * n)?,
            Err(Exception::Empty) => {} // print('task queue is empty.')
            Err(other) => return Err(other),
        }
    }
    Ok(()) // print('worker exit.')
}

/// The same as it is printed in 000 and 001: `except Queue.Empty`, where only `queue` is imported. Python looks the
/// name up when there is an exception.
fn worker_as_printed(server: &Server, rounds: u32) -> Result<(), Exception> {
    server.connect()?;
    for _ in 0..rounds {
        let n = server.task.get(Timeout::Some).map_err(|_| Exception::Name)?;
        server.result.put(n * n).map_err(|_| Exception::Name)?;
    }
    Ok(())
}

/// The worker of 002, which may be killed before and after each of its calls.
fn worker_that_may_be_killed(server: &Server, rounds: u32) -> Result<(), Exception> {
    let survives = || if choose(2) == 1 { Err(Exception::Killed) } else { Ok(()) };
    for _ in 0..rounds {
        survives()?;
        if let Ok(n) = server.task.get(Timeout::Some) {
            survives()?;
            server.result.put(n * n)?;
        }
    }
    Ok(())
}

/// The worker of the second example of 003: `while not task.empty(): .. task.get(True, timeout=5)`. Nothing is caught.
fn worker_while_not_empty(server: &Server) -> Result<(), Exception> {
    server.connect()?;
    while !server.task.is_empty()? {
        let n = server.task.get(Timeout::Some)?;
        server.result.put(n * n)?;
    }
    Ok(())
}

/// So many rounds of the endless loop of the worker in the third example of 003, which puts what it has taken.
/// Returns how many tasks it has taken.
fn worker_that_puts_back(task: &Served, result: &Served, rounds: u32) -> Result<u32, Exception> {
    let mut taken = 0;
    for _ in 0..rounds {
        if task.is_empty()? {
            continue; // after time.sleep(1)
        }
        result.put(task.get(Timeout::Some)?)?;
        taken += 1;
    }
    Ok(taken)
}
