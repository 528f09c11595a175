//! An event: a flag that threads wait for, with the methods of Python's `threading.Event`.

use std::time::Duration;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicU32;
use selvedge::sync::atomic::Ordering::Relaxed;
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Scenario, any_of, only};

/// Whether it is set, and how often it has been.
#[derive(Default)]
struct State {
    is_set: bool,
    times_set: usize,
}

/// A flag, and those who wait for it.
#[derive(Default)]
struct Event {
    state: Mutex<State>,
    changed: Condvar,
}

/// How long is waited. In a model no time is long: any wait may be over at any moment.
const TIMEOUT: Duration = Duration::from_millis(1);

impl Event {
    /// Sets the flag, and wakes all who wait.
    fn set(&self) {
        let mut state = self.state.lock().unwrap();
        state.is_set = true;
        state.times_set += 1;
        self.changed.notify_all();
    }

    /// Takes the flag down.
    fn clear(&self) {
        self.state.lock().unwrap().is_set = false;
    }

    /// Waits until the flag is set, or was set since.
    fn wait(&self) {
        let mut state = self.state.lock().unwrap();
        let times_set = state.times_set;
        while !state.is_set && state.times_set == times_set {
            state = self.changed.wait(state).unwrap();
        }
    }

    /// Waits for some time until the flag is set, and returns whether it is.
    fn wait_timeout(&self, timeout: Duration) -> bool {
        let state = self.state.lock().unwrap();
        let (state, _) = self.changed.wait_timeout_while(state, timeout, |state| !state.is_set).unwrap();
        state.is_set
    }

    /// The twin: takes a look, and sleeps after. The flag may be set, and all be woken, in between.
    fn wait_after_a_look(&self) {
        let is_set = self.state.lock().unwrap().is_set;
        if !is_set {
            drop(self.changed.wait(self.state.lock().unwrap()).unwrap());
        }
    }
}

/// Two threads wait for an event that is set when something is done. Returns how many of them then saw it
/// done.
fn all_are_woken(wait: fn(&Event)) -> usize {
    let event = Event::default();
    let is_done = AtomicU32::new(0);
    thread::scope(|scope| {
        let wait_and_look = || {
            wait(&event);
            is_done.load(Relaxed)
        };
        let waiting = [scope.spawn(wait_and_look), scope.spawn(wait_and_look)];
        is_done.store(1, Relaxed);
        event.set();
        waiting.into_iter().map(|thread| thread.join().unwrap()).filter(|&seen| seen == 1).count()
    })
}

/// An event is set and at once cleared, to wake those who wait now: who comes a moment later waits for
/// ever.
fn pulsed() -> usize {
    let event = Event::default();
    thread::scope(|scope| {
        let waiting = [scope.spawn(|| event.wait()), scope.spawn(|| event.wait())];
        event.set();
        event.clear();
        waiting.into_iter().filter_map(|thread| thread.join().ok()).count()
    })
}

/// A thread prepares an answer and sets an event; another one waits for some time, and looks at the answer
/// if it `is_told` to. Returns what it saw.
fn answer_in_time(is_told: fn(&Event) -> bool) -> Option<u32> {
    let event = Event::default();
    let answer = AtomicU32::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            answer.store(42, Relaxed);
            event.set();
        });
        is_told(&event).then(|| answer.load(Relaxed))
    })
}

/// The twin: waits, and goes on as if the event had been set.
fn ignores_the_timeout(event: &Event) -> bool {
    let _ = event.wait_timeout(TIMEOUT);
    true
}

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/event",
        summary: "two threads wait for an event that is set once",
        shows: "`Event.set` wakes all threads in `Event.wait`, and later calls of `wait` return at once.",
        literature: Some("Python documentation, threading.Event"),
        run: |_| Outcome::of(&all_are_woken(Event::wait)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/event_after_a_look",
        summary: "a look at the flag, and then sleep",
        shows: "If `Event.wait` checks its flag without the lock that it sleeps with, `set` may come in between and \
                is missed.",
        literature: Some("Python documentation, threading.Event; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["sync/event"],
        run: |_| Outcome::of(&all_are_woken(Event::wait_after_a_look)),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/event_pulsed",
        summary: "an event is set and cleared at once",
        shows: "`Event.clear` right after `Event.set` leaves a thread waiting that calls `Event.wait` later.",
        literature: Some("Python documentation, threading.Event; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["sync/event"],
        run: |_| Outcome::of(&pulsed()),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/event_timeout",
        summary: "a thread waits for some time for an answer",
        shows: "`Event.wait(timeout)` returns whether the event is set; the answer is read only if it returned `True`.",
        literature: Some("Python documentation, threading.Event.wait"),
        run: |_| Outcome::of(&answer_in_time(|event| event.wait_timeout(TIMEOUT))),
        right: |_| any_of([None, Some(42)]),
        possible: |_| any_of([None, Some(42)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/event_timeout_ignored",
        summary: "a thread waits for some time, and takes the answer for given",
        shows: "A thread that ignores that `Event.wait(timeout)` returned `False` reads an answer that is not there.",
        literature: Some("Python documentation, threading.Event.wait; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["sync/event_timeout"],
        run: |_| Outcome::of(&answer_in_time(ignores_the_timeout)),
        right: |_| any_of([None, Some(42)]),
        ..Scenario::DEFAULT
    },
];
