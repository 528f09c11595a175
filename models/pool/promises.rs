//! What a pool promises: how many tasks are done at once, what `close`, `join` and `terminate` mean, and what must not
//! be done in a task.

use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Arc, Mutex};
use selvedge::{Outcome, thread};

use super::{Answer, Callbacks, Failed, Handler, Later, Mistake, Pool, Worker};
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, any_of, only};

/// When tasks begin and end.
#[derive(Default)]
struct Diary {
    begun: usize,
    ended: usize,
    /// The most that were begun and not ended at the same time.
    most: usize,
}

fn work(diary: &Mutex<Diary>) -> Answer {
    {
        let mut diary = diary.lock().unwrap();
        diary.begun += 1;
        diary.most = diary.most.max(diary.begun - diary.ended);
    }
    diary.lock().unwrap().ended += 1;
    Ok(0)
}

/// One task more is handed in than there are workers. Returns the most that were done at once, and how many were done.
fn pooled(parameters: &Parameters) -> (usize, usize) {
    let workers = parameters.get("workers");
    let diary = Arc::<Mutex<Diary>>::default();
    let pool = Pool::new(workers);
    let items: Vec<u8> = (0..=workers as u8).collect();
    let shared = diary.clone();
    pool.map_async(&items, move |_| work(&shared)).unwrap();
    close_and_join(pool);
    let diary = diary.lock().unwrap();
    (diary.most, diary.ended)
}

/// The twin: there is a thread for each task.
fn thread_each(parameters: &Parameters) -> (usize, usize) {
    let workers = parameters.get("workers");
    let diary = Mutex::<Diary>::default();
    thread::scope(|scope| {
        for _ in 0..=workers {
            scope.spawn(|| work(&diary));
        }
    });
    let diary = diary.lock().unwrap();
    (diary.most, diary.ended)
}

/// What is right: not more at once than there are workers, so that the last one waits for one that ends.
fn at_most(parameters: &Parameters) -> Option<Vec<Outcome>> {
    let workers = parameters.get("workers");
    any_of((1..=workers).map(|most| (most, workers + 1)))
}

/// Two tasks of two steps are handed in, and the program ends. Returns how many were begun by then, and how many done.
fn done_at_the_end(end: fn(Pool)) -> (usize, usize) {
    let counts = Arc::new([const { AtomicUsize::new(0) }; 2]);
    let pool = Pool::new(1);
    for _ in 0..2 {
        let counts = counts.clone();
        let task = move |worker: &Worker<'_>| {
            counts[0].fetch_add(1, SeqCst);
            worker.life.goes_on().ok()?;
            counts[1].fetch_add(1, SeqCst);
            Some(Ok(0))
        };
        pool.apply_mortal(task).unwrap();
    }
    end(pool);
    let [begun, done] = &*counts;
    let done = done.load(SeqCst);
    (begun.load(SeqCst), done)
}

fn close_and_join(pool: Pool) {
    pool.close();
    pool.join().unwrap();
}

/// The twin: ends without waiting. The workers are daemons, and stop where they are.
fn only_close(pool: Pool) {
    pool.close();
}

/// A pool is joined that was not closed. Returns what the caller is told.
fn joined_before_close(join: fn(Pool) -> Result<(), Mistake>) -> Result<(), Mistake> {
    let pool = Pool::new(2);
    pool.apply_async(|| Ok(1)).unwrap();
    join(pool)
}

/// The twin: waits for workers that wait for tasks.
fn join_unchecked(pool: Pool) -> Result<(), Mistake> {
    pool.join_unchecked();
    Ok(())
}

/// A task that needs what another task finds. Returns what has come of it.
fn one_after_the_other() -> Answer {
    let pool = Pool::new(1);
    let found = pool.apply(|| Ok(20)).unwrap()?;
    let answer = pool.apply(move || Ok(found + 1)).unwrap();
    close_and_join(pool);
    answer
}

/// The twin: the task hands in the other one itself, and waits for it. There is one worker, which is this one.
fn one_inside_the_other() -> Answer {
    let pool = Arc::new(Pool::new(1));
    let inside = pool.clone();
    pool.apply(move || Ok(inside.apply(|| Ok(20)).unwrap()? + 1)).unwrap()
}

fn succeed() -> Answer {
    Ok(21)
}

fn fail() -> Answer {
    Err(Failed("something goes wrong"))
}

/// Does nothing with a failure: `error_callback` was not given.
fn ignore(_: Failed) {}

/// Of two tasks one fails. Returns how many times somebody was called back.
fn called_back(with_error_callback: bool) -> usize {
    let calls = Arc::new(AtomicUsize::new(0));
    let (pool, handler) = (Pool::new(1), Handler::new());
    for task in [succeed, fail] {
        let (on_success, on_failure) = (calls.clone(), calls.clone());
        let success = Box::new(move |_| {
            on_success.fetch_add(1, SeqCst);
        });
        let count = move |_| {
            on_failure.fetch_add(1, SeqCst);
        };
        let failure: Box<dyn FnOnce(Failed) + Send> =
            if with_error_callback { Box::new(count) } else { Box::new(ignore) };
        handler.apply_async(&pool, task, Callbacks { success, failure });
    }
    close_and_join(pool);
    handler.join();
    calls.load(SeqCst)
}

/// A callback hands in another task, and waits for its result, or goes on. Returns the result of the other task.
fn called_back_and_handed_on(waits: bool) -> Answer {
    let shared = Arc::new((Pool::new(1), Handler::new()));
    let last = Arc::<Later>::default();
    let (in_callback, promise) = (shared.clone(), last.clone());
    let success = Box::new(move |_| {
        let (pool, handler) = &*in_callback;
        let success = Box::new(move |value| promise.set(Ok(value)));
        let later = handler.apply_async(pool, succeed, Callbacks { success, failure: Box::new(ignore) });
        if waits {
            // The only thread that could say what has come of it is this one.
            let _ = later.get();
        }
    });
    let (pool, handler) = &*shared;
    handler.apply_async(pool, succeed, Callbacks { success, failure: Box::new(ignore) });
    last.get()
}

const WORKERS: &[Parameter] = &[Parameter { name: "workers", summary: "how many work", default: 2, least: 1, most: 4 }];

/// The scenarios of what a pool promises.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "pool/at_most",
        summary: "one task more than there are workers",
        shows: "A pool of N processes does at most N tasks at once; the next task waits until one of them is done.",
        parameters: WORKERS,
        run: |parameters| Outcome::of(&pooled(parameters)),
        right: at_most,
        possible: at_most,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/thread_each",
        summary: "every task has a thread of its own",
        shows: "With a thread or a process for each task nothing bounds how many run at once: the bound is `Pool`'s.",
        literature: Some("broken variant; no pool"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/at_most"],
        parameters: WORKERS,
        run: |parameters| Outcome::of(&thread_each(parameters)),
        right: at_most,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/close_and_join",
        summary: "a pool is closed and joined",
        shows: "After `Pool.close`, `Pool.join` waits until all tasks that were handed in are done.",
        run: |_| Outcome::of(&done_at_the_end(close_and_join)),
        right: |_| only((2, 2)),
        possible: |_| only((2, 2)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/not_joined",
        summary: "a pool is closed, and the program ends",
        shows: "A program that does not call `Pool.join` may end before the tasks are done.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/close_and_join"],
        run: |_| Outcome::of(&done_at_the_end(only_close)),
        right: |_| only((2, 2)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/join_before_close",
        summary: "a pool is joined that was not closed",
        shows: "`Pool.join` before `close` or `terminate` raises `ValueError`.",
        run: |_| Outcome::of(&joined_before_close(Pool::join)),
        right: |_| only(Err::<(), _>(Mistake::StillRunning)),
        possible: |_| only(Err::<(), _>(Mistake::StillRunning)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/join_unchecked",
        summary: "a pool is joined that was not closed, and nobody notices",
        shows: "Without the check, `Pool.join` before `close` waits for workers that wait for tasks, and never \
            returns.",
        literature: Some("broken variant; `join` without its check"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["pool/join_before_close"],
        run: |_| Outcome::of(&joined_before_close(join_unchecked)),
        right: |_| only(Err::<(), _>(Mistake::StillRunning)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/one_after_the_other",
        summary: "a task is handed in when that is done which it needs",
        shows: "A program that waits for one task with `get` before it hands in the next needs one worker only.",
        literature: Some("documentation of Python's `concurrent.futures`: deadlocks of tasks that wait for tasks"),
        run: |_| Outcome::of(&one_after_the_other()),
        right: |_| only(Ok::<_, ()>(21)),
        possible: |_| only(Ok::<_, ()>(21)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/one_inside_the_other",
        summary: "a task waits for another one in the same pool",
        shows: "A task that waits for a task of the same pool takes up the worker which that would need: both wait \
            for ever.",
        literature: Some("documentation of Python's `concurrent.futures`: deadlocks of tasks that wait for tasks"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["pool/one_after_the_other"],
        run: |_| Outcome::of(&one_inside_the_other()),
        right: |_| only(Ok::<_, ()>(21)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/callback",
        summary: "one of two tasks fails, and there is a callback for results and one for failures",
        shows: "`apply_async` calls `callback` with what the task returns, or `error_callback` with what it raises.",
        run: |_| Outcome::of(&called_back(true)),
        right: |_| only(2),
        possible: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/callback_for_failures",
        summary: "one of two tasks fails, and there is a callback for results only",
        shows: "`callback` is not called for a task that fails; without `error_callback` nobody is told.",
        literature: Some("documentation of Python's `multiprocessing`: `apply_async`"),
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/callback"],
        run: |_| Outcome::of(&called_back(false)),
        right: |_| only(2),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/callback_hands_on",
        summary: "a callback hands in another task, and returns",
        shows: "A callback may call `apply_async`, as long as it does not wait for the result.",
        literature: Some("documentation of Python's `multiprocessing`: `apply_async`"),
        run: |_| Outcome::of(&called_back_and_handed_on(false)),
        right: |_| only(Ok::<_, ()>(21)),
        possible: |_| only(Ok::<_, ()>(21)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/callback_waits",
        summary: "a callback hands in another task, and waits for it",
        shows: "A callback that calls `get` waits for ever: it blocks the thread that hands over all results.",
        literature: Some("documentation of Python's `multiprocessing`: `apply_async`"),
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["pool/callback_hands_on"],
        run: |_| Outcome::of(&called_back_and_handed_on(true)),
        right: |_| only(Ok::<_, ()>(21)),
        ..Scenario::DEFAULT
    },
];
