//! Our master against CPython's own manager, both over TCP on loopback, in one run: pairs of a put and a get a second, of
//! small and of large items, with CPython's client (one connection, and several at a time) and with ours. Beside them stands
//! a server that looks at nothing (`network/floor.rs`): what is lost to it is about what a better server could win. Where the two sides run decides more than
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

/// How often each is measured, in turn; the best counts, for the machine may do something else meanwhile.
const ROUNDS: usize = 3;

/// What is put and got: its name, as Python writes it, as we do, how many pairs make one measurement, and how many of CPython's
/// clients do that at a time.
struct Load {
    name: &'static str,
    python: &'static str,
    value: fn() -> Value,
    pairs: u32,
    clients: &'static [usize],
}

const LOADS: [Load; 5] = [
    Load { name: "a number", python: "7", value: || Value::Int(7), pairs: 1_000, clients: &[1, 2, 8, 64] },
    Load {
        name: "10 KB",
        python: "bytes(10_000)",
        value: || Value::Bytes(vec![0; 10_000]),
        pairs: 1_000,
        clients: &[1, 8],
    },
    Load {
        name: "1 MB",
        python: "bytes(1_000_000)",
        value: || Value::Bytes(vec![0; 1_000_000]),
        pairs: 100,
        clients: &[1],
    },
    Load {
        name: "10 MB",
        python: "bytes(10_000_000)",
        value: || Value::Bytes(vec![0; 10_000_000]),
        pairs: 10,
        clients: &[1],
    },
    Load {
        name: "a dict of 10,000",
        python: "{'key %d' % number: number for number in range(10_000)}",
        value: || {
            let pair = |number: i64| (Value::Text(format!("key {number}")), Value::Int(number));
            Value::Dict((0..10_000).map(pair).collect())
        },
        pairs: 30,
        clients: &[1],
    },
];

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
fn theirs(address: SocketAddr, load: &Load, clients: usize) -> f64 {
    let pairs = load.pairs / u32::try_from(clients).expect("few").min(8);
    let arguments = [&address.port().to_string(), &pairs.to_string(), load.python];
    let client = || started(Command::new("python3").args(["-c", include_str!("network/client.py")]).args(arguments));
    let mut clients: Vec<_> = (0..clients).map(|_| client()).collect();
    let begun = Instant::now();
    for (client, ..) in &mut clients {
        client.0.stdin.as_mut().expect("its input").write_all(b"go\n").expect("a client");
    }
    for (_, output, _) in &mut clients {
        output.read_line(&mut String::new()).expect("a line");
    }
    f64::from(pairs) * clients.len() as f64 / begun.elapsed().as_secs_f64()
}

/// Returns pairs a second of our client.
fn ours(address: SocketAddr, load: &Load) -> f64 {
    let mut queues = RemoteQueues::open(address, KEY.as_bytes(), 16 << 20).expect("a server");
    let put = Request::Put((load.value)());
    let mut pair = || {
        queues.ask(Name::Tasks, &put, Patience::Endless).expect("room");
        queues.ask(Name::Tasks, &Request::Get, Patience::Endless).expect("an item");
    };
    pair();
    let begun = Instant::now();
    (0..load.pairs).for_each(|_| pair());
    f64::from(load.pairs) / begun.elapsed().as_secs_f64()
}

/// Pairs a second with one load and one kind of client: of CPython's manager, of our master, and of the server that looks at
/// nothing.
struct Row {
    load: &'static str,
    client: String,
    rates: [f64; 3],
}

type Measure = fn() -> Vec<Row>;

/// Measures each client with each server. The one that looks at nothing takes any bytes that come for one message, and so serves
/// small items alone.
fn measure(loads: &[Load]) -> Vec<Row> {
    let mut master = Command::new(env!("CARGO_BIN_EXE_selvedge"));
    master.args(["master", "--listen", "127.0.0.1:0"]).env("SELVEDGE_AUTHKEY", KEY).stderr(Stdio::null());
    let (_master, _output, line) = started(&mut master);
    let our_server = line.rsplit(' ').next().and_then(|address| address.parse().ok()).expect("an address");
    let (_server, _output, port) = started(Command::new("python3").args(["-c", include_str!("network/server.py")]));
    let their_server = SocketAddr::from(([127, 0, 0, 1], port.parse().expect("a port")));
    let servers = [their_server, our_server, floor::listen(KEY)];
    let best = |count: usize, rate: &dyn Fn(SocketAddr) -> f64| {
        let mut best = [0.0_f64; 3];
        for _ in 0..ROUNDS {
            for (best, address) in best.iter_mut().zip(&servers[..count]) {
                *best = best.max(rate(*address));
            }
        }
        best
    };
    let mut rows = Vec::new();
    for (place, load) in loads.iter().enumerate() {
        let count = if place == 0 { 3 } else { 2 };
        for &clients in load.clients {
            let rates = best(count, &|address| theirs(address, load, clients));
            rows.push(Row { load: load.name, client: format!("CPython, {clients}"), rates });
        }
        let rates = best(count, &|address| ours(address, load));
        rows.push(Row { load: load.name, client: "ours, 1".to_owned(), rates });
    }
    rows
}

fn main() {
    if Command::new("python3").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("NOT MEASURED: there is no python3");
        return;
    }
    let placements: &[(&str, Measure)] = &[
        ("as the system places them", || measure(&LOADS)),
        #[cfg(target_os = "linux")]
        ("all on one processor", || on_one_processor(|| measure(&LOADS[..1]))),
    ];
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "placed",
        "item",
        "clients",
        "CPython's manager, pairs/s",
        "selvedge master, pairs/s",
        "ratio",
        "to CPython's own client",
        "looks at nothing, pairs/s",
        "its ratio",
    ]);
    for (placement, measure) in placements {
        let rows = measure();
        for Row { load, client, rates: [their_server, our_server, floor] } in &rows {
            let with_one = rows.iter().find(|row| row.load == *load).map_or(f64::NAN, |row| row.rates[0]);
            table.add_row([
                (*placement).to_owned(),
                (*load).to_owned(),
                client.clone(),
                format!("{their_server:.0}"),
                format!("{our_server:.0}"),
                format!("{:.2}", our_server / their_server),
                format!("{:.2}", our_server / with_one),
                if *floor == 0.0 { String::new() } else { format!("{floor:.0}") },
                if *floor == 0.0 { String::new() } else { format!("{:.2}", floor / their_server) },
            ]);
        }
    }
    println!("{table}");
}
