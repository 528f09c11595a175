//! What goes wrong around the protocol: a task that kills its workers, a worker that takes a crash for the end, and objects
//! of one run of a master that are taken for those of another.

use std::time::Duration;

use selvedge::failure::FailureKind;
use selvedge::sync::Mutex;
use selvedge::{Outcome, choose, thread};

use super::in_memory::{Gone, Master};
use super::leaked::made;
use super::memory::Memory;
use super::objects::Objects;
use super::queue::{Answer, Client, Leased, Request};
use super::scenarios::{MASTER, get, put, text};
use super::simulated::result;
use super::wire::value::Value;
use super::worker::Name;
use crate::scenario::{Expectation, Scenario, any_of, only};

const LEASE: Duration = Duration::from_secs(1);

/// The task that kills whoever does it.
const DEADLY: i64 = 1;

/// Does tasks until one kills it, or there are no more.
fn work(master: &Master, worker: Client) {
    while let Ok(Answer::Leased(Leased { ticket, number, item: Value::Int(task) })) =
        master.call(worker, Name::Tasks, Request::Lease(LEASE))
    {
        if task == DEADLY {
            break;
        }
        let _ = master.call(worker, Name::Results, Request::PutOnce(number, result(task)));
        let _ = master.call(worker, Name::Tasks, Request::Acknowledge(ticket));
    }
    master.disconnected(worker);
}

/// Two workers, a task that kills its worker, and one that does not. Returns the result of that one.
fn deadly_task(deliveries_max: usize) -> String {
    let master = Master::default();
    master.limit_deliveries(deliveries_max);
    (DEADLY..=2).for_each(|task| put(&master, MASTER, Name::Tasks, Value::Int(task)));
    thread::scope(|scope| {
        for worker in [1, 2] {
            let master = &master;
            scope.spawn(move || work(master, worker));
        }
        let result = text(&get(&master, MASTER, Name::Results).expect("it is its own master"));
        master.shutdown();
        result
    })
}

/// A task takes longer than its lease, and two workers take tasks. Returns how often it is done.
fn long_task(extends: bool) -> usize {
    let master = Master::default();
    put(&master, MASTER, Name::Tasks, Value::Int(2));
    // Each does one task at most.
    let work = |worker| match master.call(worker, Name::Tasks, Request::Lease(LEASE)) {
        Ok(Answer::Leased(Leased { ticket, number, item: Value::Int(task) })) => {
            if extends {
                let _ = master.call(worker, Name::Tasks, Request::Extend(ticket, 3 * LEASE));
            }
            // It goes by while the task is done.
            master.expire(2 * LEASE);
            let _ = master.call(worker, Name::Results, Request::PutOnce(number, result(task)));
            let _ = master.call(worker, Name::Tasks, Request::Acknowledge(ticket));
            1
        }
        _ => 0,
    };
    thread::scope(|scope| {
        let work = &work;
        let workers = [1, 2].map(|worker| scope.spawn(move || work(worker)));
        let _ = get(&master, MASTER, Name::Results);
        master.end();
        workers.map(|worker| worker.join().unwrap()).iter().sum()
    })
}

/// A worker waits for a task, and the master comes to its end, or crashes. Returns whether it crashed, and whether the
/// worker calls it the end.
fn end_or_crash(tells_them_apart: bool) -> (bool, bool) {
    let master = Master::default();
    thread::scope(|scope| {
        let worker = scope.spawn(|| match master.call(1, Name::Tasks, Request::Lease(LEASE)) {
            Err(Gone) => !tells_them_apart,
            answer => answer == Ok(Answer::Ended),
        });
        let crashes = choose(2) == 1;
        if crashes {
            master.shutdown();
        } else {
            master.end();
        }
        (crashes, worker.join().unwrap())
    })
}

/// A client has a queue of its own in one run of the master. In the next run another client makes one, while the first one
/// puts into what it has. Returns how many items are in the queue of the second one.
fn two_runs(second_run: u128) -> usize {
    let name_of = |objects: &mut Objects| made(objects, Duration::ZERO).expect("there is room");
    let first = name_of(&mut Objects::new(Vec::new(), 1, [1; 2], Memory::default()));
    let objects = Mutex::new(Objects::new(Vec::new(), 1, [second_run; 2], Memory::default()));
    thread::scope(|scope| {
        let putter = scope.spawn(|| {
            let mut objects = objects.lock().unwrap();
            if let Ok(found) = objects.find(&first) {
                objects.queue(found).expect("it was found").add(Value::Int(1));
            }
        });
        let second = name_of(&mut objects.lock().unwrap());
        putter.join().unwrap();
        let objects = objects.lock().unwrap();
        let second = objects.find(&second).expect("it was made");
        objects.get(second).expect("it was found").len()
    })
}

/// The scenarios of lives that end early.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "master_worker/deadly_task_given_up",
        summary: "a task kills each worker that takes it, and is given up when it has come back once",
        shows: "With a limit of deliveries, a task that kills its worker takes one of two workers, and the other one does \
                what else there is.",
        literature: Some("dead letters: Hohpe and Woolf, Enterprise Integration Patterns, 2003"),
        run: |_| Outcome::of(&deadly_task(1)),
        right: |_| only("2 * 2 = 4"),
        possible: |_| only("2 * 2 = 4"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/deadly_task",
        summary: "a task kills each worker that takes it, and always comes back",
        shows: "Without a limit of deliveries, a task that kills its worker may take all workers, and what else there is \
                is never done.",
        literature: Some("broken variant of `master_worker/deadly_task_given_up`"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["master_worker/deadly_task_given_up"],
        run: |_| Outcome::of(&deadly_task(0)),
        right: |_| only("2 * 2 = 4"),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/lease_extended",
        summary: "a task takes longer than its lease, and its worker extends the lease meanwhile",
        shows: "Where a worker extends its lease while it is at work, a task may take as long as it likes, and is done once.",
        literature: Some("our own server; extended leases: Gray and Cheriton, Leases, SOSP 1989"),
        run: |_| Outcome::of(&long_task(true)),
        right: |_| only(1_usize),
        possible: |_| only(1_usize),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/lease_too_short",
        summary: "the same, and nobody extends the lease",
        shows: "A task that takes longer than its lease is done by another worker too, though its worker is alive.",
        literature: Some("broken variant of `master_worker/lease_extended`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/lease_extended"],
        run: |_| Outcome::of(&long_task(false)),
        right: |_| only(1_usize),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/end_is_told",
        summary: "a worker waits for a task, and the master ends or crashes; at its end it says so",
        shows: "A worker that ends only when it is told that there are no more tasks takes no crash for that.",
        literature: Some("our own server; see ARCHITECTURE.md"),
        run: |_| Outcome::of(&end_or_crash(true)),
        right: |_| any_of([(true, false), (false, true)]),
        possible: |_| any_of([(true, false), (false, true)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/crash_is_taken_for_the_end",
        summary: "the same, and the worker takes a lost connection for the end",
        shows: "A worker that takes a lost connection for the end of the tasks reports success when the master has \
                crashed.",
        literature: Some("broken variant of `master_worker/end_is_told`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/end_is_told"],
        run: |_| Outcome::of(&end_or_crash(false)),
        right: |_| any_of([(true, false), (false, true)]),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/objects_of_a_run",
        summary: "a client keeps a queue's name while the master starts again, and another client makes a queue",
        shows: "Where the names of objects say of which run of the master they are, nobody puts into somebody else's queue.",
        literature: Some("our own server; see ARCHITECTURE.md"),
        run: |_| Outcome::of(&two_runs(2)),
        right: |_| only(0_usize),
        possible: |_| only(0_usize),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/objects_of_any_run",
        summary: "the same, and each run counts its objects from the same number",
        shows: "Where each run of a master counts its objects from the same number, a client that was there before may \
                put into the queue of one that came later.",
        literature: Some("broken variant of `master_worker/objects_of_a_run`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/objects_of_a_run"],
        run: |_| Outcome::of(&two_runs(1)),
        right: |_| only(0_usize),
        ..Scenario::DEFAULT
    },
];
