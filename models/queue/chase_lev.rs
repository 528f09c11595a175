//! A deque for work stealing: its owner puts and takes at one end, thieves take at the other, and only for the last
//! value they have to agree.
//!
//! D. Chase and Y. Lev, "Dynamic circular work-stealing deque", 2005; here the ring does not grow.

use std::sync::atomic::Ordering::SeqCst;

use selvedge::failure::FailureKind;
use selvedge::spec::{DequeOperation, QueueResult};
use selvedge::sync::atomic::{AtomicIsize, AtomicUsize};
use selvedge::{Outcome, Subject, thread};

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

const ROOM: usize = 16;

/// The deque: the values from `top`, where thieves take, up to `bottom`, where the owner works.
pub struct Deque {
    top: AtomicIsize,
    bottom: AtomicIsize,
    values: [AtomicUsize; ROOM],
}

impl Default for Deque {
    fn default() -> Self {
        let values = [const { AtomicUsize::new(0) }; ROOM];
        Self { top: AtomicIsize::new(0), bottom: AtomicIsize::new(0), values }
    }
}

impl Deque {
    /// Adds a value. For the owner alone.
    pub fn push(&self, value: u8) {
        let bottom = self.bottom.load(SeqCst);
        self.values[bottom as usize % ROOM].store(value.into(), SeqCst);
        self.bottom.store(bottom + 1, SeqCst);
    }

    /// Takes the value that was put last, if there is one. For the owner alone.
    pub fn pop(&self) -> Option<u8> {
        // Whoever moves the top on has the last value.
        self.pop_last(|top| self.top.compare_exchange(top, top + 1, SeqCst, SeqCst).is_ok())
    }

    /// The twin: the owner takes the last value without asking whether a thief has it.
    pub fn pop_unasked(&self) -> Option<u8> {
        self.pop_last(|top| {
            self.top.store(top + 1, SeqCst);
            true
        })
    }

    fn pop_last(&self, is_mine: impl FnOnce(isize) -> bool) -> Option<u8> {
        let bottom = self.bottom.load(SeqCst) - 1;
        // From here on thieves leave this value alone, but for one that has looked already.
        self.bottom.store(bottom, SeqCst);
        let top = self.top.load(SeqCst);
        if top < bottom {
            return Some(self.values[bottom as usize % ROOM].load(SeqCst) as u8);
        }
        let value = (top == bottom).then(|| self.values[bottom as usize % ROOM].load(SeqCst) as u8);
        let value = value.filter(|_| is_mine(top));
        self.bottom.store(bottom + 1, SeqCst);
        value
    }

    /// Takes the value that was put first, if there is one. For anybody.
    pub fn steal(&self) -> Option<u8> {
        loop {
            let top = self.top.load(SeqCst);
            if top >= self.bottom.load(SeqCst) {
                return None;
            }
            let value = self.values[top as usize % ROOM].load(SeqCst) as u8;
            if self.top.compare_exchange(top, top + 1, SeqCst, SeqCst).is_ok() {
                return Some(value);
            }
        }
    }
}

/// A deque as the checker of linearizability sees it, and how its owner takes.
pub struct Stolen {
    /// The deque.
    pub deque: Deque,
    /// How its owner takes.
    pub pop: fn(&Deque) -> Option<u8>,
}

impl Subject for Stolen {
    type Operation = DequeOperation<u8>;
    type Result = QueueResult<u8>;

    fn call(&self, operation: &DequeOperation<u8>) -> QueueResult<u8> {
        let popped = match operation {
            DequeOperation::PushBack(value) => {
                self.deque.push(*value);
                return QueueResult::Pushed;
            }
            DequeOperation::PopBack => (self.pop)(&self.deque),
            DequeOperation::PopFront => self.deque.steal(),
            DequeOperation::PushFront(_) => panic!("nobody puts where thieves take"),
        };
        popped.map_or(QueueResult::Empty, QueueResult::Popped)
    }
}

/// The owner puts tasks and then takes, while thieves take one each. Returns what was taken, in order of size.
fn taken(parameters: &Parameters, pop: fn(&Deque) -> Option<u8>) -> Vec<u8> {
    let deque = Deque::default();
    let mut taken = thread::scope(|scope| {
        let thieves: Vec<_> = (0..parameters.get("thieves")).map(|_| scope.spawn(|| deque.steal())).collect();
        (0..parameters.get("tasks")).for_each(|task| deque.push(task as u8));
        let mut taken: Vec<u8> = std::iter::from_fn(|| pop(&deque)).collect();
        taken.extend(thieves.into_iter().filter_map(|thief| thief.join().unwrap()));
        taken
    });
    taken.sort_unstable();
    taken
}

fn each_once(parameters: &Parameters) -> Option<Vec<Outcome>> {
    only((0..parameters.get("tasks")).collect::<Vec<_>>())
}

const PARAMETERS: &[Parameter] = &[
    Parameter { name: "thieves", summary: "how many thieves take one each", default: 2, least: 0, most: 3 },
    Parameter { name: "tasks", summary: "how many tasks there are", default: 2, least: 0, most: 6 },
];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "queue/chase_lev",
        summary: "an owner takes at one end, and thieves at the other",
        shows: "In the Chase-Lev deque owner and thieves need a compare-and-swap only for the last task.",
        literature: Some("Chase and Lev, SPAA 2005; Lê, Pop, Cohen and Zappa Nardelli, PPoPP 2013"),
        parameters: PARAMETERS,
        run: |parameters| Outcome::of(&taken(parameters, Deque::pop)),
        right: each_once,
        possible: each_once,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "queue/chase_lev_unasked",
        summary: "the owner takes the last task without asking whether a thief has it",
        shows: "An owner that takes the last task without a compare-and-swap does a task that a thief has taken as \
                well.",
        literature: Some("Chase and Lev, SPAA 2005; Lê, Pop, Cohen and Zappa Nardelli, PPoPP 2013; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["queue/chase_lev"],
        parameters: &[Parameter { least: 1, ..PARAMETERS[0] }, Parameter { least: 1, ..PARAMETERS[1] }],
        run: |parameters| Outcome::of(&taken(parameters, Deque::pop_unasked)),
        right: each_once,
        ..Scenario::DEFAULT
    },
];
