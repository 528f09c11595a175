//! Processes: programs that run at the same time and share nothing but what they are given.
//!
//! In this model a process is a thread that keeps to that: what it has is copied or moved into it. It can be
//! killed, which takes effect before any of its steps; it has no time to clean up, and what it holds stays held.

use selvedge::sync::atomic::AtomicBool;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread::{self, JoinHandle};

use crate::scenario::Scenario;

pub mod ending;
pub mod life_cycle;
pub mod memory;
pub mod order;
pub mod table;

use table::{INIT, Table};

/// The scenarios of processes.
pub const SCENARIOS: &[&[Scenario]] =
    &[memory::SCENARIOS, life_cycle::SCENARIOS, order::SCENARIOS, table::SCENARIOS, ending::SCENARIOS];

/// The number that the system gives a process: its pid.
pub type Number = u32;

/// How a process has ended: by its own doing, or by a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// It has ended with this code; 0 means that all went well.
    Code(u8),
    /// It was killed, or has crashed.
    Killed,
}

/// That a process is no more. It is handed up with `?`, past everything that it would still have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dead;

/// What a process, and all threads in it, run on: it goes on as long as the process is alive.
#[derive(Clone, Default)]
pub struct Life {
    is_over: Arc<AtomicBool>,
}

impl Life {
    /// Goes on to the next step, if the process is still alive.
    pub fn goes_on(&self) -> Result<(), Dead> {
        if self.is_over.load(SeqCst) { Err(Dead) } else { Ok(()) }
    }

    /// Ends the process, with all its threads, wherever they are.
    pub fn end(&self) {
        self.is_over.store(true, SeqCst);
    }
}

/// A process that has been started.
pub struct Process {
    life: Life,
    main: JoinHandle<Result<u8, Dead>>,
}

impl Process {
    /// Starts a process. What `run` returns is its exit code.
    pub fn start(run: impl FnOnce(&Life) -> Result<u8, Dead> + Send + 'static) -> Self {
        let life = Life::default();
        let main = {
            let life = life.clone();
            thread::spawn(move || run(&life))
        };
        Self { life, main }
    }

    /// Has it end before one of its next steps, and does not wait for that: `Process.terminate`.
    pub fn terminate(&self) {
        self.life.end();
    }

    /// Waits until it has ended, and returns how.
    pub fn join(self) -> Exit {
        self.main.join().unwrap().map_or(Exit::Killed, Exit::Code)
    }
}

/// Who has returned from `fork`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Forked {
    /// What `fork` has returned.
    pub returned: Number,
    /// What `getpid` returns.
    pub own: Number,
}

/// What `fork` does: it returns twice, once in a child that has a copy of everything, with 0, and once in the parent, with
/// the child's number. Both go on with `run`. Returns the child, when the parent is through.
pub fn fork<T: Clone + Send + 'static>(state: T, run: fn(Forked, T)) -> Process {
    let table = Table::new(2);
    let parent = table.add(INIT).expect("room");
    let number = table.add(parent).expect("room");
    let copy = state.clone();
    let child = Process::start(move |_| {
        run(Forked { returned: 0, own: number }, copy);
        Ok(0)
    });
    run(Forked { returned: number, own: parent }, state);
    child
}

/// A lock between processes, in memory that they share. Unlike a `Mutex` of Rust it does not know who holds it, and
/// who dies does not release it.
#[derive(Default)]
pub struct Lock {
    is_held: Mutex<bool>,
    released: Condvar,
}

impl Lock {
    /// Waits until it is free, and takes it.
    pub fn acquire(&self) {
        let is_held = self.is_held.lock().unwrap();
        *self.released.wait_while(is_held, |is_held| *is_held).unwrap() = true;
    }

    /// Gives it back.
    pub fn release(&self) {
        *self.is_held.lock().unwrap() = false;
        self.released.notify_one();
    }
}

/// What `fork` copies: the state of the lock, and nobody who would release it.
impl Clone for Lock {
    fn clone(&self) -> Self {
        Self { is_held: Mutex::new(*self.is_held.lock().unwrap()), released: Condvar::new() }
    }
}
