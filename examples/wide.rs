//! A program with too many schedules to run them all, sampled by an engine that is chosen by its name.
//! `cargo run --example wide`, or `cargo run --example wide -- pct`

use std::array;

use selvedge::engine::{self, Budget};
use selvedge::sync::Mutex;
use selvedge::{Checker, render, thread};

const SEATS: usize = 8;

/// Philosophers at a round table, who take the fork on their left and then the one on their right, twice. If the last one
/// takes the right one first, they cannot all wait for each other.
fn dinner(last_begins_right: bool) {
    let forks: [Mutex<u32>; SEATS] = array::from_fn(|_| Mutex::new(0));
    thread::scope(|scope| {
        for seat in 0..SEATS {
            let (left, right) = (&forks[seat], &forks[(seat + 1) % SEATS]);
            scope.spawn(move || {
                let turned = last_begins_right && seat == SEATS - 1;
                let (first, second) = if turned { (right, left) } else { (left, right) };
                for _ in 0..2 {
                    let (mut first, mut second) = (first.lock().unwrap(), second.lock().unwrap());
                    *first += 1;
                    *second += 1;
                }
            });
        }
    });
    assert!(forks.into_iter().all(|fork| fork.into_inner().unwrap() == 4), "each fork is used four times");
}

fn main() {
    let name = std::env::args().nth(1).unwrap_or_else(|| "portfolio".to_owned());
    let sampler = || engine::by_name(&name).expect("the name of an engine: `selvedge engines` lists them");

    for last_begins_right in [false, true] {
        let report = Checker::new()
            .name("dinner")
            .boxed_engine(sampler())
            .budget(Budget::executions(2_000))
            .run(move || dinner(last_begins_right));
        let of = &report.engines[0];
        println!("last begins right: {last_begins_right}");
        println!("  {name}: {}, {} executions", render::verdict(of), of.exploration.executions);
    }

    // What the explorer says of the same budget: how far it came.
    let report = Checker::new()
        .boxed_engine(engine::by_name("explorer").expect("every build has it"))
        .budget(Budget { time: None, ..Budget::executions(2_000) })
        .run(|| dinner(true));
    println!("  explorer: {}", render::verdict(&report.engines[0]));
}
