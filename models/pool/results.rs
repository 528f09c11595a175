//! What comes of a task: when it is there, in which order, and what if the task has failed, or its worker died.

use std::time::Duration;

use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicU8;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Arc, Mutex};
use selvedge::{Outcome, choose};

use super::{Answer, Failed, Later, Mistake, OnDeath, Pool, Rules};
use crate::scenario::{Expectation, Scenario, any_of, only};

/// How long is waited. In a model no time is long.
const TIME: Duration = Duration::from_millis(1);

fn closed<T>(pool: Pool, result: T) -> T {
    pool.close();
    pool.join().unwrap();
    result
}

fn doubled(item: u8) -> Answer {
    Ok(2 * item)
}

/// Doubles numbers. Returns what has come of them.
fn mapped() -> Vec<Answer> {
    let pool = Pool::new(2);
    let answers = pool.map(&[1, 2, 3], doubled).unwrap();
    closed(pool, answers)
}

/// The twin: each task writes down its result when it has it.
fn written_when_done() -> Vec<Answer> {
    let pool = Pool::new(2);
    let answers = Arc::<Mutex<Vec<Answer>>>::default();
    for item in [1, 2, 3] {
        let answers = answers.clone();
        let task = move || {
            let answer = doubled(item);
            answers.lock().unwrap().push(answer);
            answer
        };
        pool.apply_async(task).unwrap();
    }
    closed(pool, ());
    let answers = answers.lock().unwrap();
    answers.clone()
}

/// A result is waited for for some time. Returns what is known then, and at the end.
fn asked_in_time() -> (Result<Answer, Mistake>, Result<bool, Mistake>) {
    let pool = Pool::new(1);
    let later = pool.apply_async(|| doubled(1)).unwrap();
    let in_time = later.get_timeout(TIME);
    closed(pool, ());
    (in_time, later.successful())
}

/// It was ready in time or not, and at the end it is.
fn in_time_or_not() -> Option<Vec<Outcome>> {
    let (done, successful): (Answer, Result<bool, Mistake>) = (Ok(2), Ok(true));
    any_of([(Ok(done), successful), (Err(Mistake::TimedOut), successful)])
}

/// It is asked whether a task was successful. Returns what is said; it is right to be told that it is too early.
fn asked_early(ask: fn(&Later) -> Result<bool, Mistake>) -> bool {
    let pool = Pool::new(1);
    let later = pool.apply_async(|| doubled(1)).unwrap();
    let answer = ask(&later).unwrap();
    closed(pool, answer)
}

fn when_ready(later: &Later) -> Result<bool, Mistake> {
    let _ = later.get();
    later.successful()
}

fn may_fail(item: u8) -> Answer {
    100_u8.checked_div(item).ok_or(Failed("division by zero"))
}

/// One of two tasks fails. Returns the sum of what they have returned.
fn sum_of_results() -> Answer {
    let pool = Pool::new(2);
    let later = [0, 5].map(|item| pool.apply_async(move || may_fail(item)).unwrap());
    let answers = later.map(|later| later.get());
    closed(pool, ());
    Ok(answers[0]? + answers[1]?)
}

/// The twin: the tasks add up what they have, and nobody asks how they have ended.
fn sum_of_what_was_added() -> Answer {
    let pool = Pool::new(2);
    let sum = Arc::new(AtomicU8::new(0));
    for item in [0, 5] {
        let sum = sum.clone();
        let task = move || {
            let more = may_fail(item)?;
            sum.fetch_add(more, SeqCst);
            Ok(more)
        };
        pool.apply_async(task).unwrap();
    }
    closed(pool, ());
    Ok(sum.load(SeqCst))
}

/// What is right: there is no sum.
fn no_sum() -> Option<Vec<Outcome>> {
    only(Err::<u8, _>(Failed("division by zero")))
}

/// Two tasks are handed in, and the worker may die in the middle of the first. Returns what the caller gets for each.
fn worker_may_die(on_death: OnDeath) -> [Answer; 2] {
    let pool = Pool::with(1, Rules { on_death, most_tasks: None });
    let first = pool.apply_mortal(|_| if choose(2) == 1 { None } else { Some(doubled(1)) }).unwrap();
    // A pool that has failed takes no more.
    let second = pool.apply_async(|| doubled(2));
    let answers = [Ok(first), second].map(|later| match later {
        Ok(later) => later.get(),
        Err(_) => Err(BROKEN),
    });
    closed(pool, answers)
}

const BROKEN: Failed = Failed("a worker has died");

/// Both are done, or it is known that they are not.
fn done_or_known() -> Option<Vec<Outcome>> {
    any_of([[Ok(2), Ok(4)], [Err(BROKEN); 2]])
}

/// A result is waited for for some time. Returns whether the task was successful, if it is ready.
fn waited_for(asks: bool) -> Option<bool> {
    let pool = Pool::new(1);
    let later = pool.apply_async(|| doubled(1)).unwrap();
    later.wait(TIME);
    let is_ready = !asks || later.ready();
    let successful = is_ready.then(|| later.successful().unwrap());
    closed(pool, successful)
}

/// The scenarios of what comes of tasks.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "pool/map",
        summary: "two workers double three numbers",
        shows: "`Pool.map` returns the results in the order of the items, whichever is done first.",
        literature: Some("documentation of Python's `multiprocessing`: `Pool.map`"),
        run: |_| Outcome::of(&mapped()),
        right: |_| only([2, 4, 6].map(Ok::<_, ()>)),
        possible: |_| only([2, 4, 6].map(Ok::<_, ()>)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/written_when_done",
        summary: "two workers double three numbers, and write them down",
        shows: "The tasks of `Pool.map` are not done in the order of the items.",
        literature: Some("broken variant; results in the order in which they come"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/map"],
        run: |_| Outcome::of(&written_when_done()),
        right: |_| only([2, 4, 6].map(Ok::<_, ()>)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/get_timeout",
        summary: "a result is waited for for some time",
        shows: "`AsyncResult.get(timeout)` returns the result or raises `TimeoutError`; the task goes on, and its \
            result comes.",
        run: |_| Outcome::of(&asked_in_time()),
        right: |_| in_time_or_not(),
        possible: |_| in_time_or_not(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/get_timeout_taken_for_a_result",
        summary: "a result is waited for for some time, and used",
        shows: "If `AsyncResult.get(timeout)` has raised `TimeoutError` there is no result yet.",
        literature: Some("broken variant; the timeout is not looked at"),
        expectation: Expectation::Fails(FailureKind::Panic),
        twin_of: &["pool/get_timeout"],
        run: |_| {
            let pool = Pool::new(1);
            let answer = pool.apply_async(|| doubled(1)).unwrap().get_timeout(TIME).unwrap();
            Outcome::of(&closed(pool, answer))
        },
        right: |_| only(Ok::<_, ()>(2)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/wait",
        summary: "a result is waited for for some time, and it is asked whether it is ready",
        shows: "`AsyncResult.wait(timeout)` returns when the task is done or the time is up; `ready` says which.",
        run: |_| Outcome::of(&waited_for(true)),
        right: |_| any_of([None, Some(true)]),
        possible: |_| any_of([None, Some(true)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/wait_taken_for_ready",
        summary: "a result is waited for for some time, and taken for ready",
        shows: "`AsyncResult.wait(timeout)` also returns when the task is not done.",
        literature: Some("broken variant; `ready` is not asked"),
        expectation: Expectation::Fails(FailureKind::Panic),
        twin_of: &["pool/wait"],
        run: |_| Outcome::of(&waited_for(false)),
        right: |_| any_of([None, Some(true)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/successful",
        summary: "whether a task was successful is asked when it is done",
        shows: "`AsyncResult.successful` says whether a task that is done has returned or raised.",
        run: |_| Outcome::of(&asked_early(when_ready)),
        right: |_| only(true),
        possible: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/successful_too_early",
        summary: "whether a task was successful is asked at once",
        shows: "`AsyncResult.successful` raises `ValueError` if the task is not done.",
        expectation: Expectation::Fails(FailureKind::Panic),
        twin_of: &["pool/successful"],
        run: |_| Outcome::of(&asked_early(Later::successful)),
        right: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/failure",
        summary: "one of two tasks fails, and the caller asks for both results",
        shows: "What a task raises is raised again by `AsyncResult.get`.",
        run: |_| Outcome::of(&sum_of_results()),
        right: |_| no_sum(),
        possible: |_| no_sum(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/failure_not_asked_for",
        summary: "one of two tasks fails, and the caller asks for none",
        shows: "Without `AsyncResult.get` nobody learns that a task has failed.",
        literature: Some("broken variant; `get` is not called"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/failure"],
        run: |_| Outcome::of(&sum_of_what_was_added()),
        right: |_| no_sum(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/worker_dies_and_is_missed",
        summary: "a worker dies in the middle of a task, and all that wait are told",
        shows: "When a worker of a `ProcessPoolExecutor` dies, its task and all others raise `BrokenProcessPool`.",
        literature: Some("documentation of Python's `concurrent.futures`: `BrokenProcessPool`"),
        run: |_| Outcome::of(&worker_may_die(OnDeath::AllFail)),
        right: |_| done_or_known(),
        possible: |_| done_or_known(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/worker_dies",
        summary: "a worker dies in the middle of a task, another one takes its place, and nobody is told",
        shows: "When a worker of a `multiprocessing.Pool` is killed its task is lost, and `AsyncResult.get` waits for \
            ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["pool/worker_dies_and_is_missed"],
        run: |_| Outcome::of(&worker_may_die(OnDeath::Replaced)),
        right: |_| done_or_known(),
        ..Scenario::DEFAULT
    },
];
