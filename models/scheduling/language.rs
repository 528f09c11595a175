//! What a faster language brings: it makes the part of the time shorter in which a task computes, and no other.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose};

use super::policies::FirstCome;
use super::{Job, simulate};
use crate::scenario::{Expectation, Parameters, Scenario, only};

/// A task that computes and waits in between, as one written in a slow language does.
const WAITS: Job = Job { arrival: 0, rounds: 4, compute: 100, wait: 9900 };

/// A task that only computes.
const COMPUTES: Job = Job { wait: 0, ..WAITS };

/// How many tasks wait together on one processor.
const MANY: usize = 1000;

/// Returns when so many tasks are done, and when they are in a language that is faster, by this factor.
fn slow_and_fast(tasks: usize, task: Job, factor: u32) -> (u32, u32) {
    let end = |compute| simulate(&vec![Job { compute, ..task }; tasks], &mut FirstCome::default(), 0).end();
    (end(task.compute), end(task.compute / factor))
}

/// Returns whether a faster language makes as much of a difference as its factor says.
fn is_faster_by_the_factor(task: Job) -> bool {
    let factor = [10, 100][choose(2)];
    let (slow, fast) = slow_and_fast(1, task, factor);
    slow == factor * fast
}

/// Returns whether a language that is 10 or 100 times faster saves less than 2 percent of the time.
fn is_no_use(tasks: usize) -> bool {
    let (slow, fast) = slow_and_fast(tasks, WAITS, [10, 100][choose(2)]);
    100 * fast > 98 * slow
}

fn yes(_: &Parameters) -> Option<Vec<Outcome>> {
    only(true)
}

/// The scenarios of languages.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "scheduling/language_for_computing",
        summary: "a task only computes, in a language that is 10 or 100 times faster",
        shows: "A task that only computes is as many times faster as the language is.",
        run: |_| Outcome::of(&is_faster_by_the_factor(COMPUTES)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/language_for_waiting",
        summary: "a task waits for 99 percent of its time, in a language that is 10 or 100 times faster",
        shows: "A task that waits for 99 percent of its time does not become as many times faster as the language is.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/language_for_computing"],
        run: |_| Outcome::of(&is_faster_by_the_factor(WAITS)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/language_for_one_that_waits",
        summary: "one task waits for 99 percent of its time, in a language that is 10 or 100 times faster",
        shows: "A language that is 100 times faster saves a lone task that waits for 99 percent of its time 1.3 \
                percent.",
        run: |_| Outcome::of(&is_no_use(1)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/language_for_many_that_wait",
        summary: "a thousand tasks wait for 99 percent of their time, on one processor, in a faster language",
        shows: "A thousand tasks that wait together keep a processor busy: there a faster language is many times \
                faster.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/language_for_one_that_waits"],
        run: |_| Outcome::of(&is_no_use(MANY)),
        right: yes,
        ..Scenario::DEFAULT
    },
];
