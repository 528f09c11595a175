//! A rendezvous: two threads meet and exchange what they have; who is first waits for the other.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// Who is at the meeting point.
#[derive(Clone, Copy, Default)]
enum Meeting {
    /// Nobody.
    #[default]
    Nobody,
    /// One, who has brought this.
    One(usize),
    /// Two, of whom the second has left this for the first, who has yet to take it.
    Two(usize),
}

/// A meeting point.
#[derive(Default)]
struct Exchanger {
    meeting: Mutex<Meeting>,
    changed: Condvar,
}

impl Exchanger {
    /// Waits for a partner, and returns what that one has brought for `item`.
    fn exchange(&self, item: usize) -> usize {
        let mut meeting = self.meeting.lock().unwrap();
        loop {
            match *meeting {
                Meeting::Nobody => break,
                Meeting::One(partners) => {
                    *meeting = Meeting::Two(item);
                    self.changed.notify_all();
                    return partners;
                }
                // Two have met and have yet to part: the next pair waits.
                Meeting::Two(_) => meeting = self.changed.wait(meeting).unwrap(),
            }
        }
        *meeting = Meeting::One(item);
        loop {
            meeting = self.changed.wait(meeting).unwrap();
            if let Meeting::Two(partners) = *meeting {
                *meeting = Meeting::Nobody;
                self.changed.notify_all();
                return partners;
            }
        }
    }

    /// The twin: does not wait until two who have met have parted. A third one puts its own in the place of what
    /// was left for the first.
    fn exchange_with_whoever(&self, item: usize) -> usize {
        let mut meeting = self.meeting.lock().unwrap();
        if let Meeting::One(partners) = *meeting {
            *meeting = Meeting::Two(item);
            self.changed.notify_all();
            return partners;
        }
        *meeting = Meeting::One(item);
        loop {
            meeting = self.changed.wait(meeting).unwrap();
            if let Meeting::Two(partners) = *meeting {
                *meeting = Meeting::Nobody;
                return partners;
            }
        }
    }
}

/// Threads bring their numbers and exchange them. Returns whether each got the number of one who got its own.
fn in_pairs(parameters: &Parameters, exchange: fn(&Exchanger, usize) -> usize) -> Outcome {
    let threads = 2 * parameters.get("pairs");
    let exchanger = Exchanger::default();
    let got: Vec<usize> = thread::scope(|scope| {
        let exchanger = &exchanger;
        let threads: Vec<_> = (0..threads).map(|me| scope.spawn(move || exchange(exchanger, me))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    Outcome::of(&got.iter().enumerate().all(|(me, &partner)| partner != me && got[partner] == me))
}

fn all_in_pairs(_: &Parameters) -> Option<Vec<Outcome>> {
    only(true)
}

/// It takes a third one to disturb two.
const PARAMETERS: &[Parameter] =
    &[Parameter { name: "pairs", summary: "how many pairs of threads meet", default: 2, least: 1, most: 2 }];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/exchanger",
        summary: "two threads meet and exchange what they have",
        shows: "`Exchanger.exchange` gives each of two threads what the other one has brought, and waits for the \
                second.",
        literature: Some("java.util.concurrent.Exchanger"),
        parameters: PARAMETERS,
        run: |parameters| in_pairs(parameters, Exchanger::exchange),
        right: all_in_pairs,
        possible: all_in_pairs,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/exchanger_with_whoever",
        summary: "a third thread comes before two who have met have parted",
        shows: "If a third thread may use the slot of an `Exchanger` before both of a pair have left, a thread waits \
                for ever.",
        literature: Some("java.util.concurrent.Exchanger; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["sync/exchanger"],
        parameters: &[Parameter { least: 2, ..PARAMETERS[0] }],
        run: |parameters| in_pairs(parameters, Exchanger::exchange_with_whoever),
        right: all_in_pairs,
        ..Scenario::DEFAULT
    },
];
