//! What the facade costs on real threads, outside any execution, against plain std: the same loops
//! over both, taken in turn, in one run. Run it with `cargo bench -p selvedge-benches --bench facade`.

use std::hint::black_box;
use std::time::Instant;

use comfy_table::{Table, presets};
use selvedge::sync::atomic::Ordering::{Relaxed, SeqCst};

/// Operations in one measurement.
const OPERATIONS: u32 = 2_000_000;
/// Measurements of each loop: the median of them is reported.
const ROUNDS: usize = 21;

/// Returns the median nanoseconds an operation of either loop, measured in turn.
fn compare(mut ours: impl FnMut(u32), mut theirs: impl FnMut(u32)) -> (f64, f64) {
    let time = |operation: &mut dyn FnMut(u32)| {
        let begun = Instant::now();
        for number in 0..OPERATIONS {
            operation(black_box(number));
        }
        begun.elapsed().as_secs_f64() * 1e9 / f64::from(OPERATIONS)
    };
    let (mut our_times, mut their_times): (Vec<f64>, Vec<f64>) =
        (0..ROUNDS).map(|_| (time(&mut ours), time(&mut theirs))).unzip();
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    (median(&mut our_times), median(&mut their_times))
}

fn main() {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["operation", "selvedge, ns", "std, ns", "difference, ns", "ratio"]);
    let mut row = |name: &str, (ours, theirs): (f64, f64)| {
        let cells = [ours, theirs, ours - theirs, ours / theirs].map(|value| format!("{value:.2}"));
        table.add_row(std::iter::once(name.to_owned()).chain(cells));
    };
    let ours = selvedge::sync::atomic::AtomicU32::new(0);
    let theirs = std::sync::atomic::AtomicU32::new(0);
    row(
        "AtomicU32::load(Relaxed)",
        compare(
            |_| {
                black_box(ours.load(Relaxed));
            },
            |_| {
                black_box(theirs.load(Relaxed));
            },
        ),
    );
    row("AtomicU32::store(Relaxed)", compare(|x| ours.store(x, Relaxed), |x| theirs.store(x, Relaxed)));
    row("AtomicU32::store(SeqCst)", compare(|x| ours.store(x, SeqCst), |x| theirs.store(x, SeqCst)));
    row(
        "AtomicU32::fetch_add(SeqCst)",
        compare(
            |x| {
                ours.fetch_add(x, SeqCst);
            },
            |x| {
                theirs.fetch_add(x, SeqCst);
            },
        ),
    );
    row(
        "AtomicU32::compare_exchange(SeqCst)",
        compare(
            |x| {
                let _ = black_box(ours.compare_exchange(x, x, SeqCst, SeqCst));
            },
            |x| {
                let _ = black_box(theirs.compare_exchange(x, x, SeqCst, SeqCst));
            },
        ),
    );
    let ours = selvedge::sync::Mutex::new(0_u32);
    let theirs = std::sync::Mutex::new(0_u32);
    row("Mutex::lock and unlock", compare(|x| *ours.lock().unwrap() += x & 1, |x| *theirs.lock().unwrap() += x & 1));
    let (our_sender, our_receiver) = selvedge::sync::mpsc::channel();
    let (their_sender, their_receiver) = std::sync::mpsc::channel();
    row(
        "mpsc send and receive",
        compare(
            |x| {
                our_sender.send(x).unwrap();
                black_box(our_receiver.recv().unwrap());
            },
            |x| {
                their_sender.send(x).unwrap();
                black_box(their_receiver.recv().unwrap());
            },
        ),
    );
    println!("{table}");
    println!("{OPERATIONS} operations a measurement, median of {ROUNDS}, outside any execution");
}
