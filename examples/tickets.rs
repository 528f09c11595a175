//! A first check: a type that gives the same ticket out twice, what a test of it prints, and the fix.
//! `cargo run --example tickets`

use std::panic::catch_unwind;

use selvedge::sync::atomic::{AtomicU32, Ordering::SeqCst};
use selvedge::thread;

/// Gives out numbers, each to one caller.
#[derive(Default)]
pub struct Tickets(AtomicU32);

impl Tickets {
    /// Returns a number that nobody else gets.
    pub fn take(&self) -> u32 {
        let number = self.0.load(SeqCst);
        self.0.store(number + 1, SeqCst);
        number
    }
}

fn nobody_shares_a_ticket() {
    selvedge::check(|| {
        let tickets = Tickets::default();
        let (mine, yours) = thread::scope(|scope| {
            let yours = scope.spawn(|| tickets.take());
            (tickets.take(), yours.join().unwrap())
        });
        assert_ne!(mine, yours);
    });
}

/// The same, with the read and the write in one step.
#[derive(Default)]
struct FixedTickets(AtomicU32);

impl FixedTickets {
    fn take(&self) -> u32 {
        self.0.fetch_add(1, SeqCst)
    }
}

fn nobody_shares_a_fixed_ticket() {
    selvedge::check(|| {
        let tickets = FixedTickets::default();
        let (mine, yours) = thread::scope(|scope| {
            let yours = scope.spawn(|| tickets.take());
            (tickets.take(), yours.join().unwrap())
        });
        assert_ne!(mine, yours);
    });
}

fn main() {
    // `cargo test` runs each test on a thread of the test's name, and so does this.
    let test = std::thread::Builder::new().name("nobody_shares_a_ticket".to_owned());
    let failed = test.spawn(nobody_shares_a_ticket).expect("a thread").join().is_err();
    let passed = catch_unwind(nobody_shares_a_fixed_ticket).is_ok();
    assert!(failed && passed, "the check finds the bug, and finds none once it is mended");
    eprintln!("nobody_shares_a_fixed_ticket passes");
}
