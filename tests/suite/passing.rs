//! Items that are passed on as they came: whatever CPython's `pickle` writes goes out as what it was, and where a value can be
//! looked into, it is the same as the one that is.

use crate::pickles::{change, changed};
use proptest::prelude::*;
use selvedge_models::master_worker::wire::decode::{Limits, Mistake, decode};
use selvedge_models::master_worker::wire::encode::{encode, encoded_bytes};
use selvedge_models::master_worker::wire::passing::{decode_call, decode_reply};
use selvedge_models::master_worker::wire::pickle::Pickle;
use selvedge_models::master_worker::wire::value::Value;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal")).collect()
}

/// Returns the item that a call puts, if it is one that does.
fn item(call: &Value) -> Option<&Value> {
    let Value::Tuple(parts) = call else { return None };
    let [_, Value::Text(method), Value::Tuple(by_place), Value::Dict(by_name)] = &parts[..] else { return None };
    let named = by_name.iter().find(|(name, _)| *name == Value::text("item")).map(|(_, value)| value);
    by_place.get(usize::from(method == "put_once")).or(named)
}

const SCRIPT: &str = include_str!("../wire/passing.py");

/// What was put is what is returned, by itself, with a lease, twice in one message, and out of a state.
#[test]
fn whatever_cpython_writes() {
    let Some(mut python) = crate::python::python(SCRIPT, &["calls"]) else { return };
    let calls = String::from_utf8(python.answers(String::new()).stdout).expect("text");
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    let mut carried = 0;
    let answers: Vec<String> = calls
        .lines()
        .map(|line| {
            let message = bytes(line);
            let call = decode_call(&message, &limits).unwrap_or_else(|refused| panic!("{refused:?}: {line:.200}"));
            let item = item(&call).expect("it puts an item");
            let Value::Pickled(pickle) = item else { panic!("{item:?}") };
            carried += 1;
            let alone = encode(item);
            assert_eq!((alone.len(), &alone), (encoded_bytes(item), &pickle.to_bytes()));
            assert_eq!(Pickle::read(&alone).as_ref(), Ok(pickle), "a state has it as it was");
            let returned = |value| Value::Tuple(vec![Value::text("#RETURN"), value]);
            let lease = Value::Tuple(vec![Value::Int(1), Value::Int(2), item.clone()]);
            let messages = [
                encode(&returned(item.clone())),
                encode(&returned(lease.clone())),
                encode(&Value::List(vec![item.clone(), item.clone()])),
                alone,
            ];
            // Our own client has what it can look into, and passes on the rest.
            let seen = |value: &Value| decode_reply(&encode(&returned(value.clone())), &limits);
            let open = item.clone().opened(&limits);
            assert_eq!(format!("{:?}", seen(item)), format!("{:?}", Ok::<_, Mistake>(returned(open.clone()))));
            let open_lease = Value::Tuple(vec![Value::Int(1), Value::Int(2), open]);
            assert_eq!(format!("{:?}", seen(&lease)), format!("{:?}", Ok::<_, Mistake>(returned(open_lease))));
            messages.map(|message| hex(&message)).join(" ")
        })
        .collect();
    let mut python = crate::python::python(SCRIPT, &["replies"]).expect("it was there");
    let said = String::from_utf8(python.answers(answers.join("\n") + "\n").stdout).expect("text");
    let wrong: Vec<&str> = said.lines().filter(|line| *line != "the same").collect();
    assert_eq!((wrong, said.lines().count()), (vec![], carried));
    assert!(carried > 700, "{carried}");
}

/// What is no value that could be passed on is refused, or looked into, as it is where nothing is passed on.
#[test]
fn what_is_not_passed_on() {
    let limits = Limits::default();
    let call = |item: &[u8]| {
        [b"\x80\x04(X\x01\x00\x00\x007\x94X\x03\x00\x00\x00put\x94".as_slice(), item, b"\x85}t."].concat()
    };
    let is_passed_on = |message: &[u8]| match decode_call(message, &limits) {
        Ok(value) => matches!(item(&value), Some(Value::Pickled(_))),
        Err(_) => false,
    };
    assert!(is_passed_on(&call(b"K\x01")) && is_passed_on(&call(b"h\x00")) && is_passed_on(&call(b"]\x94h\x02a")));
    // A text of the call, and a value that was thrown away and remembered, as Python writes tuples that contain themselves.
    assert!(is_passed_on(&call(b"K\x01\x940h\x02")) && is_passed_on(&call(b"(]\x941h\x02")));
    let marks = b"(".repeat(20_000);
    for wrong in [
        b"h\x02".as_slice(),
        b"K",
        b"a",
        b"K\x01\x93",
        b"(K\x01",
        b"K\x01e",
        b"}(K\x01u",
        b"\x85",
        b"K\x01K\x01",
        b"\x80\x04K\x01",
        b"q\x09K\x01",
        b"K\x01q\x09",
        b"0",
        b"(1",
        b"Pid\n",
        b"\x97",
        b"\x8e\xff\xff\xff\xff\xff\xff\xff\xff",
        b"cno line",
        &marks,
    ] {
        assert!(!is_passed_on(&call(wrong)), "{wrong:?}");
        assert!(
            Pickle::read(&[b"\x80\x04".as_slice(), wrong, b"."].concat()).is_err() || wrong == b"h\x02",
            "{wrong:?}"
        );
    }
    for other in [b"\x80\x04".as_slice(), b"", b"\x80\x02K\x01.", b"\x80\x04K\x01.K", b"K\x01."] {
        assert!(Pickle::read(other).is_err(), "{other:?}");
    }
}

/// What is said by name is all there, and once: of equal names, the last value.
#[test]
fn what_is_said_by_name() {
    let limits = Limits::default();
    let call = |named: &[u8]| {
        let message = [b"\x80\x04(X\x01\x00\x00\x007X\x03\x00\x00\x00putK\x01\x85}".as_slice(), named, b"t."].concat();
        let [passed, whole] = [decode_call(&message, &limits).ok(), decode(&message, &limits).ok()];
        let [Some(Value::Tuple(passed)), Some(Value::Tuple(whole))] = [passed, whole] else { panic!("{named:?}") };
        assert_eq!(passed[3], whole[3], "{named:?}");
        let Value::Dict(named) = &whole[3] else { panic!("{whole:?}") };
        (named.len(), matches!(&passed[2], Value::Tuple(items) if matches!(items[..], [Value::Pickled(_)])))
    };
    let name = |name: u8, value: u8| [b"\x8c\x01".as_slice(), &[name], b"K", &[value]].concat();
    assert_eq!(call(b""), (0, true));
    assert_eq!(call(&[name(b'a', 1), b"s".to_vec()].concat()), (1, true));
    for count in 1..20 {
        let names: Vec<u8> = (0..count).flat_map(|at| name(b'a' + at, at)).collect();
        let is_passed_on = count <= 4;
        assert_eq!(call(&[b"(", &names[..], b"u"].concat()), (count.into(), is_passed_on));
        let then_one = [b"(", &names[..], b"u", &name(b'z', 0), b"s"].concat();
        assert_eq!(call(&then_one), (usize::from(count) + 1, is_passed_on));
        let twice = [b"(", &names[..], b"u", &name(b'a', 0), b"s"].concat();
        assert_eq!(call(&twice), (count.into(), false));
    }
    // A tuple with a dict in it is none.
    let message = b"\x80\x04(X\x01\x00\x00\x007X\x03\x00\x00\x00putK\x01\x85}\x8c\x01aK\x01s\x85t.";
    assert_eq!(decode_call(message, &limits).ok(), decode(message, &limits).ok());
}

/// Returns calls of CPython's that put something, changed at some places.
fn changed_calls() -> impl Strategy<Value = Vec<u8>> {
    let seeds: Vec<Vec<u8>> = [
        "800428580200000037669458030000007075749473944b01758594",
        "8004952a000000000000008c023766948c03707574948c0464617465948c046461746594939443044a0b1e01948594529486947d94749094",
        "80032858020000003766710058030000007075747101287d7102580100000061710343016271044b01740000",
        "80042858020000003766945803000000707574945d94284b014b028c01619468016594889486947d9428580700000074696d656f757494473fe0000000000000757494",
        "8004954000000000000000288c0137948c03707574944b0885947d94288c0161944b018c05626c6f636b94898c0163944b028c0164944b038c0165945d944b04618c0166944b05757494",
    ]
    .map(bytes)
    .to_vec();
    (prop::sample::select(seeds), proptest::collection::vec(change(), 0..6))
        .prop_map(|(seed, changes)| [changed(seed, &changes), b".".to_vec()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whoever looks into all of a call and who passes its item on have the same one.
    #[test]
    fn a_changed_call_is_the_same_call(message in changed_calls()) {
        let limits = Limits::default();
        if let Ok(whole) = decode(&message, &limits) {
            let open = |value: Value| value.opened(&limits);
            let open_part = |part| match part {
                Value::Tuple(items) => Value::Tuple(items.into_iter().map(open).collect()),
                Value::Dict(items) => Value::Dict(items.into_iter().map(|(name, value)| (name, open(value))).collect()),
                part => part,
            };
            let passed = match decode_call(&message, &limits).expect("what can be decoded whole") {
                Value::Tuple(parts) => Value::Tuple(parts.into_iter().map(open_part).collect()),
                // The change has made another value of it.
                other => other,
            };
            prop_assert_eq!(format!("{passed:?}"), format!("{whole:?}"));
        }
    }
}
