//! The master: sessions and queues as one state machine. Bytes of connections and the time go in; what is to be sent, and
//! which connections are to be closed, comes out. It reads no socket and no clock, so the same master runs under every
//! engine, on a simulated network, and over TCP.
//!
//! A connection says who it is first ([`super::wire::handshake`]); until then nothing of it is decoded.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::call::{Call, LONGEST, Mistake, Reply};
use super::config::{Config, Effect, Refusal};
use super::memory::Memory;
use super::objects::{Objects, methods};
use super::queue::{Client, Number, Patience, Queue, Request};
use super::session::{Session, Step};
use super::wire::decode::{Limits, decode_or_say};
use super::wire::encode::{encode_framed, encoded_bytes};
use super::wire::frame::framed;
use super::wire::handshake::MESSAGE_BYTES_MAX;
use super::wire::passing::decode_call;
use super::wire::value::{Class, Value};

/// How many bytes a reply has beside the item in it, at most.
pub const ENVELOPE_BYTES: usize = 128;

/// A master.
pub struct Server {
    pub(super) config: Config,
    pub(super) objects: Objects,
    pub(super) sessions: BTreeMap<Client, Session>,
    /// Connections that are being closed, and the queues of which they were answered items that may not have gone out.
    pub(super) leaving: BTreeMap<Client, Vec<u64>>,
    pub(super) effects: Vec<Effect>,
    /// Connections of which there may be messages to go through: something has come, or they wait no longer.
    pub(super) to_read: VecDeque<Client>,
    /// Before this time nothing is over. It may be that nothing is then, either: those that say something have more time.
    next_look: Option<Duration>,
}

impl Server {
    /// Returns a master that serves these queues, by what `create` calls them: `get_task_queue`, say.
    pub fn new(mut config: Config, queues: Vec<(String, Queue)>) -> Self {
        config.handshake_time = config.handshake_time.min(LONGEST);
        config.idle_time = config.idle_time.min(LONGEST);
        let objects = Objects::new(
            queues,
            config.objects_max,
            [config.run, config.process],
            Memory::new(config.memory_bytes_max),
        );
        Self {
            config,
            objects,
            sessions: BTreeMap::new(),
            leaving: BTreeMap::new(),
            effects: Vec::new(),
            to_read: VecDeque::new(),
            next_look: None,
        }
    }

    /// Returns the queue of that name.
    pub fn queue(&self, kind: &str) -> Option<&Queue> {
        self.objects.kept(kind).and_then(|ident| self.objects.get(ident))
    }

    /// Takes an item of the queue of that name, for the master itself, with the task that it is the result of, if that was
    /// said; none if there is none now.
    pub fn take(&mut self, kind: &str, now: Duration) -> Option<(Option<Number>, Value)> {
        let (task, value) = self.change(kind, now, Queue::take)??;
        Some((task, value.opened(&self.limits())))
    }

    /// Changes a queue for the master itself, and answers those that need not wait any longer then. Returns what the change
    /// returns; none if there is no such queue.
    pub fn change<T>(&mut self, kind: &str, now: Duration, change: impl FnOnce(&mut Queue) -> T) -> Option<T> {
        let ident = self.objects.kept(kind)?;
        let changed = change(self.objects.queue(ident)?);
        self.wake(ident, now);
        self.read_all(now);
        Some(changed)
    }

    /// Returns how many connections there are.
    pub fn connections(&self) -> usize {
        self.sessions.len()
    }

    /// Returns what is to be done, and forgets it.
    pub fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// A connection is gone.
    pub fn disconnected(&mut self, client: Client, now: Duration) {
        self.forget(client, now);
        self.read_all(now);
    }

    /// Bytes of a connection have come.
    pub fn received(&mut self, client: Client, bytes: &[u8], now: Duration) {
        let most = self.message_bytes_max(client);
        let Some(session) = self.sessions.get_mut(&client) else { return };
        session.last_heard = now;
        if let Err(mistake) = session.frames.add(bytes, most.max(bytes.len())) {
            self.refuse(client, Refusal::Frame(mistake), now);
        }
        self.to_read.push_back(client);
        self.read_all(now);
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Duration) {
        if self.next_look.is_none_or(|time| now < time) {
            return;
        }
        self.next_look = None;
        self.change_all(now, |queue| queue.expire(now));
        let over: Vec<Client> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.is_due(&self.config, now))
            .map(|(client, _)| *client)
            .collect();
        for client in over {
            // What was done for one that came before may have given this one more time.
            let session = self.sessions.get(&client).filter(|session| session.is_due(&self.config, now));
            match session.map(|session| &session.step) {
                Some(&Step::Waiting { queue, .. }) => self.give_up(client, queue, now),
                Some(Step::Serving) if self.holds(client) => self.hear(client, now),
                Some(Step::Handshake(_)) => self.refuse(client, Refusal::HandshakeTime, now),
                Some(_) => self.refuse(client, Refusal::Idle, now),
                None => {}
            }
        }
        self.read_all(now);
        if let Some(next) = self.sessions.values().filter_map(|session| session.deadline(&self.config)).min() {
            self.look_at(next);
        }
    }

    /// Answers somebody who has waited long enough; or has it wait until the next lease is over.
    fn give_up(&mut self, client: Client, ident: u64, now: Duration) {
        let Some(queue) = self.objects.queue(ident) else { return };
        match (queue.give_up(client), queue.next_expiry()) {
            (Some(answer), _) => self.go_on(client, answer.into(), now),
            (None, until) => {
                if let Some(session) = self.sessions.get_mut(&client) {
                    session.step = Step::Waiting { queue: ident, until };
                }
            }
        }
    }

    /// Returns whether somebody has something on a lease: such a one is at work, and need not say so.
    fn holds(&self, client: Client) -> bool {
        self.objects.queues().any(|queue| queue.is_held_by(client))
    }

    fn hear(&mut self, client: Client, now: Duration) {
        if let Some(session) = self.sessions.get_mut(&client) {
            session.last_heard = now;
        }
    }

    /// Returns when [`tick`](Self::tick) may have something to do, if nothing else happens.
    pub fn next_deadline(&self) -> Option<Duration> {
        self.next_look
    }

    pub(super) fn look_at(&mut self, time: Duration) {
        self.next_look = Some(self.next_look.map_or(time, |next| next.min(time)));
    }

    fn message_bytes_max(&self, client: Client) -> usize {
        let is_proven = |session: &Session| !matches!(session.step, Step::Handshake(_));
        let is_proven = self.sessions.get(&client).is_some_and(is_proven);
        if is_proven { self.config.message_bytes_max } else { MESSAGE_BYTES_MAX }
    }

    /// Returns what a value may cost that is looked into.
    fn limits(&self) -> Limits {
        Limits { bytes: self.config.message_bytes_max, ..Limits::default() }
    }

    /// Goes through the messages of all connections that may have some.
    pub(super) fn read_all(&mut self, now: Duration) {
        while let Some(client) = self.to_read.pop_front() {
            self.read(client, now);
        }
    }

    /// Goes through the messages that are there, until one has to be waited for.
    fn read(&mut self, client: Client, now: Duration) {
        loop {
            let most = self.message_bytes_max(client);
            let Some(session) = self.sessions.get_mut(&client) else { return };
            if session.is_held_back() {
                return;
            }
            match session.frames.next(most) {
                Ok(Some(message)) => self.message(client, &message, now),
                Ok(None) => return,
                Err(mistake) => return self.refuse(client, Refusal::Frame(mistake), now),
            }
        }
    }

    fn message(&mut self, client: Client, message: &[u8], now: Duration) {
        let Some(session) = self.sessions.get_mut(&client) else { return };
        if let Step::Handshake(handshake) = &mut session.step {
            match handshake.received(message) {
                Ok(progress) => {
                    if progress.is_done {
                        session.step = Step::Control;
                    }
                    self.send_all(client, progress.send);
                }
                Err((last_words, _)) => {
                    self.send_all(client, last_words);
                    self.refuse(client, Refusal::Key, now);
                }
            }
            return;
        }
        let limits = self.limits();
        let is_control = matches!(self.sessions.get(&client), Some(Session { step: Step::Control, .. }));
        let decode = if is_control || self.config.takes_plain_data_only { decode_or_say } else { decode_call };
        let call = match decode(message, &limits) {
            Ok(value) => Call::from_value(value),
            Err(refused) if refused.is_a_pickle() && !is_control => {
                // A value that queues of Python's would take: its sender is told, and goes on.
                let (class, text) = refused.exception(&limits);
                self.effects.push(Effect::Refused(client, Refusal::Value(refused.mistake)));
                return self.answered(client, Reply::Error(Value::Instance(class, vec![text])));
            }
            Err(refused) => {
                self.answered(client, Reply::Traceback("a request has to be plain data"));
                return self.refuse(client, Refusal::Value(refused.mistake), now);
            }
        };
        let result = call
            .and_then(|call| if is_control { self.control(client, call, now) } else { self.serve(client, call, now) });
        match result {
            Ok(Some(reply)) => self.answered(client, reply),
            Ok(None) => {}
            Err(mistake) => {
                self.effects.push(Effect::Refused(client, Refusal::Call(mistake)));
                self.answered(client, mistake.into());
            }
        }
        if is_control && matches!(self.sessions.get(&client), Some(Session { step: Step::Control, .. })) {
            // Such a connection is for one call.
            self.close(client, now);
        }
    }

    /// Does what the server itself is asked for.
    fn control(&mut self, client: Client, call: Call, now: Duration) -> Result<Option<Reply>, Mistake> {
        let value = match call.method.as_str() {
            "dummy" => call.by_name([], 0).map(|[]| Value::None)?,
            "accept_connection" => {
                call.by_name(["name"], 1)?;
                if let Some(session) = self.sessions.get_mut(&client) {
                    session.step = Step::Serving;
                }
                Value::None
            }
            "create" => {
                let origin = self.sessions.get(&client).and_then(|session| session.origin);
                let (created, reclaimed) = self.objects.create(call, origin, now)?;
                self.effects.extend(reclaimed.map(Effect::Reclaimed));
                created
            }
            "get_methods" => match call.by_name(["token"], 1)? {
                [Some(Value::Instance(Class::Token, parts))] => match &parts[..] {
                    [_, _, Value::Text(ident)] => self.objects.find(ident).map(|_| methods())?,
                    _ => return Err(Mistake::Arguments),
                },
                _ => return Err(Mistake::Arguments),
            },
            "incref" | "decref" => {
                for waiting in self.objects.count(call, now)? {
                    self.go_on(waiting, Mistake::Object.into(), now);
                }
                Value::None
            }
            "number_of_objects" => {
                let [] = call.by_name([], 0)?;
                Value::Int(self.objects.referred_to() as i64)
            }
            "debug_info" => call.by_name([], 0).map(|[]| Value::Text(self.objects.debug_info()))?,
            "shutdown" if self.config.allows_shutdown => {
                let [] = call.by_name([], 0)?;
                self.effects.push(Effect::Shutdown);
                Value::None
            }
            _ => return Err(Mistake::Method),
        };
        Ok(Some(Reply::Return(value)))
    }

    /// Does what an object is asked for, or remembers who waits.
    fn serve(&mut self, client: Client, call: Call, now: Duration) -> Result<Option<Reply>, Mistake> {
        let ident = self.objects.find(call.ident.as_deref().ok_or(Mistake::Object)?)?;
        if self.objects.note_use(ident, client)
            && let Some(session) = self.sessions.get_mut(&client)
        {
            session.uses.push(ident);
        }
        let queue = self.objects.queue(ident).ok_or(Mistake::Object)?;
        if matches!(call.method.as_str(), "__str__" | "__repr__") {
            return Ok(Some(Reply::Return(Value::Text(format!("<queue of {}>", queue.len())))));
        }
        let (request, patience) = call.request()?;
        if let Request::Put(item) | Request::PutOnce(_, item) = &request
            && encoded_bytes(item) + ENVELOPE_BYTES > self.config.message_bytes_max
        {
            // What is said briefly, because its parts are the same, may be long when it is handed out.
            return Err(Mistake::TooLong);
        }
        let answer = queue.ask(client, request, patience, now);
        self.wake(ident, now);
        if let Some(answer) = answer {
            self.note_taken(client, ident, &answer);
            return Ok(Some(answer.into()));
        }
        let until = match patience {
            Patience::Some(time) | Patience::WithOthers(time) => Some(now + time),
            _ => None,
        };
        if let Some(session) = self.sessions.get_mut(&client) {
            session.step = Step::Waiting { queue: ident, until };
        }
        until.into_iter().for_each(|until| self.look_at(until));
        Ok(None)
    }

    /// Answers those that wait for a queue and can be answered now.
    pub(super) fn wake(&mut self, ident: u64, now: Duration) {
        let Some(queue) = self.objects.queue(ident) else { return };
        let (woken, expiry) = (queue.wake(now), queue.next_expiry());
        for (client, answer) in woken {
            self.note_taken(client, ident, &answer);
            self.go_on(client, answer.into(), now);
        }
        expiry.into_iter().for_each(|expiry| self.look_at(expiry));
    }

    /// Sends the reply that a connection has waited for. It may have said more meanwhile.
    fn go_on(&mut self, client: Client, reply: Reply, now: Duration) {
        if let Some(session) = self.sessions.get_mut(&client) {
            session.step = Step::Serving;
            session.last_heard = now;
            self.look_at(now + self.config.idle_time);
            self.to_read.push_back(client);
            self.answered(client, reply);
        }
    }

    fn answered(&mut self, client: Client, reply: Reply) {
        self.send(client, encode_framed(&reply.into_value()));
    }

    pub(super) fn send_all(&mut self, client: Client, messages: Vec<Vec<u8>>) {
        messages.iter().for_each(|message| self.send(client, framed(message)));
    }

    fn send(&mut self, client: Client, frame: Vec<u8>) {
        if let Some(session) = self.sessions.get_mut(&client) {
            session.unsent_bytes += frame.len();
        }
        self.effects.push(Effect::Send(client, frame));
    }

    /// Changes every queue, and answers those that need not wait any longer then.
    pub(super) fn change_all(&mut self, now: Duration, change: impl Fn(&mut Queue)) {
        for ident in self.objects.idents() {
            self.objects.queue(ident).into_iter().for_each(&change);
            self.wake(ident, now);
        }
    }
}
