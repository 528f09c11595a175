//! What a master admits, what is to be done for it, and why it refuses somebody.

use std::time::Duration;

use super::call::Mistake;
pub use super::objects::Reclaimed;
use super::queue::Client;

/// What a master admits.
#[derive(Clone)]
pub struct Config {
    /// The key that both sides have.
    pub key: Vec<u8>,
    /// How many connections there may be at a time.
    pub connections_max: usize,
    /// How many connections there may be from one address that have not shown the key.
    pub strangers_max: usize,
    /// How many queues clients of one address may make.
    pub objects_max: usize,
    /// How long a message may be, in bytes.
    pub message_bytes_max: usize,
    /// How many bytes the items of all queues may take together.
    pub memory_bytes_max: usize,
    /// How long a handshake may take.
    pub handshake_time: Duration,
    /// How long a connection may say nothing, unless it waits for an answer.
    pub idle_time: Duration,
    /// A number that no other run of a master has: objects are known by it, and those of another run are refused.
    pub run: u128,
    /// A number that no other process of a master has, also where a state has it begin where another one was. Queues of clients, and
    /// those that it serves beside the usual ones, are known by it.
    pub process: u128,
    /// Whether items have to be data that can be looked into. Else they are passed on as they came, whatever they are: who takes one
    /// unpickles what somebody else has put who has the key.
    pub takes_plain_data_only: bool,
    /// Whether whoever has the key may end the master.
    pub allows_shutdown: bool,
}

impl Config {
    /// Returns what is usual: 1,000 connections, messages of 16 MiB, items of 1 GiB together, 10 seconds for a handshake,
    /// and any time of silence.
    pub fn new(key: Vec<u8>) -> Self {
        Self {
            key,
            connections_max: 1_000,
            strangers_max: 250,
            objects_max: 1_000,
            message_bytes_max: 16 << 20,
            memory_bytes_max: 1 << 30,
            handshake_time: Duration::from_secs(10),
            idle_time: super::call::LONGEST,
            run: 0,
            process: 0,
            takes_plain_data_only: false,
            allows_shutdown: true,
        }
    }
}

impl std::fmt::Debug for Config {
    /// Shows everything but the key.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            key: _,
            connections_max,
            strangers_max,
            objects_max,
            message_bytes_max,
            memory_bytes_max,
            handshake_time,
            idle_time,
            run,
            process,
            takes_plain_data_only,
            allows_shutdown,
        } = self;
        formatter
            .debug_struct("Config")
            .field("connections_max", connections_max)
            .field("strangers_max", strangers_max)
            .field("objects_max", objects_max)
            .field("message_bytes_max", message_bytes_max)
            .field("memory_bytes_max", memory_bytes_max)
            .field("handshake_time", handshake_time)
            .field("idle_time", idle_time)
            .field("run", run)
            .field("process", process)
            .field("takes_plain_data_only", takes_plain_data_only)
            .field("allows_shutdown", allows_shutdown)
            .finish_non_exhaustive()
    }
}

/// What is to be done for a master.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// These bytes are to be sent.
    Send(Client, Vec<u8>),
    /// This connection is to be closed, when all is sent.
    Close(Client),
    /// Somebody was refused; why, for the log.
    Refused(Client, Refusal),
    /// A queue that a client had made was forgotten, because no connection used it and others needed its place; for the log.
    Reclaimed(Reclaimed),
    /// The master is to end, when all is sent.
    Shutdown,
}

/// Why a connection was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// There are as many connections as may be.
    TooMany,
    /// There are as many from its address as may be that have not shown the key.
    TooManyOfAddress,
    /// It did not show that it has the key.
    Key,
    /// It did not do so in time.
    HandshakeTime,
    /// It said nothing for too long.
    Idle,
    /// Its bytes are no messages.
    Frame(super::wire::frame::Mistake),
    /// A message of it is no value.
    Value(super::wire::decode::Mistake),
    /// A message of it is no call, or one that cannot be done.
    Call(Mistake),
}

impl std::fmt::Display for Refusal {
    /// Says why, in words for a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooMany => formatter.write_str("there are too many connections"),
            Self::TooManyOfAddress => formatter.write_str("too many of its address have not shown the key"),
            Self::Key => formatter.write_str("it does not have the key"),
            Self::HandshakeTime => formatter.write_str("it took too long to show that it has the key"),
            Self::Idle => formatter.write_str("it said nothing for too long"),
            Self::Frame(mistake) => write!(formatter, "its bytes are no messages: {mistake:?}"),
            Self::Value(mistake) => write!(formatter, "its message is no plain data: {mistake:?}"),
            Self::Call(mistake) => write!(formatter, "its call cannot be done: {mistake:?}"),
        }
    }
}
