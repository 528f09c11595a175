//! Our master against CPython's own manager, both over TCP on loopback, in one run: pairs of a put and a get a second, with
//! CPython's client (one connection, and two at a time) and with ours. Beside them stands a server that looks at nothing
//! (`network/floor.rs`): what is lost to it is about what a better server could win. Where the two sides run decides more than
//! anything that they do, so each is measured as the system places it, and on one processor. Run it with
//! `cargo bench -p selvedge-cli --bench network`.

#[path = "network/floor.rs"]
mod floor;
#[path = "../cli/src/network/tcp/mod.rs"]
#[allow(dead_code)] // What only workers use.
mod tcp;

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use comfy_table::{Table, presets};
use selvedge_models::master_worker::queue::{Patience, Request};
use selvedge_models::master_worker::wire::value::Value;
use selvedge_models::master_worker::worker::Name;
use tcp::client::RemoteQueues;

/// How many pairs of a put and a get make one measurement.
const PAIRS: u32 = 3_000;

/// How often each is measured, in turn; the best counts, for the machine may do something else meanwhile.
const ROUNDS: usize = 5;

const KEY: &str = "abc";

/// Does something on one processor: what it starts stays there too.
#[cfg(target_os = "linux")]
fn on_one_processor<R: Send>(action: impl FnOnce() -> R + Send) -> R {
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    let me = nix::unistd::Pid::from_raw(0);
    let pinned = move || {
        let allowed = sched_getaffinity(me).expect("processors");
        let first = (0..CpuSet::count()).find(|at| allowed.is_set(*at).unwrap_or(false)).expect("a processor");
        let mut one = CpuSet::new();
        one.set(first).expect("a processor");
        sched_setaffinity(me, &one).expect("a processor");
        action()
    };
    std::thread::scope(|scope| scope.spawn(pinned).join().expect("no panic"))
}

/// A program that is killed in the end.
struct Kept(Child);

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program, and returns it with the first line that it prints.
fn started(command: &mut Command) -> (Kept, BufReader<std::process::ChildStdout>, String) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a program");
    let mut output = BufReader::new(child.stdout.take().expect("its output"));
    let mut line = String::new();
    output.read_line(&mut line).expect("a line");
    (Kept(child), output, line.trim().to_owned())
}

/// Returns pairs a second of so many of CPython's clients at a time.
fn theirs(address: SocketAddr, clients: usize) -> f64 {
    let (port, pairs) = (address.port().to_string(), PAIRS.to_string());
    let mut clients: Vec<_> = (0..clients)
        .map(|_| started(Command::new("python3").args(["-c", include_str!("network/client.py"), &port, &pairs])))
        .collect();
    let begun = Instant::now();
    for (client, ..) in &mut clients {
        client.0.stdin.as_mut().expect("its input").write_all(b"go\n").expect("a client");
    }
    for (_, output, _) in &mut clients {
        output.read_line(&mut String::new()).expect("a line");
    }
    f64::from(PAIRS) * clients.len() as f64 / begun.elapsed().as_secs_f64()
}

/// Returns pairs a second of our client.
fn ours(address: SocketAddr) -> f64 {
    let mut queues = RemoteQueues::open(address, KEY.as_bytes(), 16 << 20).expect("a server");
    let mut pair = |number| {
        queues.ask(Name::Tasks, &Request::Put(Value::Int(number)), Patience::Endless).expect("room");
        queues.ask(Name::Tasks, &Request::Get, Patience::Endless).expect("an item");
    };
    pair(0);
    let begun = Instant::now();
    (0..PAIRS).for_each(|number| pair(number.into()));
    f64::from(PAIRS) / begun.elapsed().as_secs_f64()
}

type Client = fn(SocketAddr) -> f64;

const CLIENTS: [(&str, Client); 3] = [
    ("CPython, one connection", |server| theirs(server, 1)),
    ("CPython, two at a time", |server| theirs(server, 2)),
    ("ours, one connection", ours),
];

/// Pairs a second by client, of CPython's manager, of our master, and of the server that looks at nothing.
type Rates = [[f64; 3]; 3];

type Measure = fn() -> Rates;

/// Measures each client with each server.
fn measure() -> Rates {
    let mut master = Command::new(env!("CARGO_BIN_EXE_selvedge"));
    master.args(["master", "--listen", "127.0.0.1:0"]).env("SELVEDGE_AUTHKEY", KEY).stderr(Stdio::null());
    let (_master, _output, line) = started(&mut master);
    let our_server = line.rsplit(' ').next().and_then(|address| address.parse().ok()).expect("an address");
    let (_server, _output, port) = started(Command::new("python3").args(["-c", include_str!("network/server.py")]));
    let their_server = SocketAddr::from(([127, 0, 0, 1], port.parse().expect("a port")));
    let floor = floor::listen(KEY);
    let mut best = [[0.0_f64; 3]; 3];
    for _ in 0..ROUNDS {
        for (best, (_, client)) in best.iter_mut().zip(CLIENTS) {
            for (best, address) in best.iter_mut().zip([their_server, our_server, floor]) {
                *best = best.max(client(address));
            }
        }
    }
    best
}

fn main() {
    if Command::new("python3").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("NOT MEASURED: there is no python3");
        return;
    }
    let placements: &[(&str, Measure)] = &[
        ("as the system places them", measure),
        #[cfg(target_os = "linux")]
        ("all on one processor", || on_one_processor(measure)),
    ];
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "placed",
        "client",
        "CPython's manager, pairs/s",
        "selvedge master, pairs/s",
        "ratio",
        "to CPython's own client",
        "looks at nothing, pairs/s",
        "its ratio",
    ]);
    for (placement, measure) in placements {
        let best = measure();
        for ((name, _), [their_server, our_server, floor]) in CLIENTS.iter().zip(best) {
            table.add_row([
                (*placement).to_owned(),
                (*name).to_owned(),
                format!("{their_server:.0}"),
                format!("{our_server:.0}"),
                format!("{:.2}", our_server / their_server),
                format!("{:.2}", our_server / best[0][0]),
                format!("{floor:.0}"),
                format!("{:.2}", floor / their_server),
            ]);
        }
    }
    println!("{table}");
}
