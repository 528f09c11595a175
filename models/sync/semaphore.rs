//! Semaphores: a number of permits, for at most so many threads at once.
//!
//! E. W. Dijkstra, "Over seinpalen" (undated, about 1962). A *bounded* semaphore knows how many permits there were, and
//! refuses to take back more.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::hint;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, any_of, only};

/// Permits, and a condition for those who wait for one.
pub trait Permits: Sync {
    /// Returns a semaphore with so many permits.
    fn new(permits: usize) -> Self;

    /// Waits for a permit, and takes it.
    fn acquire(&self);

    /// Gives a permit back.
    fn release(&self);
}

/// A counting semaphore.
pub struct Semaphore {
    permits: Mutex<usize>,
    released: Condvar,
}

impl Permits for Semaphore {
    fn new(permits: usize) -> Self {
        Self { permits: Mutex::new(permits), released: Condvar::new() }
    }

    fn acquire(&self) {
        let mut permits = self.permits.lock().unwrap();
        while *permits == 0 {
            permits = self.released.wait(permits).unwrap();
        }
        *permits -= 1;
    }

    fn release(&self) {
        *self.permits.lock().unwrap() += 1;
        self.released.notify_one();
    }
}

/// The twin: notifies only if there was no permit before, as otherwise, so it is said, nobody can be
/// waiting. But two may wait, and two permits may come back before the first of them has run.
pub struct LosesSignal(Semaphore);

impl Permits for LosesSignal {
    fn new(permits: usize) -> Self {
        Self(Semaphore::new(permits))
    }

    fn acquire(&self) {
        self.0.acquire();
    }

    fn release(&self) {
        let mut permits = self.0.permits.lock().unwrap();
        *permits += 1;
        if *permits == 1 {
            self.0.released.notify_one();
        }
    }
}

/// The twin: a number, without a lock. Looks whether there is a permit, and takes it in another step.
pub struct LooksFirst {
    permits: AtomicUsize,
}

impl Permits for LooksFirst {
    fn new(permits: usize) -> Self {
        Self { permits: AtomicUsize::new(permits) }
    }

    fn acquire(&self) {
        while self.permits.load(SeqCst) == 0 {
            hint::spin_loop();
        }
        self.permits.fetch_sub(1, SeqCst);
    }

    fn release(&self) {
        self.permits.fetch_add(1, SeqCst);
    }
}

/// Threads work under a permit each. Returns how many there were at most at the same time.
fn at_most<P: Permits>(parameters: &Parameters) -> Outcome {
    let (threads, permits) = (parameters.get("threads"), parameters.get("permits"));
    let semaphore = P::new(permits);
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                semaphore.acquire();
                let now = inside.fetch_add(1, SeqCst) + 1;
                most.fetch_max(now, SeqCst);
                inside.fetch_sub(1, SeqCst);
                semaphore.release();
            });
        }
    });
    Outcome::of(&most.load(SeqCst))
}

/// What is right: no more than there are permits, and any number up to that may happen to be inside.
fn no_more_than_permits(parameters: &Parameters) -> Option<Vec<Outcome>> {
    let most = parameters.get("permits").min(parameters.get("threads"));
    any_of(1..=most)
}

/// Two threads wait for permits, which come back from elsewhere.
fn permits_come_back<P: Permits>() -> usize {
    let semaphore = P::new(0);
    thread::scope(|scope| {
        let waiting = [scope.spawn(|| semaphore.acquire()), scope.spawn(|| semaphore.acquire())];
        semaphore.release();
        semaphore.release();
        waiting.into_iter().filter_map(|thread| thread.join().ok()).count()
    })
}

/// A semaphore that takes back no more permits than it had.
struct BoundedSemaphore {
    semaphore: Semaphore,
    bound: usize,
}

/// More permits came back than there were: Python's `ValueError`.
#[derive(Debug)]
struct ReleasedTooOften;

impl BoundedSemaphore {
    fn new(permits: usize) -> Self {
        Self { semaphore: Semaphore::new(permits), bound: permits }
    }

    fn release(&self) -> Result<(), ReleasedTooOften> {
        let mut permits = self.semaphore.permits.lock().unwrap();
        if *permits == self.bound {
            return Err(ReleasedTooOften);
        }
        *permits += 1;
        self.semaphore.released.notify_one();
        Ok(())
    }

    /// The twin: looks, and adds in another step. Two may look before either adds.
    fn release_in_two_steps(&self) -> Result<(), ReleasedTooOften> {
        if *self.semaphore.permits.lock().unwrap() == self.bound {
            return Err(ReleasedTooOften);
        }
        self.semaphore.release();
        Ok(())
    }
}

/// One permit is taken, and two threads give it back. Returns how many were told that it was one too many,
/// and the permits that there are.
fn released_too_often(release: fn(&BoundedSemaphore) -> Result<(), ReleasedTooOften>) -> (usize, usize) {
    let bounded = BoundedSemaphore::new(1);
    bounded.semaphore.acquire();
    let refused = thread::scope(|scope| {
        let releases = [scope.spawn(|| release(&bounded)), scope.spawn(|| release(&bounded))];
        releases.into_iter().map(|release| release.join().unwrap()).filter(Result::is_err).count()
    });
    let permits = *bounded.semaphore.permits.lock().unwrap();
    (refused, permits)
}

const PARAMETERS: &[Parameter] = &[
    Parameter { name: "threads", summary: "how many threads want a permit", default: 3, least: 1, most: 5 },
    Parameter { name: "permits", summary: "how many permits there are", default: 2, least: 1, most: 5 },
];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/semaphore",
        summary: "threads work under a permit each",
        shows: "A `Semaphore` of n permits lets at most n threads in at a time.",
        literature: Some("Dijkstra, Cooperating sequential processes, 1968"),
        parameters: PARAMETERS,
        run: at_most::<Semaphore>,
        right: no_more_than_permits,
        possible: no_more_than_permits,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/semaphore_looks_first",
        summary: "whether there is a permit is looked at in one step, and it is taken in another",
        shows: "If a semaphore checks its count in one step and takes a permit in another, more threads enter than it \
                has permits.",
        literature: Some("Dijkstra, Cooperating sequential processes, 1968; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["sync/semaphore"],
        parameters: PARAMETERS,
        run: at_most::<LooksFirst>,
        right: no_more_than_permits,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/semaphore_signals",
        summary: "two threads wait for permits that come back from elsewhere",
        shows: "Each `Semaphore.release` lets one of the threads go on that wait in `acquire`.",
        literature: Some("Dijkstra, Cooperating sequential processes, 1968"),
        run: |_| Outcome::of(&permits_come_back::<Semaphore>()),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/semaphore_loses_signal",
        summary: "who gives a permit back notifies only if there was none",
        shows: "If `Semaphore.release` notifies only when the count was 0, a second waiter is not woken by a second \
                release.",
        literature: Some("Python documentation, threading.Semaphore; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["sync/semaphore_signals"],
        run: |_| Outcome::of(&permits_come_back::<LosesSignal>()),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/bounded_semaphore",
        summary: "a permit is given back twice",
        shows: "`BoundedSemaphore.release` raises `ValueError` if the count would pass its initial value.",
        literature: Some("Python documentation, threading.BoundedSemaphore"),
        run: |_| Outcome::of(&released_too_often(BoundedSemaphore::release)),
        right: |_| only((1, 1)),
        possible: |_| only((1, 1)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/bounded_semaphore_in_two_steps",
        summary: "the bound is looked at in one step, and the permit given back in another",
        shows: "If a bounded semaphore checks its bound in one step and counts up in another, two releases together \
                pass it.",
        literature: Some("Python documentation, threading.BoundedSemaphore; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["sync/bounded_semaphore"],
        run: |_| Outcome::of(&released_too_often(BoundedSemaphore::release_in_two_steps)),
        right: |_| only((1, 1)),
        ..Scenario::DEFAULT
    },
];
