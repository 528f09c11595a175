//! Reading values: a machine with a stack and a memo, as `Lib/pickletools.py` describes it, for the opcodes that make
//! data. Nothing is ever called, and what is read costs no more than its limits say.
//!
//! It is stricter than `pickle.loads` in this: other opcodes and classes are refused, and so are values that contain
//! themselves, text with surrogates, a class that is not an instance, bytes after the end, and what is left on the stack.
//! (`tests/suite/pickles.rs` compares the two on pickles that were changed here and there.)

use std::collections::BTreeMap;

use super::arena::{Arena, Constructor, Id, Node};
use super::opcode as op;
use super::refused::Refused;
use super::value::{Class, Value};

/// What a pickle may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes long it may be, and how many bytes of text and data the value may have.
    pub bytes: usize,
    /// How many values the value may be made of.
    pub nodes: usize,
    /// How deep values may lie within values.
    pub depth: usize,
    /// How many values may be remembered.
    pub memo: usize,
}

impl Default for Limits {
    /// 16 MiB, a million values, 64 levels, and a million remembered.
    fn default() -> Self {
        Self { bytes: 16 << 20, nodes: 1 << 20, depth: 64, memo: 1 << 20 }
    }
}

/// Room for so many values is there from the beginning: most messages have fewer.
pub(super) const USUAL: usize = 16;

/// Why bytes are no value. It never repeats what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mistake {
    /// They end before the value does.
    Truncated,
    /// They go on when the value has ended.
    Trailing,
    /// They are more than may be.
    TooLong,
    /// The value has too many parts.
    TooMany,
    /// The value has parts in parts in parts .., or is a part of itself.
    TooDeep,
    /// An operation that is none of those that make data.
    Operation,
    /// A protocol that is none of those that are known.
    Protocol,
    /// A class that is none of the protocol's, or where there has to be a value.
    Class,
    /// A class is given what it cannot be made of.
    Arguments,
    /// The stack does not have what an operation takes.
    Stack,
    /// What was not remembered cannot be looked up.
    Memo,
    /// Text that is no text.
    Text,
    /// A key that cannot be one.
    Unhashable,
    /// A length below zero.
    Length,
}

/// Returns the value that bytes stand for.
///
/// # Errors
///
/// If they are no value of the protocol, or one that costs more than `limits`.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Value, Mistake> {
    decode_or_say(bytes, limits).map_err(|refused| refused.mistake)
}

/// The same, and says which class is in the way.
///
/// # Errors
///
/// See [`decode`].
pub fn decode_or_say(bytes: &[u8], limits: &Limits) -> Result<Value, Refused> {
    let no_class = |mistake| Refused { mistake, class: None };
    if bytes.len() > limits.bytes {
        return Err(no_class(Mistake::TooLong));
    }
    let mut machine = Machine {
        rest: bytes,
        arena: Arena::new(limits),
        stack: Vec::with_capacity(USUAL),
        marks: Vec::with_capacity(USUAL),
        memo: BTreeMap::new(),
        memo_max: limits.memo,
        refused_class: None,
    };
    let value = machine.run().map_err(|mistake| Refused { mistake, class: machine.refused_class.take() })?;
    machine.arena.value(value, limits).map_err(no_class)
}

struct Machine<'a> {
    rest: &'a [u8],
    arena: Arena,
    stack: Vec<Id>,
    /// Where on the stack there are marks.
    marks: Vec<usize>,
    memo: BTreeMap<u32, Id>,
    memo_max: usize,
    /// The name of the class that was refused.
    refused_class: Option<String>,
}

impl<'a> Machine<'a> {
    /// Does all operations, and returns where the value is.
    fn run(&mut self) -> Result<Id, Mistake> {
        while self.step()? {}
        let [value] = self.stack[..] else { return Err(Mistake::Stack) };
        if self.rest.is_empty() { Ok(value) } else { Err(Mistake::Trailing) }
    }

    /// Does one operation, and returns whether there are more.
    fn step(&mut self) -> Result<bool, Mistake> {
        let opcode = self.byte()?;
        match opcode {
            op::STOP => return if self.marks.is_empty() { Ok(false) } else { Err(Mistake::Stack) },
            op::PROTO => {
                if self.byte()? > 5 {
                    return Err(Mistake::Protocol);
                }
            }
            op::FRAME => {
                // A frame says how much may be read at once, and changes nothing else. It must be there.
                let length = self.length(8)?;
                if length > self.rest.len() {
                    return Err(Mistake::Truncated);
                }
            }
            op::MARK => self.marks.push(self.stack.len()),
            op::NONE => self.push(Value::None)?,
            op::NEWTRUE => self.push(Value::Bool(true))?,
            op::NEWFALSE => self.push(Value::Bool(false))?,
            op::BININT | op::BININT1 | op::BININT2 | op::LONG1 | op::LONG4 | op::BINFLOAT => self.number(opcode)?,
            op::SHORT_BINUNICODE => self.text(1)?,
            op::BINUNICODE => self.text(4)?,
            op::BINUNICODE8 => self.text(8)?,
            op::SHORT_BINBYTES => self.bytes(1, Value::Bytes)?,
            op::BINBYTES => self.bytes(4, Value::Bytes)?,
            op::BINBYTES8 => self.bytes(8, Value::Bytes)?,
            op::BYTEARRAY8 => self.bytes(8, Value::ByteArray)?,
            op::EMPTY_TUPLE => self.push_node(Node::Tuple(Vec::new()))?,
            op::EMPTY_LIST => self.push_node(Node::List(Vec::new()))?,
            op::EMPTY_DICT => self.push_node(Node::Dict(Vec::new()))?,
            op::EMPTY_SET => self.push_node(Node::Set(Vec::new()))?,
            op::TUPLE1 | op::TUPLE2 | op::TUPLE3 => {
                let items = self.pop_many(usize::from(opcode - op::TUPLE1) + 1)?;
                self.push_node(Node::Tuple(items))?;
            }
            op::TUPLE | op::FROZENSET => {
                let items = self.pop_to_mark()?;
                self.push_node(if opcode == op::TUPLE { Node::Tuple(items) } else { Node::FrozenSet(items) })?;
            }
            op::APPEND | op::SETITEM | op::APPENDS | op::SETITEMS | op::ADDITEMS => self.fill(opcode)?,
            op::BINPUT | op::LONG_BINPUT | op::MEMOIZE | op::BINGET | op::LONG_BINGET => self.remember(opcode)?,
            op::GLOBAL | op::STACK_GLOBAL | op::REDUCE | op::NEWOBJ | op::BUILD => self.class(opcode)?,
            _ => return Err(Mistake::Operation),
        }
        Ok(true)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Mistake> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Mistake::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Mistake> {
        Ok(self.take(1)?[0])
    }

    /// Reads a number of so many bytes, the lowest first.
    fn length(&mut self, width: usize) -> Result<usize, Mistake> {
        let mut bytes = [0; 8];
        bytes[..width].copy_from_slice(self.take(width)?);
        usize::try_from(u64::from_le_bytes(bytes)).map_err(|_| Mistake::Truncated)
    }

    fn push(&mut self, value: Value) -> Result<(), Mistake> {
        self.push_node(Node::Leaf(value))
    }

    fn push_node(&mut self, node: Node) -> Result<(), Mistake> {
        let id = self.arena.add(node)?;
        self.stack.push(id);
        Ok(())
    }

    /// Takes the top of the stack, but nothing from below the last mark.
    fn pop(&mut self) -> Result<Id, Mistake> {
        if self.stack.len() <= self.marks.last().copied().unwrap_or(0) {
            return Err(Mistake::Stack);
        }
        self.stack.pop().ok_or(Mistake::Stack)
    }

    fn pop_many(&mut self, count: usize) -> Result<Vec<Id>, Mistake> {
        let mut items = (0..count).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        items.reverse();
        Ok(items)
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Id>, Mistake> {
        let mark = self.marks.pop().ok_or(Mistake::Stack)?;
        Ok(self.stack.split_off(mark))
    }

    /// Returns the top of the stack, and leaves it there.
    fn top(&self) -> Result<Id, Mistake> {
        let is_there = self.stack.len() > self.marks.last().copied().unwrap_or(0);
        self.stack.last().copied().filter(|_| is_there).ok_or(Mistake::Stack)
    }

    fn number(&mut self, opcode: u8) -> Result<(), Mistake> {
        let value = match opcode {
            op::BININT1 => Value::Int(self.byte()?.into()),
            op::BININT2 => Value::Int(self.length(2)? as i64),
            op::BININT => Value::Int(i32::from_le_bytes(self.array()?).into()),
            op::BINFLOAT => Value::Float(f64::from_be_bytes(self.array()?)),
            _ => {
                let length = if opcode == op::LONG1 { self.length(1)? } else { self.length(4)? };
                if opcode == op::LONG4 && i32::try_from(length).is_err() {
                    return Err(Mistake::Length);
                }
                int(self.take(length)?)
            }
        };
        self.push(value)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Mistake> {
        self.take(N)?.try_into().map_err(|_| Mistake::Truncated)
    }

    fn text(&mut self, width: usize) -> Result<(), Mistake> {
        let length = self.length(width)?;
        let text = std::str::from_utf8(self.take(length)?).map_err(|_| Mistake::Text)?;
        self.push(Value::text(text))
    }

    fn bytes(&mut self, width: usize, value: fn(Vec<u8>) -> Value) -> Result<(), Mistake> {
        let length = self.length(width)?;
        let bytes = self.take(length)?.to_vec();
        self.push(value(bytes))
    }

    /// Puts items into the list, dict or set below them.
    fn fill(&mut self, opcode: u8) -> Result<(), Mistake> {
        let items = match opcode {
            op::APPEND => self.pop_many(1)?,
            op::SETITEM => self.pop_many(2)?,
            _ => self.pop_to_mark()?,
        };
        let container = self.top()?;
        match (opcode, self.arena.node_mut(container)) {
            (op::APPEND | op::APPENDS, Node::List(list)) | (op::ADDITEMS, Node::Set(list)) => list.extend(items),
            (op::SETITEM | op::SETITEMS, Node::Dict(dict)) if items.len() % 2 == 0 => dict.extend(items),
            _ => return Err(Mistake::Stack),
        }
        Ok(())
    }

    fn remember(&mut self, opcode: u8) -> Result<(), Mistake> {
        let place = match opcode {
            op::BINPUT | op::BINGET => u32::from(self.byte()?),
            op::LONG_BINPUT | op::LONG_BINGET => u32::from_le_bytes(self.array()?),
            _ => self.memo.len() as u32,
        };
        if matches!(opcode, op::BINGET | op::LONG_BINGET) {
            let id = *self.memo.get(&place).ok_or(Mistake::Memo)?;
            self.arena.share(id);
            self.stack.push(id);
            return Ok(());
        }
        if self.memo.len() >= self.memo_max {
            return Err(Mistake::TooMany);
        }
        let top = self.top()?;
        self.memo.insert(place, top);
        Ok(())
    }

    fn class(&mut self, opcode: u8) -> Result<(), Mistake> {
        match opcode {
            op::GLOBAL => {
                let (module, name) = (self.line()?, self.line()?);
                self.push_class(module, name)
            }
            op::STACK_GLOBAL => {
                let names = self.pop_many(2)?;
                let name = |id| match self.arena.node(id) {
                    Node::Leaf(Value::Text(text)) => Ok(text.clone()),
                    _ => Err(Mistake::Stack),
                };
                let (module, name) = (name(names[0])?, name(names[1])?);
                self.push_class(&module, &name)
            }
            op::BUILD => self.build(),
            _ => self.make(),
        }
    }

    fn line(&mut self) -> Result<&'a str, Mistake> {
        let end = self.rest.iter().position(|byte| *byte == b'\n').ok_or(Mistake::Truncated)?;
        let line = std::str::from_utf8(self.take(end)?).map_err(|_| Mistake::Text)?;
        self.take(1)?;
        Ok(line)
    }

    fn push_class(&mut self, module: &str, name: &str) -> Result<(), Mistake> {
        let Some(constructor) = Constructor::named(module, name) else {
            self.refused_class = Some(Refused::class(module, name));
            return Err(Mistake::Class);
        };
        self.push_node(Node::Class(constructor))
    }

    /// Puts an instance in the place of a class and a tuple of arguments.
    fn make(&mut self) -> Result<(), Mistake> {
        let items = self.pop_many(2)?;
        let (Node::Class(constructor), Node::Tuple(_)) = (self.arena.node(items[0]), self.arena.node(items[1])) else {
            return Err(Mistake::Arguments);
        };
        let made = Node::Made(*constructor, items[1]);
        self.push_node(made)
    }

    /// Gives a token its state: the others have none.
    fn build(&mut self) -> Result<(), Mistake> {
        let (state, instance) = (self.pop()?, self.top()?);
        let is_state = matches!(self.arena.node(state), Node::Tuple(parts) if parts.len() == 3);
        match self.arena.node_mut(instance) {
            Node::Made(Constructor::Instance(Class::Token), arguments) if is_state => *arguments = state,
            _ => return Err(Mistake::Arguments),
        }
        Ok(())
    }
}

/// Returns a number from its two's complement, the lowest byte first.
fn int(bytes: &[u8]) -> Value {
    let shortest = super::encode::shortest(bytes);
    if shortest.len() > 8 {
        return Value::Long(shortest);
    }
    let is_negative = shortest.last().is_some_and(|last| *last >= 0x80);
    let mut wide = [if is_negative { 0xff } else { 0 }; 8];
    wide[..shortest.len()].copy_from_slice(&shortest);
    Value::Int(i64::from_le_bytes(wide))
}
