//! A connection: one of the two ends that `multiprocessing.Pipe` returns. It sends messages, each with its length
//! before it, through pipes of bytes, so that each `recv` returns what one `send` was given.

use super::{Broken, Reader, Writer, pipe};

/// Why a connection does not do what it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This end only sends, or only receives: `OSError`.
    WrongEnd,
    /// Every copy of the other end is closed, and nothing is left: `EOFError`.
    EndOfFile,
    /// Every copy of the other end is closed: `BrokenPipeError`.
    Broken,
}

/// An end. A copy of it, as a child process gets one, is an end too.
#[derive(Clone)]
pub struct Connection {
    from: Option<Reader>,
    to: Option<Writer>,
}

impl Connection {
    /// `Pipe()`: both ends send and receive, as each has a pipe of its own to the other.
    pub fn duplex() -> [Self; 2] {
        let ((here, to_here), (there, to_there)) = (pipe(), pipe());
        [Self { from: Some(here), to: Some(to_there) }, Self { from: Some(there), to: Some(to_here) }]
    }

    /// `Pipe(duplex=False)`: the first end receives, and the second one sends.
    pub fn simplex() -> [Self; 2] {
        let (reader, writer) = pipe();
        [Self { from: Some(reader), to: None }, Self { from: None, to: Some(writer) }]
    }

    /// Sends a message, with its length in one byte before it.
    pub fn send(&self, message: &[u8]) -> Result<(), Refusal> {
        let to = self.to.as_ref().ok_or(Refusal::WrongEnd)?;
        let length = u8::try_from(message.len()).expect("a short message");
        to.write(&[&[length], message].concat()).map_err(|Broken| Refusal::Broken)
    }

    /// Receives the next message, as soon as it is there.
    pub fn recv(&self) -> Result<Vec<u8>, Refusal> {
        let from = self.from.as_ref().ok_or(Refusal::WrongEnd)?;
        match from.read_exactly(1)[..] {
            [length] => Ok(from.read_exactly(length.into())),
            _ => Err(Refusal::EndOfFile),
        }
    }

    /// The twin: receives the bytes that there are, as if each were a message.
    pub fn recv_without_length(&self) -> Result<Vec<u8>, Refusal> {
        Ok(self.from.as_ref().ok_or(Refusal::WrongEnd)?.read(usize::MAX))
    }

    /// The twin: sends a message without its length.
    pub fn send_without_length(&self, message: &[u8]) -> Result<(), Refusal> {
        self.to.as_ref().ok_or(Refusal::WrongEnd)?.write(message).map_err(|Broken| Refusal::Broken)
    }

    /// Returns whether `recv` would return at once: with a message, or at the end of the file.
    pub fn poll(&self) -> Result<bool, Refusal> {
        Ok(self.from.as_ref().ok_or(Refusal::WrongEnd)?.poll())
    }
}
