//! The parts of a message, found without doing its operations: which of its bytes make which argument of a call, or the item
//! of a reply. It goes through the operations once, in a memory that does not depend on the message, and sees that each finds
//! on the stack, and in the memo, what it takes.

use super::decode::Mistake;
use super::opcode as op;
use super::operations::{Operation, operation};
use super::pickle::Pickle;

/// How far up the stack it is known where values begin: calls and replies have their parts there.
const KNOWN: usize = 12;

/// How many of the first values that are remembered are known, if they are texts.
const TEXTS_MAX: usize = 8;

/// How many lists and the like may have been begun and not ended. Python's `pickle` ends at about a thousand of its own calls.
const MARKS_MAX: usize = 10_000;

/// Where a value begins, and how many were remembered before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Begin {
    at: usize,
    remembered: u32,
}

/// A part of a message: a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    begin: Begin,
    end: usize,
}

/// What a message is made of: a tuple, one of whose parts is a tuple too, and the next one of them perhaps a dict.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    message: &'a [u8],
    protocol: u8,
    texts: Vec<&'a [u8]>,
    /// The message itself.
    pub(super) whole: Part,
    /// The parts of the message.
    pub(super) outer: Vec<Part>,
    /// The parts of the one of those that is a tuple.
    pub(super) inner: Vec<Part>,
    /// The keys and values of the next one, in turn. None if it is no dict, or they are too many to be known.
    named: Option<Vec<Part>>,
}

impl<'a> Parts<'a> {
    /// Returns the parts of a message, those of its part number `nested`, and the keys and values of the next one.
    ///
    /// # Errors
    ///
    /// If its operations cannot be done, or are not those that Python writes in protocols 3 to 5.
    pub(super) fn of(message: &'a [u8], nested: usize) -> Result<Self, Mistake> {
        let first = operation(message, 0)?;
        let protocol = match (first.opcode, first.argument) {
            (op::PROTO, &[protocol @ 3..=5]) => protocol,
            _ => return Err(Mistake::Protocol),
        };
        let mut walk = Walk { nested, ..Walk::default() };
        let mut at = first.end;
        let stop = loop {
            let operation = operation(message, at)?;
            if operation.opcode == op::STOP {
                break operation;
            }
            at = operation.end;
            walk.step(message, operation)?;
        };
        if stop.end != message.len() {
            return Err(Mistake::Trailing);
        }
        if walk.depth != 1 || !walk.marks.is_empty() || walk.popped.is_some() {
            return Err(Mistake::Stack);
        }
        let whole = Part { begin: walk.begins[0], end: stop.start };
        let Walk { outer, inner, named, texts, .. } = walk;
        let texts = texts.into_iter().map(|[start, end]| &message[start..end]).collect();
        Ok(Self { message, protocol, texts, whole, outer, inner, named })
    }

    /// Returns how the parts with names are called, and those themselves.
    ///
    /// # Errors
    ///
    /// If there is no dict, or they are too many to be known.
    pub(super) fn named(&self) -> Result<impl Iterator<Item = (Part, Part)>, Mistake> {
        let named = self.named.as_ref().ok_or(Mistake::Arguments)?;
        Ok(named.chunks_exact(2).map(|pair| (pair[0], pair[1])))
    }

    /// Returns a part by itself.
    ///
    /// # Errors
    ///
    /// If it uses what was remembered of another one, unless that is a text.
    pub(super) fn pickle(&self, part: Part) -> Result<Pickle, Mistake> {
        let Part { begin: Begin { at, remembered }, end } = part;
        Pickle::of_part(self.message, [at, end], remembered, &self.texts, self.protocol)
    }
}

/// A walk through the operations of a message.
#[derive(Debug, Default)]
struct Walk {
    nested: usize,
    /// How many values are on the stack, and where the lowest of them begin.
    depth: usize,
    begins: [Begin; KNOWN],
    /// How many values were below each mark, and where it is.
    marks: Vec<(usize, Begin)>,
    remembered: u32,
    /// Where a value begins that was thrown away: the next one may use what it has remembered.
    popped: Option<Begin>,
    texts: Vec<[usize; 2]>,
    outer: Vec<Part>,
    inner: Vec<Part>,
    named: Option<Vec<Part>>,
}

impl Walk {
    fn step(&mut self, message: &[u8], operation: Operation<'_>) -> Result<(), Mistake> {
        let Operation { opcode, start, .. } = operation;
        let here = Begin { at: start, remembered: self.remembered };
        match opcode {
            op::PROTO => return Err(Mistake::Protocol),
            op::FRAME => {}
            op::MARK if self.marks.len() < MARKS_MAX => {
                let begin = self.popped.take().unwrap_or(here);
                self.marks.push((self.depth, begin));
            }
            op::MARK => return Err(Mistake::TooDeep),
            op::TUPLE1 | op::TUPLE2 | op::TUPLE3 => {
                let count = usize::from(opcode - op::TUPLE1) + 1;
                let begin = self.pop(count)?;
                self.close_tuple(count, begin, start);
            }
            op::TUPLE | op::FROZENSET => {
                let (count, begin) = self.pop_to_mark()?;
                if opcode == op::TUPLE {
                    self.close_tuple(count, begin, start);
                } else {
                    self.push(begin);
                }
            }
            op::STACK_GLOBAL | op::REDUCE | op::NEWOBJ => {
                let begin = self.pop(2)?;
                self.push(begin);
            }
            op::NEWOBJ_EX => {
                let begin = self.pop(3)?;
                self.push(begin);
            }
            op::POP => self.popped = Some(self.pop(1)?),
            op::POP_MARK => self.popped = Some(self.pop_to_mark()?.1),
            op::APPEND | op::BUILD | op::SETITEM | op::APPENDS | op::ADDITEMS | op::SETITEMS => {
                self.fill(opcode, start)?
            }
            op::MEMOIZE | op::BINPUT | op::LONG_BINPUT => self.remember(message, operation)?,
            op::BINGET | op::LONG_BINGET if operation.place().is_none_or(|place| place >= self.remembered) => {
                return Err(Mistake::Memo);
            }
            _ => {
                let begin = self.popped.take().unwrap_or(here);
                self.push(begin);
                if opcode == op::EMPTY_DICT && self.depth == self.nested + 2 {
                    self.named = Some(Vec::new());
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, begin: Begin) {
        self.forget(self.depth);
        if let Some(known) = self.begins.get_mut(self.depth) {
            *known = begin;
        }
        self.depth += 1;
    }

    /// Takes so many values, none from below the last mark, and returns where the lowest of them begins.
    fn pop(&mut self, count: usize) -> Result<Begin, Mistake> {
        let bottom = self.marks.last().map_or(0, |(depth, _)| *depth);
        if self.depth < bottom + count || self.popped.is_some() && count > 1 {
            return Err(Mistake::Stack);
        }
        self.depth -= count;
        Ok(self.begins.get(self.depth).copied().unwrap_or_default())
    }

    fn pop_to_mark(&mut self) -> Result<(usize, Begin), Mistake> {
        let (bottom, begin) = self.marks.pop().ok_or(Mistake::Stack)?;
        let count = self.depth - bottom;
        self.depth = bottom;
        Ok((count, begin))
    }

    /// Returns so many values that were on the stack until now; the last one ends before `end`. None if they were too many.
    fn parts(&self, count: usize, end: usize) -> impl Iterator<Item = Part> {
        let begins = self.begins.get(self.depth..self.depth + count).unwrap_or_default();
        let ends = begins.iter().skip(1).map(|next| next.at).chain([end]);
        begins.iter().zip(ends).map(|(&begin, end)| Part { begin, end })
    }

    /// Puts a tuple on the stack in the place of its parts, which end before `end`.
    fn close_tuple(&mut self, count: usize, begin: Begin, end: usize) {
        let depth = self.depth;
        let parts: Vec<Part> =
            if depth == 0 || depth == self.nested { self.parts(count, end).collect() } else { Vec::new() };
        self.push(begin);
        if depth == 0 {
            self.outer = parts;
        } else if depth == self.nested {
            self.inner = parts;
        }
    }

    /// Forgets the parts of the value that is so far up the stack: it is another one.
    fn forget(&mut self, depth: usize) {
        if depth == 0 {
            self.outer.clear();
        } else if depth == self.nested {
            self.inner.clear();
        } else if depth == self.nested + 1 {
            self.named = None;
        }
    }

    /// Puts values, which end before `end`, into the one below them.
    fn fill(&mut self, opcode: u8, end: usize) -> Result<(), Mistake> {
        let count = match opcode {
            op::APPEND | op::BUILD => {
                self.pop(1)?;
                1
            }
            op::SETITEM => {
                self.pop(2)?;
                2
            }
            _ => self.pop_to_mark()?.0,
        };
        let bottom = self.marks.last().map_or(0, |(depth, _)| *depth);
        let is_uneven = matches!(opcode, op::SETITEMS) && count % 2 == 1;
        if is_uneven || self.depth <= bottom || self.popped.is_some() {
            return Err(Mistake::Stack);
        }
        if self.depth == self.nested + 2 && matches!(opcode, op::SETITEM | op::SETITEMS) {
            let more: Vec<Part> = self.parts(count, end).collect();
            let is_known = more.len() == count;
            self.named = self.named.take().filter(|_| is_known).map(|named| [named, more].concat());
        } else {
            self.forget(self.depth - 1);
        }
        Ok(())
    }

    fn remember(&mut self, message: &[u8], operation: Operation<'_>) -> Result<(), Mistake> {
        // Python's pickle names places in order.
        if operation.place().is_some_and(|place| place != self.remembered) {
            return Err(Mistake::Memo);
        }
        let bottom = self.marks.last().map_or(0, |(depth, _)| *depth);
        if self.depth <= bottom || self.popped.is_some() {
            return Err(Mistake::Stack);
        }
        if self.texts.len() < TEXTS_MAX && self.texts.len() == self.remembered as usize {
            let start = self.begins.get(self.depth - 1).map_or(0, |begin| begin.at);
            let first = super::operations::operation(message, start)?;
            if first.end == operation.start && matches!(first.opcode, op::SHORT_BINUNICODE | op::BINUNICODE) {
                self.texts.push([start, first.end]);
            }
        }
        self.remembered = self.remembered.checked_add(1).ok_or(Mistake::TooMany)?;
        Ok(())
    }
}
