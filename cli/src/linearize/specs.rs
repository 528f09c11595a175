//! How the operations and results of the reference specifications are written in JSON.

use std::fmt;

use serde_json::Value;

use selvedge::spec::*;

use super::lines::Problem;

/// A specification whose histories can be read.
pub(crate) trait Decode: SequentialSpec {
    /// Returns the operation of that name with these arguments.
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<Self::Operation, Problem>;

    /// Returns the result of `operation` that `value` is.
    fn result(&self, operation: &Self::Operation, value: &Value) -> Result<Self::Result, Problem>;
}

/// A value, as its JSON text, which is also how it is shown: `null` is none, and `"null"` a string.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text(String);

impl Text {
    /// Returns the text of a value.
    pub(crate) fn of(value: &Value) -> Self {
        Self(value.to_string())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn no_such(name: &str, known: &str) -> Problem {
    ("operation", format!("there is no `{name}` here; there are {known}"))
}

/// Returns the arguments, which have to be so many.
fn exactly<const N: usize>(arguments: &[Value]) -> Result<[Text; N], Problem> {
    let texts: Vec<Text> = arguments.iter().map(Text::of).collect();
    texts.try_into().map_err(|_| ("arguments", format!("there are {}, not {N}", arguments.len())))
}

fn boolean(value: &Value) -> Result<bool, Problem> {
    value.as_bool().ok_or_else(|| ("result", format!("it is {value}, not true or false")))
}

fn nothing(value: &Value) -> Result<(), Problem> {
    if value.is_null() { Ok(()) } else { Err(("result", format!("it is {value}, and should be null or left out"))) }
}

fn integer(field: &'static str, value: &Value) -> Result<i64, Problem> {
    value.as_i64().ok_or_else(|| (field, format!("it is {value}, not an integer")))
}

impl Decode for RegisterSpec<Text> {
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<RegisterOperation<Text>, Problem> {
        Ok(match name {
            "read" => exactly(arguments).map(|[]| RegisterOperation::Read)?,
            "write" => exactly(arguments).map(|[value]| RegisterOperation::Write(value))?,
            "cas" => exactly(arguments).map(|[old, new]| RegisterOperation::CompareAndSet(old, new))?,
            other => return Err(no_such(other, "`read`, `write` and `cas`")),
        })
    }

    fn result(&self, operation: &RegisterOperation<Text>, value: &Value) -> Result<RegisterResult<Text>, Problem> {
        Ok(match operation {
            RegisterOperation::Read => RegisterResult::Value(Text::of(value)),
            RegisterOperation::Write(_) => nothing(value).map(|()| RegisterResult::Written)?,
            RegisterOperation::CompareAndSet(..) => RegisterResult::Swapped(boolean(value)?),
        })
    }
}

impl Decode for CounterSpec {
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<CounterOperation, Problem> {
        match (name, arguments) {
            ("get", []) => Ok(CounterOperation::Get),
            ("add", [more]) => Ok(CounterOperation::Add(integer("arguments", more)?)),
            ("get" | "add", _) => Err(("arguments", format!("there are {}", arguments.len()))),
            (other, _) => Err(no_such(other, "`add` and `get`")),
        }
    }

    fn result(&self, _operation: &CounterOperation, value: &Value) -> Result<i64, Problem> {
        integer("result", value)
    }
}

impl<C: Container<Value = Text>> Decode for QueueSpec<C> {
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<QueueOperation<Text>, Problem> {
        Ok(match name {
            "push" => exactly(arguments).map(|[value]| QueueOperation::Push(value))?,
            "try_push" => exactly(arguments).map(|[value]| QueueOperation::TryPush(value))?,
            "pop" => exactly(arguments).map(|[]| QueueOperation::Pop)?,
            "try_pop" => exactly(arguments).map(|[]| QueueOperation::TryPop)?,
            "length" => exactly(arguments).map(|[]| QueueOperation::Length)?,
            other => return Err(no_such(other, "`push`, `try_push`, `pop`, `try_pop` and `length`")),
        })
    }

    fn result(&self, operation: &QueueOperation<Text>, value: &Value) -> Result<QueueResult<Text>, Problem> {
        Ok(match (operation, value) {
            (QueueOperation::Push(_), value) => nothing(value).map(|()| QueueResult::Pushed)?,
            (QueueOperation::TryPush(_), value) if boolean(value)? => QueueResult::Pushed,
            (QueueOperation::TryPush(_), _) => QueueResult::Full,
            (QueueOperation::TryPop, Value::Null) => QueueResult::Empty,
            (QueueOperation::Pop | QueueOperation::TryPop, value) => QueueResult::Popped(Text::of(value)),
            (QueueOperation::Length, value) => {
                let length = usize::try_from(integer("result", value)?);
                QueueResult::Length(length.map_err(|_| ("result", format!("{value} is below 0")))?)
            }
        })
    }
}

impl Decode for DequeSpec<Text> {
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<DequeOperation<Text>, Problem> {
        Ok(match name {
            "push_front" => exactly(arguments).map(|[value]| DequeOperation::PushFront(value))?,
            "push_back" => exactly(arguments).map(|[value]| DequeOperation::PushBack(value))?,
            "pop_front" => exactly(arguments).map(|[]| DequeOperation::PopFront)?,
            "pop_back" => exactly(arguments).map(|[]| DequeOperation::PopBack)?,
            other => return Err(no_such(other, "`push_front`, `push_back`, `pop_front` and `pop_back`")),
        })
    }

    fn result(&self, operation: &DequeOperation<Text>, value: &Value) -> Result<QueueResult<Text>, Problem> {
        match operation {
            DequeOperation::PushFront(_) | DequeOperation::PushBack(_) => nothing(value).map(|()| QueueResult::Pushed),
            _ if value.is_null() => Ok(QueueResult::Empty),
            _ => Ok(QueueResult::Popped(Text::of(value))),
        }
    }
}

impl Decode for SetSpec<Text> {
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<SetOperation<Text>, Problem> {
        let [value] = exactly(arguments)?;
        Ok(match name {
            "insert" => SetOperation::Insert(value),
            "remove" => SetOperation::Remove(value),
            "contains" => SetOperation::Contains(value),
            other => return Err(no_such(other, "`insert`, `remove` and `contains`")),
        })
    }

    /// An `insert` answers whether the value is new, as in most libraries.
    fn result(&self, operation: &SetOperation<Text>, value: &Value) -> Result<bool, Problem> {
        Ok(boolean(value)? != matches!(operation, SetOperation::Insert(_)))
    }
}

impl Decode for MapSpec<Text, Text> {
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<MapOperation<Text, Text>, Problem> {
        Ok(match name {
            "insert" => exactly(arguments).map(|[key, value]| MapOperation::Insert(key, value))?,
            "insert_if_absent" => exactly(arguments).map(|[key, value]| MapOperation::InsertIfAbsent(key, value))?,
            "remove" => exactly(arguments).map(|[key]| MapOperation::Remove(key))?,
            "get" => exactly(arguments).map(|[key]| MapOperation::Get(key))?,
            other => return Err(no_such(other, "`insert`, `insert_if_absent`, `remove` and `get`")),
        })
    }

    fn result(&self, _operation: &MapOperation<Text, Text>, value: &Value) -> Result<Option<Text>, Problem> {
        Ok((!value.is_null()).then(|| Text::of(value)))
    }
}

impl Decode for KeyValueSpec {
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<KeyValueOperation, Problem> {
        let texts: Result<Vec<String>, Problem> = arguments
            .iter()
            .map(|value| match value {
                Value::String(text) => Ok(text.clone()),
                other => Err(("arguments", format!("{other} is no text"))),
            })
            .collect();
        let texts = texts?;
        let wrong = || ("arguments", format!("there are {}", texts.len()));
        match (name, &texts[..]) {
            ("get", [key]) => Ok(KeyValueOperation::Get(key.clone())),
            ("put", [key, value]) => Ok(KeyValueOperation::Put(key.clone(), value.clone())),
            ("append", [key, value]) => Ok(KeyValueOperation::Append(key.clone(), value.clone())),
            ("get" | "put" | "append", _) => Err(wrong()),
            (other, _) => Err(no_such(other, "`get`, `put` and `append`")),
        }
    }

    fn result(&self, operation: &KeyValueOperation, value: &Value) -> Result<String, Problem> {
        match (operation, value) {
            (KeyValueOperation::Get(_), Value::String(text)) => Ok(text.clone()),
            (KeyValueOperation::Get(_), other) => Err(("result", format!("it is {other}, not a text"))),
            (_, value) => nothing(value).map(|()| String::new()),
        }
    }
}

impl Decode for MutexSpec {
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<LockOperation, Problem> {
        let [] = exactly(arguments)?;
        match name {
            "lock" => Ok(LockOperation::Lock),
            "try_lock" => Ok(LockOperation::TryLock),
            "unlock" => Ok(LockOperation::Unlock),
            other => Err(no_such(other, "`lock`, `try_lock` and `unlock`")),
        }
    }

    fn result(&self, operation: &LockOperation, value: &Value) -> Result<LockResult, Problem> {
        Ok(match operation {
            LockOperation::Lock => nothing(value).map(|()| LockResult::Locked)?,
            LockOperation::TryLock if boolean(value)? => LockResult::Locked,
            LockOperation::TryLock => LockResult::WouldBlock,
            LockOperation::Unlock if value.as_bool() == Some(false) => LockResult::NotHeld,
            LockOperation::Unlock => LockResult::Unlocked,
        })
    }
}

impl Decode for SemaphoreSpec {
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<SemaphoreOperation, Problem> {
        let [] = exactly(arguments)?;
        match name {
            "acquire" => Ok(SemaphoreOperation::Acquire),
            "try_acquire" => Ok(SemaphoreOperation::TryAcquire),
            "release" => Ok(SemaphoreOperation::Release),
            other => Err(no_such(other, "`acquire`, `try_acquire` and `release`")),
        }
    }

    fn result(&self, operation: &SemaphoreOperation, value: &Value) -> Result<SemaphoreResult, Problem> {
        Ok(match operation {
            SemaphoreOperation::Acquire => nothing(value).map(|()| SemaphoreResult::Acquired)?,
            SemaphoreOperation::TryAcquire if boolean(value)? => SemaphoreResult::Acquired,
            SemaphoreOperation::TryAcquire => SemaphoreResult::WouldBlock,
            SemaphoreOperation::Release if value.as_bool() == Some(false) => SemaphoreResult::TooMany,
            SemaphoreOperation::Release => SemaphoreResult::Released,
        })
    }
}

impl Decode for JoinableSpec<Text> {
    fn operation(&self, name: &str, arguments: &[Value]) -> Result<JoinableOperation<Text>, Problem> {
        Ok(match name {
            "put" => exactly(arguments).map(|[task]| JoinableOperation::Put(task))?,
            "get" => exactly(arguments).map(|[]| JoinableOperation::Get)?,
            "task_done" => exactly(arguments).map(|[]| JoinableOperation::TaskDone)?,
            "join" => exactly(arguments).map(|[]| JoinableOperation::Join)?,
            other => return Err(no_such(other, "`put`, `get`, `task_done` and `join`")),
        })
    }

    fn result(&self, operation: &JoinableOperation<Text>, value: &Value) -> Result<JoinableResult<Text>, Problem> {
        Ok(match operation {
            JoinableOperation::Get => JoinableResult::Task(Text::of(value)),
            JoinableOperation::TaskDone if value.as_bool() == Some(false) => JoinableResult::TooMany,
            JoinableOperation::Put(_) | JoinableOperation::TaskDone | JoinableOperation::Join => {
                nothing(value).map(|()| JoinableResult::Done)?
            }
        })
    }
}
