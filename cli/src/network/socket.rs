//! One connection of a master: what is still to be sent, and whether it is to be closed after that.

use std::io::{ErrorKind, Read, Write};

use mio::net::TcpStream;

/// How much may wait to be sent to one that does not read, in bytes, before it is given up.
const UNSENT_MAX: usize = 64 << 20;

/// How much is read at once, in bytes.
pub(super) const CHUNK: usize = 64 << 10;

/// A connection.
pub(super) struct Socket {
    pub(super) stream: TcpStream,
    unsent: Vec<u8>,
    /// How many of them have been sent.
    sent: usize,
    pub(super) closes: bool,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, unsent: Vec::new(), sent: 0, closes: false }
    }

    /// Adds what is to be sent, and returns whether that is not too much.
    pub(super) fn send(&mut self, bytes: &[u8]) -> bool {
        self.unsent.extend_from_slice(bytes);
        self.unsent.len() - self.sent <= UNSENT_MAX
    }

    /// Returns whether all is sent.
    pub(super) fn is_through(&self) -> bool {
        self.sent == self.unsent.len()
    }

    /// Sends as much as can be sent now.
    pub(super) fn flush(&mut self) -> std::io::Result<()> {
        while !self.is_through() {
            match self.stream.write(&self.unsent[self.sent..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.unsent.clear();
        self.sent = 0;
        Ok(())
    }

    /// Hands what has come to `received`, until nothing more is there; `is_last` says that the other side has closed its
    /// end, which comes after. Returns whether the other side may send more.
    pub(super) fn read(&mut self, chunk: &mut [u8], is_last: bool, mut received: impl FnMut(&[u8])) -> bool {
        loop {
            match self.stream.read(chunk) {
                Ok(0) => return false,
                Ok(count) => {
                    received(&chunk[..count]);
                    // There was no more: when there is, that is an event.
                    if count < chunk.len() && !is_last {
                        return true;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
    }
}
