//! Whose connections a master takes. Who has not shown the key has few places, and not for long: those are for who has it.

use std::time::Duration;

use super::config::{Effect, Refusal};
use super::queue::Client;
use super::server::Server;
use super::session::{Session, Step};
use super::wire::frame::Frames;
use super::wire::handshake::{Handshake, NONCE_BYTES, Side};

/// Where a connection comes from: the address of a machine, without the port.
pub type Origin = u128;

impl Server {
    /// A connection has come, from there if that is known. The random bytes are for its challenge, and for no other.
    pub fn connected(&mut self, client: Client, origin: Option<Origin>, nonce: [u8; NONCE_BYTES], now: Duration) {
        let is_stranger = |session: &Session| matches!(session.step, Step::Handshake(_));
        let of_origin = |session: &Session| is_stranger(session) && session.origin == origin;
        let strangers = || self.sessions.values().filter(|session| of_origin(session)).count();
        // Those of one address take no places from others; and together they are as many as there may be.
        let (is_admitted, refusal) = if origin.is_some() && strangers() >= self.config.strangers_max {
            (self.make_room(of_origin, Refusal::TooManyOfAddress, now), Refusal::TooManyOfAddress)
        } else if self.sessions.len() >= self.config.connections_max {
            (self.make_room(is_stranger, Refusal::TooMany, now), Refusal::TooMany)
        } else {
            (true, Refusal::TooMany)
        };
        if !is_admitted {
            self.effects.extend([Effect::Refused(client, refusal), Effect::Close(client)]);
            return;
        }
        let (handshake, send) = Handshake::begin(Side::Accepting, &self.config.key, nonce);
        let step = Step::Handshake(handshake);
        let (frames, unsent_bytes, uses, taken_from) = (Frames::default(), 0, Vec::new(), Vec::new());
        let (connected_at, last_heard) = (now, now);
        let session = Session { step, frames, origin, connected_at, last_heard, unsent_bytes, uses, taken_from };
        self.sessions.insert(client, session);
        self.look_at(now + self.config.handshake_time.min(self.config.idle_time));
        self.send_all(client, send);
    }

    /// Closes the connection among these that has tried for longest to show the key, if that is long enough; returns whether there
    /// was one.
    fn make_room(&mut self, is_one: impl Fn(&Session) -> bool, refusal: Refusal, now: Duration) -> bool {
        let patience = self.config.handshake_time / 10;
        let tries = |(_, session): &(&Client, &Session)| is_one(session) && session.connected_at + patience <= now;
        let oldest = self.sessions.iter().filter(tries).min_by_key(|(_, session)| session.connected_at);
        let Some((&oldest, _)) = oldest else { return false };
        self.refuse(oldest, refusal, now);
        true
    }
}
