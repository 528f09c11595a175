//! What clients ask for, as the protocol says it: the name of a method and its arguments; and what they are answered.

use std::time::Duration;

use super::queue::{Answer, Leased, Patience, Request};
use super::wire::encode::encode_framed;
use super::wire::value::{Class, Value};

/// The methods of a queue that a client may call: those that CPython lists for a `queue.Queue` (`shutdown` since 3.13), and
/// four for workers that take tasks on a lease. CPython's proxies have what they are told that there is.
pub const METHODS: &[&str] = &[
    "empty",
    "full",
    "get",
    "get_nowait",
    "join",
    "put",
    "put_nowait",
    "qsize",
    "shutdown",
    "task_done",
    "lease",
    "acknowledge",
    "extend",
    "put_once",
];

/// What a client sends: whom it is for, what is to be done, and with what.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The name of an object; none for the server itself.
    pub ident: Option<String>,
    /// The name of a method.
    pub method: String,
    /// The arguments by place.
    pub arguments: Vec<Value>,
    /// The arguments by name.
    pub named: Vec<(String, Value)>,
}

/// Why a call cannot be done. It is said in the server's own words: what a client sent is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mistake {
    /// It is not of the form that calls have.
    Form,
    /// There is no such object.
    Object,
    /// The object is of another run of the master.
    Run,
    /// There is no such method.
    Method,
    /// The arguments are not those of the method.
    Arguments,
    /// A time to wait that is below zero.
    Timeout,
    /// The kind of object is not one that is served.
    Kind,
    /// More references are given back than there are.
    References,
    /// There are as many objects as may be.
    TooMany,
    /// An item that would be too long for a reply.
    TooLong,
}

impl Call {
    /// Returns the call that a value stands for.
    pub fn from_value(value: Value) -> Result<Self, Mistake> {
        let Value::Tuple(parts) = value else { return Err(Mistake::Form) };
        let Ok([ident, method, arguments, named]) = <[Value; 4]>::try_from(parts) else { return Err(Mistake::Form) };
        let (Value::Text(method), Value::Tuple(arguments) | Value::List(arguments), Value::Dict(named)) =
            (method, arguments, named)
        else {
            return Err(Mistake::Form);
        };
        let ident = match ident {
            Value::None => None,
            Value::Text(ident) => Some(ident),
            _ => return Err(Mistake::Form),
        };
        let name = |(name, value)| match name {
            Value::Text(name) => Ok((name, value)),
            _ => Err(Mistake::Form),
        };
        let named = named.into_iter().map(name).collect::<Result<_, _>>()?;
        Ok(Self { ident, method, arguments, named })
    }

    /// Returns the call of a method of an object, or of the server itself, with arguments by place.
    pub fn new(ident: Option<&str>, method: &str, arguments: Vec<Value>) -> Self {
        Self { ident: ident.map(str::to_owned), method: method.to_owned(), arguments, named: Vec::new() }
    }

    /// Returns the bytes of the message that asks for it, with their header.
    pub fn to_frame(&self) -> Vec<u8> {
        self.clone().into_frame()
    }

    /// Returns the bytes of the message that asks for it, with their header.
    pub fn into_frame(self) -> Vec<u8> {
        encode_framed(&self.into_value())
    }

    /// Returns the value that stands for the call.
    fn into_value(self) -> Value {
        Value::Tuple(vec![
            self.ident.map_or(Value::None, Value::Text),
            Value::Text(self.method),
            Value::Tuple(self.arguments),
            Value::Dict(self.named.into_iter().map(|(name, value)| (Value::Text(name), value)).collect()),
        ])
    }

    /// Returns the arguments by the names of a method's parameters, of which the first `required` must be there.
    pub fn by_name<const N: usize>(self, names: [&str; N], required: usize) -> Result<[Option<Value>; N], Mistake> {
        let mut found: [Option<Value>; N] = std::array::from_fn(|_| None);
        if self.arguments.len() > N {
            return Err(Mistake::Arguments);
        }
        for (place, argument) in self.arguments.into_iter().enumerate() {
            found[place] = Some(argument);
        }
        for (name, value) in self.named {
            let place = names.iter().position(|known| *known == name).ok_or(Mistake::Arguments)?;
            if found[place].replace(value).is_some() {
                return Err(Mistake::Arguments);
            }
        }
        if found[..required].iter().any(Option::is_none) { Err(Mistake::Arguments) } else { Ok(found) }
    }

    /// Returns the call by which that queue is asked for that: the other way round than [`request`](Self::request).
    pub fn asking(queue: &str, request: &Request, patience: Patience) -> Self {
        let number = |number: &u64| Value::Int(i64::try_from(*number).unwrap_or(i64::MAX));
        let seconds = |time: &Duration| Value::Float(time.as_secs_f64());
        let (method, mut arguments) = match request {
            Request::Put(item) => ("put", vec![item.clone()]),
            Request::PutOnce(task, item) => ("put_once", vec![number(task), item.clone()]),
            Request::Get => ("get", Vec::new()),
            Request::Lease(time) => ("lease", vec![seconds(time)]),
            Request::Acknowledge(ticket) => ("acknowledge", vec![number(ticket)]),
            Request::Extend(ticket, time) => ("extend", vec![number(ticket), seconds(time)]),
            Request::TaskDone => ("task_done", Vec::new()),
            Request::Join => ("join", Vec::new()),
            Request::Shutdown(throws_away) => ("shutdown", vec![Value::Bool(*throws_away)]),
            Request::Size => ("qsize", Vec::new()),
            Request::IsEmpty => ("empty", Vec::new()),
            Request::IsFull => ("full", Vec::new()),
        };
        if matches!(method, "put" | "put_once" | "get" | "lease") {
            match patience {
                Patience::Endless => {}
                Patience::None => arguments.push(Value::Bool(false)),
                Patience::Some(time) | Patience::WithOthers(time) => {
                    arguments.extend([Value::Bool(true), seconds(&time)])
                }
            }
        }
        let mut call = Self::new(Some(queue), method, arguments);
        if method == "lease" && matches!(patience, Patience::WithOthers(_)) {
            call.named.push(("with_others".to_owned(), Value::Bool(true)));
        }
        call
    }

    /// Returns what a call asks of a queue, and how long it waits.
    pub fn request(self) -> Result<(Request, Patience), Mistake> {
        let at_once = |call: Self, request| call.by_name([], 0).map(|[]| (request, Patience::None));
        match self.method.as_str() {
            "put" => {
                let [item, block, timeout] = self.by_name(["item", "block", "timeout"], 1)?;
                Ok((Request::Put(item.unwrap_or(Value::None)), patience(block, timeout)?))
            }
            "put_nowait" => {
                let [item] = self.by_name(["item"], 1)?;
                Ok((Request::Put(item.unwrap_or(Value::None)), Patience::None))
            }
            "get" => {
                let [block, timeout] = self.by_name(["block", "timeout"], 0)?;
                Ok((Request::Get, patience(block, timeout)?))
            }
            "lease" => {
                let [time, block, timeout, with_others] =
                    self.by_name(["time", "block", "timeout", "with_others"], 1)?;
                let time = seconds(&time.unwrap_or(Value::None)).ok_or(Mistake::Arguments)?;
                let patience = match (patience(block, timeout)?, with_others) {
                    (patience, None | Some(Value::Bool(false))) => patience,
                    (Patience::Some(time), Some(Value::Bool(true))) => Patience::WithOthers(time),
                    (patience, Some(Value::Bool(true))) => patience,
                    (_, Some(_)) => return Err(Mistake::Arguments),
                };
                Ok((Request::Lease(time), patience))
            }
            "acknowledge" => {
                let [ticket] = self.by_name(["ticket"], 1)?;
                Ok((Request::Acknowledge(number(ticket)?), Patience::None))
            }
            "extend" => {
                let [ticket, time] = self.by_name(["ticket", "time"], 2)?;
                let time = seconds(&time.unwrap_or(Value::None)).ok_or(Mistake::Arguments)?;
                Ok((Request::Extend(number(ticket)?, time), Patience::None))
            }
            "put_once" => {
                let [task, item, block, timeout] = self.by_name(["task", "item", "block", "timeout"], 2)?;
                Ok((Request::PutOnce(number(task)?, item.unwrap_or(Value::None)), patience(block, timeout)?))
            }
            "shutdown" => {
                let [immediate] = self.by_name(["immediate"], 0)?;
                match immediate {
                    None => Ok((Request::Shutdown(false), Patience::None)),
                    Some(Value::Bool(immediate)) => Ok((Request::Shutdown(immediate), Patience::None)),
                    Some(_) => Err(Mistake::Arguments),
                }
            }
            "get_nowait" => at_once(self, Request::Get),
            "task_done" => at_once(self, Request::TaskDone),
            "qsize" => at_once(self, Request::Size),
            "empty" => at_once(self, Request::IsEmpty),
            "full" => at_once(self, Request::IsFull),
            "join" => self.by_name([], 0).map(|[]| (Request::Join, Patience::Endless)),
            _ => Err(Mistake::Method),
        }
    }
}

/// Returns how long `block` and `timeout` say to wait.
fn patience(block: Option<Value>, timeout: Option<Value>) -> Result<Patience, Mistake> {
    let blocks = match block {
        None => true,
        Some(Value::Bool(blocks)) => blocks,
        Some(Value::Int(number)) => number != 0,
        Some(Value::None) => false,
        Some(_) => return Err(Mistake::Arguments),
    };
    match timeout.unwrap_or(Value::None) {
        _ if !blocks => Ok(Patience::None),
        Value::None => Ok(Patience::Endless),
        timeout @ (Value::Int(_) | Value::Float(_)) => seconds(&timeout).map(Patience::Some).ok_or(Mistake::Timeout),
        _ => Err(Mistake::Arguments),
    }
}

/// Returns a number by which something is known: they begin with 1.
fn number(value: Option<Value>) -> Result<u64, Mistake> {
    match value {
        Some(Value::Int(number @ 1..)) => Ok(number.unsigned_abs()),
        _ => Err(Mistake::Arguments),
    }
}

/// The longest time that is counted: a century. Who waits for longer waits for that long.
pub const LONGEST: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Int(seconds) => *seconds as f64,
        Value::Float(seconds) => *seconds,
        _ => return None,
    };
    if seconds.is_nan() || seconds < 0.0 {
        return None;
    }
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST).min(LONGEST))
}

/// What a client is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// What the method returns.
    Return(Value),
    /// What it raises.
    Error(Value),
    /// The call could not be done, for the reason that the text says.
    Traceback(&'static str),
}

impl Reply {
    /// Returns the reply that a value stands for, if it is one. What a traceback says is the other side's, and not kept.
    pub fn from_value(value: Value) -> Option<Self> {
        let Value::Tuple(parts) = value else { return None };
        let Ok([Value::Text(kind), value]) = <[Value; 2]>::try_from(parts) else { return None };
        match (kind.as_str(), value) {
            ("#RETURN", value) => Some(Self::Return(value)),
            ("#ERROR", error @ Value::Instance(..)) => Some(Self::Error(error)),
            ("#TRACEBACK" | "#UNSERIALIZABLE", Value::Text(_)) => Some(Self::Traceback("it could not be done")),
            _ => None,
        }
    }

    /// Returns the value that stands for the reply.
    pub fn into_value(self) -> Value {
        let (kind, value) = match self {
            Self::Return(value) => ("#RETURN", value),
            Self::Error(error) => ("#ERROR", error),
            Self::Traceback(reason) => ("#TRACEBACK", Value::text(reason)),
        };
        Value::Tuple(vec![Value::text(kind), value])
    }
}

impl Answer {
    /// Returns what a queue answers to a request when it replies that; none if it is not one of its answers.
    pub fn of(request: &Request, reply: Reply) -> Option<Self> {
        match reply {
            Reply::Return(value) => Self::returned(request, value),
            Reply::Error(Value::Instance(class, _)) => Self::raised(request, class),
            Reply::Error(_) | Reply::Traceback(_) => None,
        }
    }

    fn returned(request: &Request, value: Value) -> Option<Self> {
        Some(match (request, value) {
            (Request::Get, item) => Self::Item(item),
            (Request::Lease(_), Value::Tuple(parts)) => match <[Value; 3]>::try_from(parts) {
                Ok([Value::Int(ticket), Value::Int(number), item]) => {
                    let (ticket, number) = (u64::try_from(ticket).ok()?, u64::try_from(number).ok()?);
                    Self::Leased(Leased { ticket, number, item })
                }
                _ => return None,
            },
            (Request::Size, Value::Int(size)) => Self::Size(usize::try_from(size).ok()?),
            (Request::IsEmpty | Request::IsFull, Value::Bool(is)) => Self::Is(is),
            (Request::Lease(_) | Request::Size | Request::IsEmpty | Request::IsFull, _) => return None,
            (_, Value::None) => Self::Done,
            _ => return None,
        })
    }

    fn raised(request: &Request, class: Class) -> Option<Self> {
        Some(match (class, request) {
            (Class::Empty, _) => Self::Empty,
            (Class::Full, _) => Self::Full,
            (Class::EofError, Request::Lease(_)) => Self::Ended,
            (Class::ShutDown, _) => Self::ShutDown,
            (Class::ValueError, Request::TaskDone) => Self::TooMany,
            (Class::ValueError, Request::Acknowledge(_) | Request::Extend(..)) => Self::LeaseIsOver,
            (Class::ValueError, Request::PutOnce(..)) => Self::OtherRun,
            _ => return None,
        })
    }
}

impl From<Mistake> for Reply {
    fn from(mistake: Mistake) -> Self {
        let error = |class, text| Self::Error(Value::Instance(class, vec![Value::text(text)]));
        match mistake {
            Mistake::Form => {
                Self::Traceback("a request is a tuple of an object, a method, arguments, and named arguments")
            }
            Mistake::Object => Self::Traceback("KeyError: there is no such object"),
            Mistake::Run => {
                Self::Traceback("KeyError: this object is of another run of the master: ask the master for it again")
            }
            Mistake::Method => Self::Traceback("AttributeError: there is no such method"),
            Mistake::Kind => Self::Traceback("KeyError: there is no such kind of object"),
            Mistake::References => Self::Traceback("AssertionError: there are no more references to give back"),
            Mistake::TooMany => Self::Traceback("RuntimeError: there are too many objects"),
            Mistake::TooLong => error(Class::ValueError, "the item is too long"),
            Mistake::Arguments => error(Class::TypeError, "these are not the arguments of this method"),
            Mistake::Timeout => error(Class::ValueError, "'timeout' must be a non-negative number"),
        }
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        let error = |class, arguments| Self::Error(Value::Instance(class, arguments));
        match answer {
            Answer::Done => Self::Return(Value::None),
            Answer::Item(item) => Self::Return(item),
            Answer::Leased(Leased { ticket, number, item }) => {
                Self::Return(Value::Tuple(vec![Value::Int(ticket as i64), Value::Int(number as i64), item]))
            }
            Answer::Size(size) => Self::Return(Value::Int(size as i64)),
            Answer::Is(is) => Self::Return(Value::Bool(is)),
            Answer::Empty => error(Class::Empty, Vec::new()),
            Answer::Full => error(Class::Full, Vec::new()),
            // As when the connection is closed: what Python's workers catch.
            Answer::Ended => error(Class::EofError, vec![Value::text("the master has ended")]),
            Answer::ShutDown => error(Class::ShutDown, Vec::new()),
            Answer::TooMany => error(Class::ValueError, vec![Value::text("task_done() called too many times")]),
            Answer::OtherRun => {
                error(Class::ValueError, vec![Value::text("this task is of another run of the master")])
            }
            Answer::LeaseIsOver => error(Class::ValueError, vec![Value::text("this lease is over")]),
        }
    }
}
