//! `selvedge master`: a server of two queues, one of tasks and one of results, for workers on other machines.
//!
//! One thread waits for whatever is ready and tells the state machine of `selvedge_models::master_worker`.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token, Waker};
use selvedge_models::master_worker::config::{Effect, Reclaimed};
use selvedge_models::master_worker::server::Server;
use selvedge_models::master_worker::wire::handshake::NONCE_BYTES;

use super::arguments::Master;
use super::dead_letters::DeadLetters;
use super::keeper::Keeper;
use super::setup::{self, Begun};
use super::socket::{CHUNK, Reading, Socket, origin_of};
use super::state::State;
use super::tally::Tally;
use super::tcp::attention::Attention;
use super::{NetworkError, key};
use crate::CallError;
use crate::output::print_line;

const LISTENER: Token = Token(0);
const WAKER: Token = Token(1);
const FIRST_CLIENT: usize = 2;

/// How many connections are accepted before those that are there are heard again.
const ACCEPTED_MAX: usize = 64;

/// How long to wait when something changes of which no event tells.
const GLANCE: Duration = Duration::from_millis(100);

/// Runs the command; returns whether every task was done, if there were any.
pub(crate) fn run(call: &Master) -> Result<bool, CallError> {
    let key = key::read(call.authkey_file.as_deref())?;
    let _log = super::log(&call.log);
    if !call.listen.ip().is_loopback() && !call.expose {
        return Err(NetworkError::Exposed(call.listen).into());
    }
    if call.expose {
        key::warn_if_short(&key);
    }
    let Begun { server, tally, state } = setup::begin(call, key)?;
    let dead_letters =
        DeadLetters::open(call.dead_letters.as_deref(), tally.as_ref().map_or(0, |tally| tally.dead_letters().len()))?;
    let mut network = Network::open(call.listen, server, dead_letters, state)
        .map_err(|error| NetworkError::Socket { address: call.listen.to_string(), error })?;
    network.serve(tally).map_err(|error| NetworkError::Socket { address: call.listen.to_string(), error }.into())
}

/// A master with its sockets.
pub(super) struct Network {
    pub(super) poll: Poll,
    listener: TcpListener,
    pub(super) server: Server,
    pub(super) sockets: HashMap<usize, Socket>,
    next_client: usize,
    begun: Instant,
    is_interrupted: Arc<AtomicBool>,
    is_over: bool,
    dead_letters: DeadLetters,
    pub(super) keeper: Keeper,
    /// Connections that are closed as soon as all is sent, and since when. Who does not read is not waited for.
    pub(super) closing: Vec<(usize, Instant)>,
    /// Connections that may have sent something.
    readable: Vec<usize>,
    attention: Attention,
    /// When connections are to be accepted, if some may wait.
    accept_at: Option<Duration>,
    /// Where what is read goes first.
    chunk: Box<[u8]>,
}

impl Network {
    fn open(
        address: SocketAddr,
        server: Server,
        dead_letters: DeadLetters,
        state: Option<State>,
    ) -> std::io::Result<Self> {
        let poll = Poll::new()?;
        let mut listener = TcpListener::bind(address)?;
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        let is_interrupted = Arc::new(AtomicBool::new(false));
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let [interrupted, prints_on] = [Arc::clone(&waker), waker].map(|waker| move || drop(waker.wake()));
        crate::interrupt::tells(&is_interrupted, interrupted);
        print_line(&format!("listening on {}", listener.local_addr()?));
        Ok(Self {
            poll,
            listener,
            server,
            sockets: HashMap::new(),
            next_client: FIRST_CLIENT,
            begun: Instant::now(),
            is_interrupted,
            is_over: false,
            dead_letters,
            keeper: Keeper::new(state, prints_on),
            closing: Vec::new(),
            readable: Vec::new(),
            attention: Attention::new(),
            accept_at: None,
            chunk: vec![0; CHUNK].into(),
        })
    }

    pub(super) fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Serves until there is a result for each task, or somebody ends it. Returns whether all tasks were done.
    fn serve(&mut self, mut tally: Option<Tally>) -> std::io::Result<bool> {
        let mut events = Events::with_capacity(1_024);
        let mut drains = false;
        // What a master that was killed had yet to do.
        self.server.begin(self.now());
        self.take_results(tally.as_mut(), false);
        self.do_effects();
        while !self.is_over && !self.keeper.has_to_end() && !tally.as_ref().is_some_and(Tally::is_done) {
            if self.is_interrupted.load(SeqCst) {
                if !std::mem::replace(&mut drains, true) {
                    self.begin_to_drain();
                }
                if self.leased() == 0 {
                    self.take_results(tally.as_mut(), true);
                    break;
                }
            }
            let looks_on = self.wait(&mut events)?;
            // Those that go make room for those that come.
            if self.read_each() {
                self.attention.end();
                self.attention.begin();
            } else if looks_on && events.is_empty() && self.accept_at.is_none() {
                continue;
            }
            let now = self.now();
            if self.accept_at.is_some_and(|time| time <= now) {
                self.accept_at = self.accept().map(|wait| now + wait);
            }
            self.server.tick(now);
            self.take_results(tally.as_mut(), false);
            self.close_late();
            self.do_effects();
            if let Some(tally) = tally.as_ref().filter(|_| !self.keeper.has_failed()) {
                self.dead_letters.keep(tally.dead_letters());
            }
        }
        if self.keeper.has_failed() {
            // Nobody was told of what could not be kept.
            return Ok(false);
        }
        if self.keeper.prints_in_vain() {
            super::say_last(["standard output takes no more results".to_owned()]);
            return Ok(false);
        }
        if drains || tally.as_ref().is_none_or(Tally::is_done) {
            self.tell_workers(&mut events)?;
        }
        self.say_goodbye();
        self.do_effects();
        let Some(tally) = tally else {
            self.tell_what_is_left();
            return Ok(true);
        };
        let left = (tally.left() > 0)
            .then(|| format!("ended with {} of {} tasks without a result", tally.left(), tally.count()));
        let letters = tally.dead_letters().iter().map(|letter| format!("given up: {letter}"));
        super::say_last(left.into_iter().chain(letters));
        Ok(tally.is_done() && tally.dead_letters().is_empty())
    }

    /// Waits for events, and notes what they tell. Returns whether it has only looked, without sleeping, because who has just
    /// asked for something soon asks for more.
    fn wait(&mut self, events: &mut Events) -> std::io::Result<bool> {
        let has_more = self.has_more();
        let looks_on = !has_more && self.attention.looks_on();
        let wait = if looks_on || has_more { Some(Duration::ZERO) } else { self.until_next() };
        self.wait_for(events, wait)?;
        Ok(looks_on)
    }

    /// Waits for events, no longer than that, and notes what they tell.
    pub(super) fn wait_for(&mut self, events: &mut Events, wait: Option<Duration>) -> std::io::Result<()> {
        match self.poll.poll(events, wait) {
            Err(error) if error.kind() == ErrorKind::Interrupted => events.clear(),
            result => result?,
        }
        for event in events.iter() {
            match event.token() {
                LISTENER => self.accept_at = Some(self.now()),
                WAKER => {}
                Token(client) => {
                    let is_last = event.is_read_closed() || event.is_error();
                    if event.is_readable() || is_last {
                        self.is_readable(client, is_last);
                    }
                    if event.is_writable() {
                        self.flush(client);
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns for how long there is nothing to do if nothing happens; none if for ever.
    fn until_next(&self) -> Option<Duration> {
        let deadline = self.server.next_deadline().into_iter().chain(self.accept_at).min();
        let deadline = deadline.map(|deadline| deadline.saturating_sub(self.now()));
        let closing = (!self.closing.is_empty()).then_some(GLANCE);
        deadline.into_iter().chain(closing).min()
    }

    /// Accepts connections. Returns how long to wait before more are accepted, if there may be some.
    fn accept(&mut self) -> Option<Duration> {
        for _ in 0..ACCEPTED_MAX {
            let (mut stream, origin) = match self.listener.accept() {
                Ok((stream, address)) => {
                    tracing::info!(client = self.next_client, %address, "connected");
                    (stream, origin_of(address.ip()))
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
                // Somebody has gone before it was its turn.
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => continue,
                Err(error) => {
                    // Too many open files, say: those that are there go on.
                    tracing::warn!(%error, "a connection could not be accepted");
                    return Some(GLANCE);
                }
            };
            let client = self.next_client;
            self.next_client += 1;
            let interest = Interest::READABLE | Interest::WRITABLE;
            let mut nonce = [0; NONCE_BYTES];
            let is_ready = self.poll.registry().register(&mut stream, Token(client), interest).is_ok();
            if is_ready && getrandom::fill(&mut nonce).is_ok() {
                self.sockets.insert(client, Socket::new(stream));
                let now = self.now();
                self.server.connected(client as u64, Some(origin), nonce, now);
            }
        }
        Some(Duration::ZERO)
    }

    fn is_readable(&mut self, client: usize, is_last: bool) {
        if let Some(socket) = self.sockets.get_mut(&client) {
            socket.is_last |= is_last;
            if !std::mem::replace(&mut socket.is_readable, true) {
                self.readable.push(client);
            }
        }
    }

    /// Reads something from everybody who has sent something, one after the other. Returns whether anything has come.
    pub(super) fn read_each(&mut self) -> bool {
        let mut has_come = false;
        for client in std::mem::take(&mut self.readable) {
            let now = self.now();
            let Some(socket) = self.sockets.get_mut(&client) else { continue };
            if socket.is_behind() {
                // It takes its answers first.
                self.readable.push(client);
                continue;
            }
            let server = &mut self.server;
            let reading = socket.read(&mut self.chunk, |bytes| {
                has_come = true;
                server.received(client as u64, bytes, now);
            });
            socket.is_readable = reading == Reading::GoesOn;
            if reading == Reading::GoesOn {
                self.readable.push(client);
            }
            // One that sends no more may still read what it has asked for. A state is written once for many.
            if reading == Reading::Ended || !self.keeper.has_state() {
                self.do_effects();
            }
            if reading == Reading::Ended {
                self.drop_client(client);
            }
        }
        self.do_effects();
        has_come
    }

    /// Returns whether there is somebody to read from who is not behind with its answers.
    fn has_more(&self) -> bool {
        self.readable.iter().filter_map(|client| self.sockets.get(client)).any(|socket| !socket.is_behind())
    }

    pub(super) fn flush(&mut self, client: usize) {
        let Some(socket) = self.sockets.get_mut(&client) else { return };
        let is_lost = socket.flush().is_err();
        let closes = socket.closes;
        let is_through = socket.is_through() && !self.server.has_more_for(client as u64);
        if is_through && !is_lost {
            let now = self.now();
            self.server.went_out(client as u64, now);
        }
        if is_lost || (closes && is_through) {
            self.drop_client(client);
        }
    }

    pub(super) fn drop_client(&mut self, client: usize) {
        if let Some(mut socket) = self.sockets.remove(&client) {
            let _ = self.poll.registry().deregister(&mut socket.stream);
            let now = self.now();
            self.server.disconnected(client as u64, now);
            // There is room for another one.
            self.accept_at = self.accept_at.map(|time| time.min(now));
        }
    }

    /// Does what the state machine wants done, when what has changed is kept.
    pub(super) fn do_effects(&mut self) {
        loop {
            if !self.keeper.keep(&mut self.server) {
                return;
            }
            let effects = self.server.effects();
            if effects.is_empty() {
                return;
            }
            let mut touched = Vec::new();
            for effect in effects {
                match effect {
                    Effect::Send(client, bytes) => {
                        let client = client as usize;
                        if let Some(socket) = self.sockets.get_mut(&client) {
                            socket.send(bytes);
                        }
                        touched.push(client);
                    }
                    Effect::Close(client) => {
                        if let Some(socket) = self.sockets.get_mut(&(client as usize)) {
                            socket.closes = true;
                            self.closing.push((client as usize, Instant::now()));
                        }
                        touched.push(client as usize);
                    }
                    Effect::Refused(client, refusal) => {
                        let address = self.sockets.get(&(client as usize)).and_then(Socket::address);
                        tracing::warn!(client, address, %refusal, "refused");
                    }
                    Effect::Reclaimed(Reclaimed { name, items }) => {
                        tracing::warn!(name, items, "a queue that no connection used made room for another one");
                    }
                    Effect::Shutdown => self.is_over = true,
                }
            }
            touched.sort_unstable();
            touched.dedup();
            touched.into_iter().for_each(|client| self.flush(client));
        }
    }
}
