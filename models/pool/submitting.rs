//! How tasks are handed in: who waits for them, which processes do them, and what a pool says that takes no more.

use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicBool;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::mpsc::{Sender, channel};
use selvedge::sync::{Arc, Condvar, Mutex};
use selvedge::{Outcome, thread};

use super::{Answer, Failed, Mistake, OnDeath, Pool, Rules, Worker};
use crate::scenario::{Expectation, Scenario, any_of, only};

/// A pool is handed a task and closed, and is then handed another one. Returns what the caller is told of each.
fn after_close(submit: fn(&Pool) -> Result<Answer, Mistake>) -> [Result<Answer, Mistake>; 2] {
    let pool = Pool::new(1);
    let before = pool.apply_async(|| Ok(1)).unwrap();
    pool.close();
    let after = submit(&pool);
    let before = Ok(before.get());
    pool.join().unwrap();
    [before, after]
}

fn submit(pool: &Pool) -> Result<Answer, Mistake> {
    Ok(pool.apply_async(|| Ok(2))?.get())
}

/// The twin: the pool takes the task, and its workers may have ended.
fn submit_unchecked(pool: &Pool) -> Result<Answer, Mistake> {
    Ok(pool.apply_unchecked(|| Ok(2)).get())
}

/// What is right: what was handed in before is done, and nothing is taken any more.
fn only_the_first() -> Option<Vec<Outcome>> {
    only([Ok(Ok::<_, ()>(1)), Err(Mistake::NotRunning)])
}

/// Two tasks are done one after the other by a pool of one. Returns how many processes there are before the first, and
/// whether the second is done by one that was started after that.
fn second_task(most_tasks: Option<usize>) -> (usize, bool) {
    let pool = Pool::with(1, Rules { on_death: OnDeath::Replaced, most_tasks });
    let at_first = pool.started();
    let mut is_new = false;
    for _ in 0..2 {
        let later = pool.apply_mortal(move |worker| Some(Ok(u8::from(worker.number >= at_first)))).unwrap();
        is_new = later.get() == Ok(1);
    }
    pool.close();
    pool.join().unwrap();
    (at_first, is_new)
}

/// Something that is set once, and waited for.
#[derive(Default)]
struct Signal {
    is_set: Mutex<bool>,
    changed: Condvar,
}

impl Signal {
    fn set(&self) {
        *self.is_set.lock().unwrap() = true;
        self.changed.notify_all();
    }

    fn wait(&self) {
        drop(self.changed.wait_while(self.is_set.lock().unwrap(), |is_set| !*is_set).unwrap());
    }
}

/// A task waits for what its caller does when it has handed it in.
fn caller_is_needed(hand_in: fn(&Pool, Arc<Signal>)) -> &'static str {
    let pool = Pool::new(1);
    let signal = Arc::<Signal>::default();
    hand_in(&pool, signal.clone());
    signal.set();
    pool.close();
    pool.join().unwrap();
    "all is done"
}

fn apply(pool: &Pool, signal: Arc<Signal>) {
    let _ = pool.apply(move || {
        signal.wait();
        Ok(0)
    });
}

fn apply_async(pool: &Pool, signal: Arc<Signal>) {
    let _ = pool.apply_async(move || {
        signal.wait();
        Ok(0)
    });
}

fn map(pool: &Pool, signal: Arc<Signal>) {
    let _ = pool.map(&[1, 2], move |item| {
        signal.wait();
        Ok(item)
    });
}

fn map_async(pool: &Pool, signal: Arc<Signal>) {
    let _ = pool.map_async(&[1, 2], move |item| {
        signal.wait();
        Ok(item)
    });
}

/// A task that says when it has begun, and goes on until it may end.
fn long_task(worker: &Worker<'_>, begins: &Sender<()>, may_end: &AtomicBool) -> Option<Answer> {
    let _ = begins.send(());
    while !may_end.load(SeqCst) {
        worker.life.goes_on().ok()?;
        thread::yield_now();
    }
    Some(Ok(1))
}

/// A pool of one has two tasks, of which the first has begun. It is closed and the tasks may end, or it is terminated.
/// Then it is joined. Returns which of the tasks are done.
fn in_the_middle_of_a_task(terminates: bool) -> [bool; 2] {
    let pool = Pool::new(1);
    let (begins, has_begun) = channel();
    let may_end = Arc::new(AtomicBool::new(false));
    let later = [(); 2].map(|()| {
        let (begins, may_end) = (begins.clone(), may_end.clone());
        pool.apply_mortal(move |worker| long_task(worker, &begins, &may_end)).unwrap()
    });
    has_begun.recv().unwrap();
    if terminates {
        pool.terminate();
    } else {
        may_end.store(true, SeqCst);
        pool.close();
    }
    pool.join().unwrap();
    later.map(|later| later.ready())
}

/// The scenarios of how tasks are handed in.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "pool/submit_after_close",
        summary: "a pool is closed, and is then handed a task",
        shows: "After `Pool.close`, `apply_async` raises `ValueError`; the tasks that were handed in before are done.",
        run: |_| Outcome::of(&after_close(submit)),
        right: |_| only_the_first(),
        possible: |_| only_the_first(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/submit_unchecked",
        summary: "a pool is closed, and takes another task all the same",
        shows: "If a closed pool took a task its workers might have ended, and `AsyncResult.get` would wait for ever.",
        literature: Some("broken variant; `apply_async` without its check"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["pool/submit_after_close"],
        run: |_| Outcome::of(&after_close(submit_unchecked)),
        right: |_| any_of([Err(Mistake::NotRunning), Ok(Ok(2))].map(|after| [Ok(Ok::<_, Failed>(1)), after])),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/workers_reused",
        summary: "a pool of one does two tasks, one after the other",
        shows: "A `Pool` starts its processes when it is made, and the same processes do all tasks.",
        run: |_| Outcome::of(&second_task(None)),
        right: |_| only((1, false)),
        possible: |_| only((1, false)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/max_tasks_per_child",
        summary: "a pool of one does two tasks, one after the other, and each process does one only",
        shows: "With `maxtasksperchild=1` a `Pool` starts a new process when one has done its task.",
        literature: Some("documentation of Python's `multiprocessing`: `maxtasksperchild`"),
        run: |_| Outcome::of(&second_task(Some(1))),
        right: |_| only((1, true)),
        possible: |_| only((1, true)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/process_for_each_task",
        summary: "a pool of one does two tasks, and the second is expected to have a process of its own",
        shows: "A `Pool` starts no process for a task: what its one process has done does not keep that from doing \
            the next.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/workers_reused", "pool/max_tasks_per_child"],
        run: |_| Outcome::of(&second_task(None)),
        right: |_| only((1, true)),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/apply_async_returns",
        summary: "a task that is handed in by `apply_async` waits for what its caller does next",
        shows: "`Pool.apply_async` returns before the task is done: the caller goes on.",
        run: |_| Outcome::of(&caller_is_needed(apply_async)),
        right: |_| only("all is done"),
        possible: |_| only("all is done"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/apply_waits",
        summary: "a task that is handed in by `apply` waits for what its caller does next",
        shows: "`Pool.apply` waits until the task is done: one that waits for its caller's next step is never done.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["pool/apply_async_returns"],
        run: |_| Outcome::of(&caller_is_needed(apply)),
        right: |_| only("all is done"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/map_async_returns",
        summary: "tasks that are handed in by `map_async` wait for what their caller does next",
        shows: "`Pool.map_async` returns before the tasks are done: the caller goes on.",
        run: |_| Outcome::of(&caller_is_needed(map_async)),
        right: |_| only("all is done"),
        possible: |_| only("all is done"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/map_waits",
        summary: "tasks that are handed in by `map` wait for what their caller does next",
        shows: "`Pool.map` waits until all tasks are done: those that wait for their caller's next step never are.",
        expectation: Expectation::AlwaysFails(FailureKind::Deadlock),
        twin_of: &["pool/map_async_returns"],
        run: |_| Outcome::of(&caller_is_needed(map)),
        right: |_| only("all is done"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/closed_in_a_task",
        summary: "a pool is closed in the middle of a task, and joined",
        shows: "`Pool.close` ends no task: when `Pool.join` returns all are done.",
        run: |_| Outcome::of(&in_the_middle_of_a_task(false)),
        right: |_| only([true; 2]),
        possible: |_| only([true; 2]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "pool/terminated",
        summary: "a pool is terminated in the middle of a task, and joined",
        shows: "`Pool.terminate` ends the processes in the middle of their tasks, and what has not begun is not done.",
        expectation: Expectation::AlwaysFails(FailureKind::UnexpectedOutcome),
        twin_of: &["pool/closed_in_a_task"],
        run: |_| Outcome::of(&in_the_middle_of_a_task(true)),
        right: |_| only([true; 2]),
        ..Scenario::DEFAULT
    },
];
