//! Histories as JSON Lines: one operation a line, read one at a time.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// The most bytes of one line.
const LINE_MAX_BYTES: u64 = 1 << 20;

/// Why a history cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinearizeError {
    /// The file cannot be read.
    #[error("{}: {error}", file.display())]
    File { file: PathBuf, error: std::io::Error },
    /// A line is too long.
    #[error("{}, line {line}: it has more than {LINE_MAX_BYTES} bytes", file.display())]
    Long { file: PathBuf, line: usize },
    /// A line is no JSON object.
    #[error("{}, line {line}: {error}", file.display())]
    Json { file: PathBuf, line: usize, error: serde_json::Error },
    /// A line has a field that means nothing.
    #[error("{}, line {line}, field `{field}`: there is no such field; there are `{}`", file.display(), FIELDS.join("`, `"))]
    Unknown { file: PathBuf, line: usize, field: String },
    /// There are no operations.
    #[error("{}: no operations, so there is nothing to check", file.display())]
    Empty { file: PathBuf },
    /// A field is not what it has to be.
    #[error("{}, line {line}, field `{field}`: {problem}", file.display())]
    Field { file: PathBuf, line: usize, field: &'static str, problem: String },
    /// Something is wrong with the call.
    #[error("{0}")]
    Setting(String),
}

/// What is wrong with a field.
pub(crate) type Problem = (&'static str, String);

/// One operation, as it stands in a line.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) process: u32,
    pub(crate) operation: String,
    pub(crate) arguments: Vec<Value>,
    pub(crate) call: u64,
    /// When it ended; none if it has not.
    pub(crate) end: Option<u64>,
    /// What it returned; none if it was given up.
    pub(crate) result: Option<Value>,
    pub(crate) key: Option<String>,
}

const FIELDS: [&str; 8] = ["process", "operation", "arguments", "call", "return", "result", "cancelled", "key"];

/// Reads the lines of a file, or of standard input if it is `-`, and hands each to `take`.
pub(crate) fn read(file: &Path, mut take: impl FnMut(Line) -> Result<(), Problem>) -> Result<(), LinearizeError> {
    let io = |error| LinearizeError::File { file: file.to_owned(), error };
    let mut reader: Box<dyn BufRead> = if file.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::io::BufReader::new(std::fs::File::open(file).map_err(io)?))
    };
    let mut text = Vec::new();
    for number in 1.. {
        text.clear();
        let length = reader.by_ref().take(LINE_MAX_BYTES + 1).read_until(b'\n', &mut text).map_err(io)?;
        if length == 0 {
            break;
        }
        if length as u64 > LINE_MAX_BYTES {
            return Err(LinearizeError::Long { file: file.to_owned(), line: number });
        }
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let object: Map<String, Value> = serde_json::from_slice(&text).map_err(|error| LinearizeError::Json {
            file: file.to_owned(),
            line: number,
            error,
        })?;
        if let Some(field) = object.keys().find(|key| !FIELDS.contains(&key.as_str())) {
            return Err(LinearizeError::Unknown { file: file.to_owned(), line: number, field: field.clone() });
        }
        line(number, object).and_then(&mut take).map_err(|(field, problem)| LinearizeError::Field {
            file: file.to_owned(),
            line: number,
            field,
            problem,
        })?;
    }
    Ok(())
}

fn line(number: usize, mut object: Map<String, Value>) -> Result<Line, Problem> {
    let mut take = |field| object.remove(field).filter(|value| !value.is_null());
    let process = needed("process", take("process"))?;
    let process = unsigned("process", &process)?;
    let operation = match needed("operation", take("operation"))? {
        Value::String(operation) => operation,
        other => return Err(("operation", format!("it is {other}, not a text"))),
    };
    let arguments = match take("arguments") {
        None => Vec::new(),
        Some(Value::Array(arguments)) => arguments,
        Some(other) => return Err(("arguments", format!("they are {other}, not a list"))),
    };
    let call = unsigned("call", &needed("call", take("call"))?)?;
    let end = take("return").map(|value| unsigned("return", &value)).transpose()?;
    let key = take("key").map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let cancelled = match take("cancelled") {
        None | Some(Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(other) => return Err(("cancelled", format!("it is {other}, not true or false"))),
    };
    let result = object.remove("result").unwrap_or(Value::Null);
    if end.is_some_and(|end| end < call) {
        return Err(("return", format!("it is before the call at {call}")));
    }
    if end.is_none() && (cancelled || !result.is_null()) {
        return Err(("return", "an operation that has ended has a time at which it did".to_owned()));
    }
    let process = u32::try_from(process).map_err(|_| ("process", format!("{process} is not below 2^32")))?;
    let result = (end.is_some() && !cancelled).then_some(result);
    Ok(Line { number, process, operation, arguments, call, end, result, key })
}

fn needed(field: &'static str, value: Option<Value>) -> Result<Value, Problem> {
    value.ok_or_else(|| (field, "it is missing".to_owned()))
}

fn unsigned(field: &'static str, value: &Value) -> Result<u64, Problem> {
    value.as_u64().ok_or_else(|| (field, format!("it is {value}, not a number from 0 up")))
}
