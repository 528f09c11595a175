//! What it costs to switch between tasks, and when more tasks mean more of it.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose};

use super::policies::{FirstCome, RoundRobin};
use super::{Job, Policy, Timeline, simulate};
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// What a switch from one task to another costs, in ticks.
const SWITCH: u32 = 1;

/// How long every task computes.
const WORK: u32 = 16;

/// How the system divides the time between tasks.
#[derive(Clone, Copy)]
enum Turns {
    /// Every task has a turn within a period of so many ticks: the more there are, the shorter the turns.
    Within(u32),
    /// Turns take so many ticks, however many tasks there are.
    Of(u32),
}

/// A period within which every task is to have a turn, in ticks.
const PERIOD: u32 = 16;

/// Tasks take turns until all are done.
fn in_turn(tasks: u32, turns: Turns) -> Timeline {
    let slice = match turns {
        Turns::Within(period) => (period / tasks).max(1),
        Turns::Of(slice) => slice,
    };
    simulate(&vec![Job::computing(0, WORK); tasks as usize], &mut RoundRobin::new(slice), SWITCH)
}

/// Returns how much of the time goes into switching, in thousandths.
fn switching(tasks: u32, turns: Turns) -> u32 {
    let end = in_turn(tasks, turns).end();
    1000 * (end - tasks * WORK) / end
}

/// Returns whether more than two thirds of the time is work.
fn mostly_work(parameters: &Parameters) -> bool {
    switching(parameters.get("tasks") as u32, Turns::Within(PERIOD)) < 333
}

/// Returns whether twice as many tasks let a greater part of the time go into switching, by more than a tenth of it.
fn doubling_costs(turns: Turns) -> bool {
    let tasks = 2 << choose(3);
    10 * switching(2 * tasks, turns) > 11 * switching(tasks, turns)
}

/// A tick of the homework takes ten seconds.
const MINUTE: u32 = 6;
const HOUR: u32 = 60 * MINUTE;

/// How many subjects there is homework in. Each takes an hour.
const SUBJECTS: usize = 5;

/// To put away one subject and to lay out another takes ten seconds.
fn homework(policy: &mut dyn Policy) -> Timeline {
    simulate(&[Job::computing(0, HOUR); SUBJECTS], policy, 1)
}

fn one_after_the_other() -> Timeline {
    homework(&mut FirstCome::default())
}

fn minute_by_minute() -> Timeline {
    homework(&mut RoundRobin::new(MINUTE))
}

/// Returns whether the homework takes five hours, and no more than a minute besides.
fn takes_five_hours(homework: &Timeline) -> bool {
    homework.end() <= SUBJECTS as u32 * HOUR + MINUTE
}

/// Returns whether no subject is ever more than a minute behind another one, so that all seem to be done at once.
fn seems_parallel(homework: &Timeline) -> bool {
    let mut done = [0; SUBJECTS];
    homework.slices.iter().all(|slice| {
        done[slice.job] += slice.to - slice.from;
        done.iter().max() <= done.iter().min().map(|least| least + MINUTE).as_ref()
    })
}

fn yes(_: &Parameters) -> Option<Vec<Outcome>> {
    only(true)
}

const FEW: Parameter = Parameter { name: "tasks", summary: "how many take turns", default: 4, least: 2, most: 5 };

/// The scenarios of switching.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "scheduling/few_tasks",
        summary: "a few tasks take turns, all of them within a period",
        shows: "With a few tasks a turn is long against a switch, and more than two thirds of the time is work.",
        parameters: &[FEW],
        run: |parameters| Outcome::of(&mostly_work(parameters)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/too_many_tasks",
        summary: "many tasks take turns, all of them within a period",
        shows: "With so many tasks that a turn is as short as a switch, half of the time goes into switching.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/few_tasks"],
        parameters: &[Parameter { default: 16, least: 12, most: 20, ..FEW }],
        run: |parameters| Outcome::of(&mostly_work(parameters)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/turns_within_a_period",
        summary: "twice as many tasks take turns within the same period",
        shows: "If all tasks have a turn within a fixed period, more tasks mean shorter turns and more switching.",
        run: |_| Outcome::of(&doubling_costs(Turns::Within(PERIOD))),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/turns_of_fixed_length",
        summary: "twice as many tasks take turns of the same length",
        shows: "If turns have a fixed length, the share of the time that goes into switching does not grow with the \
                tasks.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/turns_within_a_period"],
        run: |_| Outcome::of(&doubling_costs(Turns::Of(4))),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/homework_one_after_the_other",
        summary: "five subjects take an hour each, one after the other; to change the subject takes ten seconds",
        shows: "Five tasks of an hour take five hours one after the other, where there are only four switches.",
        run: |_| Outcome::of(&takes_five_hours(&one_after_the_other())),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/homework_in_turn",
        summary: "five subjects take an hour each, in turn for a minute; to change the subject takes ten seconds",
        shows: "Five tasks of an hour, switched every minute for ten seconds, take 5 hours and 50 minutes.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/homework_one_after_the_other"],
        run: |_| Outcome::of(&takes_five_hours(&minute_by_minute())),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/seems_parallel",
        summary: "five subjects in turn for a minute: how far is one ahead of another?",
        shows: "In turns of a minute, no task is ever more than a minute ahead of another: they seem to go on \
                together.",
        run: |_| Outcome::of(&seems_parallel(&minute_by_minute())),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/one_by_one",
        summary: "five subjects one after the other: how far is one ahead of another?",
        shows: "One after the other, a task is done before the next one begins.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/seems_parallel"],
        run: |_| Outcome::of(&seems_parallel(&one_after_the_other())),
        right: yes,
        ..Scenario::DEFAULT
    },
];
