//! What the tests of master and workers share: programs that are ended with the test, and a client that says what it likes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use selvedge_models::master_worker::call::Call;
use selvedge_models::master_worker::wire::decode::{Limits, decode};
use selvedge_models::master_worker::wire::frame::framed;
use selvedge_models::master_worker::wire::handshake::{Handshake, NONCE_BYTES, Side};
use selvedge_models::master_worker::wire::value::Value;

pub(crate) const KEY: &str = "abc";

/// How long anything may take before the test fails.
pub(crate) const TIME: Duration = Duration::from_secs(60);

/// A program that is killed with the test.
pub(crate) struct Kept(pub(crate) Child);

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until a program has ended; kills it and fails if that takes too long.
pub(crate) fn ended(child: &mut Child) -> i32 {
    let begun = std::time::Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code().unwrap_or(-1);
        }
        assert!(begun.elapsed() < TIME, "it does not end");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A master of ours.
pub(crate) struct Master {
    pub(crate) program: Kept,
    pub(crate) address: SocketAddr,
    pub(crate) output: BufReader<ChildStdout>,
    tasks: Option<PathBuf>,
}

impl Drop for Master {
    fn drop(&mut self) {
        if let Some(tasks) = &self.tasks {
            let _ = std::fs::remove_file(tasks);
        }
    }
}

/// Starts a master on a free port, with tasks if there are any.
pub(crate) fn master(tasks: Option<&str>, arguments: &[&str]) -> Master {
    started(Command::new(env!("CARGO_BIN_EXE_selvedge")), tasks, arguments)
}

/// Starts a master that may have so many files open.
#[cfg(unix)]
pub(crate) fn master_with_files(count: u32) -> Master {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -n {count}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_selvedge")]);
    started(shell, None, &[])
}

/// Starts a master whose standard error is this file.
#[cfg(unix)]
pub(crate) fn master_with_errors(file: &std::path::Path, arguments: &[&str]) -> Master {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec \"$0\" \"$@\" 2> '{}'", file.display()), env!("CARGO_BIN_EXE_selvedge")]);
    started(shell, None, arguments)
}

/// Starts a master where another one was.
pub(crate) fn master_at(address: SocketAddr, tasks: Option<&str>) -> Master {
    started_at(&address.to_string(), Command::new(env!("CARGO_BIN_EXE_selvedge")), tasks, &[])
}

fn started(command: Command, tasks: Option<&str>, arguments: &[&str]) -> Master {
    started_at("127.0.0.1:0", command, tasks, arguments)
}

fn started_at(address: &str, mut command: Command, tasks: Option<&str>, arguments: &[&str]) -> Master {
    command.args(["master", "--listen", address]).args(arguments).env("SELVEDGE_AUTHKEY", KEY);
    let file = tasks.map(|tasks| {
        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("selvedge-tasks-{}-{count}", std::process::id()));
        std::fs::write(&path, tasks).expect("a file of tasks");
        path
    });
    if let Some(path) = &file {
        command.arg("--tasks").arg(path);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a master");
    let mut output = BufReader::new(child.stdout.take().expect("its output"));
    let mut line = String::new();
    output.read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("listening on ").and_then(|address| address.parse().ok());
    Master { program: Kept(child), address: address.unwrap_or_else(|| panic!("{line}")), output, tasks: file }
}

/// A client that says what it likes.
pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    /// Connects, and says nothing.
    pub(crate) fn connected(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a master");
        stream.set_read_timeout(Some(TIME)).expect("a time");
        stream.set_nodelay(true).expect("no delay");
        Self(stream)
    }

    /// Connects, and shows that it has the key.
    pub(crate) fn with_key(address: SocketAddr) -> Self {
        let mut client = Self::connected(address);
        let (mut handshake, _) = Handshake::begin(Side::Connecting, KEY.as_bytes(), [7; NONCE_BYTES]);
        loop {
            let progress = handshake.received(&client.message().expect("a message")).expect("the same key");
            progress.send.iter().for_each(|message| client.send(message));
            if progress.is_done {
                return client;
            }
        }
    }

    /// Connects to the queue of that kind.
    pub(crate) fn of(address: SocketAddr, kind: &str) -> (Self, String) {
        let created = Self::with_key(address).call(None, "create", vec![Value::text(kind)]);
        let Some(Value::Tuple(parts)) = created else { panic!("{created:?}") };
        let Value::Tuple(parts) = &parts[1] else { panic!("{parts:?}") };
        let Value::Text(ident) = &parts[0] else { panic!("{parts:?}") };
        let mut client = Self::with_key(address);
        client.call(None, "accept_connection", vec![Value::text("test")]);
        (client, ident.clone())
    }

    pub(crate) fn send(&mut self, message: &[u8]) {
        self.0.write_all(&framed(message)).expect("a master that listens");
    }

    /// Returns the next message; none if the master has closed the connection.
    pub(crate) fn message(&mut self) -> Option<Vec<u8>> {
        let mut header = [0; 4];
        self.0.read_exact(&mut header).ok()?;
        let mut message = vec![0; u32::from_be_bytes(header) as usize];
        self.0.read_exact(&mut message).ok()?;
        Some(message)
    }

    pub(crate) fn say(&mut self, ident: Option<&str>, method: &str, arguments: Vec<Value>) {
        self.0.write_all(&Call::new(ident, method, arguments).to_frame()).expect("a master that listens");
    }

    /// Calls a method, and returns the reply: its kind and a value.
    pub(crate) fn call(&mut self, ident: Option<&str>, method: &str, arguments: Vec<Value>) -> Option<Value> {
        self.say(ident, method, arguments);
        self.reply()
    }

    pub(crate) fn reply(&mut self) -> Option<Value> {
        self.message().map(|message| decode(&message, &Limits::default()).expect("a value"))
    }
}

/// The reply to a call that returns that.
pub(crate) fn returned(value: Value) -> Option<Value> {
    Some(Value::Tuple(vec![Value::text("#RETURN"), value]))
}

/// Returns whether a reply says that the call could not be done, or raises.
pub(crate) fn is_refused(reply: &Option<Value>) -> bool {
    let Some(Value::Tuple(parts)) = reply else { return false };
    matches!(&parts[0], Value::Text(kind) if kind == "#TRACEBACK" || kind == "#ERROR")
}

/// Asks the master for something ordinary: it still serves.
pub(crate) fn still_serves(address: SocketAddr) {
    assert_eq!(Client::with_key(address).call(None, "dummy", Vec::new()), returned(Value::None));
}
