//! Why a value is refused, in words for who has sent it: a client whose value a queue does not take is told so, and goes on.

use super::decode::{Limits, Mistake};
use super::value::{Class, Value};

/// The longest name of a class that is repeated, in bytes.
const NAME_MAX: usize = 120;

/// Why bytes are no value, and the class that is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub mistake: Mistake,
    /// The name of a class that is none of the protocol's, if that is why.
    pub class: Option<String>,
}

impl Refused {
    /// Returns the refusal of a class: its name is repeated only if it is one.
    pub(super) fn class(module: &str, name: &str) -> String {
        let full = format!("{module}.{name}");
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
        if full.len() <= NAME_MAX && full.chars().all(is_name) { full } else { "such a class".to_owned() }
    }

    /// Returns whether Python's pickle writes such a value, which is only not taken here. Else somebody does not speak the protocol.
    pub fn is_a_pickle(&self) -> bool {
        matches!(
            self.mistake,
            Mistake::TooMany
                | Mistake::TooDeep
                | Mistake::Class
                | Mistake::Arguments
                | Mistake::Operation
                | Mistake::Unhashable
        )
    }

    /// Returns the exception that the client is to raise: its class, and its words.
    pub fn exception(&self, limits: &Limits) -> (Class, Value) {
        const TAKES: &str = "None, bool, int, float, str, bytes, bytearray, and tuples, lists, sets and dicts of these";
        let (class, text) = match (self.mistake, &self.class) {
            (Mistake::TooMany, _) => (Class::ValueError, format!("the value has more than {} parts", limits.nodes)),
            (Mistake::TooDeep, _) => {
                (Class::ValueError, format!("the value has values in values, more than {} of them", limits.depth))
            }
            (_, Some(name)) => (Class::TypeError, format!("this master takes no {name}, but {TAKES}")),
            (_, None) => (Class::TypeError, format!("this master does not take such a value, but {TAKES}")),
        };
        (class, Value::Text(text))
    }
}
