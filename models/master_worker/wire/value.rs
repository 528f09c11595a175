//! The values that can be sent: those of Python that are data, and the few classes whose instances the protocol itself
//! sends.

use std::fmt;

use super::decode::Limits;
use super::pickle::Pickle;

/// A value of Python.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `None`
    None,
    /// `True` and `False`
    Bool(bool),
    /// An `int` that fits.
    Int(i64),
    /// An `int` that does not fit: its two's complement, the lowest byte first, as short as can be.
    Long(Vec<u8>),
    /// A `float`.
    Float(f64),
    /// A `str`. Python's may have surrogates in them, which no text has; these are refused.
    Text(String),
    /// A `bytes`.
    Bytes(Vec<u8>),
    /// A `bytearray`.
    ByteArray(Vec<u8>),
    /// A `tuple`.
    Tuple(Vec<Value>),
    /// A `list`.
    List(Vec<Value>),
    /// A `dict`, in the order in which it was filled.
    Dict(Vec<(Value, Value)>),
    /// A `set`.
    Set(Vec<Value>),
    /// A `frozenset`.
    FrozenSet(Vec<Value>),
    /// An instance of one of the classes of the protocol.
    Instance(Class, Vec<Value>),
    /// A value that is passed on as it came, whatever it is.
    Pickled(Pickle),
}

/// A class whose instances the protocol sends. What is decoded is never called: it is a name and its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// `queue.Empty`, which is `_queue.Empty`.
    Empty,
    /// `queue.Full`.
    Full,
    /// `queue.ShutDown`, since 3.13.
    ShutDown,
    /// `EOFError`
    EofError,
    /// `ValueError`
    ValueError,
    /// `TypeError`
    TypeError,
    /// `AttributeError`
    AttributeError,
    /// `KeyError`
    KeyError,
    /// `RuntimeError`
    RuntimeError,
    /// `NotImplementedError`
    NotImplementedError,
    /// `multiprocessing.managers.Token`: the kind of an object, where it is kept, and under which name.
    Token,
}

/// Each class with the modules and the names that it is sent by, those of Python 2 in protocol 2; the last one is ours.
const NAMES: &[(Class, &str, &str)] = &[
    (Class::Empty, "_queue", "Empty"),
    (Class::Empty, "Queue", "Empty"),
    (Class::Empty, "queue", "Empty"),
    (Class::Full, "Queue", "Full"),
    (Class::Full, "queue", "Full"),
    (Class::ShutDown, "queue", "ShutDown"),
    (Class::EofError, "exceptions", "EOFError"),
    (Class::EofError, "builtins", "EOFError"),
    (Class::ValueError, "exceptions", "ValueError"),
    (Class::ValueError, "builtins", "ValueError"),
    (Class::TypeError, "exceptions", "TypeError"),
    (Class::TypeError, "builtins", "TypeError"),
    (Class::AttributeError, "exceptions", "AttributeError"),
    (Class::AttributeError, "builtins", "AttributeError"),
    (Class::KeyError, "exceptions", "KeyError"),
    (Class::KeyError, "builtins", "KeyError"),
    (Class::RuntimeError, "exceptions", "RuntimeError"),
    (Class::RuntimeError, "builtins", "RuntimeError"),
    (Class::NotImplementedError, "exceptions", "NotImplementedError"),
    (Class::NotImplementedError, "builtins", "NotImplementedError"),
    (Class::Token, "multiprocessing.managers", "Token"),
];

impl Class {
    /// Returns the class of that module and name, if it is one of the protocol's.
    pub fn named(module: &str, name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, of, called)| (*of, *called) == (module, name)).map(|(class, ..)| *class)
    }

    /// Returns the module and the name by which every version of Python finds it.
    pub fn name(self) -> (&'static str, &'static str) {
        let (_, module, name) = NAMES.iter().rfind(|(class, ..)| *class == self).expect("every class has a name");
        (module, name)
    }
}

impl Value {
    /// Returns a text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// Returns the value itself, where it was passed on as it came and can be read here; else it as it is.
    #[must_use]
    pub fn opened(self, limits: &Limits) -> Self {
        match self {
            Self::Pickled(pickle) => pickle.decode(limits).unwrap_or(Self::Pickled(pickle)),
            value => value,
        }
    }

    /// Returns how many bytes it takes as it is kept here, which can be many times what its message has.
    pub fn bytes(&self) -> usize {
        let all = |items: &[Self]| items.iter().map(Self::bytes).sum();
        let apart: usize = match self {
            Self::None | Self::Bool(_) | Self::Int(_) | Self::Float(_) => 0,
            Self::Long(bytes) | Self::Bytes(bytes) | Self::ByteArray(bytes) => bytes.len(),
            Self::Text(text) => text.len(),
            Self::Pickled(pickle) => pickle.len(),
            Self::Tuple(items)
            | Self::List(items)
            | Self::Set(items)
            | Self::FrozenSet(items)
            | Self::Instance(_, items) => all(items),
            Self::Dict(items) => items.iter().map(|(key, value)| key.bytes() + value.bytes()).sum(),
        };
        size_of::<Self>() + apart
    }

    /// Returns whether Python could use it as a key, or put it into a set.
    pub fn is_hashable(&self) -> bool {
        match self {
            Self::List(_) | Self::Dict(_) | Self::Set(_) | Self::ByteArray(_) => false,
            Self::Tuple(items) => items.iter().all(Self::is_hashable),
            _ => true,
        }
    }

    /// Returns what is the same for values that Python takes for equal: `1`, `1.0` and `True` are. None for what is
    /// equal to nothing, not even itself.
    pub(super) fn key(&self) -> Option<Vec<u8>> {
        let tagged = |tag: u8, bytes: &[u8]| {
            let length = (bytes.len() as u64).to_le_bytes();
            Some([&[tag][..], &length, bytes].concat())
        };
        match self {
            Self::None => tagged(0, &[]),
            Self::Bool(value) => Self::Int(i64::from(*value)).key(),
            Self::Int(value) => tagged(1, &super::encode::shortest(&value.to_le_bytes())),
            Self::Long(bytes) => tagged(1, bytes),
            Self::Float(value) if value.is_nan() => None,
            Self::Float(value) => match whole(*value) {
                Some(bytes) => tagged(1, &bytes),
                None => tagged(2, &value.to_le_bytes()),
            },
            Self::Text(text) => tagged(3, text.as_bytes()),
            Self::Bytes(bytes) => tagged(4, bytes),
            Self::Tuple(items) => {
                let keys = items.iter().map(Self::key).collect::<Option<Vec<_>>>()?;
                tagged(5, &keys.concat())
            }
            Self::FrozenSet(items) => {
                let mut keys = items.iter().map(Self::key).collect::<Option<Vec<_>>>()?;
                keys.sort();
                tagged(6, &keys.concat())
            }
            // Instances are equal to themselves alone.
            _ => None,
        }
    }
}

/// Returns the two's complement of a number that is whole, as short as can be.
fn whole(value: f64) -> Option<Vec<u8>> {
    if !value.is_finite() || value.fract() != 0.0 {
        return None;
    }
    let bits = value.abs().to_bits();
    let exponent = (bits >> 52) as i32 - 1075;
    let mantissa = if bits == 0 { 0 } else { (bits & ((1 << 52) - 1)) | 1 << 52 };
    // Room for the mantissa, for the shift, and for the sign.
    let mut bytes = vec![0_u8; 8 + usize::try_from(exponent.max(0)).ok()? / 8 + 2];
    let (shift, shifted) = match exponent {
        0.. => (exponent as usize, u128::from(mantissa) << (exponent % 8)),
        _ => (0, u128::from(mantissa.checked_shr(exponent.unsigned_abs()).unwrap_or(0))),
    };
    for (place, byte) in shifted.to_le_bytes().into_iter().take(9).enumerate() {
        bytes[shift / 8 + place] = byte;
    }
    if value < 0.0 {
        let mut carry = true;
        for byte in &mut bytes {
            let (sum, overflows) = (!*byte).overflowing_add(u8::from(carry));
            (*byte, carry) = (sum, overflows);
        }
    }
    Some(super::encode::shortest(&bytes))
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name().1)
    }
}
