//! What one execution leaves behind: its threads, its objects, and its events in order.

mod atomic_event;
mod cleaned;
mod modification_order;
mod operation;
mod update;

use std::fmt;
use std::panic::Location;

pub(crate) use modification_order::ModificationOrder;
pub use operation::{Operation, Response, Update};
pub(crate) use update::{sign_extended, updated};

/// A thread of an execution, numbered in the order of spawning; the main thread is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadId(pub u32);

impl ThreadId {
    /// The thread that runs the scenario's closure.
    pub const MAIN: Self = Self(0);

    /// Returns the number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An object of an execution, numbered in the order of first use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub u32);

impl ObjectId {
    /// Returns the number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What kind of value an atomic holds, so that its bits can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AtomicKind {
    /// A signed integer of so many bits.
    Signed(u32),
    /// An unsigned integer of so many bits.
    Unsigned(u32),
    /// A truth value.
    Bool,
    /// A pointer.
    Pointer,
}

/// The kind of a synchronisation object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ObjectKind {
    /// An atomic.
    Atomic(AtomicKind),
    /// An `UnsafeCell`.
    Cell,
    /// A `Mutex`.
    Mutex,
    /// An `RwLock`.
    RwLock,
    /// A `Condvar`.
    Condvar,
    /// A `Barrier`.
    Barrier,
    /// A `Once`.
    Once,
    /// A `OnceLock`.
    OnceLock,
    /// A `LazyLock`.
    LazyLock,
    /// A channel of `mpsc`.
    Channel,
    /// An `Arc` whose counts can be seen: see [`Arc`](crate::sync::Arc).
    Arc,
}

/// What is known of an object: its kind, where it was made, and its given name if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRecord {
    /// The kind of object.
    pub kind: ObjectKind,
    /// The bits of an atomic's initial value, the size of a barrier, the capacity of a bounded channel, and
    /// of an `Arc` twice its number in the order of making, and one more if what its last drop does can be seen.
    pub initial: Option<u64>,
    /// The source line that made it.
    pub made_at: &'static Location<'static>,
    /// The name given with [`name`](crate::name), if any.
    pub name: Option<String>,
}

/// What is known of a thread: its name if it has one, and who spawned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadRecord {
    /// The name given to it through `Builder`, or `main`.
    pub name: Option<String>,
    /// The thread that spawned it, and how many that one had spawned before; none for main.
    pub parent: Option<(ThreadId, u32)>,
}

/// Why the thread of an event is another than that of the event before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Switch {
    /// It is the same thread.
    None,
    /// The former thread had ended.
    Exited,
    /// The former thread could not go on.
    Blocked,
    /// The former thread gave up its turn (`yield_now`, `spin_loop`, `sleep`).
    Yielded,
    /// The former thread could have gone on.
    Preempted,
}

/// One visible operation that took effect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The thread that did it.
    pub thread: ThreadId,
    /// The object it was done to, if any.
    pub object: Option<ObjectId>,
    /// What was done.
    pub operation: Operation,
    /// What came of it.
    pub response: Response,
    /// The source line that did it.
    pub location: &'static Location<'static>,
    /// Why this thread ran, if another had run before.
    pub switch: Switch,
}

impl fmt::Debug for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?} {:?} on {:?} -> {:?} at {}",
            self.thread, self.operation, self.object, self.response, self.location
        )
    }
}

/// A panic that happened in an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanicRecord {
    /// The thread that panicked.
    pub thread: ThreadId,
    /// The panic's message.
    pub message: String,
    /// The source file, line and column of the panic, as `file:line:column`.
    pub location: String,
    /// How many events had happened before.
    pub events_before: usize,
    /// Whether it came while the thread was unwinding another panic, in a destructor. Not known of real threads.
    pub nested: bool,
}

/// Everything one execution left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The threads, by [`ThreadId`].
    pub threads: Vec<ThreadRecord>,
    /// The objects, by [`ObjectId`].
    pub objects: Vec<ObjectRecord>,
    /// The events, in order.
    pub events: Vec<Event>,
    /// The panics, in order, whether they were caught or not.
    pub panics: Vec<PanicRecord>,
    /// The operations whose history is recorded, in the order of their calls.
    pub calls: Vec<CallRecord>,
    /// The events that did not read the newest store, or whose store did not become the newest, in order.
    pub departures: Vec<(usize, Departure)>,
    /// What is remarked of the program.
    pub(crate) remarks: Remarks,
    /// What happened between the events that is no event, in order.
    pub(crate) asides: Vec<Aside>,
}

/// How an operation of an atomic departs from what it does in an interleaving, as the memory model allows it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// It read a store that was not the newest: that of this event, or the initial value. The store of a
    /// read-modify-write comes right after it in modification order.
    Read {
        /// The number of the event among all.
        store: Option<usize>,
    },
    /// Its store comes in modification order right before that of an earlier event.
    Placed {
        /// The number of that event among all.
        before: usize,
    },
}

/// What is remarked of a program that is no part of what happened: two executions with the same events are the same, even if
/// one of them went on after its last event and the other did not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Remarks {
    /// Which store a load reads was an option.
    pub(crate) is_weak: bool,
    /// It made a `compare_exchange_weak`, other than in a loop of the facade's own.
    pub(crate) weak_exchanges: bool,
    /// It used something of the facade that is no event: the current thread, a thread-local, what a thread returned.
    pub(crate) touched: bool,
    /// It has started so many OS threads by itself, as far as was seen.
    pub(crate) os_threads: u32,
}

impl PartialEq for Remarks {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Remarks {}

/// Something that a thread did between events, which only the order of other things depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Aside {
    /// How many events had happened before.
    pub(crate) events_before: usize,
    pub(crate) thread: ThreadId,
    pub(crate) what: AsideKind,
}

/// What it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AsideKind {
    /// The life of an object ended; the last operation of the thread before was there.
    End(ObjectId, &'static Location<'static>),
    /// The `Arc` with this number was dropped, and whether that was its last drop.
    Drop(u32, bool),
}

/// An operation whose history is recorded, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// Who called.
    pub process: u32,
    /// Which of its calls it was, counted from 0.
    pub number: u32,
    /// What was asked, in its `Debug` form.
    pub operation: String,
    /// What it returned, in its `Debug` form; none if it did not return.
    pub result: Option<String>,
}

impl Trace {
    /// Returns how many switches took a thread's turn away although it could have gone on.
    pub fn preemptions(&self) -> usize {
        self.events.iter().filter(|event| event.switch == Switch::Preempted).count()
    }

    /// Leaves the first `length` events, and the threads and objects that these know of: what a replay that
    /// ends there sees.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.events.truncate(length);
        self.panics.retain(|panic| panic.events_before < length);
        self.asides.retain(|aside| aside.events_before <= length);
        self.departures.retain(|&(event, _)| event < length);
        let (mut threads, mut objects) = (1, 0);
        for event in &self.events {
            if let Operation::Spawn { child } = event.operation {
                threads = threads.max(child.index() + 1);
            }
            let mutex = match event.operation {
                Operation::Wait { mutex, .. } | Operation::Wake { mutex, .. } => Some(mutex),
                _ => None,
            };
            let last = event.object.into_iter().chain(mutex).map(|object| object.index() + 1).max();
            objects = objects.max(last.unwrap_or(0));
        }
        self.threads.truncate(threads);
        self.objects.truncate(objects);
    }
}
