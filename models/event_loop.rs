//! An event loop: many tasks on one thread, each of which says by `await` when another one may go on.
//!
//! The loop polls what can go on: in the order in which they became ready, as Python's `asyncio` does, or in any
//! order, for nobody knows which of several events of the outside world comes first.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};

use selvedge::choose;
use selvedge::sync::Condvar;
use selvedge::sync::Mutex;

use crate::scenario::Scenario;

pub mod calls;
pub mod cancelled;
pub mod combinations;
pub mod server;
pub mod tasks;

/// The scenarios of event loops.
pub const SCENARIOS: &[&[Scenario]] =
    &[calls::SCENARIOS, combinations::SCENARIOS, tasks::SCENARIOS, cancelled::SCENARIOS, server::SCENARIOS];

/// Something that goes on until it awaits, again and again.
pub type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Which of those that are ready goes on next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The one that has been ready for longest.
    InTurn,
    /// Any.
    Any,
}

/// The tasks that are ready, in the order in which they became so. There is one thread, so the lock is never waited
/// for: it is there because a waker of Rust could be used by others.
type Ready = std::sync::Arc<std::sync::Mutex<Vec<usize>>>;

/// Makes one task ready.
struct Ticket {
    task: usize,
    ready: Ready,
}

impl Wake for Ticket {
    fn wake(self: std::sync::Arc<Self>) {
        let mut ready = self.ready.lock().unwrap();
        if !ready.contains(&self.task) {
            ready.push(self.task);
        }
    }
}

/// Runs tasks until all are done. If none is ready before that, nobody will ever wake one, and it waits for ever.
pub fn run(order: Order, tasks: Vec<Task<'_>>) {
    let mut tasks: Vec<Option<Task>> = tasks.into_iter().map(Some).collect();
    let ready = Ready::new(std::sync::Mutex::new((0..tasks.len()).collect()));
    while tasks.iter().any(Option::is_some) {
        let count = ready.lock().unwrap().len();
        if count == 0 {
            wait_for_ever();
        }
        let next = if order == Order::InTurn { 0 } else { choose(count) };
        let task = ready.lock().unwrap().remove(next);
        let waker = Waker::from(std::sync::Arc::new(Ticket { task, ready: ready.clone() }));
        if let Some(running) = &mut tasks[task]
            && running.as_mut().poll(&mut Context::from_waker(&waker)).is_ready()
        {
            tasks[task] = None;
        }
    }
}

/// Waits for an event that never comes.
fn wait_for_ever() -> ! {
    let (never, event) = (Mutex::new(()), Condvar::new());
    let mut waiting = never.lock().unwrap();
    loop {
        waiting = event.wait(waiting).unwrap();
    }
}

/// Lets others go on: `await asyncio.sleep(0)`.
pub async fn let_others_go_on() {
    let mut is_back = false;
    poll_fn(|context| {
        if std::mem::replace(&mut is_back, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A place for one message, which tasks wait for.
#[derive(Default)]
pub struct Mailbox {
    message: Cell<Option<u8>>,
    waiting: RefCell<Vec<Waker>>,
}

impl Mailbox {
    /// Puts a message there, and wakes who waits for it.
    pub fn put(&self, message: u8) {
        self.message.set(Some(message));
        self.waiting.take().into_iter().for_each(Waker::wake);
    }

    /// Takes the message, as soon as there is one.
    pub async fn get(&self) -> u8 {
        poll_fn(|context| match self.message.take() {
            Some(message) => Poll::Ready(message),
            None => {
                self.waiting.borrow_mut().push(context.waker().clone());
                Poll::Pending
            }
        })
        .await
    }

    /// The twin: waits for the message as a thread would. There is one thread, and nobody else who could put it.
    pub fn get_blocking(&self) -> u8 {
        self.message.take().unwrap_or_else(|| wait_for_ever())
    }
}
