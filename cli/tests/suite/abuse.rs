//! A master and those who do not keep to the protocol, or to what is decent: each is refused, or given up, and the master goes on.

use std::io::Write;

use crate::master::{Client, KEY, TIME, is_refused, master, master_with_errors, returned, still_serves};
use selvedge_models::master_worker::call::Call;
use selvedge_models::master_worker::queue::{Patience, Request};
use selvedge_models::master_worker::wire::encode::encode;
use selvedge_models::master_worker::wire::frame::framed;
use selvedge_models::master_worker::wire::handshake::{Handshake, NONCE_BYTES, Side};
use selvedge_models::master_worker::wire::value::Value;

/// As many connections as there may be, all of which wait: each gets one task, and one more connection is refused.
#[test]
fn a_thousand_connections() {
    let master = master(None, &["--connections", "1000"]);
    let (mut first, ident) = Client::of(master.address, "get_task_queue");
    let mut waiting: Vec<Client> = (1..1_000).map(|_| Client::with_key(master.address)).collect();
    assert_eq!(Client::connected(master.address).message(), None, "one too many");
    for client in &mut waiting {
        client.call(None, "accept_connection", vec![Value::text("test")]);
        client.say(Some(&ident), "get", vec![]);
    }
    for task in 1..1_000 {
        assert_eq!(first.call(Some(&ident), "put", vec![Value::Int(task)]), returned(Value::None));
    }
    let mut tasks: Vec<Option<Value>> = waiting.iter_mut().map(Client::reply).collect();
    tasks.sort_by_key(|task| format!("{task:?}"));
    tasks.dedup();
    assert_eq!(tasks.len(), 999);
    drop(waiting);
    still_serves(master.address);
}

/// Who only puts is refused when there is no memory left, before the master has none; then others take, and it goes on.
#[test]
fn puts_without_gets() {
    // Passed on as it came, an item takes what its message has; as a value, much more.
    fill(&["--memory", "100000"]);
    fill(&["--memory", "1000000", "--plain-data"]);
}

fn fill(options: &[&str]) {
    let master = master(None, options);
    let (mut client, ident) = Client::of(master.address, "get_task_queue");
    // 600 bytes of message that are 200 lists; each takes as much as a number.
    let lists = || Value::List(vec![Value::List(Vec::new()); 200]);
    let mut put = || client.call(Some(&ident), "put", vec![lists()]);
    let taken = (0..1_000).take_while(|_| put() == returned(Value::None)).count();
    assert!((50..300).contains(&taken), "{taken} {options:?}");
    assert!(format!("{:?}", put()).contains("Full"));
    assert_eq!(client.call(Some(&ident), "get", vec![]), returned(lists()));
    assert_eq!(client.call(Some(&ident), "put", vec![lists()]), returned(Value::None));
    still_serves(master.address);
}

/// More connections at the same moment than the master accepts in one go; no more than the system keeps for it (128).
#[test]
#[cfg(unix)]
fn a_crowd_at_the_door() {
    use nix::sys::signal::{Signal, kill};
    let master = master(None, &["--connections", "1000"]);
    let process = nix::unistd::Pid::from_raw(master.program.0.id().cast_signed());
    kill(process, Signal::SIGSTOP).expect("a master");
    // That takes a moment.
    std::thread::sleep(std::time::Duration::from_millis(100));
    let mut crowd: Vec<Client> = (0..120).map(|_| Client::connected(master.address)).collect();
    kill(process, Signal::SIGCONT).expect("a master");
    assert!(crowd.iter_mut().all(|client| client.message().is_some()), "a challenge for each");
}

/// More connections than the master may have files: those that are there go on, and when they go others come.
#[test]
#[cfg(unix)]
fn no_files_left() {
    let (files, crowd) = (24, 60);
    let master = crate::master::master_with_files(files);
    let mut crowd: Vec<Client> = (0..crowd).map(|_| Client::connected(master.address)).collect();
    // One after another hears something, and goes.
    while !crowd.is_empty() {
        assert!(crowd.remove(0).message().is_some(), "with {} more", crowd.len());
    }
    still_serves(master.address);
}

#[test]
fn abuse_is_refused_and_the_master_goes_on() {
    let master = master(None, &["--message-bytes", "100000"]);
    let address = master.address;
    // Before the key is shown: lengths that are none, or too long, even by one byte.
    for bytes in [&[0xff, 0xff, 0xff, 0xfe][..], &[0x7f, 0xff, 0xff, 0xff], &[0, 0, 1, 1], &[0xff; 12]] {
        let mut client = Client::connected(address);
        client.message().expect("a challenge");
        client.0.write_all(bytes).expect("a master");
        assert_eq!(client.message(), None, "{bytes:?}");
    }
    still_serves(address);
    // After: what is no call, or none that can be done.
    let forms = [
        Value::None,
        Value::Tuple(vec![Value::None; 3]),
        Value::Tuple(vec![Value::None, Value::Int(1), Value::Tuple(Vec::new()), Value::Dict(Vec::new())]),
    ];
    for form in forms {
        let mut client = Client::with_key(address);
        client.send(&encode(&form));
        assert!(is_refused(&client.reply()), "{form:?}");
    }
    for (method, arguments) in [
        ("no_such_method", vec![]),
        ("create", vec![Value::text("os.system")]),
        ("create", vec![]),
        ("decref", vec![Value::text("99")]),
        ("get_methods", vec![Value::None]),
        ("dummy", vec![Value::None]),
    ] {
        assert!(is_refused(&Client::with_key(address).call(None, method, arguments)), "{method}");
    }
    let (mut client, ident) = Client::of(address, "get_task_queue");
    assert!(is_refused(&client.call(Some("99"), "get", vec![])));
    assert!(is_refused(&client.call(Some(&ident), "__class__", vec![])));
    assert!(is_refused(&client.call(Some(&ident), "put", vec![])));
    assert!(is_refused(&client.call(Some(&ident), "get", vec![Value::Bool(true), Value::Int(-1)])));
    assert!(is_refused(&client.call(Some(&ident), "task_done", vec![])));
    // It goes on for who makes mistakes, and for who sends what a queue does not take, of which nothing is called.
    assert_eq!(client.call(Some(&ident), "qsize", vec![]), returned(Value::Int(0)));
    client.send(b"cos\nsystem\n(X\x02\x00\x00\x00idtR.");
    assert!(is_refused(&client.reply()));
    assert_eq!(client.call(Some(&ident), "qsize", vec![]), returned(Value::Int(0)));
    // But not for who sends what is no pickle.
    client.send(b"\x80\x02K");
    assert!(is_refused(&client.reply()));
    assert_eq!(client.message(), None);
    let mut client = Client::with_key(address);
    client.0.write_all(&100_001_u32.to_be_bytes()).expect("a master");
    assert_eq!(client.message(), None);
    still_serves(address);
}

#[test]
fn connections_are_bounded_in_number_and_in_time() {
    let master = master(None, &["--connections", "3", "--handshake-time", "2", "--idle-time", "2"]);
    let begun = std::time::Instant::now();
    let mut silent: Vec<Client> = (0..3).map(|_| Client::connected(master.address)).collect();
    silent.iter_mut().for_each(|client| assert!(client.message().is_some(), "a challenge"));
    // Those that say nothing make room: the one that has done so for longest when somebody else comes ..
    std::thread::sleep(std::time::Duration::from_millis(250));
    still_serves(master.address);
    assert_eq!(silent.remove(0).message(), None);
    // .. and the others in time, also one that says a little now and then.
    for byte in [0, 0, 0, 99, 0, 0] {
        let _ = silent[0].0.write_all(&[byte]);
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    silent.iter_mut().for_each(|client| assert_eq!(client.message(), None));
    assert!(begun.elapsed() < std::time::Duration::from_millis(4_200), "it was heard for too long");
    let mut served: Vec<Client> = (0..3).map(|_| Client::with_key(master.address)).collect();
    assert_eq!(Client::connected(master.address).message(), None, "those that have shown the key stay");
    drop(served.pop());
    still_serves(master.address);
    drop(served);
    let (mut waiting, ident) = Client::of(master.address, "get_task_queue");
    let (mut idle, _) = Client::of(master.address, "get_task_queue");
    waiting.say(Some(&ident), "get", vec![Value::Bool(true), Value::Float(3.0)]);
    assert_eq!(idle.message(), None, "it said nothing for too long");
    assert!(is_refused(&waiting.reply()), "who waits is not idle, and there is no task in time");
}

/// Connects, shows the key, asks for a task, and goes when so many bytes are said; returns whether that was all.
fn goes_after(address: std::net::SocketAddr, request: &[u8], bytes: usize) -> bool {
    let mut client = Client::connected(address);
    let mut left = bytes;
    let mut says = |client: &mut Client, frame: &[u8]| {
        let count = frame.len().min(left);
        client.0.write_all(&frame[..count]).expect("a master");
        left -= count;
        count == frame.len()
    };
    let (mut handshake, _) = Handshake::begin(Side::Connecting, KEY.as_bytes(), [7; NONCE_BYTES]);
    loop {
        let progress = handshake.received(&client.message().expect("a message")).expect("the same key");
        if !progress.send.iter().all(|message| says(&mut client, &framed(message))) {
            return false;
        }
        if progress.is_done {
            break;
        }
    }
    let accept = Call::new(None, "accept_connection", vec![Value::text("test")]);
    says(&mut client, &accept.to_frame()) && client.message().is_some() && says(&mut client, request)
}

/// Nothing is lost when somebody who asks for a task goes, at whatever byte of what it says from the first.
#[test]
fn a_disconnect_at_every_byte_loses_nothing() {
    let master = master(None, &[]);
    let address = master.address;
    let (mut client, ident) = Client::of(address, "get_task_queue");
    let request = Call::asking(&ident, &Request::Get, Patience::Endless).to_frame();
    let count = (0..1_000).take_while(|bytes| !goes_after(address, &request, *bytes)).count();
    assert!((150..900).contains(&count), "a session of {count} bytes");
    // The master has heard that they are gone when it has answered somebody who came after.
    still_serves(address);
    assert_eq!(client.call(Some(&ident), "put", vec![Value::Int(42)]), returned(Value::None));
    let minute = vec![Value::Bool(true), Value::Int(30)];
    assert_eq!(client.call(Some(&ident), "get", minute), returned(Value::Int(42)));
}

/// Somebody who asks for much at once and does not read costs the others nothing: one answer is on its way after the other, and
/// what was not answered is still in the queue. When it reads, it gets all.
#[test]
fn who_does_not_read_is_held_back() {
    let master = master(None, &[]);
    let (mut client, ident) = Client::of(master.address, "get_task_queue");
    let item = |number: u8| Value::Bytes(vec![number; 15 << 20]);
    for number in 0..6 {
        assert_eq!(client.call(Some(&ident), "put", vec![item(number)]), returned(Value::None));
    }
    let (mut reads_late, _) = Client::of(master.address, "get_task_queue");
    let call = Call::asking(&ident, &Request::Get, Patience::Endless);
    reads_late.0.write_all(&call.to_frame().repeat(6)).expect("a master");
    std::thread::sleep(std::time::Duration::from_millis(300));
    still_serves(master.address);
    let left = client.call(Some(&ident), "qsize", vec![]);
    assert!([4, 5].map(|left| returned(Value::Int(left))).contains(&left), "{left:?}");
    for number in 0..6 {
        assert!(reads_late.reply() == returned(item(number)), "item {number}");
    }
}

/// An item whose answer has not gone out whole when its taker goes is still there, for others and in its place.
#[test]
fn an_item_that_was_on_its_way_comes_back() {
    let master = master(None, &[]);
    let (mut client, ident) = Client::of(master.address, "get_task_queue");
    let long = Value::Bytes(vec![7; 15 << 20]);
    for item in [long.clone(), Value::Int(8)] {
        assert_eq!(client.call(Some(&ident), "put", vec![item]), returned(Value::None));
    }
    let (mut goes, _) = Client::of(master.address, "get_task_queue");
    goes.say(Some(&ident), "get", vec![]);
    while client.call(Some(&ident), "qsize", vec![]) != returned(Value::Int(1)) {}
    drop(goes);
    let begun = std::time::Instant::now();
    while client.call(Some(&ident), "qsize", vec![]) != returned(Value::Int(2)) {
        assert!(begun.elapsed() < TIME, "it does not come back");
    }
    assert!(client.call(Some(&ident), "get", vec![]) == returned(long), "the long one first");
    assert_eq!(client.call(Some(&ident), "get", vec![]), returned(Value::Int(8)));
    // One that has gone out is its taker's, and does not come back.
    assert_eq!(client.call(Some(&ident), "put", vec![Value::Int(9)]), returned(Value::None));
    let (mut takes, _) = Client::of(master.address, "get_task_queue");
    assert_eq!(takes.call(Some(&ident), "get", vec![]), returned(Value::Int(9)));
    drop(takes);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(client.call(Some(&ident), "qsize", vec![]), returned(Value::Int(0)));
}

/// It is still there too when its taker was silent for too long, and did not read what it had asked for.
#[test]
fn an_item_on_its_way_to_somebody_silent_comes_back() {
    let master = master(None, &["--idle-time", "0.5"]);
    let (mut client, ident) = Client::of(master.address, "get_task_queue");
    let long = Value::Bytes(vec![7; 15 << 20]);
    assert_eq!(client.call(Some(&ident), "put", vec![long.clone()]), returned(Value::None));
    let (mut silent, _) = Client::of(master.address, "get_task_queue");
    silent.say(Some(&ident), "get", vec![]);
    while client.call(Some(&ident), "qsize", vec![]) != returned(Value::Int(0)) {}
    let begun = std::time::Instant::now();
    while client.call(Some(&ident), "qsize", vec![]) != returned(Value::Int(1)) {
        assert!(begun.elapsed() < TIME, "it does not come back");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(client.call(Some(&ident), "get", vec![]) == returned(long), "it is what was put");
}

/// What may be put can be had, however long it is.
#[test]
fn an_item_as_long_as_messages_may_be() {
    let master = master(None, &["--message-bytes", "100000000"]);
    let (mut client, ident) = Client::of(master.address, "get_task_queue");
    let item = Value::Bytes(vec![7; 90_000_000]);
    assert_eq!(client.call(Some(&ident), "put", vec![item.clone()]), returned(Value::None));
    client.say(Some(&ident), "get", vec![]);
    let message = client.message().expect("the item");
    assert!(message.len() > 90_000_000 && message[message.len() / 2] == 7, "{} bytes", message.len());
    still_serves(master.address);
}

/// Who wants to hear less says so.
#[test]
fn a_log_of_errors_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let master = master_with_errors(&log, &["--log-level", "error"]);
    let address = master.address;
    let mut stranger = Client::connected(address);
    stranger.message();
    stranger.send(b"no answer");
    assert!(std::iter::from_fn(|| stranger.message()).count() < 3, "it is refused");
    still_serves(address);
    assert_eq!(std::fs::read_to_string(&log).expect("text"), "");
    let wrong = crate::selvedge(&["master", "--log-level", "loud"]);
    assert_eq!(wrong.status.code(), Some(2));
}

/// One machine opens connections all the time and shows no key: others get in at once.
#[cfg(target_os = "linux")]
#[test]
fn a_flood_from_one_address() {
    use socket2::{Domain, Socket, Type};
    let master = master(None, &["--connections", "60", "--strangers", "20"]);
    let stranger = || {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.bind(&std::net::SocketAddr::from(([127, 0, 0, 2], 0)).into()).expect("an address of this machine");
        socket.connect(&master.address.into()).expect("a master");
        socket
    };
    let flood: Vec<Socket> = (0..200).map(|_| stranger()).collect();
    for _ in 0..10 {
        still_serves(master.address);
    }
    drop(flood);
}
