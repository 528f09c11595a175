//! A worker of a simulation and its connection: what is on its way to the master, and what is on its way back.

use std::collections::VecDeque;

use super::super::call::{Call, Reply};
use super::super::queue::{Answer, Client, Request};
use super::super::wire::decode::{Limits, decode};
use super::super::wire::frame::Frames;
use super::super::wire::value::Value;
use super::super::worker::{Next, Worker};
use super::result;

/// The longest message, in bytes.
pub(super) const MESSAGE_BYTES_MAX: usize = 1 << 16;

/// A worker and its connection.
pub(super) struct Peer {
    worker: Worker,
    pub(super) client: Client,
    /// What the worker waits for the answer of.
    asked: Option<Request>,
    to_master: VecDeque<Vec<u8>>,
    to_worker: VecDeque<Vec<u8>>,
    /// The replies that the master owes, in order: whether each of them reaches the worker.
    owed_replies: VecDeque<bool>,
}

impl Peer {
    /// Returns a worker that has just connected.
    pub(super) fn new(worker: Worker, client: Client) -> Self {
        Self {
            worker,
            client,
            asked: None,
            to_master: VecDeque::new(),
            to_worker: VecDeque::new(),
            owed_replies: VecDeque::new(),
        }
    }

    pub(super) fn has_message_to_master(&self) -> bool {
        !self.to_master.is_empty()
    }

    pub(super) fn has_message_to_worker(&self) -> bool {
        !self.to_worker.is_empty()
    }

    pub(super) fn take_message_to_master(&mut self) -> Vec<u8> {
        self.to_master.pop_front().expect("the event is that a message arrives")
    }

    /// The master has received a message, and owes a reply, which reaches the worker or is lost.
    pub(super) fn expect_reply(&mut self, reaches_worker: bool) {
        self.owed_replies.push_back(reaches_worker);
    }

    /// The master says something: the reply that it has owed for longest.
    pub(super) fn add_reply(&mut self, bytes: Vec<u8>) {
        if self.owed_replies.pop_front().expect("who is answered has asked") {
            self.to_worker.push_back(bytes);
        }
    }

    /// The next reply arrives at the worker.
    pub(super) fn receive_reply(&mut self) {
        let mut frames = Frames::default();
        let bytes = self.to_worker.pop_front().expect("the event is that a message arrives");
        frames.add(&bytes, MESSAGE_BYTES_MAX).expect("short messages");
        let message = frames.next(MESSAGE_BYTES_MAX).expect("frames").expect("a message");
        let reply = Reply::from_value(decode(&message, &Limits::default()).expect("a value")).expect("a reply");
        let asked = self.asked.take().expect("who is answered has asked");
        self.worker.answered(Answer::of(&asked, reply).expect("an answer of a queue"));
    }

    /// The worker goes on until it asks one of the queues for something.
    pub(super) fn run_until_it_asks(&mut self, queue_idents: &[String; 2]) {
        loop {
            match self.worker.next() {
                Next::Work(Value::Int(task)) => self.worker.worked(result(task)),
                Next::Ask(name, request, patience) => {
                    let call = Call::asking(&queue_idents[name as usize], &request, patience);
                    self.to_master.push_back(call.to_frame());
                    self.asked = Some(request);
                    return;
                }
                other => panic!("a worker that waits for ever has nothing to do but {other:?}"),
            }
        }
    }
}
