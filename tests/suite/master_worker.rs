//! The master-worker protocol beyond what the explorer tries: simulations with more workers, tasks and faults than it has
//! time for, the master under many connections, and calls that are said and understood.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use selvedge_models::master_worker::admission::Origin;
use selvedge_models::master_worker::call::{Call, LONGEST, METHODS, Reply};
use selvedge_models::master_worker::config::{Config, Effect, Refusal};
use selvedge_models::master_worker::queue::{Answer, Client, Leased, Patience, Queue, Request};
use selvedge_models::master_worker::server::Server;
use selvedge_models::master_worker::simulated::{Setting, Simulation, result};
use selvedge_models::master_worker::wire::decode::{Limits, decode};
use selvedge_models::master_worker::wire::frame::{Frames, framed};
use selvedge_models::master_worker::wire::handshake::{Handshake, NONCE_BYTES, Side};
use selvedge_models::master_worker::wire::value::{Class, Value};

/// What clients know the queue of tasks by: the number of the run, which is 0 where nothing else is said, and its own.
const TASKS: &str = "00000000000000000000000000000000-1";

fn requests() -> impl Strategy<Value = Request> {
    let number = 1..i64::MAX as u64;
    let item = any::<i64>().prop_map(Value::Int);
    prop_oneof![
        item.clone().prop_map(Request::Put),
        (number.clone(), item).prop_map(|(task, item)| Request::PutOnce(task, item)),
        Just(Request::Get),
        (0..100_000_u64).prop_map(|time| Request::Lease(Duration::from_millis(time))),
        number.clone().prop_map(Request::Acknowledge),
        (number, 0..100_000_u64).prop_map(|(ticket, time)| Request::Extend(ticket, Duration::from_millis(time))),
        Just(Request::TaskDone),
        Just(Request::Join),
        any::<bool>().prop_map(Request::Shutdown),
        Just(Request::Size),
        Just(Request::IsEmpty),
        Just(Request::IsFull),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever goes wrong, and however often: with leases every task has one result.
    #[test]
    fn nothing_is_lost_and_nothing_comes_twice(
        workers in 1..7_usize, tasks in 1..12_usize, faults in 0..40_usize,
        choices in proptest::collection::vec(any::<u16>(), 0..600),
    ) {
        let mut choices = choices.into_iter();
        let mut choose = |options: usize| choices.next().map_or(0, |choice| usize::from(choice) % options);
        let setting = Setting { workers, tasks, faults, leasing: workers };
        let mut results = Simulation::new(setting, &mut choose).run();
        results.sort_by_key(|result| match result {
            Value::Tuple(parts) => if let Value::Int(task) = parts[0] { task } else { 0 },
            _ => 0,
        });
        prop_assert_eq!(results, (1..=tasks as i64).map(result).collect::<Vec<_>>());
    }

    /// What is asked of a queue is understood as it was meant, and nothing but its known methods is called.
    #[test]
    fn a_request_is_understood(
        request in requests(),
        seconds in proptest::option::of(0..1_000_u64),
        with_others in any::<bool>(),
    ) {
        let patience = match (seconds.map(Duration::from_secs), &request) {
            (None, _) => Patience::Endless,
            (Some(time), Request::Lease(_)) if with_others => Patience::WithOthers(time),
            (Some(time), _) => Patience::Some(time),
        };
        let call = Call::asking(TASKS, &request, patience);
        prop_assert!(METHODS.contains(&call.method.as_str()));
        let (understood, waits) = call.request().expect("a call that is right");
        let may_wait = matches!(request, Request::Put(_) | Request::PutOnce(..) | Request::Get | Request::Lease(_));
        prop_assert_eq!(waits, match request {
            Request::Join => Patience::Endless,
            _ if may_wait => patience,
            _ => Patience::None,
        });
        prop_assert_eq!(understood, request);
    }
}

/// The faults matter: without leases some choices lose a task, and others do one twice.
#[test]
fn the_tutorials_protocol_loses_and_repeats() {
    let counts: Vec<usize> = (0..40_usize)
        .map(|at| {
            let mut step = 0;
            // What can happen first is least harmful.
            let mut choose = |options: usize| {
                step += 1;
                if step == 1 + at / 10 { at % 10 % options } else { 0 }
            };
            Simulation::new(Setting { workers: 1, tasks: 2, faults: 1, leasing: 0 }, &mut choose).run().len()
        })
        .collect();
    assert!(counts.iter().any(|count| *count < 2), "{counts:?}");
    assert!(counts.contains(&2) && counts.iter().any(|count| *count > 2), "{counts:?}");
}

const NOW: Duration = Duration::ZERO;

/// A client of a master without a network.
pub(crate) struct Session {
    client: Client,
    frames: Frames,
}

pub(crate) fn answers(server: &mut Server, session: &mut Session) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    for effect in server.effects() {
        if let Effect::Send(client, bytes) = effect
            && client == session.client
        {
            session.frames.add(&bytes, 1 << 16).expect("short messages");
        }
    }
    while let Some(message) = session.frames.next(1 << 16).expect("frames") {
        messages.push(message);
    }
    messages
}

/// Connects from there, and shows the key.
pub(crate) fn shown(server: &mut Server, client: Client, origin: Option<Origin>) -> Session {
    let mut session = Session { client, frames: Frames::default() };
    server.connected(client, origin, [1; NONCE_BYTES], NOW);
    let (mut handshake, _) = Handshake::begin(Side::Connecting, b"key", [2; NONCE_BYTES]);
    let mut is_done = false;
    while !is_done {
        for message in answers(server, &mut session) {
            let progress = handshake.received(&message).expect("the same key");
            progress.send.iter().for_each(|message| server.received(client, &framed(message), NOW));
            is_done = progress.is_done;
        }
    }
    session
}

/// Connects, shows the key, and is served.
pub(crate) fn session(server: &mut Server, client: Client) -> Session {
    let mut session = shown(server, client, None);
    let call = Call::new(None, "accept_connection", vec![Value::text("test")]);
    server.received(client, &call.to_frame(), NOW);
    answers(server, &mut session);
    session
}

fn ask(server: &mut Server, client: Client, request: &Request, now: Duration) {
    let call = Call::asking(TASKS, request, Patience::Endless);
    server.received(client, &call.to_frame(), now);
}

/// A master with one item, which somebody has on a lease for so long.
fn leased(config: Config, time: Duration) -> Server {
    let mut server = master(config);
    let mut worker = session(&mut server, 1);
    ask(&mut server, 1, &Request::Put(Value::Int(7)), NOW);
    ask(&mut server, 1, &Request::Lease(time), NOW);
    answers(&mut server, &mut worker);
    server
}

fn master(config: Config) -> Server {
    Server::new(config, vec![("tasks".to_owned(), Queue::new(0))])
}

/// Many wait, each has said more meanwhile, and one after another is answered at once: without a call in a call in a call.
#[test]
fn many_that_wait_are_answered_in_order() {
    let mut server = master(Config { connections_max: 20_000, ..Config::new(b"key".to_vec()) });
    let count = 5_000;
    (1..=count).for_each(|client| drop(session(&mut server, client)));
    for client in 1..count {
        ask(&mut server, client, &Request::Get, NOW);
        // Puts back what it got, for the next one.
        ask(&mut server, client, &Request::Put(Value::Int(client as i64)), NOW);
    }
    ask(&mut server, count, &Request::Put(Value::Int(0)), NOW);
    let mut order = Vec::new();
    for effect in server.effects() {
        if let Effect::Send(client, _) = effect {
            order.push(client);
        }
    }
    let answers_to = |client| order.iter().filter(move |other| **other == client).count();
    assert!(order.iter().filter(|client| **client != count).count() == 2 * (count as usize - 1));
    assert_eq!((answers_to(1), answers_to(count / 2), answers_to(count - 1), answers_to(count)), (2, 2, 2, 1));
    let mut seen = BTreeSet::new();
    order.retain(|client| *client != count && seen.insert(*client));
    assert!(order.is_sorted(), "who came first is answered first");
    assert_eq!(server.take("tasks", NOW).map(|(_, value)| value), Some(Value::Int(count as i64 - 1)));
}

/// A lease that is over gives the task to who waits for one, though nobody asks for anything then.
#[test]
fn a_lease_ends_by_itself() {
    let mut server = leased(Config::new(b"key".to_vec()), Duration::from_secs(5));
    let mut waits = session(&mut server, 2);
    ask(&mut server, 2, &Request::Get, NOW);
    assert!(answers(&mut server, &mut waits).is_empty());
    assert_eq!(server.next_deadline(), Some(Duration::from_secs(5)));
    server.tick(Duration::from_secs(4));
    assert!(answers(&mut server, &mut waits).is_empty());
    server.tick(Duration::from_secs(5));
    assert_eq!(answers(&mut server, &mut waits).len(), 1);
    // It is not its task any more.
    let mut queue = Queue::new(0);
    queue.add(Value::Int(7));
    let lease = Request::Lease(Duration::from_secs(1));
    let leased = |ticket| Some(Answer::Leased(Leased { ticket, number: 1, item: Value::Int(7) }));
    assert_eq!(queue.ask(1, lease.clone(), Patience::None, NOW), leased(1));
    queue.expire(Duration::from_secs(1));
    assert_eq!(queue.ask(2, lease, Patience::None, NOW), leased(2), "the same item by another ticket");
    assert_eq!(queue.ask(1, Request::Acknowledge(1), Patience::None, NOW), Some(Answer::LeaseIsOver));
    assert_eq!(queue.ask(2, Request::Acknowledge(2), Patience::None, NOW), Some(Answer::Done));
    assert_eq!(queue.ask(2, Request::Acknowledge(2), Patience::None, NOW), Some(Answer::LeaseIsOver));
}

/// Whoever has the ticket has the task: a lease is extended and acknowledged on another connection, and lasts as long as that.
#[test]
fn a_lease_belongs_to_its_ticket() {
    let second = Duration::from_secs;
    let ask = |queue: &mut Queue, client, request| queue.ask(client, request, Patience::None, NOW);
    let mut queue = Queue::new(0);
    queue.add(Value::Int(7));
    assert!(matches!(ask(&mut queue, 1, Request::Lease(second(1))), Some(Answer::Leased(_))));
    assert_eq!(ask(&mut queue, 2, Request::Extend(1, second(5))), Some(Answer::Done));
    queue.forget(1);
    queue.expire(second(4));
    assert_eq!((queue.leased(), queue.len()), (1, 0), "it is the other one's now, for longer");
    assert_eq!(ask(&mut queue, 3, Request::Acknowledge(1)), Some(Answer::Done));
    assert_eq!(ask(&mut queue, 2, Request::Extend(1, second(5))), Some(Answer::LeaseIsOver));
    queue.add(Value::Int(8));
    assert!(matches!(ask(&mut queue, 1, Request::Lease(second(1))), Some(Answer::Leased(_))));
    assert_eq!(ask(&mut queue, 2, Request::Extend(2, second(5))), Some(Answer::Done));
    queue.forget(2);
    assert_eq!((queue.leased(), queue.len()), (0, 1), "who has extended it is gone");
}

/// A result of a task of another run of the master is none.
#[test]
fn tasks_of_another_run() {
    let run = 5 << 32;
    let mut results = Queue::new(0);
    results.number_after(run);
    for (task, answer) in [
        (3, Answer::OtherRun),
        (run, Answer::OtherRun),
        (run + 1, Answer::Done),
        (run + 3, Answer::Done),
        (run + 1, Answer::Done),
        (6 << 32, Answer::OtherRun),
    ] {
        assert_eq!(results.ask(1, Request::PutOnce(task, Value::None), Patience::None, NOW), Some(answer), "{task}");
    }
    assert_eq!(results.len(), 2);
}

/// Times that no clock will ever show do no harm.
#[test]
fn times_without_end() {
    let config = Config { idle_time: Duration::MAX, handshake_time: Duration::MAX, ..Config::new(b"key".to_vec()) };
    let mut server = master(config);
    let mut one = session(&mut server, 1);
    let times = [Value::Float(f64::INFINITY), Value::Float(1e300), Value::Int(i64::MAX)];
    for time in times {
        ask(&mut server, 1, &Request::Put(Value::Int(1)), NOW);
        let call = Call::new(Some(TASKS), "lease", vec![time]);
        server.received(1, &call.to_frame(), NOW);
    }
    assert_eq!(answers(&mut server, &mut one).len(), 6);
    assert_eq!(server.queue("tasks").map(Queue::leased), Some(3));
    server.tick(LONGEST);
    assert_eq!(server.queue("tasks").map(Queue::leased), Some(0));
    // Who comes when there are as many as may be is told nothing.
    let mut full = master(Config { connections_max: 0, ..Config::new(b"key".to_vec()) });
    full.connected(1, None, [1; NONCE_BYTES], NOW);
    assert_eq!(full.effects(), [Effect::Refused(1, Refusal::TooMany), Effect::Close(1)]);
}

/// At one moment somebody has been silent for too long, and the lease that it had goes to another one, whose time is up too:
/// that one is answered, and not sent away.
#[test]
fn a_task_that_comes_back_in_time() {
    let config = Config { idle_time: Duration::from_secs(9), ..Config::new(b"key".to_vec()) };
    let mut server = leased(config, Duration::from_secs(9));
    let mut waits = session(&mut server, 2);
    let call = Call::asking(TASKS, &Request::Get, Patience::Some(Duration::from_secs(9)));
    server.received(2, &call.to_frame(), NOW);
    server.tick(Duration::from_secs(20));
    let effects = server.effects();
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(2, _))));
    assert!(!effects.contains(&Effect::Close(2)), "{effects:?}");
    assert!(answers(&mut server, &mut waits).is_empty());
}

/// Who has something on a lease is at work, however silent; and silent when it is over.
#[test]
fn who_is_at_work_need_not_say_so() {
    let config = Config { idle_time: Duration::from_secs(2), ..Config::new(b"key".to_vec()) };
    let mut server = leased(config, Duration::from_secs(60));
    (1..50).for_each(|second| server.tick(Duration::from_secs(second)));
    assert_eq!(server.connections(), 1);
    (60..70).for_each(|second| server.tick(Duration::from_secs(second)));
    assert_eq!(server.connections(), 0);
}

/// As long as somebody has a task on a lease, others who say so wait for it: it may come back. Who does not is answered in time.
#[test]
fn who_wants_a_lease_waits_for_those_that_there_are() {
    let mut server = leased(Config::new(b"key".to_vec()), Duration::from_secs(60));
    let (mut waits, mut looks) = (session(&mut server, 2), session(&mut server, 3));
    let time = Duration::from_secs(60);
    let lease = Request::Lease(time);
    let second = Duration::from_secs(1);
    for (client, patience) in [(2, Patience::WithOthers(second)), (3, Patience::Some(second))] {
        let call = Call::asking(TASKS, &lease, patience);
        server.received(client, &call.to_frame(), NOW);
    }
    server.tick(Duration::from_secs(2));
    let reply = answers(&mut server, &mut looks).pop().expect("an answer");
    let reply = Reply::from_value(decode(&reply, &Limits::default()).expect("a value")).expect("a reply");
    assert_eq!(Answer::of(&lease, reply), Some(Answer::Empty));
    server.tick(Duration::from_secs(3));
    assert!(answers(&mut server, &mut waits).is_empty());
    server.disconnected(1, Duration::from_secs(3));
    let reply = answers(&mut server, &mut waits).pop().expect("the task");
    let reply = Reply::from_value(decode(&reply, &Limits::default()).expect("a value")).expect("a reply");
    let leased = Leased { ticket: 2, number: 1, item: Value::Int(7) };
    assert_eq!(Answer::of(&lease, reply), Some(Answer::Leased(leased)));
}

/// A queue that is shut down has no more items when those on a lease are dealt with; or none at all.
#[test]
fn leases_of_a_queue_that_is_shut_down() {
    let lease = Request::Lease(Duration::from_secs(1));
    for throws_away in [false, true] {
        let mut queue = Queue::new(0);
        queue.add(Value::Int(7));
        assert!(matches!(queue.ask(1, lease.clone(), Patience::None, NOW), Some(Answer::Leased(_))));
        assert_eq!(queue.ask(2, Request::Shutdown(throws_away), Patience::None, NOW), Some(Answer::Done));
        let answer = queue.ask(2, Request::Get, Patience::Endless, NOW);
        assert_eq!(answer, throws_away.then_some(Answer::ShutDown));
        queue.forget(1);
        let woken = if throws_away { Vec::new() } else { vec![(2, Answer::Item(Value::Int(7)))] };
        assert_eq!(queue.wake(NOW), woken);
        assert_eq!(queue.len() + queue.leased(), 0);
    }
}

/// A result that was put already is taken note of at once, also where others wait for room.
#[test]
fn a_repeated_result_waits_for_nothing() {
    let mut queue = Queue::new(1);
    let result = Request::PutOnce(1, Value::Int(7));
    assert_eq!(queue.ask(1, result.clone(), Patience::Endless, NOW), Some(Answer::Done));
    assert_eq!(queue.ask(2, Request::Put(Value::Int(8)), Patience::Endless, NOW), None);
    assert_eq!(queue.ask(1, result, Patience::Endless, NOW), Some(Answer::Done));
    assert_eq!(queue.len(), 1);
}

/// An item that would be too long for a reply is refused when it is put, however briefly it was said.
#[test]
fn an_item_that_is_longer_than_it_was_said() {
    let mut server = master(Config { message_bytes_max: 1_000, ..Config::new(b"key".to_vec()) });
    let mut client = session(&mut server, 1);
    // (TASKS, "put", (["aaaaaaaaaaaaaaaaaaaa", the same, the same, ..],), {})
    let list = [b"]X\x14\0\0\0aaaaaaaaaaaaaaaaaaaaq\0a".as_slice(), &b"h\0a".repeat(45)].concat();
    let name = [b"(X\x22\0\0\0".as_slice(), TASKS.as_bytes()].concat();
    let request = [name.as_slice(), b"X\x03\0\0\0put", &list, b"\x85}t."].concat();
    server.received(1, &framed(&request), NOW);
    let reply = answers(&mut server, &mut client).pop().expect("a reply");
    let reply = Reply::from_value(decode(&reply, &Limits::default()).expect("a value"));
    let Some(Reply::Error(Value::Instance(Class::ValueError, _))) = reply else { panic!("{reply:?}") };
    assert_eq!(server.queue("tasks").map(Queue::len), Some(0));
}
