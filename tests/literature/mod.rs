//! Programs of the literature on Optimal-DPOR, and of other checkers' suites, whose number of classes of equivalent
//! executions under sequential consistency is known. The main thread spawns and joins, and does nothing else.

#![allow(dead_code, unreachable_pub)]

use std::sync::Arc;

use super::sync::atomic::{AtomicUsize, Ordering};
use super::thread;

/// With which orderings a program makes its accesses.
#[derive(Clone, Copy, Debug)]
pub struct Orders {
    pub load: Ordering,
    pub store: Ordering,
    pub update: Ordering,
}

/// All of them `SeqCst`.
pub const SEQUENTIAL: Orders = Orders { load: Ordering::SeqCst, store: Ordering::SeqCst, update: Ordering::SeqCst };

/// Loads that acquire, stores that release, and relaxed read-modify-writes.
pub const WEAK: Orders = Orders { load: Ordering::Acquire, store: Ordering::Release, update: Ordering::Relaxed };

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
pub fn cinc(threads: usize, orders: Orders) -> Vec<Vec<usize>> {
    let array = array(3);
    each(threads, move |_| array.iter().map(|atomic| atomic.fetch_add(1, orders.update)).collect())
}

/// Threads that each try to take one atomic from 0 to 1, then store. Returns what each found, and the last value.
pub fn casw(threads: usize, orders: Orders) -> (Vec<usize>, usize) {
    let atomic = Arc::new(AtomicUsize::new(0));
    let shared = Arc::clone(&atomic);
    let found = each(threads, move |index| {
        let found = shared.compare_exchange(0, 1, orders.update, orders.load).unwrap_or_else(|found| found);
        shared.store(index + 3, orders.store);
        found
    });
    (found, atomic.load(orders.load))
}

/// Two threads that add two numbers to each other, in turn, and a third that looks.
pub fn fib_bench(rounds: usize, orders: Orders) -> (usize, usize) {
    let numbers = array(2);
    numbers[0].store(1, orders.store);
    numbers[1].store(1, orders.store);
    let seen = each(3, move |index| {
        if index < 2 {
            for _ in 0..rounds {
                let sum = numbers[0].load(orders.load) + numbers[1].load(orders.load);
                numbers[index].store(sum, orders.store);
            }
            return None;
        }
        Some((numbers[0].load(orders.load), numbers[1].load(orders.load)))
    });
    seen[2].expect("what the third thread saw")
}

/// What a thread does to an array: it reads the elements of these numbers, or writes values to them, in turn.
#[derive(Clone, Copy)]
enum Work {
    Read(&'static [usize]),
    Write(&'static [(usize, usize)]),
}

fn read_and_write(length: usize, work: &'static [Work], orders: Orders) -> Vec<Vec<usize>> {
    let array = array(length);
    each(work.len(), move |index| match work[index] {
        Work::Read(places) => places.iter().map(|&place| array[place].load(orders.load)).collect(),
        Work::Write(stores) => {
            stores.iter().for_each(|&(place, value)| array[place].store(value, orders.store));
            Vec::new()
        }
    })
}

const LOW: Work = Work::Write(&[(0, 1), (1, 1), (0, 2), (1, 2), (0, 3), (1, 3)]);
const HIGH: Work = Work::Write(&[(2, 1), (3, 1), (2, 2), (3, 2), (2, 3), (3, 3)]);

/// Four atomics: two readers, and a writer for each half.
pub fn big0(orders: Orders) -> Vec<Vec<usize>> {
    read_and_write(4, &[Work::Read(&[0, 1, 2, 3, 0, 1, 2]), Work::Read(&[0, 1, 2]), LOW, HIGH], orders)
}

/// The same with longer readers.
pub fn big1(orders: Orders) -> Vec<Vec<usize>> {
    read_and_write(4, &[Work::Read(&[0, 1, 2, 3, 0, 1, 2, 3]), Work::Read(&[0, 1, 2, 3, 0, 1]), LOW, HIGH], orders)
}

/// Three atomics, two readers, and two writers of all of them.
pub fn big2(orders: Orders) -> Vec<Vec<usize>> {
    const FIRST: Work = Work::Write(&[(0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 2)]);
    const SECOND: Work = Work::Write(&[(0, 3), (1, 3), (2, 3), (0, 4), (1, 4), (2, 4)]);
    read_and_write(3, &[Work::Read(&[0, 1, 2, 0, 1]), Work::Read(&[0, 1, 2, 0]), FIRST, SECOND], orders)
}

/// Two threads store to an atomic, read one of two others and read the first again; `threads` less one store to
/// those two.
pub fn coa(threads: usize, orders: Orders) -> Vec<Vec<usize>> {
    let array = array(3);
    each(threads + 1, move |index| {
        if index >= 2 {
            array[1].store(index, orders.store);
            array[2].store(index, orders.store);
            return Vec::new();
        }
        array[0].store(index + 1, orders.store);
        vec![array[index + 1].load(orders.load), array[0].load(orders.load)]
    })
}

/// Threads that store to one atomic.
pub fn nwriters(threads: usize, orders: Orders) -> usize {
    let atomic = Arc::new(AtomicUsize::new(0));
    let shared = Arc::clone(&atomic);
    each(threads, move |index| shared.store(index, orders.store));
    atomic.load(orders.load)
}

/// A thread that looks for the last element that is 0, and for each other element a thread that makes it one more than
/// the one before.
pub fn lastzero(writers: usize, orders: Orders) {
    let array = array(writers + 1);
    each(writers + 1, move |index| {
        if index == 0 {
            let mut last = writers;
            while array[last].load(orders.load) != 0 {
                last -= 1;
            }
        } else {
            let value = array[index - 1].load(orders.load);
            array[index].store(value + 1, orders.store);
        }
    });
}

/// Threads that each read the atomic, and then store one more.
pub fn inc(threads: usize, orders: Orders) {
    let array = array(1);
    each(threads, move |_| {
        let value = array[0].load(orders.load);
        array[0].store(value + 1, orders.store);
    });
}

/// Threads, of which each takes the atomic from its own number to the next.
pub fn casrot(threads: usize, orders: Orders) {
    let array = array(1);
    each(threads, move |index| _ = array[0].compare_exchange(index, index + 1, orders.update, orders.load));
}

/// A thread that stores 1, and others that each try to take that to 2.
pub fn wcas(threads: usize, orders: Orders) {
    let array = array(1);
    each(threads + 1, move |index| {
        if index == 0 {
            array[0].store(1, orders.store);
        } else {
            let _ = array[0].compare_exchange(1, 2, orders.update, orders.load);
        }
    });
}
