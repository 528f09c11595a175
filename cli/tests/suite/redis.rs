//! `selvedge worker --redis` with a real server of Redis, which `ci/redis.sh` installs. Where there is none, that is said and nothing
//! tested; SELVEDGE_REDIS_REQUIRED=1 makes that an error.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis::streams::{StreamId, StreamRangeReply};
use redis::{Commands, Connection};

use crate::master::{Kept, TIME, ended};

/// A server of Redis, and the folder in which it keeps what it has.
struct Server {
    program: Kept,
    port: u16,
    folder: tempfile::TempDir,
    password: Option<&'static str>,
}

impl Server {
    /// Starts one; none if there is no such program.
    fn start(password: Option<&'static str>) -> Option<Self> {
        if Command::new("redis-server").arg("--version").stdout(Stdio::null()).status().is_err() {
            assert!(std::env::var_os("SELVEDGE_REDIS_REQUIRED").is_none(), "there is no redis-server");
            // Past what captures the output of tests, so that it is seen.
            let _ = writeln!(std::io::stderr(), "NOT TESTED: there is no redis-server");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let port =
            std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr()).expect("a port").port();
        let program = Kept(Self::program(port, &folder, password));
        Some(Self { program, port, folder, password })
    }

    /// What it has is on the disk before it answers.
    fn program(port: u16, folder: &tempfile::TempDir, password: Option<&str>) -> Child {
        let mut server = Command::new("redis-server");
        server.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]);
        server.args(["--appendfsync", "always", "--dir"]).arg(folder.path()).stdout(Stdio::null());
        password.map(|password| server.args(["--requirepass", password]));
        server.spawn().expect("a server")
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Connects, as soon as it answers.
    fn connection(&self) -> Connection {
        let user = self.password.map_or(String::new(), |password| format!(":{password}@"));
        let client = redis::Client::open(format!("redis://{user}127.0.0.1:{}", self.port)).expect("an address");
        let begun = Instant::now();
        loop {
            let connection = client.get_connection();
            let answers = connection.and_then(|mut connection| connection.ping::<String>().map(|_| connection));
            match answers {
                Ok(connection) => return connection,
                Err(error) => assert!(begun.elapsed() < TIME, "{error}"),
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn kill(&mut self) {
        let _ = self.program.0.kill();
        let _ = self.program.0.wait();
    }

    fn start_again(&mut self) {
        self.program = Kept(Self::program(self.port, &self.folder, self.password));
    }

    fn worker(&self, arguments: &[&str]) -> Kept {
        let mut worker = Command::new(env!("CARGO_BIN_EXE_selvedge"));
        worker.args(["worker", "--redis", &self.url()]).args(arguments).stderr(Stdio::null());
        self.password.map(|password| worker.env("REDISCLI_AUTH", password));
        Kept(worker.spawn().expect("a worker"))
    }
}

fn put(connection: &mut Connection, task: &str) -> String {
    connection.xadd("tasks", "*", &[("task", task)]).expect("an entry")
}

/// Returns an entry's task and another field of it, to be sorted as text.
fn fields(entry: &StreamId, field: &str) -> (String, String) {
    (entry.get("task").expect("a task"), entry.get(field).expect("a field"))
}

fn all(connection: &mut Connection, stream: &str, field: &str) -> Vec<(String, String)> {
    let reply: StreamRangeReply = connection.xrange_all(stream).expect("a stream");
    let mut all: Vec<_> = reply.ids.iter().map(|entry| fields(entry, field)).collect();
    all.sort();
    all
}

#[test]
fn tasks_and_results() {
    let Some(server) = Server::start(Some("hidden")) else { return };
    let mut connection = server.connection();
    let tasks = ["3", "12345678901234567890", "\"a text\"", "{\"a\": [1, null]}"];
    let numbers: Vec<String> = tasks.iter().map(|task| put(&mut connection, task)).collect();
    assert_eq!(ended(&mut server.worker(&["--timeout", "0.3"]).0), 0);
    let expected = ["\"3 * 3 = 9\"", "\"not a number: 12345678901234567890\"", "\"not a number: \\\"a text\\\"\""];
    let results = all(&mut connection, "results", "result");
    let seen: Vec<_> = results.iter().map(|(_, result)| result.as_str()).collect();
    assert_eq!(seen[..3], expected);
    assert_eq!(
        results.into_iter().map(|(number, _)| number).collect::<Vec<_>>(),
        numbers,
        "each says of which task it is"
    );
    // A command reads the JSON as it is, and one that fails says so.
    let own = ["--timeout", "0.3", "--group", "others", "--stream", "more", "--results", "answers"];
    let number: String = connection.xadd("more", "*", &[("task", tasks[3])]).expect("an entry");
    let script = "cat; test -z \"$REDISCLI_AUTH\" && exit 3";
    assert_eq!(ended(&mut server.worker(&[&own[..], &["--", "sh", "-c", script]].concat()).0), 0);
    let answers = all(&mut connection, "answers", "result");
    let failed = "{\"status\":\"failed\",\"exit_code\":3,\"output\":\"{\\\"a\\\": [1, null]}\"}";
    assert_eq!(answers, [(number, failed.to_owned())]);
}

/// A worker that is killed with a task, one that takes longer than its lease, and a task that kills its workers.
#[test]
fn leases() {
    let Some(server) = Server::start(None) else { return };
    let mut connection = server.connection();
    let task = put(&mut connection, "1");
    let mut killed = server.worker(&["--lease", "1", "--", "sleep", "60"]);
    let is_pending = |connection: &mut Connection| {
        let pending: redis::RedisResult<redis::streams::StreamPendingReply> = connection.xpending("tasks", "workers");
        pending.is_ok_and(|pending| pending.count() == 1)
    };
    let begun = Instant::now();
    while !is_pending(&mut connection) {
        assert!(begun.elapsed() < TIME, "nobody takes it");
    }
    killed.0.kill().expect("it runs");
    assert_eq!(ended(&mut server.worker(&["--lease", "1", "--timeout", "0.2", "--", "echo", "done"]).0), 0);
    assert_eq!(
        all(&mut connection, "results", "result"),
        [(task.clone(), "\"done\"".to_owned())],
        "the other has waited for it"
    );
    // One that is at work extends its lease: the other one waits, and does not take it.
    let slow = put(&mut connection, "2");
    let arguments = ["--lease", "1", "--timeout", "0.2", "--", "sh", "-c", "sleep 2.5; echo $$"];
    let mut workers = [(); 2].map(|()| server.worker(&arguments));
    assert_eq!(workers.each_mut().map(|worker| ended(&mut worker.0)), [0, 0]);
    let results = all(&mut connection, "results", "result");
    assert_eq!(results.iter().map(|(task, _)| task).collect::<Vec<_>>(), [&task, &slow]);
    // Given up after two deliveries.
    let deadly = put(&mut connection, "3");
    let bad: String = connection.xadd("tasks", "*", &[("other", "x")]).expect("an entry");
    let arguments = ["--lease", "0.3", "--deliveries", "2", "--timeout", "0.2", "--", "sh", "-c", "kill -9 $PPID"];
    let codes: Vec<i32> = (0..3).map(|_| ended(&mut server.worker(&arguments).0)).collect();
    assert_eq!(codes, [-1, -1, 0]);
    let reply: StreamRangeReply = connection.xrange_all("tasks:dead").expect("a stream");
    let mut dead: Vec<String> = reply.ids.iter().map(|entry| entry.get("task").expect("a task")).collect();
    dead.sort();
    assert_eq!(dead, [deadly, bad]);
    assert_eq!(all(&mut connection, "results", "result").len(), 2);
}

/// A broker that is killed and starts again: its workers go on, and hand in what they have done.
#[test]
fn a_broker_that_starts_again() {
    let Some(mut server) = Server::start(None) else { return };
    let mut connection = server.connection();
    let tasks: Vec<String> = (0..20).map(|task| put(&mut connection, &task.to_string())).collect();
    let arguments = ["--lease", "5", "--timeout", "0.5", "--", "sh", "-c", "sleep 0.05; cat"];
    let mut workers = [(); 2].map(|()| server.worker(&arguments));
    for _ in 0..2 {
        std::thread::sleep(Duration::from_millis(250));
        server.kill();
        std::thread::sleep(Duration::from_millis(50));
        server.start_again();
        drop(server.connection());
    }
    // An entry whose worker was not told of it comes back when its lease is over.
    assert_eq!(workers.each_mut().map(|worker| ended(&mut worker.0)), [0, 0]);
    let results = all(&mut server.connection(), "results", "result");
    let mut expected: Vec<_> = tasks.into_iter().zip((0..20).map(|task| format!("\"{task}\""))).collect();
    expected.sort();
    assert_eq!(results, expected);
}

/// Workers are killed at any moment, and others started: each task has one result.
#[test]
fn killed_workers() {
    let Some(server) = Server::start(None) else { return };
    let mut connection = server.connection();
    let tasks: Vec<String> = (0..150).map(|task| put(&mut connection, &task.to_string())).collect();
    let arguments = ["--lease", "0.4", "--timeout", "0.5", "--deliveries", "1000", "--", "sh", "-c", "cat"];
    let mut kills = 0;
    let begun = Instant::now();
    let mut workers: Vec<Kept> = (0..3).map(|_| server.worker(&arguments)).collect();
    while connection.xlen::<_, usize>("results").expect("a length") < tasks.len() {
        assert!(begun.elapsed() < TIME, "{kills} kills");
        std::thread::sleep(Duration::from_millis(15 + kills % 7 * 13));
        workers[kills as usize % 3] = server.worker(&arguments);
        kills += 1;
    }
    assert!(workers.iter_mut().all(|worker| ended(&mut worker.0) == 0));
    let mut expected: Vec<_> = tasks.into_iter().zip((0..150).map(|task| format!("\"{task}\""))).collect();
    expected.sort();
    let results = all(&mut connection, "results", "result");
    assert!(results == expected && kills > 5, "{kills} kills: {results:?}");
}

#[test]
fn what_is_no_broker() {
    let said = |arguments: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_selvedge")).arg("worker").args(arguments).output().expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for url in ["nowhere", "http://127.0.0.1", "redis://"] {
        let (code, said) = said(&["--redis", url]);
        assert!(code == Some(2) && said.contains("redis://HOST:PORT"), "{url}: {code:?} {said}");
    }
    let (code, said_of_lease) = said(&["--redis", "redis://127.0.0.1:1", "--lease", "0"]);
    assert!(code == Some(2) && said_of_lease.contains("--lease"), "{said_of_lease}");
    let (code, said) = said(&["--redis", "redis://:hidden@127.0.0.1:1"]);
    assert!(code == Some(1) && said.contains("127.0.0.1:1") && !said.contains("hidden"), "{said}");
}
