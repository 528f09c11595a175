//! Queues that clients make, and that nobody gives back because their clients were killed: there is room for so many, and a
//! master has to know which ones are nobody's.

use std::time::Duration;

use selvedge::failure::FailureKind;
use selvedge::sync::Mutex;
use selvedge::{Outcome, choose, thread};

use super::call::Call;
use super::memory::Memory;
use super::objects::{Objects, UNUSED_TIME};
use super::queue::{Client, Queue};
use super::wire::value::Value;
use crate::scenario::{Expectation, Scenario, any_of};

/// Makes a queue at that time; returns its name, if there is room.
pub(super) fn made(objects: &mut Objects, now: Duration) -> Option<String> {
    let made = objects.create(Call::new(None, "create", vec![Value::text("Queue")]), None, now);
    let Ok((Value::Tuple(parts), _)) = made else { return None };
    match &parts[0] {
        Value::Text(name) => Some(name.clone()),
        other => panic!("{other:?} is no name"),
    }
}

/// What a master knows of connections.
#[derive(Clone, Copy, PartialEq)]
enum Knows {
    /// Who uses which queue, and who is gone.
    All,
    /// Who uses which queue, but not who is gone.
    Users,
    /// Nothing: whatever is old enough is nobody's.
    Times,
}

/// There is room for one queue. A client makes it, puts an item, and is killed, or takes the item much later. Another client
/// makes a queue meanwhile, and tries again in the end. Returns whether the first one lived, whether its item was there, and
/// whether the other one has a queue in the end.
fn leaked(knows: Knows) -> (bool, bool, bool) {
    const FIRST: Client = 1;
    let mut objects = Objects::new(Vec::new(), 1, [1; 2], Memory::default());
    let first = made(&mut objects, Duration::ZERO).expect("there is room");
    let ident = objects.find(&first).expect("it was made");
    if knows != Knows::Times {
        objects.note_use(ident, FIRST);
    }
    objects.queue(ident).expect("it was found").add(Value::Int(1));
    let objects = Mutex::new(objects);
    thread::scope(|scope| {
        let client = scope.spawn(|| {
            let lives = choose(2) == 1;
            let mut objects = objects.lock().unwrap();
            if !lives && knows == Knows::All {
                objects.left(ident, FIRST, Duration::ZERO);
            }
            let takes = |queue: &mut Queue| queue.take() == Some((None, Value::Int(1)));
            (lives, !lives || objects.queue(ident).is_some_and(takes))
        });
        let other = made(&mut objects.lock().unwrap(), UNUSED_TIME);
        let (lives, is_there) = client.join().unwrap();
        let other = other.or_else(|| made(&mut objects.lock().unwrap(), 2 * UNUSED_TIME));
        (lives, is_there, other.is_some())
    })
}

/// Who lives has its item, and keeps its queue; whose client was killed makes room.
fn right() -> Option<Vec<Outcome>> {
    any_of([(true, true, false), (false, true, true)])
}

/// The scenarios of queues that nobody gives back.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "master_worker/leaked_queue",
        summary: "a client makes the one queue that there is room for, and may be killed; another client makes one too",
        shows: "Where a master knows which connections use a queue, and which of them are gone, a queue whose client was killed \
                makes room for another one, and no other does.",
        literature: Some("our own server; see ARCHITECTURE.md"),
        run: |_| Outcome::of(&leaked(Knows::All)),
        right: |_| right(),
        possible: |_| right(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/leaked_queue_stays",
        summary: "the same, and nobody notes that a connection is gone",
        shows: "Where a master waits until a queue is given back, a client that was killed keeps its place for ever, and others \
                are refused.",
        literature: Some("broken variant of `master_worker/leaked_queue`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/leaked_queue"],
        run: |_| Outcome::of(&leaked(Knows::Users)),
        right: |_| right(),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/queue_taken_for_leaked",
        summary: "the same, and whatever is old enough makes room",
        shows: "Where a master does not know who uses a queue, it takes one for nobody's that has a client, and an item is lost.",
        literature: Some("broken variant of `master_worker/leaked_queue`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/leaked_queue"],
        run: |_| Outcome::of(&leaked(Knows::Times)),
        right: |_| right(),
        ..Scenario::DEFAULT
    },
];
