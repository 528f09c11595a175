//! The methods of Python's `threading.Lock`: acquire, with or without waiting or for some time; release, by
//! whatever thread; and an error for releasing what is not held.

use std::time::Duration;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use super::property::{self, PARAMETERS, Protected, mutual_exclusion_and_progress, nothing_is_lost};
use crate::scenario::{Expectation, Parameter, Scenario, any_of, only};

/// A lock that knows whether it is held, and not by whom.
#[derive(Default)]
pub struct Lock {
    held: Mutex<bool>,
    released: Condvar,
}

/// The lock was not held: Python's `RuntimeError: release unlocked lock`.
#[derive(Debug, PartialEq, Eq)]
pub struct ReleaseUnlocked;

impl Lock {
    /// Waits until the lock is free, and takes it.
    pub fn acquire(&self) {
        let mut held = self.held.lock().unwrap();
        while *held {
            held = self.released.wait(held).unwrap();
        }
        *held = true;
    }

    /// Takes the lock if it is free, and returns whether it was: `acquire(blocking=False)`.
    pub fn try_acquire(&self) -> bool {
        let mut held = self.held.lock().unwrap();
        !std::mem::replace(&mut *held, true)
    }

    /// Waits for some time until the lock is free, and returns whether it has taken it.
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        let held = self.held.lock().unwrap();
        let (mut held, result) = self.released.wait_timeout_while(held, timeout, |held| *held).unwrap();
        if !result.timed_out() {
            *held = true;
        }
        !result.timed_out()
    }

    /// Frees the lock, whoever has taken it.
    ///
    /// # Errors
    ///
    /// If it is not held.
    pub fn release(&self) -> Result<(), ReleaseUnlocked> {
        let mut held = self.held.lock().unwrap();
        if !*held {
            return Err(ReleaseUnlocked);
        }
        *held = false;
        self.released.notify_one();
        Ok(())
    }
}

impl property::Lock for Lock {
    type Held = ();

    fn new(_threads: usize) -> Self {
        Self::default()
    }

    fn lock(&self, _me: usize) {
        self.acquire();
    }

    fn unlock(&self, (): ()) {
        self.release().expect("it is held");
    }
}

/// The twin: asks once whether the lock is held, and sleeps if it is. Whoever wakes it, it takes the lock,
/// though another may have been quicker.
#[derive(Default)]
pub struct AsksOnce(Lock);

impl property::Lock for AsksOnce {
    type Held = ();

    fn new(_threads: usize) -> Self {
        Self::default()
    }

    fn lock(&self, _me: usize) {
        let mut held = self.0.held.lock().unwrap();
        if *held {
            held = self.0.released.wait(held).unwrap();
        }
        *held = true;
    }

    fn unlock(&self, (): ()) {
        let _ = self.0.release();
    }
}

/// Two threads wait for a lock that the main thread has acquired and used. Returns how many have used it.
fn waited_for(is_released: bool) -> usize {
    let lock = Lock::default();
    let protected = Protected::default();
    lock.acquire();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                lock.acquire();
                protected.change();
                let _ = lock.release();
            });
        }
        protected.change();
        if is_released {
            let _ = lock.release();
        }
    });
    protected.look()
}

/// One thread takes the lock and another one releases it, when it has done what the first one waits for.
fn handed_over() -> usize {
    let lock = Lock::default();
    let protected = Protected::default();
    lock.acquire();
    thread::scope(|scope| {
        scope.spawn(|| {
            protected.change();
            lock.release().expect("it is held, by another thread");
        });
        lock.acquire();
        protected.look()
    })
}

/// The twin: the other thread releases the lock first.
fn handed_over_too_early() -> usize {
    let lock = Lock::default();
    let protected = Protected::default();
    lock.acquire();
    thread::scope(|scope| {
        scope.spawn(|| {
            lock.release().expect("it is held, by another thread");
            protected.change();
        });
        lock.acquire();
        protected.look()
    })
}

/// Two threads work if they get the lock by `acquire`, and leave it at that otherwise. Returns how often
/// something was done.
fn each_tries(acquire: fn(&Lock) -> bool) -> usize {
    let lock = Lock::default();
    let protected = Protected::default();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                if acquire(&lock) {
                    protected.change();
                    let _ = lock.release();
                }
            });
        }
    });
    protected.look()
}

/// The twin: tries to take the lock, and does not look at the answer.
fn ignores_the_answer(lock: &Lock) -> bool {
    let _ = lock.try_acquire();
    true
}

/// How long is waited. In a model no time is long: any wait may be over at any moment.
const TIMEOUT: Duration = Duration::from_millis(1);

/// The twin: waits for some time, and then goes on with or without the lock.
fn ignores_the_timeout(lock: &Lock) -> bool {
    let _ = lock.acquire_timeout(TIMEOUT);
    true
}

/// A lock is released that is not held, and one that is. Returns what was said to that.
fn release_unlocked() -> [Result<(), ReleaseUnlocked>; 3] {
    let lock = Lock::default();
    let before = lock.release();
    lock.acquire();
    [before, lock.release(), lock.release()]
}

/// The twin: three threads use the lock, and one of them releases it twice. The second time it may be another
/// one's, which nobody can tell.
fn released_twice() -> usize {
    let lock = Lock::default();
    let protected = Protected::default();
    thread::scope(|scope| {
        for me in 0..3 {
            let (lock, protected) = (&lock, &protected);
            scope.spawn(move || {
                lock.acquire();
                protected.change();
                let _ = lock.release();
                if me == 0 {
                    let _ = lock.release();
                }
            });
        }
    });
    protected.look()
}

/// The scenarios of this lock.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "lock/threading_lock",
        summary: "a flag behind a mutex, and a condition to wait for",
        shows: "Of several threads that call `Lock.acquire`, one returns at a time; the others wait until it is \
                released.",
        parameters: PARAMETERS,
        run: mutual_exclusion_and_progress::<Lock>,
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/threading_lock_asks_once",
        summary: "who was woken takes the lock without looking again",
        shows: "If a thread that waits for a `Lock` does not check it again when it is woken, two hold it at the same \
                time.",
        literature: Some("Python documentation, threading.Lock; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/threading_lock"],
        parameters: &[PARAMETERS[0], Parameter { least: 2, ..PARAMETERS[1] }],
        run: mutual_exclusion_and_progress::<AsksOnce>,
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/released_after_use",
        summary: "two threads wait for a lock that is released",
        shows: "Threads that wait in `Lock.acquire` get the lock one after the other when it is released.",
        run: |_| Outcome::of(&waited_for(true)),
        right: |_| only(3),
        possible: |_| only(3),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/never_released",
        summary: "two threads wait for a lock that is never released",
        shows: "If a `Lock` is never released, all threads that wait in `Lock.acquire` wait for ever.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["lock/released_after_use"],
        run: |_| Outcome::of(&waited_for(false)),
        right: |_| only(3),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/handed_over",
        summary: "one thread acquires, another one releases",
        shows: "A `threading.Lock` may be released by another thread than the one that has acquired it.",
        literature: Some("Python documentation, threading.Lock"),
        run: |_| Outcome::of(&handed_over()),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/handed_over_too_early",
        summary: "the other thread releases before it has done its work",
        shows: "What a thread does after `Lock.release` is not ordered before what the next holder of the lock does.",
        literature: Some("Python documentation, threading.Lock; broken variant"),
        expectation: Expectation::AlwaysFails(FailureKind::DataRace),
        twin_of: &["lock/handed_over"],
        run: |_| Outcome::of(&handed_over_too_early()),
        right: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/non_blocking",
        summary: "two threads try to acquire, and work if they could",
        shows: "`Lock.acquire(blocking=False)` returns at once, and `False` if the lock is held.",
        literature: Some("Python documentation, threading.Lock.acquire"),
        run: |_| Outcome::of(&each_tries(Lock::try_acquire)),
        right: |_| any_of([1, 2]),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/non_blocking_answer_ignored",
        summary: "two threads try to acquire, and work in any case",
        shows: "A thread that ignores that `Lock.acquire(blocking=False)` returned `False` works without the lock.",
        literature: Some("Python documentation, threading.Lock.acquire; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/non_blocking"],
        run: |_| Outcome::of(&each_tries(ignores_the_answer)),
        right: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/timeout",
        summary: "two threads wait for some time to acquire, and work if they could",
        shows: "`Lock.acquire(timeout=t)` returns `False` if it could not acquire the lock in time, and `True` \
                otherwise.",
        literature: Some("Python documentation, threading.Lock.acquire"),
        run: |_| Outcome::of(&each_tries(|lock| lock.acquire_timeout(TIMEOUT))),
        right: |_| any_of([1, 2]),
        possible: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/timeout_ignored",
        summary: "two threads wait for some time, and work in any case",
        shows: "A thread that ignores that `Lock.acquire(timeout=t)` returned `False` works without the lock.",
        literature: Some("Python documentation, threading.Lock.acquire; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/timeout"],
        run: |_| Outcome::of(&each_tries(ignores_the_timeout)),
        right: |_| any_of([1, 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/release_unlocked",
        summary: "a lock is released that is not held",
        shows: "`Lock.release` of a lock that is not held raises `RuntimeError`.",
        literature: Some("Python documentation, threading.Lock.release"),
        run: |_| Outcome::of(&release_unlocked()),
        right: |_| only([Err(ReleaseUnlocked), Ok(()), Err(ReleaseUnlocked)]),
        possible: |_| only([Err(ReleaseUnlocked), Ok(()), Err(ReleaseUnlocked)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "lock/released_twice",
        summary: "one thread releases twice, and so what another one holds",
        shows: "A second `Lock.release` raises nothing if another thread has acquired the lock meanwhile: it releases \
                that one's.",
        literature: Some("Python documentation, threading.Lock.release; broken variant"),
        expectation: Expectation::Fails(FailureKind::DataRace),
        twin_of: &["lock/release_unlocked", "lock/threading_lock"],
        run: |_| Outcome::of(&released_twice()),
        right: |_| only(3),
        ..Scenario::DEFAULT
    },
];
