//! One processor and several: what is parallel, and how many tasks are best.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose};

use super::policies::{FirstCome, RoundRobin};
use super::{Job, Policy, Timeline, simulate_on};
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// How long a turn is.
const SLICE: u32 = 2;

/// Jobs that compute for several turns, in turn on so many processors.
fn in_turn(processors: usize, jobs: usize) -> Timeline {
    simulate_on(processors, &vec![Job::computing(0, 3 * SLICE); jobs], &mut RoundRobin::new(SLICE), 0)
}

/// Returns whether every job has begun before any is done.
fn all_have_begun(parameters: &Parameters, policy: &mut dyn Policy) -> bool {
    let jobs = vec![Job::computing(0, 3 * SLICE); parameters.get("jobs")];
    let timeline = simulate_on(1 + choose(2), &jobs, policy, 0);
    let (begun, done) = ((0..jobs.len()).map(|job| timeline.begin(job)), (0..jobs.len()).map(|job| timeline.done(job)));
    begun.max() < done.min()
}

/// A job that mostly waits, for an answer over the network.
const WAITS: Job = Job { arrival: 0, rounds: 10, compute: 1, wait: 9 };

/// How many jobs that wait keep a processor busy: while one waits, all others have a turn.
const FILLED: u32 = WAITS.wait / WAITS.compute + 1;

/// A job that only computes.
const COMPUTES: Job = Job { arrival: 0, rounds: 1, compute: 30, wait: 0 };

/// Returns whether several jobs together take less than half of the time that they take one after the other.
fn is_faster_together(parameters: &Parameters, processors: usize, job: Job) -> bool {
    let end = |count| simulate_on(processors, &vec![job; count], &mut RoundRobin::new(1), 0).end();
    let jobs = parameters.get("jobs");
    2 * end(jobs) < jobs as u32 * end(1)
}

/// Returns whether one job more lets the processor do more work in the same time.
fn one_more_does_more(jobs: u32) -> bool {
    let end = |jobs: u32| simulate_on(1, &vec![WAITS; jobs as usize], &mut RoundRobin::new(1), 0).end();
    jobs * end(jobs + 1) < (jobs + 1) * end(jobs)
}

/// How many requests come at once to a server.
const REQUESTS: usize = 40;

/// Requests come to a server with so many processes, each of which has a processor and serves its part of them on one
/// thread. Returns when all are served.
fn served(processes: usize) -> u32 {
    let part = vec![WAITS; REQUESTS / processes];
    simulate_on(1, &part, &mut FirstCome::default(), 0).end()
}

/// Returns whether a server with so many processes is done as many times sooner as there are processors.
fn uses_all(processors: usize, processes: usize) -> bool {
    served(processes) * processors as u32 <= served(1)
}

/// What there is to compute, in ticks. It can be divided between 1, 2, 3 or 4 jobs.
const WORK: u32 = 24;

/// What a switch from one job to another costs.
const SWITCH: u32 = 1;

/// Returns whether work that is divided between as many jobs as there are processors is done as soon as with any other
/// number of jobs.
fn as_many_as_processors_is_best() -> bool {
    let processors = 1 + choose(4) as u32;
    let end = |count: u32| {
        let jobs = vec![Job::computing(0, WORK.div_ceil(count)); count as usize];
        simulate_on(processors as usize, &jobs, &mut RoundRobin::new(SLICE), SWITCH).end()
    };
    end(processors) <= end(1 + choose(8) as u32)
}

/// The same, where the work falls into two parts of which one is longer, for two processors. If there are to be more
/// jobs, the parts are divided.
fn as_many_as_processors_is_best_for_unequal_parts() -> bool {
    let end = |pieces: u32| {
        let part = |work: u32| vec![Job::computing(0, work / pieces); pieces as usize];
        simulate_on(2, &[part(18), part(6)].concat(), &mut FirstCome::default(), SWITCH).end()
    };
    end(1) <= end(2 + choose(2) as u32)
}

fn yes(_: &Parameters) -> Option<Vec<Outcome>> {
    only(true)
}

const JOBS: &[Parameter] = &[Parameter { name: "jobs", summary: "how many there are", default: 4, least: 3, most: 5 }];

/// The scenarios of processors.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "scheduling/parallel",
        summary: "jobs run on two, three or four processors",
        shows: "On several processors two tasks run at the same time.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&in_turn(2 + choose(3), parameters.get("jobs")).is_parallel()),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/one_processor",
        summary: "jobs run on one processor",
        shows: "On one processor no two tasks ever run at the same time.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/parallel"],
        parameters: JOBS,
        run: |parameters| Outcome::of(&in_turn(1, parameters.get("jobs")).is_parallel()),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/concurrent",
        summary: "more jobs than processors take turns",
        shows: "In turns, more tasks than processors are all under way before any is done.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&all_have_begun(parameters, &mut RoundRobin::new(SLICE))),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/until_done",
        summary: "more jobs than processors, each of which goes on until it is done",
        shows: "Without turns, some of more tasks than processors do not begin until another one is done.",
        literature: Some("broken variant; Silberschatz, Galvin, Gagne: Operating System Concepts"),
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/concurrent"],
        parameters: JOBS,
        run: |parameters| Outcome::of(&all_have_begun(parameters, &mut FirstCome::default())),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/waiting_together",
        summary: "jobs that mostly wait are done at the same time, on one processor",
        shows: "Tasks that mostly wait for input and output are done sooner together, also on one processor.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&is_faster_together(parameters, 1, WAITS)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/computing_on_processors",
        summary: "jobs that compute are done at the same time, on a processor each",
        shows: "Tasks that compute are done sooner together, if there are processors for all of them.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&is_faster_together(parameters, parameters.get("jobs"), COMPUTES)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/computing_together",
        summary: "jobs that compute are done at the same time, on one processor",
        shows: "Tasks that compute are done no sooner together on one processor.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/waiting_together", "scheduling/computing_on_processors"],
        parameters: JOBS,
        run: |parameters| Outcome::of(&is_faster_together(parameters, 1, COMPUTES)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/more_waiting_tasks",
        summary: "one more task that mostly waits, while the processor still has nothing to do at times",
        shows: "One more task that waits for nine tenths of its time lets the processor do more, up to ten tasks.",
        run: |_| Outcome::of(&one_more_does_more(1 + choose(FILLED as usize - 1) as u32)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/more_waiting_tasks_than_fill",
        summary: "one more task that mostly waits, while the processor is always busy",
        shows: "From ten tasks that wait for nine tenths of their time on, one more does not let the processor do \
                more.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/more_waiting_tasks"],
        run: |_| Outcome::of(&one_more_does_more(FILLED + choose(5) as u32)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/server_with_a_process_for_each",
        summary: "a server has as many processes as there are processors, each with one thread",
        shows: "A server of one-threaded processes serves as many times sooner as it has processors, with a process \
                for each.",
        run: |_| {
            let processors = [1, 2, 4][choose(3)];
            Outcome::of(&uses_all(processors, processors))
        },
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/server_with_one_process",
        summary: "a server has one process with one thread, and there are several processors",
        shows: "A server of one process with one thread uses one processor, however many there are.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/server_with_a_process_for_each"],
        run: |_| Outcome::of(&uses_all([2, 4][choose(2)], 1)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/as_many_as_processors",
        summary: "work is divided equally between any number of tasks, on one to four processors",
        shows: "Computing that can be divided equally is done soonest with as many tasks as processors.",
        run: |_| Outcome::of(&as_many_as_processors_is_best()),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/as_many_as_processors_unequal",
        summary: "work falls into two unequal parts, on two processors; or into more",
        shows: "Computing that falls into unequal parts is done sooner with more tasks than processors.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/as_many_as_processors"],
        run: |_| Outcome::of(&as_many_as_processors_is_best_for_unequal_parts()),
        right: yes,
        ..Scenario::DEFAULT
    },
];
