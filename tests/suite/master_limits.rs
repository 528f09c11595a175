//! How many connections and queues there may be, and which ones make room: strangers that have tried for longest to show the key,
//! and queues that clients made who were killed.

use std::time::Duration;

use crate::master_worker::{answers, session, shown};
use selvedge_models::master_worker::admission::Origin;
use selvedge_models::master_worker::call::{Call, Reply};
use selvedge_models::master_worker::config::{Config, Effect, Reclaimed, Refusal};
use selvedge_models::master_worker::queue::{Client, Patience, Request};
use selvedge_models::master_worker::server::Server;
use selvedge_models::master_worker::wire::decode::{Limits, decode};
use selvedge_models::master_worker::wire::handshake::NONCE_BYTES;
use selvedge_models::master_worker::wire::value::Value;

const NOW: Duration = Duration::ZERO;

/// When a queue may make room that no connection has used since [`NOW`].
const LATER: Duration = Duration::from_secs(60);

fn master(objects_max: usize) -> Server {
    Server::new(Config { objects_max, ..Config::new(b"key".to_vec()) }, Vec::new())
}

/// Makes a queue on a connection for that; returns its name, if there was room, and what made room for it.
fn make(server: &mut Server, client: Client, origin: Origin, now: Duration) -> (Option<String>, Vec<Reclaimed>) {
    let mut session = shown(server, client, Some(origin));
    server.received(client, &Call::new(None, "create", vec![Value::text("Queue")]).to_frame(), now);
    let effects = server.effects();
    let reclaimed = effects.iter().filter_map(|effect| match effect {
        Effect::Reclaimed(reclaimed) => Some(reclaimed.clone()),
        _ => None,
    });
    let reclaimed = reclaimed.collect();
    let reply = effects.into_iter().find_map(|effect| match effect {
        Effect::Send(_, bytes) => Reply::from_value(decode(&bytes[4..], &Limits::default()).expect("a value")),
        _ => None,
    });
    server.disconnected(client, now);
    assert!(answers(server, &mut session).is_empty());
    match reply {
        Some(Reply::Return(Value::Tuple(parts))) => match &parts[0] {
            Value::Text(name) => (Some(name.clone()), reclaimed),
            other => panic!("{other:?} is no name"),
        },
        Some(Reply::Traceback(_)) => (None, reclaimed),
        other => panic!("{other:?}"),
    }
}

fn put(server: &mut Server, client: Client, queue: &str) {
    server.received(client, &Call::asking(queue, &Request::Put(Value::Int(7)), Patience::None).to_frame(), NOW);
}

/// Of the queues of killed clients the one that was used last stays longest; what a connection uses stays, and what is new.
#[test]
fn a_queue_that_nobody_uses_makes_room() {
    let mut server = master(3);
    let names: Vec<String> = (1..=3).map(|client| make(&mut server, client, 1, NOW).0.expect("room")).collect();
    let mut used = session(&mut server, 10);
    put(&mut server, 10, &names[0]);
    // One was used, by a client that is gone.
    let mut gone = session(&mut server, 11);
    put(&mut server, 11, &names[1]);
    answers(&mut server, &mut gone);
    let second = Duration::from_secs(1);
    server.disconnected(11, second);
    assert_eq!(make(&mut server, 4, 1, LATER - second), (None, vec![]), "too early");
    let reclaimed = |name: &String, items| vec![Reclaimed { name: name.clone(), items }];
    let (fourth, made_room) = make(&mut server, 5, 1, LATER);
    assert!(fourth.is_some());
    assert_eq!(made_room, reclaimed(&names[2], 0), "the one that nobody has used");
    assert_eq!(make(&mut server, 6, 1, LATER), (None, vec![]), "one is used, one was until later, one is new");
    let (fifth, made_room) = make(&mut server, 7, 1, LATER + second);
    assert!(fifth.is_some());
    assert_eq!(made_room, reclaimed(&names[1], 1), "the one whose client is gone, with its item");
    put(&mut server, 10, &names[0]);
    assert_eq!(answers(&mut server, &mut used).len(), 1, "it is still there");
    put(&mut server, 10, &names[1]);
    let reply = answers(&mut server, &mut used).pop().expect("an answer");
    let reply = Reply::from_value(decode(&reply, &Limits::default()).expect("a value"));
    assert!(matches!(reply, Some(Reply::Traceback(_))), "the other is not: {reply:?}");
}

/// A call that makes no queue makes no room for one.
#[test]
fn a_call_that_makes_no_queue_makes_no_room() {
    let mut server = master(1);
    let first = make(&mut server, 1, 1, NOW).0.expect("room");
    let mut wrong = shown(&mut server, 2, Some(1));
    let call = Call::new(None, "create", vec![Value::text("Queue"), Value::text("no number")]);
    server.received(2, &call.to_frame(), LATER);
    assert_eq!(answers(&mut server, &mut wrong).len(), 1, "it is refused");
    let mut used = session(&mut server, 3);
    put(&mut server, 3, &first);
    let reply = answers(&mut server, &mut used).pop().expect("an answer");
    let reply = Reply::from_value(decode(&reply, &Limits::default()).expect("a value"));
    assert_eq!(reply, Some(Reply::Return(Value::None)), "the first one is still there");
}

/// Clients of one address take no places from those of others.
#[test]
fn each_address_has_its_own_room() {
    let mut server = master(2);
    let is_made = |server: &mut Server, client, origin, now| make(server, client, origin, now).0.is_some();
    assert!((1..=2).all(|client| is_made(&mut server, client, 1, NOW)));
    assert!(!is_made(&mut server, 3, 1, NOW));
    assert!((4..=5).all(|client| is_made(&mut server, client, 2, NOW)), "another address");
    // The oldest of the own address makes room.
    assert!(is_made(&mut server, 6, 2, LATER));
    assert!((7..=8).all(|client| is_made(&mut server, client, 1, LATER)), "two of the first address had been unused");
    assert!(!is_made(&mut server, 9, 1, LATER));
}

/// Who has not shown the key has so many places for one address, and not for long: others come in all the same.
#[test]
fn strangers_of_one_address_take_no_places_from_others() {
    let config = Config { connections_max: 10, strangers_max: 3, ..Config::new(b"key".to_vec()) };
    let patience = config.handshake_time / 10;
    let mut server = Server::new(config, Vec::new());
    let come = |server: &mut Server, client, origin, now| {
        server.connected(client, Some(origin), [1; NONCE_BYTES], now);
        server.effects()
    };
    let refused = |client| vec![Effect::Refused(client, Refusal::TooManyOfAddress), Effect::Close(client)];
    for client in 1..=3 {
        assert!(matches!(come(&mut server, client, 7, NOW)[..], [Effect::Send(..)]), "{client}");
    }
    assert_eq!(come(&mut server, 4, 7, NOW), refused(4), "one too many of its address");
    assert!(matches!(come(&mut server, 5, 8, NOW)[..], [Effect::Send(5, _)]), "another address");
    // The one that has tried for longest makes room, for its own address alone.
    let effects = come(&mut server, 6, 7, NOW + patience);
    assert_eq!(effects[..2], refused(1)[..]);
    assert!(matches!(effects[2..], [Effect::Send(6, _)]), "{effects:?}");
    // Who has shown the key is no stranger any more.
    let mut shown = session(&mut server, 9);
    assert!(answers(&mut server, &mut shown).is_empty());
    assert_eq!(server.connections(), 5);
}
