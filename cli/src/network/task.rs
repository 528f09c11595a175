//! Tasks and results as text: a task is a line, which is a whole number or else a text; a result is printed as JSON.

use selvedge_models::master_worker::wire::value::Value;

/// Returns the task that a line stands for.
pub(crate) fn from_line(line: &str) -> Value {
    // Not `007`, which would come back as another one.
    let number = line.parse().ok().filter(|number: &i64| number.to_string() == line);
    number.map_or_else(|| Value::text(line), Value::Int)
}

/// Returns a value as JSON, as far as JSON has such values; others are shown as text.
pub(crate) fn to_json(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    let all = |items: &[Value]| Json::Array(items.iter().map(to_json).collect());
    match value {
        Value::None => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => Json::from(*value),
        Value::Float(value) => serde_json::Number::from_f64(*value).map_or(Json::Null, Json::Number),
        Value::Text(text) => Json::String(text.clone()),
        Value::Tuple(items) | Value::List(items) | Value::Set(items) | Value::FrozenSet(items) => all(items),
        Value::Dict(items) if items.iter().all(|(key, _)| matches!(key, Value::Text(_))) => {
            let name = |key: &Value| if let Value::Text(name) = key { name.clone() } else { String::new() };
            Json::Object(items.iter().map(|(key, value)| (name(key), to_json(value))).collect())
        }
        Value::Dict(items) => {
            Json::Array(items.iter().map(|(key, value)| Json::Array(vec![to_json(key), to_json(value)])).collect())
        }
        other => Json::String(format!("{other:?}")),
    }
}
