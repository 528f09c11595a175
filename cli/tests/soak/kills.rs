//! A master with a state, and workers, that are killed at random moments and started again: every task has one result in the end.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use selvedge_models::master_worker::queue::{Answer, Leased, Patience, Request};
use selvedge_models::master_worker::wire::value::Value;
use selvedge_models::master_worker::worker::Name;

use crate::master::{KEY, Kept, TIME, ended};
use crate::tcp::client::RemoteQueues;

/// How many times something is killed, unless `SELVEDGE_SOAK_KILLS` says.
const KILLS: u32 = 200;

/// How many tasks there are for each kill: so many that some are left when the last one has come.
const TASKS_FOR_EACH: u32 = 8;

const WORKERS: usize = 2;

/// Where the tests of kills keep what they need.
struct Folder(tempfile::TempDir);

impl Folder {
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Starts a master on its state; its output goes to a file, behind what is there.
    fn master(&self, address: &str, tasks: Option<&Path>) -> Kept {
        let output = File::options().append(true).create(true).open(self.path("output")).expect("a file");
        let mut program = Command::new(env!("CARGO_BIN_EXE_selvedge"));
        program.args(["master", "--listen", address, "--deliveries", "0", "--state"]).arg(self.path("state"));
        if let Some(tasks) = tasks {
            program.arg("--tasks").arg(tasks);
        }
        let program = program.env("SELVEDGE_AUTHKEY", KEY).stdout(output).stderr(Stdio::null());
        Kept(program.spawn().expect("a master"))
    }

    /// Returns where the first master listens, as soon as it says so.
    fn address(&self) -> SocketAddr {
        let begun = Instant::now();
        loop {
            let output = std::fs::read_to_string(self.path("output")).unwrap_or_default();
            let line = output.lines().find_map(|line| line.strip_prefix("listening on "));
            if let Some(address) = line.and_then(|address| address.parse().ok()) {
                return address;
            }
            assert!(begun.elapsed() < TIME, "it does not listen");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Returns what `selvedge tasks` says.
    fn tasks(&self, arguments: &[&str]) -> Vec<String> {
        let mut program = Command::new(env!("CARGO_BIN_EXE_selvedge"));
        let output = program.arg("tasks").arg(self.path("state")).args(arguments).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
    }
}

fn worker(address: SocketAddr) -> Kept {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_selvedge"));
    worker.args(["worker", "--connect", &address.to_string(), "--timeout", "30", "--lease", "1"]);
    worker.env("SELVEDGE_AUTHKEY", KEY).stdout(Stdio::null()).stderr(Stdio::null());
    Kept(worker.spawn().expect("a worker"))
}

/// A client of a master.
fn client(address: SocketAddr) -> RemoteQueues {
    RemoteQueues::open(address, KEY.as_bytes(), 1 << 20).expect("a master")
}

/// Asks for something that need not be waited for.
fn ask(queues: &mut RemoteQueues, name: Name, request: Request) -> Answer {
    queues.ask(name, &request, Patience::None).expect("an answer")
}

/// Starts a worker again that has found no master and ended.
fn revive(kept: &mut Kept, address: SocketAddr) {
    if kept.0.try_wait().expect("a child").is_some() {
        *kept = worker(address);
    }
}

#[test]
fn a_master_that_is_killed_goes_on_where_it_was() {
    let _alone = super::ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let kills = std::env::var("SELVEDGE_SOAK_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(KILLS);
    let count = kills * TASKS_FOR_EACH;
    let folder = Folder(tempfile::tempdir().expect("a folder"));
    let tasks = folder.path("tasks");
    std::fs::write(&tasks, (1..=count).map(|task| format!("{task}\n")).collect::<String>()).expect("a file");
    let mut master = folder.master("127.0.0.1:0", Some(&tasks));
    let address = folder.address();
    let mut workers: Vec<Kept> = (0..WORKERS).map(|_| worker(address)).collect();
    // A master of many tasks begins more slowly, and is to come to do something now and then.
    let pause_millis = 40 + count / if cfg!(debug_assertions) { 50 } else { 500 };
    let (mut draw, mut of_masters, begun) = (0x9e37_79b9_u32, 0, Instant::now());
    for kill in 0..kills {
        // Anything may be going on: at the beginning of a master, too.
        draw ^= draw << 13;
        draw ^= draw >> 17;
        draw ^= draw << 5;
        std::thread::sleep(Duration::from_millis(u64::from(draw % pause_millis)));
        workers.iter_mut().for_each(|worker| revive(worker, address));
        if draw.is_multiple_of(3) {
            let victim = kill as usize % WORKERS;
            drop(std::mem::replace(&mut workers[victim], worker(address)));
        } else {
            drop(master);
            master = folder.master(&address.to_string(), Some(&tasks));
            of_masters += 1;
        }
    }
    let killed_for = begun.elapsed();
    while master.0.try_wait().expect("a child").is_none() {
        workers.iter_mut().for_each(|worker| revive(worker, address));
        assert!(begun.elapsed() < TIME + killed_for + count * Duration::from_millis(10), "{:?}", folder.tasks(&[]));
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(ended(&mut master.0), 0);
    let square = |task: u32| format!("\"{task} * {task} = {}\"", u64::from(task).pow(2));
    let mut expected: Vec<String> = (1..=count).map(square).collect();
    let mut results = folder.tasks(&["--results"]);
    expected.sort();
    results.sort();
    assert_eq!(results.len(), expected.len(), "{of_masters} masters were killed");
    assert_eq!(results, expected);
    // What was printed was printed once.
    let output = BufReader::new(File::open(folder.path("output")).expect("a file"));
    let mut printed: Vec<String> = output.lines().map_while(Result::ok).filter(|line| line.starts_with('"')).collect();
    let all = printed.len();
    printed.sort();
    printed.dedup();
    assert_eq!(printed.len(), all);
    println!(
        "{count} tasks in {:?}: {of_masters} masters and {} workers killed, {all} results printed",
        begun.elapsed(),
        kills - of_masters
    );
}

/// A master that dies while it writes, because its file may not grow any more, has told nobody of what is not in it.
#[test]
fn nobody_is_told_of_what_is_not_kept() {
    for blocks in [300, 400, 600] {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        let output = File::create(folder.path("output")).expect("a file");
        let mut shell = Command::new("sh");
        // A unit is 512 or 1,024 bytes: any limit will do.
        let script = format!("ulimit -c 0; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_selvedge"), "master", "--listen", "127.0.0.1:0", "--state"]);
        shell.arg(folder.path("state")).env("SELVEDGE_AUTHKEY", KEY).stdout(output).stderr(Stdio::null());
        let mut master = Kept(shell.spawn().expect("a shell"));
        let mut queues = client(folder.address());
        let put = |queues: &mut RemoteQueues| {
            queues.ask(Name::Tasks, &Request::Put(Value::Text("x".repeat(3_000))), Patience::None)
        };
        let told =
            std::iter::from_fn(|| put(&mut queues).ok()).inspect(|answer| assert_eq!(answer, &Answer::Done)).count();
        assert_ne!(ended(&mut master.0), 0, "it could not go on");
        let lines = folder.tasks(&[]);
        let kept: usize = lines[0].trim_start_matches("tasks that wait: ").parse().expect("a number");
        assert!(told > 0 && kept >= told, "{told} puts were answered, and {kept} are kept");
    }
}

/// What a master knew of leases and results, the next one knows.
#[test]
fn a_lease_and_a_result_outlive_the_master() {
    let folder = Folder(tempfile::tempdir().expect("a folder"));
    let mut master = folder.master("127.0.0.1:0", None);
    let address = folder.address();
    let mut begin_again = |queues: &mut Option<RemoteQueues>| {
        *queues = None;
        let _ = master.0.kill();
        let _ = master.0.wait();
        master = folder.master(&address.to_string(), None);
        let begun = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < TIME, "it does not listen again");
            std::thread::sleep(Duration::from_millis(2));
        }
        *queues = Some(client(address));
    };
    let mut queues = Some(client(address));
    let asked =
        |queues: &mut Option<RemoteQueues>, name, request| ask(queues.as_mut().expect("a client"), name, request);
    let lease = Request::Lease(Duration::from_secs(600));
    for task in 1..=2 {
        asked(&mut queues, Name::Tasks, Request::Put(Value::Int(task)));
    }
    // The master may be gone before it sees that its client is: then the lease goes on, and its ticket is good.
    let Answer::Leased(Leased { ticket, number, .. }) = asked(&mut queues, Name::Tasks, lease.clone()) else {
        panic!("no task")
    };
    let result = Request::PutOnce(number, Value::text("the result"));
    assert_eq!(asked(&mut queues, Name::Results, result.clone()), Answer::Done);
    begin_again(&mut queues);
    assert_eq!(asked(&mut queues, Name::Results, result), Answer::Done);
    assert_eq!(asked(&mut queues, Name::Results, Request::Size), Answer::Size(1), "there is one result already");
    let is_kept = asked(&mut queues, Name::Tasks, Request::Acknowledge(ticket));
    assert!(matches!(is_kept, Answer::Done | Answer::LeaseIsOver), "{is_kept:?}");
    // One that came back because its client went is there for the next one at once.
    let Answer::Leased(other) = asked(&mut queues, Name::Tasks, lease.clone()) else { panic!("no task") };
    queues = Some(client(address));
    let begun = Instant::now();
    while asked(&mut queues, Name::Tasks, Request::IsEmpty) == Answer::Is(true) {
        assert!(begun.elapsed() < TIME, "it does not come back");
    }
    begin_again(&mut queues);
    let Answer::Leased(again) = asked(&mut queues, Name::Tasks, lease) else { panic!("it is still on a lease") };
    assert_ne!(again.ticket, other.ticket, "no ticket is given out twice");
}

/// A worker goes on with its task while the master is gone, and hands in the result when it is there again: nothing is done twice.
#[test]
fn a_task_goes_on_while_the_master_is_gone() {
    let folder = Folder(tempfile::tempdir().expect("a folder"));
    let (tasks, runs) = (folder.path("tasks"), folder.path("runs"));
    std::fs::write(&tasks, "1\n2\n").expect("a file");
    let mut master = folder.master("127.0.0.1:0", Some(&tasks));
    let address = folder.address();
    let command = format!("read task; echo $task >> '{}'; sleep 0.6; echo done $task", runs.display());
    let mut worker = Command::new(env!("CARGO_BIN_EXE_selvedge"));
    worker.args(["worker", "--connect", &address.to_string(), "--lease", "1", "--", "sh", "-c", &command]);
    worker.env("SELVEDGE_AUTHKEY", KEY).stdout(Stdio::null()).stderr(Stdio::null());
    let mut worker = Kept(worker.spawn().expect("a worker"));
    let begun = Instant::now();
    while !runs.exists() {
        assert!(begun.elapsed() < TIME, "it does not begin");
        std::thread::sleep(Duration::from_millis(2));
    }
    drop(master);
    // Long enough for the worker to see it, when it wants to keep its lease.
    std::thread::sleep(Duration::from_millis(450));
    master = folder.master(&address.to_string(), None);
    assert_eq!((ended(&mut master.0), ended(&mut worker.0)), (0, 0));
    let mut results = folder.tasks(&["--results"]);
    results.sort();
    assert_eq!(results, ["\"done 1\"", "\"done 2\""]);
    assert_eq!(std::fs::read_to_string(&runs).expect("text"), "1\n2\n", "each is done once");
}

/// The last results have come, and the master was killed before it had told of them: the next one does, and ends, though nobody
/// connects.
#[test]
fn a_master_ends_that_has_all_results() {
    let folder = Folder(tempfile::tempdir().expect("a folder"));
    let tasks = folder.path("tasks");
    std::fs::write(&tasks, "1\n").expect("a file");
    let mut master = folder.master("127.0.0.1:0", Some(&tasks));
    let mut queues = client(folder.address());
    let lease = Request::Lease(Duration::from_secs(60));
    let Answer::Leased(leased) = ask(&mut queues, Name::Tasks, lease) else { panic!("no task") };
    let put = Request::PutOnce(leased.number, Value::text("the result"));
    assert_eq!(ask(&mut queues, Name::Results, put), Answer::Done);
    let _ = master.0.kill();
    let _ = master.0.wait();
    // As if it had been killed before it took the result.
    let state = rusqlite::Connection::open(folder.path("state")).expect("the state");
    let taken = state.query_row("SELECT count(*) FROM results", [], |row| row.get::<_, i64>(0)).expect("a count");
    if taken == 1 {
        let tables = "INSERT INTO items SELECT 'get_result_queue', last, (SELECT value FROM items LIMIT 1), 0, 0, 0, 'line', NULL, NULL, NULL \
                      FROM queues WHERE name = 'get_result_queue'; \
                      INSERT INTO open_tasks SELECT number, 1, 0, 0, value FROM items WHERE queue = 'get_task_queue'; \
                      UPDATE items SET task = (SELECT number FROM open_tasks) WHERE queue = 'get_result_queue'; \
                      DELETE FROM results";
        state.execute_batch(tables).expect("it is written");
    }
    drop(state);
    let mut next = folder.master("127.0.0.1:0", None);
    assert_eq!(ended(&mut next.0), 0);
    assert_eq!(folder.tasks(&["--results"]).len(), 1);
}

/// A queue of a client is known by a name of its master's process: after that it is nobody else's.
#[test]
fn a_queue_of_a_client_is_not_another_clients_after_a_kill() {
    let folder = Folder(tempfile::tempdir().expect("a folder"));
    let begin = || {
        let master = folder.master("127.0.0.1:0", None);
        let address = folder.address();
        std::fs::remove_file(folder.path("output")).expect("it says its address anew");
        (master, address)
    };
    let (first, address) = begin();
    let (_, mine) = crate::master::Client::of(address, "Queue");
    drop(first);
    let (_second, address) = begin();
    let (mut other, theirs) = crate::master::Client::of(address, "Queue");
    assert_ne!(mine, theirs);
    assert!(crate::master::is_refused(&other.call(Some(&mine), "put", vec![Value::Int(1)])));
    // The usual queues are the same.
    let (mut again, usual) = crate::master::Client::of(address, "get_task_queue");
    assert_eq!(again.call(Some(&usual), "qsize", vec![]), crate::master::returned(Value::Int(0)));
}
