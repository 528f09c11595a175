//! How connections of a simulation are made: with the handshake and the first calls that CPython's clients make too,
//! but at once, so that no choices are spent on them.

use super::super::call::{Call, Reply};
use super::super::config::Effect;
use super::super::queue::{Client, Patience};
use super::super::wire::decode::{Limits, decode};
use super::super::wire::frame::{Frames, framed};
use super::super::wire::handshake::{Handshake, NONCE_BYTES, Side};
use super::super::wire::value::Value;
use super::super::worker::{Name, Worker};
use super::peer::{MESSAGE_BYTES_MAX, Peer};
use super::{KEY, LEASE, Simulation};

/// The client's side of a connection that is being made.
struct Opening {
    client: Client,
    frames: Frames,
}

impl Simulation<'_> {
    /// Returns a worker that has connected just now.
    pub(super) fn connected_peer(&mut self, worker: usize) -> Peer {
        let mut opening = self.open();
        self.call(&mut opening, "accept_connection", vec![Value::text("worker")]);
        let lease = (worker < self.setting.leasing).then_some(LEASE);
        Peer::new(Worker::new(lease, Patience::Endless), opening.client)
    }

    /// Returns what the server calls a queue.
    pub(super) fn ident_of(&mut self, name: Name) -> String {
        let mut opening = self.open();
        let Value::Tuple(parts) = self.call(&mut opening, "create", vec![Value::text(name.kind())]) else {
            panic!("the server returns the queue's name and methods")
        };
        match parts.into_iter().next() {
            Some(Value::Text(ident)) => ident,
            other => panic!("{other:?} is no name"),
        }
    }

    /// Connects to the server. Returns the connection when both sides have shown that they have the key.
    fn open(&mut self) -> Opening {
        let mut opening = Opening { client: self.next_client, frames: Frames::default() };
        self.next_client += 1;
        self.server.connected(opening.client, None, [1; NONCE_BYTES], self.now);
        let (mut handshake, _) = Handshake::begin(Side::Connecting, KEY, [2; NONCE_BYTES]);
        loop {
            let message = self.next_message(&mut opening);
            let progress = handshake.received(&message).expect("the same key");
            for answer in progress.send {
                self.server.received(opening.client, &framed(&answer), self.now);
            }
            if progress.is_done {
                return opening;
            }
        }
    }

    /// Calls a method of the server itself. Returns what it returns.
    fn call(&mut self, opening: &mut Opening, method: &str, arguments: Vec<Value>) -> Value {
        let call = Call::new(None, method, arguments);
        self.server.received(opening.client, &call.to_frame(), self.now);
        let reply = self.next_message(opening);
        match Reply::from_value(decode(&reply, &Limits::default()).expect("a value")) {
            Some(Reply::Return(value)) => value,
            other => panic!("the master answers {other:?}"),
        }
    }

    /// Returns the next message of the server on that connection. What it says on others is put on its way.
    fn next_message(&mut self, opening: &mut Opening) -> Vec<u8> {
        for effect in self.server.effects() {
            match effect {
                Effect::Send(client, bytes) if client == opening.client => {
                    opening.frames.add(&bytes, MESSAGE_BYTES_MAX).expect("short messages");
                }
                Effect::Close(_) => {}
                other => self.carry_out(other),
            }
        }
        opening.frames.next(MESSAGE_BYTES_MAX).expect("frames").expect("a message")
    }
}
