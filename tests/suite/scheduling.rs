//! Scheduling policies on generated jobs: nothing is lost, nothing is done twice, and each keeps its promise.

use proptest::prelude::*;
use selvedge_models::scheduling::policies::{FirstCome, MultilevelFeedback, RoundRobin, ShortestFirst};
use selvedge_models::scheduling::{Job, Policy, Timeline, simulate};

/// Jobs that compute and wait, and come at any time.
fn jobs() -> impl Strategy<Value = Vec<Job>> {
    let job = (0..30_u32, 1..4_u32, 1..8_u32, 0..6_u32);
    let job = job.prop_map(|(arrival, rounds, compute, wait)| Job { arrival, rounds, compute, wait });
    proptest::collection::vec(job, 1..8)
}

/// Jobs that come at once, and only compute.
fn jobs_at_once() -> impl Strategy<Value = Vec<Job>> {
    proptest::collection::vec((1..20_u32).prop_map(|compute| Job::computing(0, compute)), 1..7)
}

fn policies(jobs: &[Job]) -> Vec<(&'static str, Box<dyn Policy + '_>)> {
    vec![
        ("first come", Box::new(FirstCome::default())),
        ("shortest first", Box::new(ShortestFirst::new(jobs, 0))),
        ("shortest first, with ageing", Box::new(ShortestFirst::new(jobs, 3))),
        ("round robin", Box::new(RoundRobin::new(2))),
        ("multilevel", Box::new(MultilevelFeedback::new(jobs.len(), 0))),
        ("multilevel, with boost", Box::new(MultilevelFeedback::new(jobs.len(), 10))),
    ]
}

/// Returns when, and how long, jobs that come at once wait in all, in this order.
fn total_wait(order: &[Job]) -> u32 {
    order.iter().scan(0, |now, job| Some(std::mem::replace(now, *now + job.work()))).sum()
}

/// Returns the least that jobs which come at once can wait in all: by trying every order.
fn least_wait(jobs: &mut [Job], fixed: usize) -> u32 {
    if fixed == jobs.len() {
        return total_wait(jobs);
    }
    (fixed..jobs.len())
        .map(|next| {
            jobs.swap(fixed, next);
            let least = least_wait(jobs, fixed + 1);
            jobs.swap(fixed, next);
            least
        })
        .min()
        .expect("there are jobs")
}

/// Returns whether a job is there at that time, and neither done nor waiting for something outside.
fn is_ready(jobs: &[Job], timeline: &Timeline, job: usize, tick: u32) -> bool {
    let Job { arrival, rounds, compute, wait } = jobs[job];
    let own = timeline.slices.iter().filter(|slice| slice.job == job && slice.to <= tick);
    let (done, last) = own.fold((0, 0), |(done, _), slice| (done + slice.to - slice.from, slice.to));
    if done >= rounds * compute || tick < arrival {
        return false;
    }
    let waits = done > 0 && done % compute == 0;
    !waits || tick >= last + wait
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every job gets what it needs and no more, one at a time, and never before it is there.
    #[test]
    fn work_is_conserved(jobs in jobs(), switch in 0..3_u32) {
        for (name, mut policy) in policies(&jobs) {
            let timeline = simulate(&jobs, &mut *policy, switch);
            for (number, job) in jobs.iter().enumerate() {
                prop_assert_eq!(timeline.work(number), job.work(), "{}", name);
                prop_assert!(timeline.begin(number) >= Some(job.arrival), "{}", name);
            }
            for pair in timeline.slices.windows(2) {
                let gap = if pair[0].job == pair[1].job { 0 } else { switch };
                prop_assert!(pair[0].to + gap <= pair[1].from, "{}: {:?}", name, pair);
            }
        }
    }

    /// Nobody waits while the processor has nothing to do: if it pauses, no job is there.
    #[test]
    fn the_processor_is_never_idle_in_vain(jobs in jobs()) {
        for (name, mut policy) in policies(&jobs) {
            let timeline = simulate(&jobs, &mut *policy, 0);
            for tick in 0..timeline.end() {
                let is_busy = timeline.slices.iter().any(|slice| (slice.from..slice.to).contains(&tick));
                let ready = (0..jobs.len()).find(|&job| is_ready(&jobs, &timeline, job, tick));
                prop_assert!(is_busy || ready.is_none(), "{}: {:?} is ready at {}", name, ready, tick);
            }
        }
    }

    /// What a job waits is what is left of its time.
    #[test]
    fn time_is_waiting_or_work(jobs in jobs_at_once(), slice in 1..5_u32) {
        let timeline = simulate(&jobs, &mut RoundRobin::new(slice), 0);
        for (number, job) in jobs.iter().enumerate() {
            let end = timeline.slices.iter().rfind(|slice| slice.job == number).expect("it is done").to;
            prop_assert_eq!(end, timeline.waited[number] + job.work());
        }
    }

    /// The shortest first lets jobs wait as little as any order does.
    #[test]
    fn shortest_first_is_the_least(jobs in jobs_at_once()) {
        let timeline = simulate(&jobs, &mut ShortestFirst::new(&jobs, 0), 0);
        prop_assert_eq!(timeline.total_wait(), least_wait(&mut jobs.clone(), 0));
    }

    /// First come, first served does what it says.
    #[test]
    fn first_come_is_in_order(jobs in jobs_at_once()) {
        let Timeline { slices, .. } = simulate(&jobs, &mut FirstCome::default(), 0);
        prop_assert!(slices.iter().map(|slice| slice.job).eq(0..jobs.len()));
    }

    /// Between two turns of a job that goes on every other one has at most one, each with its switch.
    #[test]
    fn round_robin_bounds_the_wait(jobs in jobs(), slice in 1..5_u32, switch in 0..3_u32) {
        let jobs: Vec<Job> = jobs.into_iter().map(|job| Job { wait: 0, ..job }).collect();
        let timeline = simulate(&jobs, &mut RoundRobin::new(slice), switch);
        let bound = (jobs.len() as u32 - 1) * (slice + switch) + switch;
        for number in 0..jobs.len() {
            let own: Vec<_> = timeline.slices.iter().filter(|slice| slice.job == number).collect();
            let longest = own.windows(2).map(|pair| pair[1].from - pair[0].to).max().unwrap_or(0);
            prop_assert!(longest <= bound, "{} waits for {}, and may for {}", number, longest, bound);
        }
    }

    /// A job that never uses up a turn stays in the first level, and waits for one turn of another, and for its like.
    #[test]
    fn multilevel_answers_at_once(long in proptest::collection::vec(20..60_u32, 1..6), arrival in 0..40_u32) {
        let mut jobs: Vec<Job> = long.into_iter().map(|compute| Job::computing(0, compute)).collect();
        jobs.push(Job { arrival: arrival + 60, rounds: 4, compute: 1, wait: 3 });
        let count = jobs.len();
        let timeline = simulate(&jobs, &mut MultilevelFeedback::new(count, 0), 0);
        // By then all others have gone down to the last level, where a turn is 8 ticks.
        prop_assert!(timeline.waited[count - 1] <= 4 * 8, "{:?}", timeline.waited);
    }
}

/// A long job among short ones that never cease to come: with ageing it begins soon, without it is the last.
#[test]
fn ageing_cures_starvation() {
    for length in [3, 5, 8] {
        let mut jobs = vec![Job::computing(0, length)];
        jobs.extend((0..100).map(|time| Job::computing(time, 1)));
        let begin = |ageing| simulate(&jobs, &mut ShortestFirst::new(&jobs, ageing), 0).begin(0).expect("it is done");
        assert_eq!(begin(0), 100, "{length}");
        assert!(begin(2) <= 2 * length, "{length}: {}", begin(2));
    }
}
