//! A master and its workers on a network that is memory, in one thread: the whole of them, with the bytes that they send.
//! Which message arrives next, and what goes wrong, is chosen from outside: by the explorer, which tries everything, or by
//! random bytes.
//!
//! What goes wrong: a connection is lost, and the master notices or does not; a message comes twice; so much time passes that
//! a lease is over; the master starts again with the tasks that have no result yet. A worker that loses its connection
//! forgets what it was doing, and connects again: as if it had died, and another one had come. What was on its way then is
//! lost. To connect takes no time, and who waits waits for ever.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use super::call::{Call, LONGEST, Reply};
use super::config::{Config, Effect};
use super::queue::{Answer, Client, Patience, Queue, Request};
use super::server::Server;
use super::wire::decode::{Limits, decode};
use super::wire::frame::{Frames, framed};
use super::wire::handshake::{Handshake, NONCE_BYTES, Side};
use super::wire::value::Value;
use super::worker::{Name, Next, Worker};

const KEY: &[u8] = b"abc";

/// How long a lease lasts.
const LEASE: Duration = Duration::from_secs(1);

/// What a simulation is of.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// How many workers there are.
    pub workers: usize,
    /// How many tasks there are.
    pub tasks: usize,
    /// How many things go wrong at most.
    pub faults: usize,
    /// How many of the workers take tasks on a lease, and say of which task a result is.
    pub leasing: usize,
}

/// What can happen next.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// The next message of that worker arrives at the master.
    Asked(usize),
    /// The next message to that worker arrives.
    Answered(usize),
    /// The next message of that worker arrives, and then once more. What the second one is answered is lost.
    AskedTwice(usize),
    /// The connection of that worker is lost, and the master sees it.
    Lost(usize),
    /// The connection of that worker is lost, and the master does not see it.
    Vanished(usize),
    /// The first lease is over, though its worker goes on.
    Late,
    /// The master starts again.
    Restarted,
}

/// A worker and its connection.
struct Peer {
    worker: Worker,
    client: Client,
    /// What it is waiting for the answer of.
    asked: Option<Request>,
    to_master: VecDeque<Vec<u8>>,
    to_worker: VecDeque<Vec<u8>>,
    /// Of each message that the master still has to answer, whether the answer is wanted.
    wanted: VecDeque<bool>,
}

/// A master, its workers, and what is on its way between them.
pub struct Simulation<'a> {
    setting: Setting,
    choose: &'a mut dyn FnMut(usize) -> usize,
    server: Server,
    peers: Vec<Peer>,
    next_client: Client,
    /// The names of the queues, in the order of [`Name::ALL`].
    queues: [String; 2],
    now: Duration,
    faults_left: usize,
    /// The results that the application has been handed, as they came.
    handed_over: Vec<Value>,
}

/// Returns the result of a task.
pub fn result(task: i64) -> Value {
    Value::Tuple(vec![Value::Int(task), Value::Int(task * task)])
}

impl<'a> Simulation<'a> {
    /// Returns a simulation before its first step. `choose(n)` is to return a number below `n`.
    pub fn new(setting: Setting, choose: &'a mut dyn FnMut(usize) -> usize) -> Self {
        let mut simulation = Self {
            setting,
            choose,
            server: Server::new(Config::new(KEY.to_vec()), Vec::new()),
            peers: Vec::new(),
            next_client: 1,
            queues: [String::new(), String::new()],
            now: Duration::ZERO,
            faults_left: setting.faults,
            handed_over: Vec::new(),
        };
        simulation.start();
        simulation
    }

    /// Runs it until nothing happens any more. Returns the results that the application has been handed, as they came.
    pub fn run(mut self) -> Vec<Value> {
        while let Some(event) = self.next_event() {
            // What was put just before the master starts again is lost with it.
            if !matches!(event, Event::Restarted) {
                self.hand_over();
            }
            self.happens(event);
            self.look_at_everything();
        }
        self.hand_over();
        self.handed_over
    }

    /// Starts the master with the tasks that have no result, and connects all workers.
    fn start(&mut self) {
        let mut tasks = Queue::new(0);
        for task in 1..=self.setting.tasks as i64 {
            if !self.handed_over.contains(&result(task)) {
                tasks.add(Value::Int(task));
            }
        }
        // Nobody is sent away for silence here.
        let config = Config { idle_time: LONGEST, handshake_time: LONGEST, ..Config::new(KEY.to_vec()) };
        let queues = [tasks, Queue::new(0)].into_iter().zip(Name::ALL);
        self.server = Server::new(config, queues.map(|(queue, name)| (name.kind().to_owned(), queue)).collect());
        let kinds = Name::ALL.map(|name| vec![Value::text(name.kind())]);
        self.queues = kinds.map(|kind| {
            let (client, mut frames) = self.session();
            let Value::Tuple(parts) = self.called(client, &mut frames, "create", kind) else { panic!("a queue") };
            let Some(Value::Text(ident)) = parts.into_iter().next() else { panic!("its name") };
            ident
        });
        self.peers = (0..self.setting.workers).map(|at| self.connected(at)).collect();
        (0..self.peers.len()).for_each(|peer| self.go_on(peer));
    }

    /// Returns a worker that has connected just now.
    fn connected(&mut self, at: usize) -> Peer {
        let (client, mut frames) = self.session();
        self.called(client, &mut frames, "accept_connection", vec![Value::text("worker")]);
        Peer {
            worker: Worker::new((at < self.setting.leasing).then_some(LEASE), Patience::Endless),
            client,
            asked: None,
            to_master: VecDeque::new(),
            to_worker: VecDeque::new(),
            wanted: VecDeque::new(),
        }
    }

    /// Returns a connection on which both sides have shown that they have the key.
    fn session(&mut self) -> (Client, Frames) {
        let (client, mut frames) = (self.next_client, Frames::default());
        self.next_client += 1;
        self.server.connected(client, [1; NONCE_BYTES], self.now);
        let (mut handshake, _) = Handshake::begin(Side::Connecting, KEY, [2; NONCE_BYTES]);
        loop {
            let message = self.heard(client, &mut frames);
            let progress = handshake.received(&message).expect("the same key");
            progress.send.iter().for_each(|message| self.server.received(client, &framed(message), self.now));
            if progress.is_done {
                return (client, frames);
            }
        }
    }

    /// Calls a method of the master itself, at once.
    fn called(&mut self, client: Client, frames: &mut Frames, method: &str, arguments: Vec<Value>) -> Value {
        let call = Call::new(None, method, arguments);
        self.server.received(client, &call.to_frame(), self.now);
        let reply = self.heard(client, frames);
        match Reply::from_value(decode(&reply, &Limits::default()).expect("a value")) {
            Some(Reply::Return(value)) => value,
            other => panic!("the master answers {other:?}"),
        }
    }

    /// Returns the next message to a connection that nobody else uses at the moment.
    fn heard(&mut self, client: Client, frames: &mut Frames) -> Vec<u8> {
        for effect in self.server.effects() {
            match effect {
                Effect::Send(to, bytes) if to == client => frames.add(&bytes, 1 << 16).expect("short messages"),
                Effect::Close(_) => {}
                other => self.deliver(other),
            }
        }
        frames.next(1 << 16).expect("frames").expect("a message")
    }

    /// Puts on its way what the master says.
    fn deliver(&mut self, effect: Effect) {
        match effect {
            Effect::Send(client, bytes) => {
                // One whose connection was lost does not hear it.
                let Some(peer) = self.peers.iter_mut().find(|peer| peer.client == client) else { return };
                if peer.wanted.pop_front().expect("who is answered has asked") {
                    peer.to_worker.push_back(bytes);
                }
            }
            other => panic!("nobody is refused here: {other:?}"),
        }
    }

    /// Chooses what happens next; none if nothing does.
    fn next_event(&mut self) -> Option<Event> {
        loop {
            let mut events = Vec::new();
            for (at, peer) in self.peers.iter().enumerate() {
                events.extend((!peer.to_master.is_empty()).then_some(Event::Asked(at)));
                events.extend((!peer.to_worker.is_empty()).then_some(Event::Answered(at)));
            }
            if events.is_empty() {
                // Then time passes, until something comes of it.
                self.now = self.server.next_deadline().filter(|deadline| *deadline < LONGEST)?;
                self.server.tick(self.now);
                let next = self.server.next_deadline();
                assert!(next.is_none_or(|next| next > self.now), "the master has not done what it had to by now");
                self.do_effects();
                self.look_at_everything();
                continue;
            }
            if self.faults_left > 0 {
                for (at, peer) in self.peers.iter().enumerate() {
                    events.extend((!peer.to_master.is_empty()).then_some(Event::AskedTwice(at)));
                    events.extend([Event::Lost(at), Event::Vanished(at)]);
                }
                events.extend((self.leased() > 0).then_some(Event::Late));
                events.push(Event::Restarted);
            }
            let chosen = (self.choose)(events.len());
            return Some(events[chosen]);
        }
    }

    fn happens(&mut self, event: Event) {
        if !matches!(event, Event::Asked(_) | Event::Answered(_)) {
            self.faults_left -= 1;
        }
        match event {
            Event::Asked(at) => self.asks(at, false),
            Event::AskedTwice(at) => self.asks(at, true),
            Event::Answered(at) => self.answered(at),
            Event::Lost(at) => {
                self.server.disconnected(self.peers[at].client, self.now);
                self.reconnects(at);
            }
            Event::Vanished(at) => self.reconnects(at),
            Event::Late => {
                self.now += LEASE;
                self.server.tick(self.now);
            }
            Event::Restarted => self.start(),
        }
        self.do_effects();
    }

    fn do_effects(&mut self) {
        self.server.effects().into_iter().for_each(|effect| self.deliver(effect));
    }

    fn asks(&mut self, at: usize, comes_twice: bool) {
        let peer = &mut self.peers[at];
        let Some(message) = peer.to_master.pop_front() else { return };
        peer.wanted.push_back(true);
        self.server.received(peer.client, &message, self.now);
        if comes_twice {
            peer.wanted.push_back(false);
            self.server.received(peer.client, &message, self.now);
        }
    }

    fn answered(&mut self, at: usize) {
        let peer = &mut self.peers[at];
        let mut frames = Frames::default();
        frames.add(&peer.to_worker.pop_front().unwrap_or_default(), 1 << 16).expect("short messages");
        let message = frames.next(1 << 16).expect("frames").expect("a message");
        let reply = Reply::from_value(decode(&message, &Limits::default()).expect("a value")).expect("a reply");
        let asked = peer.asked.take().expect("who is answered has asked");
        peer.worker.answered(Answer::of(&asked, reply).expect("an answer of a queue"));
        self.go_on(at);
    }

    fn reconnects(&mut self, at: usize) {
        self.do_effects();
        self.peers[at] = self.connected(at);
        self.go_on(at);
    }

    /// Has a worker go on until it waits for an answer.
    fn go_on(&mut self, at: usize) {
        let peer = &mut self.peers[at];
        loop {
            match peer.worker.next() {
                Next::Work(Value::Int(task)) => peer.worker.worked(result(task)),
                Next::Ask(name, request, patience) => {
                    let call = Call::asking(&self.queues[name as usize], &request, patience);
                    peer.to_master.push_back(call.to_frame());
                    peer.asked = Some(request);
                    return;
                }
                other => panic!("a worker that waits for ever has nothing to do but {other:?}"),
            }
        }
    }

    fn hand_over(&mut self) {
        while let Some(result) = self.server.take(Name::Results.kind(), self.now) {
            self.handed_over.push(result);
        }
    }

    fn leased(&self) -> usize {
        self.server.queue(Name::Tasks.kind()).map_or(0, Queue::leased)
    }

    /// With leases nothing is ever lost: each task waits, is on a lease, or has its result; and no result comes twice.
    fn look_at_everything(&self) {
        if self.setting.leasing < self.setting.workers {
            return;
        }
        let items = |name: Name| self.server.queue(name.kind()).into_iter().flat_map(Queue::items);
        let results: Vec<&Value> = items(Name::Results).chain(&self.handed_over).collect();
        for task in 1..=self.setting.tasks as i64 {
            let is_there = results.contains(&&result(task)) || items(Name::Tasks).any(|item| *item == Value::Int(task));
            assert!(is_there, "task {task} is lost");
        }
        let different: BTreeSet<String> = self.handed_over.iter().map(|result| format!("{result:?}")).collect();
        assert_eq!(different.len(), self.handed_over.len(), "a result comes twice: {:?}", self.handed_over);
    }
}
