//! One connection of a master: what is still to be sent, and whether it is to be closed after that.

use std::io::{ErrorKind, Read, Write};
use std::net::IpAddr;

use mio::net::TcpStream;
use selvedge_models::master_worker::admission::Origin;
use selvedge_models::master_worker::wire::buffer::Buffer;

use super::tcp::alive;

/// When so much waits to be sent, in bytes, no more is read: who does not take its answers asks for no others.
const BACKLOG_MAX: usize = 1 << 20;

/// How much is read at once, in bytes.
pub(super) const CHUNK: usize = 64 << 10;

/// How many of the first reads are acknowledged at once. CPython's client ends its handshake with one small message and asks
/// with the next, which the system sends only when the first is acknowledged: 40 ms later, if that waits for an answer.
const PROMPT_READS_MAX: u32 = 8;

/// What has come of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// There may be more.
    GoesOn,
    /// When there is more, that is an event.
    Waits,
    /// There is no more.
    Ended,
}

/// A connection.
pub(super) struct Socket {
    pub(super) stream: TcpStream,
    unsent: Buffer,
    pub(super) closes: bool,
    prompt_reads: u32,
    /// Whether there may be something to read, and whether the other side has closed its end.
    pub(super) is_readable: bool,
    pub(super) is_last: bool,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        // Without it the last piece of an answer waits for the other side to acknowledge the one before.
        let _ = stream.set_nodelay(true);
        let _ = alive::look_after((&stream).into());
        Self { stream, unsent: Buffer::default(), closes: false, prompt_reads: 0, is_readable: false, is_last: false }
    }

    /// Returns who is on the other side, if it is still known.
    pub(super) fn address(&self) -> Option<String> {
        self.stream.peer_addr().ok().map(|address| address.to_string())
    }

    /// Adds what is to be sent.
    pub(super) fn send(&mut self, bytes: Vec<u8>) {
        self.unsent.append(bytes);
    }

    /// Returns whether all is sent.
    pub(super) fn is_through(&self) -> bool {
        self.unsent.rest().is_empty()
    }

    /// Sends as much as can be sent now.
    pub(super) fn flush(&mut self) -> std::io::Result<()> {
        while !self.is_through() {
            match self.stream.write(self.unsent.rest()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => self.unsent.use_up(count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
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

    /// Returns whether so much waits to be sent that nothing is to be read.
    pub(super) fn is_behind(&self) -> bool {
        self.unsent.rest().len() > BACKLOG_MAX
    }

    /// Hands what has come to `received`, but not more than fits into `chunk`: others want to be heard too. Of one whose other
    /// side has closed its end everything is read in the end.
    pub(super) fn read(&mut self, chunk: &mut [u8], received: impl FnOnce(&[u8])) -> Reading {
        loop {
            return match self.stream.read(chunk) {
                Ok(0) => Reading::Ended,
                Ok(count) => {
                    self.acknowledge();
                    received(&chunk[..count]);
                    // If there was no more, it is an event when there is; on Windows only after that has been seen.
                    if count == chunk.len() || self.is_last || cfg!(windows) { Reading::GoesOn } else { Reading::Waits }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => Reading::Waits,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => Reading::Ended,
            };
        }
    }
}

/// Returns the address of a machine as a number: one of version 4 as the one of version 6 that stands for it.
pub(super) fn origin_of(address: IpAddr) -> Origin {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}
