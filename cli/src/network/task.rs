//! Tasks and results as text: a task is a line, which is a whole number or else a text; a result is printed as JSON.

use std::fmt;

use data_encoding::BASE64;
use num_bigint::BigInt;
use selvedge_models::master_worker::wire::decode::Limits;
use selvedge_models::master_worker::wire::value::Value;
use serde::ser::{Error, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// The most digits of a number that is read or written in decimals: as many as CPython takes, since more take long.
const DIGITS_MAX: usize = 4_300;

/// How many bytes a number may have that has no more digits than that.
const BYTES_MAX: usize = DIGITS_MAX * 2 / 5;

/// Returns the task that a line stands for.
pub(crate) fn from_line(line: &str) -> Value {
    let is_short = line.len() <= DIGITS_MAX;
    // Not `007`, which would come back as another one.
    let number = || line.parse().ok().filter(|number: &BigInt| number.to_string() == line);
    match is_short.then(number).flatten() {
        None => Value::text(line),
        Some(number) => i64::try_from(&number).map_or_else(|_| Value::Long(number.to_signed_bytes_le()), Value::Int),
    }
}

/// Returns the task that a text of JSON stands for, if that is a number or a text; else the JSON itself.
pub(crate) fn from_json(text: &str) -> Value {
    let text = text.trim();
    match serde_json::from_str::<String>(text) {
        Ok(text) => Value::Text(text),
        Err(_) => from_line(text),
    }
}

/// A value as JSON, as far as JSON has such values. Bytes are an object with their `base64`; a number of more digits than CPython
/// writes is one with its `hexadecimal` digits; instances of the protocol's classes are shown as text.
#[derive(Clone, Copy)]
pub(crate) struct AsJson<'a>(pub(crate) &'a Value);

impl AsJson<'_> {
    /// Returns it as text of one line, in which no character controls a terminal.
    pub(crate) fn text(self) -> String {
        // Such characters are only in texts, where JSON has another way to write them.
        let text =
            serde_json::to_string(&self).unwrap_or_else(|error| serde_json::Value::from(error.to_string()).to_string());
        let is_control = |letter: char| matches!(letter, '\u{7f}'..='\u{9f}');
        if !text.contains(is_control) {
            return text;
        }
        let escaped = |letter| if is_control(letter) { format!("\\u{:04x}", u32::from(letter)) } else { letter.into() };
        text.chars().map(escaped).collect()
    }

    /// Returns it as a part of more JSON.
    pub(crate) fn raw(self) -> Box<RawValue> {
        RawValue::from_string(self.text()).expect("JSON")
    }
}

impl fmt::Display for AsJson<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text())
    }
}

impl Serialize for AsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let object = |serializer: S, key: &str, text: String| {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(key, &text)?;
            map.end()
        };
        match self.0 {
            Value::None => serializer.serialize_none(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(value) => serializer.serialize_i64(*value),
            Value::Long(bytes) => {
                let number = BigInt::from_signed_bytes_le(bytes);
                if bytes.len() > BYTES_MAX {
                    return object(serializer, "hexadecimal", format!("{number:x}"));
                }
                RawValue::from_string(number.to_string()).map_err(S::Error::custom)?.serialize(serializer)
            }
            Value::Float(value) => serializer.serialize_f64(*value),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Bytes(bytes) | Value::ByteArray(bytes) => object(serializer, "base64", BASE64.encode(bytes)),
            Value::Tuple(items) | Value::List(items) | Value::Set(items) | Value::FrozenSet(items) => {
                serializer.collect_seq(items.iter().map(AsJson))
            }
            Value::Dict(items) if items.iter().all(|(key, _)| matches!(key, Value::Text(_))) => {
                fn name(key: &Value) -> &str {
                    if let Value::Text(name) = key { name } else { "" }
                }
                serializer.collect_map(items.iter().map(|(key, value)| (name(key), AsJson(value))))
            }
            Value::Dict(items) => serializer.collect_seq(items.iter().map(|(key, value)| (AsJson(key), AsJson(value)))),
            Value::Pickled(pickle) => match pickle.decode(&Limits::default()) {
                Ok(value) => AsJson(&value).serialize(serializer),
                Err(_) => object(serializer, "pickle", BASE64.encode(&pickle.to_bytes())),
            },
            other @ Value::Instance(..) => serializer.serialize_str(&format!("{other:?}")),
        }
    }
}
