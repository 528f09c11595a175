//! What is done with managed objects: every call is one step, and two calls are two.

use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicU32;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::mpsc::channel;
use selvedge::sync::{Condvar, Mutex};
use selvedge::{Outcome, thread};

use super::{Atomically, Managed, Proxy};
use crate::scenario::{Expectation, Scenario, any_of, only};

type List = Atomically<Vec<u8>>;

/// `list.append(item)`
fn append(list: &Proxy<List>, item: u8) {
    list.ask(move |list| list.push(item));
}

/// The twin: `list[:] = list[:] + [item]`, a call that gets and a call that sets.
fn append_to_a_copy(list: &Proxy<List>, item: u8) {
    let mut copy = list.ask(|list| list.clone());
    copy.push(item);
    list.ask(|list| *list = copy);
}

/// Two clients add to a managed list. Returns it, sorted.
fn appended(append: fn(&Proxy<List>, u8)) -> Vec<u8> {
    let list = Managed::new(List::default());
    let proxies = [1, 2].map(|item| (item, list.proxy()));
    thread::scope(|scope| {
        for (item, proxy) in proxies {
            scope.spawn(move || append(&proxy, item));
        }
    });
    list.proxy().ask(|list| {
        list.sort_unstable();
        list.clone()
    })
}

/// A managed dict with one key, `d['x']`, or a managed `Value`.
type Dict = Atomically<u32>;

/// `d['x'] += 1`: the proxy's `__getitem__`, and then its `__setitem__`.
fn add(dict: &Proxy<Dict>) {
    let found = dict.ask(|dict| *dict);
    dict.ask(move |dict| *dict = found + 1);
}

/// Two clients add 1 to what is in a managed dict, with or without a managed lock around it.
fn added(has_lock: bool) -> u32 {
    let (dict, lock) = (Managed::new(Dict::default()), Managed::new(Semaphore::new(1)));
    let proxies = [(); 2].map(|()| (dict.proxy(), lock.proxy()));
    thread::scope(|scope| {
        for (dict, lock) in proxies {
            scope.spawn(move || {
                if has_lock {
                    lock.call(Semaphore::acquire);
                }
                add(&dict);
                if has_lock {
                    lock.call(Semaphore::release);
                }
            });
        }
    });
    dict.proxy().ask(|dict| *dict)
}

/// What a manager makes of a class of one's own: its methods are run by the threads of the server, several at once.
trait Counter: Default + Send + Sync + 'static {
    fn increment(&self);
    fn count(&self) -> u32;
}

/// A class whose method takes a lock.
#[derive(Default)]
struct Locked(Mutex<u32>);

impl Counter for Locked {
    fn increment(&self) {
        *self.0.lock().unwrap() += 1;
    }

    fn count(&self) -> u32 {
        *self.0.lock().unwrap()
    }
}

/// The twin: a class whose method reads and writes.
#[derive(Default)]
struct Unlocked(AtomicU32);

impl Counter for Unlocked {
    fn increment(&self) {
        self.0.store(self.0.load(SeqCst) + 1, SeqCst);
    }

    fn count(&self) -> u32 {
        self.0.load(SeqCst)
    }
}

/// Two clients call `increment` of a managed object. Returns its count.
fn incremented<C: Counter>() -> u32 {
    let counter = Managed::new(C::default());
    let proxies = [(); 2].map(|()| counter.proxy());
    thread::scope(|scope| {
        for proxy in proxies {
            scope.spawn(move || proxy.call(C::increment));
        }
    });
    counter.proxy().call(C::count)
}

/// A semaphore that is kept by a server. To acquire it the server's thread waits.
struct Semaphore {
    permits: Mutex<u32>,
    released: Condvar,
}

impl Semaphore {
    fn new(permits: u32) -> Self {
        Self { permits: Mutex::new(permits), released: Condvar::new() }
    }

    fn acquire(&self) {
        let permits = self.permits.lock().unwrap();
        *self.released.wait_while(permits, |permits| *permits == 0).unwrap() -= 1;
    }

    fn release(&self) {
        *self.permits.lock().unwrap() += 1;
        self.released.notify_one();
    }
}

/// Two clients work under a managed semaphore with one permit. Returns the most that worked at the same time.
fn worked(proxies: fn(&Managed<Semaphore>) -> [Proxy<Semaphore>; 2]) -> u32 {
    let semaphore = Managed::new(Semaphore::new(1));
    let counts = [const { AtomicU32::new(0) }; 2];
    let [working, most] = &counts;
    thread::scope(|scope| {
        for semaphore in proxies(&semaphore) {
            scope.spawn(move || {
                semaphore.call(Semaphore::acquire);
                most.fetch_max(working.fetch_add(1, SeqCst) + 1, SeqCst);
                working.fetch_sub(1, SeqCst);
                semaphore.call(Semaphore::release);
            });
        }
    });
    most.load(SeqCst)
}

/// A list in a managed list. A client takes it, which makes a copy, and adds to it; and writes it back, or not.
fn nested(writes_back: bool) -> Vec<Vec<u8>> {
    let outer = Managed::new(Atomically::new(vec![vec![1]]));
    let proxy = outer.proxy();
    let mut inner = proxy.ask(|outer| outer[0].clone());
    inner.push(2);
    if writes_back {
        proxy.ask(|outer| outer[0] = inner);
    }
    proxy.ask(|outer| outer.clone())
}

/// What a server keeps: an object, and how many proxies of it there are. At none it forgets the object.
struct Counted {
    proxies: u32,
    object: Option<u8>,
}

/// A proxy that is counted. It is counted by its server when it is made, and when it is dropped.
struct CountedProxy(Proxy<Atomically<Counted>>);

impl CountedProxy {
    /// Makes a proxy of what was sent to this client, if the object is still there.
    fn new(connection: Proxy<Atomically<Counted>>) -> Option<Self> {
        let is_there = connection.ask(|counted| {
            counted.proxies += u32::from(counted.object.is_some());
            counted.object.is_some()
        });
        is_there.then(|| Self(connection))
    }
}

impl Drop for CountedProxy {
    fn drop(&mut self) {
        self.0.ask(|counted| {
            counted.proxies -= 1;
            if counted.proxies == 0 {
                counted.object = None;
            }
        });
    }
}

/// A client sends what its proxy stands for to another one, which makes a proxy of it; and drops its own, when the
/// other one has its own, or at once. Returns what the other one finds.
fn handed_on(waits: bool) -> Option<u8> {
    let server = Managed::new(Atomically::new(Counted { proxies: 0, object: Some(42) }));
    let (connection, others_connection) = (server.proxy(), server.proxy());
    let own = CountedProxy::new(connection).expect("it is there");
    let (send, arrived) = channel();
    let (answer, has_its_own) = channel();
    let other = thread::spawn(move || {
        arrived.recv().unwrap();
        let proxy = CountedProxy::new(others_connection);
        answer.send(()).unwrap();
        proxy.and_then(|proxy| proxy.0.ask(|counted| counted.object))
    });
    send.send(()).unwrap();
    if waits {
        has_its_own.recv().unwrap();
    }
    drop(own);
    let found = other.join().unwrap();
    drop(has_its_own);
    found
}

/// The scenarios of managers.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "manager/append",
        summary: "two clients append to a managed list",
        shows: "`append` of a managed `list` is one call, which the server does in one step: nothing is lost.",
        run: |_| Outcome::of(&appended(append)),
        right: |_| only([1, 2]),
        possible: |_| only([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/append_to_a_copy",
        summary: "two clients get a managed list, add to it, and set it",
        shows: "Getting a managed `list`, adding to the copy and setting it is two calls: what another client does \
                in between is overwritten.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["manager/append"],
        run: |_| Outcome::of(&appended(append_to_a_copy)),
        right: |_| only([1, 2]),
        possible: |_| any_of([vec![1], vec![2], vec![1, 2]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/with_lock",
        summary: "two clients add to what is in a managed dict, under a managed lock",
        shows: "With a managed `Lock` around it, `d['x'] += 1` of a managed `dict` loses nothing.",
        run: |_| Outcome::of(&added(true)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/without_lock",
        summary: "two clients add to what is in a managed dict",
        shows: "`d['x'] += 1` of a managed `dict`, and `v.value += 1` of a managed `Value`, are a call that reads \
                and one that writes: without a lock an addition may be lost.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["manager/with_lock"],
        run: |_| Outcome::of(&added(false)),
        right: |_| only(2),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/own_class",
        summary: "a managed class takes a lock in its method",
        shows: "A class that is registered with a manager, and takes a lock in its method, loses no call of it.",
        run: |_| Outcome::of(&incremented::<Locked>()),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/own_class_without_lock",
        summary: "a managed class reads and writes in its method",
        shows: "The server has a thread for each client: a method of a registered class that reads and writes \
                without a lock loses calls.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["manager/own_class"],
        run: |_| Outcome::of(&incremented::<Unlocked>()),
        right: |_| only(2),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/semaphore",
        summary: "two clients work under a managed semaphore with one permit",
        shows: "`acquire` of a managed `Semaphore` waits in the server, in the thread of that client: another \
                client can call `release`.",
        run: |_| Outcome::of(&worked(|semaphore| [semaphore.proxy(), semaphore.proxy()])),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/one_thread_for_all",
        summary: "the server has one thread, which waits for a permit that it would have to take back itself",
        shows: "A server with one thread that waits in `acquire` for one client cannot receive the `release` of \
                another one.",
        literature: Some("broken variant of `manager/semaphore`"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["manager/semaphore"],
        run: |_| Outcome::of(&worked(Managed::proxies_with_one_thread)),
        right: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/nested_written_back",
        summary: "a client changes a list in a managed list, and writes it back",
        shows: "A change to a list inside a managed `list` reaches the server when it is written back with \
                `outer[0] = inner`.",
        run: |_| Outcome::of(&nested(true)),
        right: |_| only([[1, 2]]),
        possible: |_| only([[1, 2]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/nested_changed",
        summary: "a client changes a list in a managed list",
        shows: "`outer[0]` of a managed `list` is a copy: `outer[0].append(2)` does not change what the server has.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["manager/nested_written_back"],
        run: |_| Outcome::of(&nested(false)),
        right: |_| only([[1, 2]]),
        possible: |_| only([[1]]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/handed_on",
        summary: "a client sends a proxy to another one, and keeps its own until the other one has one",
        shows: "The server keeps an object as long as it counts a proxy: a proxy that is kept until the one that \
                was sent has arrived keeps it.",
        run: |_| Outcome::of(&handed_on(true)),
        right: |_| only(Some(42)),
        possible: |_| only(Some(42)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "manager/handed_on_and_dropped",
        summary: "a client sends a proxy to another one, and drops its own at once",
        shows: "Nobody counts a proxy on its way to another process: if the last other one is dropped meanwhile, \
                the server forgets the object.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["manager/handed_on"],
        run: |_| Outcome::of(&handed_on(false)),
        right: |_| only(Some(42)),
        possible: |_| any_of([None, Some(42)]),
        ..Scenario::DEFAULT
    },
];
