//! What policies promise, for all jobs of small sizes: the sizes are chosen, so that an engine looks at each.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose};

use super::policies::{FirstCome, MultilevelFeedback, RoundRobin, ShortestFirst};
use super::{Job, Policy, Timeline, simulate};
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// Returns jobs that all come at once, of any sizes.
fn jobs_of_any_sizes(parameters: &Parameters) -> Vec<Job> {
    (0..parameters.get("jobs")).map(|_| Job::computing(0, 1 + choose(3) as u32)).collect()
}

/// Returns the least that jobs which come at once can wait in all, by trying every order.
fn least_wait(jobs: &[Job]) -> u32 {
    fn try_all(rest: &mut Vec<u32>, waited: u32) -> u32 {
        let least = (0..rest.len()).map(|at| {
            let work = rest.remove(at);
            // All others wait for this one.
            let least = try_all(rest, waited + work * rest.len() as u32);
            rest.insert(at, work);
            least
        });
        least.min().unwrap_or(waited)
    }
    try_all(&mut jobs.iter().map(Job::work).collect(), 0)
}

/// Returns by how much jobs wait longer than they need to, in all.
fn wait_too_long(parameters: &Parameters, policy: for<'a> fn(&'a [Job]) -> Box<dyn Policy + 'a>) -> u32 {
    let jobs = jobs_of_any_sizes(parameters);
    let timeline = simulate(&jobs, &mut *policy(&jobs), 0);
    assert!((0..jobs.len()).all(|job| timeline.work(job) == jobs[job].work()), "every job is done");
    timeline.total_wait() - least_wait(&jobs)
}

fn shortest_first(jobs: &[Job]) -> Box<dyn Policy + '_> {
    Box::new(ShortestFirst::new(jobs, 0))
}

fn first_come(_jobs: &[Job]) -> Box<dyn Policy + '_> {
    Box::new(FirstCome::default())
}

/// How long a slice is.
const SLICE: u32 = 2;

/// Returns whether every job begins before all others have had a slice each.
fn begins_soon(parameters: &Parameters, policy: &mut dyn Policy) -> bool {
    let jobs: Vec<Job> =
        (0..parameters.get("jobs")).map(|_| Job::computing(0, [1, SLICE, 3 * SLICE][choose(3)])).collect();
    let timeline = simulate(&jobs, policy, 0);
    let bound = |job: usize| job as u32 * SLICE;
    (0..jobs.len()).all(|job| timeline.begin(job).is_some_and(|begin| begin <= bound(job)))
}

/// A long job, and short ones that never cease to come. Returns whether the long one begins before all of them are done.
fn long_one_begins(ageing: u32) -> bool {
    let mut jobs = vec![Job::computing(0, 5)];
    jobs.extend((0..20).map(|time| Job::computing(time, 1)));
    let timeline = simulate(&jobs, &mut ShortestFirst::new(&jobs, ageing), 0);
    timeline.begin(0).is_some_and(|begin| begin < 20)
}

/// What a switch from one job to another costs.
const SWITCH: u32 = 1;

/// In what time every job is to have had a turn: the more there are, the shorter the turns.
const PERIOD: u32 = 16;

/// Jobs take turns. Returns whether more than two thirds of the time is work.
fn mostly_work(parameters: &Parameters) -> bool {
    let jobs = vec![Job::computing(0, 12); parameters.get("jobs")];
    let slice = (PERIOD / jobs.len() as u32).max(1);
    let timeline = simulate(&jobs, &mut RoundRobin::new(slice), SWITCH);
    let work: u32 = jobs.iter().map(Job::work).sum();
    3 * work > 2 * timeline.end()
}

/// Returns when one job is done, and when as many are as are asked for, that are all alike.
fn one_and_many(parameters: &Parameters, job: Job) -> (u32, u32) {
    let end = |count| simulate(&vec![job; count], &mut RoundRobin::new(1), 0).end();
    (end(1), end(parameters.get("jobs")))
}

/// A job that mostly waits, for an answer over the network.
const WAITS: Job = Job { arrival: 0, rounds: 3, compute: 1, wait: 9 };

/// A job that only computes.
const COMPUTES: Job = Job { arrival: 0, rounds: 1, compute: 30, wait: 0 };

/// Returns whether several together take less than half of the time that they take one after the other.
fn is_faster_together(parameters: &Parameters, job: Job) -> bool {
    let (one, many) = one_and_many(parameters, job);
    2 * many < one * parameters.get("jobs") as u32
}

/// Three jobs compute for long, and one asks for a tick now and then. Returns whether that one never waits for more than
/// the slice of one other.
fn is_answered_at_once(policy: &mut dyn Policy) -> bool {
    let mut jobs = vec![COMPUTES; 3];
    jobs.push(Job { arrival: 10, rounds: 3, compute: 1, wait: 5 });
    let timeline = simulate(&jobs, policy, 0);
    timeline.waited[3] <= jobs[3].rounds * 4
}

/// One job computes for long, and others ask for a tick now and then, so that there is always one of them. Returns the
/// longest time that it does not go on for.
fn longest_pause(boost: u32) -> u32 {
    let mut jobs = vec![Job::computing(0, 20)];
    jobs.extend(vec![Job { arrival: 0, rounds: 40, compute: 1, wait: 1 }; 2]);
    let Timeline { slices, .. } = simulate(&jobs, &mut MultilevelFeedback::new(jobs.len(), boost), 0);
    let own: Vec<_> = slices.iter().filter(|slice| slice.job == 0).collect();
    own.windows(2).map(|pair| pair[1].from - pair[0].to).max().unwrap_or(0)
}

fn yes(_: &Parameters) -> Option<Vec<Outcome>> {
    only(true)
}

fn none(_: &Parameters) -> Option<Vec<Outcome>> {
    only(0)
}

const JOBS: &[Parameter] = &[Parameter { name: "jobs", summary: "how many there are", default: 4, least: 3, most: 5 }];

/// How often all jobs go up again.
const BOOST: u32 = 10;

/// The scenarios of scheduling.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "scheduling/shortest_first",
        summary: "jobs of any sizes come at once, and the shortest goes first",
        shows: "To do the shortest job first is what makes them wait the least, in the mean.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&wait_too_long(parameters, shortest_first)),
        right: none,
        possible: none,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/first_come_waits",
        summary: "jobs of any sizes come at once, and the first goes first",
        shows: "First come, first served lets short jobs wait for long ones.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/shortest_first"],
        parameters: JOBS,
        run: |parameters| Outcome::of(&wait_too_long(parameters, first_come)),
        right: none,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/round_robin",
        summary: "jobs take turns of a slice each",
        shows: "In turn, every job goes on after at most a slice for each of the others.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&begins_soon(parameters, &mut RoundRobin::new(SLICE))),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/first_come_unbounded",
        summary: "jobs go on until they are done",
        shows: "Without slices, how long a job waits depends on what the others have to do.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/round_robin"],
        parameters: JOBS,
        run: |parameters| Outcome::of(&begins_soon(parameters, &mut FirstCome::default())),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/ageing",
        summary: "a long job, and short ones that never cease to come; who waits counts as shorter",
        shows: "Who has waited for long enough comes next: then nobody starves.",
        run: |_| Outcome::of(&long_one_begins(2)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/starvation",
        summary: "a long job, and short ones that never cease to come",
        shows: "If the shortest always goes first, a long job may wait for ever.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/ageing"],
        run: |_| Outcome::of(&long_one_begins(0)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/few_tasks",
        summary: "a few jobs take turns, all of them within a period",
        shows: "Switching costs little as long as a turn is long against a switch.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&mostly_work(parameters)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/too_many_tasks",
        summary: "many jobs take turns, all of them within a period",
        shows: "With too many tasks the system is busy with switching between them, and little work is done.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/few_tasks"],
        parameters: &[Parameter { default: 16, least: 12, most: 20, ..JOBS[0] }],
        run: |parameters| Outcome::of(&mostly_work(parameters)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/waiting_together",
        summary: "jobs that mostly wait are done at the same time",
        shows: "For what mostly waits for input and output, several tasks at once are faster.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&is_faster_together(parameters, WAITS)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/computing_together",
        summary: "jobs that compute are done at the same time, on one processor",
        shows: "More tasks at once are faster.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/waiting_together"],
        parameters: JOBS,
        run: |parameters| Outcome::of(&is_faster_together(parameters, COMPUTES)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/multilevel",
        summary: "three jobs compute for long, and one asks for little",
        shows: "With levels, a job that asks for little waits for one turn of another at most, however many compute.",
        run: |_| Outcome::of(&is_answered_at_once(&mut MultilevelFeedback::new(4, 0))),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/one_level",
        summary: "three jobs compute for long, and one asks for little, all in turn",
        shows: "In turn, a job that asks for little waits as long as one that asks for much.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/multilevel"],
        run: |_| Outcome::of(&is_answered_at_once(&mut RoundRobin::new(4))),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/boost",
        summary: "one job computes for long, and others ask for a tick again and again; all go up now and then",
        shows: "If all begin anew now and then, also who computes for long goes on.",
        run: |_| Outcome::of(&(longest_pause(BOOST) <= BOOST + 4)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/no_boost",
        summary: "one job computes for long, and others ask for a tick again and again",
        shows: "Levels let a job starve that computes for long, as long as others ask for little.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/boost"],
        run: |_| Outcome::of(&(longest_pause(0) <= BOOST + 4)),
        right: yes,
        ..Scenario::DEFAULT
    },
];
