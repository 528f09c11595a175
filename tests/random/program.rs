//! Random concurrent programs: small, with everything that the facade has, and with outcomes that say
//! all that each thread saw.
#![allow(unreachable_pub)]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use selvedge::cell::UnsafeCell;
use selvedge::sync::atomic::{AtomicUsize, Ordering};
use selvedge::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use selvedge::sync::{Barrier, Condvar, Mutex, Once, OnceLock, RwLock};
use selvedge::thread;

/// Where the numbers that make a program come from.
pub trait Source {
    /// Returns a number below `bound`.
    fn draw(&mut self, bound: usize) -> usize;
}

/// A generator of pseudo-random numbers (splitmix64: Steele, Lea and Flood, OOPSLA 2014).
pub struct Seeded(pub u64);

impl Source for Seeded {
    fn draw(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }
}

impl Source for std::slice::Iter<'_, u8> {
    fn draw(&mut self, bound: usize) -> usize {
        usize::from(self.next().copied().unwrap_or(0)) % bound
    }
}

/// One thing that a thread does.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Action {
    Load(usize),
    Store(usize, usize),
    Add(usize, usize),
    Maximum(usize, usize),
    Swap(usize, usize),
    CompareExchange(usize, usize, usize),
    Fence,
    Await(usize),
    Lock(usize, Vec<Action>),
    TryLock(usize, Vec<Action>),
    IsPoisoned(usize),
    Wait(usize),
    WaitTimeout(usize),
    NotifyOne(usize),
    NotifyAll(usize),
    Read(Vec<Action>),
    Write(Vec<Action>),
    TryRead(Vec<Action>),
    TryWrite(Vec<Action>),
    Arrive,
    CallOnce(Vec<Action>),
    GetOrInit(usize),
    Get,
    Send(usize),
    TrySend(usize),
    Receive,
    TryReceive,
    ReceiveTimeout,
    CellRead,
    CellWrite,
    Choose(usize),
    Yield,
    Park,
    ParkTimeout,
    Unpark(usize),
    Spawn(Vec<Action>),
    Join,
    IsFinished,
    Panic,
}

/// What the programs may have in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Everything.
    All,
    /// Atomics only.
    Atomics,
    /// Locks and condition variables only.
    Locks,
    /// Channels only.
    Channels,
    /// Atomics and loops that wait.
    Spinning,
}

/// A program: what each of its threads does.
#[derive(Clone, Debug)]
pub struct Program {
    /// The main thread's own actions, while the others run, and the others'.
    pub threads: Vec<Vec<Action>>,
    /// The capacity of the channel, or none.
    pub capacity: Option<usize>,
}

impl Program {
    /// Returns a random program with about so many actions.
    pub fn random(source: &mut impl Source, flavour: Flavour, actions: usize) -> Self {
        let count = 2 + source.draw(2);
        let mut left = actions;
        let threads = (0..count)
            .map(|thread| {
                let most = 1 + left / (count - thread);
                let of_thread = 1 + source.draw(most);
                actions_of(source, flavour, of_thread, 0, &mut left)
            })
            .collect();
        let capacity = [None, Some(0), Some(1), Some(1), Some(2)][source.draw(5)];
        Self { threads, capacity }
    }
}

fn actions_of(source: &mut impl Source, flavour: Flavour, count: usize, depth: usize, left: &mut usize) -> Vec<Action> {
    let mut actions = Vec::new();
    for _ in 0..count {
        if *left == 0 && !actions.is_empty() {
            break;
        }
        *left = left.saturating_sub(1);
        actions.push(action(source, flavour, depth, left));
    }
    actions
}

fn action(source: &mut impl Source, flavour: Flavour, depth: usize, left: &mut usize) -> Action {
    let inner = |source: &mut _, left: &mut usize| {
        if depth >= 2 || *left == 0 {
            return Vec::new();
        }
        let count = 1 + Source::draw(source, 2);
        actions_of(source, flavour, count, depth + 1, left)
    };
    let kind = match flavour {
        Flavour::All => source.draw(39),
        Flavour::Atomics => source.draw(7),
        Flavour::Spinning => source.draw(8),
        Flavour::Locks => [1, 2, 8, 8, 8, 9, 11, 11, 12, 13, 13, 14, 15, 16, 17, 18][source.draw(16)],
        Flavour::Channels => [0, 1, 23, 23, 24, 25, 25, 26, 27, 35][source.draw(10)],
    };
    match kind {
        0 => Action::Load(source.draw(2)),
        1 => Action::Store(source.draw(2), source.draw(3)),
        2 => Action::Add(source.draw(2), 1),
        3 => Action::Maximum(source.draw(2), source.draw(3)),
        4 => Action::Swap(source.draw(2), source.draw(3)),
        5 => Action::CompareExchange(source.draw(2), source.draw(2), source.draw(3)),
        6 => Action::Fence,
        7 => Action::Await(source.draw(2)),
        8 => Action::Lock(source.draw(2), inner(source, left)),
        9 => Action::TryLock(source.draw(2), inner(source, left)),
        10 => Action::IsPoisoned(source.draw(2)),
        11 => Action::Wait(source.draw(2)),
        12 => Action::WaitTimeout(source.draw(2)),
        13 => Action::NotifyOne(source.draw(2)),
        14 => Action::NotifyAll(source.draw(2)),
        15 => Action::Read(inner(source, left)),
        16 => Action::Write(inner(source, left)),
        17 => Action::TryRead(inner(source, left)),
        18 => Action::TryWrite(inner(source, left)),
        19 => Action::Arrive,
        20 => Action::CallOnce(inner(source, left)),
        21 => Action::GetOrInit(source.draw(3)),
        22 => Action::Get,
        23 => Action::Send(source.draw(3)),
        24 => Action::TrySend(source.draw(3)),
        25 => Action::Receive,
        26 => Action::TryReceive,
        27 => Action::ReceiveTimeout,
        28 => Action::CellRead,
        29 => Action::CellWrite,
        30 => Action::Choose(2 + source.draw(2)),
        31 => Action::Yield,
        32 => Action::Park,
        33 => Action::ParkTimeout,
        34 => Action::Unpark(source.draw(3)),
        35 => Action::Spawn(inner(source, left)),
        36 => Action::Join,
        37 => Action::IsFinished,
        _ => Action::Panic,
    }
}

enum AnySender {
    Unbounded(Sender<usize>),
    Bounded(SyncSender<usize>),
}

impl Clone for AnySender {
    fn clone(&self) -> Self {
        match self {
            Self::Unbounded(sender) => Self::Unbounded(sender.clone()),
            Self::Bounded(sender) => Self::Bounded(sender.clone()),
        }
    }
}

struct Shared {
    atomics: [AtomicUsize; 2],
    locks: [Mutex<usize>; 2],
    condvars: [Condvar; 2],
    rwlock: RwLock<usize>,
    barrier: Barrier,
    once: Once,
    once_lock: OnceLock<usize>,
    cell: UnsafeCell<usize>,
    receiver: std::sync::Mutex<Option<Receiver<usize>>>,
    main: thread::Thread,
}

// SAFETY: accesses to the cell that overlap are what the engines look for; they do not happen.
unsafe impl Sync for Shared {}

struct Me {
    shared: Arc<Shared>,
    sender: Option<AnySender>,
    receiver: Option<Receiver<usize>>,
    children: Vec<thread::JoinHandle<String>>,
    log: String,
}

/// Runs the program, and returns what its threads saw.
pub fn run(program: &Program) -> String {
    let (sender, receiver) = match program.capacity {
        None => {
            let (sender, receiver) = channel();
            (AnySender::Unbounded(sender), receiver)
        }
        Some(capacity) => {
            let (sender, receiver) = sync_channel(capacity);
            (AnySender::Bounded(sender), receiver)
        }
    };
    let shared = Arc::new(Shared {
        atomics: Default::default(),
        locks: Default::default(),
        condvars: Default::default(),
        rwlock: RwLock::new(0),
        barrier: Barrier::new(2),
        once: Once::new(),
        once_lock: OnceLock::new(),
        cell: UnsafeCell::new(0),
        receiver: std::sync::Mutex::new(None),
        main: thread::current(),
    });
    let uses = |name: &str| format!("{:?}", program.threads).contains(name);
    let (sends, receives) = (uses("Send"), uses("Receive"));
    *shared.receiver.lock().unwrap() = Some(receiver);
    let mut handles = Vec::new();
    for (index, actions) in program.threads.iter().enumerate().skip(1) {
        let (shared, actions) = (Arc::clone(&shared), actions.clone());
        // The last thread receives.
        let receiver = if receives && index + 1 == program.threads.len() { take_receiver(&shared) } else { None };
        let sender = sends.then(|| sender.clone());
        handles.push(thread::spawn(move || body(shared, sender, receiver, &actions)));
    }
    let sender = if sends {
        Some(sender)
    } else {
        std::mem::forget(sender);
        None
    };
    if !receives {
        std::mem::forget(take_receiver(&shared));
    }
    let mut log = body(Arc::clone(&shared), sender, None, &program.threads[0]);
    for handle in handles {
        let seen = handle.join().unwrap_or_else(|_| "panicked".into());
        let _ = write!(log, " | {seen}");
    }
    let _ = write!(log, " = {:?}", shared.atomics);
    log
}

fn take_receiver(shared: &Shared) -> Option<Receiver<usize>> {
    shared.receiver.lock().unwrap().take()
}

fn body(
    shared: Arc<Shared>,
    sender: Option<AnySender>,
    receiver: Option<Receiver<usize>>,
    actions: &[Action],
) -> String {
    let mut me = Me { shared, sender, receiver, children: Vec::new(), log: String::new() };
    me.all(actions);
    me.log
}

impl Me {
    fn all(&mut self, actions: &[Action]) {
        for action in actions {
            self.one(action);
        }
    }

    fn saw(&mut self, value: impl std::fmt::Debug) {
        let _ = write!(self.log, "{value:?},");
    }

    fn one(&mut self, action: &Action) {
        use Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
        let shared = Arc::clone(&self.shared);
        match action {
            Action::Load(atomic) => self.saw(shared.atomics[*atomic].load(Acquire)),
            Action::Store(atomic, value) => shared.atomics[*atomic].store(*value, Release),
            Action::Add(atomic, value) => self.saw(shared.atomics[*atomic].fetch_add(*value, Relaxed)),
            Action::Maximum(atomic, value) => self.saw(shared.atomics[*atomic].fetch_max(*value, SeqCst)),
            Action::Swap(atomic, value) => self.saw(shared.atomics[*atomic].swap(*value, AcqRel)),
            Action::CompareExchange(atomic, current, new) => {
                self.saw(shared.atomics[*atomic].compare_exchange(*current, *new, SeqCst, Relaxed));
            }
            Action::Fence => selvedge::sync::atomic::fence(SeqCst),
            Action::Await(atomic) => {
                while shared.atomics[*atomic].load(Acquire) == 0 {
                    selvedge::hint::spin_loop();
                }
            }
            Action::Lock(..)
            | Action::TryLock(..)
            | Action::IsPoisoned(_)
            | Action::Wait(_)
            | Action::WaitTimeout(_)
            | Action::NotifyOne(_)
            | Action::NotifyAll(_) => self.lock(&shared, action),
            Action::Read(..) | Action::Write(..) | Action::TryRead(..) | Action::TryWrite(..) => {
                self.read_or_write(&shared, action);
            }
            Action::Arrive => self.saw(shared.barrier.wait().is_leader()),
            Action::CallOnce(inner) => shared.once.call_once(|| self.all(inner)),
            Action::GetOrInit(value) => self.saw(*shared.once_lock.get_or_init(|| *value)),
            Action::Get => self.saw(shared.once_lock.get().copied()),
            Action::Send(_) | Action::TrySend(_) | Action::Receive | Action::TryReceive | Action::ReceiveTimeout => {
                self.message(action);
            }
            // SAFETY: the engines let no accesses overlap.
            Action::CellRead => self.saw(shared.cell.with(|value| unsafe { *value })),
            // SAFETY: as above.
            Action::CellWrite => shared.cell.with_mut(|value| unsafe { *value += 1 }),
            Action::Choose(options) => self.saw(selvedge::choose(*options)),
            Action::Yield => thread::yield_now(),
            Action::Park => thread::park(),
            Action::ParkTimeout => thread::park_timeout(Duration::from_millis(1)),
            Action::Unpark(thread) => {
                // The main thread, or the last child.
                match self.children.last() {
                    Some(child) if *thread > 0 => child.thread().unpark(),
                    _ => shared.main.unpark(),
                }
            }
            Action::Spawn(inner) => {
                let (sender, inner) = (self.sender.clone(), inner.clone());
                self.children.push(thread::spawn(move || body(shared, sender, None, &inner)));
            }
            Action::Join => {
                let seen = self.children.pop().map(|child| child.join().map_err(|_| ()));
                self.saw(seen);
            }
            Action::IsFinished => {
                let seen = self.children.last().map(thread::JoinHandle::is_finished);
                self.saw(seen);
            }
            Action::Panic => panic!("as the program says"),
        }
    }

    fn lock(&mut self, shared: &Shared, action: &Action) {
        match action {
            Action::Lock(lock, inner) => {
                let mut guard = shared.locks[*lock].lock().unwrap_or_else(|poisoned| {
                    let _ = write!(self.log, "poisoned,");
                    poisoned.into_inner()
                });
                *guard += 1;
                self.saw(*guard);
                self.all(inner);
            }
            Action::TryLock(lock, inner) => match shared.locks[*lock].try_lock() {
                Ok(mut guard) => {
                    *guard += 1;
                    self.saw(*guard);
                    self.all(inner);
                }
                Err(_) => self.saw("busy"),
            },
            Action::IsPoisoned(lock) => self.saw(shared.locks[*lock].is_poisoned()),
            Action::Wait(condvar) => {
                let Ok(guard) = shared.locks[0].lock() else { return };
                let guard = shared.condvars[*condvar].wait(guard).unwrap_or_else(std::sync::PoisonError::into_inner);
                self.saw(*guard);
            }
            Action::WaitTimeout(condvar) => {
                let Ok(guard) = shared.locks[0].lock() else { return };
                let waited = shared.condvars[*condvar].wait_timeout(guard, Duration::from_millis(1));
                let (guard, timeout) = waited.unwrap_or_else(std::sync::PoisonError::into_inner);
                self.saw((*guard, timeout.timed_out()));
            }
            Action::NotifyOne(condvar) => shared.condvars[*condvar].notify_one(),
            Action::NotifyAll(condvar) => shared.condvars[*condvar].notify_all(),
            other => unreachable!("{other:?}"),
        }
    }

    fn read_or_write(&mut self, shared: &Shared, action: &Action) {
        match action {
            Action::Read(inner) => {
                let Ok(guard) = shared.rwlock.read() else { return };
                self.saw(*guard);
                self.all(inner);
            }
            Action::Write(inner) => {
                let Ok(mut guard) = shared.rwlock.write() else { return };
                *guard += 1;
                self.saw(*guard);
                self.all(inner);
            }
            Action::TryRead(inner) => match shared.rwlock.try_read() {
                Ok(guard) => {
                    self.saw(*guard);
                    self.all(inner);
                }
                Err(_) => self.saw("busy"),
            },
            Action::TryWrite(inner) => match shared.rwlock.try_write() {
                Ok(mut guard) => {
                    *guard += 1;
                    self.saw(*guard);
                    self.all(inner);
                }
                Err(_) => self.saw("busy"),
            },
            other => unreachable!("{other:?}"),
        }
    }

    fn message(&mut self, action: &Action) {
        match action {
            Action::Send(value) => {
                let sent = match &self.sender {
                    Some(AnySender::Unbounded(sender)) => sender.send(*value).is_ok(),
                    Some(AnySender::Bounded(sender)) => sender.send(*value).is_ok(),
                    None => false,
                };
                self.saw(sent);
            }
            Action::TrySend(value) => {
                let sent = match &self.sender {
                    Some(AnySender::Unbounded(sender)) => sender.send(*value).is_ok(),
                    Some(AnySender::Bounded(sender)) => sender.try_send(*value).is_ok(),
                    None => false,
                };
                self.saw(sent);
            }
            Action::Receive => {
                // It waits for others only.
                let received = self.receiver.as_ref().map(|receiver| receiver.recv().ok());
                self.saw(received);
            }
            Action::TryReceive => {
                let received = self.receiver.as_ref().map(|receiver| receiver.try_recv().ok());
                self.saw(received);
            }
            _ => {
                let received =
                    self.receiver.as_ref().map(|receiver| receiver.recv_timeout(Duration::from_millis(1)).ok());
                self.saw(received);
            }
        }
    }
}
