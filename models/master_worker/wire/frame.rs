//! Frames: each message has its length before it, as a signed number of four bytes, the highest first; or -1 and then
//! the length in eight bytes, if it is longer than such a number can say.

use super::buffer::Buffer;

/// How long a header is at most.
const HEADER_MAX: usize = 12;

/// Messages of up to so many bytes have a short header.
const SHORT_MAX: usize = i32::MAX as usize;

/// Why a stream cannot be cut into messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mistake {
    /// A length below zero that is not -1.
    Negative,
    /// A message longer than may be.
    TooLong,
    /// The other side goes on while it has to wait.
    TooEarly,
}

/// How long the header of most messages is.
pub(super) const HEADER: usize = 4;

/// Returns a message with its header.
pub fn framed(message: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(message.len() + HEADER);
    if let Some(header) = short_header(message.len()) {
        frame.extend(header);
    } else {
        frame.extend((-1_i32).to_be_bytes());
        frame.extend((message.len() as u64).to_be_bytes());
    }
    frame.extend_from_slice(message);
    frame
}

/// Returns the header of a message of that length, unless it needs a longer one.
pub(super) fn short_header(length: usize) -> Option<[u8; HEADER]> {
    (length <= SHORT_MAX).then(|| (length as i32).to_be_bytes())
}

/// Cuts a stream of bytes, which comes in pieces of any size, into messages.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    bytes: Buffer,
    /// How long the message is whose header has come, and not all of it.
    length: Option<usize>,
}

impl Frames {
    /// Adds what has come. More than one message of `most` bytes need not be kept for later.
    ///
    /// # Errors
    ///
    /// If there is more than that: who takes messages as they come never has more.
    pub fn add(&mut self, bytes: &[u8], most: usize) -> Result<(), Mistake> {
        if self.bytes.rest().len() + bytes.len() > 2 * (most + HEADER_MAX) {
            return Err(Mistake::TooEarly);
        }
        self.bytes.add(bytes);
        Ok(())
    }

    /// Returns the next message, if all of it is there.
    ///
    /// # Errors
    ///
    /// If its length is none, or more than `most`; then nothing after it can be found.
    pub fn next(&mut self, most: usize) -> Result<Option<Vec<u8>>, Mistake> {
        if self.length.is_none() {
            let Some((length, header)) = header(self.bytes.rest())? else { return Ok(None) };
            let length = usize::try_from(length).ok().filter(|length| *length <= most).ok_or(Mistake::TooLong)?;
            self.bytes.use_up(header);
            self.length = Some(length);
        }
        let message = self.length.and_then(|length| self.bytes.take(length));
        if message.is_some() {
            self.length = None;
        }
        Ok(message)
    }
}

/// Returns how long a message is whose header is at the beginning of these bytes, and how long that is; none if they end in it.
fn header(bytes: &[u8]) -> Result<Option<(u64, usize)>, Mistake> {
    let Some((header, rest)) = bytes.split_first_chunk() else { return Ok(None) };
    match i32::from_be_bytes(*header) {
        -1 => Ok(rest.first_chunk().map(|long| (u64::from_be_bytes(*long), HEADER_MAX))),
        short => Ok(Some((u64::try_from(short).map_err(|_| Mistake::Negative)?, HEADER))),
    }
}
