//! A caller and what works for it: it waits for the result, is told of it, or goes on without it. And messages that
//! come before anybody looks.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::mpsc::channel;
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Parameters, Scenario, any_of, only};

/// A result that will be there: `concurrent.futures.Future`.
#[derive(Default)]
struct Future {
    result: Mutex<Option<u8>>,
    is_done: Condvar,
}

impl Future {
    fn set(&self, result: u8) {
        *self.result.lock().unwrap() = Some(result);
        self.is_done.notify_all();
    }

    /// `future.result()`: waits until it is there.
    fn wait(&self) -> u8 {
        let result = self.is_done.wait_while(self.result.lock().unwrap(), |result| result.is_none()).unwrap();
        result.expect("it is there")
    }

    /// Returns the result if it is there: the caller looks at the state.
    fn get(&self) -> Option<u8> {
        *self.result.lock().unwrap()
    }
}

/// Calls somebody who works on another thread.
fn call() -> Arc<Future> {
    let future = Arc::<Future>::default();
    let to_set = future.clone();
    thread::spawn(move || to_set.set(42));
    future
}

/// Calls somebody, with what is to be done with the result when it is there: `Future.add_done_callback`.
fn call_back(callback: impl FnOnce(u8) + Send + 'static) {
    thread::spawn(move || callback(42));
}

/// Calls, and is done when the result is there.
fn synchronously() -> Option<u8> {
    Some(call().wait())
}

/// The twin: calls, and is done whether or not the result is there.
fn without_waiting() -> Option<u8> {
    call().get()
}

/// Calls, goes on with something else, and is told of the result, which it then has.
fn told_of_it() -> Option<u8> {
    let (tell, told) = channel();
    let own_work = 1;
    call_back(move |result| tell.send(result - own_work).unwrap());
    Some(told.recv().unwrap() + own_work)
}

/// Where a connection keeps what has come and was not read.
trait Inbox: Default + Send + Sync + 'static {
    fn put(&self, message: u8);
    fn take_all(&self) -> Vec<u8>;
}

/// The receive buffer of a socket.
#[derive(Default)]
struct Buffer(Mutex<Vec<u8>>);

impl Inbox for Buffer {
    fn put(&self, message: u8) {
        self.0.lock().unwrap().push(message);
    }

    fn take_all(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// The twin: the register of a serial line, which has room for one character.
#[derive(Default)]
struct Register(Mutex<Option<u8>>);

impl Inbox for Register {
    fn put(&self, message: u8) {
        *self.0.lock().unwrap() = Some(message);
    }

    fn take_all(&self) -> Vec<u8> {
        self.0.lock().unwrap().take().into_iter().collect()
    }
}

/// A peer sends three messages, and the receiver looks once, and again at the end. Returns what it has.
fn received<I: Inbox>() -> Vec<u8> {
    let inbox = Arc::<I>::default();
    let peer = inbox.clone();
    let peer = thread::spawn(move || (1..=3).for_each(|message| peer.put(message)));
    let mut received = inbox.take_all();
    peer.join().unwrap();
    received.extend(inbox.take_all());
    received
}

fn the_result(_: &Parameters) -> Option<Vec<Outcome>> {
    only(Some(42))
}

fn all_three(_: &Parameters) -> Option<Vec<Outcome>> {
    only([1, 2, 3])
}

/// The scenarios of calls.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "event_loop/synchronous_call",
        summary: "a caller waits for the result of another thread",
        shows: "A caller that waits for `Future.result` is done only when the other one is, and has the result.",
        run: |_| Outcome::of(&synchronously()),
        right: the_result,
        possible: the_result,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/told_of_it",
        summary: "a caller goes on, and a callback tells it of the result",
        shows: "A caller that is told by a callback has the result as surely as one that waits in the call.",
        run: |_| Outcome::of(&told_of_it()),
        right: the_result,
        possible: the_result,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/not_waited_for",
        summary: "a caller is done whether or not the other one is",
        shows: "A caller that neither waits nor is told may be done before the result is there.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["event_loop/synchronous_call", "event_loop/told_of_it"],
        run: |_| Outcome::of(&without_waiting()),
        right: the_result,
        possible: |_| any_of([None, Some(42)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/buffered",
        summary: "messages come before the receiver looks, and are kept in a buffer",
        shows: "What comes before the receiver looks stays in the receive buffer of a socket, and nothing is missed.",
        run: |_| Outcome::of(&received::<Buffer>()),
        right: all_three,
        possible: all_three,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/overrun",
        summary: "messages come before the receiver looks, and there is room for one",
        shows: "On a line whose register has room for one character, what is not read in time is overwritten.",
        literature: Some("broken variant; the overrun error of the 16550 UART"),
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["event_loop/buffered"],
        run: |_| Outcome::of(&received::<Register>()),
        right: all_three,
        possible: |_| any_of([vec![3], vec![1, 3], vec![2, 3]]),
        ..Scenario::DEFAULT
    },
];
