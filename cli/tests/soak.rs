//! Many workers on one master, and something kills them all the time: processes of ours and of CPython's, and threads that hang
//! up. Every task has one result in the end, and the master needs no more memory and no more files than at its beginning.
//!
//! `SELVEDGE_SOAK_TASKS` says how many tasks there are: more of them take longer.
#![cfg(target_os = "linux")]

#[path = "master/mod.rs"]
#[allow(dead_code)]
mod master;

use std::io::BufRead;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use master::{Client, KEY, Kept, ended, master};
use selvedge_models::master_worker::call::Call;
use selvedge_models::master_worker::queue::{Patience, Request};
use selvedge_models::master_worker::wire::value::Value;

const TASKS: u32 = 3_000;

/// How many workers there are of each sort.
const OF_EACH_SORT: usize = 2;

/// How much memory the master may need beyond what it had when everybody was there, in KiB.
const GROWTH_MAX_KIB: u64 = 16 << 10;

/// A worker of ours, which has a program do its tasks.
fn ours(address: SocketAddr) -> Option<Kept> {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_selvedge"));
    worker.args(["worker", "--connect", &address.to_string(), "--timeout", "30", "--lease", "2", "--", "cat"]);
    worker.env("SELVEDGE_AUTHKEY", KEY).stderr(Stdio::null()).spawn().ok().map(Kept)
}

/// A worker of CPython, if there is one.
fn theirs(address: SocketAddr) -> Option<Kept> {
    let mut worker = Command::new("python3");
    worker.args(["-c", include_str!("master/leasing_worker.py"), &address.port().to_string()]);
    worker.stdin(Stdio::null()).stderr(Stdio::null()).spawn().ok().map(Kept)
}

/// A worker that does so many tasks, or hangs up in the middle of the first. None if it is hung up on, or there are no tasks.
fn hangs_up(address: SocketAddr, steps: u64) -> Option<()> {
    let (mut client, [tasks, results]) = Client::of_both(address)?;
    let mut ask = |queue: &str, request: &Request| {
        let call = Call::asking(queue, request, Patience::Some(Duration::from_secs(1)));
        client.try_call(&call)
    };
    let hangs_up_after = steps % 3;
    for _ in 0..steps {
        let Value::Tuple(parts) = ask(&tasks, &Request::Lease(Duration::from_secs(2)))? else { return Some(()) };
        let Ok([Value::Int(ticket), Value::Int(number), task]) = <[Value; 3]>::try_from(parts) else { return Some(()) };
        if hangs_up_after == 0 {
            return Some(());
        }
        let Value::Int(task) = task else { panic!("{task:?} is no task") };
        ask(&results, &Request::PutOnce(number as u64, Value::Text(task.to_string())))?;
        if hangs_up_after == 1 {
            return Some(());
        }
        ask(&tasks, &Request::Acknowledge(ticket as u64))?;
    }
    Some(())
}

/// Returns how many files a process has open, and its memory in KiB.
fn usage(process: u32) -> Option<(usize, u64)> {
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?.count();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some((files, line.split_whitespace().next()?.parse().ok()?))
}

#[test]
fn nothing_is_lost_whoever_is_killed() {
    let count = std::env::var("SELVEDGE_SOAK_TASKS").ok().and_then(|count| count.parse().ok()).unwrap_or(TASKS);
    let mut master = master(Some(&(1..=count).map(|task| format!("{task}\n")).collect::<String>()), &[]);
    let (address, process) = (master.address, master.program.0.id());
    let starts = [ours as fn(SocketAddr) -> Option<Kept>, theirs];
    let mut workers: Vec<Option<Kept>> = (0..2 * OF_EACH_SORT).map(|at| starts[at % 2](address)).collect();
    assert!(workers[0].is_some(), "a worker of ours");
    let (is_over, kills, hang_ups) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let begun = Instant::now();
    let (results, usages) = std::thread::scope(|scope| {
        for thread in 0..OF_EACH_SORT as u64 {
            let (is_over, hang_ups) = (&is_over, &hang_ups);
            scope.spawn(move || {
                let mut steps = thread;
                while !is_over.load(SeqCst) {
                    let hung_up = hangs_up(address, 1 + steps % 50).is_some();
                    hang_ups.fetch_add(u64::from(hung_up), SeqCst);
                    steps += 7;
                    std::thread::sleep(Duration::from_millis(5));
                }
            });
        }
        let (kills, is_over) = (&kills, &is_over);
        let killer = scope.spawn(move || {
            let mut usages = Vec::new();
            while !is_over.load(SeqCst) {
                std::thread::sleep(Duration::from_millis(100));
                let victim = kills.fetch_add(1, SeqCst) as usize % workers.len();
                // Dropped first, so that it is killed before another one comes.
                drop(workers[victim].take());
                workers[victim] = starts[victim % 2](address);
                usages.extend(usage(process));
            }
            usages
        });
        let results: Vec<String> = (&mut master.output).lines().map(|line| line.expect("a line")).collect();
        is_over.store(true, SeqCst);
        (results, killer.join().expect("the killer"))
    });
    assert_eq!(ended(&mut master.program.0), 0);
    let mut numbers: Vec<u32> = results.iter().map(|line| line.trim_matches('"').parse().expect("a task")).collect();
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(1..=count), "{} results of {count} tasks", numbers.len());
    let most_files = usages.iter().map(|(files, _)| *files).max().unwrap_or(0);
    let (first, most) =
        (usages.first().map_or(0, |usage| usage.1), usages.iter().map(|usage| usage.1).max().unwrap_or(0));
    println!(
        "{count} tasks in {:?}: {} kills, {} hang-ups, at most {most_files} files, {first} to {most} KiB",
        begun.elapsed(),
        kills.load(SeqCst),
        hang_ups.load(SeqCst)
    );
    // Standard streams, the listener, what waits for events, and three connections for each who connects or has just gone.
    assert!(most_files <= 8 + 3 * 2 * 3 * OF_EACH_SORT, "{most_files} files");
    assert!(most <= first + GROWTH_MAX_KIB, "from {first} to {most} KiB");
}
