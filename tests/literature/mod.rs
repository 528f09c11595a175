//! Programs of the literature on Optimal-DPOR, and of other checkers' suites, whose number of classes of equivalent
//! executions under sequential consistency is known. The main thread spawns and joins, and does nothing else.

#![allow(dead_code, unreachable_pub)]

use std::sync::Arc;

use selvedge::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use selvedge::thread;

/// So many atomics, all 0 at first.
type Array = Arc<Vec<AtomicUsize>>;

fn array(length: usize) -> Array {
    Arc::new((0..length).map(|_| AtomicUsize::new(0)).collect())
}

/// Runs `threads` threads to their ends, and returns what they return.
pub fn each<T: Send + 'static>(threads: usize, body: impl Fn(usize) -> T + Send + Sync + 'static) -> Vec<T> {
    let body = Arc::new(body);
    let handles: Vec<_> = (0..threads)
        .map(|index| {
            let body = Arc::clone(&body);
            thread::spawn(move || body(index))
        })
        .collect();
    handles.into_iter().map(|handle| handle.join().unwrap()).collect()
}

/// Threads that add 1 to each of three atomics, in the same order.
pub fn cinc(threads: usize) -> Vec<Vec<usize>> {
    let array = array(3);
    each(threads, move |_| array.iter().map(|atomic| atomic.fetch_add(1, SeqCst)).collect())
}

/// Threads that each try to take one atomic from 0 to 1, then store. Returns what each found, and the last value.
pub fn casw(threads: usize) -> (Vec<usize>, usize) {
    let atomic = Arc::new(AtomicUsize::new(0));
    let shared = Arc::clone(&atomic);
    let found = each(threads, move |index| {
        let found = shared.compare_exchange(0, 1, SeqCst, SeqCst).unwrap_or_else(|found| found);
        shared.store(index + 3, SeqCst);
        found
    });
    (found, atomic.load(SeqCst))
}

/// Two threads that add two numbers to each other, in turn, and a third that looks.
pub fn fib_bench(rounds: usize) -> (usize, usize) {
    let numbers = array(2);
    numbers[0].store(1, SeqCst);
    numbers[1].store(1, SeqCst);
    let seen = each(3, move |index| {
        if index < 2 {
            for _ in 0..rounds {
                let sum = numbers[0].load(SeqCst) + numbers[1].load(SeqCst);
                numbers[index].store(sum, SeqCst);
            }
            return None;
        }
        Some((numbers[0].load(SeqCst), numbers[1].load(SeqCst)))
    });
    seen[2].expect("what the third thread saw")
}

/// What a thread does to an array: it reads the elements of these numbers, or writes values to them, in turn.
#[derive(Clone, Copy)]
enum Work {
    Read(&'static [usize]),
    Write(&'static [(usize, usize)]),
}

fn read_and_write(length: usize, work: &'static [Work]) -> Vec<Vec<usize>> {
    let array = array(length);
    each(work.len(), move |index| match work[index] {
        Work::Read(places) => places.iter().map(|&place| array[place].load(SeqCst)).collect(),
        Work::Write(stores) => {
            stores.iter().for_each(|&(place, value)| array[place].store(value, SeqCst));
            Vec::new()
        }
    })
}

const LOW: Work = Work::Write(&[(0, 1), (1, 1), (0, 2), (1, 2), (0, 3), (1, 3)]);
const HIGH: Work = Work::Write(&[(2, 1), (3, 1), (2, 2), (3, 2), (2, 3), (3, 3)]);

/// Four atomics: two readers, and a writer for each half.
pub fn big0() -> Vec<Vec<usize>> {
    read_and_write(4, &[Work::Read(&[0, 1, 2, 3, 0, 1, 2]), Work::Read(&[0, 1, 2]), LOW, HIGH])
}

/// The same with longer readers.
pub fn big1() -> Vec<Vec<usize>> {
    read_and_write(4, &[Work::Read(&[0, 1, 2, 3, 0, 1, 2, 3]), Work::Read(&[0, 1, 2, 3, 0, 1]), LOW, HIGH])
}

/// Three atomics, two readers, and two writers of all of them.
pub fn big2() -> Vec<Vec<usize>> {
    const FIRST: Work = Work::Write(&[(0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 2)]);
    const SECOND: Work = Work::Write(&[(0, 3), (1, 3), (2, 3), (0, 4), (1, 4), (2, 4)]);
    read_and_write(3, &[Work::Read(&[0, 1, 2, 0, 1]), Work::Read(&[0, 1, 2, 0]), FIRST, SECOND])
}

/// Two threads store to an atomic, read one of two others and read the first again; `threads` less one store to
/// those two.
pub fn coa(threads: usize) -> Vec<Vec<usize>> {
    let array = array(3);
    each(threads + 1, move |index| {
        if index >= 2 {
            array[1].store(index, SeqCst);
            array[2].store(index, SeqCst);
            return Vec::new();
        }
        array[0].store(index + 1, SeqCst);
        vec![array[index + 1].load(SeqCst), array[0].load(SeqCst)]
    })
}

/// Threads that store to one atomic.
pub fn nwriters(threads: usize) -> usize {
    let atomic = Arc::new(AtomicUsize::new(0));
    let shared = Arc::clone(&atomic);
    each(threads, move |index| shared.store(index, SeqCst));
    atomic.load(SeqCst)
}
