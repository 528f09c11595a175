//! Transfers between accounts, each with a lock of its own: nothing in the program says "first" and
//! "second"; which lock comes first depends on who pays whom.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::Mutex;
use selvedge::thread;

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// What is in each account at first.
const BALANCE: i64 = 100;

/// Accounts, by number.
struct Bank(Vec<Mutex<i64>>);

impl Bank {
    /// Takes the account with the lower number first, whichever way the money goes.
    fn transfer_ordered(&self, from: usize, to: usize, amount: i64) {
        let mut lower = self.0[from.min(to)].lock().unwrap();
        let mut higher = self.0[from.max(to)].lock().unwrap();
        let (from, to) = if from < to { (&mut *lower, &mut *higher) } else { (&mut *higher, &mut *lower) };
        *from -= amount;
        *to += amount;
    }

    /// The twin: takes the account that pays first.
    fn transfer_payer_first(&self, from: usize, to: usize, amount: i64) {
        let mut from = self.0[from].lock().unwrap();
        let mut to = self.0[to].lock().unwrap();
        *from -= amount;
        *to += amount;
    }

    /// The twin: takes one account at a time. Nobody waits with a lock in hand; but who adds up all accounts
    /// may come when the money is in neither.
    fn transfer_one_by_one(&self, from: usize, to: usize, amount: i64) {
        *self.0[from].lock().unwrap() -= amount;
        *self.0[to].lock().unwrap() += amount;
    }

    /// Returns what is in all accounts together, at one time.
    fn total(&self) -> i64 {
        let accounts: Vec<_> = self.0.iter().map(|account| account.lock().unwrap()).collect();
        accounts.iter().map(|account| **account).sum()
    }
}

/// As many threads as accounts: each pays the next one, in a ring. Meanwhile somebody adds up all accounts;
/// returns what that comes to.
fn in_a_ring(parameters: &Parameters, transfer: fn(&Bank, usize, usize, i64)) -> Outcome {
    let accounts = parameters.get("accounts");
    let bank = Bank((0..accounts).map(|_| Mutex::new(BALANCE)).collect());
    let total = thread::scope(|scope| {
        for from in 0..accounts {
            let bank = &bank;
            scope.spawn(move || transfer(bank, from, (from + 1) % accounts, 10));
        }
        bank.total()
    });
    Outcome::of(&total)
}

fn nothing_is_lost(parameters: &Parameters) -> Option<Vec<Outcome>> {
    let accounts = i64::try_from(parameters.get("accounts")).expect("a small number");
    only(accounts * BALANCE)
}

const PARAMETERS: &[Parameter] =
    &[Parameter { name: "accounts", summary: "how many accounts, and threads", default: 2, least: 2, most: 4 }];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "deadlock/transfer",
        summary: "accounts pay each other in a ring; the lower number is locked first",
        shows: "Transfers that lock the account with the lower number first neither deadlock nor lose money.",
        literature: Some("Goetz and others, Java Concurrency in Practice, section 10.1.2"),
        parameters: PARAMETERS,
        run: |parameters| in_a_ring(parameters, Bank::transfer_ordered),
        right: nothing_is_lost,
        possible: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/transfer_payer_first",
        summary: "accounts pay each other in a ring; the payer is locked first",
        shows: "Transfers that lock the paying account first deadlock if two accounts pay each other.",
        literature: Some("Goetz and others, Java Concurrency in Practice, section 10.1.2; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["deadlock/transfer"],
        parameters: PARAMETERS,
        run: |parameters| in_a_ring(parameters, Bank::transfer_payer_first),
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/transfer_one_by_one",
        summary: "accounts pay each other; each is locked by itself",
        shows: "Transfers that lock one account at a time let another thread count the money while it is in neither.",
        literature: Some("Goetz and others, Java Concurrency in Practice, section 10.1.2; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["deadlock/transfer"],
        parameters: PARAMETERS,
        run: |parameters| in_a_ring(parameters, Bank::transfer_one_by_one),
        right: nothing_is_lost,
        ..Scenario::DEFAULT
    },
];
