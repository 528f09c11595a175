//! One connection of a master: what is still to be sent, and whether it is to be closed after that.

use std::io::{ErrorKind, Read, Write};

use mio::net::TcpStream;

/// How much may wait to be sent to one that does not read, in bytes, before it is given up.
const UNSENT_MAX: usize = 64 << 20;

/// How much is read at once, in bytes.
pub(super) const CHUNK: usize = 64 << 10;

/// How many of the first reads are acknowledged at once. CPython's client ends its handshake with one small message and asks
/// with the next, which the system sends only when the first is acknowledged: 40 ms later, if that waits for an answer.
const PROMPT_READS_MAX: u32 = 8;

/// A connection.
pub(super) struct Socket {
    pub(super) stream: TcpStream,
    unsent: Vec<u8>,
    /// How many of them have been sent.
    sent: usize,
    pub(super) closes: bool,
    prompt_reads: u32,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, unsent: Vec::new(), sent: 0, closes: false, prompt_reads: 0 }
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

    /// Has the system acknowledge what has come, as long as the connection is young.
    fn acknowledge(&mut self) {
        if self.prompt_reads < PROMPT_READS_MAX {
            self.prompt_reads += 1;
            #[cfg(target_os = "linux")]
            let _ = socket2::SockRef::from(&self.stream).set_tcp_quickack(true);
        }
    }

    /// Hands what has come to `received`, until nothing more is there; `is_last` says that the other side has closed its
    /// end, which comes after. Returns whether the other side may send more.
    pub(super) fn read(&mut self, chunk: &mut [u8], is_last: bool, mut received: impl FnMut(&[u8])) -> bool {
        loop {
            match self.stream.read(chunk) {
                Ok(0) => return false,
                Ok(count) => {
                    self.acknowledge();
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
