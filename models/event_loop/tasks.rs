//! Tasks of one event loop: between two awaits nothing else happens, across one anything may.

use std::cell::Cell;

use selvedge::Outcome;
use selvedge::failure::FailureKind;

use super::{Mailbox, Order, let_others_go_on, run};
use crate::scenario::{Expectation, Parameters, Scenario, only};

/// How a task changes the balance.
#[derive(Clone, Copy)]
enum Way {
    BetweenAwaits,
    /// The twin: `balance = balance + await amount()`.
    AcrossAnAwait,
    /// Across an await too, and it has meanwhile the only key.
    WithLock,
}

async fn add(way: Way, balance: &Cell<i32>, key: &Mailbox, amount: i32) {
    match way {
        Way::BetweenAwaits => {
            let_others_go_on().await;
            balance.set(balance.get() + amount);
            let_others_go_on().await;
        }
        Way::AcrossAnAwait => {
            let read = balance.get();
            let_others_go_on().await;
            balance.set(read + amount);
        }
        Way::WithLock => {
            let the_key = key.get().await;
            let read = balance.get();
            let_others_go_on().await;
            balance.set(read + amount);
            key.put(the_key);
        }
    }
}

/// One task puts in 5 and takes it out, and another one puts in 8. Returns the balance.
fn balance(way: Way) -> i32 {
    let (balance, key) = (Cell::new(0), Mailbox::default());
    key.put(0);
    let one = async {
        add(way, &balance, &key, 5).await;
        add(way, &balance, &key, -5).await;
    };
    let other = add(way, &balance, &key, 8);
    run(Order::Any, vec![Box::pin(one), Box::pin(other)]);
    balance.get()
}

/// How long a task works between two awaits, in ticks.
const LONG: u32 = 5;

/// A task works for a long time, and another one says now and then that all is well. Returns the longest time, in
/// ticks, in which it did not.
fn silence(yields: bool) -> u32 {
    let (now, last, longest) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let work = async {
        for _ in 0..LONG {
            now.set(now.get() + 1);
            if yields {
                let_others_go_on().await;
            }
        }
    };
    let heartbeat = async {
        for _ in 0..LONG {
            longest.set(longest.get().max(now.get() - last.get()));
            last.set(now.get());
            let_others_go_on().await;
        }
    };
    run(Order::InTurn, vec![Box::pin(work), Box::pin(heartbeat)]);
    longest.get()
}

/// One task waits for a message that another one sends. Returns it.
fn message(blocks: bool) -> u8 {
    let (mailbox, received) = (Mailbox::default(), Cell::new(0));
    let receive = async {
        received.set(if blocks { mailbox.get_blocking() } else { mailbox.get().await });
    };
    let send = async {
        let_others_go_on().await;
        mailbox.put(42);
    };
    run(Order::Any, vec![Box::pin(receive), Box::pin(send)]);
    received.get()
}

fn all_in_all(_: &Parameters) -> Option<Vec<Outcome>> {
    only(8)
}

/// The scenarios of tasks.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "event_loop/between_awaits",
        summary: "two tasks change the balance, each change between two awaits",
        shows: "Tasks of one event loop need no lock for what they do between two `await`s.",
        run: |_| Outcome::of(&balance(Way::BetweenAwaits)),
        right: all_in_all,
        possible: all_in_all,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/lock_across_await",
        summary: "two tasks change the balance, each change across an await, with a lock",
        shows: "`asyncio.Lock` keeps other tasks out of a change that has an `await` in its middle.",
        literature: Some("the documentation of asyncio: Synchronization Primitives"),
        run: |_| Outcome::of(&balance(Way::WithLock)),
        right: all_in_all,
        possible: all_in_all,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/across_await",
        summary: "two tasks change the balance, each change across an await",
        shows: "A change that reads before an `await` and writes after it loses what another task wrote meanwhile.",
        literature: Some("the documentation of asyncio: Synchronization Primitives"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["event_loop/between_awaits", "event_loop/lock_across_await"],
        run: |_| Outcome::of(&balance(Way::AcrossAnAwait)),
        right: all_in_all,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/yields",
        summary: "a long task lets others go on after each step",
        shows: "A long task that awaits after each step lets the other tasks go on in between.",
        run: |_| Outcome::of(&silence(true)),
        right: |_| only(1),
        possible: |_| only(1),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/never_yields",
        summary: "a long task does not await",
        shows: "A task that does not `await` lets no other task go on until it is done: nothing interrupts it.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["event_loop/yields"],
        run: |_| Outcome::of(&silence(false)),
        right: |_| only(1),
        possible: |_| only(LONG),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/awaited",
        summary: "a task awaits a message that another one sends",
        shows: "A task that awaits a message lets the task go on that sends it.",
        run: |_| Outcome::of(&message(false)),
        right: |_| only(42),
        possible: |_| only(42),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/blocks",
        summary: "a task waits for a message that another one sends, as a thread would",
        shows: "A task that blocks instead of awaiting stops the loop, and with it the task that would send the \
                message.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["event_loop/awaited"],
        run: |_| Outcome::of(&message(true)),
        right: |_| only(42),
        ..Scenario::DEFAULT
    },
];
