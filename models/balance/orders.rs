//! The two orders that the tutorials print, step by step: each thread reads the balance into a variable of its own, and
//! writes what it has computed, twice.

use std::sync::atomic::Ordering::SeqCst;

use selvedge::sync::atomic::AtomicI64;
use selvedge::sync::mpsc::{self, Receiver, Sender};
use selvedge::thread;

/// Which thread takes each of the eight steps: the first one pays 5 in and out, and the second one 8.
type Order = [usize; 8];

/// One thread after the other.
pub(super) const NORMAL: Order = [0, 0, 0, 0, 1, 1, 1, 1];

/// The second thread pays in between the read and the write of the first one, and pays out last.
pub(super) const ALTERNATING: Order = [0, 1, 1, 0, 0, 0, 1, 1];

/// A thread that waits for its turns, which come by message, with the number of the step to be taken.
struct Payer<'account> {
    balance: &'account AtomicI64,
    order: Order,
    turns: Receiver<usize>,
    turns_of_all: [Sender<usize>; 2],
}

impl Payer<'_> {
    /// Takes a step when it is this thread's turn, and says whose turn it is then.
    fn step<T>(&self, step: impl FnOnce(&AtomicI64) -> T) -> T {
        let number = self.turns.recv().expect("a turn for each step");
        let result = step(self.balance);
        if let Some(&next) = self.order.get(number + 1) {
            self.turns_of_all[next].send(number + 1).expect("a thread that waits for its turn");
        }
        result
    }

    /// `balance = balance + amount`: `x` is the thread's own.
    fn change(&self, amount: i64) {
        let x = self.step(|balance| balance.load(SeqCst)) + amount;
        self.step(|balance| balance.store(x, SeqCst));
    }
}

/// Two threads pay in and out, and their steps come in this order. Returns the balance.
pub(super) fn in_order(order: Order) -> i64 {
    let balance = AtomicI64::new(0);
    let (first, second) = (mpsc::channel(), mpsc::channel());
    let turns_of_all = [first.0, second.0];
    turns_of_all[order[0]].send(0).expect("a thread that will wait for its turn");
    thread::scope(|scope| {
        for (turns, amount) in [(first.1, 5), (second.1, 8)] {
            let payer = Payer { balance: &balance, order, turns, turns_of_all: turns_of_all.clone() };
            scope.spawn(move || {
                payer.change(amount);
                payer.change(-amount);
            });
        }
    });
    balance.into_inner()
}
