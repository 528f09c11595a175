//! Pickles that have been changed here and there: what CPython's `pickle` makes of them, we make of them too, or refuse them
//! for one of the reasons for which we are stricter. Where there is no `python3`, that is said and nothing tested.

use std::collections::BTreeMap;

use crate::common::is_deep;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use selvedge_models::master_worker::wire::decode::{Limits, Mistake, decode};
use selvedge_models::master_worker::wire::value::Value;

/// How many are compared.
fn count() -> usize {
    if is_deep() { 10_000 } else { 1_000 }
}

/// What Python reads and we do not, and why.
const STRICTER: &[(Mistake, &str)] = &[
    (Mistake::Operation, "operations of protocol 0 and 1, and those that make what is no data"),
    (Mistake::Class, "classes as values"),
    (Mistake::Arguments, "classes of other arguments than the protocol gives them"),
    (Mistake::TooDeep, "values in values in values, and those that contain themselves"),
    (Mistake::Trailing, "bytes after the end"),
    (Mistake::Stack, "more than one value at the end, and marks that are left"),
    (Mistake::Unhashable, "as Python; but for instances of classes of one's own"),
    (Mistake::Truncated, "frames that are longer than what there is, where nothing of that is read"),
];

/// Says what a value is, as the script does.
fn show(value: &Value) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let many = |items: &[Value]| items.iter().map(show).collect::<Vec<_>>().join(",");
    let sorted = |items: &[Value]| {
        let mut items: Vec<String> = items.iter().map(show).collect();
        items.sort();
        items.join(",")
    };
    match value {
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(value) => {
            let long = i128::from(*value).to_le_bytes();
            let length = (1..=9).find(|length| sign_extended(&long[..*length]) == *value).unwrap_or(9);
            format!("int {}", if *value == 0 { String::new() } else { hex(&long[..length]) })
        }
        Value::Long(bytes) => format!("int {}", hex(bytes)),
        Value::Float(value) => format!("float {}", hex(&value.to_be_bytes())),
        Value::Text(text) => format!("text {}", hex(text.as_bytes())),
        Value::Bytes(bytes) => format!("bytes {}", hex(bytes)),
        Value::ByteArray(bytes) => format!("bytearray {}", hex(bytes)),
        Value::Tuple(items) => format!("tuple({})", many(items)),
        Value::List(items) => format!("list({})", many(items)),
        Value::Dict(items) => {
            let parts: Vec<String> = items.iter().flat_map(|(key, value)| [show(key), show(value)]).collect();
            format!("dict({})", parts.join(","))
        }
        Value::Set(items) => format!("set({})", sorted(items)),
        Value::FrozenSet(items) => format!("frozenset({})", sorted(items)),
        Value::Instance(class, arguments) => format!("{class}({})", many(arguments)),
        Value::Pickled(_) => unreachable!("it was looked into"),
    }
}

fn sign_extended(bytes: &[u8]) -> i64 {
    let mut wide = [if bytes.last().is_some_and(|last| *last >= 0x80) { 0xff } else { 0 }; 16];
    wide[..bytes.len()].copy_from_slice(bytes);
    i128::from_le_bytes(wide) as i64
}

/// A change: where, what byte else is to be there, what is done, and a byte.
pub(crate) type Change = (prop::sample::Index, prop::sample::Index, u8, u8);

pub(crate) fn change() -> impl Strategy<Value = Change> {
    (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5_u8, any::<u8>())
}

/// Returns bytes with some replaced, left out, doubled, and put together.
pub(crate) fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for &(at, from, how, byte) in changes {
        let other = *from.get(&bytes);
        let at = at.index(bytes.len());
        match how {
            0 => bytes[at] = byte,
            1 => bytes[at] = other,
            2 if bytes.len() > 2 => drop(bytes.remove(at)),
            3 => bytes.insert(at, byte),
            _ => bytes.insert(at, other),
        }
    }
    bytes
}

/// Returns the seeds of the fuzzer, each changed at some places: bytes replaced, left out, doubled, and put together.
fn pickles() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds/pickle");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("seeds").map(|entry| entry.expect("a seed").path()).collect();
    files.sort();
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).expect("a seed")).collect();
    let mut runner = TestRunner::deterministic();
    let changes = (any::<prop::sample::Index>(), proptest::collection::vec(change(), 0..4));
    let one = |runner: &mut TestRunner| {
        let (seed, changes) = changes.new_tree(runner).expect("changes").current();
        changed(seed.get(&seeds).clone(), &changes)
    };
    (0..count()).map(|_| one(&mut runner)).collect()
}

#[test]
fn changed_pickles_are_what_pickle_says_they_are() {
    let Some(mut python) = crate::python::python(include_str!("../wire/loads.py"), &[]) else { return };
    let pickles = pickles();
    let lines: Vec<String> =
        pickles.iter().map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect()).collect();
    let input = lines.join("\n") + "\n";
    let output = python.answers(input);
    let text = String::from_utf8(output.stdout).expect("text");
    let theirs: Vec<&str> = text.lines().collect();
    assert_eq!(theirs.len(), pickles.len());
    let (mut same, mut both_refuse, mut stricter) = (0, 0, BTreeMap::<Mistake, u32>::new());
    for ((bytes, hex), theirs) in pickles.iter().zip(&lines).zip(theirs) {
        match decode(bytes, &Limits::default()) {
            // A memo of a few bytes may cost Python gigabytes, which the script does not have. It costs us nothing.
            Ok(_) if theirs == "refused MemoryError" => {}
            Ok(value) => {
                assert_eq!(show(&value), theirs, "{hex}");
                same += 1;
            }
            Err(_) if theirs.starts_with("refused") => both_refuse += 1,
            Err(mistake) => {
                assert!(STRICTER.iter().any(|(known, _)| *known == mistake), "{mistake:?} for {theirs}: {hex}");
                *stricter.entry(mistake).or_default() += 1;
            }
        }
    }
    assert!(same > count() / 10 && both_refuse > count() / 10, "{same} are the same, {both_refuse} refused by both");
    let all: u32 = stricter.values().sum();
    assert!((all as usize) < count() / 3, "{stricter:?}");
}
