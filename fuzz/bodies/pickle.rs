//! Values: whatever bytes there are, reading them ends within its limits, and what was read can be written and read again.

use selvedge_models::master_worker::call::{Call, Reply};
use selvedge_models::master_worker::wire::decode::{Limits, decode};
use selvedge_models::master_worker::wire::encode::encode;
use selvedge_models::master_worker::wire::value::Value;

const LIMITS: Limits = Limits { bytes: 4_096, nodes: 1_000, depth: 20, memo: 200 };

/// Returns how many values a value is made of, and how deep they lie.
fn size(value: &Value) -> (usize, usize) {
    let of = |items: &mut dyn Iterator<Item = &Value>| {
        items.map(size).fold((1, 1), |(nodes, depth), (more, deeper)| (nodes + more, depth.max(deeper + 1)))
    };
    match value {
        Value::Tuple(items)
        | Value::List(items)
        | Value::Set(items)
        | Value::FrozenSet(items)
        | Value::Instance(_, items) => of(&mut items.iter()),
        Value::Dict(items) => of(&mut items.iter().flat_map(|(key, value)| [key, value])),
        _ => (1, 1),
    }
}

/// Checks one pickle.
pub(crate) fn body(bytes: &[u8]) {
    let Ok(value) = decode(bytes, &LIMITS) else { return };
    let (nodes, depth) = size(&value);
    assert!(nodes <= LIMITS.nodes && depth <= LIMITS.depth, "{nodes} values, {depth} deep");
    let again = decode(&encode(&value), &Limits::default()).expect("what was read can be read again");
    // Not by `==`: a number that is none is not equal to itself.
    assert_eq!(format!("{again:?}"), format!("{value:?}"));
    if let Ok(call) = Call::from_value(value) {
        let _ = call.request().map_err(Reply::from);
    }
}
