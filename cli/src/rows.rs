//! Runs rows beside each other, as many as there are workers, and hands them on in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;

/// Runs `row` for every number below `count` on so many threads, and gives the results to `done` in the order of the
/// numbers, each as soon as it and all before it are there.
///
/// # Panics
///
/// Panics if `row` does.
pub(crate) fn in_order<T: Send>(
    count: usize,
    workers: usize,
    row: impl Fn(usize) -> T + Sync,
    mut done: impl FnMut(usize, T),
) {
    if workers.min(count) < 2 {
        return (0..count).for_each(|index| done(index, row(index)));
    }
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..workers.clamp(1, count.max(1)) {
            let (sender, next, row) = (sender.clone(), &next, &row);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Relaxed);
                    if index >= count || sender.send((index, row(index))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let (mut waiting, mut first) = (BTreeMap::new(), 0);
        for (index, result) in receiver {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&first) {
                done(first, result);
                first += 1;
            }
        }
    });
}
