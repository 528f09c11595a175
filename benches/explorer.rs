//! The explorer against its peers: loom, shuttle's depth-first search, and ourselves without
//! reduction, on the same programs in one run, to exhaustion or for as long as it is given. Run it with
//! `cargo bench -p selvedge-benches --bench explorer`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::time::{Duration, Instant};

use comfy_table::{Table, presets};
use selvedge::Checker;
use selvedge::engine::{Budget, Engine, Explorer};
use selvedge_benches::cpu_seconds;

/// How long a peer is given for one program.
const PATIENCE: Duration = Duration::from_secs(8);

/// What one tool did on one program.
struct Run {
    tool: &'static str,
    executions: u64,
    seconds: f64,
    cpu_seconds: f64,
    is_complete: bool,
}

/// Returns how much memory this process holds, in MiB.
fn memory_mib() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split_whitespace().nth(1).and_then(|pages| pages.parse::<f64>().ok());
    pages.unwrap_or(0.0) * 4096.0 / f64::from(1 << 20)
}

macro_rules! programs {
    ($sync:path, $thread:path) => {
        use $sync as sync;
        use $thread as thread;

        /// The balance race, with so many rounds of each thread.
        pub(super) fn balance(threads: usize, rounds: usize) {
            use sync::atomic::{AtomicI64, Ordering::SeqCst};
            let balance = sync::Arc::new(AtomicI64::new(0));
            let handles: Vec<_> = [5, 8, 13][..threads]
                .iter()
                .map(|&amount| {
                    let balance = balance.clone();
                    thread::spawn(move || {
                        for _ in 0..rounds {
                            let x = balance.load(SeqCst) + amount;
                            balance.store(x, SeqCst);
                            let x = balance.load(SeqCst) - amount;
                            balance.store(x, SeqCst);
                        }
                    })
                })
                .collect();
            handles.into_iter().for_each(|handle| handle.join().unwrap());
        }

        /// One writer and some readers of one value.
        pub(super) fn readers(readers: usize) {
            use sync::atomic::{AtomicUsize, Ordering::SeqCst};
            let value = sync::Arc::new(AtomicUsize::new(0));
            let handles: Vec<_> = (0..=readers)
                .map(|index| {
                    let value = value.clone();
                    thread::spawn(move || {
                        if index == 0 {
                            value.store(1, SeqCst);
                        } else {
                            value.load(SeqCst);
                        }
                    })
                })
                .collect();
            handles.into_iter().for_each(|handle| handle.join().unwrap());
        }
    };
}

mod ours {
    programs!(selvedge::sync, selvedge::thread);
}
mod on_loom {
    programs!(loom::sync, loom::thread);
}
mod on_shuttle {
    programs!(shuttle::sync, shuttle::thread);
}

fn explore(engine: impl Engine + 'static, program: impl Fn() + Send + Sync + 'static) -> Run {
    let budget = Budget { executions: None, time: Some(PATIENCE), ..Budget::default() };
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    let report = Checker::new().engine(engine).budget(budget).workers(1).run(program);
    let exploration = &report.engines[0].exploration;
    Run {
        tool: report.engines[0].engine,
        executions: exploration.executions,
        seconds: begun.elapsed().as_secs_f64(),
        cpu_seconds: cpu_seconds() - cpu,
        is_complete: exploration.limit.is_none(),
    }
}

fn loom_alone(program: impl Fn() + Send + Sync + 'static) -> Run {
    let executions = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&executions);
    let mut builder = loom::model::Builder::new();
    builder.max_duration = Some(PATIENCE);
    builder.checkpoint_interval = 1_000;
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    builder.check(move || {
        count.fetch_add(1, Relaxed);
        program();
    });
    let seconds = begun.elapsed().as_secs_f64();
    let is_complete = seconds < PATIENCE.as_secs_f64();
    Run {
        tool: "loom alone",
        executions: executions.load(SeqCst),
        seconds,
        cpu_seconds: cpu_seconds() - cpu,
        is_complete,
    }
}

fn shuttle_alone(program: impl Fn() + Send + Sync + 'static) -> Run {
    let mut config = shuttle::Config::new();
    config.max_time = Some(PATIENCE);
    config.failure_persistence = shuttle::FailurePersistence::None;
    let runner = shuttle::Runner::new(shuttle::scheduler::DfsScheduler::new(None, false), config);
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    let executions = runner.run(program) as u64;
    let seconds = begun.elapsed().as_secs_f64();
    Run {
        tool: "shuttle alone, depth first",
        executions,
        seconds,
        cpu_seconds: cpu_seconds() - cpu,
        is_complete: seconds < PATIENCE.as_secs_f64(),
    }
}

fn main() {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "program",
        "tool",
        "executions",
        "seconds",
        "CPU seconds",
        "executions/s",
        "explorer: rate",
        "explorer: time",
    ]);
    for (name, runs) in [
        (
            "balance 2x1",
            [
                explore(Explorer, || ours::balance(2, 1)),
                loom_alone(|| on_loom::balance(2, 1)),
                shuttle_alone(|| on_shuttle::balance(2, 1)),
            ],
        ),
        (
            "balance 3x1",
            [
                explore(Explorer, || ours::balance(3, 1)),
                loom_alone(|| on_loom::balance(3, 1)),
                shuttle_alone(|| on_shuttle::balance(3, 1)),
            ],
        ),
        (
            "one writer, three readers",
            [
                explore(Explorer, || ours::readers(3)),
                loom_alone(|| on_loom::readers(3)),
                shuttle_alone(|| on_shuttle::readers(3)),
            ],
        ),
    ] {
        let (rate, time) = (runs[0].executions as f64 / runs[0].seconds, runs[0].seconds);
        for run in &runs {
            let own = run.executions as f64 / run.seconds;
            let more = if run.is_complete { "" } else { "more than " };
            table.add_row([
                name.to_owned(),
                run.tool.to_owned(),
                format!("{}{}", if run.is_complete { "" } else { "over " }, run.executions),
                format!("{:.4}", run.seconds),
                format!("{:.2}", run.cpu_seconds),
                format!("{own:.0}"),
                format!("{:.1}x", rate / own),
                format!("{more}{:.0}x", run.seconds / time),
            ]);
        }
    }
    println!("{table}");
    workers();
}

/// The balance race of two threads with three rounds each, 372,436 classes, on one thread and on two, and what memory it takes.
fn workers() {
    let mut seconds = Vec::new();
    for workers in [1, 2] {
        let budget = Budget { executions: None, time: None, ..Budget::default() };
        let (begun, memory) = (Instant::now(), memory_mib());
        let report = Checker::new().engine(Explorer).budget(budget).workers(workers).run(|| ours::balance(2, 3));
        seconds.push(begun.elapsed().as_secs_f64());
        println!(
            "{workers} worker(s): {} executions in {:.3} s, {:.1} MiB more memory held",
            report.engines[0].exploration.executions,
            seconds[workers - 1],
            memory_mib() - memory,
        );
    }
    println!("two workers are {:.2}x as fast as one", seconds[0] / seconds[1]);
}
