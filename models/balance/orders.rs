//! The two orders that the tutorials print, step by step: each thread reads the balance into a variable of its own, and
//! writes what it has computed, twice.

use std::sync::atomic::Ordering::SeqCst;

use selvedge::hint;
use selvedge::sync::atomic::{AtomicI64, AtomicUsize};
use selvedge::thread;

/// Which thread takes each of the eight steps: the first one pays 5 in and out, and the second one 8.
type Order = [usize; 8];

/// One thread after the other.
pub(super) const NORMAL: Order = [0, 0, 0, 0, 1, 1, 1, 1];

/// The second thread pays in between the read and the write of the first one, and pays out last.
pub(super) const ALTERNATING: Order = [0, 1, 1, 0, 0, 0, 1, 1];

/// The balance, and how many steps have been taken.
struct Account {
    balance: AtomicI64,
    order: Order,
    taken: AtomicUsize,
}

impl Account {
    /// Takes a step when it is this thread's turn.
    fn step<T>(&self, me: usize, step: impl FnOnce(&AtomicI64) -> T) -> T {
        while self.order[self.taken.load(SeqCst)] != me {
            hint::spin_loop();
        }
        let result = step(&self.balance);
        self.taken.fetch_add(1, SeqCst);
        result
    }

    /// `balance = balance + amount`: `x` is the thread's own.
    fn change(&self, me: usize, amount: i64) {
        let x = self.step(me, |balance| balance.load(SeqCst)) + amount;
        self.step(me, |balance| balance.store(x, SeqCst));
    }
}

/// Two threads pay in and out, and their steps come in this order. Returns the balance.
pub(super) fn in_order(order: Order) -> i64 {
    let account = Account { balance: AtomicI64::new(0), order, taken: AtomicUsize::new(0) };
    thread::scope(|scope| {
        for (me, amount) in [5, 8].into_iter().enumerate() {
            let account = &account;
            scope.spawn(move || {
                account.change(me, amount);
                account.change(me, -amount);
            });
        }
    });
    account.balance.into_inner()
}
