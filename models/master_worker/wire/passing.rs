//! Messages whose items are passed on as they came: what a client puts into a queue, and what it takes from one.

use super::decode::{Limits, Mistake, decode, decode_or_say};
use super::parts::{Part, Parts};
use super::refused::Refused;
use super::value::Value;

/// Where calls have their arguments, and replies what they return.
const ARGUMENTS: usize = 2;
const RETURNED: usize = 1;

/// Returns the value of a call: the item that it puts into a queue, if it does, is passed on.
///
/// # Errors
///
/// See [`decode_or_say`]; what is passed on is no reason.
pub fn decode_call(message: &[u8], limits: &Limits) -> Result<Value, Refused> {
    if message.len() <= limits.bytes
        && let Ok(call) = call(message, limits)
    {
        return Ok(call);
    }
    decode_or_say(message, limits)
}

/// Returns the value of a reply. What it returns is passed on where it is none that [`decode`] takes.
///
/// # Errors
///
/// If it is no reply.
pub fn decode_reply(message: &[u8], limits: &Limits) -> Result<Value, Mistake> {
    let mistake = match decode(message, limits) {
        Ok(value) => return Ok(value),
        Err(mistake) => mistake,
    };
    if message.len() > limits.bytes {
        return Err(mistake);
    }
    let parts = Parts::of(message, RETURNED)?;
    let [kind, value] = parts.outer[..] else { return Err(mistake) };
    let kind = parts.pickle(kind)?.decode(limits)?;
    if kind != Value::text("#RETURN") {
        return Err(mistake);
    }
    // With a lease come its ticket and its number.
    let lease = match parts.inner[..] {
        [ticket, number, item] => {
            let number_of = |part| parts.pickle(part).and_then(|pickle| pickle.decode(limits));
            match (number_of(ticket), number_of(number)) {
                (Ok(ticket @ Value::Int(_)), Ok(number @ Value::Int(_))) => Some((ticket, number, item)),
                _ => None,
            }
        }
        _ => None,
    };
    let returned = match lease {
        Some((ticket, number, item)) => Value::Tuple(vec![ticket, number, Value::Pickled(parts.pickle(item)?)]),
        None => Value::Pickled(parts.pickle(value)?),
    };
    Ok(Value::Tuple(vec![kind, returned]))
}

/// Returns the value of a call that puts an item into a queue.
fn call(message: &[u8], limits: &Limits) -> Result<Value, Mistake> {
    let parts = Parts::of(message, ARGUMENTS)?;
    let [ident, method, arguments, _] = parts.outer[..] else { return Err(Mistake::Stack) };
    let plain = |part: Part| parts.pickle(part)?.decode(limits);
    let method = plain(method)?;
    let place = match &method {
        Value::Text(method) if matches!(method.as_str(), "put" | "put_nowait") => 0,
        Value::Text(method) if method == "put_once" => 1,
        _ => return Err(Mistake::Arguments),
    };
    // Else they are none of what was found of them.
    if parts.inner.is_empty() && plain(arguments)? != Value::Tuple(Vec::new()) {
        return Err(Mistake::Arguments);
    }
    let item = |part: Part| parts.pickle(part).map(Value::Pickled);
    let mut by_place = Vec::with_capacity(parts.inner.len());
    for (at, &part) in parts.inner.iter().enumerate() {
        by_place.push(if at == place { item(part)? } else { plain(part)? });
    }
    let mut by_name = Vec::new();
    for (name, part) in parts.named()? {
        let name = plain(name)?;
        // Of equal names the last one counts, whatever the others are.
        if by_name.iter().any(|(other, _)| *other == name) {
            return Err(Mistake::Arguments);
        }
        let value = if name == Value::text("item") { item(part)? } else { plain(part)? };
        by_name.push((name, value));
    }
    Ok(Value::Tuple(vec![plain(ident)?, method, Value::Tuple(by_place), Value::Dict(by_name)]))
}
