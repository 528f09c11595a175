//! The wire protocol of master and workers: values, frames and the handshake. CPython is the oracle of the first, in
//! `a_value_is_what_pickle_says_it_is`; where it is missing, that is said.

use proptest::prelude::*;
use selvedge_models::master_worker::wire::decode::{Limits, Mistake, decode};
use selvedge_models::master_worker::wire::encode::encode;
use selvedge_models::master_worker::wire::frame::{self, Frames, framed};
use selvedge_models::master_worker::wire::handshake::{Handshake, NONCE_BYTES, Refused, Side};
use selvedge_models::master_worker::wire::value::{Class, Value};

/// Values of all kinds that can be a key.
fn keys() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-300..300_i64).prop_map(Value::Int),
        any::<f64>().prop_filter("equal to itself", |value| !value.is_nan()).prop_map(Value::Float),
        "\\PC{0,12}".prop_map(Value::Text),
        proptest::collection::vec(any::<u8>(), 0..12).prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| proptest::collection::vec(inner, 0..4).prop_map(Value::Tuple))
}

/// Values of all kinds.
fn values() -> impl Strategy<Value = Value> {
    let bytes = proptest::collection::vec(any::<u8>(), 0..12).prop_map(Value::ByteArray);
    let class = prop_oneof![Just(Class::Empty), Just(Class::Full), Just(Class::ValueError), Just(Class::Token)];
    let instance = (class, "[a-z]{0,4}").prop_map(|(class, text)| Value::Instance(class, vec![Value::Text(text)]));
    let leaf = prop_oneof![6 => keys(), 1 => bytes, 1 => instance];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let many = || proptest::collection::vec(inner.clone(), 0..5);
        prop_oneof![
            many().prop_map(Value::Tuple),
            many().prop_map(Value::List),
            proptest::collection::vec(("[a-z]{1,6}".prop_map(Value::Text), inner.clone()), 0..4).prop_map(|items| {
                let mut names = std::collections::HashSet::new();
                Value::Dict(items.into_iter().filter(|(key, _)| names.insert(format!("{key:?}"))).collect())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(value in values()) {
        prop_assert_eq!(decode(&encode(&value), &Limits::default()), Ok(value));
    }

    /// Whatever bytes there are, they are a value or a mistake, and a value can be written and read again.
    #[test]
    fn any_bytes_are_a_value_or_a_mistake(value in values(), changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..4)) {
        let mut bytes = encode(&value);
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if let Ok(value) = decode(&bytes, &Limits::default()) {
            let again = decode(&encode(&value), &Limits::default()).expect("what was read can be read again");
            prop_assert_eq!(format!("{again:?}"), format!("{value:?}"));
        }
    }

    /// Frames are found however the stream is cut.
    #[test]
    fn frames_are_found(messages in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..6), cut in 1..30_usize) {
        let stream: Vec<u8> = messages.iter().flat_map(|message| framed(message)).collect();
        let (mut frames, mut found) = (Frames::default(), Vec::new());
        for piece in stream.chunks(cut) {
            prop_assert_eq!(frames.add(piece, 40), Ok(()));
            while let Some(message) = frames.next(40).expect("frames") {
                found.push(message);
            }
        }
        prop_assert_eq!(found, messages);
    }

    /// Long ones too, which are not copied where that can be.
    #[test]
    fn long_frames_are_found(
        lengths in proptest::collection::vec(prop::sample::select(vec![0_usize, 1, 65_535, 65_536, 65_540, 200_000]), 1..5),
        cut in prop::sample::select(vec![999_usize, 65_536, 65_540, 150_000, 1_000_000]),
    ) {
        let messages: Vec<Vec<u8>> = lengths.iter().map(|&length| (0..length).map(|at| at as u8).collect()).collect();
        let stream: Vec<u8> = messages.iter().flat_map(|message| framed(message)).collect();
        let (mut frames, mut found) = (Frames::default(), Vec::new());
        for piece in stream.chunks(cut) {
            prop_assert_eq!(frames.add(piece, 1_000_000), Ok(()));
            while let Some(message) = frames.next(1_000_000).expect("frames") {
                found.push(message);
            }
        }
        prop_assert!(found == messages, "{lengths:?} in pieces of {cut}");
    }

    /// Nobody gets in without the key, whatever they say; and whoever has it does.
    #[test]
    fn the_key_is_needed(key in proptest::collection::vec(any::<u8>(), 1..8), other in proptest::collection::vec(any::<u8>(), 1..8)) {
        let (accepting, connecting) = shaken(&key, &other);
        prop_assert_eq!(accepting && connecting, key == other);
        prop_assert_eq!(accepting, key == other);
    }
}

/// Lets two sides shake hands; returns which of them are content.
fn shaken(key: &[u8], others_key: &[u8]) -> (bool, bool) {
    let (mut accepting, mut to_connecting) = Handshake::begin(Side::Accepting, key, [1; NONCE_BYTES]);
    let (mut connecting, mut to_accepting) = Handshake::begin(Side::Connecting, others_key, [2; NONCE_BYTES]);
    let mut content = (false, false);
    while !to_connecting.is_empty() || !to_accepting.is_empty() {
        for message in std::mem::take(&mut to_connecting) {
            match connecting.received(&message) {
                Ok(progress) => {
                    content.1 |= progress.is_done;
                    to_accepting.extend(progress.send);
                }
                Err((_, Refused)) => return content,
            }
        }
        for message in std::mem::take(&mut to_accepting) {
            match accepting.received(&message) {
                Ok(progress) => {
                    content.0 |= progress.is_done;
                    to_connecting.extend(progress.send);
                }
                Err((_, Refused)) => return content,
            }
        }
    }
    content
}

fn mistake(bytes: &[u8]) -> Mistake {
    decode(bytes, &Limits { bytes: 1 << 16, nodes: 1_000, depth: 20, memo: 100 }).expect_err("a mistake")
}

#[test]
fn what_is_no_data_is_refused() {
    // A call of `os.system`, as pickles of the wicked have it.
    assert_eq!(mistake(b"cos\nsystem\n(S'id'\ntR."), Mistake::Class);
    assert_eq!(mistake(b"\x80\x04\x8c\x02os\x8c\x06system\x93."), Mistake::Class);
    assert_eq!(mistake(b"cqueue\nEmpty\n."), Mistake::Class, "a class is no value");
    assert_eq!(mistake(b"\x80\x06N."), Mistake::Protocol);
    assert_eq!(mistake(b"N"), Mistake::Truncated);
    assert_eq!(mistake(b"NN."), Mistake::Stack);
    assert_eq!(mistake(b"N.N"), Mistake::Trailing);
    assert_eq!(mistake(b"I1\n."), Mistake::Operation, "a number as text is protocol 0");
    assert_eq!(mistake(b"h\x00."), Mistake::Memo);
    assert_eq!(mistake(b"}]Ns."), Mistake::Unhashable);
    assert_eq!(mistake(b"X\x01\x00\x00\x00\xff."), Mistake::Text);
    assert_eq!(mistake(b"\x8b\xff\xff\xff\xff."), Mistake::Length);
    assert_eq!(mistake(b"\x8e\xff\xff\xff\xff\xff\xff\xff\xff."), Mistake::Truncated);
}

#[test]
fn bombs_cost_little() {
    // A list in a list in a list ..
    assert_eq!(mistake(&[vec![b']'; 1_000], vec![b'a'; 999], vec![b'.']].concat()), Mistake::TooDeep);
    // A list that contains itself.
    assert_eq!(mistake(b"]q\x00h\x00a."), Mistake::TooDeep);
    // Each list has the one before twice: two to the power of fifteen.
    let mut bomb = b"]q\x00".to_vec();
    for level in 0..15_u8 {
        bomb.extend([b']', b'(', b'h', level, b'h', level, b'e', b'q', level + 1]);
    }
    bomb.push(b'.');
    // What lies below stays on the stack, so there is only one value if it is a list of them.
    let bomb = [b"(".as_slice(), &bomb[..bomb.len() - 1], b"t."].concat();
    assert_eq!(mistake(&bomb), Mistake::TooMany);
    // The same arguments for many instances.
    let many =
        [b"(cbuiltins\nKeyError\nq\x00(".as_slice(), &[b'N'; 200], b"tq\x01", &b"h\x00h\x01R".repeat(500), b"t."]
            .concat();
    assert!(matches!(mistake(&many), Mistake::TooMany | Mistake::Class));
    assert_eq!(mistake(&b"N\x94".repeat(101)), Mistake::TooMany);
}

#[test]
fn limits_are_exact() {
    let limits = Limits { bytes: 1 << 16, nodes: 50, depth: 20, memo: 100 };
    let nested = |levels: usize| decode(&[vec![b']'; levels], vec![b'a'; levels - 1], vec![b'.']].concat(), &limits);
    assert!(nested(20).is_ok());
    assert_eq!(nested(21), Err(Mistake::TooDeep));
    let many = |items: usize| decode(&[b"(".as_slice(), &b"N".repeat(items), b"t."].concat(), &limits);
    assert!(many(49).is_ok());
    assert_eq!(many(50), Err(Mistake::TooMany));
}

/// What costs much more to look at than to say: each of these is done with in no time and little memory.
#[test]
fn bombs_that_are_read_or_compared() {
    let limits = Limits { bytes: 1 << 20, ..Limits::default() };
    // Values that are never used: they are counted when they are read.
    let heap = [b"(".as_slice(), &vec![b'N'; 1 << 19], b"tN."].concat();
    assert_eq!(decode(&heap, &Limits { nodes: 1_000, ..limits }), Err(Mistake::TooMany));
    // A dict of many items that is one of them.
    let dict = [b"}q\0(Nh\0".as_slice(), &vec![b'N'; 1 << 19], b"u."].concat();
    assert_eq!(decode(&dict, &limits), Err(Mistake::TooDeep));
    // A set in a set in a set ..: each one's key is made of those of all within it.
    let mut set: Vec<u8> = b"(".to_vec();
    (0..60_000_u32).for_each(|number| set.extend([b"J".as_slice(), &number.to_le_bytes()].concat()));
    set.extend(b"\x91");
    let nested = [vec![b'('; 58], set, vec![0x91; 58], vec![b'.']].concat();
    let begun = std::time::Instant::now();
    assert_eq!(decode(&nested, &limits), Err(Mistake::TooMany));
    assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
}

/// An answer in the old way, without the name of a digest, is looked at too.
#[test]
fn an_old_answer_has_to_be_right() {
    let (mut accepting, _) = Handshake::begin(Side::Accepting, b"key", [1; NONCE_BYTES]);
    assert_eq!(accepting.received(&[0; 16]), Err((vec![b"#FAILURE#".to_vec()], Refused)));
}

#[test]
fn what_is_no_frame_is_refused() {
    let next = |bytes: &[u8]| {
        let mut frames = Frames::default();
        frames.add(bytes, 100).and_then(|()| frames.next(100))
    };
    assert_eq!(next(&101_i32.to_be_bytes()), Err(frame::Mistake::TooLong));
    assert_eq!(next(&(-2_i32).to_be_bytes()), Err(frame::Mistake::Negative));
    assert_eq!(next(&[&(-1_i32).to_be_bytes()[..], &u64::MAX.to_be_bytes()].concat()), Err(frame::Mistake::TooLong));
    assert_eq!(next(&[&(-1_i32).to_be_bytes()[..], &1_u64.to_be_bytes(), b"a"].concat()), Ok(Some(b"a".to_vec())));
    assert_eq!(next(&[0, 0, 0]), Ok(None));
    assert_eq!(Frames::default().add(&[0; 1_000], 100), Err(frame::Mistake::TooEarly));
}

/// What CPython writes in any protocol from 2 to 5 we read, and what we write it reads: the same value each time.
#[test]
fn a_value_is_what_pickle_says_it_is() {
    let Some(mut python) = crate::python::python(include_str!("../wire/pickles.py"), &[]) else { return };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let all: Vec<Value> = (0..300)
        .map(|_| proptest::strategy::ValueTree::current(&values().new_tree(&mut runner).expect("a value")))
        .collect();
    let input: String = all.iter().map(|value| hex(&encode(value)) + "\n").collect();
    let output = python.answers(input);
    let text = String::from_utf8(output.stdout).expect("text");
    // For each value: the same in protocols 2 to 5, as Python writes it.
    let mut lines = text.lines();
    for value in &all {
        for protocol in 2..=5 {
            let line = lines.next().expect("four lines for each");
            let bytes: Vec<u8> = (0..line.len() / 2)
                .map(|at| u8::from_str_radix(&line[2 * at..2 * at + 2], 16).expect("hexadecimal"))
                .collect();
            if protocol == 2 && has_bytes(value) {
                // There were no bytes in that protocol: they are a call of a function.
                continue;
            }
            assert_eq!(decode(&bytes, &Limits::default()).as_ref(), Ok(value), "protocol {protocol}: {line}");
        }
    }
    assert_eq!(lines.next(), None);
}

fn has_bytes(value: &Value) -> bool {
    match value {
        Value::Bytes(_) | Value::ByteArray(_) => true,
        Value::Tuple(items) | Value::List(items) | Value::Instance(_, items) => items.iter().any(has_bytes),
        Value::Dict(items) => items.iter().any(|(key, value)| has_bytes(key) || has_bytes(value)),
        _ => false,
    }
}
