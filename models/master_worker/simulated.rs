//! A master and its workers on a network that is memory, in one thread: the master that also runs over TCP
//! ([`Server`]), the workers as state machines, and the bytes that they send. Which message arrives next, and what
//! goes wrong, is chosen from outside: by the explorer, which tries everything, or by random bytes.
//!
//! [`Simulation::run`] is a loop: collect what can happen next (`possible_events`), choose one of it,
//! let it happen (`apply`), and check that nothing is lost. Each worker has two queues of messages in
//! `peer.rs`, one to the master and one back; messages in one queue keep their order. How a connection is made is in
//! `connecting.rs`.
//!
//! What goes wrong: a connection is lost, and the master notices or does not; a message comes twice; so much time
//! passes that a lease is over; the master is started again with the tasks that have no result yet. A worker that
//! loses its connection forgets what it was doing, and connects again: as if it had died, and another one had come.
//! What was on its way then is lost. To connect takes no time, and who waits waits for ever.

use std::collections::BTreeSet;
use std::time::Duration;

use super::call::LONGEST;
use super::config::{Config, Effect};
use super::queue::{Client, Queue};
use super::server::Server;
use super::wire::value::Value;
use super::worker::Name;
use peer::Peer;

mod connecting;
mod peer;

/// The key that the master and all workers have.
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

/// What can happen next. Workers are told apart by their place in `peers`.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// The next message of the worker arrives at the master.
    ReachesMaster(usize),
    /// The next message of the master arrives at the worker.
    ReachesWorker(usize),
    /// A fault: the next message of the worker arrives at the master twice. The second answer is lost.
    ReachesMasterTwice(usize),
    /// A fault: the worker's connection is lost, and the master sees it.
    ConnectionLost(usize),
    /// A fault: the worker's connection is lost, and the master does not see it.
    ConnectionLostUnseen(usize),
    /// A fault: the time of a lease passes, though its worker goes on.
    LeaseIsOver,
    /// A fault: the master is started again.
    MasterRestarts,
}

impl Event {
    fn is_fault(self) -> bool {
        !matches!(self, Self::ReachesMaster(_) | Self::ReachesWorker(_))
    }
}

/// A master, its workers, and what is on its way between them.
pub struct Simulation<'a> {
    setting: Setting,
    choose: &'a mut dyn FnMut(usize) -> usize,
    server: Server,
    peers: Vec<Peer>,
    next_client: Client,
    /// What the server calls its queues, in the order of [`Name::ALL`].
    queue_idents: [String; 2],
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
            queue_idents: [String::new(), String::new()],
            now: Duration::ZERO,
            faults_left: setting.faults,
            handed_over: Vec::new(),
        };
        simulation.start_master();
        simulation
    }

    /// Runs it until nothing happens any more. Returns the results that the application has been handed, as they came.
    pub fn run(mut self) -> Vec<Value> {
        loop {
            let events = self.possible_events();
            if events.is_empty() {
                if self.time_passes() {
                    continue;
                }
                break;
            }
            let event = events[(self.choose)(events.len())];
            // What was put just before the master starts again is lost with it.
            if !matches!(event, Event::MasterRestarts) {
                self.hand_over_results();
            }
            self.apply(event);
            self.check_that_nothing_is_lost();
        }
        self.hand_over_results();
        self.handed_over
    }

    /// Starts the master with the tasks that have no result, and connects all workers.
    fn start_master(&mut self) {
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
        self.queue_idents = Name::ALL.map(|name| self.ident_of(name));
        self.peers = (0..self.setting.workers).map(|worker| self.connected_peer(worker)).collect();
        for peer in &mut self.peers {
            peer.run_until_it_asks(&self.queue_idents);
        }
    }

    fn possible_events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        for (worker, peer) in self.peers.iter().enumerate() {
            events.extend(peer.has_message_to_master().then_some(Event::ReachesMaster(worker)));
            events.extend(peer.has_message_to_worker().then_some(Event::ReachesWorker(worker)));
        }
        if events.is_empty() || self.faults_left == 0 {
            return events;
        }
        for (worker, peer) in self.peers.iter().enumerate() {
            events.extend(peer.has_message_to_master().then_some(Event::ReachesMasterTwice(worker)));
            events.extend([Event::ConnectionLost(worker), Event::ConnectionLostUnseen(worker)]);
        }
        let leased = self.server.queue(Name::Tasks.kind()).map_or(0, Queue::leased);
        events.extend((leased > 0).then_some(Event::LeaseIsOver));
        events.push(Event::MasterRestarts);
        events
    }

    /// Nothing is on its way: time passes, up to when the master has to do something. Returns whether there is such a
    /// time.
    fn time_passes(&mut self) -> bool {
        let Some(deadline) = self.server.next_deadline().filter(|deadline| *deadline < LONGEST) else { return false };
        self.now = deadline;
        self.server.tick(self.now);
        let next = self.server.next_deadline();
        assert!(next.is_none_or(|next| next > self.now), "the master has not done what it had to by now");
        self.carry_out_effects();
        self.check_that_nothing_is_lost();
        true
    }

    fn apply(&mut self, event: Event) {
        self.faults_left -= usize::from(event.is_fault());
        match event {
            Event::ReachesMaster(worker) => self.pass_to_master(worker, false),
            Event::ReachesMasterTwice(worker) => self.pass_to_master(worker, true),
            Event::ReachesWorker(worker) => {
                self.peers[worker].receive_reply();
                self.peers[worker].run_until_it_asks(&self.queue_idents);
            }
            Event::ConnectionLost(worker) => {
                self.server.disconnected(self.peers[worker].client, self.now);
                self.reconnect(worker);
            }
            Event::ConnectionLostUnseen(worker) => self.reconnect(worker),
            Event::LeaseIsOver => {
                self.now += LEASE;
                self.server.tick(self.now);
            }
            Event::MasterRestarts => self.start_master(),
        }
        self.carry_out_effects();
    }

    fn pass_to_master(&mut self, worker: usize, comes_twice: bool) {
        let peer = &mut self.peers[worker];
        let message = peer.take_message_to_master();
        peer.expect_reply(true);
        self.server.received(peer.client, &message, self.now);
        if comes_twice {
            peer.expect_reply(false);
            self.server.received(peer.client, &message, self.now);
        }
    }

    fn reconnect(&mut self, worker: usize) {
        self.carry_out_effects();
        self.peers[worker] = self.connected_peer(worker);
        self.peers[worker].run_until_it_asks(&self.queue_idents);
    }

    /// Puts on its way what the master has to say.
    fn carry_out_effects(&mut self) {
        self.server.effects().into_iter().for_each(|effect| self.carry_out(effect));
    }

    fn carry_out(&mut self, effect: Effect) {
        let Effect::Send(client, bytes) = effect else { panic!("nobody is refused here: {effect:?}") };
        // One whose connection was lost does not hear it.
        if let Some(peer) = self.peers.iter_mut().find(|peer| peer.client == client) {
            peer.add_reply(bytes);
        }
        self.server.went_out(client, self.now);
    }

    fn hand_over_results(&mut self) {
        while let Some((_, result)) = self.server.take(Name::Results.kind(), self.now) {
            self.handed_over.push(result);
        }
    }

    /// With leases nothing is ever lost: each task waits, is on a lease, or has its result; and no result comes twice.
    fn check_that_nothing_is_lost(&self) {
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
