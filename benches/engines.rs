//! Engines against their peers on the balance race of two threads: our engines on the model, and
//! loom and shuttle by themselves on the same program, in one run. Run it with
//! `cargo bench -p selvedge-benches --bench engines`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::time::Instant;

use comfy_table::{Table, presets};
use selvedge::Checker;
use selvedge::engine::{Budget, Coverage, all};

const SAMPLES: u64 = 20_000;

fn main() {
    let scenario = selvedge_models::find("balance/unlocked").expect("the model");
    let mut rows: Vec<(String, u64, f64)> = Vec::new();
    for engine in all() {
        let name = engine.name();
        let is_sampling = engine.capabilities().coverage == Coverage::Sampling;
        let budget = if is_sampling { Budget::executions(SAMPLES) } else { Budget::default() };
        let checker = Checker::new().boxed_engine(engine).budget(budget).keep_going(true);
        let begun = Instant::now();
        let report = checker.run(scenario.program(&scenario.defaults()));
        let seconds = begun.elapsed().as_secs_f64();
        rows.push((format!("selvedge: {name}"), report.engines[0].exploration.executions, seconds));
    }
    let (executions, seconds) = shuttle_alone();
    rows.push(("shuttle alone: random".into(), executions, seconds));
    let (executions, seconds) = loom_alone();
    rows.push(("loom alone".into(), executions, seconds));
    let slowest = rows.iter().map(|(_, executions, seconds)| *executions as f64 / seconds).fold(f64::MAX, f64::min);
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["engine", "executions", "seconds", "executions/s", "ratio to the slowest"]);
    for (name, executions, seconds) in rows {
        let rate = executions as f64 / seconds;
        table.add_row([
            name,
            executions.to_string(),
            format!("{seconds:.3}"),
            format!("{rate:.0}"),
            format!("{:.1}", rate / slowest),
        ]);
    }
    println!("{table}");
}

/// The race on shuttle's own primitives.
fn shuttle_alone() -> (u64, f64) {
    let begun = Instant::now();
    shuttle::check_random(
        || {
            let balance = shuttle::sync::Arc::new(shuttle::sync::atomic::AtomicI64::new(0));
            let handles: Vec<_> = [5, 8]
                .into_iter()
                .map(|amount| {
                    let balance = balance.clone();
                    shuttle::thread::spawn(move || {
                        let x = balance.load(SeqCst) + amount;
                        balance.store(x, SeqCst);
                        let x = balance.load(SeqCst) - amount;
                        balance.store(x, SeqCst);
                    })
                })
                .collect();
            handles.into_iter().for_each(|handle| handle.join().expect("no panic"));
        },
        usize::try_from(SAMPLES).expect("a small number"),
    );
    (SAMPLES, begun.elapsed().as_secs_f64())
}

/// The race on loom's own primitives.
fn loom_alone() -> (u64, f64) {
    let executions = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&executions);
    let begun = Instant::now();
    loom::model::Builder::new().check(move || {
        let balance = loom::sync::Arc::new(loom::sync::atomic::AtomicI64::new(0));
        let handles: Vec<_> = [5, 8]
            .into_iter()
            .map(|amount| {
                let balance = balance.clone();
                loom::thread::spawn(move || {
                    let x = balance.load(SeqCst) + amount;
                    balance.store(x, SeqCst);
                    let x = balance.load(SeqCst) - amount;
                    balance.store(x, SeqCst);
                })
            })
            .collect();
        handles.into_iter().for_each(|handle| handle.join().expect("no panic"));
        count.fetch_add(1, Relaxed);
    });
    (executions.load(Relaxed), begun.elapsed().as_secs_f64())
}
