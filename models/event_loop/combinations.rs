//! Synchronous and asynchronous, blocking and not: what a caller does while others work for it, and when all is done.
//!
//! The caller needs several answers, each of which another one has after some ticks, and it has work of its own. To ask
//! whether an answer is there takes a tick, during which it does not work.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose};

use crate::scenario::{Expectation, Parameters, Scenario, only};

/// What there is to do.
#[derive(Clone, Copy, Debug)]
struct Task {
    /// How many answers are needed.
    answers: u32,
    /// How many ticks each of them takes.
    ticks: u32,
    /// For how many ticks the caller itself has to work.
    work: u32,
}

/// How often a caller that does not block asks whether the answer is there: each time it has worked for so many ticks.
const BETWEEN: u32 = 3;

impl Task {
    /// Asks for one answer after the other, and waits in each call: so it queues, and does nothing else.
    fn synchronous_blocking(self) -> u32 {
        self.answers * self.ticks + self.work
    }

    /// Asks for all answers at once, and then waits until all are there: it has a number each, and waits to be called.
    fn asynchronous_blocking(self) -> u32 {
        self.ticks + self.work
    }

    /// Asks for one answer after the other, and works while it is not there, but looks up again and again.
    fn synchronous_non_blocking(self) -> u32 {
        let (mut now, mut work) = (0, self.work);
        for _ in 0..self.answers {
            let there = now + self.ticks;
            loop {
                let worked = work.min(BETWEEN);
                work -= worked;
                // To work, if there is something left to do, and to ask.
                now += worked + 1;
                if now >= there {
                    break;
                }
            }
        }
        now + work
    }

    /// Asks for all answers at once, and works until it is told that they are there.
    fn asynchronous_non_blocking(self) -> u32 {
        self.ticks.max(self.work)
    }
}

/// A task with any number of answers that take any time, and so much other work.
fn with_work(work: u32) -> Task {
    Task { answers: 1 + choose(3) as u32, ticks: [2, 6, 12][choose(3)], work }
}

/// A task with any number of answers that take any time, and any amount of other work.
fn any_task() -> Task {
    with_work([0, 4, 20][choose(3)])
}

/// Returns whether to block in one call after the other takes longer than any other way.
fn blocking_is_slowest(task: Task) -> bool {
    let others = [task.synchronous_non_blocking(), task.asynchronous_blocking(), task.asynchronous_non_blocking()];
    others.into_iter().all(|other| task.synchronous_blocking() > other)
}

/// Returns whether no way is faster than this one.
fn is_fastest(way: fn(Task) -> u32, task: Task) -> bool {
    let all = [
        task.synchronous_blocking(),
        task.asynchronous_blocking(),
        task.synchronous_non_blocking(),
        task.asynchronous_non_blocking(),
    ];
    all.into_iter().all(|other| way(task) <= other)
}

/// Several answers that take long, and as much work of one's own.
fn much_to_do() -> Task {
    Task { answers: 2 + choose(2) as u32, ticks: [6, 12][choose(2)], work: 20 + choose(3) as u32 }
}

fn yes(_: &Parameters) -> Option<Vec<Outcome>> {
    only(true)
}

/// The scenarios of the four combinations.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "event_loop/asynchronous_non_blocking",
        summary: "answers are asked for at once, and own work is done until they are there",
        shows: "To ask for all answers at once and to work until they are there takes no longer than any other way.",
        run: |_| Outcome::of(&is_fastest(Task::asynchronous_non_blocking, any_task())),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/synchronous_non_blocking",
        summary: "one answer after the other is looked for again and again; there is much other work",
        shows: "With other work to do, to look again and again takes longer than to work until one is told.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["event_loop/asynchronous_non_blocking"],
        run: |_| Outcome::of(&is_fastest(Task::synchronous_non_blocking, with_work(20))),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/asynchronous_blocking",
        summary: "answers are asked for at once, and waited for; there is much other work",
        shows: "With other work to do, to ask for all answers and then to wait takes longer than to work until they \
                are there.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["event_loop/asynchronous_non_blocking"],
        run: |_| Outcome::of(&is_fastest(Task::asynchronous_blocking, with_work(20))),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/synchronous_blocking",
        summary: "one answer after the other is waited for; there are several, and much other work",
        shows: "With several slow answers and other work, to block in one call after the other is the slowest way.",
        run: |_| Outcome::of(&blocking_is_slowest(much_to_do())),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "event_loop/synchronous_blocking_idle",
        summary: "one answer after the other is waited for, and there is no other work",
        shows: "Without other work, to block is no slower than to look again and again, and for one answer than any \
                way.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["event_loop/synchronous_blocking"],
        run: |_| Outcome::of(&blocking_is_slowest(with_work(0))),
        right: yes,
        ..Scenario::DEFAULT
    },
];
