//! What comes of a task: when it is there, in which order, and what if the task has failed, or its worker died.

use std::time::Duration;

use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicU8;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Arc, Mutex};
use selvedge::{Outcome, choose, thread};

use super::{Answer, Failed, Later, Mistake, Pool};
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

/// What has to be told when a worker dies in the middle of a task: who waits for what comes of it.
struct TellOf {
    later: Arc<Later>,
    tells: bool,
}

impl Drop for TellOf {
    fn drop(&mut self) {
        if self.tells && !self.later.ready() {
            self.later.set(Err(Failed("the worker has died")));
        }
    }
}

/// A worker does a task, or dies in the middle of it. Returns what the caller gets.
fn worker_may_die(is_told: bool) -> Answer {
    let later = Arc::<Later>::default();
    let promise = later.clone();
    let worker = thread::spawn(move || {
        let told = TellOf { later: promise.clone(), tells: is_told };
        let dies = choose(2) == 1;
        if !dies {
            promise.set(doubled(1));
        }
        drop(told);
    });
    let answer = later.get();
    worker.join().unwrap();
    answer
}

/// The task is done, or it is known that it is not.
fn done_or_known() -> Option<Vec<Outcome>> {
    any_of([Ok(2), Err(Failed("the worker has died"))])
}

/// The scenarios of what comes of tasks.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "pool/map",
        summary: "two workers double three numbers",
        claim: "`map` returns results in the order of the items, whichever is done first.",
        run: |_| Outcome::of(&mapped()),
        right: |_| only([2, 4, 6].map(Ok::<_, ()>)),
        possible: |_| only([2, 4, 6].map(Ok::<_, ()>)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/written_when_done",
        summary: "two workers double three numbers, and write them down",
        claim: "In which order tasks are done is not said.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/map"],
        run: |_| Outcome::of(&written_when_done()),
        right: |_| only([2, 4, 6].map(Ok::<_, ()>)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/get_timeout",
        summary: "a result is waited for for some time",
        claim: "`get(timeout)` returns the result or raises `TimeoutError`; the task goes on, and its result comes.",
        run: |_| Outcome::of(&asked_in_time()),
        right: |_| in_time_or_not(),
        possible: |_| in_time_or_not(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/get_timeout_taken_for_a_result",
        summary: "a result is waited for for some time, and used",
        claim: "After a timeout there is no result.",
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
        name: "pool/successful",
        summary: "whether a task was successful is asked when it is done",
        claim: "`successful` says whether a task that is done has failed.",
        run: |_| Outcome::of(&asked_early(when_ready)),
        right: |_| only(true),
        possible: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/successful_too_early",
        summary: "whether a task was successful is asked at once",
        claim: "To ask whether a task was successful before it is done is an error.",
        expectation: Expectation::Fails(FailureKind::Panic),
        twin_of: &["pool/successful"],
        run: |_| Outcome::of(&asked_early(Later::successful)),
        right: |_| only(true),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/failure",
        summary: "one of two tasks fails, and the caller asks for both results",
        claim: "What a task raises is raised again by `get`.",
        run: |_| Outcome::of(&sum_of_results()),
        right: |_| no_sum(),
        possible: |_| no_sum(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/failure_not_asked_for",
        summary: "one of two tasks fails, and the caller asks for none",
        claim: "Who does not call `get` does not learn that a task has failed.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/failure"],
        run: |_| Outcome::of(&sum_of_what_was_added()),
        right: |_| no_sum(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/worker_dies_and_is_missed",
        summary: "a worker dies in the middle of a task, and the caller is told",
        claim: "`concurrent.futures` says so when a worker has died, and its task fails.",
        run: |_| Outcome::of(&worker_may_die(true)),
        right: |_| done_or_known(),
        possible: |_| done_or_known(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/worker_dies",
        summary: "a worker dies in the middle of a task, and nobody is told",
        claim: "In `multiprocessing.Pool` the task of a worker that was killed is lost, and `get` waits for ever.",
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["pool/worker_dies_and_is_missed"],
        run: |_| Outcome::of(&worker_may_die(false)),
        right: |_| done_or_known(),
        ..Scenario::DEFAULT
    },
];
