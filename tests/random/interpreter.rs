//! Runs a random program on the facade, and returns what its threads saw.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use selvedge::cell::UnsafeCell;
use selvedge::sync::atomic::{AtomicUsize, Ordering};
use selvedge::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use selvedge::sync::{Barrier, Condvar, Mutex, Once, OnceLock, RwLock};
use selvedge::thread;

use super::{Action, Program};

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
