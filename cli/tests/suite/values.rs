//! What masters and workers are told by options, and how values are written: numbers, bytes, addresses, limits and keys.

use selvedge_models::master_worker::wire::value::Value;

use crate::master::{Client, KEY, Kept, ended, master, returned};
use crate::network::all_of;

/// Numbers of any size are read and printed as Python writes them, bytes with how they are written, and no result has a
/// character that controls a terminal.
#[test]
fn values_in_json() {
    // The last is 2 to the power of 20,000, of which CPython writes no decimals either.
    let long = |bytes: usize| Value::Long([vec![0; bytes], vec![1]].concat());
    let text = Value::text("\u{9b}2J\u{7f}\n");
    let dict = Value::Dict(vec![(Value::text("key"), Value::List(vec![Value::None, Value::Float(0.5)]))]);
    let results = [
        (Value::Long(vec![0, 0, 0, 0, 0, 0, 0, 0, 64]), "1180591620717411303424".to_owned()),
        (Value::Long(vec![0, 0, 0, 0, 0, 0, 0, 0, 192]), "-1180591620717411303424".to_owned()),
        (Value::Bytes(vec![97, 255]), "{\"base64\":\"Yf8=\"}".to_owned()),
        (text, "\"\\u009b2J\\u007f\\n\"".to_owned()),
        (dict, "{\"key\":[null,0.5]}".to_owned()),
        (long(2_500), format!("{{\"hexadecimal\":\"1{}\"}}", "0".repeat(5_000))),
    ];
    let tasks = "1180591620717411303424\n".repeat(results.len());
    let mut master = master(Some(&tasks), &[]);
    let (mut client, queue) = Client::of(master.address, "get_task_queue");
    let (mut puts, answers) = Client::of(master.address, "get_result_queue");
    for (result, _) in &results {
        let leased = client.call(Some(&queue), "lease", vec![Value::Int(60)]);
        let Some(Value::Tuple(reply)) = leased else { panic!("{leased:?}") };
        let Value::Tuple(parts) = &reply[1] else { panic!("{reply:?}") };
        assert_eq!(parts[2], results[0].0, "the task is a number");
        let put = puts.call(Some(&answers), "put_once", vec![parts[1].clone(), result.clone()]);
        assert_eq!(put, returned(Value::None));
    }
    let expected: Vec<&str> = results.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(all_of(&mut master.output).lines().collect::<Vec<_>>(), expected);
    assert_eq!(ended(&mut master.program.0), 0);
}

/// What is no address, and limits of nothing, are refused; the name of a host is found.
#[test]
fn addresses_and_limits() {
    let called = |arguments: &[&str]| {
        let mut command = std::process::Command::new("timeout");
        command.arg("5").arg(env!("CARGO_BIN_EXE_selvedge")).args(arguments).env("SELVEDGE_AUTHKEY", "a key\n");
        let output = command.output().expect("the program");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (option, value, complaint) in [
        ("--connections", "0", "1.."),
        ("--message-bytes", "0", "1.."),
        ("--handshake-time", "0", "more than 0 seconds"),
        ("--idle-time", "0", "more than 0 seconds"),
        ("--listen", "nowhere", "no host and port"),
        ("--listen", "no.such.host.invalid:1", "no host and port"),
    ] {
        let (code, said) = called(&["master", option, value]);
        assert!(code == Some(2) && said.contains(complaint) && said.contains(option), "{option} {value}: {said}");
    }
    let (code, said) = called(&["worker", "--connect", "localhost:1", "--reconnect", "0"]);
    assert!(code == Some(1) && said.contains("127.0.0.1:1"), "{said}");
}

/// A key that others can read, or guess, is warned of.
#[cfg(unix)]
#[test]
fn keys_that_others_have() {
    use std::os::unix::fs::PermissionsExt;
    let file = std::env::temp_dir().join(format!("selvedge-key-{}", std::process::id()));
    std::fs::write(&file, "short\n").expect("a file");
    let said = |mode: u32| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("it is ours");
        let mut command = std::process::Command::new("timeout");
        command.args(["0.5", env!("CARGO_BIN_EXE_selvedge"), "master", "--listen", "127.0.0.1:0", "--expose"]);
        let output = command.arg("--authkey-file").arg(&file).output().expect("the program");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let (open, closed) = (said(0o644), said(0o600));
    std::fs::remove_file(&file).expect("it was there");
    assert!(open.contains("others can read the key (mode 644)") && open.contains("the key has 5 bytes"), "{open}");
    assert!(!closed.contains("others can read") && closed.contains("the key has 5 bytes"), "{closed}");
}

/// A value that a master of plain data does not take is refused with an exception that says why, and the connection goes on.
#[test]
fn a_value_that_is_not_taken() {
    let master = master(None, &["--plain-data"]);
    let (mut client, queue) = Client::of(master.address, "get_task_queue");
    let deep = [b"]".repeat(100), b"a".repeat(99), b".".to_vec()].concat();
    for (pickle, class, part) in [
        (
            b"\x80\x02cdatetime\ndatetime\n.".to_vec(),
            "TypeError",
            "this master takes no datetime.datetime, but None, bool",
        ),
        (b"\x80\x02c__main__\nMine\n)\x81.".to_vec(), "TypeError", "takes no __main__.Mine, but"),
        (b"\x80\x02ca\x1b[31m\nb\n.".to_vec(), "TypeError", "takes no such a class, but"),
        (deep, "ValueError", "values in values, more than 64"),
    ] {
        client.send(&pickle);
        let reply = client.reply();
        let Some(Value::Tuple(parts)) = &reply else { panic!("{reply:?}") };
        assert_eq!(parts[0], Value::text("#ERROR"));
        let Value::Instance(raised, arguments) = &parts[1] else { panic!("{reply:?}") };
        let [Value::Text(text)] = &arguments[..] else { panic!("{reply:?}") };
        assert!(format!("{raised:?}") == class && text.contains(part), "{part}: {reply:?}");
    }
    assert_eq!(client.call(Some(&queue), "put", vec![Value::Int(1)]), returned(Value::None), "it goes on");
    // What no pickler writes ends the connection, as before.
    client.send(b"\x80\x02K");
    assert!(crate::master::is_refused(&client.reply()) && client.message().is_none());
}

/// The same as a program of CPython sees it; and that another master passes all of it on, to a client of its own, by name or
/// not, on a lease or not.
#[test]
fn values_that_are_no_plain_data() {
    const SCRIPT: &str = "
import datetime, sys
from multiprocessing.managers import BaseManager
class Manager(BaseManager): pass
def queue():
    manager = Manager(address=('127.0.0.1', int(sys.argv[1])), authkey=b'abc')
    manager.connect()
    return manager.get_task_queue()
Manager.register('get_task_queue')
tasks, others = queue(), queue()
deep = []
for _ in range(80): deep = [deep]
for value in [datetime.date(2026, 11, 30), 1j, deep, tuple([0] * 1_100_000)]:
    try:
        tasks.put(value)
        same = others.get() == value
        tasks.put(item=value, timeout=5)
        print(same, others.lease(60)[2] == value)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, str(error)[:47])
tasks.put('plain')
print(tasks.get(), tasks.qsize())
";
    let said = |options: &[&str]| {
        let master = master(None, options);
        let port = master.address.port().to_string();
        let mut client = crate::python::python(SCRIPT, &[&port])?;
        let said = all_of(client.0.stdout.as_mut().expect("its output"));
        assert_eq!(ended(&mut client.0), 0);
        Some(said)
    };
    let Some(refused) = said(&["--plain-data"]) else { return };
    assert_eq!(
        refused.lines().collect::<Vec<_>>(),
        [
            "TypeError this master takes no datetime.date, but None, b",
            "TypeError this master takes no builtins.complex, but None",
            "ValueError the value has values in values, more than 64 of",
            "ValueError the value has more than 1048576 parts",
            "plain 0",
        ]
    );
    let passed = said(&[]).expect("a client");
    assert_eq!(passed, "True True\n".repeat(4) + "plain 0\n");
}

/// A master of plain data does not go on with a state that has other items: it would pass them on.
#[test]
fn a_state_that_has_no_plain_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state");
    let state = ["--state", file.to_str().expect("text")];
    let first = master(None, &state);
    let (mut client, queue) = Client::of(first.address, "get_task_queue");
    client.call(Some(&queue), "put", vec![Value::Int(1)]);
    drop(first);
    let second = master(None, &[&state[..], &["--plain-data"]].concat());
    let (mut client, queue) = Client::of(second.address, "get_task_queue");
    assert_eq!(client.call(Some(&queue), "get", vec![]), returned(Value::Int(1)));
    drop(second);
    let third = master(None, &state);
    let (mut client, queue) = Client::of(third.address, "get_task_queue");
    // A call of `put` with a date.
    let ident = [b"X".as_slice(), &(queue.len() as u32).to_le_bytes(), queue.as_bytes()].concat();
    let date = b"cdatetime\ndate\n(K\x01K\x01K\x01tR";
    client.send(&[b"\x80\x03(".as_slice(), &ident, b"X\x03\0\0\0put(", date, b"t}t."].concat());
    assert_eq!(client.reply(), returned(Value::None));
    drop(third);
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_selvedge"));
    program.args(["master", "--listen", "127.0.0.1:0", "--plain-data"]).args(state).env("SELVEDGE_AUTHKEY", KEY);
    let program = program.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
    let mut program = Kept(program.spawn().expect("the program"));
    assert_eq!(ended(&mut program.0), 2);
    let error = all_of(program.0.stderr.as_mut().expect("its errors"));
    assert!(error.contains("get_task_queue has items that are not plain data"), "{error}");
}

/// A result that cannot be looked into is printed as its pickle, after a restart too, and one that can be as itself.
#[test]
fn results_that_are_passed_on() {
    const SCRIPT: &str = "
import datetime, sys
from multiprocessing.managers import BaseManager
class Manager(BaseManager): pass
Manager.register('get_task_queue')
Manager.register('get_result_queue')
manager = Manager(address=('127.0.0.1', int(sys.argv[1])), authkey=b'abc')
manager.connect()
tasks, results = manager.get_task_queue(), manager.get_result_queue()
for result in [datetime.date(2026, 11, 30), {'a': (1, 'text')}]:
    ticket, number, task = tasks.lease(60)
    results.put_once(number, result)
    tasks.acknowledge(ticket)
";
    let state = tempfile::tempdir().expect("a folder");
    let file = state.path().join("state");
    let mut master = master(Some("1\n2\n"), &["--state", file.to_str().expect("text")]);
    let port = master.address.port().to_string();
    let Some(mut client) = crate::python::python(SCRIPT, &[&port]) else { return };
    assert_eq!(ended(&mut client.0), 0);
    let printed = all_of(&mut master.output);
    assert_eq!(ended(&mut master.program.0), 0);
    let lines: Vec<&str> = printed.lines().collect();
    let [pickled, plain] = lines[..] else { panic!("{printed}") };
    assert!(pickled.starts_with("{\"pickle\":\"gA"), "{pickled}");
    assert_eq!(plain, "{\"a\":[1,\"text\"]}");
    let kept = std::process::Command::new(env!("CARGO_BIN_EXE_selvedge"))
        .args(["tasks", "--results"])
        .arg(&file)
        .output()
        .expect("the program");
    let kept = String::from_utf8(kept.stdout).expect("text");
    assert!(kept.contains(pickled) && kept.contains(plain), "{kept}");
}
