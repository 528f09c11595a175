//! A latch: one waits until a number of things are done, each of which counts it down by one.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, SeqCst};
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::lock::property::Protected;
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// How many things are still to be done, and who waits for them.
struct Latch {
    left: AtomicUsize,
    entrance: Mutex<()>,
    opened: Condvar,
}

impl Latch {
    fn new(count: usize) -> Self {
        Self { left: AtomicUsize::new(count), entrance: Mutex::new(()), opened: Condvar::new() }
    }

    /// Counts down. Only the last one has anybody to wake, and goes through the entrance for it, so as not
    /// to come between somebody's look and sleep.
    fn count_down(&self) {
        if self.left.fetch_sub(1, AcqRel) == 1 {
            drop(self.entrance.lock().unwrap());
            self.opened.notify_all();
        }
    }

    /// The twin: counts down in two steps. Two may read the same count, and it never comes to its end.
    fn count_down_in_two_steps(&self) {
        let left = self.left.load(SeqCst) - 1;
        self.left.store(left, SeqCst);
        if left == 0 {
            drop(self.entrance.lock().unwrap());
            self.opened.notify_all();
        }
    }

    /// The twin: wakes without going through the entrance, as there is nothing to protect.
    fn count_down_past_the_entrance(&self) {
        if self.left.fetch_sub(1, AcqRel) == 1 {
            self.opened.notify_all();
        }
    }

    /// The twin: counts without an ordering, as it is only a number.
    fn count_down_relaxed(&self) {
        if self.left.fetch_sub(1, Relaxed) == 1 {
            drop(self.entrance.lock().unwrap());
            self.opened.notify_all();
        }
    }

    /// Waits until everything is done.
    fn wait(&self) {
        let mut entrance = self.entrance.lock().unwrap();
        while self.left.load(Acquire) > 0 {
            entrance = self.opened.wait(entrance).unwrap();
        }
    }
}

/// Threads do something each, and the main thread waits for all. Returns what it then sees.
fn all_done(parameters: &Parameters, count_down: fn(&Latch)) -> Outcome {
    let threads = parameters.get("threads");
    let latch = Latch::new(threads);
    let work: Vec<Protected> = (0..threads).map(|_| Protected::default()).collect();
    let seen: usize = thread::scope(|scope| {
        for own in &work {
            let latch = &latch;
            scope.spawn(move || {
                own.change();
                count_down(latch);
            });
        }
        latch.wait();
        work.iter().map(Protected::look).sum()
    });
    Outcome::of(&seen)
}

fn all_of_them(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only(parameters.get("threads"))
}

const PARAMETERS: &[Parameter] =
    &[Parameter { name: "threads", summary: "how many threads count down", default: 2, least: 1, most: 4 }];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/latch",
        summary: "the main thread waits until each of the others has counted down",
        shows: "A thread that waits for a `CountDownLatch` sees all that was done before `countDown`.",
        literature: Some("java.util.concurrent.CountDownLatch"),
        parameters: PARAMETERS,
        run: |parameters| all_done(parameters, Latch::count_down),
        right: all_of_them,
        possible: all_of_them,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/latch_in_two_steps",
        summary: "the count is read in one step and written in another",
        shows: "If a latch loads and stores its count in two steps, a `countDown` is lost and the wait never ends.",
        literature: Some("java.util.concurrent.CountDownLatch; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["sync/latch"],
        parameters: PARAMETERS,
        run: |parameters| all_done(parameters, Latch::count_down_in_two_steps),
        right: all_of_them,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/latch_relaxed",
        summary: "the count is changed without an ordering",
        shows: "If a latch is counted down with relaxed accesses, what was done before is not ordered before who has \
                waited.",
        literature: Some("java.util.concurrent.CountDownLatch; broken variant"),
        expectation: Expectation::AlwaysFails(FailureKind::DataRace),
        twin_of: &["sync/latch"],
        parameters: PARAMETERS,
        run: |parameters| all_done(parameters, Latch::count_down_relaxed),
        right: all_of_them,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/latch_past_the_entrance",
        summary: "the last one wakes without taking the lock",
        shows: "A latch that notifies without taking the lock may do so between a waiter's check and its sleep.",
        literature: Some("java.util.concurrent.CountDownLatch; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["sync/latch"],
        parameters: PARAMETERS,
        run: |parameters| all_done(parameters, Latch::count_down_past_the_entrance),
        right: all_of_them,
        ..Scenario::DEFAULT
    },
];
