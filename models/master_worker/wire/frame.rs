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

/// Returns a message with its header.
pub fn framed(message: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(message.len() + 4);
    if message.len() <= SHORT_MAX {
        frame.extend((message.len() as i32).to_be_bytes());
    } else {
        frame.extend((-1_i32).to_be_bytes());
        frame.extend((message.len() as u64).to_be_bytes());
    }
    frame.extend_from_slice(message);
    frame
}

/// Cuts a stream of bytes, which comes in pieces of any size, into messages.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    bytes: Buffer,
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
        let rest = self.bytes.rest();
        let Some((header, rest)) = rest.split_first_chunk() else { return Ok(None) };
        let (length, rest, header) = match i32::from_be_bytes(*header) {
            -1 => {
                let Some((long, rest)) = rest.split_first_chunk() else { return Ok(None) };
                (u64::from_be_bytes(*long), rest, 12)
            }
            short => (u64::try_from(short).map_err(|_| Mistake::Negative)?, rest, 4),
        };
        let length = usize::try_from(length).ok().filter(|length| *length <= most).ok_or(Mistake::TooLong)?;
        let Some(message) = rest.get(..length) else { return Ok(None) };
        let message = message.to_vec();
        self.bytes.use_up(header + length);
        Ok(Some(message))
    }
}
