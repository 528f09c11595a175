//! Many workers on one master, and something kills them all the time: processes of ours and of CPython's, and threads that hang
//! up. Every task has one result in the end, and the master needs no more memory and no more files than at its beginning.
//!
//! `SELVEDGE_SOAK_TASKS` says how many tasks there are: more of them take longer. `kills.rs` kills masters, too.
#![cfg(target_os = "linux")]

#[path = "soak/kills.rs"]
mod kills;
#[path = "master/mod.rs"]
#[allow(dead_code)]
mod master;
#[path = "../src/network/tcp/mod.rs"]
#[allow(dead_code)]
mod tcp;

use std::io::BufRead;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use master::{KEY, Kept, TIME, ended, master};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use selvedge_models::master_worker::queue::{Answer, Patience, Request};
use selvedge_models::master_worker::wire::value::Value;
use selvedge_models::master_worker::worker::Name;
use tcp::client::{ClientError, RemoteQueues};

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

/// A worker that does so many tasks, or hangs up in the middle of the first. Returns whether it has had any; an error if it is
/// hung up on.
fn hangs_up(address: SocketAddr, steps: u64) -> Result<bool, ClientError> {
    let mut queues = RemoteQueues::open(address, KEY.as_bytes(), 1 << 20)?;
    let mut ask = |name, request| queues.ask(name, &request, Patience::Some(Duration::from_secs(1)));
    let hangs_up_after = steps % 3;
    for step in 0..steps {
        let lease = Request::Lease(Duration::from_secs(2));
        let Answer::Leased(leased) = ask(Name::Tasks, lease)? else { return Ok(step > 0) };
        if hangs_up_after == 0 {
            return Ok(true);
        }
        let Value::Int(task) = leased.item else { panic!("{:?} is no task", leased.item) };
        let result = Request::PutOnce(leased.number, Value::Text(task.to_string()));
        assert_eq!(ask(Name::Results, result)?, Answer::Done);
        if hangs_up_after == 1 {
            return Ok(true);
        }
        // Which may have come too late.
        ask(Name::Tasks, Request::Acknowledge(leased.ticket))?;
    }
    Ok(true)
}

/// Returns how many files a process has open, and its memory in KiB.
fn usage(process: u32) -> Option<(usize, u64)> {
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?.count();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some((files, line.split_whitespace().next()?.parse().ok()?))
}

/// One test at a time: they measure.
static ALONE: Mutex<()> = Mutex::new(());

/// Kills the master if the test takes longer than that: whoever waits for it then fails, and does not wait for ever.
fn watch(master: u32, time: Duration) -> Sender<()> {
    let (test, watch) = channel();
    std::thread::spawn(move || {
        if watch.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
            let _ = kill(Pid::from_raw(master.cast_signed()), Signal::SIGKILL);
        }
    });
    test
}

#[test]
fn nothing_is_lost_whoever_is_killed() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let count: u32 = std::env::var("SELVEDGE_SOAK_TASKS").ok().and_then(|count| count.parse().ok()).unwrap_or(TASKS);
    let mut master =
        master(Some(&(1..=count).map(|task| format!("{task}\n")).collect::<String>()), &["--deliveries", "0"]);
    let (address, process) = (master.address, master.program.0.id());
    let starts = [ours as fn(SocketAddr) -> Option<Kept>, theirs];
    let mut workers: Vec<Option<Kept>> = (0..2 * OF_EACH_SORT).map(|at| starts[at % 2](address)).collect();
    assert!(workers[0].is_some(), "a worker of ours");
    if workers[1].is_none() {
        println!("NOT TESTED with CPython's workers: there is no python3");
    }
    let (is_over, kills, hang_ups) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let begun = Instant::now();
    let _watch = watch(process, TIME + count * Duration::from_millis(20));
    let (results, usages) = std::thread::scope(|scope| {
        for thread in 0..OF_EACH_SORT as u64 {
            let (is_over, hang_ups) = (&is_over, &hang_ups);
            scope.spawn(move || {
                let mut steps = thread;
                while !is_over.load(SeqCst) {
                    let hung_up = hangs_up(address, 1 + steps % 50).unwrap_or(false);
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
    assert!(hang_ups.load(SeqCst) > 0 && kills.load(SeqCst) > 0, "nothing went wrong");
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

/// Returns how long a process or a thread has run, in ticks of 10 ms.
fn ticks(who: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{who}/stat")).expect("a process");
    let fields: Vec<&str> = status.rsplit(") ").next().expect("fields").split(' ').collect();
    [11, 12].map(|at| fields[at].parse::<u64>().expect("ticks")).iter().sum()
}

/// Returns how many ticks a client, which is this thread, and its master run while something is done.
fn ticks_of(sides: &[String; 2], action: impl FnOnce()) -> [u64; 2] {
    let before = sides.each_ref().map(|side| ticks(side));
    action();
    [ticks(&sides[0]) - before[0], ticks(&sides[1]) - before[1]]
}

/// Who has just been asked or answered looks for more before it sleeps; but not for long, and not where there is time to sleep.
#[test]
fn who_waits_takes_no_processor() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let master = master(None, &[]);
    let _watch = watch(master.program.0.id(), TIME);
    let mut queues = RemoteQueues::open(master.address, KEY.as_bytes(), 1 << 20).expect("a master");
    let mut ask = |request, patience| queues.ask(Name::Tasks, &request, patience).expect("an answer");
    for number in 0..1_000 {
        ask(Request::Put(Value::Int(number)), Patience::Endless);
        ask(Request::Get, Patience::Endless);
    }
    let sides = ["thread-self".to_owned(), master.program.0.id().to_string()];
    let second = Duration::from_secs(1);
    let waits = ticks_of(&sides, || assert_eq!(ask(Request::Get, Patience::Some(second)), Answer::Empty));
    assert!(waits.iter().all(|ticks| *ticks < 20), "client and master take {waits:?} ticks of a second");
    let begun = Instant::now();
    let now_and_then = ticks_of(&sides, || {
        while begun.elapsed() < second {
            ask(Request::Size, Patience::None);
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    assert!(now_and_then.iter().all(|ticks| *ticks < 60), "{now_and_then:?} ticks of a second for a few questions");
}
