//! A value that is passed on as it came: the operations of its pickle, which are checked to be well formed, and neither done
//! nor looked into. So whatever Python's `pickle` writes goes through a queue from one client to another.
//!
//! A value comes as a part of a message, and goes out as a part of another one. What its operations say of the memo is fitted
//! to where it stands, and what only says how much to read at once is left out.

use std::sync::Arc;

use super::decode::{Limits, Mistake, decode};
use super::opcode as op;
use super::operations::{Operation, operation};
use super::parts::Parts;
use super::value::Value;

/// The operations that make a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pickle {
    operations: Arc<Vec<u8>>,
    /// How many values they remember: from 0 on, if nothing was remembered before.
    remembered: u32,
    /// The protocol of the message that they are from.
    protocol: u8,
}

impl Pickle {
    /// Returns the value that the operations of `message` from `start` to `end` make, where `remembered` values were
    /// remembered before `start`. One of those, where it is used, is the text that stands at its place in `texts`.
    ///
    /// # Errors
    ///
    /// [`Mistake::Memo`] if it uses one that is none of the texts.
    pub(super) fn of_part(
        message: &[u8],
        [start, end]: [usize; 2],
        remembered: u32,
        texts: &[&[u8]],
        protocol: u8,
    ) -> Result<Self, Mistake> {
        let mut part = Part { bytes: Vec::with_capacity(end - start), remembered: 0 };
        let part_of = |place: u32| match place.checked_sub(remembered) {
            Some(place) => Ok(Found::At(place)),
            None => texts.get(place as usize).map(|text| Found::Text(text)).ok_or(Mistake::Memo),
        };
        part.copy(&message[start..end], part_of)?;
        Ok(Self { operations: Arc::new(part.bytes), remembered: part.remembered, protocol })
    }

    /// Returns the value of a message as it came.
    ///
    /// # Errors
    ///
    /// If the bytes are none that Python's `pickle` writes in protocols 3 to 5.
    pub fn read(message: &[u8]) -> Result<Self, Mistake> {
        let parts = Parts::of(message, 0)?;
        parts.pickle(parts.whole)
    }

    /// Returns how many bytes its operations are.
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Returns whether there are none, which make no value.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Returns the bytes that `pickle.loads` takes.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&[op::PROTO, self.protocol], &self.operations[..], &[op::STOP]].concat()
    }

    /// Returns the value, if it is one that [`decode`] takes.
    ///
    /// # Errors
    ///
    /// See [`decode`].
    pub fn decode(&self, limits: &Limits) -> Result<Value, Mistake> {
        decode(&self.to_bytes(), limits)
    }

    pub(super) fn protocol(&self) -> u8 {
        self.protocol
    }

    /// Adds the operations to a message in which `remembered` values are remembered already, and returns how many are then.
    pub(super) fn write(&self, bytes: &mut Vec<u8>, remembered: u32) -> u32 {
        if remembered == 0 {
            bytes.extend_from_slice(&self.operations);
            return self.remembered;
        }
        let mut part = Part { bytes: std::mem::take(bytes), remembered };
        part.copy(&self.operations, |place| Ok(Found::At(place + remembered)))
            .expect("operations that were read before");
        *bytes = part.bytes;
        part.remembered
    }
}

/// What is remembered at a place.
enum Found<'a> {
    /// What is remembered at that one here.
    At(u32),
    /// A text that was remembered before.
    Text(&'a [u8]),
}

/// Operations that are being copied.
struct Part {
    bytes: Vec<u8>,
    remembered: u32,
}

impl Part {
    /// Copies operations. What is remembered at a place, `found` says.
    fn copy<'a>(
        &mut self,
        operations: &[u8],
        found: impl Fn(u32) -> Result<Found<'a>, Mistake>,
    ) -> Result<(), Mistake> {
        let (mut copied, mut at) = (0, 0);
        while at < operations.len() {
            let Operation { opcode, start, end, .. } = operation(operations, at)?;
            at = end;
            self.remembered += u32::from(opcode == op::MEMOIZE);
            if !matches!(opcode, op::FRAME | op::BINPUT | op::LONG_BINPUT | op::BINGET | op::LONG_BINGET) {
                continue;
            }
            self.bytes.extend_from_slice(&operations[copied..start]);
            copied = end;
            let Some(place) = operation(operations, start)?.place() else { continue };
            match (opcode, found(place)?) {
                (op::BINPUT | op::LONG_BINPUT, Found::At(place)) => {
                    self.remembered += 1;
                    self.name([op::BINPUT, op::LONG_BINPUT], place);
                }
                (op::BINPUT | op::LONG_BINPUT, Found::Text(_)) => return Err(Mistake::Memo),
                (_, Found::At(place)) => self.name([op::BINGET, op::LONG_BINGET], place),
                (_, Found::Text(text)) => self.bytes.extend_from_slice(text),
            }
        }
        self.bytes.extend_from_slice(&operations[copied..]);
        Ok(())
    }

    /// Adds an operation that names a place.
    fn name(&mut self, [short, long]: [u8; 2], place: u32) {
        match u8::try_from(place) {
            Ok(place) => self.bytes.extend([short, place]),
            Err(_) => {
                self.bytes.push(long);
                self.bytes.extend(place.to_le_bytes());
            }
        }
    }
}
