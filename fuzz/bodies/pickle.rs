//! Values: whatever bytes there are, reading them ends within its limits, and what was read can be written and read again.

use selvedge_models::master_worker::call::{Call, Reply};
use selvedge_models::master_worker::wire::decode::{Limits, decode};
use selvedge_models::master_worker::wire::encode::encode;
use selvedge_models::master_worker::wire::passing::{decode_call, decode_reply};
use selvedge_models::master_worker::wire::pickle::Pickle;
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

/// Checks that what is passed on as it came comes out as it is.
fn passed_on(bytes: &[u8]) {
    if let Ok(pickle) = Pickle::read(bytes) {
        let value = Value::Pickled(pickle.clone());
        assert_eq!(Pickle::read(&encode(&value)), Ok(pickle.clone()));
        let twice = encode(&Value::List(vec![value.clone(), value]));
        assert!(Pickle::read(&twice).is_ok(), "twice in one message");
        let (Ok(once), Ok(Value::List(twice))) = (pickle.decode(&LIMITS), decode(&twice, &LIMITS)) else { return };
        assert_eq!(format!("{twice:?}"), format!("{:?}", [&once, &once]));
    }
    let _ = decode_reply(bytes, &LIMITS);
    let (Ok(call), Ok(whole)) = (decode_call(bytes, &LIMITS), decode(bytes, &LIMITS)) else { return };
    let calls = [call, whole].map(Call::from_value);
    let [Ok(call), Ok(whole)] = calls else { return };
    let arguments: Vec<Value> = call.arguments.into_iter().map(|argument| argument.opened(&LIMITS)).collect();
    assert_eq!(format!("{arguments:?}"), format!("{:?}", whole.arguments));
    let named: Vec<_> = call.named.into_iter().map(|(name, argument)| (name, argument.opened(&LIMITS))).collect();
    assert_eq!(format!("{named:?}"), format!("{:?}", whole.named));
}

/// Checks one pickle.
pub(crate) fn body(bytes: &[u8]) {
    passed_on(bytes);
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
