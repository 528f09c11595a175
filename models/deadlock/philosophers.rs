//! Dining philosophers: as many forks as philosophers, around a table, and each needs the two next to it.
//!
//! E. W. Dijkstra, "Hierarchical ordering of sequential processes", 1971.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// The forks, and a waiter who asks no more than all but one to sit down.
struct Table {
    forks: Vec<Mutex<()>>,
    chairs: Mutex<usize>,
    has_chair: Condvar,
}

impl Table {
    fn new(philosophers: usize) -> Self {
        Self {
            forks: (0..philosophers).map(|_| Mutex::new(())).collect(),
            chairs: Mutex::new(philosophers - 1),
            has_chair: Condvar::new(),
        }
    }

    fn right_of(&self, left: usize) -> usize {
        (left + 1) % self.forks.len()
    }

    /// Everyone takes the left fork, and then the right one. If all take the left one first, all wait.
    fn eat_left_first(&self, left: usize) {
        let _left = self.forks[left].lock().unwrap();
        let _right = self.forks[self.right_of(left)].lock().unwrap();
    }

    /// Everyone takes the fork with the lower number first: so the last one begins with the right fork, and
    /// breaks the circle.
    fn eat_ordered(&self, left: usize) {
        let right = self.right_of(left);
        let _lower = self.forks[left.min(right)].lock().unwrap();
        let _higher = self.forks[left.max(right)].lock().unwrap();
    }

    /// Everyone waits to be seated. Where one is missing, one of the others has both forks.
    fn eat_when_seated(&self, left: usize) {
        let mut chairs = self.chairs.lock().unwrap();
        while *chairs == 0 {
            chairs = self.has_chair.wait(chairs).unwrap();
        }
        *chairs -= 1;
        drop(chairs);
        self.eat_left_first(left);
        *self.chairs.lock().unwrap() += 1;
        self.has_chair.notify_one();
    }

    /// Who does not get the right fork puts the left one back, and tries again. Nobody waits with a fork in
    /// hand; but all may take, miss, and put back at the same time, again and again.
    fn eat_or_back_off(&self, left: usize) {
        loop {
            let left_fork = self.forks[left].lock().unwrap();
            if let Ok(_right_fork) = self.forks[self.right_of(left)].try_lock() {
                return;
            }
            drop(left_fork);
            thread::yield_now();
        }
    }
}

/// All philosophers eat once. Returns how many have.
fn dinner(parameters: &Parameters, eat: fn(&Table, usize)) -> Outcome {
    let philosophers = parameters.get("philosophers");
    let table = Table::new(philosophers);
    let have_eaten = thread::scope(|scope| {
        let table = &table;
        let threads: Vec<_> = (0..philosophers).map(|left| scope.spawn(move || eat(table, left))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).count()
    });
    Outcome::of(&have_eaten)
}

fn all(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only(parameters.get("philosophers"))
}

const PARAMETERS: &[Parameter] =
    &[Parameter { name: "philosophers", summary: "how many sit at the table", default: 3, least: 2, most: 4 }];

/// Two suffice to be polite for ever.
const PARAMETERS_OF_TWO: &[Parameter] =
    &[Parameter { name: "philosophers", summary: "how many sit at the table", default: 2, least: 2, most: 4 }];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "deadlock/philosophers_ordered",
        summary: "everyone takes the fork with the lower number first",
        shows: "Philosophers who take the fork with the lower number first all get to eat.",
        literature: Some("Dijkstra, Hierarchical ordering of sequential processes, 1971"),
        parameters: PARAMETERS,
        run: |parameters| dinner(parameters, Table::eat_ordered),
        right: all,
        possible: all,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/philosophers_seated",
        summary: "a waiter seats all but one",
        shows: "If a waiter seats one philosopher fewer than there are forks, all get to eat.",
        literature: Some("Dijkstra, 1971; Hoare, Communicating sequential processes, 1985"),
        parameters: PARAMETERS,
        run: |parameters| dinner(parameters, Table::eat_when_seated),
        right: all,
        possible: all,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/philosophers",
        summary: "everyone takes the left fork first",
        shows: "Philosophers who all take the left fork first may all hold one and wait for the right one for ever.",
        literature: Some("Dijkstra, 1971; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["deadlock/philosophers_ordered", "deadlock/philosophers_seated"],
        parameters: PARAMETERS,
        run: |parameters| dinner(parameters, Table::eat_left_first),
        right: all,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "deadlock/philosophers_polite",
        summary: "who does not get the right fork puts the left one back and tries again",
        shows: "Philosophers who put the left fork back and try again may do so in step for ever: a livelock.",
        literature: Some("Dijkstra, 1971; broken variant"),
        expectation: Expectation::Fails(FailureKind::Livelock),
        twin_of: &["deadlock/philosophers_ordered"],
        parameters: PARAMETERS_OF_TWO,
        run: |parameters| dinner(parameters, Table::eat_or_back_off),
        right: all,
        ..Scenario::DEFAULT
    },
];
