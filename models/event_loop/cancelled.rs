//! Cancelling a task: `Task.cancel` asks for it at any time, and the task is told at an `await`, where `CancelledError`
//! comes out of it.

use std::cell::Cell;

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::Arc;
use selvedge::sync::atomic::AtomicBool;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::thread;

use super::{Order, let_others_go_on, run};
use crate::scenario::{Expectation, Parameters, Scenario, any_of, only};

/// `asyncio.CancelledError`. It is handed up with `?`, past everything that the task would still have done.
struct Cancelled;

/// A task, as those see it who may cancel it.
#[derive(Clone, Default)]
struct Handle {
    is_cancelled: Arc<AtomicBool>,
}

impl Handle {
    /// `Task.cancel`, from another thread: by `loop.call_soon_threadsafe(task.cancel)`.
    fn cancel(&self) {
        self.is_cancelled.store(true, SeqCst);
    }

    /// `await asyncio.sleep(0)`: lets others go on, and is told if it was cancelled. It is told once.
    async fn sleep(&self) -> Result<(), Cancelled> {
        let_others_go_on().await;
        self.look()
    }

    /// Tells the task whether it was cancelled.
    fn look(&self) -> Result<(), Cancelled> {
        if self.is_cancelled.swap(false, SeqCst) { Err(Cancelled) } else { Ok(()) }
    }
}

/// What stands between the two halves of a transfer.
#[derive(Clone, Copy)]
enum Between {
    Nothing,
    /// The twin: an await.
    Await,
    /// An await, and `finally`.
    AwaitWithFinally,
    /// The twin: a task that could be cancelled anywhere, as a thread that is killed.
    Anywhere,
}

/// Moves money from one account to another.
async fn transfer(accounts: &[Cell<i32>; 2], between: Between, handle: &Handle) -> Result<(), Cancelled> {
    let pay_in = || accounts[1].set(accounts[1].get() + 5);
    handle.sleep().await?;
    accounts[0].set(accounts[0].get() - 5);
    match between {
        Between::Nothing => {}
        Between::Await => handle.sleep().await?,
        Between::AwaitWithFinally => {
            let outcome = handle.sleep().await;
            pay_in();
            return outcome;
        }
        Between::Anywhere => handle.look()?,
    }
    pay_in();
    handle.sleep().await
}

/// A task moves money, and another thread cancels it at some time. Returns how much there is.
fn sum_after_cancel(between: Between) -> i32 {
    let accounts = [Cell::new(10), Cell::new(0)];
    let handle = Handle::default();
    let canceller = handle.clone();
    let canceller = thread::spawn(move || canceller.cancel());
    let task = async {
        // Whether it was cancelled is nobody's business here.
        let _ = transfer(&accounts, between, &handle).await;
    };
    run(Order::InTurn, vec![Box::pin(task)]);
    canceller.join().unwrap();
    accounts.into_iter().map(Cell::into_inner).sum()
}

fn all_there(_: &Parameters) -> Option<Vec<Outcome>> {
    only(10)
}

/// The scenarios of cancelling.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "event_loop/cancelled",
        summary: "another thread cancels a task at any time; the two halves of its transfer stand between two awaits",
        shows: "`Task.cancel` takes effect at an `await` and nowhere else: what stands between two awaits is done \
                whole.",
        literature: ASYNCIO,
        run: |_| Outcome::of(&sum_after_cancel(Between::Nothing)),
        right: all_there,
        possible: all_there,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/cancelled_with_finally",
        summary: "another thread cancels a task at any time; the second half of its transfer stands in `finally`",
        shows: "What stands in `finally` is done although `CancelledError` comes out of the `await` before it.",
        literature: ASYNCIO,
        run: |_| Outcome::of(&sum_after_cancel(Between::AwaitWithFinally)),
        right: all_there,
        possible: all_there,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/cancelled_half_way",
        summary: "another thread cancels a task at any time; there is an await between the two halves of its transfer",
        shows: "A task that is cancelled at an `await` leaves undone what comes after it.",
        literature: ASYNCIO,
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["event_loop/cancelled", "event_loop/cancelled_with_finally"],
        run: |_| Outcome::of(&sum_after_cancel(Between::Await)),
        right: all_there,
        possible: |_| any_of([5, 10]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/cancelled_anywhere",
        summary: "a task is cancelled at any time, wherever it is",
        shows: "If a task could be cancelled anywhere, as a process is killed, a transfer could stay half done.",
        literature: Some("broken variant; the documentation of Java's `Thread.stop`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["event_loop/cancelled"],
        run: |_| Outcome::of(&sum_after_cancel(Between::Anywhere)),
        right: all_there,
        possible: |_| any_of([5, 10]),
        ..Scenario::DEFAULT
    },
];

/// Where it is said how tasks are cancelled.
const ASYNCIO: Option<&str> = Some("the documentation of asyncio: Task Cancellation");
