//! A client of a master over TCP: what CPython's proxies do.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use selvedge_models::master_worker::call::Call;
use selvedge_models::master_worker::wire::decode::{Limits, decode};
use selvedge_models::master_worker::wire::encode::encode;
use selvedge_models::master_worker::wire::frame::{Frames, framed};
use selvedge_models::master_worker::wire::handshake::{Handshake, MESSAGE_BYTES_MAX, Side};
use selvedge_models::master_worker::wire::value::{Class, Value};

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// The connection is gone.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Master and client do not have the same key.
    #[error("the master refuses the key, or does not have it")]
    Key,
    /// The other side says something that is not of the protocol.
    #[error("the other side does not speak this protocol")]
    Protocol,
    /// The method raises an exception of that class.
    #[error("the master answers with {0}")]
    Raised(Class),
    /// The master cannot do it, for a reason that it says.
    #[error("the master refuses: {0}")]
    Refused(String),
}

/// A connection on which both sides have shown that they have the key.
pub(crate) struct Connection {
    stream: TcpStream,
    frames: Frames,
    limits: Limits,
}

impl Connection {
    fn open(address: SocketAddr, key: &[u8]) -> Result<Self, ClientError> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let mut connection = Self { stream, frames: Frames::default(), limits: Limits::default() };
        let mut nonce = [0; 40];
        getrandom::fill(&mut nonce).map_err(io::Error::other)?;
        let (mut handshake, _) = Handshake::begin(Side::Connecting, key, nonce);
        loop {
            let message = connection.receive(MESSAGE_BYTES_MAX).map_err(|error| match error {
                ClientError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => ClientError::Key,
                other => other,
            })?;
            match handshake.received(&message) {
                Ok(progress) => {
                    for message in &progress.send {
                        connection.stream.write_all(&framed(message))?;
                    }
                    if progress.is_done {
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
            let count = self.stream.read(&mut chunk)?;
            if count == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            self.frames.add(&chunk[..count], most.max(count)).map_err(|_| ClientError::Protocol)?;
        }
    }

    /// Calls a method of an object, or of the master itself, and returns its result.
    pub(crate) fn call(
        &mut self,
        ident: Option<&str>,
        method: &str,
        arguments: Vec<Value>,
    ) -> Result<Value, ClientError> {
        let call = Call { ident: ident.map(str::to_owned), method: method.to_owned(), arguments, named: Vec::new() };
        self.stream.write_all(&framed(&encode(&call.to_value())))?;
        let reply = self.receive(self.limits.bytes)?;
        let reply = decode(&reply, &self.limits).map_err(|_| ClientError::Protocol)?;
        let Value::Tuple(parts) = reply else { return Err(ClientError::Protocol) };
        let Ok([Value::Text(kind), value]) = <[Value; 2]>::try_from(parts) else { return Err(ClientError::Protocol) };
        match (kind.as_str(), value) {
            ("#RETURN", value) => Ok(value),
            ("#ERROR", Value::Instance(class, _)) => Err(ClientError::Raised(class)),
            ("#TRACEBACK" | "#UNSERIALIZABLE", Value::Text(reason)) => Err(ClientError::Refused(reason)),
            _ => Err(ClientError::Protocol),
        }
    }
}

/// Returns whether the other side has closed the connection.
fn is_end(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
}

/// A queue that a master keeps, and the connection on which it is asked.
pub(crate) struct RemoteQueue {
    connection: Connection,
    ident: String,
}

impl RemoteQueue {
    /// Asks a master for the queue of that kind.
    pub(crate) fn open(address: SocketAddr, key: &[u8], kind: &str) -> Result<Self, ClientError> {
        // For the master itself each call has a connection of its own.
        let created = Connection::open(address, key)?.call(None, "create", vec![Value::text(kind)])?;
        let ident = match created {
            Value::Tuple(parts) => match parts.into_iter().next() {
                Some(Value::Text(ident)) => ident,
                _ => return Err(ClientError::Protocol),
            },
            _ => return Err(ClientError::Protocol),
        };
        let mut connection = Connection::open(address, key)?;
        connection.call(None, "accept_connection", vec![Value::text("selvedge worker")])?;
        Ok(Self { connection, ident })
    }

    /// Takes an item, when there is one; none if there is none within so many seconds, or the master has ended.
    pub(crate) fn get(&mut self, seconds: f64) -> Result<Option<Value>, ClientError> {
        let arguments = vec![Value::Bool(true), Value::Float(seconds)];
        match self.connection.call(Some(&self.ident), "get", arguments) {
            Ok(item) => Ok(Some(item)),
            Err(ClientError::Raised(Class::Empty)) => Ok(None),
            Err(ClientError::Io(error)) if is_end(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds an item.
    pub(crate) fn put(&mut self, item: Value) -> Result<(), ClientError> {
        self.connection.call(Some(&self.ident), "put", vec![item]).map(drop)
    }
}
