//! How masters and workers end: signals, lost connections, and tasks that take longer than their lease. Each is run for real,
//! over TCP on loopback.
#![cfg(unix)]

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use selvedge_models::master_worker::wire::value::Value;

use crate::master::{Client, Kept, Master, TIME, ended, is_refused, master, master_at, master_with_errors, returned};
use crate::network::{all_of, worker_of};

pub(crate) fn signal(program: &Kept) {
    signal_with(program, Signal::SIGTERM);
}

fn signal_with(program: &Kept, signal: Signal) {
    kill(nix::unistd::Pid::from_raw(program.0.id().cast_signed()), signal).expect("it is there");
}

/// Waits until there are so many tasks in the queue.
fn waits_for(master: &Master, tasks: i64) {
    let (mut client, ident) = Client::of(master.address, "get_task_queue");
    let begun = Instant::now();
    while client.call(Some(&ident), "qsize", vec![]) != returned(Value::Int(tasks)) {
        assert!(begun.elapsed() < TIME, "there are not {tasks} tasks");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A worker tries to connect for as long as it was told, to the end.
#[test]
fn a_worker_connects_again_for_all_its_time() {
    let mut lost = master(Some("1\n2\n"), &[]);
    let mut worker = worker_of(lost.address, &["--reconnect", "2", "--", "sleep", "0.3"]);
    waits_for(&lost, 1);
    lost.program.0.kill().expect("it is there");
    let begun = Instant::now();
    assert_eq!(ended(&mut worker.0), 1);
    assert!(begun.elapsed() >= Duration::from_millis(1_900), "{:?}", begun.elapsed());
}

/// A signal ends a worker that waits for a task, and one that waits to connect again, at once.
#[test]
fn a_worker_that_waits_ends_on_the_first_signal() {
    let mut master = master(None, &[]);
    let workers = || worker_of(master.address, &["--reconnect", "600", "--timeout", "600"]);
    let (mut waits, mut connects) = (workers(), workers());
    // Both have asked for a task when there is nobody left who could take this one at once.
    let (mut client, ident) = Client::of(master.address, "get_task_queue");
    for _ in 0..2 {
        client.call(Some(&ident), "put", vec![Value::Int(3)]);
    }
    waits_for(&master, 0);
    std::thread::sleep(Duration::from_millis(300));
    signal(&waits);
    assert_eq!(ended(&mut waits.0), 0);
    master.program.0.kill().expect("it is there");
    std::thread::sleep(Duration::from_millis(500));
    signal(&connects);
    assert_eq!(ended(&mut connects.0), 1);
}

/// Listens where whatever is said first on a connection arrives only after this time; returns where that is.
fn slow_way_to(master: SocketAddr, pause: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            let Ok(far) = TcpStream::connect(master) else { return };
            std::thread::spawn(move || {
                std::thread::sleep(pause);
                let (mut near_end, mut far_end) = (near.try_clone()?, far.try_clone()?);
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut near_end, &mut far_end);
                    far_end.shutdown(Shutdown::Write)
                });
                std::io::copy(&mut &far, &mut &near)?;
                near.shutdown(Shutdown::Write)
            });
        }
    });
    address
}

/// A signal while a worker waits for the master to show that it has the key, or that it was stopped for a moment, is no error.
#[test]
fn a_signal_in_the_handshake() {
    let pause = Duration::from_millis(400);
    let mut master = master(Some("1\n2\n"), &[]);
    let slow = slow_way_to(master.address, pause);
    let mut ends = worker_of(slow, &[]);
    std::thread::sleep(pause / 2);
    signal(&ends);
    assert_eq!(ended(&mut ends.0), 0);
    waits_for(&master, 2);
    let mut works = worker_of(slow, &[]);
    // In each of the three connections that it opens.
    for _ in 0..3 {
        std::thread::sleep(pause / 2);
        signal_with(&works, Signal::SIGSTOP);
        std::thread::sleep(Duration::from_millis(20));
        signal_with(&works, Signal::SIGCONT);
        std::thread::sleep(pause / 2);
    }
    assert_eq!(ended(&mut works.0), 0);
    assert_eq!(ended(&mut master.program.0), 0);
}

/// Without leases a result that cannot be handed in is lost, and the worker says so.
#[test]
fn a_lost_result_is_no_success() {
    let mut first = master(Some("1\n"), &[]);
    let address = first.address;
    let mut worker = worker_of(address, &["--lease", "0", "--reconnect", "60", "--", "sleep", "1"]);
    waits_for(&first, 0);
    first.program.0.kill().expect("it is there");
    first.program.0.wait().expect("it was killed");
    let _second = master_at(address, None);
    assert_eq!(ended(&mut worker.0), 1);
}

/// A result of a task of an earlier run of the master is none of a task of this one.
#[test]
fn results_of_another_run() {
    let leased = |client: &mut Client, ident: &str| {
        let Some(Value::Tuple(reply)) = client.call(Some(ident), "lease", vec![Value::Int(60)]) else { panic!() };
        let Value::Tuple(parts) = &reply[1] else { panic!("{reply:?}") };
        parts[1].clone()
    };
    let task_of_a_run = || {
        let master = master(Some("1\n"), &[]);
        let (mut client, ident) = Client::of(master.address, "get_task_queue");
        let number = leased(&mut client, &ident);
        (master, client, number)
    };
    let (_, _, old) = task_of_a_run();
    let (mut second, _holds, number) = task_of_a_run();
    let (mut client, results) = Client::of(second.address, "get_result_queue");
    let answer = client.call(Some(&results), "put_once", vec![old, Value::text("old")]);
    assert!(is_refused(&answer) && format!("{answer:?}").contains("another run"), "{answer:?}");
    assert_eq!(client.call(Some(&results), "put_once", vec![number, Value::text("new")]), returned(Value::None));
    assert_eq!(all_of(&mut second.output), "\"new\"\n");
    assert_eq!(ended(&mut second.program.0), 0);
}

/// A worker extends its lease while its command runs: nobody else does the task, and it is not given up.
#[test]
fn a_task_that_takes_longer_than_its_lease() {
    let mut master = master(Some("1\n"), &["--deliveries", "1"]);
    let mut workers =
        [0; 2].map(|_| worker_of(master.address, &["--lease", "1", "--", "sh", "-c", "sleep 3; echo $$"]));
    let results = all_of(&mut master.output);
    assert_eq!(results.lines().count(), 1, "{results}");
    assert_eq!(ended(&mut master.program.0), 0);
    assert_eq!(workers.each_mut().map(|worker| ended(&mut worker.0)), [0, 0]);
}

/// On the first signal a master hands out no more tasks, and waits for the results of those that are out; on the second one
/// it ends at once.
#[test]
fn a_master_drains() {
    for signals in [1, 2] {
        let mut master = master(Some("1\n2\n"), &[]);
        let mut worker = worker_of(master.address, &["--reconnect", "0", "--", "sh", "-c", "sleep 2; echo done"]);
        waits_for(&master, 1);
        for _ in 0..signals {
            signal(&master.program);
            std::thread::sleep(Duration::from_millis(200));
        }
        let expected = if signals == 1 { ("\"done\"\n", 1, 0) } else { ("", 130, 1) };
        let results = all_of(&mut master.output);
        let codes = (ended(&mut master.program.0), ended(&mut worker.0));
        assert_eq!((&*results, codes.0, codes.1), expected, "with {signals} signals");
    }
}

/// So does one whose tasks others have put: who has just handed in a result is told that there are no more tasks, and what is
/// left in the queues is said.
#[test]
fn a_master_without_tasks_of_its_own_drains_too() {
    let errors = std::env::temp_dir().join(format!("selvedge-errors-{}", std::process::id()));
    let mut master = master_with_errors(&errors, &[]);
    let (mut client, tasks) = Client::of(master.address, "get_task_queue");
    client.call(Some(&tasks), "put", vec![Value::Int(3)]);
    let mut worker = worker_of(master.address, &["--reconnect", "0", "--", "sh", "-c", "sleep 1; echo done"]);
    waits_for(&master, 0);
    client.call(Some(&tasks), "put", vec![Value::Int(4)]);
    signal(&master.program);
    assert_eq!((ended(&mut worker.0), ended(&mut master.program.0)), (0, 0));
    let said = std::fs::read_to_string(&errors).expect("what it said");
    std::fs::remove_file(&errors).expect("its file");
    assert!(said.contains("waits for the results of 1 tasks"), "{said}");
    assert!(said.contains("ended with 1 tasks that nobody took, and 1 results"), "{said}");
}

/// Who leases with a timeout is answered in time, also while others have tasks on a lease.
#[test]
fn a_lease_with_a_timeout_is_answered_in_time() {
    let mut master = master(Some("1\n"), &[]);
    let mut worker = worker_of(master.address, &["--", "sleep", "2"]);
    waits_for(&master, 0);
    let (mut client, tasks) = Client::of(master.address, "get_task_queue");
    let begun = Instant::now();
    let answer = client.call(Some(&tasks), "lease", vec![Value::Int(60), Value::Bool(true), Value::Float(0.2)]);
    assert!(is_refused(&answer) && format!("{answer:?}").contains("Empty"), "{answer:?}");
    assert!(begun.elapsed() < Duration::from_millis(1_500), "{:?}", begun.elapsed());
    assert_eq!((ended(&mut master.program.0), ended(&mut worker.0)), (0, 0));
}
