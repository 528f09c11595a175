//! A history of real threads, recorded while it happens and checked afterwards: for types that know nothing of Selvedge.
//! `cargo run --example recorded`

use std::collections::VecDeque;
use std::sync::{Barrier, Mutex};
use std::thread;

use selvedge::linearizability::check;
use selvedge::spec::{FifoSpec, QueueOperation, QueueResult};
use selvedge::{Recorder, history::History};

const THREADS: usize = 4;
const ROUNDS: usize = 50;

/// A queue of several lanes, each behind a lock. With one lane it is a queue; with more, values overtake each other.
struct Lanes(Vec<Mutex<VecDeque<u64>>>);

impl Lanes {
    fn push(&self, value: u64, thread: usize) {
        self.0[thread % self.0.len()].lock().unwrap().push_back(value);
    }

    fn pop(&self) -> Option<u64> {
        self.0.iter().find_map(|lane| lane.lock().unwrap().pop_front())
    }
}

/// Lets several threads push and then pop, and returns who called what, when, and what it answered.
fn record(lanes: usize) -> History<QueueOperation<u64>, QueueResult<u64>> {
    let queue = Lanes((0..lanes).map(|_| Mutex::default()).collect());
    let (recorder, barrier) = (Recorder::new(THREADS), Barrier::new(THREADS));
    thread::scope(|scope| {
        for index in 0..THREADS {
            let (queue, recorder, barrier) = (&queue, &recorder, &barrier);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    recorder.record(index, QueueOperation::TryPush(round as u64), |_| {
                        queue.push(round as u64, index);
                        QueueResult::Pushed
                    });
                    barrier.wait();
                }
                for _ in 0..ROUNDS {
                    recorder.record(index, QueueOperation::TryPop, |_| {
                        queue.pop().map_or(QueueResult::Empty, QueueResult::Popped)
                    });
                }
            });
        }
    });
    recorder.history()
}

fn main() {
    for lanes in [1, 2] {
        let history = record(lanes);
        let is_linearizable = check(&FifoSpec::unbounded(), &history).is_linearizable();
        let operations = history.calls().len();
        println!("lanes: {lanes}, operations: {operations}, a queue: {is_linearizable}");
        assert_eq!(is_linearizable, lanes == 1);
    }
}
