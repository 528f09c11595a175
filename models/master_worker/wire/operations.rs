//! The operations of a pickle, one after the other, without doing them.

use super::decode::Mistake;
use super::opcode as op;

/// An operation, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation<'a> {
    pub(super) opcode: u8,
    /// What comes after the opcode: a number, or bytes after their length.
    pub(super) argument: &'a [u8],
    /// The place of its opcode, and of what comes after it.
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Operation<'_> {
    /// Returns the place in the memo that it names, if it does.
    pub(super) fn place(&self) -> Option<u32> {
        match (self.opcode, self.argument) {
            (op::BINPUT | op::BINGET, &[place]) => Some(place.into()),
            (op::LONG_BINPUT | op::LONG_BINGET, &[a, b, c, d]) => Some(u32::from_le_bytes([a, b, c, d])),
            _ => None,
        }
    }
}

/// Returns the operation at `start`.
///
/// # Errors
///
/// If it is none that Python writes in protocols 3 to 5, or the bytes end within it.
pub(super) fn operation(bytes: &[u8], start: usize) -> Result<Operation<'_>, Mistake> {
    let opcode = *bytes.get(start).ok_or(Mistake::Truncated)?;
    let after = start + 1;
    let length = match opcode {
        op::PROTO | op::BININT1 | op::BINPUT | op::BINGET | op::EXT1 => 1,
        op::BININT2 | op::EXT2 => 2,
        op::BININT | op::LONG_BINPUT | op::LONG_BINGET | op::EXT4 => 4,
        op::BINFLOAT | op::FRAME => 8,
        op::LONG1 | op::SHORT_BINUNICODE | op::SHORT_BINBYTES => sized(bytes, after, 1)?,
        op::LONG4 | op::BINUNICODE | op::BINBYTES => sized(bytes, after, 4)?,
        op::BINUNICODE8 | op::BINBYTES8 | op::BYTEARRAY8 => sized(bytes, after, 8)?,
        op::GLOBAL => lines(bytes, after)?,
        op::MARK | op::STOP | op::NONE | op::NEWTRUE | op::NEWFALSE => 0,
        op::EMPTY_LIST | op::EMPTY_TUPLE | op::EMPTY_DICT | op::EMPTY_SET => 0,
        op::APPEND | op::APPENDS | op::SETITEM | op::SETITEMS | op::ADDITEMS => 0,
        op::TUPLE1 | op::TUPLE2 | op::TUPLE3 | op::TUPLE | op::FROZENSET => 0,
        op::STACK_GLOBAL | op::REDUCE | op::NEWOBJ | op::NEWOBJ_EX | op::BUILD => 0,
        op::MEMOIZE | op::POP | op::POP_MARK => 0,
        _ => return Err(Mistake::Operation),
    };
    let end = after.checked_add(length).filter(|&end| end <= bytes.len()).ok_or(Mistake::Truncated)?;
    Ok(Operation { opcode, argument: &bytes[after..end], start, end })
}

/// Returns how long a length of so many bytes and what it counts are together.
fn sized(bytes: &[u8], start: usize, width: usize) -> Result<usize, Mistake> {
    let mut length = [0; 8];
    length[..width].copy_from_slice(bytes.get(start..start + width).ok_or(Mistake::Truncated)?);
    usize::try_from(u64::from_le_bytes(length))
        .ok()
        .and_then(|length| length.checked_add(width))
        .ok_or(Mistake::Truncated)
}

/// Returns how long two lines are.
fn lines(bytes: &[u8], start: usize) -> Result<usize, Mistake> {
    let mut ends = bytes[start..].iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place + 1);
    ends.nth(1).ok_or(Mistake::Truncated)
}
