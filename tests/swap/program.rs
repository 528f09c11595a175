// Ordinary code over `sync`, `thread` and `thread_local!`: compiled once with std's and once with
// selvedge's, by `tests/suite/swap.rs`. Nothing here may know which.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16, AtomicU32,
    AtomicU64, AtomicUsize, Ordering, fence,
};
use sync::mpsc::{self, RecvTimeoutError, TryRecvError, TrySendError};
use sync::{Arc, Barrier, Condvar, LazyLock, Mutex, Once, OnceLock, PoisonError, RwLock, TryLockError};

static COUNTER: AtomicUsize = AtomicUsize::new(3);
static TABLE: LazyLock<Vec<u32>> = LazyLock::new(|| vec![1, 2, 3]);
static CONFIGURATION: OnceLock<String> = OnceLock::new();
static GATE: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static SHARED: RwLock<u8> = RwLock::new(9);
static SIGNAL: Condvar = Condvar::new();
static START: Once = Once::new();
const ZERO: AtomicU8 = AtomicU8::new(0);
static MANY: [AtomicU8; 4] = [ZERO; 4];

thread_local! {
    static PLAIN: Cell<u32> = Cell::new(1);
    pub static EARLY: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

macro_rules! integer {
    ($log:ident, $($atomic:ident $value:ty),*) => {$(
        let mut atomic = $atomic::new(<$value>::MAX);
        $log.push(format!("{:?}", atomic.fetch_add(1, Ordering::SeqCst)));
        $log.push(format!("{:?}", atomic.fetch_sub(2, Ordering::AcqRel)));
        $log.push(format!("{:?}", atomic.fetch_and(0b0110, Ordering::Relaxed)));
        $log.push(format!("{:?}", atomic.fetch_or(0b1000, Ordering::Acquire)));
        $log.push(format!("{:?}", atomic.fetch_xor(0b1111, Ordering::Release)));
        $log.push(format!("{:?}", atomic.fetch_nand(0b0001, Ordering::SeqCst)));
        $log.push(format!("{:?}", atomic.fetch_max(5, Ordering::SeqCst)));
        $log.push(format!("{:?}", atomic.fetch_min(3, Ordering::SeqCst)));
        $log.push(format!("{:?}", atomic.swap(7, Ordering::SeqCst)));
        $log.push(format!("{:?}", atomic.compare_exchange(7, 8, Ordering::SeqCst, Ordering::Relaxed)));
        $log.push(format!("{:?}", atomic.compare_exchange(7, 8, Ordering::SeqCst, Ordering::Relaxed)));
        $log.push(format!("{:?}", atomic.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |x| x.checked_add(1))));
        $log.push(format!("{:?}", atomic.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |_| None)));
        *atomic.get_mut() += 1;
        $log.push(format!("{:?} {:?}", atomic, $atomic::default()));
        $log.push(format!("{:?}", atomic.into_inner()));
    )*};
}

fn atomics(log: &mut Vec<String>) {
    integer!(
        log, AtomicI8 i8, AtomicU8 u8, AtomicI16 i16, AtomicU16 u16, AtomicI32 i32, AtomicU32 u32, AtomicI64 i64,
        AtomicU64 u64, AtomicIsize isize, AtomicUsize usize
    );
    let flag = AtomicBool::new(true);
    log.push(format!("{:?}", (flag.fetch_and(false, Ordering::SeqCst), flag.fetch_not(Ordering::SeqCst))));
    log.push(format!("{:?}", (flag.fetch_nand(true, Ordering::SeqCst), flag.fetch_or(true, Ordering::SeqCst))));
    log.push(format!("{:?}", flag.compare_exchange(true, false, Ordering::SeqCst, Ordering::SeqCst)));
    log.push(format!("{:?}", (flag.swap(true, Ordering::SeqCst), flag.load(Ordering::Relaxed))));
    let mut values = (1, 2);
    let (first, second): (*mut i32, *mut i32) = (&mut values.0, &mut values.1);
    let pointer = AtomicPtr::new(first);
    log.push(format!("{:?}", pointer.swap(second, Ordering::SeqCst) == first));
    log.push(format!("{:?}", pointer.compare_exchange(first, first, Ordering::SeqCst, Ordering::SeqCst) == Err(second)));
    log.push(format!("{:?}", pointer.load(Ordering::SeqCst) == second));
    fence(Ordering::SeqCst);
    COUNTER.fetch_add(1, Ordering::SeqCst);
    MANY[2].store(5, Ordering::Release);
    log.push(format!("{:?} {:?}", MANY[2].load(Ordering::Acquire), COUNTER.load(Ordering::SeqCst) > 3));
}

fn locks(log: &mut Vec<String>) {
    let mutex = Arc::new(Mutex::new(1));
    log.push(format!("{:?} {:?}", mutex, Mutex::<u8>::default().into_inner()));
    {
        let held = mutex.lock().unwrap();
        log.push(format!("{:?} {}", held, held));
        log.push(format!("{:?}", matches!(mutex.try_lock(), Err(TryLockError::WouldBlock))));
    }
    let other = Arc::clone(&mutex);
    let result = thread::spawn(move || {
        let mut held = other.lock().unwrap();
        *held = 2;
        panic!("on purpose");
    })
    .join();
    log.push(format!("{:?}", result.unwrap_err().downcast_ref::<&str>()));
    log.push(format!("{:?} {:?}", mutex.is_poisoned(), mutex.try_lock().is_err()));
    log.push(format!("{:?}", mutex.lock().unwrap_or_else(PoisonError::into_inner)));
    mutex.clear_poison();
    log.push(format!("{:?} {:?}", mutex.is_poisoned(), mutex.lock().map(|held| *held).map_err(|_| ())));
    let mut mutex = Arc::into_inner(mutex).unwrap();
    *mutex.get_mut().unwrap() += 1;
    log.push(format!("{:?}", mutex.into_inner().unwrap()));
    let unsized_mutex: &Mutex<[u8]> = &Mutex::new([1, 2, 3]);
    log.push(format!("{:?}", unsized_mutex.lock().unwrap().len()));
    GATE.lock().unwrap().push(1);

    let lock = RwLock::new(1);
    {
        let readers = (lock.read().unwrap(), lock.try_read().unwrap());
        log.push(format!("{:?} {:?} {:?}", readers.0, readers.1, lock.try_write().is_err()));
    }
    *lock.write().unwrap() += 1;
    log.push(format!("{:?} {:?} {:?}", lock, lock.is_poisoned(), SHARED.read().unwrap()));
    log.push(format!("{:?}", lock.into_inner().unwrap()));
}

fn waiting(log: &mut Vec<String>) {
    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let other = Arc::clone(&pair);
    let helper = thread::spawn(move || {
        *other.0.lock().unwrap() = 7;
        other.1.notify_all();
    });
    let value = pair.1.wait_while(pair.0.lock().unwrap(), |value| *value == 0).unwrap();
    log.push(format!("{:?}", *value));
    drop(value);
    helper.join().unwrap();
    let (value, result) = pair.1.wait_timeout(pair.0.lock().unwrap(), Duration::from_millis(1)).unwrap();
    log.push(format!("{:?} {:?}", *value, result.timed_out()));
    drop(value);
    let waited = pair.1.wait_timeout_while(pair.0.lock().unwrap(), Duration::from_millis(1), |value| *value == 7);
    log.push(format!("{:?}", waited.unwrap().1.timed_out()));
    SIGNAL.notify_one();

    let barrier = Barrier::new(2);
    let leaders = thread::scope(|scope| {
        let other = scope.spawn(|| barrier.wait().is_leader());
        u8::from(barrier.wait().is_leader()) + u8::from(other.join().unwrap())
    });
    log.push(format!("{leaders:?}"));
    let mut runs = 0;
    START.call_once(|| runs += 1);
    START.call_once(|| runs += 1);
    log.push(format!("{runs:?} {:?}", START.is_completed()));
    let once = Once::new();
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| once.call_once(|| panic!("first"))));
    log.push(format!("{:?}", failed.is_err()));
    once.call_once_force(|state| log.push(format!("{:?}", state.is_poisoned())));
    log.push(format!("{:?} {:?}", CONFIGURATION.get_or_init(|| "set".into()), CONFIGURATION.get()));
    log.push(format!("{:?}", CONFIGURATION.set("again".into())));
    log.push(format!("{:?} {:?}", *TABLE, OnceLock::from(3).into_inner()));
    let lazy: LazyLock<u8, _> = LazyLock::new(|| -> u8 { panic!("never made") });
    for _ in 0..2 {
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| *LazyLock::force(&lazy)));
        let text = failed.unwrap_err().downcast::<String>().map_or_else(|_| "a text".into(), |text| *text);
        log.push(text.replace("a text", "never made"));
    }
}

fn channels(log: &mut Vec<String>) {
    let (sender, receiver) = mpsc::channel();
    let second = sender.clone();
    thread::spawn(move || sender.send(1).unwrap()).join().unwrap();
    second.send(2).unwrap();
    log.push(format!("{:?} {:?}", receiver.recv(), receiver.try_iter().collect::<Vec<_>>()));
    log.push(format!("{:?}", receiver.try_recv() == Err(TryRecvError::Empty)));
    log.push(format!("{:?}", receiver.recv_timeout(Duration::from_millis(1)) == Err(RecvTimeoutError::Timeout)));
    drop(second);
    log.push(format!("{:?} {:?}", receiver.recv(), receiver.iter().next()));
    drop(receiver);
    let (sender, receiver) = mpsc::sync_channel(1);
    sender.send(1).unwrap();
    log.push(format!("{:?}", matches!(sender.try_send(2), Err(TrySendError::Full(2)))));
    log.push(format!("{:?}", (&receiver).into_iter().next()));
    drop(receiver);
    log.push(format!("{:?}", sender.send(3).map_err(|error| error.0)));
}

fn threads(log: &mut Vec<String>) {
    let handle = thread::Builder::new().name("named".into()).stack_size(64 * 1024).spawn(|| {
        thread::park_timeout(Duration::from_millis(1));
        thread::yield_now();
        thread::sleep(Duration::from_micros(1));
        (thread::current().name().map(str::to_owned), thread::panicking())
    });
    let handle = handle.unwrap();
    log.push(format!("{:?} {:?}", handle.thread().name(), handle.thread().id() == thread::current().id()));
    handle.thread().unpark();
    log.push(format!("{:?}", handle.join().unwrap()));
    let mut numbers = vec![1, 2, 3];
    let sum = thread::scope(|scope| {
        let sum = scope.spawn(|| numbers.iter().sum::<i32>());
        let named = thread::Builder::new().name("inner".into()).spawn_scoped(scope, || 1).unwrap();
        named.join().unwrap() + sum.join().unwrap()
    });
    numbers.push(sum);
    log.push(format!("{numbers:?}"));
    let scope = std::panic::catch_unwind(|| thread::scope(|scope| drop(scope.spawn(|| panic!("inside")))));
    log.push(format!("{:?}", scope.unwrap_err().downcast_ref::<&str>()));
    PLAIN.set(5);
    EARLY.with_borrow_mut(|early| early.push(1));
    log.push(format!("{:?} {:?}", PLAIN.get(), thread::spawn(|| PLAIN.get()).join().unwrap()));
    log.push(format!("{:?} {:?}", EARLY.take(), PLAIN.try_with(Cell::get)));
}

pub(crate) fn run() -> Vec<String> {
    let mut log = Vec::new();
    atomics(&mut log);
    locks(&mut log);
    waiting(&mut log);
    channels(&mut log);
    threads(&mut log);
    log
}

#[allow(dead_code)]
pub(crate) fn parts_without_statics(log: &mut Vec<String>) {
    channels(log);
    threads(log);
}
