//! What policies promise, for all jobs of small sizes: the sizes are chosen, so that an engine looks at each.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose};

use super::policies::{FirstCome, MultilevelFeedback, RoundRobin, ShortestFirst};
use super::{Job, Policy, Timeline, simulate};
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// How long a turn is.
const SLICE: u32 = 2;

/// How long jobs compute: for less than a turn, for a little longer, and for long.
const SIZES: [u32; 3] = [1, 3, 9];

/// Returns jobs that come at once, of any sizes.
fn jobs_at_once(parameters: &Parameters) -> Vec<Job> {
    (0..parameters.get("jobs")).map(|_| Job::computing(0, SIZES[choose(SIZES.len())])).collect()
}

/// Returns jobs of any sizes, some of which come later than others.
fn jobs_at_any_time(parameters: &Parameters) -> Vec<Job> {
    let job = |_| Job::computing([0, 4][choose(2)], SIZES[choose(SIZES.len())]);
    (0..parameters.get("jobs")).map(job).collect()
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

/// A policy for these jobs.
type PolicyFor = for<'a> fn(&'a [Job]) -> Box<dyn Policy + 'a>;

fn shortest_first(jobs: &[Job]) -> Box<dyn Policy + '_> {
    Box::new(ShortestFirst::new(jobs, 0))
}

fn first_come(_jobs: &[Job]) -> Box<dyn Policy + '_> {
    Box::new(FirstCome::default())
}

fn in_turn(_jobs: &[Job]) -> Box<dyn Policy + '_> {
    Box::new(RoundRobin::new(SLICE))
}

/// Returns by how much jobs wait longer than they need to, in all.
fn wait_too_long(parameters: &Parameters, policy: PolicyFor) -> u32 {
    let jobs = jobs_at_once(parameters);
    let timeline = simulate(&jobs, &mut *policy(&jobs), 0);
    timeline.total_wait() - least_wait(&jobs)
}

/// Returns whether no job begins while a shorter one is ready.
fn shorter_ones_go_first(parameters: &Parameters, policy: PolicyFor) -> bool {
    let jobs = jobs_at_any_time(parameters);
    let timeline = simulate(&jobs, &mut *policy(&jobs), 0);
    timeline.slices.iter().all(|slice| {
        let waits = |job: usize| jobs[job].arrival <= slice.from && timeline.begin(job) > Some(slice.from);
        (0..jobs.len()).filter(|&job| waits(job)).all(|job| jobs[job].compute >= jobs[slice.job].compute)
    })
}

/// Returns whether a policy favours long jobs, compared with turns: no job that is done in one turn waits less than it
/// would in turns, and the longest one does not wait more.
fn favours_long_jobs(parameters: &Parameters, policy: PolicyFor) -> bool {
    let jobs = jobs_at_once(parameters);
    let favoured = simulate(&jobs, &mut *policy(&jobs), 0).waited;
    let fair = simulate(&jobs, &mut *in_turn(&jobs), 0).waited;
    let longest = jobs.iter().map(|job| job.compute).max();
    (0..jobs.len()).all(|job| match jobs[job].compute {
        short if short <= SLICE => favoured[job] >= fair[job],
        long if Some(long) == longest => favoured[job] <= fair[job],
        _ => true,
    })
}

/// Returns the longest time for which a job was ready and had to wait for its turn.
fn longest_wait(of: Job, timeline: &Timeline, job: usize) -> u32 {
    let (mut ready, mut had, mut longest) = (of.arrival, 0, 0);
    for slice in timeline.of(job) {
        longest = longest.max(slice.from - ready);
        had += slice.to - slice.from;
        ready = if had % of.compute == 0 { slice.to + of.wait } else { slice.to };
    }
    longest
}

/// Returns whether no job ever waits for more than a turn of each of the others.
fn waits_for_a_turn_of_each(parameters: &Parameters, policy: PolicyFor) -> bool {
    let jobs = jobs_at_any_time(parameters);
    let timeline = simulate(&jobs, &mut *policy(&jobs), 0);
    let others = jobs.len() as u32 - 1;
    (0..jobs.len()).all(|job| longest_wait(jobs[job], &timeline, job) <= others * SLICE)
}

/// Jobs of all sizes come at once, in any order, and take turns. Returns whether they wait in proportion to their work.
fn waits_in_proportion() -> bool {
    let mut sizes = SIZES.to_vec();
    let jobs: Vec<Job> = (0..sizes.len()).map(|_| Job::computing(0, sizes.remove(choose(sizes.len())))).collect();
    let waited = simulate(&jobs, &mut RoundRobin::new(SLICE), 0).waited;
    let pairs = jobs.windows(2).zip(waited.windows(2));
    pairs.into_iter().all(|(jobs, waited)| waited[0] * jobs[1].work() == waited[1] * jobs[0].work())
}

/// A long job, and short ones that never cease to come. Returns whether the long one begins before all of them are
/// done.
fn long_one_begins(ageing: u32) -> bool {
    let mut jobs = vec![Job::computing(0, 5)];
    jobs.extend((0..20).map(|time| Job::computing(time, 1)));
    let timeline = simulate(&jobs, &mut ShortestFirst::new(&jobs, ageing), 0);
    timeline.begin(0).is_some_and(|begin| begin < 20)
}

/// When a job that asks for little comes.
#[derive(Clone, Copy)]
enum Comes {
    /// While others have not had their first turn.
    Early,
    /// When each of the others has had its first turn, at any time after that.
    Late,
}

/// Many jobs compute for long, and one asks for a tick now and then. Returns whether that one never waits for more than
/// one turn of another: the longest there is.
fn is_answered_soon(parameters: &Parameters, comes: Comes, policy: fn(usize) -> Box<dyn Policy>) -> bool {
    let computing = parameters.get("jobs");
    let first_turns = computing * MultilevelFeedback::slice(0) as usize;
    let arrival = match comes {
        Comes::Early => choose(first_turns),
        Comes::Late => first_turns + choose(MultilevelFeedback::LONGEST_TURN as usize),
    };
    let mut jobs = vec![Job::computing(0, 30); computing];
    jobs.push(Job { arrival: arrival as u32, rounds: 3, compute: 1, wait: 5 });
    let timeline = simulate(&jobs, &mut *policy(jobs.len()), 0);
    longest_wait(jobs[computing], &timeline, computing) <= MultilevelFeedback::LONGEST_TURN
}

fn with_levels(jobs: usize) -> Box<dyn Policy> {
    Box::new(MultilevelFeedback::new(jobs, 0))
}

fn with_one_level(_jobs: usize) -> Box<dyn Policy> {
    Box::new(RoundRobin::new(MultilevelFeedback::LONGEST_TURN))
}

/// How often all jobs go up again.
const BOOST: u32 = 10;

/// One job computes for long, and two others ask for a tick again and again, so that there is always one of them.
/// Returns whether the one goes on after a boost at the latest, and after a turn of each of the others.
fn goes_on(boost: u32) -> bool {
    let mut jobs = vec![Job::computing(0, 20)];
    jobs.extend(vec![Job { arrival: 0, rounds: 40, compute: 1, wait: 1 }; 2]);
    let timeline = simulate(&jobs, &mut MultilevelFeedback::new(jobs.len(), boost), 0);
    longest_wait(jobs[0], &timeline, 0) <= BOOST + 2 * MultilevelFeedback::slice(0)
}

fn yes(_: &Parameters) -> Option<Vec<Outcome>> {
    only(true)
}

fn none(_: &Parameters) -> Option<Vec<Outcome>> {
    only(0)
}

const JOBS: &[Parameter] = &[Parameter { name: "jobs", summary: "how many there are", default: 4, least: 3, most: 5 }];

const MANY: &[Parameter] = &[Parameter { name: "jobs", summary: "how many compute", default: 10, least: 3, most: 12 }];

/// A textbook that has the policies which the tutorials do not speak of.
const TEXTBOOK: Option<&str> = Some("Silberschatz, Galvin, Gagne: Operating System Concepts");

/// The scenarios of what policies promise.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "scheduling/shortest_first",
        summary: "jobs of any sizes come at once, and the shortest goes first",
        shows: "Shortest job first has the least mean waiting time of all orders, if all jobs come at once.",
        literature: TEXTBOOK,
        parameters: JOBS,
        run: |parameters| Outcome::of(&wait_too_long(parameters, shortest_first)),
        right: none,
        possible: none,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/first_come_waits",
        summary: "jobs of any sizes come at once, and the first goes first",
        shows: "First come, first served has a longer mean waiting time than need be, if a long job comes before a \
                short one.",
        literature: TEXTBOOK,
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/shortest_first"],
        parameters: JOBS,
        run: |parameters| Outcome::of(&wait_too_long(parameters, first_come)),
        right: none,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/shorter_goes_first",
        summary: "jobs of any sizes come at any time, and the shortest goes first",
        shows: "Under shortest job first no job begins while a shorter one is ready.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&shorter_ones_go_first(parameters, shortest_first)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/first_come_ignores_size",
        summary: "jobs of any sizes come at any time, and the first goes first",
        shows: "Under first come, first served a long job may begin while a shorter one is ready.",
        literature: Some("broken variant; Silberschatz, Galvin, Gagne: Operating System Concepts"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/shorter_goes_first"],
        parameters: JOBS,
        run: |parameters| Outcome::of(&shorter_ones_go_first(parameters, first_come)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/first_come_favours_long",
        summary: "jobs of any sizes come at once, and the first goes first",
        shows: "Compared with round robin, first come, first served never lets a short job wait less, nor the \
                longest more.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&favours_long_jobs(parameters, first_come)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/shortest_first_favours_short",
        summary: "jobs of any sizes come at once, and the shortest goes first",
        shows: "Compared with round robin, shortest job first lets a short job wait less, or the longest one more.",
        literature: Some("broken variant; Silberschatz, Galvin, Gagne: Operating System Concepts"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/first_come_favours_long"],
        parameters: JOBS,
        run: |parameters| Outcome::of(&favours_long_jobs(parameters, shortest_first)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/round_robin",
        summary: "jobs of any sizes come at any time, and take turns",
        shows: "Under round robin a job waits for each of its turns at most as long as one turn of each other job \
                takes.",
        parameters: JOBS,
        run: |parameters| Outcome::of(&waits_for_a_turn_of_each(parameters, in_turn)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/first_come_unbounded",
        summary: "jobs of any sizes come at any time, and go on until they are done",
        shows: "Without time slices a job may wait for as long as the others compute.",
        literature: Some("broken variant; Silberschatz, Galvin, Gagne: Operating System Concepts"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/round_robin"],
        parameters: JOBS,
        run: |parameters| Outcome::of(&waits_for_a_turn_of_each(parameters, first_come)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/not_in_proportion",
        summary: "jobs of 1, 3 and 9 ticks take turns of 2 ticks, in any order",
        shows: "Under round robin the waiting times are not in proportion to the service: 1, 3 and 9 ticks wait 0, 3 \
                and 4.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/round_robin"],
        run: |_| Outcome::of(&waits_in_proportion()),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/ageing",
        summary: "a long job, and short ones that never cease to come; who waits counts as shorter",
        shows: "With ageing, shortest job first lets a long job begin in spite of short ones that keep coming.",
        literature: TEXTBOOK,
        run: |_| Outcome::of(&long_one_begins(2)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/starvation",
        summary: "a long job, and short ones that never cease to come",
        shows: "Under shortest job first a long job starves as long as short ones keep coming.",
        literature: TEXTBOOK,
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/ageing"],
        run: |_| Outcome::of(&long_one_begins(0)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/multilevel",
        summary: "ten jobs compute for long and have had a turn each, and one that asks for little comes",
        shows: "A multilevel feedback queue answers a job that asks for little after one turn of another at most, \
                however many compute, once each of them has had its first turn.",
        parameters: MANY,
        run: |parameters| Outcome::of(&is_answered_soon(parameters, Comes::Late, with_levels)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/multilevel_early",
        summary: "ten jobs that compute for long have not all had a turn, and one that asks for little comes",
        shows: "A multilevel feedback queue lets a job that asks for little wait for the first turns of those who \
                came before.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/multilevel"],
        parameters: &[Parameter { least: 6, ..MANY[0] }],
        run: |parameters| Outcome::of(&is_answered_soon(parameters, Comes::Early, with_levels)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/one_level",
        summary: "ten jobs compute for long, and one asks for little, all in turn",
        shows: "Under round robin a job that asks for little waits for a turn of every other job.",
        literature: Some("broken variant; Corbato, Merwin-Daggett, Daley, SJCC 1962"),
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/multilevel"],
        parameters: MANY,
        run: |parameters| Outcome::of(&is_answered_soon(parameters, Comes::Late, with_one_level)),
        right: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/boost",
        summary: "one job computes for long, and others ask for a tick again and again; all go up now and then",
        shows: "A multilevel feedback queue that moves all jobs up now and then lets a job go on that computes for \
                long.",
        run: |_| Outcome::of(&goes_on(BOOST)),
        right: yes,
        possible: yes,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/no_boost",
        summary: "one job computes for long, and others ask for a tick again and again",
        shows: "A multilevel feedback queue lets a job starve that computes for long, as long as others ask for \
                little.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/boost"],
        run: |_| Outcome::of(&goes_on(0)),
        right: yes,
        ..Scenario::DEFAULT
    },
];
