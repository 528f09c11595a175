//! What has been read of a pickle so far. A value that is used several times, as the memo of the format allows, is one
//! node here; it is copied only in the end, and there counted, so that few bytes cannot become many values.

use std::collections::HashMap;

use super::decode::{Limits, Mistake, USUAL};
use super::value::{Class, Value};

/// A node's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(u32);

/// A value whose parts are other nodes.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A value that has no parts.
    Leaf(Value),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    /// Keys and values in turn.
    Dict(Vec<Id>),
    Set(Vec<Id>),
    FrozenSet(Vec<Id>),
    /// A class by itself, which is no value.
    Class(Constructor),
    /// What is made by a class of a tuple of arguments.
    Made(Constructor, Id),
}

/// A class that values of are made by. Nothing is called: it says how the arguments are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constructor {
    Set,
    FrozenSet,
    ByteArray,
    Instance(Class),
}

impl Constructor {
    pub(super) fn named(module: &str, name: &str) -> Option<Self> {
        match (module, name) {
            ("builtins" | "__builtin__", "set") => Some(Self::Set),
            ("builtins" | "__builtin__", "frozenset") => Some(Self::FrozenSet),
            ("builtins" | "__builtin__", "bytearray") => Some(Self::ByteArray),
            _ => Class::named(module, name).map(Self::Instance),
        }
    }
}

/// The nodes.
#[derive(Debug)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    /// Which of them are used more than once.
    is_shared: Vec<bool>,
    nodes_max: usize,
}

impl Arena {
    /// Returns an arena for a value that may be made of so many others.
    pub(super) fn new(limits: &Limits) -> Self {
        // An instance of a class is read as two more: the class, and its arguments.
        Self {
            nodes: Vec::with_capacity(USUAL),
            is_shared: Vec::with_capacity(USUAL),
            nodes_max: limits.nodes.saturating_mul(3).min(u32::MAX as usize),
        }
    }

    pub(super) fn add(&mut self, node: Node) -> Result<Id, Mistake> {
        if self.nodes.len() >= self.nodes_max {
            return Err(Mistake::TooMany);
        }
        self.nodes.push(node);
        self.is_shared.push(false);
        Ok(Id(self.nodes.len() as u32 - 1))
    }

    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn node_mut(&mut self, id: Id) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }

    /// Notes that a node is used once more.
    pub(super) fn share(&mut self, id: Id) {
        self.is_shared[id.0 as usize] = true;
    }

    /// Returns the value that a node stands for.
    pub(super) fn value(&mut self, id: Id, limits: &Limits) -> Result<Value, Mistake> {
        let mut copy = Copy {
            arena: self,
            is_shared: false,
            nodes: limits.nodes,
            bytes: limits.bytes,
            key_bytes: 2 * limits.bytes,
        };
        copy.value(id, limits.depth)
    }
}

/// A copy that is being made, and what it may still take.
struct Copy<'a> {
    arena: &'a mut Arena,
    /// Whether what is copied is used more than once.
    is_shared: bool,
    nodes: usize,
    bytes: usize,
    /// How many bytes of keys may still be compared. Those of a set in a set in a set .. are its parts' each time.
    key_bytes: usize,
}

impl Copy<'_> {
    /// Returns the value of a node. A node that is a part of itself is deeper than anything.
    fn value(&mut self, id: Id, depth: usize) -> Result<Value, Mistake> {
        let depth = depth.checked_sub(1).ok_or(Mistake::TooDeep)?;
        self.nodes = self.nodes.checked_sub(1).ok_or(Mistake::TooMany)?;
        let was_shared = self.is_shared;
        self.is_shared |= self.arena.is_shared[id.0 as usize];
        // What is used once need not be copied.
        let node = match self.is_shared {
            true => self.arena.node(id).clone(),
            false => std::mem::replace(self.arena.node_mut(id), Node::Leaf(Value::None)),
        };
        let value = match node {
            Node::Leaf(value) => {
                let length = match &value {
                    Value::Text(text) => text.len(),
                    Value::Bytes(bytes) | Value::ByteArray(bytes) | Value::Long(bytes) => bytes.len(),
                    _ => 0,
                };
                self.bytes = self.bytes.checked_sub(length).ok_or(Mistake::TooMany)?;
                value
            }
            Node::Tuple(items) => Value::Tuple(self.values(&items, depth)?),
            Node::List(items) => Value::List(self.values(&items, depth)?),
            Node::Dict(items) => Value::Dict(self.dict(&items, depth)?),
            Node::Set(items) => {
                let items = self.values(&items, depth)?;
                Value::Set(self.distinct(items)?)
            }
            Node::FrozenSet(items) => {
                let items = self.values(&items, depth)?;
                Value::FrozenSet(self.distinct(items)?)
            }
            Node::Class(_) => return Err(Mistake::Class),
            Node::Made(constructor, arguments) => {
                let Value::Tuple(arguments) = self.value(arguments, depth)? else { return Err(Mistake::Arguments) };
                self.make(constructor, arguments)?
            }
        };
        self.is_shared = was_shared;
        Ok(value)
    }

    fn values(&mut self, items: &[Id], depth: usize) -> Result<Vec<Value>, Mistake> {
        items.iter().map(|&item| self.value(item, depth)).collect()
    }

    /// Returns the items of a dict: of equal keys the first stays, with the last value.
    fn dict(&mut self, items: &[Id], depth: usize) -> Result<Vec<(Value, Value)>, Mistake> {
        // Nothing is reserved for items that have not been counted yet.
        let mut dict: Vec<(Value, Value)> = Vec::new();
        let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
        for item in items.chunks_exact(2) {
            let (key, value) = (self.value(item[0], depth)?, self.value(item[1], depth)?);
            match self.key(&key)?.map(|equal| *places.entry(equal).or_insert(dict.len())) {
                Some(place) if place < dict.len() => dict[place].1 = value,
                _ => dict.push((key, value)),
            }
        }
        Ok(dict)
    }

    /// Returns what is the same for values that are equal, if this is equal to any.
    fn key(&mut self, value: &Value) -> Result<Option<Vec<u8>>, Mistake> {
        if !value.is_hashable() {
            return Err(Mistake::Unhashable);
        }
        let key = value.key();
        self.key_bytes = self.key_bytes.checked_sub(key.as_ref().map_or(0, Vec::len)).ok_or(Mistake::TooMany)?;
        Ok(key)
    }

    /// Returns the items of a set: of equal ones the first stays.
    fn distinct(&mut self, items: Vec<Value>) -> Result<Vec<Value>, Mistake> {
        let mut seen = std::collections::HashSet::new();
        let mut distinct = Vec::with_capacity(items.len());
        for item in items {
            if self.key(&item)?.is_none_or(|key| seen.insert(key)) {
                distinct.push(item);
            }
        }
        Ok(distinct)
    }

    /// Returns what a class makes of arguments.
    fn make(&mut self, constructor: Constructor, arguments: Vec<Value>) -> Result<Value, Mistake> {
        if let Constructor::Instance(class) = constructor {
            return Ok(Value::Instance(class, arguments));
        }
        match (constructor, <[Value; 1]>::try_from(arguments)) {
            (Constructor::Set, Ok([Value::List(items)])) => Ok(Value::Set(self.distinct(items)?)),
            (Constructor::FrozenSet, Ok([Value::List(items)])) => Ok(Value::FrozenSet(self.distinct(items)?)),
            (Constructor::ByteArray, Ok([Value::Bytes(bytes)])) => Ok(Value::ByteArray(bytes)),
            (Constructor::ByteArray, Err(none)) if none.is_empty() => Ok(Value::ByteArray(Vec::new())),
            _ => Err(Mistake::Arguments),
        }
    }
}
