//! The explorer under the language's memory model, beside itself under sequential consistency and beside loom, on programs of
//! the literature, in one run. The last column has what GenMC 0.11 does, measured once on such a machine. Run it with
//! `cargo bench -p selvedge-benches --bench memory`; names after `--` choose among the programs.
// The programs of the literature are compiled once for each facade.
#![allow(clippy::duplicate_mod)]

use std::collections::HashSet;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use comfy_table::{Table, presets};
use selvedge::Checker;
use selvedge::engine::{Budget, Explorer, MemoryModel};
use selvedge_benches::{cpu_seconds, is_wanted};

/// How long each is given for one program.
const PATIENCE: Duration = Duration::from_secs(60);

/// The most threads that loom has, the main thread counted.
const THREADS_OF_LOOM_MAX: usize = 5;

#[path = "."]
mod ours {
    use selvedge::{sync, thread};

    #[path = "../tests/literature/mod.rs"]
    pub(super) mod literature;
}

#[path = "."]
mod on_loom {
    use loom::{sync, thread};

    #[path = "../tests/literature/mod.rs"]
    pub(super) mod literature;
}

/// What one tool did on one program.
struct Run {
    executions: u64,
    cpu_seconds: f64,
    is_complete: bool,
}

/// Explores a program with the explorer; what it returns is not looked at, as GenMC does not.
fn explore<T>(memory: MemoryModel, program: impl Fn() -> T + Send + Sync + 'static) -> Run {
    let begun = cpu_seconds();
    let report = checker(memory).run(move || {
        program();
    });
    let exploration = &report.engines[0].exploration;
    Run {
        executions: exploration.executions,
        cpu_seconds: cpu_seconds() - begun,
        is_complete: exploration.limit.is_none(),
    }
}

fn checker(memory: MemoryModel) -> Checker {
    let budget = Budget { executions: None, time: Some(PATIENCE), ..Budget::default() };
    Checker::new().engine(Explorer).budget(budget).memory(memory).workers(1)
}

/// Returns what a program can return, and whether that is all.
fn outcomes<T: Debug>(program: impl Fn() -> T + Send + Sync + 'static) -> (HashSet<String>, bool) {
    let report = checker(MemoryModel::Language).run(program);
    let exploration = &report.engines[0].exploration;
    let all = exploration.outcomes.keys().map(ToString::to_string).collect();
    (all, exploration.limit.is_none())
}

/// Explores a program with loom, which has as long; returns also what it returned.
fn loom_alone<T: Debug>(program: impl Fn() -> T + Send + Sync + 'static) -> (Run, HashSet<String>) {
    let executions = Arc::new(AtomicU64::new(0));
    let outcomes = Arc::new(Mutex::new(HashSet::new()));
    let (count, seen) = (Arc::clone(&executions), Arc::clone(&outcomes));
    let mut builder = loom::model::Builder::new();
    builder.max_duration = Some(PATIENCE);
    builder.max_threads = THREADS_OF_LOOM_MAX;
    builder.checkpoint_interval = 1_000;
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    builder.check(move || {
        count.fetch_add(1, Relaxed);
        let outcome = format!("{:?}", program());
        seen.lock().unwrap().insert(outcome);
    });
    let run = Run {
        executions: executions.load(Relaxed),
        cpu_seconds: cpu_seconds() - cpu,
        is_complete: begun.elapsed() < PATIENCE,
    };
    let outcomes = outcomes.lock().unwrap().clone();
    (run, outcomes)
}

fn add(table: &mut Table, name: &str, tool: &str, run: &Run, genmc: u32, remark: String) {
    let more = if run.is_complete { "" } else { ">" };
    let rate = run.executions as f64 / run.cpu_seconds;
    table.add_row([
        name.to_owned(),
        tool.to_owned(),
        format!("{more}{}", run.executions),
        format!("{:.2}", run.cpu_seconds),
        format!("{rate:.0}"),
        format!("{:.2}", rate / f64::from(genmc)),
        remark,
    ]);
}

/// Returns what loom missed, in words.
fn missed(seen: &HashSet<String>, (all, is_all): &(HashSet<String>, bool)) -> String {
    let missed = all.difference(seen).count();
    if *is_all {
        let invented = seen.difference(all).count();
        format!("misses {missed} of {} outcomes, has {invented} that are none", all.len())
    } else {
        format!("misses at least {missed} outcomes")
    }
}

macro_rules! compare {
    ($table:expr, $threads:expr, $genmc:expr, $name:ident($($argument:expr),*)) => {
        if is_wanted(stringify!($name)) {
            let arguments: &[usize] = &[$($argument),*];
            let name = format!("{} {arguments:?}", stringify!($name));
            let ours = || ours::literature::$name($($argument,)* ours::literature::WEAK);
            for (tool, memory) in [("language", MemoryModel::Language), ("sc", MemoryModel::SequentiallyConsistent)] {
                add(&mut $table, &name, tool, &explore(memory, ours), $genmc, String::new());
            }
            if $threads < THREADS_OF_LOOM_MAX {
                let (run, seen) = loom_alone(|| on_loom::literature::$name($($argument,)* on_loom::literature::WEAK));
                add(&mut $table, &name, "loom alone", &run, $genmc, missed(&seen, &outcomes(ours)));
            }
        }
    };
}

fn main() {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["program", "tool", "executions", "CPU seconds", "executions/s", "x GenMC's", ""]);
    compare!(table, 3, 166_000, fib_bench(5));
    compare!(table, 16, 15_000, lastzero(15));
    compare!(table, 4, 29_000, cinc(4));
    compare!(table, 6, 208_000, coa(5));
    compare!(table, 4, 237_000, big0());
    compare!(table, 4, 210_000, big1());
    println!("{table}");
}
