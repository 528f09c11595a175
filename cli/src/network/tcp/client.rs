//! A client of a master over TCP: what CPython's proxies do.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use selvedge_models::master_worker::call::{Call, Reply};
use selvedge_models::master_worker::queue::{Answer, Patience, Request};
use selvedge_models::master_worker::wire::decode::Limits;
use selvedge_models::master_worker::wire::frame::{Frames, framed};
use selvedge_models::master_worker::wire::handshake::{Handshake, MESSAGE_BYTES_MAX, NONCE_BYTES, Side};
use selvedge_models::master_worker::wire::passing::decode_reply;
use selvedge_models::master_worker::wire::value::{Class, Value};
use selvedge_models::master_worker::worker::Name;

use super::alive;
use super::attention::Attention;

/// How long the other side may take for each step until both have shown the key.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// The connection is gone.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Master and client do not have the same key.
    #[error("the master refuses the key, or does not have it")]
    Key,
    /// The master has ended the connection before it was open.
    #[error("the master closed the connection before it was open: it has as many as it takes, or it ends")]
    Closed,
    /// The other side says something that is not of the protocol.
    #[error("the other side does not speak this protocol")]
    Protocol,
    /// The method raises an exception of that class.
    #[error("the master answers with {0}")]
    Raised(Class),
    /// The master cannot do it. What it says of the reason is not repeated.
    #[error("the master refuses to do it")]
    Refused,
    /// The program that does the tasks cannot be run.
    #[error("{program}: {error}")]
    Program { program: String, error: io::Error },
}

/// A connection on which both sides have shown that they have the key.
pub(crate) struct Connection {
    stream: TcpStream,
    frames: Frames,
    limits: Limits,
    /// For the answers.
    attention: Attention,
}

impl Connection {
    fn open(address: SocketAddr, key: &[u8], message_bytes_max: usize) -> Result<Self, ClientError> {
        let stream = TcpStream::connect_timeout(&address, HANDSHAKE_TIME)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(HANDSHAKE_TIME))?;
        alive::look_after((&stream).into())?;
        let limits = Limits { bytes: message_bytes_max, ..Limits::default() };
        let mut connection = Self { stream, frames: Frames::default(), limits, attention: Attention::new() };
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(io::Error::other)?;
        let (mut handshake, _) = Handshake::begin(Side::Connecting, key, nonce);
        loop {
            let message = connection.receive(MESSAGE_BYTES_MAX).map_err(|error| match error {
                ClientError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => ClientError::Closed,
                other => other,
            })?;
            match handshake.received(&message) {
                Ok(progress) => {
                    for message in &progress.send {
                        connection.stream.write_all(&framed(message))?;
                    }
                    if progress.is_done {
                        connection.stream.set_read_timeout(None)?;
                        return Ok(connection);
                    }
                }
                Err((last_words, _)) => {
                    for message in &last_words {
                        let _ = connection.stream.write_all(&framed(message));
                    }
                    return Err(ClientError::Key);
                }
            }
        }
    }

    fn receive(&mut self, most: usize) -> Result<Vec<u8>, ClientError> {
        let mut chunk = [0; 16 << 10];
        loop {
            if let Some(message) = self.frames.next(most).map_err(|_| ClientError::Protocol)? {
                return Ok(message);
            }
            let count = self.read(&mut chunk)?;
            if count == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            self.frames.add(&chunk[..count], most.max(count)).map_err(|_| ClientError::Protocol)?;
        }
    }

    /// Reads what has come, or waits until something has.
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        if self.attention.looks_on() {
            self.stream.set_nonblocking(true)?;
            let found = loop {
                match self.stream.read(chunk) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock && self.attention.looks_on() => {}
                    result => break result,
                }
            };
            self.stream.set_nonblocking(false)?;
            match found {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
        }
        loop {
            match self.stream.read(chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    fn call(&mut self, call: Call) -> Result<Reply, ClientError> {
        self.stream.write_all(&call.into_frame())?;
        self.attention.begin();
        let reply = self.receive(self.limits.bytes)?;
        self.attention.end();
        let reply = decode_reply(&reply, &self.limits).map_err(|_| ClientError::Protocol)?;
        Reply::from_value(reply).ok_or(ClientError::Protocol)
    }

    /// Calls a method of the master itself, and returns its result.
    fn call_master(&mut self, method: &str, argument: &str) -> Result<Value, ClientError> {
        match self.call(Call::new(None, method, vec![Value::text(argument)]))? {
            Reply::Return(value) => Ok(value),
            refused => Err(refusal(&refused)),
        }
    }
}

/// Returns what a reply is that is not the answer that was asked for.
fn refusal(reply: &Reply) -> ClientError {
    match reply {
        Reply::Return(_) => ClientError::Protocol,
        Reply::Error(Value::Instance(class, _)) => ClientError::Raised(*class),
        Reply::Error(_) | Reply::Traceback(_) => ClientError::Refused,
    }
}

/// The two queues of a master, and the connection on which they are asked.
pub(crate) struct RemoteQueues {
    connection: Connection,
    /// By the names that the master has given them, in the order of [`Name::ALL`].
    idents: [String; 2],
    /// Whether tasks can be leased, and results say of which task they are.
    pub(crate) has_leases: bool,
    /// Whether a lease can be extended.
    pub(crate) can_extend: bool,
}

impl RemoteQueues {
    /// Asks a master for its queues.
    pub(crate) fn open(address: SocketAddr, key: &[u8], message_bytes_max: usize) -> Result<Self, ClientError> {
        let (mut has_leases, mut can_extend) = (true, true);
        let mut idents = [String::new(), String::new()];
        for name in Name::ALL {
            // For the master itself each call has a connection of its own.
            let created = Connection::open(address, key, message_bytes_max)?.call_master("create", name.kind())?;
            let Value::Tuple(parts) = created else { return Err(ClientError::Protocol) };
            let Ok([Value::Text(ident), methods]) = <[Value; 2]>::try_from(parts) else {
                return Err(ClientError::Protocol);
            };
            let (Value::Tuple(methods) | Value::List(methods)) = methods else { return Err(ClientError::Protocol) };
            has_leases &= ["lease", "acknowledge", "put_once"].map(Value::text).iter().all(|one| methods.contains(one));
            can_extend &= methods.contains(&Value::text("extend"));
            idents[name as usize] = ident;
        }
        let mut connection = Connection::open(address, key, message_bytes_max)?;
        connection.call_master("accept_connection", "selvedge worker")?;
        Ok(Self { connection, idents, has_leases, can_extend })
    }

    /// Returns what tells the run of the master from others.
    pub(crate) fn run(&self) -> &str {
        self.idents[0].split('-').next().unwrap_or_default()
    }

    /// Returns what ends the connection, and with it what this side waits for.
    pub(crate) fn ender(&self) -> io::Result<TcpStream> {
        self.connection.stream.try_clone()
    }

    /// Asks one of the queues, and returns its answer.
    pub(crate) fn ask(&mut self, name: Name, request: &Request, patience: Patience) -> Result<Answer, ClientError> {
        let reply = self.connection.call(Call::asking(&self.idents[name as usize], request, patience))?;
        let refused = refusal(&reply);
        Answer::of(request, reply).ok_or(refused)
    }
}

impl ClientError {
    /// Returns whether the connection has ended: the other side has closed it, or is not reached any more.
    pub(crate) fn is_end(&self) -> bool {
        use io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionReset, HostUnreachable, NetworkUnreachable, TimedOut,
            UnexpectedEof,
        };
        let Self::Io(error) = self else { return false };
        let is_closed = matches!(error.kind(), UnexpectedEof | ConnectionReset | BrokenPipe | ConnectionAborted);
        is_closed || matches!(error.kind(), TimedOut | HostUnreachable | NetworkUnreachable)
    }
}
